/* view_details: everything known of the lease under the cursor, and since when, line by line. */
#include "tui/details.h"

#include "api/schedule.h"

#include "core/format.h"
#include "core/lost.h"

#include <stdio.h>
#include <string.h>

enum { TOLD_MAX = 8 };

#define KEEP_BARRED "not now: the key is rejected, nothing can be sent; it ends unless that changes"

/* ---- the lease */

static void status_line(struct details *details, const struct row *row)
{
    char text[320], since[80] = "";
    const struct moment *moment = &details->app->moment;
    const char *word = row_status_word(row, moment);
    bool differs = row->lease != NULL && strcmp(word, row->lease->status) != 0;
    if (row->lease != NULL)
        details_since(details, since, sizeof since, &row->lease->status_since);
    snprintf(text, sizeof text, "%.100s%s%.100s%s%s", word, differs ? " (server: " : "",
             differs ? row->lease->status : "", since, differs ? ")" : "");
    details_line(details, "status", status_role(row_status(row, moment)), text);
}

static const char *listed_word(int64_t vanished_ms)
{
    return vanished_ms != MOMENT_NONE ? " - not listed any more" : "";
}

static void runtime_lines(struct details *details, const struct snapshot_runtime *runtime)
{
    char text[512], since[80];
    const struct runtime *one = runtime->runtime;
    const struct space *space = runtime->space;
    snprintf(text, sizeof text, "%.200s (%.60s%s%.60s%s)%s", runtime_label(one), one->status,
             *one->status != '\0' && *one->kind != '\0' ? " " : "", one->kind,
             details_since(details, since, sizeof since, &one->since),
             listed_word(one->vanished_ms));
    details_line(details, "runtime", ROLE_TEXT, text);
    details_line(details, "", ROLE_DIM, one->id);
    snprintf(text, sizeof text, "%.400s%s", *space->name != '\0' ? space->name : space->id,
             listed_word(space->vanished_ms));
    details_line(details, "space", ROLE_TEXT, text);
    details_line(details, "region", ROLE_TEXT, *one->region != '\0' ? one->region : space->region);
}

static void trouble_lines(struct details *details, const struct source_state *state)
{
    char text[1024], age[FORMAT_BYTES];
    const struct moment *moment = &details->app->moment;
    if (state->trouble == NULL)
        return;
    format_age(age, (moment->boot_ms - state->since_ms) / 1000,
               terminal_charset(details->app->terminal));
    snprintf(text, sizeof text, "began %s: %s", age, state->trouble->sentence);
    details_line(details, "", ROLE_CHIP_WARN, text);
}

static void data_line(struct details *details, const struct snapshot_runtime *runtime)
{
    char text[512], age[FORMAT_BYTES];
    const struct moment *moment = &details->app->moment;
    const char *word = source_word(&runtime->state, moment);
    format_age(age, (moment->boot_ms - runtime->state.answered_ms) / 1000,
               terminal_charset(details->app->terminal));
    snprintf(text, sizeof text, "%s%s%s", *word != '\0' ? word : "fresh", ", ",
             runtime->state.answered_ms != 0 ? age : "never read");
    details_line(details, "data", *word != '\0' ? ROLE_CHIP_WARN : ROLE_TEXT, text);
    trouble_lines(details, &runtime->state);
}

/* The server's clock, by which all of it goes, beside this machine's. */
static void clock_line(struct details *details)
{
    char text[160], server[FORMAT_BYTES], here[FORMAT_BYTES], off[FORMAT_BYTES];
    const struct app *app = details->app;
    int64_t wall_ms = clock_wall_now_ms();
    int64_t skew_ms = clock_skew_ms(&app->snapshot->clock, app->moment.boot_ms, wall_ms);
    format_offset(off, skew_ms / 1000, terminal_charset(app->terminal));
    snprintf(text, sizeof text, "server %s, here %s%s%s%s",
             details_clock(details, server, app->moment.server_ms),
             details_clock(details, here, wall_ms), skew_ms != 0 ? " (" : "",
             skew_ms != 0 ? off : "", skew_ms != 0 ? ")" : "");
    details_line(details, "clocks", app->moment.vague ? ROLE_DIM : ROLE_TEXT, text);
}

static void clients_line(struct details *details, const struct lease *lease)
{
    char text[64];
    snprintf(text, sizeof text, "%u attached", lease->clients);
    if (lease->clients_known)
        details_line(details, "clients", ROLE_TEXT, text);
}

