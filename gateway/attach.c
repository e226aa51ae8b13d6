/* attach: see attach.h. */
#include "gateway/attach.h"

#include "gateway/rewrite.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Where the patterns of routes.c have their names. */
enum { SEGMENT_TOKEN = 1, SEGMENT_BELOW = 2, SEGMENT_TARGET = 4 };

static bool refuse(const struct visit *visit, enum refusal refusal, const char *sentence)
{
    return answer_refuse(&visit->request->answer, refusal, NULL, sentence);
}

/* ---- the lease */

static const struct {
    enum refusal refusal;
    const char *sentence;
} ended[] = {
    [LEASE_LIVE] = {REFUSAL_NO_LEASE, "this endpoint is of no lease"},
    [LEASE_EXPIRED] = {REFUSAL_EXPIRED, "the lease has expired: no new attach is accepted"},
    [LEASE_REVOKED] = {REFUSAL_REVOKED, "the lease was revoked: no new attach is accepted"},
    [LEASE_CLOSED] = {REFUSAL_CLOSED, "the lease was closed: no new attach is accepted"},
};

static bool find_lease(const struct visit *visit, struct fleet_found *found)
{
    const char *token = visit->request->path.segments[SEGMENT_TOKEN];
    *found = fleet_token_find(visit->gateway->fleet, token, visit->now_ms);
    return found->lease != NULL ||
           refuse(visit, ended[found->end].refusal, ended[found->end].sentence);
}

bool attach_is_over(const struct gateway *gateway, const struct request *request, int64_t now_ms,
                    enum session_end *end)
{
    const char *token = request->path.segments[SEGMENT_TOKEN];
    struct fleet_found found = fleet_token_find(gateway->fleet, token, now_ms);
    *end = found.end == LEASE_EXPIRED ? END_EXPIRED : END_REVOKED;
    return found.lease == NULL;
}

/* ---- its browser */

#define NOT_STARTED "the browser could not be started"

static const struct {
    enum refusal refusal; /* the first: none */
    const char *sentence;
} states[] = {
    [BROWSERS_NONE] = {REFUSAL_NO_HOST, "the browser has just ended"},
    [BROWSERS_STARTING] = {0, NULL},
    [BROWSERS_READY] = {0, NULL},
    [BROWSERS_FAILED] = {REFUSAL_NO_HOST, NOT_STARTED},
    [BROWSERS_FULL] = {REFUSAL_QUOTA, "as many browsers run as may; stop a runtime, or see "
                                      "--max-browsers"},
    [BROWSERS_ABSENT] = {REFUSAL_NO_HOST, "the lease is good, but no browser is installed on the "
                                          "machine of this gateway"},
};

#define REACHED_PROTOCOLS                                                                          \
    (PROTOCOL_BIT(PROTOCOL_CDP) | PROTOCOL_BIT(PROTOCOL_MCP) | PROTOCOL_BIT(PROTOCOL_HTTP))

static bool need_browser(const struct visit *visit, const struct fleet_found *found)
{
    struct browsers *browsers = visit->gateway->browsers;
    if (browsers == NULL)
        return refuse(visit, REFUSAL_NO_HOST,
                      "the lease is good, but no runtime is reachable behind this gateway; see "
                      "--browser");
    if (found->runtime->kind != RUNTIME_BROWSER)
        return refuse(visit, REFUSAL_NO_HOST,
                      "the lease is good, but its runtime is no browser, and nothing else runs "
                      "behind this gateway");
    if ((PROTOCOL_BIT(found->lease->protocol) & REACHED_PROTOCOLS) == 0)
        return refuse(visit, REFUSAL_NO_HOST,
                      "the lease is good, but nothing behind this gateway speaks its protocol");
    enum browsers_state state = browsers_want(browsers, found->runtime->id);
    return states[state].sentence == NULL ||
           refuse(visit, states[state].refusal, states[state].sentence);
}

/* ---- the question to it */

static const char *header(const struct visit *visit, enum header name)
{
    const char *value = visit->request->headers[name].values[0];
    return value == NULL ? "" : value;
}

static bool line_has_word(const char *list, const char *word)
{
    size_t size = strlen(word);
    for (const char *at = list; *at != '\0'; at += strspn(at, ", \t")) {
        size_t length = strcspn(at, ", \t");
        if (length == size && strncasecmp(at, word, size) == 0)
            return true;
        at += length;
    }
    return false;
}

