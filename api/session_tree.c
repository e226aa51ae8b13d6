/* session_tree: the tree of sources: spaces, each space's runtimes, each runtime's leases. API
 * thread only. */
#include "api/session_internal.h"

#include "api/diff.h"
#include "api/index.h"

#include <stdlib.h>
#include <string.h>

static const enum part_kind child_kinds[PART_KINDS] = {
    [PART_SPACES] = PART_RUNTIMES,
    [PART_RUNTIMES] = PART_LEASES,
    [PART_LEASES] = PART_KINDS,
};

/* Gives the source a number in the schedule: it is asked from now on. */
static bool source_enlist(struct session *session, struct source *source, int64_t now_ms)
{
    const struct listing *listing = &session->generation->listings[source->kind];
    size_t number = schedule_add(session->schedule, listing->catalog, now_ms);
    if (number == SCHEDULE_NONE)
        return false;
    if (number >= session->numbers) {
        size_t numbers = number * 2 + 16;
        struct source **by_number =
            realloc(session->by_number, numbers * sizeof *session->by_number);
        if (by_number == NULL) {
            schedule_remove(session->schedule, number);
            return false;
        }
        session->by_number = by_number;
        session->numbers = numbers;
    }
    session->by_number[number] = source;
    source->number = number;
    if (source->kind == PART_LEASES)
        schedule_show(session->schedule, number, session_shows(session, &source->path));
    return true;
}

void source_forget_coming(struct source *source)
{
    part_unref(source->coming);
    source->coming = NULL;
    walk_free(source->walk);
    source->walk = NULL;
}

/* It is not asked any more; an answer that is under way finds nobody. */
static void source_delist(struct session *session, struct source *source)
{
    if (source->call != NULL)
        source->call->source = NULL;
    source->call = NULL;
    if (source->number != SCHEDULE_NONE)
        schedule_remove(session->schedule, source->number);
    source->number = SCHEDULE_NONE;
    source_forget_coming(source);
}

struct source *source_new(struct session *session, enum part_kind kind, const char *space_id,
                          const char *runtime_id, int64_t now_ms)
{
    struct source *source = calloc(1, sizeof *source);
    if (source == NULL)
        return NULL;
    source->kind = kind;
    source->number = SCHEDULE_NONE;
    if (identity_init(&source->path, space_id, runtime_id, NULL) &&
        source_enlist(session, source, now_ms))
        return source;
    source_free(session, source);
    return NULL;
}

static void children_free(struct session *session, struct source *source)
{
    for (size_t i = 0; source->children != NULL && i < source->part->count; i++)
        source_free(session, source->children[i]);
    free(source->children);
    source->children = NULL;
}

void source_free(struct session *session, struct source *source)
{
    if (source == NULL)
        return;
    source_delist(session, source);
    children_free(session, source);
    if (source->kind == PART_LEASES && source->part != NULL)
        vault_relist(session->vault, &source->path, NULL, NULL, NULL, NULL);
    part_unref(source->part);
    part_unref(source->told);
    trouble_unref(source->trouble);
    identity_clear(&source->path);
    free(source);
}

/* What an item of a part is to the tree. */
struct item {
    const char *id, *name;
    bool followed; /* chosen by the operator, and can be asked for */
    bool vanished;
};

static struct item item_of(const struct session *session, const struct part *part, size_t place)
{
    bool is_space = part->kind == PART_SPACES;
    const struct space *space = &part->spaces[place];
    const struct runtime *runtime = &part->runtimes[place];
    struct item item = is_space ? (struct item){space->id, space->name, !space->unaddressable,
                                                space->vanished_ms != MOMENT_NONE}
                                : (struct item){runtime->id, runtime->name, !runtime->unaddressable,
                                                runtime->vanished_ms != MOMENT_NONE};
    const char *word = is_space ? session->space_word : session->runtime_word;
    if (word != NULL && !model_named(word, item.id, item.name))
        item.followed = false;
    return item;
}

/* The child for one item: the one there was, or a new one. *failed where memory ran out. */
static struct source *child_for(struct session *session, struct source *parent,
                                const struct item *item, struct source *old, int64_t now_ms,
                                bool *failed)
{
    if (!item->followed || (item->vanished && old == NULL))
        return NULL;
    if (item->vanished)
        return old;
    if (old != NULL) {
        *failed |= old->number == SCHEDULE_NONE && !source_enlist(session, old, now_ms);
        return old;
    }
    bool of_space = parent->kind == PART_SPACES;
    struct source *fresh =
        source_new(session, child_kinds[parent->kind], of_space ? item->id : parent->path.space_id,
                   of_space ? NULL : item->id, now_ms);
    *failed |= fresh == NULL;
    return fresh;
}

static const char *child_id(const struct source *child)
{
    return child->kind == PART_RUNTIMES ? child->path.space_id : child->path.runtime_id;
}

