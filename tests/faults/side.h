/* side: runs tests side by side, each in a process of its own, and says in TAP how they went, in
 * their order. For tests that mostly wait. The main thread, before there is another. */
#ifndef TESTS_FAULTS_SIDE_H
#define TESTS_FAULTS_SIDE_H

#include "tests/unit/unit.h"

/* How many failed: the exit status. */
int side_run(const struct CMUnitTest *tests, size_t count);

#endif
