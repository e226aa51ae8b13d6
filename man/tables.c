/* tables: prints the parts of the man pages that are lists in the program, in mdoc, so that the
 * pages cannot drift from it. Run by the build: `tables NAME` for each line `@NAME@` of their
 * sources. */
#include "cli/schema.h"
#include "core/action.h"
#include "core/columns.h"
#include "core/config.h"
#include "core/events.h"
#include "core/options.h"
#include "core/setting.h"
#include "core/state.h"
#include "core/status.h"

#include <string.h>

/* A text of ours in mdoc: nothing in it may look like a macro or an escape. */
static void put(const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\\')
            fputs("\\e", stdout);
        else if (*at == '-')
            fputs("\\-", stdout);
        else if (at == text && (*at == '.' || *at == '\''))
            printf("\\&%c", *at);
        else
            putchar(*at);
    }
    putchar('\n');
}

static void print_option(const struct option_info *info)
{
    printf(".It Fl Fl %s", info->name);
    if (*info->argument != '\0')
        printf(" Ar %s", info->argument);
    putchar('\n');
    put(info->help);
}

/* What the dashboard takes, and every command. */
static void options(void)
{
    struct option_info info;
    for (size_t i = 0; options_info(i, &info); i++) {
        if ((info.takers & OPTION_DASHBOARD) != 0)
            print_option(&info);
    }
}

static void command_options(void)
{
    struct option_info info;
    for (size_t i = 0; options_info(i, &info); i++) {
        if ((info.takers & OPTION_DASHBOARD) != 0)
            continue;
        print_option(&info);
        const char *before = "(of";
        for (int command = 0; command < COMMAND_COUNT; command++) {
            if ((info.takers & 1u << command) != 0)
                printf("%s %s", before, command_info((enum command)command)->name);
            before = (info.takers & ((2u << command) - 1)) != 0 ? "," : before;
        }
        puts(")");
    }
}

static void commands(void)
{
    for (int i = COMMAND_DASHBOARD + 1; i < COMMAND_COUNT; i++) {
        const struct command_info *info = command_info((enum command)i);
        printf(".It Ic %s%s%s\n", info->name, *info->shown != '\0' ? " Ar " : "", info->shown);
        put(info->help);
    }
}

/* Single letters that are mdoc macros or delimiters must be quoted by an empty character. */
static void keys(void)
{
    for (int group = 0; group < ACTION_GROUPS; group++) {
        printf(".It Sy %s Ta Ta\n", action_group_title((enum action_group)group));
        for (int action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
            const struct action_info *info = action_info((enum action)action);
            if (info->group != (enum action_group)group)
                continue;
            printf(".It \\&%s Ta Li \\&%s Ta ", info->keys, info->name);
            put(info->help);
        }
    }
}

/* Both glyphs where they differ. */
static void statuses(void)
{
    for (int i = 0; i < STATUS_COUNT; i++) {
        enum status status = (enum status)i;
        const char *wide = status_glyph(status, TEXT_UTF8);
        const char *ascii = status_glyph(status, TEXT_ASCII);
        const char *word = status_word(status);
        printf(".It \\&%s%s%s Ta %s Ta ", wide, strcmp(wide, ascii) != 0 ? " or \\&" : "",
               strcmp(wide, ascii) != 0 ? ascii : "", *word != '\0' ? word : "(other)");
        put(status_help(status));
    }
}

static void chips(void)
{
    struct state_info info;
    for (size_t i = 0; state_info(i, &info); i++) {
        printf(".It [%s] Ta ", info.chip);
        put(info.help);
    }
}

