/* mouse: see mouse.h. */
#include "tui/mouse.h"

#include <string.h>

/* The first field is the button, and the bits of what goes with it: 4 Shift, 8 Alt, 16 Ctrl, 32 a
 * move, 64 the wheel. */
static const struct {
    int code;
    enum mouse_kind kind;
} kinds[] = {{0, MOUSE_PRESS}, {64, MOUSE_WHEEL_UP}, {65, MOUSE_WHEEL_DOWN}};

enum { NUMBER_MAX = 9999 };

/* Digits and what ends them. */
static bool read_number(const char **at, const char *end, char last, int *number)
{
    const char *from = *at;
    *number = 0;
    for (; *at < end && **at >= '0' && **at <= '9' && *number <= NUMBER_MAX; ++*at)
        *number = *number * 10 + (**at - '0');
    bool good = *at > from && *at < end && **at == last && *number <= NUMBER_MAX;
    ++*at;
    return good;
}

bool mouse_read(struct mouse *mouse, const char *bytes, size_t length)
{
    static const char begin[] = {'\033', '[', '<'};
    const char *at = bytes + sizeof begin, *end = bytes + length;
    int code, column, row;
    if (length < sizeof begin || memcmp(bytes, begin, sizeof begin) != 0)
        return false;
    if (!read_number(&at, end, ';', &code) || !read_number(&at, end, ';', &column) ||
        !read_number(&at, end, 'M', &row) || at != end || column < 1 || row < 1)
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (kinds[i].code != code)
            continue;
        *mouse = (struct mouse){kinds[i].kind, row - 1, column - 1};
        return true;
    }
    return false;
}
