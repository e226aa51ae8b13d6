/* view_details: everything known of the lease under the cursor, line by line. */
#include "tui/app_internal.h"

#include "core/format.h"
#include "core/lost.h"

#include <stdio.h>
#include <string.h>

enum { LABEL_CELLS = 11, MARGIN = 2 };

/* Where the next line goes. */
struct details {
    struct app *app;
    struct area area;
    int row;
};

static void line(struct details *details, const char *label, enum role role, const char *text);

/* A sentence, over as many lines as it needs. */
static void sentence(struct details *details, const char *label, enum role role,
                     const char *foreign)
{
    char text[1024], part[1024];
    int cells = details->area.columns - LABEL_CELLS - 2 * MARGIN;
    text_clean(text, sizeof text, foreign, strlen(foreign),
               terminal_charset(details->app->terminal));
    for (const char *at = text; *at != '\0' && cells > 0;) {
        size_t length = text_line(at, cells);
        snprintf(part, sizeof part, "%.*s", (int)length, at);
        line(details, at == text ? label : "", role, part);
        at += length + (at[length] == ' ');
    }
}

static void line(struct details *details, const char *label, enum role role, const char *text)
{
    struct terminal *terminal = details->app->terminal;
    int cells = details->area.columns - LABEL_CELLS - 2 * MARGIN;
    if (details->row >= details->area.row + details->area.rows || *text == '\0')
        return;
    int column = details->area.column + MARGIN;
    draw_text(terminal, details->row, column, LABEL_CELLS, ROLE_DIM, TEXT_LEFT, label);
    draw_text(terminal, details->row, column + LABEL_CELLS, cells, role, TEXT_LEFT, text);
    details->row++;
}

/* A moment as the date it is, or what is known instead of it. */
static void moment_line(struct details *details, const char *label, int64_t moment_ms,
                        const char *none)
{
    char text[FORMAT_BYTES];
    if (moment_ms == MOMENT_NONE)
        line(details, label, ROLE_DIM, none);
    else if (moment_ms == MOMENT_UNREADABLE)
        line(details, label, ROLE_CHIP_WARN, "not readable as a date");
    else
        line(details, label, ROLE_TEXT,
             format_time(text, moment_ms, terminal_charset(details->app->terminal)));
}

static void status_line(struct details *details, const struct row *row)
{
    char text[256];
    const struct moment *moment = &details->app->moment;
    const char *word = row_status_word(row, moment);
    bool differs = row->lease != NULL && strcmp(word, row->lease->status) != 0;
    snprintf(text, sizeof text, "%.100s%s%.100s%s", word, differs ? " (server: " : "",
             differs ? row->lease->status : "", differs ? ")" : "");
    line(details, "status", status_role(row_status(row, moment)), text);
}

static const char *listed_word(int64_t vanished_ms)
{
    return vanished_ms != MOMENT_NONE ? " - not listed any more" : "";
}

static void runtime_lines(struct details *details, const struct snapshot_runtime *runtime)
{
    char text[512];
    const struct runtime *one = runtime->runtime;
    const struct space *space = runtime->space;
    snprintf(text, sizeof text, "%.200s (%.60s%s%.60s)%s", one->name, one->status,
             *one->status != '\0' && *one->kind != '\0' ? " " : "", one->kind,
             listed_word(one->vanished_ms));
    line(details, "runtime", ROLE_TEXT, text);
    line(details, "", ROLE_DIM, runtime->runtime->id);
    snprintf(text, sizeof text, "%.400s%s", *space->name != '\0' ? space->name : space->id,
             listed_word(space->vanished_ms));
    line(details, "space", ROLE_TEXT, text);
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
    line(details, "data", *word != '\0' ? ROLE_CHIP_WARN : ROLE_TEXT, text);
    if (runtime->state.trouble != NULL)
        sentence(details, "", ROLE_CHIP_WARN, runtime->state.trouble->sentence);
}

