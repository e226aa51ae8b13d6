/* json_event: see json_event.h. */
#include "cli/json_event.h"

#include "cli/json.h"

/* What it happened to, by what its identity holds. */
static const char *subject(const struct identity *identity)
{
    return *identity->lease_id != '\0'     ? "lease"
           : *identity->runtime_id != '\0' ? "runtime"
                                           : "space";
}

/* A word that was cut need be no UTF-8. */
static json_t *word_json(const char *word)
{
    return *word != '\0' ? json_sentence(word) : json_null();
}

static json_t *name_json(const char *name)
{
    return json_text_or_null(name != NULL ? name : "");
}

void json_event(FILE *to, const struct message *message)
{
    const struct event *event = &message->event;
    const struct identity *identity = &message->identity;
    bool expiry = event->kind == EVENT_LEASE_EXPIRY;
    json_t *line = json_pack(
        "{s:o, s:o, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "seenAt",
        json_moment(event->seen_ms), "happenedAt", json_moment(event->when_ms), "what",
        subject(identity), "event", event_word(event->kind), "spaceId", identity->space_id, "space",
        name_json(message->space_name), "runtimeId", json_text_or_null(identity->runtime_id),
        "runtime", name_json(message->runtime_name), "id", json_text_or_null(identity->lease_id),
        "before", expiry ? json_moment(event->before_ms) : word_json(event->before), "after",
        expiry ? json_moment(event->after_ms) : word_json(event->after));
    json_print(to, line, JSON_COMPACT, NULL);
    json_decref(line);
}
