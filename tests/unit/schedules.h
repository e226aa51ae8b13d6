/* schedules: what the tests of the schedule share. One thread. */
#ifndef TESTS_UNIT_SCHEDULES_H
#define TESTS_UNIT_SCHEDULES_H

#include "api/schedule.h"

#include "tests/unit/unit.h"

#define NOW 1000000

static const struct schedule_options usual = {
    .interval_ms = 5000, .catalog_ms = 30000, .per_second = 10, .in_flight = 8, .seed = 4711};

static inline void good(struct schedule *schedule, size_t source, int64_t now_ms)
{
    schedule_done(schedule, source, TROUBLE_NONE, -1, now_ms);
}

#endif
