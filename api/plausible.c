/* plausible: see plausible.h. */
#include "api/plausible.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS  "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* RFC 3986, section 2: reserved, unreserved, and the sign of what is encoded. */
#define URL_CHARACTERS LETTERS DIGITS "-._~:/?#[]@!$&'()*+,;=%"

enum { NAME_MOST = 255, PORT_MOST = 65535 };

static bool made_of(const char *text, const char *characters)
{
    return text[strspn(text, characters)] == '\0';
}

bool plausible_url(const char *text)
{
    size_t scheme = strspn(text, LETTERS DIGITS "+-.");
    if (scheme == 0 || strchr(LETTERS, text[0]) == NULL || strncmp(text + scheme, "://", 3) != 0)
        return false;
    const char *host = text + scheme + 3;
    /* Behind the name of a user, if there is one. */
    const char *path = host + strcspn(host, "/?#"), *at = memchr(host, '@', (size_t)(path - host));
    host = at != NULL ? at + 1 : host;
    return host < path && strchr(LETTERS DIGITS "[", *host) != NULL &&
           made_of(text, URL_CHARACTERS);
}

static bool plausible_ipv6(const char *text)
{
    char bare[INET6_ADDRSTRLEN];
    struct in6_addr address;
    size_t length = strlen(text);
    bool brackets = text[0] == '[' && length > 2 && text[length - 1] == ']';
    length -= brackets ? 2 : 0;
    if (length >= sizeof bare)
        return false;
    memcpy(bare, text + brackets, length);
    bare[length] = '\0';
    return inet_pton(AF_INET6, bare, &address) == 1;
}

/* It begins with a letter or a digit: what begins with a dash is an option to somebody. */
bool plausible_host(const char *text)
{
    bool name = *text != '\0' && strchr(LETTERS DIGITS, *text) != NULL &&
                made_of(text, LETTERS DIGITS "-._");
    return strlen(text) <= NAME_MOST && (name || plausible_ipv6(text));
}

bool plausible_port(const char *text)
{
    size_t length = strlen(text);
    long port = length <= 5 ? strtol(text, NULL, 10) : 0;
    return made_of(text, DIGITS) && port > 0 && port <= PORT_MOST;
}

bool plausible_target(const struct endpoint_target *target)
{
    if (target->role == ENDPOINT_URL)
        return plausible_url(target->text);
    return plausible_host(target->text) && (target->port == NULL || plausible_port(target->port));
}

bool plausible_whole(const char *text)
{
    return strstr(text, "\xEF\xBF\xBD") == NULL; /* U+FFFD */
}

static bool plausible_word(const char *text)
{
    if (!plausible_whole(text))
        return false;
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < ' ' || *text == '\x7f')
            return false;
    }
    return true;
}

bool plausible_field(const struct endpoint_field *field)
{
    static bool (*const checks[])(const char *) = {
        [ENDPOINT_URL] = plausible_url,       [ENDPOINT_HOST] = plausible_host,
        [ENDPOINT_PORT] = plausible_port,     [ENDPOINT_USER] = plausible_word,
        [ENDPOINT_PASSWORD] = plausible_word,
    };
    return checks[field->role](field->text);
}

bool plausible_endpoint(const struct endpoint *endpoint)
{
    for (size_t i = 0; i < endpoint_count(endpoint); i++) {
        struct endpoint_field field = endpoint_field(endpoint, i);
        if (!plausible_field(&field))
            return false;
    }
    return true;
}
