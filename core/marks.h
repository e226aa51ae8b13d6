/* marks: the leases a person has marked: a set of identities. Marks stay with what they were set
 * on, wherever its row goes. Not for two threads at once. */
#ifndef CORE_MARKS_H
#define CORE_MARKS_H

#include "api/model.h"

struct marks {
    size_t count, room;
    struct identity *items; /* owned, sorted */
};

bool marks_has(const struct marks *marks, const struct identity *identity);

/* Sets or takes away a mark. False when memory ran out: it is as it was then. */
bool marks_set(struct marks *marks, const struct identity *identity, bool on);

/* Takes away the marks for which `keep` does not hold. */
void marks_keep(struct marks *marks, bool (*keep)(void *context, const struct identity *),
                void *context);

void marks_clear(struct marks *marks);

#endif
