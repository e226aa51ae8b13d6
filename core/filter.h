/* filter: which items of a table are shown, as a person types it. Pure; any thread, not for two at
 * once.
 *
 *     WORD            some column holds it
 *     COLUMN:WORD     this column holds it; an unambiguous start of a column's name will do; a
 *                     status is found by what the header counts it as, too
 *     COLUMN<TIME     its number is less (also > <= >=); of LEFT and NEXT a span such as 5m
 *     !TERM           not that
 *     "two words"     quotes keep blanks and signs together
 *
 * Terms are joined by AND. Small letters match both cases, a capital only itself. A term that is
 * still being typed (`left<`, `status:`, `!`) matches everything, and is told of: a caller that is
 * given a whole filter refuses it. */
#ifndef CORE_FILTER_H
#define CORE_FILTER_H

#include "core/columns.h"

enum { FILTER_BYTES = 256, FILTER_TERMS_MAX = 16 };

enum filter_sign { FILTER_HOLDS, FILTER_LESS, FILTER_MORE, FILTER_LESS_EQUAL, FILTER_MORE_EQUAL };

struct filter_term {
    bool negated, exact_case;
    enum filter_sign sign;
    int column; /* place in the table's columns; -1: any */
    int64_t number;
    char word[FILTER_BYTES];
};

struct filter {
    size_t count; /* 0: everything matches */
    struct filter_term terms[FILTER_TERMS_MAX];
    struct columns columns;  /* of the table it was read for */
    char text[FILTER_BYTES]; /* as it was typed */
    char half[FILTER_BYTES]; /* the first term that lacks its value, as it was typed; or "" */
};

/* The grammar, term by term, for help; false behind the last. */
struct filter_grammar {
    const char *term, *meaning;
};
bool filter_grammar(size_t place, struct filter_grammar *grammar);

/* False, with a sentence that says what is wrong, for a column that does not exist, a time that is
 * none, or too many terms; *filter is unchanged then. */
bool filter_parse(struct filter *filter, const char *text, const struct columns *columns,
                  struct error *error);

/* False, with a sentence, where a term lacks its value (`runtime:`), so that the filter finds more
 * than it reads. */
bool filter_whole(const struct filter *filter, struct error *error);

bool filter_matches(const struct filter *filter, const void *item, const struct moment *moment);

#endif
