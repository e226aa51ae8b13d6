/* key_source: where the API key comes from: a file, or the environment; for commands see
 * core/key_command.h. The key itself is a secret (api/secret.h); it is never an argument of a
 * program. Opened by the main thread; read again by the API thread only. */
#ifndef CORE_KEY_SOURCE_H
#define CORE_KEY_SOURCE_H

#include "api/error.h"
#include "api/secret.h"

struct key_source;

/* `file` NULL: the environment, which is wiped of the key when it is read. NULL when memory ran
 * out. */
struct key_source *key_source_open(const char *file, struct error *error);
void key_source_free(struct key_source *source);

/* The start is over: a pipe is refused from here on, as it is once there was a key. */
void key_source_started(struct key_source *source);

/* The first time a pipe is waited for, whose writer may come late: after a second that is said on
 * standard error, by help of SIGALRM, so that this is for the main thread. A fresh secret, or NULL
 * with the error set: ERROR_UNAUTHORISED where there is no key, ERROR_USAGE where the file is
 * missing, may be read by others, or holds what can be no key. `source` is a struct key_source. */
struct secret *key_source_read(void *source, struct error *error);

/* Readable when the file may have changed since it was last read; -1 where there is no such thing.
 */
int key_source_fd(const struct key_source *source);

/* The key in this variable of the environment, which is wiped of it. Main thread. Errors as above.
 */
struct secret *key_source_variable(const char *name, struct error *error);

/* Whether what was read from `from` (words for a sentence) is a key: takes the secret, whose first
 * `length` bytes were given, and gives it back without the blanks behind the key; or NULL with the
 * error set. */
struct secret *key_source_check(struct secret *key, size_t length, const char *from,
                                struct error *error);

/* Whether a file with another secret may be read by its owner only; `what` begins the sentence that
 * says why not. */
bool key_source_private(const char *what, const char *file, struct error *error);

/* The last four characters of a key, for showing which one it is; "" of a short one. */
const char *key_source_tail(const struct secret *key);

#endif