static bool has_word(const struct visit *visit, enum header name, const char *word)
{
    const char *const *lines = visit->request->headers[name].values;
    bool found = false;
    for (size_t i = 0; i < REQUEST_LINES_MAX && lines[i] != NULL; i++)
        found |= line_has_word(lines[i], word);
    return found;
}

/* RFC 6455, 4.2.1. */
static bool check_upgrade(const struct visit *visit)
{
    const struct request *request = visit->request;
    const char *key = header(visit, HEADER_WEBSOCKET_KEY);
    bool ok = !request->is_head && has_word(visit, HEADER_UPGRADE, "websocket") &&
              has_word(visit, HEADER_CONNECTION, "upgrade") &&
              request->headers[HEADER_WEBSOCKET_KEY].count == 1 && strlen(key) == 24 &&
              request->headers[HEADER_WEBSOCKET_VERSION].count == 1 &&
              strcmp(header(visit, HEADER_WEBSOCKET_VERSION), "13") == 0;
    return ok || refuse(visit, REFUSAL_UPGRADE, "attach with a WebSocket client, version 13");
}

/* The id of a page, where one is named: letters and digits, so that no path is made of it. */
static bool set_target(const struct visit *visit, struct exchange *exchange)
{
    const char *target = visit->request->path.segments[SEGMENT_TARGET];
    if (visit->request->path.count <= SEGMENT_TARGET)
        return true;
    for (const char *at = target; *at != '\0'; at++) {
        if (!isalnum((unsigned char)*at) && *at != '-')
            return refuse(visit, REFUSAL_NO_ROUTE, "there is no such page");
    }
    snprintf(exchange->path, sizeof exchange->path, "/devtools/page/%.40s", target);
    return true;
}

/* A list may come in several lines, whose order tells. */
static bool hand_on(const struct visit *visit, struct exchange *exchange, enum header from,
                    const char *name)
{
    const char *const *lines = visit->request->headers[from].values;
    bool ok = visit->request->headers[from].count <= REQUEST_LINES_MAX;
    for (size_t i = 0; i < REQUEST_LINES_MAX && lines[i] != NULL; i++)
        ok = ok && (lines[i][0] == '\0' || exchange_header(exchange, name, lines[i]));
    return ok;
}

/* The Host is ours: it is an address, which the browser insists on, and it comes back in what the
 * browser says of itself. An Origin is not among what is handed on. */
static bool add_headers(const struct visit *visit, struct exchange *exchange)
{
    static const struct {
        enum header from;
        const char *name;
    } handed_on[] = {
        {HEADER_WEBSOCKET_KEY, "Sec-WebSocket-Key"},
        {HEADER_WEBSOCKET_VERSION, "Sec-WebSocket-Version"},
        {HEADER_WEBSOCKET_EXTENSIONS, "Sec-WebSocket-Extensions"},
        {HEADER_WEBSOCKET_PROTOCOL, "Sec-WebSocket-Protocol"},
    };
    char host[32];
    snprintf(host, sizeof host, "127.0.0.1:%u", visit->gateway->port);
    bool ok = exchange_header(exchange, "Host", host) &&
              exchange_header(exchange, "Connection", exchange->upgrade ? "Upgrade" : "close");
    if (!exchange->upgrade)
        return ok;
    ok = ok && exchange_header(exchange, "Upgrade", "websocket");
    for (size_t i = 0; i < sizeof handed_on / sizeof handed_on[0]; i++)
        ok = ok && hand_on(visit, exchange, handed_on[i].from, handed_on[i].name);
    return ok || refuse(visit, REFUSAL_INVALID, "the WebSocket headers are too long");
}

/* The answer stays undecided; the request has the exchange. */
static void ask(const struct visit *visit, const struct fleet_found *found, bool upgrade,
                const char *path)
{
    struct exchange *exchange = exchange_new(found->runtime->id);
    if (exchange == NULL) {
        refuse(visit, REFUSAL_BROKEN, "out of memory");
        return;
    }
    exchange->upgrade = upgrade;
    snprintf(exchange->path, sizeof exchange->path, "%s", path);
    if ((!upgrade || set_target(visit, exchange)) && add_headers(visit, exchange))
        visit->request->exchange = exchange;
    else
        exchange_free(exchange);
}

