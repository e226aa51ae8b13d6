/* state: see state.h. Each function fills its chip and sentence and returns true where its state
 * holds. */
#include "core/state.h"

#include "api/schedule.h"
#include "core/format.h"
#include "core/runtimes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SKEW_S = 5, NEXT_BYTES = 48 };

static int seconds_until(int64_t at_ms, const struct moment *moment)
{
    int64_t left_ms = at_ms - moment->boot_ms;
    return left_ms > 0 ? (int)((left_ms + 999) / 1000) : 0;
}

/* A sentence in which keys stand by their actions: see action_fill. */
static void say(const struct state_context *context, char *out, size_t size, const char *format,
                ...) __attribute__((format(printf, 4, 5)));
static void say(const struct state_context *context, char *out, size_t size, const char *format,
                ...)
{
    struct action_keys usual;
    va_list arguments;
    if (context->keys == NULL)
        action_keys_usual(&usual);
    va_start(arguments, format);
    action_format(out, size, context->keys != NULL ? context->keys : &usual, format, arguments);
    va_end(arguments);
}

/* When the server, or a list, is asked again, and what can be done till then. */
static void next_try(const struct state_context *context, int64_t retry_ms, char *out, size_t size)
{
    int wait_s = retry_ms == SCHEDULE_NEVER ? 0 : seconds_until(retry_ms, context->moment);
    if (context->snapshot->paused)
        snprintf(out, size, "asking is paused");
    else if (retry_ms == SCHEDULE_NEVER)
        say(context, out, size, "{refresh} tries again");
    else if (wait_s > 0)
        say(context, out, size, "next try in %d s, {refresh} tries now", wait_s);
    else
        snprintf(out, size, "trying now");
}

static const struct trouble *server_trouble(const struct state_context *context,
                                            enum trouble_scope scope)
{
    const struct snapshot *snapshot = context->snapshot;
    const struct trouble *trouble = snapshot != NULL ? snapshot->server.trouble : NULL;
    if (trouble == NULL)
        return NULL;
    bool whole = snapshot->down || trouble_scope(trouble->kind) == SCOPE_SERVER;
    return whole == (scope == SCOPE_SERVER) ? trouble : NULL;
}

/* When the server last answered anything; 0: never. */
static int64_t last_answer_ms(const struct snapshot *snapshot)
{
    int64_t last_ms = snapshot->server.answered_ms;
    for (size_t i = 0; i < snapshot->runtime_count; i++) {
        int64_t one_ms = snapshot->runtimes[i].state.answered_ms;
        last_ms = one_ms > last_ms ? one_ms : last_ms;
    }
    return last_ms;
}

/* "; last answer 34s ago" where there is anything to see from then. */
static void add_age(const struct state_context *context, struct state *state)
{
    char age[FORMAT_BYTES];
    int64_t answered_ms = last_answer_ms(context->snapshot);
    size_t used = strlen(state->sentence);
    if (answered_ms != 0 && context->shown > 0)
        snprintf(
            state->sentence + used, sizeof state->sentence - used, "; last answer %s",
            format_age(age, (context->moment->boot_ms - answered_ms) / 1000, context->charset));
}

static bool unauthorised(const struct state_context *context, struct state *state)
{
    const struct trouble *trouble = server_trouble(context, SCOPE_SERVER);
    if (trouble == NULL || trouble->kind != TROUBLE_UNAUTHORISED)
        return false;
    const struct keeps_view *keeps = context->snapshot->keeps;
    char kept[FORMAT_BYTES + 32] = "", number[FORMAT_BYTES];
    if (keeps != NULL && keeps->alive > 0)
        snprintf(kept, sizeof kept, "; %s not kept alive now",
                 format_count(number, sizeof number, keeps->alive, "lease is", "leases are"));
    say(context, state->sentence, sizeof state->sentence,
        "the key is rejected, asking has stopped: {key} takes another key, {refresh} tries again"
        "%s (%s)",
        kept, trouble->sentence);
    return true;
}

