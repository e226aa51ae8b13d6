/* keep_view: what a snapshot shows of the leases that are kept alive. See keep.h. */
#include "api/keep.h"

#include <stdlib.h>

static bool view_init(struct keep_view *view, const struct keep *keep)
{
    *view = (struct keep_view){
        .phase = keep->phase,
        .end = keep->end,
        .next_ms = keep->next_ms,
        .until_ms = keep->until_ms,
        .done = keep->done,
        .times = keep->times,
        .trouble = trouble_ref(keep->trouble),
    };
    return identity_copy(&view->lease, &keep->lease);
}

static int compare(const void *left, const void *right)
{
    const struct keep_view *a = left, *b = right;
    return identity_compare(&a->lease, &b->lease);
}

bool keep_view_failing(const struct keep_view *view)
{
    return view->phase != KEEP_STOPPED && (view->barred || view->phase == KEEP_RETRY);
}

struct keeps_view *keeps_publish(struct keeps *keeps, bool barred)
{
    size_t count = keeps_count(keeps);
    struct keeps_view *view = calloc(1, sizeof *view + count * sizeof *view->items);
    if (view == NULL || count == 0) {
        free(view);
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        const struct keep *keep = keeps_at(keeps, i);
        view->count++;
        view->alive += keep->phase != KEEP_STOPPED;
        if (!view_init(&view->items[i], keep)) {
            keeps_view_free(view);
            return NULL;
        }
        view->items[i].barred = barred;
    }
    qsort(view->items, count, sizeof *view->items, compare);
    return view;
}

void keeps_view_free(struct keeps_view *view)
{
    if (view == NULL)
        return;
    for (size_t i = 0; i < view->count; i++) {
        identity_clear(&view->items[i].lease);
        trouble_unref(view->items[i].trouble);
    }
    free(view);
}

const struct keep_view *keeps_view_find(const struct keeps_view *view, const struct identity *lease)
{
    const struct keep_view wanted = {.lease = *lease};
    return view == NULL ? NULL
                        : bsearch(&wanted, view->items, view->count, sizeof *view->items, compare);
}
