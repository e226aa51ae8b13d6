/* view_state: see view_state.h. */
#include "core/view_state.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *word;
    size_t offset;
} flags[] = {{"inverted", offsetof(struct view_state, inverted)},
             {"wide", offsetof(struct view_state, wide)}};

enum { FLAGS = sizeof flags / sizeof *flags };

/* The next word of the line, into `out`; false: there is none, or it is too long to be one. */
static bool next_word(const char **line, char out[VIEW_STATE_WORD])
{
    *line += strspn(*line, " ");
    size_t length = strcspn(*line, " \n");
    if (length == 0 || length >= VIEW_STATE_WORD)
        return false;
    memcpy(out, *line, length);
    out[length] = '\0';
    *line += length;
    return true;
}

static bool read_line(struct view_state *state, const char *line)
{
    char word[VIEW_STATE_WORD];
    if (!next_word(&line, state->view) || !next_word(&line, state->sort))
        return false;
    if (strcmp(state->sort, "-") == 0)
        state->sort[0] = '\0';
    while (next_word(&line, word)) {
        size_t i = 0;
        while (i < FLAGS && strcmp(flags[i].word, word) != 0)
            i++;
        if (i == FLAGS)
            return false;
        *(bool *)((char *)state + flags[i].offset) = true;
    }
    return *line == '\n' || *line == '\0';
}

bool view_states_read(struct view_states *states, const char *text)
{
    bool whole = true;
    while (*text != '\0') {
        struct view_state state = {0};
        bool empty = *text == '\n', good = read_line(&state, text);
        if (good)
            view_states_put(states, &state);
        whole &= good || empty;
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    return whole;
}

static struct view_state *find(struct view_states *states, const char *view)
{
    for (size_t i = 0; i < states->count; i++)
        if (strcmp(states->items[i].view, view) == 0)
            return &states->items[i];
    return NULL;
}

const struct view_state *view_states_find(const struct view_states *states, const char *view)
{
    return find((struct view_states *)states, view);
}

void view_states_put(struct view_states *states, const struct view_state *state)
{
    struct view_state *place = find(states, state->view);
    if (place == NULL && states->count < VIEW_STATES_MAX)
        place = &states->items[states->count++];
    if (place != NULL)
        *place = *state;
}

size_t view_states_text(const struct view_states *states, char out[VIEW_STATES_BYTES])
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < states->count; i++) {
        const struct view_state *state = &states->items[i];
        used += (size_t)snprintf(out + used, VIEW_STATES_BYTES - used, "%s %s%s%s\n", state->view,
                                 *state->sort != '\0' ? state->sort : "-",
                                 state->inverted ? " inverted" : "", state->wide ? " wide" : "");
    }
    return used;
}
