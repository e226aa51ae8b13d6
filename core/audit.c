/* audit: see audit.h. The JSON is written here and not by a library: it is flat, and core/ has
 * none. */
#include "core/audit.h"

#include "api/rfc3339.h"
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const outcomes[] = {
    [INTENT_HELD] = "waiting", [INTENT_GRACE] = "confirmed", [INTENT_QUEUED] = "confirmed",
    [INTENT_SENT] = "sent",    [INTENT_GONE] = "unknown",    [INTENT_UNKNOWN] = "unknown",
    [INTENT_DONE] = "done",    [INTENT_FAILED] = "failed",   [INTENT_CANCELLED] = "undone",
};

static const char *write_word(const struct message *message)
{
    if (message->intent == INTENT_REVOKE)
        return "revoke";
    return message->replaces != NULL ? "rotate" : "create";
}

static bool keep_of(struct audit_entry *entry, const struct message *message)
{
    static const char *const words[EVENT_KINDS] = {
        [EVENT_KEPT] = "confirmed",
        [EVENT_KEPT_NO_MORE] = "done",
        [EVENT_KEPT_LATER] = "failed",
    };
    entry->what = "keep";
    entry->outcome = words[message->event.kind];
    if (entry->error == NULL && *message->sentence != '\0')
        entry->error = message->sentence;
    return entry->outcome != NULL;
}

bool audit_of(struct audit_entry *entry, const struct message *message)
{
    bool event = message->kind == MESSAGE_EVENT;
    if (message->kind != MESSAGE_WRITE && !event)
        return false;
    *entry = (struct audit_entry){
        .when_ms = message->server_ms,
        .what = write_word(message),
        .outcome =
            outcomes[message->phase == INTENT_FAILED && message->unanswered ? INTENT_UNKNOWN
                                                                            : message->phase],
        .identity = message->identity,
        .space_name = message->space_name,
        .runtime_name = message->runtime_name,
        .replaces = message->replaces,
        .protocol = message->protocol,
        .ttl_s = message->ttl_s > 0 ? message->ttl_s : -1,
        .latency_ms = event ? -1 : message->latency_ms,
        .by_itself = message->kept,
        .request_id = *message->request_id != '\0' ? message->request_id : NULL,
        .error = message->trouble != NULL ? message->trouble->sentence : NULL,
    };
    return !event || message->event.kind == EVENT_CONFIRMED || keep_of(entry, message);
}

/* ---- writing */

static void put_unit(FILE *to, uint32_t unit)
{
    fprintf(to, "\\u%04x", (unsigned)unit);
}

/* RFC 8259, section 7; what is no character is the replacement for one. */
static void put_code(FILE *to, uint32_t code)
{
    if (code == TEXT_INVALID)
        code = 0xfffd;
    if (code == '"' || code == '\\')
        fprintf(to, "\\%c", (int)code);
    else if (code >= 0x20 && code < 0x7f)
        fputc((int)code, to);
    else if (code < 0x10000)
        put_unit(to, code);
    else
        put_unit(to, 0xd800 + ((code - 0x10000) >> 10)), put_unit(to, 0xdc00 + (code & 0x3ff));
}

static void put_text(FILE *to, const char *name, const char *text)
{
    uint32_t code;
    fprintf(to, ",\"%s\":", name);
    if (text == NULL) {
        fputs("null", to);
        return;
    }
    fputc('"', to);
    for (size_t left = strlen(text); left > 0;) {
        size_t taken = text_decode(text, left, &code);
        put_code(to, code);
        text += taken;
        left -= taken;
    }
    fputc('"', to);
}

static void put_number(FILE *to, const char *name, int number)
{
    fprintf(to, number < 0 ? ",\"%s\":null" : ",\"%s\":%d", name, number);
}

static const char *or_null(const char *id)
{
    return id != NULL && *id != '\0' ? id : NULL;
}

static void put_entry(FILE *to, const struct audit_entry *entry)
{
    char when[RFC3339_BYTES];
    rfc3339_format(entry->when_ms, when);
    fprintf(to, "{\"when\":\"%s\"", when);
    put_text(to, "profile", entry->profile);
    put_text(to, "url", entry->base_url);
    put_text(to, "what", entry->what);
    put_text(to, "outcome", entry->outcome);
    put_text(to, "space", or_null(entry->identity.space_id));
    put_text(to, "spaceName", entry->space_name);
    put_text(to, "runtime", or_null(entry->identity.runtime_id));
    put_text(to, "runtimeName", entry->runtime_name);
    put_text(to, "lease", or_null(entry->identity.lease_id));
    put_text(to, "replaces", entry->replaces);
    put_text(to, "protocol", entry->protocol);
    put_number(to, "ttlSeconds", entry->ttl_s);
    fprintf(to, ",\"byItself\":%s", entry->by_itself ? "true" : "false");
    put_number(to, "latencyMs", entry->latency_ms);
    put_text(to, "requestId", entry->request_id);
    put_text(to, "error", entry->error);
    put_text(to, "route", entry->route);
    put_text(to, "part", entry->part);
    fputc('}', to);
}

char *audit_line(const struct audit_entry *entry)
{
    char *line = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&line, &size);
    if (to == NULL)
        return NULL;
    put_entry(to, entry);
    bool whole = ferror(to) == 0;
    if (fclose(to) == 0 && whole)
        return line;
    free(line);
    return NULL;
}
