/* rewrite: see rewrite.h. */
#include "gateway/rewrite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct change {
    char from[64]; /* 127.0.0.1:PORT/devtools/ */
    char to[128];  /* 127.0.0.1:PORT/attach/TOKEN */
};

/* What stands for `from`, which `at` points behind; `*at` moves past what is left out. */
static const char *rest_of(const char **at)
{
    static const char browser[] = "browser/";
    if (strncmp(*at, browser, sizeof browser - 1) != 0)
        return "/devtools/";
    *at += sizeof browser - 1;
    *at += strspn(*at, "0123456789abcdefABCDEF-");
    return "";
}

/* From malloc. A text of n bytes has at most n / strlen(from) places, each of which grows by less
 * than `to` is long. */
static char *change_text(const char *text, const struct change *change)
{
    size_t from_size = strlen(change->from);
    size_t places = 0;
    for (const char *at = text; (at = strstr(at, change->from)) != NULL; at += from_size)
        places++;
    size_t room = strlen(text) + places * sizeof change->to + 1;
    char *changed = malloc(room);
    if (changed == NULL)
        return NULL;
    size_t size = 0;
    const char *at = text;
    for (const char *found; (found = strstr(at, change->from)) != NULL;) {
        const char *behind = found + from_size;
        const char *rest = rest_of(&behind);
        size += (size_t)snprintf(changed + size, room - size, "%.*s%s%s", (int)(found - at), at,
                                 change->to, rest);
        at = behind;
    }
    snprintf(changed + size, room - size, "%s", at);
    return changed;
}

static bool is_address(const char *key)
{
    return strcmp(key, "webSocketDebuggerUrl") == 0 || strcmp(key, "devtoolsFrontendUrl") == 0;
}

static bool change_string(json_t *value, const struct change *change)
{
    if (strstr(json_string_value(value), change->from) == NULL)
        return true;
    char *changed = change_text(json_string_value(value), change);
    bool ok = changed != NULL && json_string_set(value, changed) == 0;
    free(changed);
    return ok;
}

static bool change_value(json_t *value, const struct change *change)
{
    bool ok = true;
    size_t index;
    const char *key;
    json_t *inner;
    json_array_foreach(value, index, inner) ok &= change_value(inner, change);
    json_object_foreach(value, key, inner) ok &= json_is_string(inner) && is_address(key)
                                                     ? change_string(inner, change)
                                                     : change_value(inner, change);
    return ok;
}

bool rewrite_addresses(json_t *value, uint16_t port, const char *token)
{
    struct change change;
    snprintf(change.from, sizeof change.from, "127.0.0.1:%u/devtools/", port);
    snprintf(change.to, sizeof change.to, "127.0.0.1:%u/attach/%s", port, token);
    return change_value(value, &change);
}
