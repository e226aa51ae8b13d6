/* golden: a whole screen beside the one that is kept in tests/screen/golden/, where what changes
 * from run to run is masked: the server's port, clock times, dates, spans under an hour, ages, and
 * how long the last answer took. UPDATE_GOLDEN=1 in the environment writes the files. */
#ifndef TESTS_SCREEN_GOLDEN_H
#define TESTS_SCREEN_GOLDEN_H

#include "tests/support/screen.h"

#include <stdbool.h>

/* Compares with golden/NAME.txt for as long as the screen's deadline; false with a difference on
 * stderr. */
bool golden_shows(struct screen *screen, const char *name, int patience_ms);

#endif