static bool limited(const struct state_context *context, struct state *state)
{
    const struct trouble *trouble = server_trouble(context, SCOPE_SERVER);
    if (trouble == NULL || trouble->kind != TROUBLE_LIMITED)
        return false;
    int wait_s = seconds_until(context->snapshot->server.retry_ms, context->moment);
    snprintf(state->chip, sizeof state->chip, "rate-limited %ds", wait_s);
    say(context, state->sentence, sizeof state->sentence,
        "rate-limited: the server asked to wait, %d s more; {refresh} waits too", wait_s);
    add_age(context, state);
    return true;
}

static bool offline(const struct state_context *context, struct state *state)
{
    const struct trouble *trouble = server_trouble(context, SCOPE_SERVER);
    if (trouble == NULL || trouble->kind == TROUBLE_UNAUTHORISED ||
        trouble->kind == TROUBLE_LIMITED)
        return false;
    char next[NEXT_BYTES];
    next_try(context, context->snapshot->server.retry_ms, next, sizeof next);
    snprintf(state->chip, sizeof state->chip, "%s", trouble_chip(trouble->kind));
    snprintf(state->sentence, sizeof state->sentence, "%s: %s; %s", context->host,
             trouble->sentence, next);
    add_age(context, state);
    return true;
}

static bool no_spaces(const struct state_context *context, struct state *state)
{
    const struct trouble *trouble = server_trouble(context, SCOPE_SOURCE);
    if (trouble == NULL)
        return false;
    char next[NEXT_BYTES];
    next_try(context, context->snapshot->server.retry_ms, next, sizeof next);
    snprintf(state->chip, sizeof state->chip, "%s", trouble_chip(trouble->kind));
    snprintf(state->sentence, sizeof state->sentence, "the list of spaces: %s; %s",
             trouble->sentence, next);
    add_age(context, state);
    return true;
}

static const char *name_or_id(const char *name, const char *id)
{
    return *name != '\0' ? name : id;
}

/* Lists that do not come: the first of them, how many, and how many for the same kind of reason. */
struct failing {
    const struct trouble *first;
    int64_t retry_ms;
    const struct space *space;
    const struct runtime *runtime; /* NULL: it is the list of the space's runtimes */
    size_t count, alike;
};

static void note(struct failing *failing, const struct source_state *state,
                 const struct space *space, const struct runtime *runtime)
{
    if (state->trouble == NULL)
        return;
    if (failing->first == NULL) {
        failing->first = state->trouble;
        failing->retry_ms = state->retry_ms;
        failing->space = space;
        failing->runtime = runtime;
    }
    failing->count++;
    failing->alike += state->trouble->kind == failing->first->kind;
}

static bool named_twice(const struct snapshot *snapshot, const struct runtime *runtime)
{
    size_t count = 0;
    for (size_t i = 0; i < snapshot->runtime_count; i++)
        count += strcmp(runtime_label(snapshot->runtimes[i].runtime), runtime_label(runtime)) == 0;
    return count > 1;
}

/* The name of the first; with its space where that alone does not tell which it is. */
static void name_failing(const struct snapshot *snapshot, const struct failing *failing, char *out,
                         size_t size)
{
    const char *space = name_or_id(failing->space->name, failing->space->id);
    if (failing->runtime == NULL)
        snprintf(out, size, "%.64s", space);
    else
        snprintf(out, size, named_twice(snapshot, failing->runtime) ? "%.64s (%.64s)" : "%.64s",
                 runtime_label(failing->runtime), space);
}

static void failing_chip(const struct failing *failing, char *chip)
{
    const char *word = trouble_chip(failing->first->kind);
    if (failing->count == 1)
        snprintf(chip, STATE_CHIP_BYTES, "%s", word);
    else if (failing->alike == failing->count)
        snprintf(chip, STATE_CHIP_BYTES, "%zu %s", failing->count, word);
    else
        snprintf(chip, STATE_CHIP_BYTES, "%s +%zu", word, failing->count - 1);
}

