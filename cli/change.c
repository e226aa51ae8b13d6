/* change: see change.h. */
#include "cli/change.h"

#include "core/format.h"

#include <string.h>

struct change change_of_message(const struct message *message)
{
    const struct event *event = &message->event;
    return (struct change){
        .seen_ms = event->seen_ms,
        .happened_ms = event->when_ms,
        .event = event_word(event->kind),
        .identity = message->identity,
        .space = message->space_name,
        .runtime = message->runtime_name,
        .before = event->before,
        .after = event->after,
        .dated = event->kind == EVENT_LEASE_EXPIRY,
        .before_ms = event->before_ms,
        .after_ms = event->after_ms,
    };
}

struct change change_of_alert(const struct alert *alert, int64_t server_ms)
{
    const struct snapshot_runtime *one = alert->runtime;
    return (struct change){
        .seen_ms = server_ms,
        .happened_ms = MOMENT_NONE,
        .event = alert->level == ALERT_CRITICAL ? "critical" : "expiring",
        .identity = {(char *)one->space->id, (char *)one->runtime->id, (char *)alert->lease->id},
        .space = one->space->name,
        .runtime = one->runtime->name,
        .before = "",
        .after = "",
        .dated = true,
        .before_ms = MOMENT_NONE,
        .after_ms = alert->lease->expires_ms,
    };
}

const char *change_subject(const struct change *change)
{
    return *change->identity.lease_id != '\0'     ? "lease"
           : *change->identity.runtime_id != '\0' ? "runtime"
                                                  : "space";
}

/* From what to what: words of the server's, or moments. */
static void put_words(char *out, size_t size, const struct change *change)
{
    char before[FORMAT_BYTES], after[FORMAT_BYTES];
    if (change->dated && !moment_known(change->before_ms))
        snprintf(out, size, ": at %s", format_time(after, change->after_ms, TEXT_ASCII));
    else if (change->dated)
        snprintf(out, size, ": %s to %s", format_time(before, change->before_ms, TEXT_ASCII),
                 format_time(after, change->after_ms, TEXT_ASCII));
    else
        snprintf(out, size, "%s%s%s%s",
                 *change->before != '\0' || *change->after != '\0' ? ": " : "", change->before,
                 *change->before != '\0' && *change->after != '\0' ? " to " : "", change->after);
}

static const char *name_or_id(const char *name, const char *id)
{
    return name != NULL && *name != '\0' ? name : id;
}

void change_print(FILE *to, const struct change *change, enum text_charset charset)
{
    char line[1024], text[1024], when[FORMAT_BYTES], words[256];
    const struct identity *identity = &change->identity;
    const char *runtime = name_or_id(change->runtime, identity->runtime_id);
    put_words(words, sizeof words, change);
    snprintf(line, sizeof line, "%s %s%s%s%s%s", change->event, identity->lease_id,
             *identity->lease_id != '\0' ? " on " : "", runtime,
             *runtime != '\0' ? "" : name_or_id(change->space, identity->space_id), words);
    text_clean(text, sizeof text, line, strlen(line), charset);
    fprintf(to, "%s %s\n", format_time(when, change->seen_ms, charset), text);
}
