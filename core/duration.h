/* duration: spans of time as people write them. Pure; any thread. */
#ifndef CORE_DURATION_H
#define CORE_DURATION_H

#include "api/error.h"

/* `15m`, `2h`, `1h30m`, `90s`, `3600` (seconds) to whole seconds within low..high. */
bool duration_parse(const char *text, int low_s, int high_s, int *seconds, struct error *error);

/* The shortest of those forms: 5400 is `1h30m`. Returns `out`. */
enum { DURATION_BYTES = 32 };
char *duration_format(char out[DURATION_BYTES], int seconds);

#endif
