/* endpoint: see endpoint.h. All strings lie one behind the other in one secret; fields know their
 * places in it. */
#include "api/endpoint.h"

#include "api/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct place {
    enum endpoint_role role;
    size_t name, text;
};

struct endpoint {
    enum endpoint_type type;
    size_t count, used;
    struct place places[LIMIT_ENDPOINT_FIELDS];
    struct endpoint_unread unread;
    struct secret *strings;
};

enum { FIRST_BYTES = 3 << 10 };

#define ENDPOINT_WORD(name, word) [ENDPOINT_##name] = word,
static const char *const type_words[ENDPOINT_TYPE_COUNT] = {ENDPOINT_TYPES(ENDPOINT_WORD)};
#undef ENDPOINT_WORD

const char *endpoint_type_word(enum endpoint_type type)
{
    return type_words[type];
}

enum endpoint_type endpoint_type_of(const char *word)
{
    for (int type = ENDPOINT_NONE + 1; type < ENDPOINT_TYPE_COUNT; type++) {
        if (strcmp(word, type_words[type]) == 0)
            return (enum endpoint_type)type;
    }
    return ENDPOINT_OTHER;
}

static struct endpoint *new_with_room(enum endpoint_type type, size_t bytes)
{
    struct endpoint *endpoint = calloc(1, sizeof *endpoint);
    if (endpoint == NULL)
        return NULL;
    endpoint->type = type;
    endpoint->strings = secret_new(bytes);
    if (endpoint->strings == NULL) {
        free(endpoint);
        return NULL;
    }
    return endpoint;
}

struct endpoint *endpoint_new(enum endpoint_type type)
{
    return new_with_room(type, FIRST_BYTES);
}

/* Makes room for `bytes` more; the strings may move. */
static bool make_room(struct endpoint *endpoint, size_t bytes)
{
    size_t size = secret_size(endpoint->strings);
    if (size - endpoint->used >= bytes)
        return true;
    while (size - endpoint->used < bytes)
        size *= 2;
    if (size > LIMIT_ENDPOINT_BYTES * 2)
        return false;
    struct secret *strings = secret_new(size);
    if (strings == NULL)
        return false;
    memcpy(secret_bytes(strings), secret_bytes(endpoint->strings), endpoint->used);
    secret_free(endpoint->strings);
    endpoint->strings = strings;
    return true;
}

static size_t append(struct endpoint *endpoint, const char *text, size_t bytes)
{
    size_t at = endpoint->used;
    memcpy(secret_bytes(endpoint->strings) + at, text, bytes);
    endpoint->used += bytes;
    return at;
}

bool endpoint_add(struct endpoint *endpoint, enum endpoint_role role, const char *name,
                  const char *text)
{
    size_t name_bytes = strlen(name) + 1, text_bytes = strlen(text) + 1;
    if (endpoint->count == LIMIT_ENDPOINT_FIELDS ||
        name_bytes + text_bytes > LIMIT_ENDPOINT_BYTES - endpoint->used ||
        !make_room(endpoint, name_bytes + text_bytes))
        return false;
    struct place *place = &endpoint->places[endpoint->count++];
    place->role = role;
    place->name = append(endpoint, name, name_bytes);
    place->text = append(endpoint, text, text_bytes);
    return true;
}

/* Names that have no room are counted only: "odd.token, vnc, ...". */
void endpoint_unread_add(struct endpoint *endpoint, const char *name)
{
    static const char more[] = ", ...";
    struct endpoint_unread *unread = &endpoint->unread;
    size_t used = strlen(unread->names), room = sizeof unread->names - used - (sizeof more - 1);
    bool cut = used >= 3 && strcmp(unread->names + used - 3, "...") == 0;
    unread->count++;
    if (cut)
        return;
    if (strlen(name) + 2 < room)
        sprintf(unread->names + used, "%s%s", used > 0 ? ", " : "", name);
    else
        strcpy(unread->names + used, used > 0 ? more : more + 2);
}

const struct endpoint_unread *endpoint_unread(const struct endpoint *endpoint)
{
    return &endpoint->unread;
}

struct endpoint *endpoint_copy(const struct endpoint *endpoint)
{
    struct endpoint *copy = new_with_room(endpoint->type, secret_size(endpoint->strings));
    if (copy == NULL)
        return NULL;
    copy->count = endpoint->count;
    copy->unread = endpoint->unread;
    memcpy(copy->places, endpoint->places, sizeof copy->places);
    append(copy, secret_bytes(endpoint->strings), endpoint->used);
    return copy;
}

void endpoint_free(struct endpoint *endpoint)
{
    if (endpoint == NULL)
        return;
    secret_free(endpoint->strings);
    free(endpoint);
}

enum endpoint_type endpoint_type(const struct endpoint *endpoint)
{
    return endpoint->type;
}

size_t endpoint_count(const struct endpoint *endpoint)
{
    return endpoint->count;
}

struct endpoint_field endpoint_field(const struct endpoint *endpoint, size_t index)
{
    const struct place *place = &endpoint->places[index];
    const char *strings = secret_bytes(endpoint->strings);
    return (struct endpoint_field){place->role, strings + place->name, strings + place->text};
}

/* "browser.url" belongs to "browser", "url" to "". */
static size_t owner_length(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot != NULL ? (size_t)(dot - name) : 0;
}

/* The port beside the host at `index`: fields of one member stand together, host before port. */
static const char *port_after(const struct endpoint *endpoint, size_t index)
{
    struct endpoint_field host = endpoint_field(endpoint, index);
    size_t length = owner_length(host.name);
    for (size_t i = index + 1; i < endpoint->count; i++) {
        struct endpoint_field field = endpoint_field(endpoint, i);
        if (owner_length(field.name) != length || strncmp(field.name, host.name, length) != 0)
            break;
        if (field.role == ENDPOINT_PORT)
            return field.text;
    }
    return NULL;
}

size_t endpoint_targets(const struct endpoint *endpoint, struct endpoint_target *targets,
                        size_t room)
{
    size_t found = 0;
    for (size_t i = 0; i < endpoint->count && found < room; i++) {
        struct endpoint_field field = endpoint_field(endpoint, i);
        if (field.role != ENDPOINT_URL && field.role != ENDPOINT_HOST)
            continue;
        struct endpoint_target *target = &targets[found++];
        snprintf(target->label, sizeof target->label, "%.*s", (int)owner_length(field.name),
                 field.name);
        target->role = field.role;
        target->text = field.text;
        target->port = field.role == ENDPOINT_HOST ? port_after(endpoint, i) : NULL;
    }
    return found;
}

const char *endpoint_target_word(const struct endpoint_target *target)
{
    if (*target->label != '\0')
        return target->label;
    return target->role == ENDPOINT_URL ? "url" : "host:port";
}

struct secret *endpoint_target_text(const struct endpoint_target *target)
{
    if (target->port == NULL)
        return secret_copy(target->text);
    bool bare_ipv6 = strchr(target->text, ':') != NULL && target->text[0] != '[';
    size_t size = strlen(target->text) + strlen(target->port) + sizeof "[]:";
    struct secret *text = secret_new(size);
    if (text != NULL)
        snprintf(secret_bytes(text), size, bare_ipv6 ? "[%s]:%s" : "%s:%s", target->text,
                 target->port);
    return text;
}
