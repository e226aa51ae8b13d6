/* base_url: see base_url.h. The parsing is the HTTP library's own, so that both always agree on
 * what is the host. */
#include "api/base_url.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* One part of a url; "" where there is none. Freed by parts_clear. */
struct parts {
    char *scheme, *user, *password, *host, *port, *path;
};

static bool parts_read(struct parts *parts, CURLU *url)
{
    const struct {
        CURLUPart what;
        char **to;
    } wanted[] = {
        {CURLUPART_SCHEME, &parts->scheme},     {CURLUPART_USER, &parts->user},
        {CURLUPART_PASSWORD, &parts->password}, {CURLUPART_HOST, &parts->host},
        {CURLUPART_PORT, &parts->port},         {CURLUPART_PATH, &parts->path},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        /* A user that cannot be read for want of memory must not look like none. */
        if (curl_url_get(url, wanted[i].what, wanted[i].to, 0) == CURLUE_OUT_OF_MEMORY)
            return false;
    }
    return parts->scheme != NULL && parts->host != NULL && parts->path != NULL;
}

static void parts_clear(struct parts *parts)
{
    char *all[] = {parts->scheme, parts->user, parts->password,
                   parts->host,   parts->port, parts->path};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        curl_free(all[i]);
}

/* 127.0.0.0/8, ::1, and the name that always means them (RFC 6761, section 6.3). */
static bool is_loopback(const char *host)
{
    unsigned char address[4];
    return strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
           (inet_pton(AF_INET, host, address) == 1 && address[0] == 127);
}

/* The path without slashes and one /v1 at its end: the operations bring their own. */
static size_t path_length(const char *path)
{
    size_t length = strlen(path);
    while (length > 0 && path[length - 1] == '/')
        length--;
    if (length >= 3 && strncmp(path + length - 3, "/v1", 3) == 0)
        length -= 3;
    while (length > 0 && path[length - 1] == '/')
        length--;
    return length;
}

static bool refuse(struct error *error, const char *why)
{
    return error_set(error, ERROR_USAGE, "the API url %s", why);
}

static bool check(const struct parts *parts, const char *given, struct error *error)
{
    bool plain = strcmp(parts->scheme, "http") == 0;
    if (!plain && strcmp(parts->scheme, "https") != 0)
        return refuse(error, "must begin with https:// (or http:// on this machine)");
    if (parts->user != NULL || parts->password != NULL)
        return refuse(error, "must not hold a user or password: give the key in BCTRL_API_KEY or "
                             "by --api-key-file");
    /* Asked of the text: the library does not tell an empty fragment from none. */
    if (strpbrk(given, "?#") != NULL)
        return refuse(error, "must not have a query or fragment: leave out all from the ? or #");
    if (plain && !is_loopback(parts->host))
        return refuse(error, "uses plain http to another machine, which would show the key to the "
                             "network: use https://");
    return true;
}

/* False where there is no room: the library writes some a little longer than they were given. A
 * part of a url, or of a host, would be another one. */
static bool put_together(struct base_url *base, const struct parts *parts)
{
    const char *colon = parts->port != NULL ? ":" : "", *port = colon[0] != '\0' ? parts->port : "";
    int host = snprintf(base->host, sizeof base->host, "%s%s%s", parts->host, colon, port);
    int text = snprintf(base->text, sizeof base->text, "%s://%s%s%s%.*s", parts->scheme,
                        parts->host, colon, port, (int)path_length(parts->path), parts->path);
    return host < (int)sizeof base->host && text < (int)sizeof base->text;
}

bool base_url_parse(struct base_url *base, const char *given, struct error *error)
{
    struct parts parts = {0};
    bool done = false;
    CURLU *url = curl_url();
    if (url == NULL)
        return error_memory(error);
    /* No guessing of a scheme: `api.example` could mean either. */
    if (strlen(given) >= sizeof base->text || strpbrk(given, " \t\r\n") != NULL ||
        curl_url_set(url, CURLUPART_URL, given, 0) != CURLUE_OK || !parts_read(&parts, url)) {
        refuse(error, "is not a url: give one like https://api.bctrl.ai");
        goto out;
    }
    if (!check(&parts, given, error))
        goto out;
    if (!put_together(base, &parts)) {
        refuse(error, "is longer than any should be");
        goto out;
    }
    base->loopback = is_loopback(parts.host);
    done = true;
out:
    parts_clear(&parts);
    curl_url_cleanup(url);
    return done;
}

bool base_url_loopback(const char *text)
{
    struct base_url base = {0};
    return base_url_parse(&base, text, NULL) && base.loopback;
}
