/* secret: memory for what must not be seen: an API key, an endpoint. Locked against swapping where
 * the system allows it, left out of core files and of forked children, wiped when freed. No state;
 * any thread, but one secret belongs to one thread at a time. No formatter, log or error text of
 * this program prints one. */
#ifndef API_SECRET_H
#define API_SECRET_H

#include <stddef.h>

struct secret;

/* In main, before there is any secret: from here on this process leaves no core, whatever ends it,
 * and other processes of the same user cannot look into it. */
void secret_global_init(void);

/* `bytes` zeroed bytes, or NULL when memory ran out. */
struct secret *secret_new(size_t bytes);

/* A copy of a NUL-terminated text; NULL for NULL. */
struct secret *secret_copy(const char *text);

/* Its bytes; valid until secret_free. NULL for NULL. */
char *secret_bytes(const struct secret *secret);
size_t secret_size(const struct secret *secret);

/* Its last four characters, for showing which one it is; "" of a short one. Borrowed. */
const char *secret_tail(const struct secret *secret);

/* Wipes, then frees. NULL is fine. */
void secret_free(struct secret *secret);

/* Wipes memory that is not a secret's own, such as a buffer one passed through. */
void secret_wipe(void *bytes, size_t size);

/* From here on the heap wipes what it frees, for libraries that pass secrets through it; see
 * secret.c. */
void *secret_heap_malloc(size_t bytes);
void *secret_heap_realloc(void *old, size_t bytes);
void *secret_heap_calloc(size_t count, size_t bytes);
char *secret_heap_strdup(const char *text);
void secret_heap_free(void *bytes);

#endif
