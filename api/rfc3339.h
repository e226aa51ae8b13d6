/* rfc3339: the contract's dates as milliseconds since 1970 in UTC (RFC 3339 section 5.6). Pure. */
#ifndef API_RFC3339_H
#define API_RFC3339_H

#include <stdbool.h>
#include <stdint.h>

/* Reads the whole of `text`: date, `T`, time, any number of fraction digits, `Z` or an offset.
 * Refuses what is no day of the calendar. A leap second (:60) counts as the first moment of the
 * next minute. */
bool rfc3339_parse(const char *text, int64_t *ms);

enum { RFC3339_BYTES = sizeof "-2147481748-12-31T23:59:59.999Z" };

/* `2026-11-22T10:02:11Z`, with `.123` only where there are milliseconds. */
void rfc3339_format(int64_t ms, char text[RFC3339_BYTES]);

#endif
