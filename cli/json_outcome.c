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

bool outcome_json(FILE *to, const struct outcome *outcome, struct error *error)
{
    const struct message *told = outcome->told;
    struct audit_entry entry;
    audit_of(&entry, told);
    json_t *all =
        json_pack("{s:s, s:s, s:o, s:s, s:o, s:s, s:o, s:o, s:o, s:o, s:o}", "what", entry.what,
                  "outcome", outcome->word, "id", json_text_or_null(told->identity.lease_id),
                  "spaceId", told->identity.space_id, "space", name_json(told->space_name),
                  "runtimeId", told->identity.runtime_id, "runtime", name_json(told->runtime_name),
                  "replaces", name_json(told->replaces), "requestId",
                  *told->request_id != '\0' ? json_sentence(told->request_id) : json_null(),
                  "error", entry.error != NULL ? json_sentence(entry.error) : json_null(), "lease",
                  outcome->row != NULL ? json_lease(outcome->row, outcome->moment) : json_null());
    if (outcome->endpoint != NULL)
        json_object_set_new(all, "endpoint", endpoint_json(outcome->endpoint));
    bool done = json_print(to, all, JSON_COMPACT, error);
    json_decref(all);
    return done;
}

bool outcome_json_none(FILE *to, const char *what, const char *id, const char *why,
                       struct error *error)
{
    json_t *all = json_pack(
        "{s:s, s:s, s:o, s:n, s:n, s:n, s:n, s:n, s:n, s:o, s:n}", "what", what, "outcome",
        "failed", "id", *id != '\0' ? json_sentence(id) : json_null(), "spaceId", "space",
        "runtimeId", "runtime", "replaces", "requestId", "error", json_sentence(why), "lease");
    bool done = json_print(to, all, JSON_COMPACT, error);
    json_decref(all);
    return done;
}
