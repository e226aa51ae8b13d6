/* json_outcome: see outcome.h, outcome_json. */
#include "cli/json.h"

#include "cli/outcome.h"

#include "api/plausible.h"
#include "core/audit.h"

static json_t *endpoint_json(const struct endpoint *endpoint)
{
    json_t *fields = json_object();
    json_object_set_new(fields, "type", json_string(endpoint_type_word(endpoint_type(endpoint))));
    for (size_t i = 0; i < endpoint_count(endpoint); i++) {
        struct endpoint_field field = endpoint_field(endpoint, i);
        if (!plausible_whole(field.text))
            continue;
        json_object_set_new(fields, field.name, json_string(field.text));
    }
    return fields;
}

static json_t *name_json(const char *name)
{
    return json_text_or_null(name != NULL ? name : "");
}

static json_t *sentence_json(const char *words)
{
    return words != NULL && *words != '\0' ? json_sentence(words) : json_null();
}

static json_t *lease_json(const struct subject *subject)
{
    return subject->row != NULL ? json_lease(subject->row, &subject->moment) : json_null();
}

bool outcome_json(FILE *to, const struct outcome *outcome, struct error *error)
{
    const struct message *told = outcome->told;
    struct audit_entry entry;
    audit_of(&entry, told);
    json_t *all = json_pack(
        "{s:s, s:s, s:o, s:s, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "what", entry.what,
        "outcome", outcome->word, "id", json_text_or_null(told->identity.lease_id), "spaceId",
        told->identity.space_id, "space", name_json(told->space_name), "runtimeId",
        told->identity.runtime_id, "runtime", name_json(told->runtime_name), "replaces",
        name_json(told->replaces), "requestId", sentence_json(told->request_id), "error",
        sentence_json(entry.error), "unreadable", name_json(told->unread.names), "lease",
        lease_json(outcome->subject));
    if (outcome->endpoint != NULL)
        json_object_set_new(all, "endpoint", endpoint_json(outcome->endpoint));
    bool done = json_print(to, all, JSON_COMPACT, error);
    json_decref(all);
    return done;
}

bool outcome_json_none(FILE *to, const struct untold *untold, struct error *error)
{
    const struct subject *subject = untold->subject;
    const struct space *space = subject->space;
    const struct runtime *runtime = subject->runtime;
    json_t *all = json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:n, s:o, s:o, s:n, s:o}", "what",
                            untold->what, "outcome", "failed", "id",
                            subject->row != NULL  ? json_string(subject->row->lease->id)
                            : *untold->id != '\0' ? json_sentence(untold->id)
                                                  : json_null(),
                            "spaceId", name_json(space != NULL ? space->id : NULL), "space",
                            name_json(space != NULL ? space->name : NULL), "runtimeId",
                            name_json(runtime != NULL ? runtime->id : NULL), "runtime",
                            name_json(runtime != NULL ? runtime->name : NULL), "replaces",
                            "requestId", sentence_json(untold->request_id), "error",
                            json_sentence(untold->why), "unreadable", "lease", lease_json(subject));
    bool done = json_print(to, all, JSON_COMPACT, error);
    json_decref(all);
    return done;
}
