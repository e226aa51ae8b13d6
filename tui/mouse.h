/* mouse: what a terminal says of the mouse, as xterm's SGR reports have it (modes 1000 and 1006 of
 * "XTerm Control Sequences"). Pure. */
#ifndef TUI_MOUSE_H
#define TUI_MOUSE_H

#include <stdbool.h>
#include <stddef.h>

enum mouse_kind { MOUSE_PRESS, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

struct mouse {
    enum mouse_kind kind; /* MOUSE_PRESS: of the left button */
    int row, column;      /* cells from the top left of the screen */
};

/* Of one whole sequence. False: it is none of a mouse, or says what nothing here is done for:
 * another button, one that is let go, a drag, a key held with it. */
bool mouse_read(struct mouse *mouse, const char *bytes, size_t length);

#endif
