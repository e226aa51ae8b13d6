/* soaked: the server's side of a long day: two runtimes whose leases are made, expire, are revoked
 * and are forgotten, by a clock that the test turns. One thread, and the server's own. */
#ifndef TESTS_FAULTS_SOAKED_H
#define TESTS_FAULTS_SOAKED_H

#include "tests/screen/desk.h"

struct soaked;

/* Serves it; the desk's server is borrowed. */
struct soaked *soaked_new(struct desk *desk, struct chance chance);
/* Not before the server has stopped. */
void soaked_free(struct soaked *soaked);

/* It is so much later than at the start: what has ended long ago is listed no more. */
void soaked_turn(struct soaked *soaked, int64_t ahead_s);

/* From now on all lists fail in this way, until SOAKED_WELL. */
enum {
    SOAKED_WELL,
    SOAKED_BUSY,
    SOAKED_LIMITED,
    SOAKED_CUT,
    SOAKED_NO_JSON,
    SOAKED_DOWN,
    SOAKED_WAYS
};
void soaked_fail(struct soaked *soaked, int way);

/* Leases that were made by a POST and have not ended; lists and writes that were asked for. */
int soaked_live(struct soaked *soaked);
struct soaked_counts {
    int lists, creates, revokes;
};
struct soaked_counts soaked_counts(struct soaked *soaked);

#endif
