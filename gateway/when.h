/* when: instants, as milliseconds since 1970 in UTC, and how they are written. Any thread; no
 * state. */
#ifndef GATEWAY_WHEN_H
#define GATEWAY_WHEN_H

#include <stdint.h>

#define WHEN_SECOND_MS 1000
#define WHEN_MINUTE_MS (60 * WHEN_SECOND_MS)
#define WHEN_HOUR_MS   (60 * WHEN_MINUTE_MS)
#define WHEN_DAY_MS    (24 * (int64_t)WHEN_HOUR_MS)

/* No such instant: a lease without an expiry, a lease that has not ended. */
#define WHEN_NEVER INT64_MAX

#define WHEN_SIZE 32

/* The machine's wall clock: expiry is a wall time in the contract, so no other clock will do. */
int64_t when_now_ms(void);

/* Writes RFC 3339 with milliseconds and Z into `out` and returns it; NULL for WHEN_NEVER. */
const char *when_print(int64_t when_ms, char out[WHEN_SIZE]);

#endif
