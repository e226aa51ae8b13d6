/* format: values to the words a person reads. Pure, into the caller's buffer, no allocation; any
 * thread. Each function returns `out`, so that it can stand among the arguments of a printf. What
 * is not known is a dash. */
#ifndef CORE_FORMAT_H
#define CORE_FORMAT_H

#include "core/text.h"

/* Holds any of these texts, the bar of format_life excepted. */
enum { FORMAT_BYTES = 48 };

/* Seconds, ages and latencies that are no numbers. FORMAT_NEVER is LEFT_NONE of api/model.h. */
#define FORMAT_NEVER   INT64_MAX
#define FORMAT_UNKNOWN INT64_MIN

/* Time left, always FORMAT_LEFT_CELLS wide, right-aligned, rounded down: `41:07`, `2h03m`, `3d04h`,
 * `>999d`; an infinity sign (`never` in ASCII) for FORMAT_NEVER. Negative counts as 0. Stale puts
 * `~` before it; where that has no room, the hours of three-digit days go. */
enum { FORMAT_LEFT_CELLS = 7 };
char *format_left(char out[FORMAT_BYTES], int64_t left_s, bool stale, enum text_charset charset);

/* How long ago: `5s ago`, `3m ago`, `2h ago`, `4d ago`, rounded down. Negative counts as 0. */
char *format_age(char out[FORMAT_BYTES], int64_t age_s, enum text_charset charset);

/* `43ms`, `1.2s`, `12s`, `>99s`. Negative is not known. */
char *format_latency(char out[FORMAT_BYTES], int64_t latency_ms, enum text_charset charset);

/* The bar of the share that is left, in thousandths, in `cells` cells: a heavy line, in halves of a
 * cell, goes on as a thin one (bars of rows below each other do not touch); in ASCII `[####  ]`.
 * Not quite empty until it is 0, not full until it is 1000. Negative is not known: spaces. A `size`
 * under FORMAT_LIFE_BYTES(cells) draws fewer cells. Returns the byte where what is empty begins. */
#define FORMAT_LIFE_BYTES(cells) ((cells)*3 + 1)
size_t format_life(char *out, size_t size, int permille, int cells, enum text_charset charset);

/* A moment in ms since 1970: as RFC 3339 in UTC. */
char *format_time(char out[FORMAT_BYTES], int64_t ms, enum text_charset charset);

/* As the clock on the wall, `10:02:11`; with the date, `11-23 10:02`, where it is not the day of
 * `now_ms`, and with the year, `2027-01-02`, where it is not its year. UTC has a `Z` behind it. */
enum format_zone { FORMAT_LOCAL, FORMAT_UTC };
enum { FORMAT_CLOCK_CELLS = 12 };
char *format_clock(char out[FORMAT_BYTES], int64_t ms, int64_t now_ms, enum format_zone zone,
                   enum text_charset charset);

/* The same with everything: `2026-11-22 10:02:11Z`, or with the zone's offset, `... +0100`. */
char *format_date(char out[FORMAT_BYTES], int64_t ms, enum format_zone zone,
                  enum text_charset charset);

/* How far the server's clock is ahead of ours: `+8s`, `-3m12s`, `-2h03m`, `+1d02h`. */
char *format_offset(char out[FORMAT_BYTES], int64_t offset_s, enum text_charset charset);

/* `1 lease`, `2 leases`. */
char *format_count(char *out, size_t size, size_t count, const char *one, const char *many);

#endif
