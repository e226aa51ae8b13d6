/* setting_print: the whole configuration file with its usual values. See setting.h. */
#include "core/setting.h"

#include "core/action.h"
#include "core/columns.h"
#include "core/config.h"
#include "core/events.h"

#include <string.h>

enum { TEXT_CELLS = 92 };

/* A sentence as comments, broken where the line ends. */
static void print_comment(FILE *to, const char *margin, const char *text)
{
    while (*text != '\0') {
        size_t room = TEXT_CELLS - strlen(margin), length = strlen(text);
        if (length > room)
            for (length = room; length > 0 && text[length] != ' ';)
                length--;
        fprintf(to, "%s# %.*s\n", margin, (int)length, text);
        text += length + (text[length] == ' ');
    }
}

/* What may stand there, where the sentence does not say so. */
static void print_range(FILE *to, const char *margin, const struct setting_info *info)
{
    switch (info->kind) {
    case SETTING_NUMBER:
        fprintf(to, "%s# (%d to %d)\n", margin, info->least, info->most);
        break;
    case SETTING_SECONDS:
        fprintf(to, "%s# (seconds, or as \"1h30m\")\n", margin);
        break;
    case SETTING_WORD:
    case SETTING_WORDS:
        fprintf(to, "%s# (%s)\n", margin, info->words);
        break;
    default:
        break;
    }
}

static void print_value(FILE *to, const struct setting_info *info, const char *value)
{
    bool bare = info->kind == SETTING_SWITCH || info->kind == SETTING_NUMBER;
    bool list = info->kind == SETTING_WORDS;
    const char *quote = bare ? "" : "\"";
    fprintf(to, "%s%s%s%s%s;\n", list ? "[" : "", quote, value, quote, list ? "]" : "");
}

static void print_setting(FILE *to, const struct setting_info *info, const char *name,
                          const char *margin)
{
    print_comment(to, margin, info->help);
    print_range(to, margin, info);
    bool none = *info->usual == '\0';
    fprintf(to, "%s%s%s = ", margin, none ? "#" : "", name);
    print_value(to, info, none ? info->words : info->usual);
}

/* Settings of a group stand together in the list. */
static void print_settings(FILE *to)
{
    char group[32] = "";
    for (int i = 0; i < SETTING_COUNT; i++) {
        const struct setting_info *info = setting_info((enum setting)i);
        const char *dot = strchr(info->path, '.');
        size_t length = dot != NULL ? (size_t)(dot - info->path) : 0;
        if (strlen(group) != length || strncmp(group, info->path, length) != 0) {
            if (*group != '\0')
                fputs("};\n", to);
            snprintf(group, sizeof group, "%.*s", (int)length, info->path);
            fprintf(to, "\n%s: {\n", group);
        } else if (length == 0) {
            putc('\n', to);
        }
        print_setting(to, info, dot != NULL ? dot + 1 : info->path, dot != NULL ? "    " : "");
    }
    fputs(*group != '\0' ? "};\n" : "", to);
}

/* "x F9" as ["x", "F9"]. */
static void print_names(FILE *to, const char *names)
{
    for (const char *at = names; *at != '\0';) {
        size_t length = strcspn(at, " ");
        const char *escape = length == 1 && (*at == '"' || *at == '\\') ? "\\" : "";
        fprintf(to, "%s\"%s%.*s\"", at > names ? ", " : "", escape, (int)length, at);
        at += length + (at[length] == ' ');
    }
}

static void print_keys(FILE *to)
{
    fputs("\n# Which keys do what. \"none\" takes away all keys of an action; one key has one "
          "meaning.\nkeys: {\n",
          to);
    for (int action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
        const struct action_info *info = action_info((enum action)action);
        print_comment(to, "    ", info->help);
        fprintf(to, "    %s = [", info->name);
        print_names(to, *info->keys != '\0' ? info->keys : "none");
        fputs("];\n", to);
    }
    fputs("};\n", to);
}

static void print_columns_of(FILE *to, const char *view, const struct columns *columns)
{
    const char *comma = "";
    fprintf(to, "#    %s = [", view);
    for (size_t i = 0; i < columns->count; i++) {
        fprintf(to, "%s\"%s\"", comma, columns->items[i].name);
        comma = ", ";
    }
    fputs("];\n", to);
}

/* Not as what holds: then the wide table would show nothing more. */
static void print_columns(FILE *to)
{
    fputs("\n# Which columns each view has, in their order: all there are. Where there is no room "
          "some are\n# left out.\n#columns: {\n",
          to);
#define PRINT_VIEW(name, word, made) print_columns_of(to, word, &(struct columns[]){made}[0]);
    CONFIG_VIEWS(PRINT_VIEW)
#undef PRINT_VIEW
    fputs("#};\n", to);
}

static void print_profiles(FILE *to)
{
    fputs("\n# Profiles: servers and how to treat them. What a profile does not say is as above.\n"
          "# These settings it can have:\n#",
          to);
    for (int i = 0; i < SETTING_COUNT; i++) {
        const struct setting_info *info = setting_info((enum setting)i);
        if (info->owner == SETTING_PROFILE)
            fprintf(to, " %s", info->path);
    }
    fputs("\n#profiles: {\n"
          "#    prod: { key_command = \"pass show bctrl/prod\"; guard = \"strict\"; "
          "accent = \"red bold\"; };\n"
          "#    local: { url = \"http://localhost:8787\"; key_env = \"LOCAL_KEY\"; };\n"
          "#};\n",
          to);
}

void settings_print(FILE *to)
{
    fputs("# leasetop.conf: all settings of leasetop, with their usual values. What is commented "
          "out has\n# none, and shows an example. Put it into ~/.config/leasetop/; leasetop never "
          "writes it, and\n# follows edits while it runs. See leasetop.conf(5).\n",
          to);
    print_settings(to);
    print_keys(to);
    print_columns(to);
    print_profiles(to);
}
