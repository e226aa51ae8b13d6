/* complete_values: see complete_internal.h. Which words may stand in the place of the last one. */
#include "cli/complete_internal.h"

#include "api/clock.h"
#include "api/rfc3339.h"
#include "cli/sheet.h"

#include <stdlib.h>
#include <string.h>

/* ---- words of lists of ours */

static void offer_list(struct completing *line, const char *const *words)
{
    for (; *words != NULL; words++)
        completing_offer(line, *words, "");
}

static void offer_themes(struct completing *line)
{
    for (size_t i = 0; line->complete->theme(i) != NULL; i++)
        completing_offer(line, line->complete->theme(i), "");
    if (strchr(line->last + line->kept, '/') != NULL)
        fputs("\tfiles\n", line->to);
}

static void offer_files(struct completing *line)
{
    fputs("\tfiles\n", line->to);
}

static void offer_programs(struct completing *line)
{
    fputs("\tprograms\n", line->to);
}

static void offer_nothing(struct completing *line)
{
    (void)line;
}

static void offer_profiles(struct completing *line)
{
    const char *name;
    const struct config *config = line->complete->config;
    for (size_t i = 0; config != NULL && (name = config_profile(config, i)) != NULL; i++)
        completing_offer(line, name, "");
}

static void offer_protocols(struct completing *line)
{
    offer_list(line, line->complete->protocols);
}

static void offer_switch(struct completing *line)
{
    offer_list(line, (const char *const[]){"auto", "off", NULL});
}

static void offer_times(struct completing *line)
{
    offer_list(line, (const char *const[]){"15m", "30m", "1h", "2h", NULL});
}

static void offer_goals(struct completing *line)
{
    offer_list(line, (const char *const[]){"expiry", "revoked", "5m-left", "1m-left", NULL});
}

static void offer_parts(struct completing *line)
{
    offer_list(line, (const char *const[]){"url", "baseUrl", "host", "port", "username", "password",
                                           NULL});
}

/* ---- columns and filters */

static bool sorts(const struct column *column)
{
    return column->number != NULL || column->word != NULL;
}

static void offer_columns(struct completing *line, bool (*fits)(const struct column *column),
                          const char *sign)
{
    struct columns columns = sheet_columns(sheet_kind_of(line->command));
    for (size_t i = 0; i < columns.count; i++) {
        char word[64];
        snprintf(word, sizeof word, "%s%s", columns.items[i].name, sign);
        if (fits == NULL || fits(&columns.items[i]))
            completing_offer(line, word, "");
    }
}

static void offer_column(struct completing *line)
{
    line->kept += line->last[line->kept] == '-';
    offer_columns(line, sorts, "");
}

/* What stands behind the last of these signs. */
static void keep_to(struct completing *line, const char *signs)
{
    for (const char *at; (at = strpbrk(line->last + line->kept, signs)) != NULL;)
        line->kept = (size_t)(at + 1 - line->last);
}

static bool is_option_given(const struct completing *line, const char *name)
{
    struct option_info info;
    size_t i = 0;
    while (options_info(i, &info) && strcmp(info.name, name) != 0)
        i++;
    return (line->given & 1ull << i) != 0;
}

static void offer_column_list(struct completing *line)
{
    keep_to(line, ",");
    offer_columns(line, is_option_given(line, "csv") ? sorts : NULL, "");
}

static bool has_words(const struct column *column)
{
    return column->word != NULL;
}

static bool has_span(const struct column *column)
{
    return column->number != NULL && column->unit == COLUMN_SPAN;
}

static void offer_statuses(struct completing *line)
{
    for (int i = 0; i < STATUS_COUNT; i++) {
        if (i != STATUS_CRITICAL && *status_word((enum status)i) != '\0')
            completing_offer(line, status_word((enum status)i), status_help((enum status)i));
    }
}

/* The term that is being typed. */
static void offer_filter(struct completing *line)
{
    keep_to(line, " ");
    line->kept += line->last[line->kept] == '!';
    const char *term = line->last + line->kept;
    size_t column = strcspn(term, ":");
    if (term[column] == '\0') {
        offer_columns(line, has_words, ":");
        offer_columns(line, has_span, "<");
        return;
    }
    line->kept += column + 1;
    if (strncmp(term, "status:", column + 1) == 0)
        offer_statuses(line);
    else if (strncmp(term, "proto:", column + 1) == 0)
        offer_protocols(line);
    else if (strncmp(term, "by:", column + 1) == 0)
        completing_offer(line, "me", "");
}

static const struct {
    const char *argument; /* as the list of options calls it */
    void (*offer)(struct completing *line);
} values[] = {
    {"COLUMN", offer_column},    {"COLUMNS", offer_column_list}, {"COMMAND", offer_programs},
    {"FILE", offer_files},       {"FILTER", offer_filter},       {"PART", offer_parts},
    {"PROFILE", offer_profiles}, {"PROTOCOL", offer_protocols},  {"SECONDS", offer_nothing},
    {"THEME", offer_themes},     {"TIME", offer_times},          {"URL", offer_nothing},
    {"WHAT", offer_goals},       {"auto|off", offer_switch},
};

bool completing_value(struct completing *line, const struct option_info *info)
{
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        if (strcmp(values[i].argument, info->argument) != 0)
            continue;
        if (line != NULL)
            values[i].offer(line);
        return true;
    }
    return false;
}

bool complete_knows(const struct option_info *info)
{
    return completing_value(NULL, info);
}

/* ---- what was seen of the server */

static bool is_here(const struct completing *line, const struct name *name)
{
    return line->complete->base_url == NULL ||
           strcmp(line->complete->base_url, name->base_url) == 0;
}