/* Runtimes (or spaces) whose own list does not come: the first is named, the others counted. */
static bool some_failed(const struct state_context *context, struct state *state)
{
    const struct snapshot *snapshot = context->snapshot;
    struct failing failing = {0};
    for (size_t i = 0; snapshot != NULL && i < snapshot->space_count; i++) {
        const struct snapshot_space *one = &snapshot->spaces[i];
        note(&failing, &one->state, one->space, NULL);
    }
    for (size_t i = 0; snapshot != NULL && i < snapshot->runtime_count; i++) {
        const struct snapshot_runtime *one = &snapshot->runtimes[i];
        note(&failing, &one->state, one->space, one->runtime);
    }
    /* Where all fail there is nothing more to say of each. */
    if (failing.first == NULL || snapshot->down)
        return false;
    char name[160], next[NEXT_BYTES];
    failing_chip(&failing, state->chip);
    name_failing(snapshot, &failing, name, sizeof name);
    next_try(context, failing.retry_ms, next, sizeof next);
    snprintf(state->sentence, sizeof state->sentence, "%s: %.300s; %s", name,
             failing.first->sentence, next);
    return true;
}

/* Those that are not listed any more, as long as they are remembered. */
static bool space_gone(const struct state_context *context, struct state *state)
{
    const struct snapshot *snapshot = context->snapshot;
    const struct space *first = NULL;
    size_t count = 0;
    for (size_t i = 0; snapshot != NULL && i < snapshot->space_count; i++) {
        const struct space *space = snapshot->spaces[i].space;
        bool gone = space->vanished_ms != MOMENT_NONE;
        first = gone && first == NULL ? space : first;
        count += gone;
    }
    if (count == 0)
        return false;
    char others[FORMAT_BYTES + 8] = "", number[FORMAT_BYTES];
    if (count > 1)
        snprintf(others, sizeof others, " and %s",
                 format_count(number, sizeof number, count - 1, "other", "others"));
    if (count > 1)
        snprintf(state->chip, sizeof state->chip, "%zu spaces gone", count);
    say(context, state->sentence, sizeof state->sentence,
        "the server does not list the space %.64s%s any more: whether what was leased there lives "
        "is not known, it is shown for a minute; {refresh} asks again",
        name_or_id(first->name, first->id), others);
    return true;
}

static bool stale(const struct state_context *context, struct state *state)
{
    const struct snapshot *snapshot = context->snapshot;
    size_t count = 0;
    for (size_t i = 0; snapshot != NULL && i < snapshot->runtime_count; i++)
        count += snapshot->runtimes[i].runtime->vanished_ms == MOMENT_NONE &&
                 strcmp(source_word(&snapshot->runtimes[i].state, context->moment), "stale") == 0;
    snprintf(state->sentence, sizeof state->sentence,
             "%zu of %zu runtimes were not heard of lately: their rows are marked ~", count,
             snapshot != NULL ? snapshot->runtime_count : 0);
    return count > 0;
}

static bool skewed(const struct state_context *context, struct state *state)
{
    if (context->snapshot == NULL)
        return false;
    char offset[FORMAT_BYTES];
    const struct moment *moment = context->moment;
    int64_t sure_ms = clock_skew_ms(&context->snapshot->clock, moment->boot_ms, context->wall_ms);
    int64_t about_ms =
        clock_server_ms(&context->snapshot->clock, moment->boot_ms) - context->wall_ms;
    int64_t skew_s = (about_ms + (about_ms < 0 ? -500 : 500)) / 1000;
    format_offset(offset, skew_s, context->charset);
    snprintf(state->chip, sizeof state->chip, "skew %s", offset);
    snprintf(state->sentence, sizeof state->sentence,
             "the server's clock is off from this machine's by %s: LEFT goes by the server's",
             offset);
    return llabs((long long)sure_ms) >= SKEW_S * 1000;
}

static bool timeless(const struct state_context *context, struct state *state)
{
    snprintf(state->sentence, sizeof state->sentence,
             "the server does not say what time it has: LEFT goes by this machine's clock and is "
             "marked ~");
    return context->snapshot != NULL && context->moment->vague && !context->snapshot->clock.known &&
           context->snapshot->server.answered_ms != 0;
}

