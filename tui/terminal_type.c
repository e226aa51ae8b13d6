/* terminal_type: is there a description of the terminal, and can it move its cursor? Asked before
 * curses starts, which leaks when it cannot. Apart from the rest, because term.h makes macros of
 * common words. */
#include "tui/terminal_type.h"

#include <curses.h>
#include <stdlib.h>
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
