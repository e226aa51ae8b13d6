/* endpoint_pack: see endpoint_pack.h. */
#include "api/endpoint_pack.h"

#include <string.h>

static const char version[] = {'l', 't', 'e', '1'};

enum { HEAD_BYTES = sizeof version + 1 };

/* Letters, not the numbers of the enumerations: those may change with the program. */
static const char type_letters[ENDPOINT_TYPE_COUNT] = {
    [ENDPOINT_WEBSOCKET] = 'w', [ENDPOINT_HTTP] = 'h',  [ENDPOINT_RDP] = 'r',
    [ENDPOINT_COMPOSITE] = 'c', [ENDPOINT_OTHER] = 'o',
};

static const char role_letters[] = {
    [ENDPOINT_URL] = 'u',  [ENDPOINT_HOST] = 'h',     [ENDPOINT_PORT] = 'p',
    [ENDPOINT_USER] = 'n', [ENDPOINT_PASSWORD] = 's',
};

static size_t packed_size(const struct endpoint *endpoint)
{
    size_t size = HEAD_BYTES;
    for (size_t i = 0; i < endpoint_count(endpoint); i++) {
        struct endpoint_field field = endpoint_field(endpoint, i);
        size += 1 + strlen(field.name) + 1 + strlen(field.text) + 1;
    }
    return size;
}

static char *put_text(char *at, const char *text)
{
    size_t bytes = strlen(text) + 1;
    memcpy(at, text, bytes);
    return at + bytes;
}

struct secret *endpoint_pack(const struct endpoint *endpoint)
{
    struct secret *packed = secret_new(packed_size(endpoint));
    char *at = secret_bytes(packed);
    if (packed == NULL)
        return NULL;
    memcpy(at, version, sizeof version);
    at[sizeof version] = type_letters[endpoint_type(endpoint)];
    at += HEAD_BYTES;
    for (size_t i = 0; i < endpoint_count(endpoint); i++) {
        struct endpoint_field field = endpoint_field(endpoint, i);
        *at++ = role_letters[field.role];
        at = put_text(at, field.name);
        at = put_text(at, field.text);
    }
    return packed;
}

/* The place of a letter in its table, or -1. A place without a letter is no letter's. */
static int place_of(const char *letters, size_t count, char letter)
{
    for (size_t i = 0; i < count; i++) {
        if (letter != '\0' && letters[i] == letter)
            return (int)i;
    }
    return -1;
}

/* The text at *at, which must end before `end`; moves *at behind its NUL. */
static const char *take_text(const char **at, const char *end)
{
    const char *text = *at, *nul = memchr(text, '\0', (size_t)(end - text));
    if (nul == NULL)
        return NULL;
    *at = nul + 1;
    return text;
}

static bool take_field(struct endpoint *endpoint, const char **at, const char *end)
{
    int role = place_of(role_letters, sizeof role_letters, *(*at)++);
    const char *name = take_text(at, end);
    const char *text = name != NULL ? take_text(at, end) : NULL;
    return role >= 0 && text != NULL &&
           endpoint_add(endpoint, (enum endpoint_role)role, name, text);
}

struct endpoint *endpoint_unpack(const char *bytes, size_t length)
{
    if (length < HEAD_BYTES || memcmp(bytes, version, sizeof version) != 0)
        return NULL;
    int type = place_of(type_letters, sizeof type_letters, bytes[sizeof version]);
    struct endpoint *endpoint = type >= 0 ? endpoint_new((enum endpoint_type)type) : NULL;
    const char *at = bytes + HEAD_BYTES, *end = bytes + length;
    bool whole = endpoint != NULL;
    while (whole && at < end)
        whole = take_field(endpoint, &at, end);
    if (whole)
        return endpoint;
    endpoint_free(endpoint);
    return NULL;
}