static bool unsure(const struct state_context *context, struct state *state)
{
    const struct clock *clock = context->snapshot != NULL ? &context->snapshot->clock : NULL;
    snprintf(
        state->sentence, sizeof state->sentence, "%s: LEFT may be off, and is marked ~",
        clock != NULL && clock->disputed ? "the server's answers disagree about what time it has"
        : clock != NULL && clock->unsure
            ? "one answer alone says what time the server has, and this machine's clock another"
            : "the server's answers come too slowly to say what time it has");
    return context->snapshot != NULL && context->moment->vague && context->snapshot->clock.known;
}

static bool paused(const struct state_context *context, struct state *state)
{
    say(context, state->sentence, sizeof state->sentence,
        "asking is paused, countdowns go on: {pause} resumes");
    return context->snapshot != NULL && context->snapshot->paused;
}

static bool too_much(const struct state_context *context, struct state *state)
{
    snprintf(state->sentence, sizeof state->sentence,
             "the server lists more spaces or runtimes than can be watched: showing the first %zu "
             "runtimes; name a SPACE on the command line",
             context->snapshot != NULL ? context->snapshot->runtime_count : 0);
    return context->snapshot != NULL && context->snapshot->cut;
}

static bool unreadable(const struct state_context *context, struct state *state)
{
    size_t count = context->snapshot != NULL ? snapshot_unreadable(context->snapshot) : 0;
    snprintf(state->chip, sizeof state->chip, "%zu unreadable", count);
    snprintf(state->sentence, sizeof state->sentence,
             "%zu of the items the server listed cannot be read: they have no id, or one that came "
             "twice, and are not shown, or a time that is no date",
             count);
    return count > 0;
}

static bool loading(const struct state_context *context, struct state *state)
{
    const struct snapshot *snapshot = context->snapshot;
    bool nothing =
        snapshot == NULL || (snapshot->server.trouble == NULL && snapshot->server.answered_ms == 0);
    size_t open = 0;
    char runtimes[FORMAT_BYTES];
    for (size_t i = 0; snapshot != NULL && i < snapshot->runtime_count; i++)
        open += snapshot->runtimes[i].leases == NULL && snapshot->runtimes[i].state.trouble == NULL;
    if (nothing)
        snprintf(state->sentence, sizeof state->sentence, "asking %s for its spaces and runtimes",
                 context->host);
    else if (open > 0)
        snprintf(state->sentence, sizeof state->sentence, "reading the leases of %s",
                 format_count(runtimes, sizeof runtimes, open, "more runtime", "more runtimes"));
    else
        snprintf(state->sentence, sizeof state->sentence, "reading the runtimes");
    return nothing ||
           (snapshot->server.trouble == NULL && (open > 0 || !snapshot->catalog_settled));
}

static bool unwritten(struct state *state, const char *why, const char *lost)
{
    if (why == NULL || *why == '\0')
        return false;
    snprintf(state->sentence, sizeof state->sentence, "%s; %s", why, lost);
    return true;
}

static bool no_audit(const struct state_context *context, struct state *state)
{
    return unwritten(state, context->audit,
                     "what is done is not in the audit until that is mended; leasetop doctor looks "
                     "at it");
}

static bool no_ledger(const struct state_context *context, struct state *state)
{
    return unwritten(state, context->ledger,
                     "after a restart BY will not know the leases made until that is mended");
}

static bool resumed(const struct state_context *context, struct state *state)
{
    snprintf(state->sentence, sizeof state->sentence,
             "this machine was asleep: what is shown is from before, asking again");
    return context->resumed;
}

static bool read_only(const struct state_context *context, struct state *state)
{
    snprintf(state->sentence, sizeof state->sentence,
             "read-only: nothing that changes something can be sent");
    return context->read_only;
}

/* chip (a function may write its own), role, shown by itself, of this machine, when it holds, what
 * it means; the worst first */
