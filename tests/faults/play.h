/* play: an operator's desk with a world that can be made to fail: the scripted server, leasetop in
 * a terminal before it, the shim under it. What the fault tests have in common. One thread. */
#ifndef TESTS_FAULTS_PLAY_H
#define TESTS_FAULTS_PLAY_H

#include "tests/faults/shim.h"
#include "tests/screen/desk.h"

struct play {
    struct desk *desk;
    const void *given;    /* what the test is about */
    struct shim *shim;    /* shared with leasetop */
    struct server *other; /* another host; NULL until play_other */
    char url[64];         /* not "": where leasetop goes instead of the desk's server, over TLS */
    pid_t helper;         /* ended with the play; 0: none */
};

int play_setup(void **state);
int play_teardown(void **state);

#define PLAYED(name_of_it, test, about)                                                            \
    {                                                                                              \
        .name = (name_of_it), .test_func = (test), .setup_func = play_setup,                       \
        .teardown_func = play_teardown, .initial_state = (void *)(about)                           \
    }

/* Opens leasetop with the shim under it, asking each second, with more options or NULL. */
struct screen *play_open(struct play *play, int rows, int cols, const char *const *options);

/* The same, on the usual world, until all its rows are there. */
struct screen *play_watch(struct play *play, const char *const *options);

/* Puts TLS in front of the desk's server, under a name that is no address: what is opened next goes
 * there. Skips the test where there is no node. */
void play_over_tls(struct play *play);

/* A second server, that hears what it should not. */
struct server *play_other(struct play *play);

/* All five lists of the usual world; a body that is given must be text that is not taken. */
void play_answer_all(struct play *play, struct answer answer);

/* From now on every allocation of leasetop's fails, and some have. */
void play_memory_out(struct play *play);

/* ---- What is on the screen */

/* Moves the cursor there and back, opens help and closes it. */
void play_keys_work(struct play *play);

#endif
