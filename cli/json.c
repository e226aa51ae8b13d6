/* json: see print.h, print_json and print_jsonl, and json.h. */
#include "cli/json.h"

#include "cli/print.h"
#include "cli/reading.h"

#include "api/rfc3339.h"
#include "core/format.h"

#include <errno.h>
#include <string.h>

json_t *json_text_or_null(const char *text)
{
    return *text != '\0' ? json_string(text) : json_null();
}

json_t *json_moment(int64_t moment_ms)
{
    char text[RFC3339_BYTES];
    if (!moment_known(moment_ms))
        return json_null();
    rfc3339_format(moment_ms, text);
    return json_string(text);
}

json_t *json_sentence(const char *words)
{
    char sentence[sizeof((struct error){0}).sentence * 3]; /* a byte becomes three */
    text_clean(sentence, sizeof sentence, words, strlen(words), TEXT_UTF8);
    return json_string(sentence);
}

static json_t *failure_json(const struct print_options *options)
{
    bool no_key = options->failure->kind == ERROR_UNAUTHORISED;
    return json_pack("{s:o, s:s, s:o, s:i}", "url", json_text_or_null(options->url), "state",
                     no_key ? trouble_chip(TROUBLE_UNAUTHORISED) : "failed", "error",
                     json_sentence(options->failure->sentence), "unreadable", 0);
}

static json_t *source_json(const struct snapshot *snapshot, const struct print_options *options)
{
    if (options->failure != NULL)
        return failure_json(options);
    const struct trouble *trouble = snapshot != NULL ? snapshot->server.trouble : NULL;
    const struct trouble *part = snapshot != NULL ? reading_part_trouble(snapshot) : NULL;
    size_t unreadable = snapshot != NULL ? snapshot_unreadable(snapshot) : 0;
    bool waiting = snapshot == NULL || (trouble == NULL && snapshot->server.answered_ms == 0);
    const char *state = trouble != NULL                  ? trouble_chip(trouble->kind)
                        : waiting                        ? "loading"
                        : part != NULL || unreadable > 0 ? "partial"
                                                         : "fresh";
    if (trouble == NULL)
        trouble = part;
    return json_pack("{s:s, s:s, s:o, s:I}", "url", options->url, "state", state, "error",
                     trouble != NULL ? json_sentence(trouble->sentence) : json_null(), "unreadable",
                     (json_int_t)unreadable);
}

static json_t *space_json(const void *item, const struct moment *moment)
{
    (void)moment;
    const struct space_row *row = item;
    const struct trouble *trouble = row->space->state.trouble;
    bool counted = row->space->state.answered_ms != 0;
    return json_pack("{s:s, s:o, s:o, s:o, s:o}", "id", row->space->space->id, "name",
                     json_text_or_null(row->space->space->name), "region",
                     json_text_or_null(row->space->space->region), "runtimes",
                     counted ? json_integer((json_int_t)row->runtimes) : json_null(), "error",
                     trouble != NULL ? json_sentence(trouble->sentence) : json_null());
}

static json_t *runtime_json(const struct snapshot_runtime *runtime)
{
    const struct runtime *one = runtime->runtime;
    size_t count = runtime->leases != NULL ? runtime->leases->count : 0;
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:I, s:o}", "id", one->id, "spaceId",
                     runtime->space->id, "space", json_text_or_null(runtime->space->name), "name",
                     json_text_or_null(one->name), "kind", json_text_or_null(one->kind), "status",
                     json_text_or_null(one->status), "leases",
                     runtime->leases != NULL ? json_integer((json_int_t)count) : json_null(),
                     "unreadable", (json_int_t)runtime->state.unreadable, "error",
                     runtime->state.trouble != NULL
                         ? json_sentence(runtime->state.trouble->sentence)
                         : json_null());
}

static json_t *runtime_row_json(const void *item, const struct moment *moment)
{
    (void)moment;
    return runtime_json(((const struct runtime_row *)item)->runtime);
}

static json_t *left_json(const struct row *row, const struct moment *moment)
{
    int64_t left_s = row_left_s(row, moment);
    return left_s == FORMAT_NEVER || left_s == FORMAT_UNKNOWN ? json_null() : json_integer(left_s);
}

/* Which of a lease's dates are none. */
static json_t *unreadable_json(const struct lease *lease)
{
    static const char *const names[] = {"createdAt", "expiresAt", "closedAt", "revokedAt"};
    unsigned dates = lease_unreadable(lease);
    char words[64] = "";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if ((dates & 1u << i) != 0)
            snprintf(words + strlen(words), sizeof words - strlen(words), "%s%s",
                     *words != '\0' ? " " : "", names[i]);
    }
    return json_text_or_null(words);
}