static const struct {
    const char *chip;
    enum role role;
    bool urgent, local;
    bool (*holds)(const struct state_context *, struct state *);
    const char *help;
} table[] = {
    {"unauthorised", ROLE_CHIP_ERROR, true, false, unauthorised,
     "the key is rejected, and asking has stopped"},
    {"rate-limited", ROLE_CHIP_WARN, true, false, limited,
     "the server asked to wait; refreshing waits too"},
    {"offline", ROLE_CHIP_ERROR, true, false, offline,
     "no answer, or none of use: what is shown is from before"},
    {"no spaces", ROLE_CHIP_ERROR, true, false, no_spaces, "the list of spaces does not come"},
    {"forbidden", ROLE_CHIP_WARN, true, false, some_failed, "as the troubles of api/trouble.h say"},
    {"space gone", ROLE_CHIP_WARN, true, false, space_gone,
     "a space is not listed any more, and its leases with it"},
    {"resumed", ROLE_CHIP_WARN, true, false, resumed,
     "this machine was asleep, and is asking again"},
    {"paused", ROLE_CHIP_WARN, true, false, paused, "nothing is asked; countdowns go on"},
    {"stale", ROLE_CHIP_WARN, false, false, stale,
     "some rows are older than they should be, and marked ~"},
    {"too much", ROLE_CHIP_WARN, true, false, too_much, "more is listed than is watched"},
    {"unreadable", ROLE_CHIP_WARN, true, false, unreadable,
     "an answer, or some of what it lists, cannot be read"},
    {"no audit", ROLE_CHIP_ERROR, true, true, no_audit,
     "the audit cannot be written: what is done is not recorded"},
    {"no ledger", ROLE_CHIP_WARN, true, true, no_ledger,
     "the ledger cannot be written: BY will not know these leases after a restart"},
    {"loading", ROLE_CHIP_INFO, true, false, loading, "the first answers are on their way"},
    {"no server time", ROLE_CHIP_WARN, false, false, timeless,
     "LEFT goes by this machine's clock, and is marked ~"},
    {"time unsure", ROLE_CHIP_WARN, false, false, unsure,
     "the server's answers disagree about the time, come slowly, or one alone tells; LEFT is "
     "marked ~"},
    {"skew", ROLE_CHIP_INFO, false, false, skewed,
     "the server's clock differs from this machine's"},
    {"read-only", ROLE_CHIP_INFO, false, false, read_only,
     "nothing is sent that changes something"},
};

enum { TABLE_ROWS = sizeof table / sizeof *table };

/* Whether a state has this chip that can hold beside the one for lists that fail. */
static bool has_own_row(const char *chip)
{
    for (size_t i = 0; i < TABLE_ROWS; i++) {
        if (table[i].holds != some_failed && strcmp(table[i].chip, chip) == 0)
            return true;
    }
    return false;
}

/* The chips of lists that fail are those of their troubles. */
static bool trouble_info(size_t *place, struct state_info *info)
{
    for (int i = TROUBLE_NONE + 1; i < TROUBLE_KINDS; i++) {
        enum trouble_kind kind = (enum trouble_kind)i;
        if (trouble_scope(kind) != SCOPE_SOURCE || has_own_row(trouble_chip(kind)))
            continue;
        *info = (struct state_info){trouble_chip(kind), trouble_help(kind), ROLE_CHIP_WARN};
        if ((*place)-- == 0)
            return true;
    }
    return false;
}

bool state_info(size_t place, struct state_info *info)
{
    for (size_t i = 0; i < TABLE_ROWS; i++) {
        if (table[i].holds == some_failed && trouble_info(&place, info))
            return true;
        *info = (struct state_info){table[i].chip, table[i].help, table[i].role};
        if (table[i].holds != some_failed && place-- == 0)
            return true;
    }
    return false;
}

size_t states_of(const struct state_context *context, struct state states[STATES_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < TABLE_ROWS && count < STATES_MAX; i++) {
        struct state *state = &states[count];
        *state = (struct state){
            .role = table[i].role, .urgent = table[i].urgent, .local = table[i].local};
        snprintf(state->chip, sizeof state->chip, "%s", table[i].chip);
        count += table[i].holds(context, state);
    }
    return count;
}