static void keep_lines(struct details *details, const struct keep_view *keep)
{
    char text[256], next[FORMAT_BYTES], end[FORMAT_BYTES], until_words[64] = "";
    if (keep == NULL)
        return;
    if (keep->phase == KEEP_STOPPED) {
        snprintf(text, sizeof text, "not any more: %s", keep_end_words(keep->end));
        details_line(details, "kept alive", ROLE_DIM, text);
        return;
    }
    if (keep->barred) {
        details_line(details, "kept alive", ROLE_ST_FAILED, KEEP_BARRED);
        return;
    }
    if (keep->until_ms != SCHEDULE_NEVER)
        snprintf(until_words, sizeof until_words, ", for %s more",
                 details_until(details, end, keep->until_ms));
    snprintf(text, sizeof text, "%s %s, %u times so far%s",
             keep->phase == KEEP_RETRY ? "tried again in" : "rotated in",
             keep->next_ms == SCHEDULE_NEVER || keep->phase == KEEP_ROTATING
                 ? "this moment"
                 : details_until(details, next, keep->next_ms),
             keep->done, until_words);
    details_line(details, "kept alive", ROLE_TEXT, text);
    if (keep->trouble != NULL)
        details_line(details, "", ROLE_ST_FAILED, keep->trouble->sentence);
}

/* When it ends, and whether that was always so. */
static void expiry_lines(struct details *details, const struct lease *lease, bool ended)
{
    char text[80], clock[FORMAT_BYTES];
    details_moment(details, ended ? "expiry" : "expires", lease->expires_ms, "no expiry is known");
    if (lease->expiry_since.same_ms == lease->expiry_since.listed_ms)
        return;
    snprintf(text, sizeof text, "so since %s",
             details_clock(details, clock, lease->expiry_since.same_ms));
    details_line(details, "", ROLE_DIM, text);
}

/* First seen here, which may be long after it was made. */
static void seen_line(struct details *details, const struct row *row)
{
    char text[160], clock[FORMAT_BYTES];
    int64_t listed_ms = row->lease->status_since.listed_ms;
    snprintf(text, sizeof text, "%s%s%s",
             row->mine ? "you, on this machine" : "not known to be you",
             listed_ms != 0 ? "; seen since " : "",
             listed_ms != 0 ? details_clock(details, clock, listed_ms) : "");
    details_line(details, "made by", ROLE_TEXT, text);
}

/* True of a lease that has ended, which has none. */
static bool left_line(struct details *details, const struct row *row)
{
    char text[128], left[FORMAT_BYTES];
    const struct app *app = details->app;
    if (app_ended_words(app, row, text, sizeof text)) {
        details_line(details, "ended", ROLE_TEXT, text);
        return true;
    }
    format_left(left, row_left_s(row, &app->moment), row_stale(row, &app->moment),
                terminal_charset(app->terminal));
    details_line(details, "left", ROLE_TEXT, left + strspn(left, " "));
    return false;
}

static void unread_line(struct details *details, const struct holding *holding)
{
    char text[sizeof holding->unread.names + 80];
    if (holding == NULL || holding->unread.count == 0)
        return;
    snprintf(text, sizeof text, "%zu of its parts leasetop cannot read, and has not kept: %s",
             holding->unread.count, holding->unread.names);
    details_line(details, "", ROLE_CHIP_WARN, text);
}

static void lease_lines(struct details *details, const struct row *row)
{
    const struct lease *lease = row->lease;
    details_line(details, "protocol", ROLE_TEXT, lease->protocol);
    const char *type = endpoint_type_word(row_endpoint(row));
    details_line(details, "endpoint", *type != '\0' ? ROLE_TEXT : ROLE_DIM,
                 *type != '\0' ? type : "not known: lists do not carry it");
    unread_line(details, row->holding);
    char secret[STATE_SENTENCE_BYTES];
    details_line(details, "secret", ROLE_TEXT,
                 action_fill(secret, sizeof secret, app_secret_words(details->app, row),
                             &details->app->keys));
    clients_line(details, lease);
    bool ended = left_line(details, row);
    keep_lines(details, row->keep);
    expiry_lines(details, lease, ended);
    details_moment(details, "created", lease->created_ms, "");
    seen_line(details, row);
    details_moment(details, "revoked", lease->revoked_ms, "");
    details_moment(details, "closed", lease->closed_ms, "");
    details_moment(details, "vanished", lease->vanished_ms, "");
    details_line(details, "run", ROLE_TEXT, lease->run_id);
    if (lease->unaddressable)
        details_line(details, "note", ROLE_CHIP_WARN,
                     "its id did not arrive whole: it cannot be revoked here");
}

