/* list: see list.h. */
#include "tui/list.h"

void list_clear(struct list *list)
{
    identity_clear(&list->at);
    identity_clear(&list->wanted);
    *list = (struct list){0};
}

static bool same(const struct identity *a, const struct identity *b)
{
    return a->lease_id != NULL && identity_compare(a, b) == 0;
}

/* Without memory the cursor keeps its place, not its row. */
static void stand_on(struct list *list, const struct identity *identity)
{
    identity_clear(&list->at);
    identity_copy(&list->at, identity);
}

void list_select(struct list *list, const struct identity *identity)
{
    list->moved = true;
    identity_clear(&list->wanted);
    identity_copy(&list->wanted, identity); /* without memory the cursor stays where it is */
}

/* To the row with this identity; false if there is none. */
static bool find(struct list *list, const struct identity *wanted, size_t count,
                 struct identity (*identity)(const void *, size_t), const void *rows)
{
    for (size_t i = 0; wanted->lease_id != NULL && i < count; i++) {
        struct identity at = identity(rows, i);
        if (same(wanted, &at)) {
            list->cursor = i;
            return true;
        }
    }
    return false;
}

/* The cursor's place becomes what it is known by. */
static void take_place(struct list *list, size_t count,
                       struct identity (*identity)(const void *, size_t), const void *rows)
{
    if (count == 0)
        return;
    if (list->cursor >= count)
        list->cursor = count - 1;
    struct identity at = identity(rows, list->cursor);
    if (!same(&list->at, &at))
        stand_on(list, &at);
}

void list_settle(struct list *list, size_t count, struct identity (*identity)(const void *, size_t),
                 const void *rows)
{
    if (!list->moved)
        list->cursor = 0;
    else if (find(list, &list->wanted, count, identity, rows))
        identity_clear(&list->wanted);
    else
        find(list, &list->at, count, identity, rows);
    take_place(list, count, identity, rows);
}

void list_move(struct list *list, long by, size_t count,
               struct identity (*identity)(const void *, size_t), const void *rows)
{
    if (count == 0)
        return;
    list->moved = true;
    identity_clear(&list->wanted);
    size_t up = -(size_t)by;
    if (by < 0)
        list->cursor = up < list->cursor ? list->cursor - up : 0;
    else
        list->cursor =
            (size_t)by < count - 1 - list->cursor ? list->cursor + (size_t)by : count - 1;
    take_place(list, count, identity, rows);
}

void list_scroll(struct list *list, size_t count, int height)
{
    size_t shown = height > 0 ? (size_t)height : 1;
    if (list->cursor < list->top)
        list->top = list->cursor;
    if (list->cursor >= list->top + shown)
        list->top = list->cursor - shown + 1;
    if (list->top + shown > count)
        list->top = count > shown ? count - shown : 0;
}
