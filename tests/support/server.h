/* server: a scripted HTTP/1.1 server on a loopback port, inside the test's own process. Plain
 * sockets and threads of its own; it shares no code with api/ or gateway/. Every function may be
 * called from any thread while requests are being answered. No TLS, no HTTP/2.
 *
 * A test reads like a script:
 *
 *     struct server *server = server_start();
 *     server_on(server, "GET", "/v1/spaces", ANSWER_JSON(200, "{\"spaces\":[]}"));
 *     server_then(server, "POST", CONNECTIONS, ANSWER_JSON(200, lease), ANSWER_NOTHING);
 *     ... start the client on server_url(server) ...
 *     assert_true(server_wait(server, "POST", CONNECTIONS, 1, 5000));
 *     assert_int_equal(server_count(server, "POST", "**"), 1);
 *     assert_string_equal(request_header(server_last(server, "GET", "**"), "authorization"),
 * "Bearer k"); server_stop(server);
 *
 * Bodies in the contract's shape are made by tests/support/contract.h.
 */
#ifndef TESTS_SUPPORT_SERVER_H
#define TESTS_SUPPORT_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

struct server;
struct request;

/* How far an answer gets. The rest is never sent; `end` says what happens instead. */
enum answer_until {
    UNTIL_WHOLE,  /* all of it */
    UNTIL_START,  /* not a byte */
    UNTIL_HEADER, /* half of the header */
    UNTIL_BODY,   /* the header and `body_until` bytes of the body (0: half of it) */
};

/* What becomes of the connection afterwards. */
enum answer_end {
    END_KEEP,  /* kept for the next request; if the answer was cut, raw or without a length:
                  END_CLOSE */
    END_SAID,  /* "Connection: close" in the header, then closed */
    END_CLOSE, /* closed without a word about it */
    END_RESET, /* closed with a TCP reset */
    END_STALL, /* open and silent until the client goes or the server stops */
    END_NEXT,  /* kept; when the next request has arrived and was counted, closed without an answer:
                * what makes HTTP libraries repeat a request by themselves */
};

/* How the client learns where the body ends. */
enum answer_framing {
    FRAMING_LENGTH,
    FRAMING_CHUNKED, /* in at least two chunks */
    FRAMING_CLOSE,   /* no length: the body ends with the connection */
};

/* One answer, as data. All zero is an empty 200. The server copies it with what it points to. */
struct answer {
    int status;          /* 0: 200 */
    const char *type;    /* Content-Type; NULL: none */
    const char *headers; /* more header lines, each ending in \r\n; NULL: none */
    const char *body;    /* NULL: empty */
    char *body_take;     /* instead of `body`: from malloc, freed by the server. NULL: none */
    size_t body_size;    /* 0: the length of the string */
    size_t body_fill;    /* not 0: the body is repeated up to this many bytes while it is sent */
    const char *raw;     /* not NULL: sent as it is instead of status line, header and body */
    bool gzip;           /* the body compressed and said to be so; with body_fill: a bomb */
    enum answer_framing framing;
    long length_lie; /* added to Content-Length: more or less than what is sent */

    bool hold;         /* counted, then waits for server_release before the first byte */
    bool hold_body;    /* the header goes out, then waits for server_release */
    int drip_ms;       /* not 0: `drip_bytes` at a time go out, this far apart */
    size_t drip_bytes; /* 0: 1 */
    enum answer_until until;
    size_t body_until;
    enum answer_end end;

    /* Not NULL: called on a thread of the server when the whole request is in, before anything is
     * sent: a POST that changes what the next GET says. It may call everything here but
     * server_stop, server_down and the waits. */
    void (*before)(struct server *server, const struct request *request, void *context);
    void *context;
};

/* Answers in one word; further fields may follow, as in
 * ANSWER_JSON(429, body, .headers = "Retry-After: 2\r\n"). ANSWER_MADE frees its string, which is
 * from malloc, as contract.h makes them. */
#define ANSWER_STATUS(code, ...) ((struct answer){.status = (code), __VA_ARGS__})
#define ANSWER_TEXT(code, media, text, ...)                                                        \
    ((struct answer){.status = (code), .type = (media), .body = (text), __VA_ARGS__})
#define ANSWER_JSON(code, text, ...) ANSWER_TEXT(code, "application/json", text, __VA_ARGS__)
#define ANSWER_MADE(code, made, ...)                                                               \
    ANSWER_STATUS(code, .type = "application/json", .body_take = (made), __VA_ARGS__)
