/* walk: the pages of one list, one after the other: where it stands, and when it ends although the
 * server names a page more. Pure; only the API thread holds one. */
#ifndef API_WALK_H
#define API_WALK_H

/* Between the first page and the last. A list of one page, which is the usual one, has none. */
struct walk;

enum walk_end {
    WALK_GOES_ON,
    WALK_REPEATS,  /* it leads to a page that was followed already: it would go round for ever */
    WALK_TOO_LONG, /* LIMIT_PAGES were read */
    WALK_MEMORY,
};

/* A page was read and names the next one. Makes *walk with the first one. */
enum walk_end walk_follow(struct walk **walk, const char *cursor);

/* The page to ask for; NULL: the first. Valid until the next call. */
const char *walk_cursor(const struct walk *walk);

/* NULL is fine. */
void walk_free(struct walk *walk);

#endif
