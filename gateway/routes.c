/* routes: see routes.h. */
#include "gateway/routes.h"

#include "gateway/attach.h"
#include "gateway/guard.h"
#include "gateway/hosting.h"

#include <stdio.h>
#include <string.h>

enum { KEY = 1, BODY = 2, ORIGIN = 4 };

/* In a pattern `*` stands for one segment, and `**` at the end for any that follow, none included.
 * `method` NULL is any. */
struct route {
    const char *method;
    const char *pattern;
    void (*handle)(const struct visit *visit);
    unsigned
        needs; /* a route without KEY has its secret in the path; with ORIGIN there may be one */
};

static const struct route routes[] = {
    {"GET", "/v1/spaces", handle_list_spaces, KEY},
    {"GET", "/v1/spaces/*/runtimes", handle_list_runtimes, KEY},
    {"GET", "/v1/spaces/*/runtimes/*", handle_get_runtime, KEY},
    {"GET", "/v1/spaces/*/runtimes/*/connections", handle_list_leases, KEY},
    {"POST", "/v1/spaces/*/runtimes/*/connections", handle_create_lease, KEY | BODY},
    {"DELETE", "/v1/spaces/*/runtimes/*/connections/*", handle_revoke_lease, KEY},
    {"POST", "/local/spaces/*/runtimes/*/start", handle_start_runtime, KEY},
    {"POST", "/local/spaces/*/runtimes/*/stop", handle_stop_runtime, KEY},
    {"GET", "/attach/*", handle_attach, ORIGIN},
    {"GET", "/attach/*/devtools/page/*", handle_attach, ORIGIN},
    {"GET", "/http/*/**", handle_http, 0},
};

#define ROUTE_COUNT (sizeof routes / sizeof routes[0])

static bool fits(const char *pattern, const struct path *path)
{
    for (size_t i = 0; *pattern == '/'; i++) {
        size_t size = strcspn(++pattern, "/");
        if (size == 2 && memcmp(pattern, "**", 2) == 0)
            return true;
        if (i == path->count)
            return false;
        const char *name = path->segments[i];
        bool any = size == 1 && *pattern == '*';
        if (any ? name[0] == '\0' : strlen(name) != size || memcmp(name, pattern, size) != 0)
            return false;
        pattern += size;
        if (*pattern == '\0')
            return i + 1 == path->count;
    }
    return false;
}

static void allow(struct answer *answer, const char *method)
{
    size_t used = strlen(answer->allow);
    snprintf(answer->allow + used, sizeof answer->allow - used, "%s%s%s", used > 0 ? ", " : "",
             method, strcmp(method, "GET") == 0 ? ", HEAD" : "");
}

static bool find_route(struct request *request, bool with_key)
{
    bool known = false;
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        const struct route *route = &routes[i];
        if (with_key != ((route->needs & KEY) != 0) || !fits(route->pattern, &request->path))
            continue;
        known = true;
        if (route->method == NULL || strcmp(route->method, request->method) == 0) {
            request->answer.allow[0] = '\0';
            request->route = route;
            return true;
        }
        allow(&request->answer, route->method);
    }
    return known ? answer_refuse(&request->answer, REFUSAL_METHOD, NULL,
                                 "this path has no such method")
                 : answer_refuse(&request->answer, REFUSAL_NO_ROUTE, NULL,
                                 "there is nothing at this path");
}

bool routes_admit(const struct gateway *gateway, struct request *request, const char *path)
{
    if (!guard_admits(request))
        return false;
    /* Whatever looks like the API, or like nothing, wants the key first: strangers do not learn
     * what is there. */
    bool is_path = request_path_split(&request->path, path);
    bool with_key = !is_path || strcmp(request->path.segments[0], "v1") == 0 ||
                    strcmp(request->path.segments[0], "local") == 0;
    if (with_key && !guard_key(request, &gateway->key))
        return false;
    return find_route(request, with_key) &&
           ((request->route->needs & ORIGIN) != 0 || guard_origin(request)) &&
           ((request->route->needs & BODY) == 0 || guard_body(request));
}

void routes_answer(struct gateway *gateway, struct request *request)
{
    if (request->answer.status != 0)
        return;
    struct visit visit = {gateway, request, gateway->now_ms()};
    if (gateway->demo != NULL)
        demo_advance(gateway->demo, visit.now_ms);
    hosting_settle(&visit);
    request->route->handle(&visit);
}
