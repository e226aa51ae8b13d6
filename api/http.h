/* http: exchanges: a request goes out, its answer or failure comes back, within ceilings and time
 * limits. Many at once, one thread: the API thread. With base_url the one place for libcurl.
 *
 * What it promises: keep-alive, HTTP/2 where offered, gzip; no redirect is followed, so the key
 * goes to the host it was meant for and to no other; certificates are always checked. The library
 * repeats a request by itself when a kept-alive connection turns out to be closed: it is kept from
 * that, and what is repeatable goes out once more at most, what is not goes over a connection of
 * its own. That one ends with its answer, which may hold what is shown only once. */
#ifndef API_HTTP_H
#define API_HTTP_H

#include "api/error.h"
#include "api/secret.h"
#include "api/trouble.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In main, before any thread, and after all of them. */
bool http_global_init(struct error *error);
void http_global_clear(void);

struct http_options {
    const char *ca_file; /* a bundle of trusted CAs instead of the system's, or NULL */
    const char *client_cert, *client_key; /* PEM files; NULL: none, and the key in the same file */
    bool direct; /* past any proxy that the environment names: the server is this machine */
    int connect_timeout_ms, read_timeout_ms, write_timeout_ms;
};

struct http;

/* Copies the options. */
struct http *http_new(const struct http_options *options, struct error *error);

/* Ends what is under way without waiting for the network. */
void http_free(struct http *http);

struct http_request {
    const char *method, *url;
    const char *body; /* copied; NULL where there is none */
    bool repeatable;  /* twice at most within its time; otherwise once, whatever happens */
    const struct secret *key;
    void *tag; /* comes back with the answer */
};

/* False where memory ran out, or the library does not take what is asked of it: then nothing is
 * sent and there will be no answer. */
bool http_start(struct http *http, const struct http_request *request, struct error *error);

struct http_answer {
    void *tag;
    enum trouble_kind trouble; /* TROUBLE_NONE: an answer came, whatever its status */
    bool sent;                 /* some of the request left this machine */
    int requests;              /* how often it did, or was about to */
    int status;
    char *body; /* owned by the taker: http_answer_clear */
    size_t length;
    char request_id[REQUEST_ID_BYTES]; /* response header x-request-id, or "" */
    int64_t date_ms;                   /* server time, or MOMENT_NONE */
    bool aged;                         /* a cache had kept it: its date is of then (RFC 9111) */
    int64_t retry_after_ms;            /* from now, or -1 */
    int64_t sent_ms, received_ms;      /* boot clock: the request began, the header had come */
    char reason[256];                  /* where trouble: what happened, in words */
};

/* What was said so far is to be forgotten: libraries keep the last of it with each connection.
 * Those that are there are not used again, but for what is under way, and end as soon as nothing
 * is. */
void http_renew(struct http *http);

/* Sleeps until something moves on the network, `fd` or `other_fd` (-1: none) is readable or
 * `wait_ms` have passed. True when it is `other_fd`. */
bool http_wait(struct http *http, int wait_ms, int fd, int other_fd);

/* Works on what moved, then gives the next finished exchange; false when there is none. */
bool http_take(struct http *http, struct http_answer *answer);

/* Wipes and frees the body. */
void http_answer_clear(struct http_answer *answer);

#endif
