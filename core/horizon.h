/* horizon: when leases expire in the next hour, as bars side by side. Pure; any thread. */
#ifndef CORE_HORIZON_H
#define CORE_HORIZON_H

#include "core/rows.h"

enum { HORIZON_BARS = 30, HORIZON_BAR_S = 120, HORIZON_BYTES = HORIZON_BARS * 3 + 1 };

/* How many leases expire in each span of HORIZON_BAR_S from now; what has ended does not count. */
void horizon_count(const struct rows *rows, const struct moment *moment,
                   unsigned counts[HORIZON_BARS]);

/* The largest of them. */
unsigned horizon_most(const unsigned counts[HORIZON_BARS]);

/* One cell for each: eighths of a cell, the largest full; in ASCII the number itself, `+` from ten
 * on. Nothing is a blank. Returns `out`. */
char *horizon_bars(char out[HORIZON_BYTES], const unsigned counts[HORIZON_BARS],
                   enum text_charset charset);

#endif
