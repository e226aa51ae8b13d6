/* json_event: see json_event.h. */
#include "cli/json_event.h"

#include "cli/json.h"

/* A word that was cut need be no UTF-8. */
static json_t *word_json(const char *word)
{
    return *word != '\0' ? json_sentence(word) : json_null();
}

static json_t *name_json(const char *name)
{
    return json_text_or_null(name != NULL ? name : "");
}

void json_event(FILE *to, const struct change *change)
{
    const struct identity *identity = &change->identity;
    json_t *line = json_pack(
        "{s:o, s:o, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "seenAt",
        json_moment(change->seen_ms), "happenedAt", json_moment(change->happened_ms), "what",
        change_subject(change), "event", change->event, "spaceId", identity->space_id, "space",
        name_json(change->space), "runtimeId", json_text_or_null(identity->runtime_id), "runtime",
        name_json(change->runtime), "id", json_text_or_null(identity->lease_id), "before",
        change->dated ? json_moment(change->before_ms) : word_json(change->before), "after",
        change->dated ? json_moment(change->after_ms) : word_json(change->after));
    json_print(to, line, JSON_COMPACT, NULL);
    json_decref(line);
}
