/* deaf: an address that takes no connection and refuses none: who connects waits. The test's
 * thread. */
#ifndef TESTS_CONTRACT_DEAF_H
#define TESTS_CONTRACT_DEAF_H

enum { DEAF_FILLERS = 8 };

struct deaf {
    int listener, fillers[DEAF_FILLERS];
    char url[32];
};

/* What cannot be set up ends the test. */
void deaf_init(struct deaf *deaf);
void deaf_clear(struct deaf *deaf);

#endif
