/* terminal_type: see terminal_type.c. */
#ifndef TUI_TERMINAL_TYPE_H
#define TUI_TERMINAL_TYPE_H

#include "api/error.h"

/* Can curses draw on the terminal that TERM names and `fd` is open on? False has a sentence. */
bool terminal_type_check(int fd, struct error *error);

#endif
