/* intent_view: what a snapshot shows of the writes. See intent.h. */
#include "api/intent_internal.h"

#include "api/copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool view_init(struct intent_view *view, const struct intent *intent)
{
    *view = (struct intent_view){
        .id = intent->id,
        .kind = intent->kind,
        .phase = intent->phase,
        .ttl_s = intent->ttl_s,
        .due_ms = intent->due_ms,
        .undoable = intent_undoable(intent),
        .settled_ms = intent->settled_ms,
        .found = intent->found,
        .could_be = intent->could_be,
        .unseen = intent->unseen,
        .contradicted = intent->contradicted,
        .replaces = copy_text(intent->replaces, NULL),
        .kept = intent->kept,
        .stays = intent->stays,
        .waits = intent->waits,
        .hold = intent->hold,
        .latency_ms = intent->latency_ms,
        .trouble = trouble_ref(intent->trouble),
        .protocol = strdup(intent->protocol != NULL ? intent->protocol : ""),
    };
    snprintf(view->request_id, sizeof view->request_id, "%s", intent->request_id);
    return identity_copy(&view->lease, &intent->lease) && view->protocol != NULL &&
           (view->replaces != NULL || intent->replaces == NULL);
}

/* What keep alive asked for and was refused is the matter of the lease that is kept, whose row says
 * why; it is tried again and again, and is no write of a person's to be read and dropped. */
static bool is_shown(const struct intent *intent)
{
    return !(intent->kept && intent->kind == INTENT_CREATE && intent->phase == INTENT_FAILED);
}

struct intents_view *intents_publish(const struct intents *intents)
{
    struct intents_view *view = calloc(1, sizeof *view + intents->count * sizeof *view->items);
    if (view == NULL || intents->count == 0) {
        free(view);
        return NULL;
    }
    for (size_t i = 0; i < intents->count; i++) {
        if (is_shown(intents->items[i]) &&
            !view_init(&view->items[view->count++], intents->items[i])) {
            intents_view_free(view);
            return NULL;
        }
    }
    return view;
}

void intents_view_free(struct intents_view *view)
{
    if (view == NULL)
        return;
    for (size_t i = 0; i < view->count; i++) {
        identity_clear(&view->items[i].lease);
        free(view->items[i].protocol);
        free(view->items[i].replaces);
        trouble_unref(view->items[i].trouble);
    }
    free(view);
}
