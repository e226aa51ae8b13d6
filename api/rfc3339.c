/* rfc3339: see rfc3339.h. A small strict parser: strptime takes 30 February and refuses fractions.
 */
#include "api/rfc3339.h"

#include <stdio.h>
#include <time.h>

/* Exactly `count` digits at *at, within low..high; moves *at behind them. */
static bool digits(const char **at, int count, int low, int high, int *value)
{
    *value = 0;
    for (int i = 0; i < count; i++, (*at)++) {
        if (**at < '0' || **at > '9')
            return false;
        *value = *value * 10 + (**at - '0');
    }
    return *value >= low && *value <= high;
}

static bool one_of(const char **at, const char *wanted)
{
    for (; *wanted != '\0'; wanted++) {
        if (**at == *wanted) {
            (*at)++;
            return true;
        }
    }
    return false;
}

/* The fraction to whole milliseconds; what is finer is cut, never rounded up into a later moment.
 */
static bool fraction(const char **at, int *ms)
{
    *ms = 0;
    if (!one_of(at, "."))
        return true;
    int seen = 0;
    for (; **at >= '0' && **at <= '9'; (*at)++, seen++) {
        if (seen < 3)
            *ms = *ms * 10 + (**at - '0');
    }
    for (int i = seen; i < 3; i++)
        *ms *= 10;
    return seen > 0;
}

static bool offset(const char **at, int *minutes)
{
    *minutes = 0;
    if (one_of(at, "Zz"))
        return true;
    int sign = **at == '-' ? -1 : 1;
    int hour, minute;
    if (!one_of(at, "+-") || !digits(at, 2, 0, 23, &hour) || !one_of(at, ":") ||
        !digits(at, 2, 0, 59, &minute))
        return false;
    *minutes = sign * (hour * 60 + minute);
    return true;
}

static bool date(const char **at, struct tm *tm)
{
    if (!digits(at, 4, 0, 9999, &tm->tm_year) || !one_of(at, "-") ||
        !digits(at, 2, 1, 12, &tm->tm_mon) || !one_of(at, "-") ||
        !digits(at, 2, 1, 31, &tm->tm_mday))
        return false;
    tm->tm_year -= 1900;
    tm->tm_mon -= 1;
    return true;
}

static bool time_of_day(const char **at, struct tm *tm)
{
    return digits(at, 2, 0, 23, &tm->tm_hour) && one_of(at, ":") &&
           digits(at, 2, 0, 59, &tm->tm_min) && one_of(at, ":") &&
           digits(at, 2, 0, 60, &tm->tm_sec);
}

bool rfc3339_parse(const char *text, int64_t *ms)
{
    struct tm tm = {0};
    int fraction_ms, offset_minutes;
    if (!date(&text, &tm) || !one_of(&text, "Tt ") || !time_of_day(&text, &tm) ||
        !fraction(&text, &fraction_ms) || !offset(&text, &offset_minutes) || *text != '\0')
        return false;
    /* timegm carries a 30 February into March: a day that does not come back unchanged was none. */
    struct tm carried = tm;
    int64_t seconds = timegm(&carried);
    struct tm midnight = {.tm_year = tm.tm_year, .tm_mon = tm.tm_mon, .tm_mday = tm.tm_mday};
    timegm(&midnight);
    if (midnight.tm_mday != tm.tm_mday || midnight.tm_mon != tm.tm_mon)
        return false;
    *ms = (seconds - (int64_t)offset_minutes * 60) * 1000 + (tm.tm_sec == 60 ? 0 : fraction_ms);
    return true;
}

void rfc3339_format(int64_t ms, char text[RFC3339_BYTES])
{
    int64_t seconds = ms / 1000;
    int rest = (int)(ms % 1000);
    if (rest < 0) {
        rest += 1000;
        seconds--;
    }
    time_t time = (time_t)seconds;
    struct tm tm = {0};
    gmtime_r(&time, &tm);
    /* strftime's %Y leaves out the zeros before the year 1000. */
    size_t used = (size_t)snprintf(text, RFC3339_BYTES, "%04lld", 1900ll + tm.tm_year);
    used += strftime(text + used, RFC3339_BYTES - used, "-%m-%dT%H:%M:%S", &tm);
    if (rest != 0)
        snprintf(text + used, RFC3339_BYTES - used, ".%03dZ", rest);
    else
        snprintf(text + used, RFC3339_BYTES - used, "Z");
}