#define ANSWER_RAW(text, ...) ((struct answer){.raw = (text), __VA_ARGS__})
#define ANSWER_NOTHING        ((struct answer){.until = UNTIL_START, .end = END_CLOSE})
#define ANSWER_RESET          ((struct answer){.until = UNTIL_START, .end = END_RESET})
#define ANSWER_NEVER          ((struct answer){.until = UNTIL_START, .end = END_STALL})

/* Listens on a free port of 127.0.0.1. Never NULL: a machine without loopback ends the test with a
 * sentence. */
struct server *server_start(void);

/* Closes everything, waits for its threads, frees. NULL is allowed. Requests given out become
 * invalid. */
void server_stop(struct server *server);

/* "http://127.0.0.1:PORT", owned by the server. */
const char *server_url(const struct server *server);
int server_port(const struct server *server);

/* While it is down connections are refused (the port stays ours); routes and counts are kept. */
void server_down(struct server *server);
void server_up(struct server *server);

/* ---- What is answered.
 * A pattern is a path in which `*` stands for any run of characters but `/`, and `**` for anything.
 * Without a `?` it is compared with the path alone, else with path and query. A method may be "*".
 * The newest fitting route answers, so the general comes first; the same method and pattern again
 * replace the answers in place. A request gets its answer when its header has been read; held, it
 * keeps the one it has. What no route fits is a 404 in the contract's error shape, and counted. */
void server_on(struct server *server, const char *method, const char *pattern,
               struct answer answer);

/* One answer for the first request, the next for the second ..., the last for all others. */
void server_on_each(struct server *server, const char *method, const char *pattern,
                    const struct answer *answers, size_t count);
#define server_then(server, method, pattern, ...)                                                  \
    server_on_each((server), (method), (pattern), (struct answer[]){__VA_ARGS__},                  \
                   sizeof((struct answer[]){__VA_ARGS__}) / sizeof(struct answer))

/* Lets go what is held *now* and fits; returns how many that were. */
size_t server_release(struct server *server, const char *method, const char *pattern);

/* ---- What the Date header says. From the start it is the machine's own time. */
enum server_clock {
    DATE_OFFSET, /* the machine's time plus `value` seconds */
    DATE_FROM,   /* starts at the Unix time `value` now, and goes on */
    DATE_FIXED,  /* always the Unix time `value` */
    DATE_ABSENT, /* no Date header at all */
};
void server_date(struct server *server, enum server_clock kind, long long value);

/* What the server takes the time to be now (for DATE_ABSENT: the machine's time). For bodies with
 * expiries. */
time_t server_now(struct server *server);

/* ---- What arrived. A request counts when its request line and header have been read, answered or
 * not. */
size_t server_count(struct server *server, const char *method, const char *pattern);
size_t server_unexpected(struct server *server);  /* requests that no route fitted */
size_t server_connections(struct server *server); /* connections accepted so far */
size_t server_held(struct server *server);        /* requests waiting for server_release now */

/* Waits until at least `count` fitting requests have been counted, or are held. False, and a
 * sentence on stderr with all that arrived, when that has not happened after `timeout_ms`. */
bool server_wait(struct server *server, const char *method, const char *pattern, size_t count,
                 int timeout_ms);
bool server_wait_held(struct server *server, size_t count, int timeout_ms);

/* One request as it arrived. Belongs to the server and stays until server_stop. */
struct request {
    const char *method;
    const char *target;  /* path and query */
    const char *headers; /* all header lines as sent, without the request line */
    const char *body;    /* never NULL; a NUL follows it */
    size_t body_size;
    size_t connection; /* 1 for the first connection that was accepted */
    long long at_ms;   /* when it was counted, CLOCK_MONOTONIC */
};

/* The newest, or the n-th from 0, that fits; waits up to 5 s for a body that is still coming in.
 * NULL: none. */
const struct request *server_last(struct server *server, const char *method, const char *pattern);
const struct request *server_nth(struct server *server, const char *method, const char *pattern,
                                 size_t n);

/* The value of a header, any case, in a buffer that the next call on this thread overwrites. NULL:
 * not there. */
const char *request_header(const struct request *request, const char *name);

/* Whether `bytes` occur in target, headers or body of any request: what must never have been sent.
 */
bool server_was_told(struct server *server, const char *bytes);

#endif