static const char *secret_words(enum secret_state state)
{
    static const char *const words[] = {
        [SECRET_NEVER] = "none: whoever made it saw it once",
        [SECRET_HELD] = "held in memory until it ends; {copy} copies",
        [SECRET_KEYRING] = "in the kernel keyring until it ends; {copy} copies",
        [SECRET_LOST] = "lost: the answer that should have carried it did not, or did not arrive",
        [SECRET_GONE] = "was held, wiped when its time was over",
    };
    return words[state];
}

static void clients_line(struct details *details, const struct lease *lease)
{
    char text[64];
    snprintf(text, sizeof text, "%u attached", lease->clients);
    if (lease->clients_known)
        line(details, "clients", ROLE_TEXT, text);
}

static void lease_lines(struct details *details, const struct row *row)
{
    const struct lease *lease = row->lease;
    char left[FORMAT_BYTES];
    enum text_charset charset = terminal_charset(details->app->terminal);
    line(details, "protocol", ROLE_TEXT, lease->protocol);
    const char *type = endpoint_type_word(row_endpoint(row));
    line(details, "endpoint", *type != '\0' ? ROLE_TEXT : ROLE_DIM,
         *type != '\0' ? type : "not known: lists do not carry it");
    char secret[STATE_SENTENCE_BYTES];
    line(details, "secret", ROLE_TEXT,
         action_fill(secret, sizeof secret, secret_words(row_secret(row)), &details->app->keys));
    clients_line(details, lease);
    const char *trimmed = format_left(left, row_left_s(row, &details->app->moment),
                                      row_stale(row, &details->app->moment), charset);
    line(details, "left", ROLE_TEXT, trimmed + strspn(trimmed, " "));
    moment_line(details, "expires", lease->expires_ms, "no expiry is known");
    moment_line(details, "created", lease->created_ms, "");
    moment_line(details, "revoked", lease->revoked_ms, "");
    moment_line(details, "closed", lease->closed_ms, "");
    moment_line(details, "vanished", lease->vanished_ms, "");
    line(details, "run", ROLE_TEXT, lease->run_id);
    if (lease->unaddressable)
        line(details, "note", ROLE_CHIP_WARN,
             "its id did not arrive whole: it cannot be revoked here");
}

static void unknown_line(struct details *details, const struct intent_view *intent)
{
    char lists[LOST_BYTES], text[LOST_BYTES + 80];
    int64_t open_ms = details->app->moment.boot_ms - intent->settled_ms;
    snprintf(text, sizeof text, "not known whether it happened; it is not sent again: %s",
             lost_words(lists, intent->could_be, intent->unseen, (int)(open_ms / 1000)));
    sentence(details, "", ROLE_CHIP_WARN, text);
}

static void intent_lines(struct details *details, const struct intent_view *intent)
{
    if (intent != NULL && intent->contradicted)
        sentence(details, "revoke", ROLE_CHIP_WARN, status_help(STATUS_DISPUTED));
    if (intent == NULL || intent->trouble == NULL)
        return;
    if (intent->phase == INTENT_UNKNOWN)
        unknown_line(details, intent);
    char text[sizeof intent->trouble->sentence + 16];
    snprintf(text, sizeof text, "%s%s", intent->phase == INTENT_FAILED ? "failed: " : "",
             intent->trouble->sentence);
    sentence(details, intent->kind == INTENT_CREATE ? "create" : "revoke", ROLE_ST_FAILED, text);
}

void details_draw(struct app *app, struct area area)
{
    const struct row *row = app_row(app);
    struct details details = {app, area, area.row + 1};
    if (area.rows < 2)
        return;
    draw_rule(app->terminal, area.row, area.column, area.columns, ROLE_BORDER, "lease");
    if (row == NULL)
        return;
    if (row->lease != NULL)
        line(&details, "lease", ROLE_TITLE, row->lease->id);
    status_line(&details, row);
    intent_lines(&details, row->intent);
    if (row->lease != NULL)
        lease_lines(&details, row);
    runtime_lines(&details, row->runtime);
    data_line(&details, row->runtime);
}
