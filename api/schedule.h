/* schedule: when to ask which source again. Pure: it knows sources as numbers, time is given, and
 * chance comes from a seed. Only the API thread holds one.
 *
 * Sources on the screen are asked each interval, catalogues (spaces, runtimes) each half minute,
 * the others in turn with what the budget leaves; but what was never asked goes before what is
 * asked again, so that a big fleet is soon known as a whole, and the screen is kept alive meanwhile
 * by up to half of the budget. A source that fails pauses by itself, 2 s to 60 s with jitter.
 * Trouble that concerns the whole server closes a gate for all of them; when it opens again, one
 * request goes ahead and the rest follow only if it fares well. */
#ifndef API_SCHEDULE_H
#define API_SCHEDULE_H

#include "api/trouble.h"

#include <stddef.h>
#include <stdint.h>

#define SCHEDULE_NEVER INT64_MAX
#define SCHEDULE_NONE  ((size_t)-1)

enum { SCHEDULE_BACKOFF_MIN_MS = 2000, SCHEDULE_BACKOFF_MAX_MS = 60000 };

struct schedule_options {
    int64_t interval_ms; /* for what is on the screen */
    int64_t catalog_ms;
    int per_second; /* the budget; 0 means unpaced, and every source is asked only once */
    unsigned in_flight;
    uint64_t seed;
};

struct schedule;

struct schedule *schedule_new(const struct schedule_options *options);
void schedule_free(struct schedule *schedule);

/* A new source, due at once; its number, or SCHEDULE_NONE when memory ran out. Numbers of removed
 * ones come again. */
size_t schedule_add(struct schedule *schedule, bool catalog, int64_t now_ms);
void schedule_remove(struct schedule *schedule, size_t source);

/* Whether the source has rows on the screen. */
void schedule_show(struct schedule *schedule, size_t source, bool shown);

/* Asks again at `at_ms` at the latest: after a write, around an expiry. */
void schedule_soon(struct schedule *schedule, size_t source, int64_t at_ms);

/* It was just written to: it is asked before all others. */
void schedule_urge(struct schedule *schedule, size_t source, int64_t now_ms);

/* Whether anybody looks. Where nobody does, everything is asked at a third of its pace; when
 * somebody does again, what would have been due by now is due. */
void schedule_focus(struct schedule *schedule, bool focused, int64_t now_ms);

/* The operator wants fresh data: everything is due, pauses are forgotten. A rate limit still binds;
 * returns false then. */
bool schedule_refresh(struct schedule *schedule, int64_t now_ms);

void schedule_pause(struct schedule *schedule, bool paused);

/* After RETRY_NEVER nothing is asked until this. */
void schedule_resume(struct schedule *schedule, int64_t now_ms);

/* The source to ask now, which counts as in flight from here on; SCHEDULE_NONE if there is none to
 * ask yet. */
size_t schedule_take(struct schedule *schedule, int64_t now_ms);

/* It went well, and the list goes on: the next page is a request like any other and waits for its
 * turn and the budget. How the list as a whole went is said by schedule_done after the last. */
void schedule_more(struct schedule *schedule, size_t source);

/* How it went. `retry_after_ms` is what the server asked for, or -1. */
void schedule_done(struct schedule *schedule, size_t source, enum trouble_kind trouble,
                   int64_t retry_after_ms, int64_t now_ms);

/* The moment from which schedule_take may have something; SCHEDULE_NEVER if only an event can
 * change that. */
int64_t schedule_wake_ms(const struct schedule *schedule, int64_t now_ms);

/* When this source will be asked next, for the sentence that says so. */
int64_t schedule_due_ms(const struct schedule *schedule, size_t source);

/* How often this source is asked as things stand: the interval on the screen (or what the small
 * share comes to, while there is what was never asked), else the time in
 * which the budget goes round all the others. Data that is much older than this is stale. */
int64_t schedule_pace_ms(const struct schedule *schedule, size_t source);

/* The server as a whole: until when the gate is closed (0: open). */
int64_t schedule_gate_ms(const struct schedule *schedule);

/* True once every source has been asked and has answered or failed. */
bool schedule_settled(const struct schedule *schedule);

#endif
