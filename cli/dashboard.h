/* dashboard: from a program that is ready to the screen. Main thread. */
#ifndef CLI_DASHBOARD_H
#define CLI_DASHBOARD_H

#include "cli/program.h"
#include "tui/theme.h"

/* Looks up what is to be watched, and opens the screen. */
enum exit_code dashboard_run(struct program *program, const struct theme *theme,
                             struct error *error);

#endif
