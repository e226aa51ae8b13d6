/* walk: see walk.h. */
#include "api/walk.h"

#include "api/limits.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Of the pages that were read the first has no cursor. */
enum { FOLLOWED_MAX = LIMIT_PAGES - 1 };

struct walk {
    int count;
    char *followed[FOLLOWED_MAX];
};

static bool known(const struct walk *walk, const char *cursor)
{
    for (int i = 0; i < walk->count; i++) {
        if (strcmp(walk->followed[i], cursor) == 0)
            return true;
    }
    return false;
}

enum walk_end walk_follow(struct walk **walk, const char *cursor)
{
    if (*walk == NULL)
        *walk = calloc(1, sizeof **walk);
    struct walk *one = *walk;
    if (one == NULL)
        return WALK_MEMORY;
    if (known(one, cursor))
        return WALK_REPEATS;
    if (one->count == FOLLOWED_MAX)
        return WALK_TOO_LONG;
    one->followed[one->count] = strdup(cursor);
    if (one->followed[one->count] == NULL)
        return WALK_MEMORY;
    one->count++;
    return WALK_GOES_ON;
}

const char *walk_cursor(const struct walk *walk)
{
    return walk != NULL && walk->count > 0 ? walk->followed[walk->count - 1] : NULL;
}

void walk_free(struct walk *walk)
{
    for (int i = 0; walk != NULL && i < walk->count; i++)
        free(walk->followed[i]);
    free(walk);
}
