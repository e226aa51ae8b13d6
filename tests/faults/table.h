/* table: every way in which reading from the server can fail, what the screen says to it, and how
 * it ends. One row is one test of tests/faults/test_faults, by its name; README.md beside this is
 * printed from it. Constant data. */
#ifndef TESTS_FAULTS_TABLE_H
#define TESTS_FAULTS_TABLE_H

#include "tests/faults/play.h"

/* What fails. That also says how many requests may meet the fault at once. */
enum fault_where {
    ONE_LIST,  /* that of the leases of nightly: its neighbours are as ever */
    ALL_LISTS, /* each for itself: five of them */
    SERVER,    /* whoever is asked answers for all: a wave of five, then one after the other */
    NETWORK,   /* nobody can be asked: a wave of eight connections, then one after the other */
};

enum { ROWS_MAX = 4 };

struct fault {
    const char *name, *does; /* the second in words, for a reader */
    enum fault_where where;
    struct answer answer;         /* what the lists answer, unless ... */
    void (*begin)(struct play *); /* ... this brings it about; NULL: the answer does */
    void (*mend)(struct play *);  /* NULL: the usual world is served again */
    const char *well;             /* what ends it, in words; NULL: nothing but time */
    bool by_name;                 /* the server stands behind a name, and TLS */
    bool from_start;              /* there before anything could be read */
    bool impatient;               /* leasetop waits for a second only */
    const char *chip, *sentence;  /* what the screen says; NULL: nothing need be said */
    /* What rows say while it lasts. None: that all stay, and those of what fails are marked ~. */
    struct {
        const char *id, *word;
    } rows[ROWS_MAX];
    bool again;  /* what went over a kept connection goes out once more, at once, over a new one */
    int pages;   /* one list is so many requests; 0: one */
    int pause_s; /* a list that failed is asked again no sooner; 0: not at all */
};

extern const struct fault faults[];
extern const size_t fault_count;

#endif