/* What a setting may be, where its kind says more than its words. */
static void print_kind(const struct setting_info *info)
{
    static const char *const kinds[SETTING_KINDS] = {
        [SETTING_TEXT] = "text",         [SETTING_PATH] = "path",
        [SETTING_NAME] = "name or path", [SETTING_SECONDS] = "time",
        [SETTING_NUMBER] = "number",     [SETTING_SWITCH] = "true or false",
        [SETTING_COMMAND] = "command",
    };
    if (info->kind == SETTING_NUMBER) {
        printf("number from %d to %d\n", info->least, info->most);
    } else if (kinds[info->kind] != NULL) {
        puts(kinds[info->kind]);
    } else {
        printf("%s", info->kind == SETTING_WORDS ? "some of " : "");
        for (const char *at = info->words; *at != '\0'; at++)
            printf(*at == '|' ? " | " : *at == '-' ? "\\-" : "%c", *at);
        putchar('\n');
    }
}

static void settings(enum setting_owner owner)
{
    for (int i = 0; i < SETTING_COUNT; i++) {
        const struct setting_info *info = setting_info((enum setting)i);
        if (info->owner != owner)
            continue;
        printf(".It Li %s No = ", info->path);
        print_kind(info);
        put(info->help);
        bool start = info->effect == SETTING_START, usual = *info->usual != '\0';
        if (usual)
            printf("(usually %s%s)\n", info->usual, start ? "; from the next start on" : "");
        else if (start)
            puts("(from the next start on)");
    }
}

static void general(void)
{
    settings(SETTING_GENERAL);
}

static void profile(void)
{
    settings(SETTING_PROFILE);
}

static void print_columns(const char *view, const struct columns *columns)
{
    printf(".It Li %s\n", view);
    for (size_t i = 0; i < columns->count; i++)
        printf(".Li %s%s\n", columns->items[i].name, i + 1 < columns->count ? " ," : "");
}

static void columns(void)
{
#define PRINT_VIEW(name, word, made) print_columns(word, &(struct columns[]){made}[0]);
    CONFIG_VIEWS(PRINT_VIEW)
#undef PRINT_VIEW
}

static void exits(void)
{
#define EXIT_ROW(name, code, help)                                                                 \
    printf(".It %d\n", code);                                                                      \
    put(help);
    EXITS(EXIT_ROW)
#undef EXIT_ROW
}

static void print_type(const char *type)
{
    for (; *type != '\0'; type++)
        printf(*type == '|' ? " | " : "%c", *type);
    putchar('\n');
}

/* The objects whose name is `audit`, or is not. */
static void schema_of(bool audit)
{
    struct schema_field field;
    const char *object = "";
    for (size_t i = 0; schema_field(i, &field); i++) {
        if ((strcmp(field.object, "audit") == 0) != audit)
            continue;
        if (strcmp(field.object, object) != 0)
            printf("%s.Ss %s\n.Bl -tag -width indent -compact\n", *object != '\0' ? ".El\n" : "",
                   field.object);
        object = field.object;
        printf(".It Li %s No = ", field.name);
        print_type(field.type);
        put(field.help);
    }
    puts(".El");
}

static void schema(void)
{
    schema_of(false);
}

static void audit(void)
{
    schema_of(true);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*print)(void);
    } tables[] = {{"OPTIONS", options},      {"KEYS", keys},       {"STATUSES", statuses},
                  {"CHIPS", chips},          {"EXITS", exits},     {"GENERAL", general},
                  {"PROFILE", profile},      {"COLUMNS", columns}, {"COMMANDS", commands},
                  {"MORE", command_options}, {"SCHEMA", schema},   {"AUDIT", audit}};
    for (size_t i = 0; argc == 2 && i < sizeof tables / sizeof *tables; i++) {
        if (strcmp(argv[1], tables[i].name) == 0) {
            tables[i].print();
            return ferror(stdout) != 0;
        }
    }
    fputs("usage: tables "
          "OPTIONS|KEYS|STATUSES|CHIPS|EXITS|GENERAL|PROFILE|COLUMNS|COMMANDS|MORE|SCHEMA|AUDIT\n",
          stderr);
    return 2;
}
