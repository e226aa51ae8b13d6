/* json_report: see json_report.h. */
#include "cli/json_report.h"

#include "cli/json.h"

bool json_report(FILE *to, const struct report_line *lines, size_t count, struct error *error)
{
    json_t *findings = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(findings,
                              json_pack("{s:s, s:s, s:o}", "what", lines[i].what, "health",
                                        lines[i].health, "words", json_sentence(lines[i].words)));
    json_t *all = json_pack("{s:o}", "findings", findings);
    bool whole = json_array_size(findings) == count;
    bool done = json_print(to, whole ? all : NULL, JSON_INDENT(2), error);
    json_decref(all);
    return done;
}