static void unknown_line(struct details *details, const struct intent_view *intent)
{
    char lists[LOST_BYTES], text[LOST_BYTES + 80];
    int64_t open_ms = details->app->moment.boot_ms - intent->settled_ms;
    snprintf(text, sizeof text, "not known whether it happened; it is not sent again: %s",
             lost_words(lists, intent->could_be, intent->unseen, (int)(open_ms / 1000)));
    details_line(details, "", ROLE_CHIP_WARN, text);
}

/* Under way: what of it, and since when. */
static void open_line(struct details *details, const struct intent_view *intent)
{
    static const char *const words[] = {
        [INTENT_HELD] = "waits for the new lease",
        [INTENT_GRACE] = "{undo} undoes it",
        [INTENT_QUEUED] = "waits to be sent",
        [INTENT_SENT] = "sent, not answered yet",
        [INTENT_GONE] = "the server does not know it: the next list decides",
        [INTENT_UNKNOWN] = NULL,
    };
    char text[160], left[FORMAT_BYTES];
    if (intent->phase >= INTENT_UNKNOWN || intent->trouble != NULL)
        return;
    action_fill(text, sizeof text, words[intent->phase], &details->app->keys);
    size_t used = strlen(text);
    if (intent->phase == INTENT_GRACE || intent->due_ms > details->app->moment.boot_ms)
        snprintf(text + used, sizeof text - used, ", sent in %s",
                 details_until(details, left, intent->due_ms));
    details_line(details, intent->kind == INTENT_CREATE ? "create" : "revoke", ROLE_ST_PENDING,
                 text);
}

/* How long ago a write came to its end. */
static void settled_line(struct details *details, const struct intent_view *intent)
{
    char text[200], age[FORMAT_BYTES];
    if (!intent_settled(intent->phase))
        return;
    format_age(age, (details->app->moment.boot_ms - intent->settled_ms) / 1000,
               terminal_charset(details->app->terminal));
    snprintf(text, sizeof text, "%s%s%.100s", age, *intent->request_id != '\0' ? ", request " : "",
             intent->request_id);
    details_line(details, "", ROLE_DIM, text);
}

static void intent_lines(struct details *details, const struct intent_view *intent)
{
    if (intent != NULL)
        open_line(details, intent);
    if (intent != NULL && intent->contradicted)
        details_line(details, "revoke", ROLE_CHIP_WARN, status_help(STATUS_DISPUTED));
    if (intent == NULL || intent->trouble == NULL)
        return;
    if (intent->phase == INTENT_UNKNOWN)
        unknown_line(details, intent);
    char text[sizeof intent->trouble->sentence + 16];
    snprintf(text, sizeof text, "%s%s", intent->phase == INTENT_FAILED ? "failed: " : "",
             intent->trouble->sentence);
    details_line(details, intent->kind == INTENT_CREATE ? "create" : "revoke", ROLE_ST_FAILED,
                 text);
    settled_line(details, intent);
}

/* The newest of what is remembered of it, the newest first. */
static void told_lines(struct details *details, const struct row *row)
{
    char text[512], clock[FORMAT_BYTES];
    const struct events *events = details->app->events;
    struct identity wanted = row_identity(row);
    size_t told = 0;
    for (size_t i = 0; events != NULL && i < events_count(events) && told < TOLD_MAX; i++) {
        const struct events_entry *entry = events_at(events, i);
        if (*wanted.lease_id == '\0' || identity_compare(&entry->identity, &wanted) != 0)
            continue;
        snprintf(text, sizeof text, "%s %s%s%s", details_clock(details, clock, entry->seen_ms),
                 entry->what, *entry->outcome != '\0' ? ": " : "", entry->outcome);
        details_line(details, told++ == 0 ? "events" : "", entry->role, text);
    }
}

void details_of_lease(struct details *details)
{
    const struct row *row = app_row(details->app);
    if (row->lease != NULL)
        details_line(details, "lease", ROLE_TITLE, row->lease->id);
    status_line(details, row);
    intent_lines(details, row->intent);
    if (row->lease != NULL)
        lease_lines(details, row);
    runtime_lines(details, row->runtime);
    data_line(details, row->runtime);
    clock_line(details);
    told_lines(details, row);
}
