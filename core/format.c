/* format: see format.h. */
#include "core/format.h"

#include "api/model.h"
#include "api/rfc3339.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { MINUTE_S = 60, HOUR_S = 3600, DAY_S = 86400 };

static const char *const DASH[] = {[TEXT_UTF8] = "–", [TEXT_ASCII] = "-"};
static const char *const NEVER[] = {[TEXT_UTF8] = "∞", [TEXT_ASCII] = "never"};

static char *format_dash(char out[FORMAT_BYTES], enum text_charset charset)
{
    snprintf(out, FORMAT_BYTES, "%s", DASH[charset]);
    return out;
}

/* The words for a span of at least an hour. */
static void format_long_span(char out[FORMAT_BYTES], int64_t span_s, bool hours)
{
    int64_t days = span_s / DAY_S, rest_s = span_s % DAY_S;
    if (span_s < DAY_S)
        snprintf(out, FORMAT_BYTES, "%" PRId64 "h%02" PRId64 "m", span_s / HOUR_S,
                 span_s % HOUR_S / MINUTE_S);
    else if (days > 999)
        snprintf(out, FORMAT_BYTES, ">999d");
    else if (hours)
        snprintf(out, FORMAT_BYTES, "%" PRId64 "d%02" PRId64 "h", days, rest_s / HOUR_S);
    else
        snprintf(out, FORMAT_BYTES, "%" PRId64 "d", days);
}

char *format_left(char out[FORMAT_BYTES], int64_t left_s, bool stale, enum text_charset charset)
{
    char words[FORMAT_BYTES], marked[FORMAT_BYTES + 1];
    if (left_s == FORMAT_UNKNOWN)
        snprintf(words, sizeof words, "%s", DASH[charset]);
    else if (left_s == FORMAT_NEVER)
        snprintf(words, sizeof words, "%s", NEVER[charset]);
    else if (left_s < 0)
        snprintf(words, sizeof words, "00:00");
    else if (left_s < HOUR_S)
        snprintf(words, sizeof words, "%02d:%02d", (int)(left_s / MINUTE_S),
                 (int)(left_s % MINUTE_S));
    else
        format_long_span(words, left_s, !stale || left_s < (int64_t)100 * DAY_S);
    stale = stale && left_s != FORMAT_UNKNOWN;
    snprintf(marked, sizeof marked, "%s%s", stale ? "~" : "", words);
    text_cut(out, FORMAT_BYTES, marked, FORMAT_LEFT_CELLS, TEXT_RIGHT, charset);
    return out;
}

char *format_age(char out[FORMAT_BYTES], int64_t age_s, enum text_charset charset)
{
    static const struct {
        int64_t from_s;
        char unit;
    } units[] = {{DAY_S, 'd'}, {HOUR_S, 'h'}, {MINUTE_S, 'm'}, {1, 's'}};
    if (age_s == FORMAT_UNKNOWN || age_s == FORMAT_NEVER)
        return format_dash(out, charset);
    age_s = age_s < 0 ? 0 : age_s;
    size_t i = 0;
    while (age_s < units[i].from_s && units[i].from_s > 1)
        i++;
    snprintf(out, FORMAT_BYTES, "%" PRId64 "%c ago", age_s / units[i].from_s, units[i].unit);
    return out;
}

char *format_latency(char out[FORMAT_BYTES], int64_t latency_ms, enum text_charset charset)
{
    if (latency_ms < 0 || latency_ms == FORMAT_NEVER)
        return format_dash(out, charset);
    if (latency_ms < 1)
        snprintf(out, FORMAT_BYTES, "<1ms");
    else if (latency_ms < 1000)
        snprintf(out, FORMAT_BYTES, "%dms", (int)latency_ms);
    else if (latency_ms < 10000)
        snprintf(out, FORMAT_BYTES, "%d.%ds", (int)(latency_ms / 1000),
                 (int)(latency_ms % 1000 / 100));
    else if (latency_ms < 100000)
        snprintf(out, FORMAT_BYTES, "%ds", (int)(latency_ms / 1000));
    else
        snprintf(out, FORMAT_BYTES, ">99s");
    return out;
}

/* How a bar is drawn: its edges and its steps from empty to full. */
static const struct bar {
    const char *left, *right, *steps[3];
    int full; /* index of the full step */
} BARS[] = {
    [TEXT_UTF8] = {"", "", {"─", "╾", "━"}, 2},
    [TEXT_ASCII] = {"[", "]", {" ", "#"}, 1},
};

