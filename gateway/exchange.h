/* exchange: one HTTP exchange with a browser: an upgrade to a WebSocket, or a question to its own
 * HTTP interface. It belongs to one thread at a time: the server's makes it, and sends it where the
 * browser is there; the relay's carries it out, and the server's gets it back. */
#ifndef GATEWAY_EXCHANGE_H
#define GATEWAY_EXCHANGE_H

#include "gateway/browsers.h"
#include "gateway/watch.h"

#define EXCHANGE_REQUEST_SIZE 2048
#define EXCHANGE_VALUE_SIZE   512 /* of a header handed on */
#define EXCHANGE_HEAD_MAX     8192
#define EXCHANGE_BODY_MAX     (4 * 1024 * 1024) /* a list of very many pages */
#define EXCHANGE_MS           10000 /* from when its browser is there; a busy one is slow */

enum exchange_outcome {
    EXCHANGE_PENDING,
    EXCHANGE_DONE,
    EXCHANGE_FAILED,    /* no browser, or it did not answer so that it can be understood */
    EXCHANGE_UNSTARTED, /* its browser has not come up */
    EXCHANGE_FULL,      /* as many clients are attached as may be */
    EXCHANGE_STOPPED,   /* the gateway is about to end */
};

struct exchange {
    /* What is asked; by the maker. */
    char runtime_id[ID_SIZE];
    char path[BROWSER_PATH_SIZE];        /* empty: the debugger of the whole browser */
    char headers[EXCHANGE_REQUEST_SIZE]; /* lines with their ends, the empty one included */
    bool upgrade;
    void *connection; /* to be resumed */
    bool placed; /* the relay keeps a place for its session; server's thread, when given back */

    /* What came of it. */
    enum exchange_outcome outcome;
    unsigned status;
    char accept[EXCHANGE_VALUE_SIZE];
    char extensions[EXCHANGE_VALUE_SIZE];
    char protocol[EXCHANGE_VALUE_SIZE];
    char *bytes; /* owned: what came behind the head: the body, or the first frames */
    size_t size;

    /* While it is carried out; `watch.fd` stays with an upgraded one. */
    struct watch watch;
    struct browsers_line line; /* its port: while the door is open to it, else 0 */
    int64_t late_ms;           /* monotonic; WHEN_NEVER while there is no browser */
    bool written;
    bool doubted; /* it has failed, maybe because the browser is about to end */
    size_t room;
    struct exchange *next;
};

/* NULL without memory. Freeing closes what is open. */
struct exchange *exchange_new(const char *runtime_id);
void exchange_free(struct exchange *exchange);

/* Appends a header line; false if there is no room for it. `value` has no line end in it. */
bool exchange_header(struct exchange *exchange, const char *name, const char *value);

/* Begins to connect, once the browser is ready. False: it has failed, or if it is still pending,
 * has to wait for others to be answered. */
bool exchange_begin(struct exchange *exchange, struct browsers *browsers);

/* Sends the request, once. False: it has failed, or if it is still pending, the connection does not
 * stand yet. */
bool exchange_write(struct exchange *exchange);

/* Reads on, as much as there is; true: there is an outcome. */
bool exchange_read(struct exchange *exchange);

/* It is done, and the browser has agreed to a WebSocket. */
bool exchange_is_upgraded(const struct exchange *exchange);

/* Lets go of the door. */
void exchange_end(struct exchange *exchange, struct browsers *browsers);

#endif
