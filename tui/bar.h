/* bar: one row of words, some at the left and some at the right; where there is no room the least
 * important go. For the header, the footer and the summary. UI thread. */
#ifndef TUI_BAR_H
#define TUI_BAR_H

#include "tui/draw.h"

#include <stddef.h>

enum { BAR_SEGMENTS_MAX = 48, BAR_TEXT_BYTES = 256 };

struct bar_segment {
    char text[BAR_TEXT_BYTES];
    enum role role;
    int priority;       /* those with the highest go first; 0 stays, cut if it must be */
    bool right, joined; /* at the right end; without a gap before it */
    bool soft;          /* cut before others are */
    /* Where what is this important, or less, would have to go, the text begins this many bytes on;
     * 0: it has no shorter form. */
    size_t brief_from;
    int brief_priority;
};

struct bar {
    size_t count;
    struct bar_segment segments[BAR_SEGMENTS_MAX];
};

/* Adds a segment with a printf-like text; one that comes out empty is left out. The segment, or
 * NULL. */
struct bar_segment *bar_add(struct bar *bar, enum role role, int priority, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Draws into the first row of the area, on a ground of `role`. */
void bar_draw(struct terminal *terminal, struct area area, enum role role, const struct bar *bar,
              int gap);

#endif
