/* Pages: each line is the cursor that one page names. They are followed as long as none came
 * before, and no longer than the ceiling. */
#include "api/walk.h"

#include "api/limits.h"

#include "tests/fuzz/fuzz.h"

enum { LINES_MAX = 300 };

static bool came_before(char *const *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(lines[i], lines[count]) == 0)
            return true;
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *text = must_copy(bytes, length), *rest = text, *lines[LINES_MAX];
    struct walk *walk = NULL;
    size_t count = 0;
    enum walk_end end = WALK_GOES_ON;
    must(walk_cursor(walk) == NULL);
    while (end == WALK_GOES_ON && count < LINES_MAX &&
           (lines[count] = strsep(&rest, "\n")) != NULL) {
        end = walk_follow(&walk, lines[count]);
        if (end == WALK_GOES_ON)
            must(strcmp(walk_cursor(walk), lines[count]) == 0 && !came_before(lines, count));
        else if (end == WALK_REPEATS)
            must(came_before(lines, count));
        else
            must(end == WALK_TOO_LONG && count + 1 >= LIMIT_PAGES);
        count++;
    }
    walk_free(walk);
    free(text);
    return 0;
}
