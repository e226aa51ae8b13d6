/* decode_list: see decode_list.h. The outer object or array is walked by hand; each value inside is
 * the library's. */
#include "api/decode_list.h"

#include <stdlib.h>
#include <string.h>

struct walk {
    const char *at, *end;
    struct decode_list *list;
    struct error *error;
    bool found; /* the array of items was met */
};

static char peek(struct walk *walk)
{
    while (walk->at < walk->end && strchr(" \t\r\n", *walk->at) != NULL && *walk->at != '\0')
        walk->at++;
    return walk->at < walk->end ? *walk->at : '\0';
}

static bool accept(struct walk *walk, char wanted)
{
    if (peek(walk) != wanted)
        return false;
    walk->at++;
    return true;
}

static bool broken(struct walk *walk, const char *what)
{
    return error_set(walk->error, ERROR_INPUT, "the answer is not JSON: %s", what);
}

/* The value that begins here, a new reference, or NULL with the error set. */
static json_t *value(struct walk *walk)
{
    json_error_t reason;
    peek(walk);
    json_t *json = json_loadb(walk->at, (size_t)(walk->end - walk->at),
                              DECODE_FLAGS | JSON_DISABLE_EOF_CHECK, &reason);
    if (json == NULL)
        broken(walk, reason.text);
    else
        walk->at += reason.position;
    return json;
}

static bool items(struct walk *walk)
{
    walk->found = true;
    if (!accept(walk, '['))
        return broken(walk, "a list does not begin with [");
    if (accept(walk, ']'))
        return true;
    do {
        json_t *json = value(walk);
        if (json == NULL)
            return false;
        bool taken = walk->list->item(walk->list->context, json);
        json_decref(json);
        if (!taken)
            return error_memory(walk->error);
    } while (accept(walk, ','));
    return accept(walk, ']') || broken(walk, "a list does not end");
}

static bool is_items(const struct walk *walk, const char *name)
{
    return !walk->found && (strcmp(name, walk->list->wrapper) == 0 || strcmp(name, "data") == 0);
}

static bool other_member(struct walk *walk, const char *name)
{
    json_t *json = value(walk);
    if (json == NULL)
        return false;
    const char *text = json_string_value(json);
    if (strcmp(name, "nextCursor") == 0 && text != NULL && *text != '\0') {
        free(walk->list->cursor);
        walk->list->cursor = strdup(text);
    }
    json_decref(json);
    return true;
}

static bool member(struct walk *walk)
{
    json_t *name = value(walk);
    if (name == NULL)
        return false;
    bool done = false;
    if (!json_is_string(name) || !accept(walk, ':'))
        broken(walk, "a member has no name");
    else if (is_items(walk, json_string_value(name)) && peek(walk) == '[')
        done = items(walk);
    else
        done = other_member(walk, json_string_value(name));
    json_decref(name);
    return done;
}

static bool members(struct walk *walk)
{
    if (!accept(walk, '{'))
        return broken(walk, "it is neither an object nor a list");
    if (accept(walk, '}'))
        return true;
    do {
        if (!member(walk))
            return false;
    } while (accept(walk, ','));
    return accept(walk, '}') || broken(walk, "it ends in the middle");
}

bool decode_list_walk(struct decode_list *list, const char *body, size_t length,
                      struct error *error)
{
    struct walk walk = {.at = body, .end = body + length, .list = list, .error = error};
    list->cursor = NULL;
    bool done = peek(&walk) == '[' ? items(&walk) : members(&walk);
    if (done && peek(&walk) != '\0')
        done = broken(&walk, "something follows its end");
    if (done && !walk.found)
        done =
            error_set(error, ERROR_INPUT, "the answer holds no list called \"%s\"", list->wrapper);
    if (!done) {
        free(list->cursor);
        list->cursor = NULL;
    }
    return done;
}
