/* snippet: what can be copied of an endpoint besides the endpoint itself: its parts, the lease's
 * id, and lines that connect. One list: a new snippet is one line there. The text is made on the
 * way to the clipboard and lives in secret memory. UI thread. */
#ifndef CORE_SNIPPET_H
#define CORE_SNIPPET_H

#include "api/endpoint.h"
#include "api/error.h"

/* name, what the url begins with ("" for what has a host and port), text ({url} {host} {port}
 * {username} stand for parts), what it is */
#define SNIPPETS(X)                                                                                \
    X("playwright", "ws", "const browser = await chromium.connectOverCDP('{url}');",               \
      "a line of Playwright that attaches")                                                        \
    X("puppeteer", "ws",                                                                           \
      "const browser = await puppeteer.connect({ browserWSEndpoint: '{url}' });",                  \
      "a line of Puppeteer that attaches")                                                         \
    X("curl", "http", "curl '{url}'", "a line for the shell that asks it")                         \
    X("env", "ws", "export LEASE_ENDPOINT='{url}'", "a line for the shell that keeps it")          \
    X("env", "http", "export LEASE_ENDPOINT='{url}'", "a line for the shell that keeps it")        \
    X("rdp", "", "xfreerdp '/v:{host}:{port}' '/u:{username}' /from-stdin",                        \
      "a line for the shell that asks for the password")

enum { SNIPPET_CHOICES_MAX = 64 };

/* One thing that can be copied. */
struct snippet_choice {
    char label[64];     /* "url", "browser.url", "playwright" */
    const char *detail; /* what it is, without a secret */
    size_t field;       /* of the endpoint; SNIPPET_NONE: none */
    int snippet;        /* of the list; -1: none */
    size_t target;      /* whose parts it is made of */
};

#define SNIPPET_NONE ((size_t)-1)

/* What can be copied of the endpoint (NULL: only the id); returns how many of at most `room`. */
size_t snippet_choices(const struct endpoint *endpoint, struct snippet_choice *choices,
                       size_t room);

/* The text of one, for the caller to free. NULL with a sentence when memory ran out, or where a
 * part holds a quotation mark that would end the line's own. */
struct secret *snippet_text(const struct endpoint *endpoint, const char *lease_id,
                            const struct snippet_choice *choice, struct error *error);

#endif
