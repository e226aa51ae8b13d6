/* contract: see contract.h. */
#include "tests/support/contract.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"

/* ---- Writing JSON */

struct json {
    FILE *out;
    char *text;
    size_t size;
};

static void json_begin(struct json *json)
{
    json->out = support_need(open_memstream(&json->text, &json->size));
}

static char *json_end(struct json *json)
{
    if (fclose(json->out) != 0)
        support_die("out of memory");
    return json->text;
}

static void json_string(FILE *out, const char *text)
{
    if (text == NULL) {
        fputs("null", out);
        return;
    }
    fputc('"', out);
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte == '"' || byte == '\\')
            fputc('\\', out);
        if (byte < 0x20)
            fprintf(out, "\\u%04x", byte);
        else
            fputc(byte, out);
    }
    fputc('"', out);
}

static void json_member(FILE *out, const char *name, const char *value)
{
    fprintf(out, "\"%s\":", name);
    json_string(out, value);
    fputc(',', out);
}

static void json_time(FILE *out, const char *name, time_t when)
{
    char *text = contract_time(when);
    json_member(out, name, text);
    free(text);
}

static const char *text_or(const char *text, const char *otherwise)
{
    return text == NULL ? otherwise : text;
}

char *contract_time(time_t when)
{
    char text[32];
    struct tm tm;
    gmtime_r(&when, &tm);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
    return support_copy(text);
}

char *contract_format(const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        support_die("out of memory");
    va_end(arguments);
    return text;
}

/* ---- Bodies */

/* Both times of spaces and runtimes: what they are matters to nobody. */
#define LONG_AGO "\"createdAt\":\"2026-01-05T09:00:00Z\",\"updatedAt\":\"2026-01-05T09:00:00Z\""

static void space_write(FILE *out, const struct contract_space *space)
{
    fputc('{', out);
    json_member(out, "id", space->id);
    json_member(out, "name", space->name);
    json_member(out, "region", text_or(space->region, "eu-central"));
    fputs(LONG_AGO "}", out);
}

static void runtime_write(FILE *out, const struct contract_runtime *runtime)
{
    const char *status = text_or(runtime->status, "active");
    fputc('{', out);
    json_member(out, "id", runtime->id);
    json_member(out, "spaceId", runtime->space);
    json_member(out, "name", runtime->name);
    json_member(out, "kind", text_or(runtime->kind, "browser"));
    json_member(out, "status", status);
    json_member(out, "region", "eu-central");
    fputs("\"activeRunId\":null,\"capabilities\":[],\"metadata\":null," LONG_AGO "}", out);
}

static void lease_ago(FILE *out, const char *name, time_t now, long ago_s)
{
    if (ago_s != 0)
        json_time(out, name, now - ago_s);
    else
        json_member(out, name, NULL);
}

static void lease_write(FILE *out, time_t now, const struct contract_lease *lease,
                        const char *endpoint)
{
    fputc('{', out);
    json_member(out, "id", lease->id);
    json_member(out, "runId", UUID("5b0e5b0e"));
    json_member(out, "runtimeId", lease->runtime);
    json_member(out, "protocol", text_or(lease->protocol, "cdp"));
    json_time(out, "createdAt", now - (lease->age_s != 0 ? lease->age_s : 60));
    if (lease->endless)
        json_member(out, "expiresAt", NULL);
    else
        json_time(out, "expiresAt", now + (lease->left_s != 0 ? lease->left_s : 3600));
    lease_ago(out, "closedAt", now, lease->closed_s);
    if (endpoint != NULL)
        fprintf(out, "\"endpoint\":%s,", endpoint);
    lease_ago(out, "revokedAt", now, lease->revoked_s);
    fputs("\"status\":", out);
    json_string(out, text_or(lease->status, "active"));
    fputc('}', out);
}

char *contract_spaces(const struct contract_space *spaces)
{
    struct json json = {0};
    json_begin(&json);
    fputs("{\"spaces\":[", json.out);
    for (const struct contract_space *at = spaces; at != NULL && at->id != NULL; at++) {
        fputs(at == spaces ? "" : ",", json.out);
        space_write(json.out, at);
    }
    fputs("]}", json.out);
    return json_end(&json);
}

