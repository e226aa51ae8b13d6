/* trouble: why a source has no fresh answer. Trouble with the network or the server is data, shown
 * beside the last good answer, and never a reason to end. One list says what each kind is called
 * and what follows from it. Source: contract, Errors. */
#ifndef API_TROUBLE_H
#define API_TROUBLE_H

#include <stdbool.h>

/* Whom it concerns. */
enum trouble_scope { SCOPE_SOURCE, SCOPE_SERVER };

/* When to ask again: with growing pauses, at the source's usual pace, or not before something
 * changes. */
enum trouble_retry { RETRY_BACKOFF, RETRY_USUAL, RETRY_NEVER };

/*  name          chip            scope          retry          */
#define TROUBLES(X)                                                                                \
    X(NONE, "", SCOPE_SOURCE, RETRY_USUAL)                                                         \
    X(NAME, "offline", SCOPE_SERVER, RETRY_BACKOFF)                                                \
    X(REFUSED, "offline", SCOPE_SERVER, RETRY_BACKOFF)                                             \
    X(TLS, "offline", SCOPE_SERVER, RETRY_BACKOFF)                                                 \
    X(TIMEOUT, "offline", SCOPE_SERVER, RETRY_BACKOFF)                                             \
    X(SLOW, "timeout", SCOPE_SOURCE, RETRY_BACKOFF)                                                \
    X(CUT, "cut off", SCOPE_SOURCE, RETRY_BACKOFF)                                                 \
    X(UNAUTHORISED, "unauthorised", SCOPE_SERVER, RETRY_NEVER)                                     \
    X(LIMITED, "rate-limited", SCOPE_SERVER, RETRY_BACKOFF)                                        \
    X(FORBIDDEN, "forbidden", SCOPE_SOURCE, RETRY_BACKOFF)                                         \
    X(QUOTA, "quota", SCOPE_SOURCE, RETRY_BACKOFF)                                                 \
    X(GONE, "not found", SCOPE_SOURCE, RETRY_BACKOFF)                                              \
    X(CONFLICT, "busy", SCOPE_SOURCE, RETRY_BACKOFF)                                               \
    X(REJECTED, "rejected", SCOPE_SOURCE, RETRY_BACKOFF)                                           \
    X(SERVER, "server error", SCOPE_SOURCE, RETRY_BACKOFF)                                         \
    X(UNREADABLE, "unreadable", SCOPE_SOURCE, RETRY_BACKOFF)                                       \
    X(TOO_MUCH, "too much", SCOPE_SOURCE, RETRY_BACKOFF)                                           \
    X(MEMORY, "out of memory", SCOPE_SOURCE, RETRY_BACKOFF)

#define TROUBLE_ENUM(name, chip, scope, retry) TROUBLE_##name,
enum trouble_kind { TROUBLES(TROUBLE_ENUM) TROUBLE_KINDS };
#undef TROUBLE_ENUM

const char *trouble_chip(enum trouble_kind kind);
enum trouble_scope trouble_scope(enum trouble_kind kind);
enum trouble_retry trouble_retry(enum trouble_kind kind);

/* What an HTTP status means; TROUBLE_NONE for 200 to 299. */
enum trouble_kind trouble_of_status(int status);

/* True where the server cannot have acted on a request that ended like this. */
bool trouble_not_acted(enum trouble_kind kind, bool request_sent);

/* The server's name for one exchange: from the body or the header x-request-id (contract, Errors).
 */
enum { REQUEST_ID_BYTES = 128 };

/* Immutable once published, counted, any thread. */
struct trouble {
    _Atomic unsigned references;
    enum trouble_kind kind;
    int http_status; /* 0 where no answer came */
    char code[64];   /* the server's, or "" */
    char request_id[REQUEST_ID_BYTES];
    char sentence[320]; /* one sentence for a person; holds text of the server's, so clean it before
                           showing */
};

/* One reference for the caller, or NULL when memory ran out. */
struct trouble *trouble_new(enum trouble_kind kind, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
struct trouble *trouble_ref(const struct trouble *trouble);
void trouble_unref(const struct trouble *trouble);

#endif