/* Remembers by id where each child is; children that are not there are left out. */
static bool index_children(const struct source *source, struct index *index)
{
    size_t count = source->children != NULL ? source->part->count : 0;
    if (!index_init(index, count))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (source->children[i] != NULL)
            index_put(index, child_id(source->children[i]), i);
    }
    return true;
}

static struct source *take_child(struct source *source, const struct index *index, const char *id)
{
    size_t place = index_find(index, id);
    if (place == INDEX_NONE)
        return NULL;
    struct source *child = source->children[place];
    source->children[place] = NULL;
    return child;
}

static bool adopt_children(struct session *session, struct source *source, struct part *part,
                           int64_t now_ms)
{
    struct index index;
    struct source **children = calloc(part->count + 1, sizeof(struct source *));
    if (children == NULL || !index_children(source, &index)) {
        free(children);
        children_free(session, source); /* they would not be where the new items are */
        return false;
    }
    bool failed = false;
    for (size_t i = 0; i < part->count; i++) {
        struct item item = item_of(session, part, i);
        struct source *old = take_child(source, &index, item.id);
        children[i] = child_for(session, source, &item, old, now_ms, &failed);
        if (children[i] != old)
            source_free(session, old);
    }
    index_clear(&index);
    children_free(session, source);
    source->children = children;
    return !failed;
}

/* Puts `none` in the place of a list of leases. Leases that nobody lists any more because their
 * runtime is gone have ended. Where the space is gone that is not known: what is held of them is
 * not wiped, the space may come back. */
static bool leases_vanish(struct session *session, struct source *source, struct part *none,
                          bool ended, int64_t now_ms)
{
    if (ended)
        session_wipe_missing(session, source, none, 0, now_ms);
    bool done = source_adopt(session, source, none, now_ms);
    if (ended)
        session_wipe_ended(session, source, 0, now_ms);
    session_keeps_seen(session, source, now_ms);
    return done;
}

/* A space or runtime that is not listed any more: what it held is shown as ended for a while.
 * `parent` is the list that came without it. */
static bool source_vanish(struct session *session, const struct source *parent,
                          struct source *source, int64_t now_ms)
{
    source_delist(session, source);
    trouble_unref(source->trouble);
    source->trouble = NULL;
    source->tried = true;
    struct part *none = part_new(source->kind);
    if (none == NULL ||
        !diff_settle(none, source->part, clock_server_ms(&session->clock, now_ms))) {
        part_unref(none);
        return false;
    }
    bool ended = parent->number != SCHEDULE_NONE;
    bool done = source->kind == PART_LEASES ? leases_vanish(session, source, none, ended, now_ms)
                                            : source_adopt(session, source, none, now_ms);
    session_tell(session, source, now_ms);
    return done;
}

static bool vanish_children(struct session *session, struct source *source, int64_t now_ms)
{
    bool done = true;
    for (size_t i = 0; i < source->part->count; i++) {
        if (source->children[i] != NULL && item_of(session, source->part, i).vanished)
            done &= source_vanish(session, source, source->children[i], now_ms);
    }
    return done;
}

bool source_adopt(struct session *session, struct source *source, struct part *part, int64_t now_ms)
{
    bool parent = child_kinds[source->kind] != PART_KINDS;
    bool done = !parent || adopt_children(session, source, part, now_ms);
    part_unref(source->part);
    source->part = part;
    session->dirty = true;
    /* Only now, so that what is told of it finds the names. */
    return (!parent || source->children == NULL || vanish_children(session, source, now_ms)) &&
           done;
}

void source_each(struct source *source, void (*visit)(struct source *, void *), void *context)
{
    if (source == NULL)
        return;
    visit(source, context);
    for (size_t i = 0; source->children != NULL && i < source->part->count; i++)
        source_each(source->children[i], visit, context);
}

/* The child of `source` whose own id this is. */
static struct source *child_named(const struct source *source, const char *id)
{
    for (size_t i = 0; source != NULL && source->children != NULL && i < source->part->count; i++) {
        if (source->children[i] != NULL && strcmp(child_id(source->children[i]), id) == 0)
            return source->children[i];
    }
    return NULL;
}

struct source *source_of_space(const struct session *session, const char *space_id)
{
    return child_named(session->root, space_id);
}

struct source *source_of_runtime(const struct session *session, const struct identity *runtime)
{
    return child_named(source_of_space(session, runtime->space_id), runtime->runtime_id);
}

bool source_follows(const struct session *session, const struct source *source, const void *item)
{
    const struct space *space = item;
    const struct runtime *runtime = item;
    if (source->kind == PART_SPACES)
        return session->space_word == NULL ||
               model_named(session->space_word, space->id, space->name);
    return source->kind == PART_LEASES || session->runtime_word == NULL ||
           model_named(session->runtime_word, runtime->id, runtime->name);
}
