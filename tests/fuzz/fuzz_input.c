/* The keyboard: keys are keys, a paste is text, and how the bytes were split on their way changes
 * neither. The first byte says into how large pieces. */
#include "core/text.h"
#include "tui/input.h"
#include "tui/key.h"

#include "tests/fuzz/fuzz.h"

enum { ESCAPE_MS = 25, EVENTS_MAX = 4096 };

/* What came out, one number after the other: a key, or the length and a sum of a paste. */
struct events {
    size_t count;
    uint64_t list[EVENTS_MAX];
};

static void note(struct events *events, uint64_t what)
{
    if (events->count < EVENTS_MAX)
        events->list[events->count++] = what;
}

static void note_paste(struct events *events, const char *paste)
{
    uint64_t sum = 1;
    uint32_t code;
    size_t length = strlen(paste);
    must(length <= INPUT_PASTE_MAX);
    for (size_t at = 0, taken; at < length; at += taken) {
        taken = text_decode(paste + at, length - at, &code);
        must(code != TEXT_INVALID);
        sum = sum * 31 + code;
    }
    note(events, UINT64_MAX - length);
    note(events, sum);
}

static void drain(struct input *input, int64_t quiet_ms, struct events *events)
{
    struct input_event event;
    enum input_kind kind;
    while ((kind = input_next(input, quiet_ms, &event)) != INPUT_NOTHING) {
        if (kind == INPUT_PASTE) {
            note_paste(events, event.paste);
            continue;
        }
        if (kind == INPUT_MOUSE || kind == INPUT_FOCUS) {
            must(event.mouse.row >= 0 && event.mouse.column >= 0);
            note(events, (uint64_t)kind << 60 | (uint64_t)event.mouse.row << 20 |
                             (uint64_t)event.mouse.column << 4 | event.focused);
            continue;
        }
        must(event.key != TUI_KEY_NONE && event.key < TUI_KEY_LAST);
        note(events, event.key);
    }
}

/* All at one moment, then a long silence. */
static void type(const char *bytes, size_t length, size_t piece, struct events *events)
{
    struct input *input = input_new(ESCAPE_MS);
    must(input != NULL);
    events->count = 0;
    for (size_t at = 0; at < length;) {
        size_t size = length - at < piece ? length - at : piece;
        size_t taken = input_feed(input, bytes + at, size, 1000);
        drain(input, 1000, events);
        must(taken <= size);
        at += taken;
    }
    drain(input, 1000000, events);
    drain(input, 2000000, events);
    must(input_deadline(input) == INT64_MAX);
    input_free(input);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static struct events whole, split;
    if (length == 0)
        return 0;
    const char *typed = (const char *)bytes + 1;
    type(typed, length - 1, length, &whole);
    type(typed, length - 1, 1 + bytes[0] % 7, &split);
    must(whole.count == split.count);
    must(memcmp(whole.list, split.list, whole.count * sizeof *whole.list) == 0);
    return 0;
}
