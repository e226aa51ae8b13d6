/* stage: the fixture of most tests: a scripted server and, once the test has made one, a viewer of
 * it. The test's thread. */
#ifndef TESTS_CONTRACT_STAGE_H
#define TESTS_CONTRACT_STAGE_H

#include "tests/contract/viewer.h"

struct stage {
    struct server *server;
    struct viewer *viewer;
    const void *given; /* what the test was listed with */
};

int stage_setup(void **state);
int stage_teardown(void **state);

#define STAGED(test) cmocka_unit_test_setup_teardown(test, stage_setup, stage_teardown)
#define STAGED_WITH(test, it)                                                                      \
    {                                                                                              \
        it->name, test, stage_setup, stage_teardown, (void *)it                                    \
    }

/* Serves the world and opens a viewer that asks each `interval_ms` and has seen it all. */
struct viewer *stage_open(struct stage *stage, int interval_ms);

/* Lets a client of a server of its own make so many rounds: time in which this one could have done
 * something, on however slow a machine. */
void stage_pass_time(int rounds);

#endif
