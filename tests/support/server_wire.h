/* server_wire: HTTP/1.1 as bytes on one socket, for server.c alone: one request read, one answer
 * sent as its data say. Belongs to the thread of its connection; no locks, no routes. */
#ifndef TESTS_SUPPORT_SERVER_WIRE_H
#define TESTS_SUPPORT_SERVER_WIRE_H

#include "tests/support/server.h"
#include "tests/support/support.h"

struct wire {
    int fd;
    struct support_bytes input; /* read and not yet used */
    /* Where an answer pauses. Both may be false: send no more. */
    bool (*pause)(void *context, int pause_ms);
    bool (*hold)(void *context);
    void *context;
};

/* Reads until a header is complete and splits it: method, target and headers are from then on in
 * `*head`, from malloc, to which the request points. False: the client went, or sent what is no
 * HTTP/1.x or too big. */
bool wire_read_head(struct wire *wire, struct request *request, char **head);

/* Reads the body that Content-Length announces into `*body`, from malloc. */
bool wire_read_body(struct wire *wire, struct request *request, char **body);

/* Sends the answer as far as it says; `date` is the value of the Date header, NULL for none. True
 * when every byte was sent and the next answer could follow. */
bool wire_send(struct wire *wire, const struct answer *answer, const char *date);

/* Discards what comes until the client has gone. */
void wire_drain(struct wire *wire);

#endif
