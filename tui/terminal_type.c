/* terminal_type: is there a description of the terminal, and can it move its cursor? Asked before
 * curses starts, which leaks when it cannot. Apart from the rest, because term.h makes macros of
 * common words. */
#include "tui/terminal_type.h"

#include "tui/look.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>

bool terminal_type_check(int fd, struct error *error)
{
    const char *type = getenv("TERM");
    int found = 0;
    if (type == NULL)
        type = "";
    if (setupterm(NULL, fd, &found) != OK)
        return error_set(error, ERROR_USAGE,
                         "there is no description of the terminal \"%.60s\" (TERM); "
                         "--once prints the table without one",
                         type);
    bool moves = cursor_address != NULL;
    del_curterm(cur_term);
    if (!moves)
        return error_set(error, ERROR_USAGE,
                         "the terminal \"%.60s\" (TERM) cannot move its cursor; "
                         "--once prints the table without that",
                         type);
    return true;
}

static int colours_of_type(void)
{
    static const int depths[] = {256, 16, 8};
    int colours = tigetnum("colors");
    if (orig_pair == NULL)
        return 0; /* no way back to the terminal's own */
    if (colours > 256 && (tigetflag("RGB") > 0 || tigetnum("RGB") > 0))
        return LOOK_DIRECT;
    for (size_t i = 0; i < sizeof depths / sizeof *depths; i++) {
        if (colours >= depths[i])
            return depths[i];
    }
    return 0;
}

bool terminal_type_titles(void)
{
    static const char *const silent[] = {"screen", "tmux", "foot", "wezterm", "xterm-kitty"};
    const char *type = getenv("TERM"), *line = tigetstr("tsl");
    bool has = tigetflag("XT") == 1;
    has |= line != NULL && line != (char *)-1 && strncmp(line, "\033]", 2) == 0;
    for (size_t i = 0; type != NULL && i < sizeof silent / sizeof *silent; i++)
        has |= strncmp(type, silent[i], strlen(silent[i])) == 0;
    return has;
}

int terminal_type_colours(int fd)
{
    const char *refused = getenv("NO_COLOR");
    int found;
    if ((refused != NULL && *refused != '\0') || setupterm(NULL, fd, &found) != OK)
        return 0;
    int colours = colours_of_type();
    del_curterm(cur_term);
    return colours;
}
