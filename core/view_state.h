/* view_state: how the operator likes each view to begin: what it is sorted by and how wide it is.
 * Kept in a file of the state folder, apart from the configuration, and only on request. Pure; any
 * thread: the bytes of its file come and go through others (core/clerk.h, core/file.h).
 *
 * A line of the file is a view's title, what it is sorted by ("-": its own order), and the words
 * `inverted` and `wide` where they hold. A line that cannot be read is passed over. */
#ifndef CORE_VIEW_STATE_H
#define CORE_VIEW_STATE_H

#include <stdbool.h>
#include <stddef.h>

#define VIEW_STATE_NAME "views" /* in the state folder: core/places.h */

enum { VIEW_STATE_WORD = 24, VIEW_STATES_MAX = 8, VIEW_STATES_BYTES = 1024 };

struct view_state {
    char view[VIEW_STATE_WORD];
    char sort[VIEW_STATE_WORD]; /* the name of a column, or "" */
    bool inverted, wide;
};

struct view_states {
    size_t count;
    struct view_state items[VIEW_STATES_MAX];
};

/* Adds what the file holds. False where a line of it could not be read. */
bool view_states_read(struct view_states *states, const char *text);

/* The one of this title, or NULL. */
const struct view_state *view_states_find(const struct view_states *states, const char *view);

/* In the place of what is known of that view. */
void view_states_put(struct view_states *states, const struct view_state *state);

/* The whole file as it should be. Returns its length. */
size_t view_states_text(const struct view_states *states, char out[VIEW_STATES_BYTES]);

#endif
