/* decode_list: see decode_list.h. The outer object or array is walked by hand; each value inside is
 * the library's. */
#include "api/decode_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct walk {
    const char *at, *end;
    struct decode_list *list;
    struct error *error;
    bool found;       /* the array of items was met */
    const char *data; /* where an array called "data" begins, or NULL */
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

json_t *decode_value(const char *bytes, size_t length, size_t more_flags, json_error_t *reason,
                     struct error *error)
{
    errno = 0; /* the library does not say when memory ran out, but the allocator does */
    json_t *json = json_loadb(bytes, length, JSON_DECODE_ANY | more_flags, reason);
    /* Any large number is a value like another, for one of them must not blind a list. */
    if (json == NULL && json_error_code(reason) == json_error_numeric_overflow)
        json = json_loadb(bytes, length, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL | more_flags,
                          reason);
    if (json != NULL)
        return json;
    char *quoted = strstr(reason->text, " near ");
    if (errno == ENOMEM)
        error_memory(error);
    else
        error_set(error, ERROR_INPUT, "the answer is not JSON: %.*s",
                  quoted != NULL ? (int)(quoted - reason->text) : JSON_ERROR_TEXT_LENGTH,
                  reason->text);
    return NULL;
}

/* Passes over an array or object without reading it. */
static void skip(struct walk *walk)
{
    int depth = 0;
    bool in_string = false;
    do {
        char byte = *walk->at++;
        if (in_string && byte == '\\')
            walk->at += walk->at < walk->end;
        else if (byte == '"')
            in_string = !in_string;
        else if (!in_string)
            depth += (byte == '[' || byte == '{') - (byte == ']' || byte == '}');
    } while (depth > 0 && walk->at < walk->end);
}

/* The value that begins here, a new reference, or NULL with the error set. One that is nested
 * deeper than the library goes counts as null, so that it spoils nothing but itself. */
static json_t *value(struct walk *walk)
{
    json_error_t reason;
    struct error error;
    peek(walk);
    json_t *json = decode_value(walk->at, (size_t)(walk->end - walk->at), JSON_DISABLE_EOF_CHECK,
                                &reason, &error);
    if (json != NULL) {
        walk->at += reason.position;
    } else if (json_error_code(&reason) == json_error_stack_overflow) {
        skip(walk);
        json = json_null();
    } else if (walk->error != NULL) {
        *walk->error = error;
    }
    return json;
}

/* An object without those of its members that are nested too deep, or NULL with the error set: what
 * is on its surface can be read. */
static json_t *surface(struct walk *walk)
{
    json_t *object = json_object();
    bool done = object != NULL || error_memory(walk->error);
    accept(walk, '{');
    do {
        json_t *name = done ? value(walk) : NULL;
        done = name != NULL && ((json_is_string(name) && accept(walk, ':')) ||
                                broken(walk, "a member has no name"));
        json_t *member = done ? value(walk) : NULL;
        done =
            member != NULL && (json_object_set_new(object, json_string_value(name), member) == 0 ||
                               error_memory(walk->error));
        json_decref(name);
    } while (done && accept(walk, ','));
    if (done && (accept(walk, '}') || broken(walk, "it ends in the middle")))
        return object;
    json_decref(object);
    return NULL;
}

/* One item of a list: too deep a thing in it does not spoil the rest of it. */
static json_t *item_value(struct walk *walk)
{
    bool object = peek(walk) == '{';
    const char *start = walk->at;
    json_t *json = value(walk);
    if (!object || !json_is_null(json))
        return json;
    json_decref(json);
    walk->at = start;
    return surface(walk);
}

static bool items(struct walk *walk)
{
    walk->found = true;
    if (!accept(walk, '['))
        return broken(walk, "a list does not begin with [");
    if (accept(walk, ']'))
        return true;
    do {
        json_t *json = item_value(walk);
        if (json == NULL)
            return false;
        bool taken = walk->list->item(walk->list->context, json);
        json_decref(json);
        if (!taken)
            return error_memory(walk->error);
    } while (accept(walk, ','));
    return accept(walk, ']') || broken(walk, "a list does not end");
}

static bool other_member(struct walk *walk, const char *name)
{
    json_t *json = value(walk);
    if (json == NULL)
        return false;
    const char *text = json_string_value(json);
    bool done = true;
    if (strcmp(name, "nextCursor") == 0 && text != NULL && *text != '\0') {
        free(walk->list->cursor);
        walk->list->cursor = strdup(text);
        done = walk->list->cursor != NULL || error_memory(walk->error);
    }
    json_decref(json);
    return done;
}

/* The array with the list's own name goes before one called "data", wherever it stands. */
static bool member_value(struct walk *walk, const char *name)
{
    bool array = peek(walk) == '[';
    if (array && !walk->found && strcmp(name, walk->list->wrapper) == 0)
        return items(walk);
    if (array && walk->data == NULL && strcmp(name, "data") == 0) {
        walk->data = walk->at;
        skip(walk);
        return true;
    }
    return other_member(walk, name);
}

static bool member(struct walk *walk)
{
    json_t *name = value(walk);
    if (name == NULL)
        return false;
    bool done = false;
    if (!json_is_string(name) || !accept(walk, ':'))
        broken(walk, "a member has no name");
    else
        done = member_value(walk, json_string_value(name));
    json_decref(name);
    return done;
}

/* What begins with neither { nor [: JSON all the same, or something else altogether. */
static bool refuse_kind(struct walk *walk)
{
    json_error_t reason;
    if (walk->at == walk->end)
        return error_set(walk->error, ERROR_INPUT, "the answer is empty");
    json_t *json = decode_value(walk->at, (size_t)(walk->end - walk->at), 0, &reason, walk->error);
    if (json == NULL)
        return false;
    json_decref(json);
    return error_set(walk->error, ERROR_INPUT, "the answer is neither an object nor a list");
}

static bool members(struct walk *walk)
{
    if (!accept(walk, '{'))
        return refuse_kind(walk);
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
    peek(&walk);
    if (done && walk.at < walk.end)
        done = broken(&walk, "something follows its end");
    if (done && !walk.found && walk.data != NULL) {
        walk.at = walk.data;
        done = items(&walk);
    }
    if (done && !walk.found)
        done =
            error_set(error, ERROR_INPUT, "the answer holds no list called \"%s\"", list->wrapper);
    if (!done) {
        free(list->cursor);
        list->cursor = NULL;
    }
    return done;
}
