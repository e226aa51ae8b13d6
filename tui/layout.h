/* layout: where everything stands on a screen of a given size. Pure. */
#ifndef TUI_LAYOUT_H
#define TUI_LAYOUT_H

#include "tui/draw.h"

/* Below this a line says so; polling and quitting go on. */
enum { LAYOUT_ROWS_MIN = 4, LAYOUT_COLUMNS_MIN = 24 };

enum details_place { DETAILS_CLOSED, DETAILS_RIGHT, DETAILS_BELOW, DETAILS_FULL };

struct layout {
    bool too_small;
    struct area header;  /* one row */
    struct area horizon; /* the next hour; empty where there is no room */
    struct area titles;  /* of the columns; empty where there is no room */
    struct area table;   /* rows; empty where details take all */
    struct area details; /* empty when closed */
    struct area strip;   /* the newest events; empty when it is off */
    struct area summary; /* of the selected row; empty where there is no room or details are open */
    struct area message;
    struct area footer; /* may be the message's row: a message covers it then */
    enum details_place place;
};

struct layout layout_of(int rows, int columns, bool details_open, bool strip_open);

/* Gives the message so many rows, as far as that leaves something of what is above it: first the
 * summary's, then those of the strip, or of the table and the details. */
void layout_message(struct layout *layout, int rows);

#endif
