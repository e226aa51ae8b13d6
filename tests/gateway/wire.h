/* wire: an HTTP client that sends what it is told, right or wrong, and reads the answer strictly.
 * It shares nothing with the client under api/. What cannot be set up ends the test program. Test's
 * thread. */
#ifndef TESTS_GATEWAY_WIRE_H
#define TESTS_GATEWAY_WIRE_H

#include "tests/gateway/program.h"
#include "tests/support/support.h"

#include <jansson.h>
#include <stdbool.h>

#define WIRE_AUTHORIZATION "Authorization: Bearer " PROGRAM_KEY "\r\n"
#define WIRE_JSON          "Content-Type: application/json\r\n"

struct wire {
    int fd;
    struct support_bytes input; /* read and not yet used */
};

struct reply {
    int status;   /* 0: the connection ended without an answer */
    char *head;   /* from the first header line on */
    char *body;   /* terminated */
    json_t *json; /* NULL if the body is none */
};

void wire_open(struct wire *wire, uint16_t port);
void wire_close(struct wire *wire);

/* Whether a connection to this address of the machine is taken. */
bool wire_can_reach(const char *address, uint16_t port);

/* False if the other side has gone. */
bool wire_send(struct wire *wire, const char *bytes, size_t size);
bool wire_say(struct wire *wire, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Ends our direction only. */
void wire_finish(struct wire *wire);

/* Reads one answer; `bodiless` is for HEAD. Interim answers (1xx) are passed over. */
struct reply wire_read(struct wire *wire, bool bodiless);
void reply_clear(struct reply *reply);

/* Reads until `size` bytes are in `input`; false if the other side ended the connection before. */
bool wire_fill(struct wire *wire, size_t size);

/* True when the other side has ended the connection, false when it said more. */
bool wire_has_ended(struct wire *wire);

/* The value of a header from malloc, or NULL. */
char *reply_header(const struct reply *reply, const char *name);

/* A string member of the JSON body, or "" if there is none. */
const char *reply_text(const struct reply *reply, const char *member);

/* One well-formed request with the key; `body` NULL: none. The whole exchange must work. */
struct reply wire_ask(struct wire *wire, const char *method, const char *path, const char *body);

/* The ids of the `n`-th space and of the runtime with this name in it; the test ends if there is
 * none. */
struct wire_place {
    char space[64];
    char runtime[64];
    char leases[384]; /* the path of its connections */
};
struct wire_place wire_find(struct wire *wire, size_t n, const char *runtime);

/* The whole state that the API shows, as one text from malloc: to see that nothing changed. */
char *wire_state(struct wire *wire);

#endif
