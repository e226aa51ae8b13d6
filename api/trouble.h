/* trouble: why a source has no fresh answer. Trouble with the network or the server is data, shown
 * beside the last good answer, and never a reason to end. One list says what each kind is called
 * and what follows from it. No state; any thread. Source: contract, Errors. */
#ifndef API_TROUBLE_H
#define API_TROUBLE_H

#include <stdbool.h>

/* Whom it concerns. */
enum trouble_scope { SCOPE_SOURCE, SCOPE_SERVER };

/* When to ask again: with growing pauses, at the source's usual pace, or not before something
 * changes. */
enum trouble_retry { RETRY_BACKOFF, RETRY_USUAL, RETRY_NEVER };

/* name, chip, scope, retry, what it means */
#define TROUBLES(X)                                                                                \
    X(NONE, "", SCOPE_SOURCE, RETRY_USUAL, "")                                                     \
    X(NAME, "offline", SCOPE_SERVER, RETRY_BACKOFF, "no address is known by this name")            \
    X(REFUSED, "offline", SCOPE_SERVER, RETRY_BACKOFF, "nobody takes the connection")              \
    X(TLS, "offline", SCOPE_SERVER, RETRY_BACKOFF, "the server did not prove who it is")           \
    X(TIMEOUT, "offline", SCOPE_SERVER, RETRY_BACKOFF, "no connection came about in time")         \
    X(SLOW, "timeout", SCOPE_SOURCE, RETRY_BACKOFF, "no answer in time; 2 timeout: of two lists")  \
    X(CUT, "cut off", SCOPE_SOURCE, RETRY_BACKOFF,                                                 \
      "the connection was closed before the answer was whole")                                     \
    X(UNAUTHORISED, "unauthorised", SCOPE_SERVER, RETRY_NEVER, "the key is rejected")              \
    X(LIMITED, "rate-limited", SCOPE_SERVER, RETRY_BACKOFF, "the server asked to wait")            \
    X(FORBIDDEN, "forbidden", SCOPE_SOURCE, RETRY_BACKOFF, "this key may not read the list")       \
    X(QUOTA, "quota", SCOPE_SOURCE, RETRY_BACKOFF, "a quota is used up")                           \
    X(GONE, "not found", SCOPE_SOURCE, RETRY_BACKOFF,                                              \
      "the server does not know what the list is of")                                              \
    X(CONFLICT, "busy", SCOPE_SOURCE, RETRY_BACKOFF, "another controller holds the runtime")       \
    X(REJECTED, "rejected", SCOPE_SOURCE, RETRY_BACKOFF, "the server calls the request wrong")     \
    X(SERVER, "server error", SCOPE_SOURCE, RETRY_BACKOFF,                                         \
      "the server failed: at one list, or at all of them")                                         \
    X(UNREADABLE, "unreadable", SCOPE_SOURCE, RETRY_BACKOFF, "the answer is not one of the API")   \
    X(TOO_MUCH, "too much", SCOPE_SOURCE, RETRY_BACKOFF, "the list is longer than is taken")       \
    X(MEMORY, "out of memory", SCOPE_SOURCE, RETRY_BACKOFF, "there was no room for the answer")

#define TROUBLE_ENUM(name, chip, scope, retry, help) TROUBLE_##name,
enum trouble_kind { TROUBLES(TROUBLE_ENUM) TROUBLE_KINDS };
#undef TROUBLE_ENUM

const char *trouble_chip(enum trouble_kind kind);
const char *trouble_help(enum trouble_kind kind);
enum trouble_scope trouble_scope(enum trouble_kind kind);
enum trouble_retry trouble_retry(enum trouble_kind kind);

/* What an HTTP status means; TROUBLE_NONE for those that answer the whole of what was asked. */
enum trouble_kind trouble_of_status(int status);

/* True where the server cannot have acted on a request that ended like this. `status` 0: no answer
 * came. Of statuses only those that refuse outright tell (RFC 9110, section 15.5): others may come
 * from somebody on the way who gave up, or after the deed. */
bool trouble_not_acted(enum trouble_kind kind, int status, bool request_sent);

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
