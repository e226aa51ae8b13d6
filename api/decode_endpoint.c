/* decode_endpoint: see decode_endpoint.h. */
#include "api/decode_endpoint.h"

#include "api/limits.h"

#include <stdio.h>
#include <string.h>

/* The members that carry something, in the order in which a person uses them. */
static const struct {
    const char *name;
    enum endpoint_role role;
} members[] = {
    {"url", ENDPOINT_URL},   {"baseUrl", ENDPOINT_URL},   {"host", ENDPOINT_HOST},
    {"port", ENDPOINT_PORT}, {"username", ENDPOINT_USER}, {"password", ENDPOINT_PASSWORD},
};

/* A port as text; NULL for what is none. `number` has room for it. */
static const char *port_text(const json_t *json, char *number, size_t size)
{
    double value = json_number_value(json);
    if (!json_is_number(json) || value < 0 || value > 65535 || value != (double)(int)value)
        return json_string_value(json);
    snprintf(number, size, "%d", (int)value);
    return number;
}

/* The text of the member at this place of the table, or NULL where it is none. */
static const char *member_text(size_t place, const json_t *json, char *number, size_t size)
{
    return members[place].role == ENDPOINT_PORT ? port_text(json, number, size)
                                                : json_string_value(json);
}

static bool add_members(struct endpoint *endpoint, const json_t *object, const char *prefix)
{
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        char name[256], number[16];
        const json_t *json = json_object_get(object, members[i].name);
        const char *text = member_text(i, json, number, sizeof number);
        if (text == NULL)
            continue;
        snprintf(name, sizeof name, "%s%s%s", prefix, *prefix != '\0' ? "." : "", members[i].name);
        if (!endpoint_add(endpoint, members[i].role, name, text))
            return false;
    }
    return true;
}

/* ---- what is not known */

/* The contract says what these hold; more than that is nobody's way in. */
static bool declared(const json_t *object)
{
    const char *word = json_string_value(json_object_get(object, "type"));
    enum endpoint_type type = endpoint_type_of(word != NULL ? word : "");
    return type == ENDPOINT_WEBSOCKET || type == ENDPOINT_HTTP || type == ENDPOINT_RDP;
}

static bool understood(const json_t *object, const char *name, const json_t *value)
{
    char number[16];
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (strcmp(name, members[i].name) == 0)
            return member_text(i, value, number, sizeof number) != NULL;
    }
    return declared(object) || strcmp(name, "type") == 0 ||
           (strcmp(name, "endpoints") == 0 && json_is_object(value));
}

static void note_unread(struct endpoint *endpoint, const json_t *object, const char *prefix)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)object, name, value)
    {
        char path[256];
        if (json_is_null(value) || understood(object, name, value))
            continue;
        snprintf(path, sizeof path, "%s%s%.80s", prefix, *prefix != '\0' ? "." : "", name);
        endpoint_unread_add(endpoint, path);
    }
}

/* ---- all of it */

static bool add_nested(struct endpoint *endpoint, const json_t *object, const char *prefix,
                       int depth);

/* One that brings nothing is told of, too: it may have been meant to. */
static bool add_one(struct endpoint *endpoint, const json_t *member, const char *path, int depth)
{
    size_t before = endpoint_count(endpoint) + endpoint_unread(endpoint)->count;
    if (json_is_null(member))
        return true;
    bool room = !json_is_object(member) || depth > LIMIT_ENDPOINT_DEPTH ||
                add_nested(endpoint, member, path, depth);
    if (room && endpoint_count(endpoint) + endpoint_unread(endpoint)->count == before)
        endpoint_unread_add(endpoint, path);
    return room;
}

/* A composite's member names and shapes are not declared: expect name -> endpoint, nested
 * (contract, The lease). */
static bool add_nested(struct endpoint *endpoint, const json_t *object, const char *prefix,
                       int depth)
{
    const char *name;
    json_t *member;
    if (!add_members(endpoint, object, prefix))
        return false;
    note_unread(endpoint, object, prefix);
    json_object_foreach((json_t *)json_object_get(object, "endpoints"), name, member)
    {
        char path[160];
        /* A name too long for a label is cut. */
        if (snprintf(path, sizeof path, "%s%s%s", prefix, *prefix != '\0' ? "/" : "", name) < 0)
            return false;
        if (!add_one(endpoint, member, path, depth + 1))
            return false;
    }
    return true;
}

struct endpoint *decode_endpoint(const json_t *object)
{
    const char *word = json_string_value(json_object_get(object, "type"));
    struct endpoint *endpoint = endpoint_new(endpoint_type_of(word != NULL ? word : ""));
    if (endpoint == NULL)
        return NULL;
    /* A ceiling that is reached leaves what was added before it. */
    if (!add_nested(endpoint, object, "", 0))
        endpoint_unread_add(endpoint, "more than there is room for");
    return endpoint;
}
