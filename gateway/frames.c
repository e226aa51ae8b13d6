/* frames: see frames.h. */
#include "gateway/frames.h"

#include <string.h>

enum { MASKED = 0x80, LENGTH_16 = 126, LENGTH_64 = 127, OPCODE = 0x0f, CLOSE = 0x8, FINAL = 0x80 };

/* As far as its first bytes tell. */
static size_t header_wanted(const struct frames *frames)
{
    if (frames->header_size < 2)
        return 2;
    unsigned length = frames->header[1] & ~(unsigned)MASKED;
    size_t mask = (frames->header[1] & MASKED) != 0 ? 4 : 0;
    return 2 + mask + (length == LENGTH_16 ? 2 : length == LENGTH_64 ? 8 : 0);
}

static uint64_t payload_announced(const struct frames *frames)
{
    uint64_t length = frames->header[1] & ~(unsigned)MASKED;
    size_t more = length == LENGTH_16 ? 2 : length == LENGTH_64 ? 8 : 0;
    if (more > 0)
        length = 0;
    for (size_t i = 0; i < more; i++)
        length = length << 8 | frames->header[2 + i];
    return length;
}

static size_t follow_header(struct frames *frames, const unsigned char *bytes, size_t size)
{
    size_t wanted = header_wanted(frames) - frames->header_size;
    size_t taken = size < wanted ? size : wanted;
    memcpy(frames->header + frames->header_size, bytes, taken);
    frames->header_size += taken;
    if (frames->header_size < header_wanted(frames))
        return taken;
    frames->payload = payload_announced(frames);
    frames->closed |= (frames->header[0] & OPCODE) == CLOSE;
    frames->header_size = 0;
    return taken;
}

void frames_follow(struct frames *frames, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    while (size > 0) {
        size_t taken = size;
        if (frames->payload == 0)
            taken = follow_header(frames, at, size);
        else {
            if (taken > frames->payload)
                taken = (size_t)frames->payload;
            frames->payload -= taken;
        }
        at += taken;
        size -= taken;
    }
}

uint64_t frames_left(const struct frames *frames)
{
    if (frames->payload > 0)
        return frames->payload;
    return frames->header_size == 0 ? 0 : header_wanted(frames) - frames->header_size;
}

size_t frames_close(unsigned char out[FRAMES_CLOSE_MAX], unsigned code, const char *reason)
{
    size_t size = strlen(reason);
    if (size > FRAMES_CLOSE_MAX - 4)
        size = FRAMES_CLOSE_MAX - 4;
    out[0] = FINAL | CLOSE;
    out[1] = (unsigned char)(2 + size);
    out[2] = (unsigned char)(code >> 8);
    out[3] = (unsigned char)code;
    memcpy(out + 4, reason, size);
    return 4 + size;
}