json_t *json_lease(const void *item, const struct moment *moment)
{
    const struct row *row = item;
    const struct lease *lease = row->lease;
    return json_pack(
        "{s:s, s:s, s:o, s:s, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", lease->id,
        "runtimeId", row->runtime->runtime->id, "runtime",
        json_text_or_null(row->runtime->runtime->name), "spaceId", row->runtime->space->id, "space",
        json_text_or_null(row->runtime->space->name), "protocol",
        json_text_or_null(lease->protocol), "status", row_status_word(row, moment), "serverStatus",
        json_text_or_null(lease->status), "createdAt", json_moment(lease->created_ms), "expiresAt",
        json_moment(lease->expires_ms), "secondsLeft", left_json(row, moment), "endpointType",
        json_text_or_null(endpoint_type_word(row_endpoint(row))), "by",
        row->mine ? json_string("me") : json_null(), "unreadable", unreadable_json(lease));
}

static const struct {
    const char *list; /* what the document calls it */
    json_t *(*json)(const void *item, const struct moment *moment);
} kinds[SHEET_KINDS] = {
    [SHEET_LEASES] = {"leases", json_lease},
    [SHEET_RUNTIMES] = {"runtimes", runtime_row_json},
    [SHEET_SPACES] = {"spaces", space_json},
};

/* A create that has no lease yet is none. */
static bool is_thing(const struct sheet *sheet, size_t place)
{
    return sheet->kind != SHEET_LEASES ||
           ((const struct row *)sheet->shown.items[place])->lease != NULL;
}

static bool build(struct sheet *sheet, const struct snapshot *snapshot,
                  const struct print_options *options, struct error *error)
{
    return sheet_build(sheet, snapshot, options->wish, &options->thresholds, options->ledger,
                       options->url, error);
}

static bool add_lists(json_t *runtimes, json_t *items, const struct snapshot *snapshot,
                      const struct print_options *options, struct error *error)
{
    struct sheet sheet;
    if (!build(&sheet, snapshot, options, error))
        return false;
    bool done = true;
    for (size_t i = 0; done && sheet.kind == SHEET_LEASES && i < snapshot->runtime_count; i++)
        done = json_array_append_new(runtimes, runtime_json(&snapshot->runtimes[i])) == 0;
    for (size_t i = 0; done && i < sheet.shown.count; i++) {
        if (is_thing(&sheet, i))
            done = json_array_append_new(
                       items, kinds[sheet.kind].json(sheet.shown.items[i], &sheet.moment)) == 0;
    }
    sheet_clear(&sheet);
    return done || error_memory(error);
}

/* ASCII but for DEL, which the library takes for a character to show. */
static int put_text(const char *text, size_t size, void *to)
{
    for (size_t at = 0, plain; at < size; at += plain) {
        const char *del = memchr(text + at, 0x7F, size - at);
        plain = del != NULL ? (size_t)(del - text) - at : size - at;
        fwrite(text + at, 1, plain, to);
        if (del != NULL)
            fputs("\\u007f", to);
        plain += del != NULL;
    }
    return ferror((FILE *)to) ? -1 : 0;
}

bool json_print(FILE *to, const json_t *value, size_t flags, struct error *error)
{
    bool done =
        value != NULL && json_dump_callback(value, put_text, to, flags | JSON_ENSURE_ASCII) == 0;
    if (!done)
        ferror(to)
            ? error_set(error, ERROR_SYSTEM, "the output cannot be written: %s", strerror(errno))
            : error_memory(error);
    fputc('\n', to);
    return done;
}

bool print_json(FILE *to, const struct snapshot *snapshot, const struct print_options *options,
                struct error *error)
{
    enum sheet_kind kind = options->wish != NULL ? options->wish->kind : SHEET_LEASES;
    json_t *runtimes = json_array(), *items = json_array();
    bool dated = snapshot != NULL && snapshot->clock.known;
    bool done = snapshot == NULL || add_lists(runtimes, items, snapshot, options, error);
    if (done) {
        json_t *all = json_pack("{s:o, s:o}", "asOf",
                                dated ? json_moment(snapshot_server_ms(snapshot)) : json_null(),
                                "source", source_json(snapshot, options));
        if (kind == SHEET_LEASES)
            json_object_set(all, "runtimes", runtimes);
        json_object_set(all, kinds[kind].list, items);
        done = json_print(to, all, JSON_INDENT(2), error);
        json_decref(all);
    } else {
        fputc('\n', to);
    }
    json_decref(runtimes);
    json_decref(items);
    return done;
}

bool print_jsonl(FILE *to, const struct snapshot *snapshot, const struct print_options *options,
                 struct error *error)
{
    struct sheet sheet;
    if (!build(&sheet, snapshot, options, error))
        return false;
    bool done = true;
    for (size_t i = 0; done && i < sheet.shown.count; i++) {
        if (!is_thing(&sheet, i))
            continue;
        json_t *item = kinds[sheet.kind].json(sheet.shown.items[i], &sheet.moment);
        done = json_print(to, item, JSON_COMPACT, error);
        json_decref(item);
    }
    sheet_clear(&sheet);
    return done;
}
