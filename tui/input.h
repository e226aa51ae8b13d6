/* input: bytes from the keyboard to keys and pastes, and to what the terminal says of its mouse and
 * of its focus. Pure: bytes and time come from the caller. UI
 * thread.
 *
 * Curses could read keys too. But it waits inside the call for what may follow an Esc, forgets the
 * first half of a character that came in two pieces, and knows nothing of pastes. */
#ifndef TUI_INPUT_H
#define TUI_INPUT_H

#include "tui/mouse.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct input;

enum {
    INPUT_TAIL_MS = 500,      /* so long the rest of a split sequence is awaited */
    INPUT_LATE_MS = 10000,    /* so long what comes at once and reads as the rest of one is it */
    INPUT_SILENCE_MS = 1000,  /* a paste whose end does not come is over then */
    INPUT_PASTE_MAX = 65536,  /* bytes of a paste that are kept */
    INPUT_SEQUENCE_BYTES = 16 /* the longest sequence that can be defined, with its NUL */
};

enum input_kind { INPUT_NOTHING, INPUT_KEY, INPUT_PASTE, INPUT_MOUSE, INPUT_FOCUS };

struct input_event {
    uint32_t key;       /* of INPUT_KEY: see key.h */
    const char *paste;  /* of INPUT_PASTE: UTF-8 without NUL bytes, borrowed until the next call */
    struct mouse mouse; /* of INPUT_MOUSE */
    bool focused;       /* of INPUT_FOCUS */
};

/* Knows the sequences that most terminals send. A lone Esc byte is the key Esc when nothing
 * follows it for `escape_ms`. NULL when memory ran out. */
struct input *input_new(int escape_ms);
void input_free(struct input *input);

/* These bytes, as terminfo names them, are this key, before what is known already. A NULL, empty or
 * too long sequence is passed over. */
void input_define(struct input *input, const char *sequence, uint32_t key);

/* Takes bytes that came at `now_ms`; returns how many. Not all means: ask input_next first. */
size_t input_feed(struct input *input, const char *bytes, size_t length, int64_t now_ms);

/* The next of them. `quiet_ms` is a moment until which nothing more came than was fed: what
 * waits for more bytes is decided by it. */
enum input_kind input_next(struct input *input, int64_t quiet_ms, struct input_event *event);

/* When input_next will have more to say though nothing came; INT64_MAX: never. */
int64_t input_deadline(const struct input *input);

/* Forgets the keys that were fed, and the whole of a paste that has begun; the rest of a sequence
 * or of a paste does not turn into keys. */
void input_drop(struct input *input);

#endif
