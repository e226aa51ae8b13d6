/* frames: where a WebSocket frame ends and the next begins (RFC 6455, 5.2), in a stream that is
 * seen in pieces. It looks at headers only and needs no payload. Pure. */
#ifndef GATEWAY_FRAMES_H
#define GATEWAY_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAMES_HEADER_MAX 14
#define FRAMES_CLOSE_MAX  127 /* a close frame from a server, header included */

/* All zero is before the first frame. */
struct frames {
    unsigned char header[FRAMES_HEADER_MAX];
    size_t header_size;
    uint64_t payload; /* bytes of it still to come */
    bool closed;      /* a close frame began: none may follow it */
};

/* Goes over bytes that follow those seen before. */
void frames_follow(struct frames *frames, const void *bytes, size_t size);

/* How many bytes must come before there is news: 0 between two frames, else the rest of the payload
 * or of the part of the header that can be told yet. */
uint64_t frames_left(const struct frames *frames);

/* Writes an unmasked close frame and returns its size; a long reason is cut. */
size_t frames_close(unsigned char out[FRAMES_CLOSE_MAX], unsigned code, const char *reason);

#endif