/* Without memory for it, it is not offered. */
static void see(struct completing *line, const struct name *name)
{
    struct name *seen = realloc(line->seen, (line->seen_count + 1) * sizeof *seen);
    if (seen == NULL)
        return;
    line->seen = seen;
    seen[line->seen_count++] = *name;
}

static bool has_twin(const struct completing *line, const struct name *name)
{
    size_t same = 0;
    for (size_t i = 0; i < line->seen_count; i++)
        same += strcmp(line->seen[i].name, name->name) == 0 &&
                strcmp(line->seen[i].base_url, name->base_url) == 0;
    return same > 1;
}

/* A name, unless it could be taken for something else; an id, where one was begun. Of two that have
 * a name the ids, also where the name was begun: it would be refused. */
static void offer_named(const struct completing *line, const struct name *name)
{
    char word[2048];
    bool space = name->kind == NAME_SPACE;
    const char *typed = line->last + line->kept, *help = space ? "space" : name->kind_of;
    const char *id = space ? name->space_id : name->runtime_id;
    const char *end =
        space && command_info(line->command)->words != COMMAND_WORDS_TARGET ? "/" : "";
    bool clear = *name->name != '\0' && *name->name != '-' && strchr(name->name, '/') == NULL;
    bool twin = clear && has_twin(line, name);
    if (clear && !twin) {
        snprintf(word, sizeof word, "%s%s", name->name, end);
        completing_offer(line, word, help);
    }
    snprintf(word, sizeof word, "%s%s", id, end);
    if (twin && strncmp(name->name, typed, strlen(typed)) == 0)
        completing_put(line, word, name->name);
    else if (!clear || twin || *typed != '\0')
        completing_offer(line, word, name->name);
}

static void tell_space(void *context, const struct name *name)
{
    struct completing *line = context;
    bool reserved = line->command == COMMAND_DASHBOARD && !line->behind &&
                    command_find(name->name) != COMMAND_DASHBOARD;
    if (name->kind == NAME_SPACE && is_here(line, name) && !reserved)
        see(line, name);
}

/* In a space that is given by its id or its name. */
static void tell_runtime(void *context, const struct name *name)
{
    struct completing *line = context;
    if (!is_here(line, name))
        return;
    if (name->kind == NAME_RUNTIME && strcmp(name->space_id, line->space) == 0 &&
        (line->command != COMMAND_CREATE ||
         runtime_may_lease(&(struct runtime){.status = name->kind_of, .vanished_ms = MOMENT_NONE})))
        see(line, name);
    if (name->kind == NAME_SPACE && model_named(line->typed_space, name->space_id, name->name))
        snprintf(line->space, sizeof line->space, "%s", name->space_id);
}

/* What is seen points into the copy. */
static void each_name(struct completing *line, void (*tell)(void *, const struct name *))
{
    char *copy = line->complete->names != NULL ? strdup(line->complete->names) : NULL;
    if (copy != NULL)
        names_each(copy, tell, line);
    for (size_t i = 0; i < line->seen_count; i++)
        offer_named(line, &line->seen[i]);
    free(line->seen);
    line->seen = NULL;
    line->seen_count = 0;
    free(copy);
}

static void offer_targets(struct completing *line)
{
    const char *slash = strchr(line->last, '/');
    if (slash == NULL) {
        each_name(line, tell_space);
        return;
    }
    line->kept = (size_t)(slash + 1 - line->last);
    snprintf(line->typed_space, sizeof line->typed_space, "%.*s", (int)(slash - line->last),
             line->last);
    each_name(line, tell_runtime);
}

static bool is_given(const struct completing *line, const char *id)
{
    size_t i = 0;
    while (i + 1 < line->complete->count && strcmp(line->complete->words[i], id) != 0)
        i++;
    return i + 1 < line->complete->count;
}

static void tell_lease(void *context, const struct name *name)
{
    enum { LATE_MS = 60000 };
    char help[512], when[FORMAT_BYTES] = "";
    const struct completing *line = context;
    int64_t now_ms = clock_wall_now_ms(), expires_ms;
    bool dated = rfc3339_parse(name->expires, &expires_ms);
    if (name->kind != NAME_LEASE || !is_here(line, name) || is_given(line, name->lease_id) ||
        (dated && expires_ms + LATE_MS < now_ms))
        return;
    if (dated)
        format_clock(when, expires_ms, now_ms, FORMAT_LOCAL, TEXT_ASCII);
    snprintf(help, sizeof help, "%s %s%s%s", name->name, name->kind_of, dated ? " until " : "",
             when);
    completing_offer(line, name->lease_id, help);
    /* The part of it that a table shows will do. */
    if (*line->last != '\0' && row_short_id(name->lease_id) != name->lease_id)
        completing_offer(line, row_short_id(name->lease_id), help);
}

static void offer_commands(struct completing *line)
{
    for (int i = COMMAND_DASHBOARD + 1; i < COMMAND_COUNT; i++) {
        const struct command_info *info = command_info((enum command)i);
        if (info->words != COMMAND_WORDS_LINE) /* which is for shells */
            completing_offer(line, info->name, info->help);
    }
}

void completing_words(struct completing *line)
{
    enum command_words words = command_info(line->command)->words;
    if (line->exec && line->behind)
        line->words <= 1 ? offer_programs(line) : offer_files(line);
    else if (words == COMMAND_WORDS_IDS || (words == COMMAND_WORDS_ID && line->words == 0))
        each_name(line, tell_lease);
    else if ((words == COMMAND_WORDS_TARGET || words == COMMAND_WORDS_RUNTIME) && line->words == 0)
        offer_targets(line);
    if (line->command == COMMAND_DASHBOARD && line->words == 0 && !line->behind)
        offer_commands(line);
}
