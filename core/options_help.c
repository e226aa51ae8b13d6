/* options_help: what --help prints, read off the lists of options and commands. See options.h. */
#include "core/options.h"

#include "core/text.h"

#include <stdio.h>
#include <string.h>

enum { HELP_COLUMN = 29, HELP_CELLS = 80 };

/* A name at the left, what it does at the right, in as many lines as that needs. */
static void print_beside(FILE *to, const char *left, const char *help)
{
    if (strlen(left) >= HELP_COLUMN) {
        fprintf(to, "%s\n", left);
        left = "";
    }
    while (*help != '\0') {
        size_t length = text_line(help, HELP_CELLS - HELP_COLUMN - 1);
        fprintf(to, "%-*s %.*s\n", HELP_COLUMN, left, (int)length, help);
        help += length + (help[length] == ' ');
        left = "";
    }
}

static void print_pair(FILE *to, const char *name, const char *argument, const char *help)
{
    char left[HELP_COLUMN + 32];
    snprintf(left, sizeof left, "  %s%s%s", name, *argument != '\0' ? " " : "", argument);
    print_beside(to, left, help);
}

/* Those that the command takes, or (`takes` false) those that only others do. */
static void print_options(FILE *to, enum command command, bool takes)
{
    struct option_info info;
    for (size_t i = 0; options_info(i, &info); i++) {
        char name[HELP_COLUMN];
        bool of_all = info.takers == OPTION_ALL && command != COMMAND_DASHBOARD;
        if (((info.takers & 1u << command) != 0) != takes || of_all)
            continue;
        snprintf(name, sizeof name, "--%s", info.name);
        print_pair(to, name, info.argument, info.help);
    }
}

static void help_of_all(FILE *to)
{
    fputs("Usage: leasetop [OPTION...] [SPACE[/RUNTIME]]\n"
          "       leasetop COMMAND [OPTION...] [WORD...]\n"
          "Watch cloud-browser runtimes and the short-lived connection leases into them;\n"
          "make, copy and revoke leases with a key. Press ? inside for the keys.\n\nCommands:\n",
          to);
    for (int i = COMMAND_DASHBOARD + 1; i < COMMAND_COUNT; i++) {
        const struct command_info *info = command_info((enum command)i);
        print_pair(to, info->name, info->shown, info->help);
    }
    fputs("\nOptions:\n", to);
    print_options(to, COMMAND_DASHBOARD, true);
    fputs("\nOptions of commands (leasetop COMMAND --help says of which):\n", to);
    print_options(to, COMMAND_DASHBOARD, false);
    fputs("\nEnds with:\n", to);
#define EXIT_LINE(name, code, help) fprintf(to, "  %-3d  %s\n", code, help);
    EXITS(EXIT_LINE)
#undef EXIT_LINE
}

static void help_of_one(FILE *to, enum command command)
{
    const struct command_info *info = command_info(command);
    fprintf(to, "Usage: leasetop %s [OPTION...]%s%s\n%c%s.\n\nOptions:\n", info->name,
            *info->shown != '\0' ? " " : "", info->shown, info->help[0] - 'a' + 'A',
            info->help + 1);
    print_options(to, command, true);
    fputs("Those that every command takes are in leasetop --help.\n", to);
}

void options_help(FILE *to, enum command command)
{
    if (command == COMMAND_DASHBOARD)
        help_of_all(to);
    else
        help_of_one(to, command);
}