/* Of one space, or of all where `space` is NULL. */
static char *runtimes_of(const struct contract_runtime *runtimes, const char *space, bool first)
{
    struct json json = {0};
    const char *comma = "";
    json_begin(&json);
    fputs("{\"runtimes\":[", json.out);
    for (const struct contract_runtime *at = runtimes; at != NULL && at->id != NULL; at++) {
        bool fits = space == NULL || (at->space == NULL ? first : strcmp(at->space, space) == 0);
        if (!fits)
            continue;
        struct contract_runtime runtime = *at;
        runtime.space = text_or(at->space, space);
        fputs(comma, json.out);
        runtime_write(json.out, &runtime);
        comma = ",";
    }
    fputs("]}", json.out);
    return json_end(&json);
}

char *contract_runtimes(const struct contract_runtime *runtimes)
{
    return runtimes_of(runtimes, NULL, true);
}

static char *leases_of(time_t now, const struct contract_lease *leases, const char *runtime)
{
    struct json json = {0};
    const char *comma = "";
    json_begin(&json);
    fputs("{\"connections\":[", json.out);
    for (const struct contract_lease *at = leases; at != NULL && at->id != NULL; at++) {
        if (runtime != NULL && strcmp(at->runtime, runtime) != 0)
            continue;
        fputs(comma, json.out);
        lease_write(json.out, now, at, at->endpoint);
        comma = ",";
    }
    fputs("]}", json.out);
    return json_end(&json);
}

char *contract_leases(time_t now, const struct contract_lease *leases)
{
    return leases_of(now, leases, NULL);
}

char *contract_lease(time_t now, const struct contract_lease *lease)
{
    struct json json = {0};
    json_begin(&json);
    lease_write(json.out, now, lease, NULL);
    return json_end(&json);
}

char *contract_created(time_t now, const struct contract_lease *lease)
{
    struct json json = {0};
    char *websocket =
        contract_format("{\"type\":\"websocket\",\"url\":\"" CONTRACT_WEBSOCKET "\"}", lease->id);
    json_begin(&json);
    lease_write(json.out, now, lease, text_or(lease->endpoint, websocket));
    free(websocket);
    return json_end(&json);
}

char *contract_error(const char *code, const char *message, const char *request)
{
    struct json json = {0};
    json_begin(&json);
    fputc('{', json.out);
    json_member(json.out, "error", message);
    json_member(json.out, "code", code);
    fputs("\"requestId\":", json.out);
    json_string(json.out, request);
    fputc('}', json.out);
    return json_end(&json);
}

/* ---- The whole world */

static void serve_runtime(struct server *server, const char *space,
                          const struct contract_runtime *runtime,
                          const struct contract_lease *leases)
{
    char *path = contract_format("/v1/spaces/%s/runtimes/%s/connections", space, runtime->id);
    char *body = leases_of(server_now(server), leases, runtime->id);
    server_on(server, "GET", path, ANSWER_MADE(200, body));
    free(path);
}

static void serve_space(struct server *server, const struct contract_space *space, bool first,
                        const struct contract_runtime *runtimes,
                        const struct contract_lease *leases)
{
    for (const struct contract_runtime *at = runtimes; at != NULL && at->id != NULL; at++)
        if (at->space == NULL ? first : strcmp(at->space, space->id) == 0)
            serve_runtime(server, space->id, at, leases);
    char *path = contract_format("/v1/spaces/%s/runtimes", space->id);
    server_on(server, "GET", path, ANSWER_MADE(200, runtimes_of(runtimes, space->id, first)));
    free(path);
}

/* From the leaves up, so that a client that reads meanwhile finds what it has heard of. */
void contract_serve(struct server *server, const struct contract_space *spaces,
                    const struct contract_runtime *runtimes, const struct contract_lease *leases)
{
    for (const struct contract_space *at = spaces; at != NULL && at->id != NULL; at++)
        serve_space(server, at, at == spaces, runtimes, leases);
    server_on(server, "GET", "/v1/spaces", ANSWER_MADE(200, contract_spaces(spaces)));
}
