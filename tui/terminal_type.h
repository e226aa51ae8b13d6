/* terminal_type: what is known of a terminal by its name, before curses is on it. Main thread. */
#ifndef TUI_TERMINAL_TYPE_H
#define TUI_TERMINAL_TYPE_H

#include "api/error.h"

/* Can curses draw on the terminal that TERM names and `fd` is open on? False has a sentence. */
bool terminal_type_check(int fd, struct error *error);

/* How many colours it has: 0, 8, 16, 256 or LOOK_DIRECT, as curses will find them; 0 also where
 * NO_COLOR is set or the terminal is not known. */
int terminal_type_colours(int fd);

/* Is a title set as in xterm? By its description (XT, or a status line that is the title), or
 * because it is one whose description says nothing of what it can. While curses is on it; UI
 * thread. */
bool terminal_type_titles(void);

#endif
