/* duration: see duration.h. */
#include "core/duration.h"

#include <stdio.h>
#include <string.h>

static const struct {
    char unit;
    int seconds;
} units[] = {{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};

enum { UNITS = sizeof units / sizeof *units, LARGEST = 100000000 };

/* The place of the unit at *at in the list, at least `from`: units go from large to small. -1 if
 * there is none. */
static int unit_at(const char *at, int from)
{
    for (int i = from; i < UNITS; i++) {
        if (*at == units[i].unit)
            return i;
    }
    return -1;
}

static bool read(const char *at, int *seconds)
{
    int from = 0;
    *seconds = 0;
    if (*at == '\0')
        return false;
    while (*at != '\0') {
        int number = 0;
        const char *start = at;
        for (; *at >= '0' && *at <= '9' && number < LARGEST; at++)
            number = number * 10 + (*at - '0');
        int unit = *at == '\0' && from == 0 ? UNITS - 1 : unit_at(at, from);
        if (at == start || unit < 0 || number > (LARGEST - 1 - *seconds) / units[unit].seconds)
            return false;
        *seconds += number * units[unit].seconds;
        from = unit + 1;
        at += *at != '\0';
    }
    return true;
}

bool duration_parse(const char *text, int low_s, int high_s, int *seconds, struct error *error)
{
    char low[DURATION_BYTES], high[DURATION_BYTES];
    if (read(text, seconds) && *seconds >= low_s && *seconds <= high_s)
        return true;
    return error_set(error, ERROR_USAGE, "give a time from %s to %s, as 15m, 1h30m or 900",
                     duration_format(low, low_s), duration_format(high, high_s));
}

char *duration_format(char out[DURATION_BYTES], int seconds)
{
    size_t used = 0;
    out[0] = '\0';
    for (int i = 0; i < UNITS; i++) {
        int number = seconds / units[i].seconds;
        if (number > 0 || (i == UNITS - 1 && used == 0))
            used +=
                (size_t)snprintf(out + used, DURATION_BYTES - used, "%d%c", number, units[i].unit);
        seconds %= units[i].seconds;
    }
    return out;
}