/* Steps of the whole bar that are drawn. Rounded down, but what still lives never looks empty. */
static int bar_filled(const struct bar *bar, int permille, int cells)
{
    int filled = (int)((int64_t)permille * cells * bar->full / 1000);
    return filled == 0 && permille > 0 ? 1 : filled;
}

size_t format_life(char *out, size_t size, int permille, int cells, enum text_charset charset)
{
    const struct bar *bar = &BARS[charset];
    while (cells > 0 && FORMAT_LIFE_BYTES((size_t)cells) > size)
        cells--;
    int inner = cells - (int)(strlen(bar->left) + strlen(bar->right));
    out[0] = '\0';
    if (inner <= 0)
        return 0;
    if (permille < 0) {
        snprintf(out, size, "%*s", cells, "");
        return 0;
    }
    int filled = bar_filled(bar, permille > 1000 ? 1000 : permille, inner);
    char *end = stpcpy(out, bar->left), *empty = end;
    for (int i = 0; i < inner; i++) {
        int step = filled < bar->full ? filled : bar->full;
        end = stpcpy(end, bar->steps[step]);
        empty = step > 0 ? end : empty;
        filled -= step;
    }
    stpcpy(end, bar->right);
    return (size_t)(empty - out);
}

char *format_time(char out[FORMAT_BYTES], int64_t ms, enum text_charset charset)
{
    _Static_assert((int)FORMAT_BYTES >= (int)RFC3339_BYTES, "a date has room");
    if (!moment_known(ms))
        return format_dash(out, charset);
    rfc3339_format(ms, out);
    return out;
}

static bool broken_down(struct tm *parts, int64_t ms, enum format_zone zone)
{
    time_t seconds = (time_t)(ms / 1000 - (ms % 1000 < 0 ? 1 : 0));
    return moment_known(ms) &&
           (zone == FORMAT_UTC ? gmtime_r(&seconds, parts) : localtime_r(&seconds, parts)) != NULL;
}

char *format_clock(char out[FORMAT_BYTES], int64_t ms, int64_t now_ms, enum format_zone zone,
                   enum text_charset charset)
{
    struct tm parts, today;
    if (!broken_down(&parts, ms, zone) || !broken_down(&today, now_ms, zone))
        return format_dash(out, charset);
    size_t used;
    if (parts.tm_year != today.tm_year)
        used = strftime(out, FORMAT_BYTES, "%Y-%m-%d", &parts);
    else if (parts.tm_yday != today.tm_yday)
        used = strftime(out, FORMAT_BYTES, "%m-%d %H:%M", &parts);
    else
        used = strftime(out, FORMAT_BYTES, "%H:%M:%S", &parts);
    if (used == 0)
        return format_dash(out, charset);
    if (zone == FORMAT_UTC)
        strcpy(out + used, "Z");
    return out;
}

char *format_date(char out[FORMAT_BYTES], int64_t ms, enum format_zone zone,
                  enum text_charset charset)
{
    struct tm parts;
    if (!broken_down(&parts, ms, zone))
        return format_dash(out, charset);
    if (zone == FORMAT_UTC)
        strftime(out, FORMAT_BYTES, "%Y-%m-%d %H:%M:%SZ", &parts);
    else
        strftime(out, FORMAT_BYTES, "%Y-%m-%d %H:%M:%S %z", &parts);
    return out;
}

char *format_offset(char out[FORMAT_BYTES], int64_t offset_s, enum text_charset charset)
{
    char words[FORMAT_BYTES];
    if (offset_s == FORMAT_UNKNOWN)
        return format_dash(out, charset);
    int64_t span_s = offset_s < 0 ? -offset_s : offset_s;
    if (span_s < MINUTE_S)
        snprintf(words, sizeof words, "%ds", (int)span_s);
    else if (span_s < HOUR_S)
        snprintf(words, sizeof words, "%dm%02ds", (int)(span_s / MINUTE_S),
                 (int)(span_s % MINUTE_S));
    else
        format_long_span(words, span_s, true);
    snprintf(out, FORMAT_BYTES, "%c%.40s", offset_s < 0 ? '-' : '+', words);
    return out;
}

char *format_count(char *out, size_t size, size_t count, const char *one, const char *many)
{
    snprintf(out, size, "%zu %s", count, count == 1 ? one : many);
    return out;
}
