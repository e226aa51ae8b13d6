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

static bool add_members(struct endpoint *endpoint, const json_t *object, const char *prefix)
{
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        char name[256], number[16];
        const json_t *json = json_object_get(object, members[i].name);
        const char *text = members[i].role == ENDPOINT_PORT ? port_text(json, number, sizeof number)
                                                            : json_string_value(json);
        if (text == NULL)
            continue;
        snprintf(name, sizeof name, "%s%s%s", prefix, *prefix != '\0' ? "." : "", members[i].name);
        if (!endpoint_add(endpoint, members[i].role, name, text))
            return false;
    }
    return true;
}

/* A composite's member names and shapes are not declared: expect name -> endpoint, nested
 * (contract, The lease). */
static bool add_nested(struct endpoint *endpoint, const json_t *object, const char *prefix,
                       int depth)
{
    const char *name;
    json_t *member;
    if (depth > LIMIT_ENDPOINT_DEPTH)
        return true;
    if (!add_members(endpoint, object, prefix))
        return false;
    json_object_foreach((json_t *)json_object_get(object, "endpoints"), name, member)
    {
        char path[160];
        /* A name too long for a label is cut. */
        if (snprintf(path, sizeof path, "%s%s%s", prefix, *prefix != '\0' ? "/" : "", name) < 0)
            return false;
        if (json_is_object(member) && !add_nested(endpoint, member, path, depth + 1))
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
    add_nested(endpoint, object, "", 0);
    return endpoint;
}
