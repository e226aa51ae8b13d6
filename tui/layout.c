/* layout: see layout.h. */
#include "tui/layout.h"

enum {
    TITLES_FROM_ROWS = 7,
    MESSAGE_FROM_ROWS = 12,
    SUMMARY_FROM_ROWS = 20,
    HORIZON_FROM_ROWS = 26,
    BELOW_FROM_ROWS = 32,
    RIGHT_FROM_COLUMNS = 140,
    STRIP_FROM_ROWS = 20,
    STRIP_ROWS = 6,
    DETAILS_COLUMNS = 54,
    DETAILS_ROWS = 15,
    LEFT_ROWS_MIN = 3, /* of what gives rows to a message */
};

static enum details_place place_of(int rows, int columns, bool open)
{
    if (!open)
        return DETAILS_CLOSED;
    if (columns >= RIGHT_FROM_COLUMNS)
        return DETAILS_RIGHT;
    return rows >= BELOW_FROM_ROWS ? DETAILS_BELOW : DETAILS_FULL;
}

/* One row from the bottom of what is left, where the screen has at least so many. */
static struct area from_bottom(struct area *left, int rows, int at_least)
{
    if (rows < at_least)
        return (struct area){left->row + left->rows, 0, 0, 0};
    left->rows--;
    return (struct area){left->row + left->rows, 0, 1, left->columns};
}

static struct area from_top(struct area *left, int rows, int at_least)
{
    struct area taken = {left->row, 0, rows >= at_least, left->columns};
    left->row += taken.rows;
    left->rows -= taken.rows;
    return taken;
}

/* Cuts the details out of what the table would have. */
static void cut_details(struct layout *layout, struct area *left)
{
    switch (layout->place) {
    case DETAILS_CLOSED:
        break;
    case DETAILS_RIGHT:
        left->columns -= DETAILS_COLUMNS + 1;
        layout->details = (struct area){left->row, left->columns + 1, left->rows, DETAILS_COLUMNS};
        break;
    case DETAILS_BELOW:
        left->rows -= DETAILS_ROWS;
        layout->details = (struct area){left->row + left->rows, 0, DETAILS_ROWS, left->columns};
        break;
    case DETAILS_FULL:
        layout->details = *left;
        left->rows = 0;
        break;
    }
}

/* Above what stands at the foot, where that leaves enough of the table. */
static struct area strip_of(struct area *left, int rows, enum details_place details)
{
    int needed = details == DETAILS_BELOW ? BELOW_FROM_ROWS + STRIP_ROWS : STRIP_FROM_ROWS;
    if (rows < needed || details == DETAILS_FULL)
        return (struct area){left->row + left->rows, 0, 0, 0};
    left->rows -= STRIP_ROWS;
    return (struct area){left->row + left->rows, 0, STRIP_ROWS, left->columns};
}

struct layout layout_of(int rows, int columns, bool details_open, bool strip_open)
{
    struct layout layout = {.place = place_of(rows, columns, details_open)};
    struct area left = {0, 0, rows, columns};
    if (rows < LAYOUT_ROWS_MIN || columns < LAYOUT_COLUMNS_MIN) {
        layout.too_small = true;
        return layout;
    }
    layout.header = from_top(&left, rows, 0);
    layout.horizon = from_top(&left, rows, HORIZON_FROM_ROWS);
    layout.footer = from_bottom(&left, rows, 0);
    layout.message = from_bottom(&left, rows, MESSAGE_FROM_ROWS);
    if (layout.message.rows == 0)
        layout.message = layout.footer;
    if (!details_open)
        layout.summary = from_bottom(&left, rows, SUMMARY_FROM_ROWS);
    if (strip_open)
        layout.strip = strip_of(&left, rows, layout.place);
    cut_details(&layout, &left);
    if (left.rows > 0)
        layout.titles = from_top(&left, rows, TITLES_FROM_ROWS);
    layout.table = left;
    return layout;
}

/* One row from the bottom of it; false where it would be left with too little. */
static bool shorten(struct area *area)
{
    if (area->rows <= LEFT_ROWS_MIN)
        return false;
    area->rows--;
    return true;
}

static bool give_row(struct layout *layout)
{
    if (layout->summary.rows > 0) {
        layout->summary.rows = 0;
        return true;
    }
    if (layout->strip.rows > 0)
        return shorten(&layout->strip);
    if (layout->place == DETAILS_BELOW || layout->place == DETAILS_FULL)
        return shorten(&layout->details);
    if (!shorten(&layout->table))
        return false;
    if (layout->place == DETAILS_RIGHT)
        layout->details.rows--;
    return true;
}

void layout_message(struct layout *layout, int rows)
{
    /* Without a row of its own it stands above the footer, as far as the table can give one. */
    if (rows > 0 && layout->message.row == layout->footer.row && give_row(layout))
        layout->message.row--;
    while (layout->message.rows < rows && give_row(layout)) {
        layout->message.row--;
        layout->message.rows++;
    }
}
