/* snippet: see snippet.h. */
#include "core/snippet.h"

#include "api/limits.h"
#include "api/plausible.h"

#include <stdio.h>
#include <string.h>

#define SNIPPET_ROW(name, scheme, text, help) {name, scheme, text, help},
static const struct {
    const char *name, *scheme, *text, *help;
} snippets[] = {SNIPPETS(SNIPPET_ROW)};
#undef SNIPPET_ROW

enum { SNIPPET_COUNT = sizeof snippets / sizeof *snippets, TEXT_BYTES_MAX = 24 << 10 };

static const char *const field_help[] = {
    [ENDPOINT_URL] = "the url to attach to", [ENDPOINT_HOST] = "the host alone",
    [ENDPOINT_PORT] = "the port alone",      [ENDPOINT_USER] = "the user to log in as",
    [ENDPOINT_PASSWORD] = "the password",
};

static bool applies(int snippet, const struct endpoint_target *target)
{
    const char *scheme = snippets[snippet].scheme;
    return target->role == ENDPOINT_URL
               ? *scheme != '\0' && strncmp(target->text, scheme, strlen(scheme)) == 0
               : *scheme == '\0';
}

static void add(struct snippet_choice *choices, size_t *count, size_t room,
                struct snippet_choice choice, const char *member, const char *name)
{
    if (*count == room)
        return;
    snprintf(choice.label, sizeof choice.label, "%.30s%s%.30s", member, *member != '\0' ? "." : "",
             name);
    choices[(*count)++] = choice;
}

size_t snippet_choices(const struct endpoint *endpoint, struct snippet_choice *choices, size_t room)
{
    struct endpoint_target targets[LIMIT_ENDPOINT_FIELDS];
    size_t count = 0, fields = endpoint != NULL ? endpoint_count(endpoint) : 0;
    size_t target_count =
        endpoint != NULL ? endpoint_targets(endpoint, targets, LIMIT_ENDPOINT_FIELDS) : 0;
    for (size_t i = 0; i < target_count; i++) {
        struct snippet_choice choice = {
            .detail = "host and port", .field = SNIPPET_NONE, .snippet = -1, .target = i};
        if (targets[i].role == ENDPOINT_HOST)
            add(choices, &count, room, choice, targets[i].label, "host:port");
    }
    for (size_t i = 0; i < fields; i++) {
        struct endpoint_field field = endpoint_field(endpoint, i);
        add(choices, &count, room,
            (struct snippet_choice){.detail = field_help[field.role], .field = i, .snippet = -1},
            "", field.name);
    }
    for (size_t i = 0; i < target_count; i++) {
        for (int j = 0; j < SNIPPET_COUNT; j++) {
            struct snippet_choice choice = {
                .detail = snippets[j].help, .field = SNIPPET_NONE, .snippet = j, .target = i};
            if (applies(j, &targets[i]))
                add(choices, &count, room, choice, targets[i].label, snippets[j].name);
        }
    }
    add(choices, &count, room,
        (struct snippet_choice){.detail = "the id of the lease",
                                .field = SNIPPET_NONE,
                                .snippet = -1,
                                .target = SNIPPET_NONE},
        "", "id");
    return count;
}

/* ---- the text */

/* A part by its name in a snippet, of the member the target belongs to; NULL if there is none. */
static const char *part_of(const struct endpoint *endpoint, const struct endpoint_target *target,
                           const char *name, size_t length)
{
    static const struct {
        const char *name;
        enum endpoint_role role;
    } parts[] = {{"url", ENDPOINT_URL},
                 {"host", ENDPOINT_HOST},
                 {"port", ENDPOINT_PORT},
                 {"username", ENDPOINT_USER}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (strlen(parts[i].name) != length || memcmp(parts[i].name, name, length) != 0)
            continue;
        for (size_t j = 0; j < endpoint_count(endpoint); j++) {
            struct endpoint_field field = endpoint_field(endpoint, j);
            size_t member = strlen(target->label);
            if (field.role == parts[i].role &&
                (member == 0 || strncmp(field.name, target->label, member) == 0))
                return field.text;
        }
    }
    return NULL;
}

static bool put(struct secret *text, size_t *used, const char *bytes, size_t length)
{
    if (*used + length >= TEXT_BYTES_MAX)
        return false;
    memcpy(secret_bytes(text) + *used, bytes, length);
    *used += length;
    secret_bytes(text)[*used] = '\0';
    return true;
}

static struct secret *fill(const struct endpoint *endpoint, const struct endpoint_target *target,
                           const char *at, struct error *error)
{
    struct secret *text = secret_new(TEXT_BYTES_MAX);
    size_t used = 0;
    bool whole = text != NULL;
    while (whole && *at != '\0') {
        const char *end = *at == '{' && at[1] != ' ' ? strchr(at, '}') : NULL;
        const char *part =
            end != NULL ? part_of(endpoint, target, at + 1, (size_t)(end - at - 1)) : NULL;
        if (part != NULL && strpbrk(part, "'\\\"`$ ") != NULL) {
            secret_free(text);
            error_set(error, ERROR_INPUT,
                      "not copied: it holds a sign that would end the line's "
                      "quotation; copy the url itself");
            return NULL;
        }
        whole = part != NULL ? put(text, &used, part, strlen(part)) : put(text, &used, at, 1);
        at = part != NULL ? end + 1 : at + 1;
    }
    if (whole)
        return text;
    secret_free(text);
    error_memory(error);
    return NULL;
}

static struct secret *copy_or_error(const char *text, struct error *error)
{
    struct secret *copy = secret_copy(text);
    if (copy == NULL)
        error_memory(error);
    return copy;
}

static struct secret *refuse(struct error *error)
{
    error_set(error, ERROR_INPUT, "not copied: what the server sent is no url or host");
    return NULL;
}

struct secret *snippet_text(const struct endpoint *endpoint, const char *lease_id,
                            const struct snippet_choice *choice, struct error *error)
{
    struct endpoint_target targets[LIMIT_ENDPOINT_FIELDS];
    if (choice->field != SNIPPET_NONE) {
        struct endpoint_field field = endpoint_field(endpoint, choice->field);
        return plausible_field(&field) ? copy_or_error(field.text, error) : refuse(error);
    }
    if (choice->target == SNIPPET_NONE)
        return copy_or_error(lease_id, error);
    endpoint_targets(endpoint, targets, LIMIT_ENDPOINT_FIELDS);
    if (!plausible_target(&targets[choice->target]))
        return refuse(error);
    if (choice->snippet >= 0)
        return fill(endpoint, &targets[choice->target], snippets[choice->snippet].text, error);
    struct secret *text = endpoint_target_text(&targets[choice->target]);
    if (text == NULL)
        error_memory(error);
    return text;
}
