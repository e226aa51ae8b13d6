/* bar: see bar.h. */
#include "tui/bar.h"

#include "tui/terminal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What is as short as a key's last characters is cut last, and never to nothing. */
enum { MARGIN = 1, CELLS_SHORT = 5, CELLS_LEAST = 2 };

struct bar_segment *bar_add(struct bar *bar, enum role role, int priority, const char *format, ...)
{
    if (bar->count == BAR_SEGMENTS_MAX)
        return NULL;
    struct bar_segment *segment = &bar->segments[bar->count];
    *segment = (struct bar_segment){.role = role, .priority = priority};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(segment->text, sizeof segment->text, format, arguments);
    va_end(arguments);
    if (segment->text[0] == '\0')
        return NULL;
    bar->count++;
    return segment;
}

struct fitting {
    int cells[BAR_SEGMENTS_MAX];
    bool dropped[BAR_SEGMENTS_MAX];
    bool brief[BAR_SEGMENTS_MAX];
};

static const char *text_of(const struct bar *bar, const struct fitting *fitting, size_t place)
{
    const struct bar_segment *segment = &bar->segments[place];
    return segment->text + (fitting->brief[place] ? segment->brief_from : 0);
}

static void measure(struct terminal *terminal, const struct bar *bar, struct fitting *fitting,
                    size_t place)
{
    char clean[TEXT_BYTES(BAR_TEXT_BYTES)];
    const char *text = text_of(bar, fitting, place);
    text_clean(clean, sizeof clean, text, strlen(text), terminal_charset(terminal));
    fitting->cells[place] = text_width(clean);
}

static int gap_before(const struct bar_segment *segment, int gap)
{
    return segment->joined ? 0 : gap;
}

static int width_of(const struct bar *bar, const struct fitting *fitting, int gap)
{
    int cells = 2 * MARGIN - gap;
    for (size_t i = 0; i < bar->count; i++)
        cells += fitting->dropped[i] ? 0 : fitting->cells[i] + gap_before(&bar->segments[i], gap);
    return cells;
}

static int least(const struct bar *bar, const struct fitting *fitting)
{
    int found = -1;
    for (size_t i = 0; i < bar->count; i++) {
        int priority = bar->segments[i].priority;
        if (!fitting->dropped[i] && priority > 0 &&
            (found < 0 || priority >= bar->segments[found].priority))
            found = (int)i;
    }
    return found;
}

/* Where what must stay is too wide, the widest of it is cut, again and again; returns how much is
 * still too much when all are as narrow as that. */
static int shrink(const struct bar *bar, struct fitting *fitting, int cells, int least, bool soft)
{
    for (; cells > 0; cells--) {
        int *widest = NULL;
        for (size_t i = 0; i < bar->count; i++) {
            bool meant = !fitting->dropped[i] && (!soft || bar->segments[i].soft);
            if (meant && (widest == NULL || fitting->cells[i] > *widest))
                widest = &fitting->cells[i];
        }
        if (widest == NULL || *widest <= least)
            return cells;
        --*widest;
    }
    return 0;
}

/* What is joined to its neighbour goes with it. */
static void drop(const struct bar *bar, struct fitting *fitting, int place)
{
    fitting->dropped[place] = true;
    if (bar->segments[place].joined && place > 0)
        fitting->dropped[place - 1] = true;
    if ((size_t)place + 1 < bar->count && bar->segments[place + 1].joined)
        fitting->dropped[place + 1] = true;
}

/* Says shorter what can be, before anything of this priority goes; true where something was. */
static bool shorten(struct terminal *terminal, const struct bar *bar, struct fitting *fitting,
                    int priority)
{
    for (size_t i = 0; i < bar->count; i++) {
        const struct bar_segment *segment = &bar->segments[i];
        if (segment->brief_from == 0 || fitting->brief[i] || segment->brief_priority < priority)
            continue;
        fitting->brief[i] = true;
        measure(terminal, bar, fitting, i);
        return true;
    }
    return false;
}

/* Drops and cuts until all that is left has room. */
static void fit(struct terminal *terminal, const struct bar *bar, struct fitting *fitting,
                int columns, int gap)
{
    for (size_t i = 0; i < bar->count; i++)
        measure(terminal, bar, fitting, i);
    while (width_of(bar, fitting, gap) > columns) {
        int next = least(bar, fitting);
        if (shorten(terminal, bar, fitting, next >= 0 ? bar->segments[next].priority : 0))
            continue;
        if (next < 0)
            break;
        drop(bar, fitting, next);
    }
    int over = width_of(bar, fitting, gap) - columns;
    over = shrink(bar, fitting, over, CELLS_LEAST, true);
    over = shrink(bar, fitting, over, CELLS_SHORT, false);
    shrink(bar, fitting, over, CELLS_LEAST, false);
}

static int right_width(const struct bar *bar, const struct fitting *fitting, int gap)
{
    int cells = 0;
    for (size_t i = 0; i < bar->count; i++) {
        if (!fitting->dropped[i] && bar->segments[i].right)
            cells += fitting->cells[i] + gap;
    }
    return cells;
}

void bar_draw(struct terminal *terminal, struct area area, enum role role, const struct bar *bar,
              int gap)
{
    struct fitting fitting = {0};
    draw_fill(terminal, (struct area){area.row, area.column, 1, area.columns}, role, ' ');
    fit(terminal, bar, &fitting, area.columns, gap);
    int end = area.column + area.columns - MARGIN;
    int at = area.column + MARGIN, right = end + gap - right_width(bar, &fitting, gap);
    for (size_t i = 0; i < bar->count; i++) {
        const struct bar_segment *segment = &bar->segments[i];
        int *place = segment->right ? &right : &at;
        if (fitting.dropped[i])
            continue;
        if (segment->joined)
            *place -= gap;
        int room = end - *place;
        int cells = fitting.cells[i] < room ? fitting.cells[i] : room;
        if (cells > 0)
            draw_text(terminal, area.row, *place, cells, segment->role, TEXT_LEFT,
                      text_of(bar, &fitting, i));
        *place += cells + gap;
    }
}
