/* generation: see generation.h. */
#include "api/generation.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define RUNTIMES "/v1/spaces/{space}/runtimes"
#define LEASES   RUNTIMES "/{runtime}/connections"

static const struct generation connections = {
    .name = "connections",
    .operations =
        {
            [OPERATION_LIST_SPACES] = {"list spaces", "GET", "/v1/spaces", .repeatable = true},
            [OPERATION_LIST_RUNTIMES] = {"list runtimes", "GET", RUNTIMES, .repeatable = true},
            [OPERATION_LIST_LEASES] = {"list leases", "GET", LEASES, .secret = true,
                                       .repeatable = true},
            [OPERATION_CREATE] = {"create", "POST", LEASES, .secret = true},
            [OPERATION_REVOKE] = {"revoke", "DELETE", LEASES "/{lease}", .repeatable = true},
        },
    .listings =
        {
            [PART_SPACES] = {OPERATION_LIST_SPACES, "spaces", .catalog = true},
            [PART_RUNTIMES] = {OPERATION_LIST_RUNTIMES, "runtimes", .catalog = true},
            [PART_LEASES] = {OPERATION_LIST_LEASES, "connections", .catalog = false},
        },
    .ttl_min_s = 60,
    .ttl_max_s = 7200,
    .ttl_default_s = 3600,
    .protocols = {"cdp"},
};

const struct generation *generation_connections(void)
{
    return &connections;
}

/* Appends what fits and counts what would. */
struct url {
    char *text;
    size_t used;
};

static void add(struct url *url, const char *bytes, size_t length)
{
    if (url->text != NULL)
        memcpy(url->text + url->used, bytes, length);
    url->used += length;
}

/* RFC 3986, section 2.3: all but the unreserved characters. */
static void add_encoded(struct url *url, const char *text)
{
    static const char hex[] = "0123456789ABCDEF";
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        const char encoded[3] = {'%', hex[*at >> 4], hex[*at & 15]};
        if ((*at < 0x80 && isalnum(*at)) || strchr("-._~", *at) != NULL)
            add(url, (const char *)at, 1);
        else
            add(url, encoded, sizeof encoded);
    }
}

static void add_path(struct url *url, const char *path, const struct identity *identity)
{
    const struct {
        const char *mark, *id;
    } marks[] = {
        {"{space}", identity->space_id},
        {"{runtime}", identity->runtime_id},
        {"{lease}", identity->lease_id},
    };
    while (*path != '\0') {
        size_t taken = 1;
        for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
            if (strncmp(path, marks[i].mark, strlen(marks[i].mark)) == 0) {
                add_encoded(url, marks[i].id);
                taken = strlen(marks[i].mark);
            }
        }
        if (taken == 1)
            add(url, path, 1);
        path += taken;
    }
}

/* An empty id or a dot segment names another path however it is written (RFC 3986, section 5.2.4).
 */
static bool nameable(const char *path, const char *mark, const char *id)
{
    return strstr(path, mark) == NULL ||
           (*id != '\0' && strcmp(id, ".") != 0 && strcmp(id, "..") != 0);
}

static void add_all(struct url *url, const char *base, const char *path,
                    const struct identity *identity, const char *cursor)
{
    add(url, base, strlen(base));
    add_path(url, path, identity);
    if (cursor != NULL) {
        add(url, "?cursor=", 8);
        add_encoded(url, cursor);
    }
    add(url, "", 1);
}

char *generation_url(const struct generation *generation, enum operation_name name,
                     const struct gate *gate, const struct identity *identity, const char *cursor,
                     struct error *error)
{
    const struct operation *operation = &generation->operations[name];
    if (gate->read_only && strcmp(operation->method, "GET") != 0) {
        error_set(error, ERROR_USAGE, "%s is off: this is read-only", operation->word);
        return NULL;
    }
    const char *path = operation->path;
    if (!nameable(path, "{space}", identity->space_id) ||
        !nameable(path, "{runtime}", identity->runtime_id) ||
        !nameable(path, "{lease}", identity->lease_id)) {
        error_set(error, ERROR_INPUT, "%s: an id of it cannot be part of a url", operation->word);
        return NULL;
    }
    struct url url = {0};
    add_all(&url, gate->base_url, path, identity, cursor);
    url.text = malloc(url.used);
    if (url.text == NULL) {
        error_memory(error);
        return NULL;
    }
    url.used = 0;
    add_all(&url, gate->base_url, path, identity, cursor);
    return url.text;
}