/* ---- what it answered */

static const char *const outcomes[] = {
    [EXCHANGE_DONE] = NULL,
    [EXCHANGE_FAILED] = "the browser could not be reached",
    [EXCHANGE_UNSTARTED] = NOT_STARTED,
    [EXCHANGE_FULL] = "as many clients are attached as may be",
    [EXCHANGE_STOPPED] = "the gateway is ending",
};

static bool check_outcome(const struct visit *visit, unsigned status)
{
    const struct exchange *exchange = visit->request->exchange;
    if (outcomes[exchange->outcome] != NULL)
        return refuse(visit, REFUSAL_NO_HOST, outcomes[exchange->outcome]);
    if (exchange->status == status)
        return true;
    if (visit->request->path.count > SEGMENT_TARGET)
        return refuse(visit, REFUSAL_NO_ROUTE, "there is no such page");
    return refuse(visit, REFUSAL_NO_HOST, "the browser refused");
}

/* The browser's first frames may have come with its answer. */
static void admit(const struct visit *visit, const struct lease *lease)
{
    struct request *request = visit->request;
    struct exchange *exchange = request->exchange;
    request->session = session_new(exchange->watch.fd, lease->serial, lease->expires_ms);
    if (request->session == NULL ||
        !session_keep(&request->session->to_client, exchange->bytes, exchange->size)) {
        refuse(visit, REFUSAL_BROKEN, "out of memory");
        return;
    }
    request->session->browser_number = exchange->line.number;
    exchange->watch.fd = -1;
    request->answer.status = 101;
}

static void attach(const struct visit *visit)
{
    struct fleet_found found;
    if (!find_lease(visit, &found))
        return;
    if (visit->request->exchange == NULL) {
        if (need_browser(visit, &found) && check_upgrade(visit))
            ask(visit, &found, true, "");
    } else if (check_outcome(visit, 101))
        admit(visit, found.lease);
}

/* Whoever is not let in has nothing more to say on this connection, and keeps no other one out. */
void handle_attach(const struct visit *visit)
{
    struct answer *answer = &visit->request->answer;
    attach(visit);
    answer->close = answer->status != 0 && answer->status != 101;
}

/* ---- its HTTP interface: nothing but what looks */

static const char *listed_path(const struct visit *visit)
{
    static const char *const listed[] = {"/json", "/json/list", "/json/version"};
    const struct path *path = &visit->request->path;
    char text[2 * REQUEST_SEGMENT_SIZE + 3] = "";
    size_t count = path->count;
    if (count > SEGMENT_BELOW && count <= REQUEST_SEGMENTS_MAX &&
        path->segments[count - 1][0] == '\0')
        count--;
    for (size_t i = SEGMENT_BELOW; i < count && count <= SEGMENT_BELOW + 2; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "/%s", path->segments[i]);
    for (size_t i = 0; i < sizeof listed / sizeof listed[0]; i++) {
        if (strcmp(text, listed[i]) == 0)
            return listed[i];
    }
    return NULL;
}

static void show(const struct visit *visit)
{
    const struct exchange *exchange = visit->request->exchange;
    const char *token = visit->request->path.segments[SEGMENT_TOKEN];
    json_t *body = json_loadb(exchange->bytes, exchange->size, JSON_ALLOW_NUL, NULL);
    if (body == NULL) {
        refuse(visit, REFUSAL_NO_HOST, "the browser's answer cannot be read");
        return;
    }
    if (!rewrite_addresses(body, visit->gateway->port, token)) {
        json_decref(body);
        body = NULL;
    }
    answer_put(&visit->request->answer, body);
}

void handle_http(const struct visit *visit)
{
    struct fleet_found found;
    if (!find_lease(visit, &found))
        return;
    if (visit->request->exchange != NULL) {
        if (check_outcome(visit, 200))
            show(visit);
        return;
    }
    if (!need_browser(visit, &found))
        return;
    const char *path = listed_path(visit);
    if (path == NULL)
        refuse(visit, REFUSAL_NO_ROUTE,
               "under a lease there are /json, /json/list and /json/version");
    else
        ask(visit, &found, false, path);
}
