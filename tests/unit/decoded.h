/* decoded: what was decoded as lines of plain ASCII, to be compared and read. One thread. */
#ifndef TESTS_UNIT_DECODED_H
#define TESTS_UNIT_DECODED_H

#include "api/decode.h"
#include "api/rfc3339.h"

#include "tests/unit/unit.h"

struct shown {
    size_t used;
    char text[16000];
};

__attribute__((format(printf, 2, 3))) static inline void show(struct shown *shown,
                                                              const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length =
        vsnprintf(shown->text + shown->used, sizeof shown->text - shown->used, format, arguments);
    va_end(arguments);
    shown->used += (size_t)length;
    assert_true(shown->used < sizeof shown->text);
}

static inline void show_bytes(struct shown *shown, const char *bytes)
{
    for (const unsigned char *at = (const unsigned char *)bytes; *at != '\0'; at++)
        show(shown, *at < 0x20 || *at > 0x7E || *at == '\\' ? "\\x%02X" : "%c", *at);
}

/* ` name="value"`, nothing for "": the bytes that are not plain ASCII as \xNN, a long one as its
 * length. */
static inline void show_text(struct shown *shown, const char *name, const char *value)
{
    assert_non_null(value);
    if (*value == '\0')
        return;
    show(shown, " ");
    show_bytes(shown, name);
    if (strlen(value) > 200) {
        show(shown, "=<%zu bytes>", strlen(value));
        return;
    }
    show(shown, "=\"");
    show_bytes(shown, value);
    show(shown, "\"");
}

static inline void show_moment(struct shown *shown, const char *name, int64_t ms)
{
    char text[RFC3339_BYTES];
    if (ms == MOMENT_NONE)
        return;
    rfc3339_format(ms, text);
    show(shown, " %s=%s", name, ms == MOMENT_UNREADABLE ? "unreadable" : text);
}

static inline void show_space(struct shown *shown, const struct space *space)
{
    show(shown, "space");
    show_text(shown, "id", space->id);
    show_text(shown, "name", space->name);
    show_text(shown, "region", space->region);
    show(shown, "%s\n", space->unaddressable ? " unaddressable" : "");
}

static inline void show_runtime(struct shown *shown, const struct runtime *runtime)
{
    show(shown, "runtime");
    show_text(shown, "id", runtime->id);
    show_text(shown, "space", runtime->space_id);
    show_text(shown, "name", runtime->name);
    show_text(shown, "kind", runtime->kind);
    show_text(shown, "status", runtime->status);
    show_text(shown, "region", runtime->region);
    show_text(shown, "run", runtime->active_run_id);
    show_moment(shown, "created", runtime->created_ms);
    show_moment(shown, "updated", runtime->updated_ms);
    show_moment(shown, "vanished", runtime->vanished_ms);
    show(shown, "%s\n", runtime->unaddressable ? " unaddressable" : "");
}

static inline void show_one_lease(struct shown *shown, const struct lease *lease)
{
    show(shown, "lease");
    show_text(shown, "id", lease->id);
    show_text(shown, "run", lease->run_id);
    show_text(shown, "runtime", lease->runtime_id);
    show_text(shown, "protocol", lease->protocol);
    show_text(shown, "status", lease->status);
    show_moment(shown, "created", lease->created_ms);
    show_moment(shown, "expires", lease->expires_ms);
    show_moment(shown, "closed", lease->closed_ms);
    show_moment(shown, "revoked", lease->revoked_ms);
    show_moment(shown, "vanished", lease->vanished_ms);
    show_text(shown, "endpoint", endpoint_type_word(lease->endpoint));
    if (lease->clients_known)
        show(shown, " clients=%u", lease->clients);
    show(shown, "%s\n", lease->unaddressable ? " unaddressable" : "");
}

static inline void show_part(struct shown *shown, const struct part *part)
{
    for (size_t i = 0; i < part->count; i++) {
        if (part->kind == PART_SPACES)
            show_space(shown, &part->spaces[i]);
        else if (part->kind == PART_RUNTIMES)
            show_runtime(shown, &part->runtimes[i]);
        else
            show_one_lease(shown, &part->leases[i]);
    }
    if (part->unreadable > 0)
        show(shown, "unreadable %zu\n", part->unreadable);
    if (part->cut)
        show(shown, "cut\n");
}

/* A sink: endpoints are shown when they come, before the lease. */
static inline void show_endpoint(void *context, const char *lease_id, struct endpoint *endpoint)
{
    static const char *const roles[] = {"url", "host", "port", "user", "password"};
    struct shown *shown = context;
    show(shown, "endpoint %s of", endpoint_type_word(endpoint_type(endpoint)));
    show_text(shown, "lease", lease_id);
    show(shown, "\n");
    for (size_t i = 0; i < endpoint_count(endpoint); i++) {
        struct endpoint_field field = endpoint_field(endpoint, i);
        show(shown, "  %s", roles[field.role]);
        show_text(shown, field.name, field.text);
        show(shown, "\n");
    }
    const struct endpoint_unread *unread = endpoint_unread(endpoint);
    if (unread->count > 0) {
        show(shown, "  unread %zu", unread->count);
        show_text(shown, "names", unread->names);
        show(shown, "\n");
    }
    endpoint_free(endpoint);
}

static inline bool show_page(struct shown *shown, enum part_kind kind, const char *wrapper,
                             const char *body, size_t length, struct error *error)
{
    struct decode_sink sink = {show_endpoint, shown, NULL};
    struct part *part = part_new(kind);
    char *cursor;
    bool done = decode_page(part, wrapper, body, length, &sink, &cursor, error);
    assert_true(done || cursor == NULL);
    if (done)
        show_part(shown, part);
    if (done && cursor != NULL) {
        show(shown, "more");
        show_text(shown, "cursor", cursor);
        show(shown, "\n");
    }
    free(cursor);
    part_unref(part);
    return done;
}

static inline bool show_lease(struct shown *shown, const char *body, size_t length,
                              struct error *error)
{
    struct decode_sink sink = {show_endpoint, shown, NULL};
    struct part *part = part_new(PART_LEASES);
    bool done = decode_lease(part, body, length, &sink, error);
    if (done)
        show_part(shown, part);
    part_unref(part);
    return done;
}

static inline void show_refusal(struct shown *shown, const struct refusal *refusal)
{
    show(shown, "refusal%s", refusal->json ? "" : " that is no JSON object");
    show_text(shown, "code", refusal->code);
    show_text(shown, "message", refusal->message);
    show_text(shown, "request", refusal->request_id);
    show(shown, "\n");
}

#endif
