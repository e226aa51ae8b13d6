/* hitches: faults that are more than one answer, and how they end. For table.c. */
#ifndef TESTS_FAULTS_HITCHES_H
#define TESTS_FAULTS_HITCHES_H

#include "tests/faults/play.h"

/* The network. */
void begin_down(struct play *play);
void begin_unreachable(struct play *play);
void begin_names_stuck(struct play *play);
void begin_names_stuck_later(struct play *play);
void begin_deaf(struct play *play);
void mend_up(struct play *play);
void mend_network(struct play *play);

/* What nightly lists. */
void begin_deep_items(struct play *play);
void begin_deep(struct play *play);
void begin_wrong_types(struct play *play);
void begin_missing(struct play *play);
void begin_unknown_words(struct play *play);
void begin_doubles(struct play *play);
void begin_capitals(struct play *play);
void begin_new_ids(struct play *play);

/* Refusals. */
void begin_redirect(struct play *play);
void mend_redirect(struct play *play);
void mend_keys(struct play *play);
void begin_vanished(struct play *play);
void mend_vanished(struct play *play);
void begin_limit_by_date(struct play *play);
void begin_flapping(struct play *play);

#endif
