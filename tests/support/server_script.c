/* server_script: what the scripted server answers (routes and their answers) and what time it is
 * there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/server_internal.h"
#include "tests/support/support.h"

/* ---- Patterns */

static bool text_fits(const char *pattern, const char *text)
{
    for (;; pattern++, text++) {
        if (*pattern == '*') {
            bool deep = pattern[1] == '*';
            pattern += deep ? 2 : 1;
            while (!text_fits(pattern, text))
                if (*text == '\0' || (*text++ == '/' && !deep))
                    return false;
            return true;
        }
        if (*pattern != *text)
            return false;
        if (*pattern == '\0')
            return true;
    }
}

bool server_request_fits(const struct request *request, const char *method, const char *pattern)
{
    if (strcmp(method, "*") != 0 && strcmp(method, request->method) != 0)
        return false;
    if (strchr(pattern, '?') != NULL)
        return text_fits(pattern, request->target);
    char *path = support_copy(request->target);
    path[strcspn(path, "?")] = '\0';
    bool fits = text_fits(pattern, path);
    free(path);
    return fits;
}

/* ---- Routes */

static struct answer answer_copy(const struct answer *from)
{
    struct answer copy = *from;
    const char *body = from->body_take != NULL ? from->body_take : from->body;
    if (body != NULL && from->body_size > 0)
        copy.body = memcpy(support_need(malloc(from->body_size)), body, from->body_size);
    else
        copy.body = support_copy(body);
    free(from->body_take);
    copy.body_take = NULL;
    copy.type = support_copy(from->type);
    copy.headers = support_copy(from->headers);
    if (from->raw != NULL && from->body_size > 0)
        copy.raw = memcpy(support_need(malloc(from->body_size)), from->raw, from->body_size);
    else
        copy.raw = support_copy(from->raw);
    return copy;
}

static void script_free(struct script *script)
{
    for (size_t i = 0; i < script->count; i++) {
        struct answer *answer = &script->answers[i];
        free((char *)answer->body);
        free((char *)answer->type);
        free((char *)answer->headers);
        free((char *)answer->raw);
    }
    free(script);
}

static struct route *route_same(struct server *server, const char *method, const char *pattern)
{
    struct route *route = server->newest_route;
    while (route != NULL &&
           (strcmp(route->method, method) != 0 || strcmp(route->pattern, pattern) != 0))
        route = route->older;
    return route;
}

static struct route *route_new(struct server *server, const char *method, const char *pattern)
{
    struct route *route = support_need(calloc(1, sizeof *route));
    route->method = support_copy(method);
    route->pattern = support_copy(pattern);
    route->older = server->newest_route;
    server->newest_route = route;
    return route;
}

void server_on_each(struct server *server, const char *method, const char *pattern,
                    const struct answer *answers, size_t count)
{
    struct script *script = support_need(calloc(1, sizeof *script + count * sizeof *answers));
    script->count = count;
    for (size_t i = 0; i < count; i++)
        script->answers[i] = answer_copy(&answers[i]);

    pthread_mutex_lock(&server->lock);
    struct route *route = route_same(server, method, pattern);
    if (route == NULL)
        route = route_new(server, method, pattern);
    if (route->script != NULL) {
        route->script->older = server->retired;
        server->retired = route->script;
    }
    route->script = script;
    route->next = 0;
    pthread_mutex_unlock(&server->lock);
}

void server_on(struct server *server, const char *method, const char *pattern, struct answer answer)
{
    server_on_each(server, method, pattern, &answer, 1);
}

const struct answer *server_answer(struct server *server, struct entry *entry)
{
    static const struct answer no_route = {
        .status = 404,
        .type = "application/json",
        .body = "{\"error\":\"no route\",\"code\":\"test.no_route\",\"requestId\":\"test\"}",
    };
    for (struct route *route = server->newest_route; route != NULL; route = route->older) {
        if (!server_request_fits(&entry->request, route->method, route->pattern))
            continue;
        size_t at = route->next;
        if (route->next + 1 < route->script->count)
            route->next++;
        return &route->script->answers[at];
    }
    entry->unexpected = true;
    return &no_route;
}

void server_script_clear(struct server *server)
{
    for (struct route *route; (route = server->newest_route) != NULL;) {
        server->newest_route = route->older;
        script_free(route->script);
        free(route->method);
        free(route->pattern);
        free(route);
    }
    for (struct script *script; (script = server->retired) != NULL;) {
        server->retired = script->older;
        script_free(script);
    }
}

/* ---- Time */

static time_t clock_now(const struct server *server)
{
    time_t now = time(NULL);
    switch (server->clock) {
    case DATE_OFFSET:
        return now + server->clock_value;
    case DATE_FROM:
        return server->clock_value + (now - server->clock_set);
    case DATE_FIXED:
        return server->clock_value;
    case DATE_ABSENT:
        break;
    }
    return now;
}

/* RFC 9110, 5.6.7, in the C locale whatever the program's is. */
const char *server_date_line(struct server *server, char *date, size_t size)
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct tm tm;
    pthread_mutex_lock(&server->lock);
    time_t now = clock_now(server);
    bool absent = server->clock == DATE_ABSENT;
    pthread_mutex_unlock(&server->lock);
    gmtime_r(&now, &tm);
    snprintf(date, size, "%s, %02d %s %d %02d:%02d:%02d GMT", days[tm.tm_wday], tm.tm_mday,
             months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
    return absent ? NULL : date;
}

void server_date(struct server *server, enum server_clock kind, long long value)
{
    pthread_mutex_lock(&server->lock);
    server->clock = kind;
    server->clock_value = value;
    server->clock_set = time(NULL);
    pthread_mutex_unlock(&server->lock);
}

time_t server_now(struct server *server)
{
    pthread_mutex_lock(&server->lock);
    time_t now = clock_now(server);
    pthread_mutex_unlock(&server->lock);
    return now;
}
