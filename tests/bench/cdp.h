/* cdp: as little of a WebSocket client as the bench needs: it blocks, sends short commands and
 * reads answers of any size. What goes wrong ends the bench. */
#ifndef TESTS_BENCH_CDP_H
#define TESTS_BENCH_CDP_H

#include <stddef.h>
#include <stdint.h>

/* A connected socket. */
int cdp_attach(uint16_t port, const char *path);

/* Sends one command, a JSON text that begins with its id, and reads until its answer: the size of
 * that, and its first bytes in `start`. */
size_t cdp_call(int socket, const char *command, char start[1024]);

/* The path of the debugger of the whole browser, which the one at `port` tells. */
void cdp_find(uint16_t port, char *path, size_t size);

#endif
