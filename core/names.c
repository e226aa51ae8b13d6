/* names: see names.h. */
#include "core/names.h"

#include "api/limits.h"
#include "api/rfc3339.h"
#include "core/word.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 8 };

static const char *const kinds[NAME_KINDS] = {
    [NAME_SPACE] = "space", [NAME_RUNTIME] = "runtime", [NAME_LEASE] = "lease"};

/* ---- reading */

/* Reads a line, which it changes. */
static bool take_line(struct name *name, char *line)
{
    char *words[WORDS], *rest = line;
    for (size_t i = 0; i < WORDS; i++) {
        words[i] = strsep(&rest, " ");
        if (words[i] == NULL || *words[i] == '\0')
            return false;
        if (strcmp(words[i], "-") == 0)
            *words[i] = '\0';
        else if (!word_take(words[i]))
            return false;
    }
    *name = (struct name){.base_url = words[0],
                          .space_id = words[2],
                          .runtime_id = words[3],
                          .lease_id = words[4],
                          .name = words[5],
                          .kind_of = words[6],
                          .expires = words[7]};
    while (name->kind < NAME_KINDS && strcmp(words[1], kinds[name->kind]) != 0)
        name->kind++;
    return rest == NULL && name->kind < NAME_KINDS;
}

void names_each(char *bytes, void (*tell)(void *context, const struct name *name), void *context)
{
    struct name name;
    for (char *line; (line = strsep(&bytes, "\n")) != NULL;) {
        if (take_line(&name, line))
            tell(context, &name);
    }
}

/* ---- writing */

/* A file in the making. */
struct merge {
    char *bytes;
    size_t length;
    bool full; /* the last one had no room */
    const struct names_seen *seen;
    const struct snapshot_runtime **runtimes; /* by their ids */
    bool others; /* those of other servers are added now; else those of this one */
};

static char *put(char *to, const char *text)
{
    if (*text == '\0' || strcmp(text, "-") == 0)
        to += sprintf(to, "%s", *text == '\0' ? "-" : "%2d");
    else
        to = word_put(to, text);
    *to = ' ';
    return to + 1;
}

/* One that has no room is left out. */
static void add(struct merge *merge, const struct name *name)
{
    const char *const words[WORDS] = {
        name->base_url, kinds[name->kind], name->space_id, name->runtime_id,
        name->lease_id, name->name,        name->kind_of,  name->expires,
    };
    size_t room = 0;
    for (size_t i = 0; i < WORDS; i++)
        room += WORD_ROOM * strlen(words[i]) + WORD_ROOM + 1;
    merge->full = merge->length + room > NAMES_BYTES;
    if (merge->full)
        return;
    char *end = merge->bytes + merge->length;
    for (size_t i = 0; i < WORDS; i++)
        end = put(end, words[i]);
    end[-1] = '\n';
    merge->length = (size_t)(end - merge->bytes);
}

/* Its list need not have come since. */
static bool is_over(const struct names_seen *seen, const char *lease_id)
{
    for (size_t i = 0; i < seen->ended_count; i++) {
        if (strcmp(seen->ended[i], lease_id) == 0)
            return true;
    }
    const struct intents_view *intents = seen->snapshot != NULL ? seen->snapshot->intents : NULL;
    for (size_t i = 0; intents != NULL && i < intents->count; i++) {
        const struct intent_view *one = &intents->items[i];
        if (one->kind == INTENT_REVOKE && one->phase == INTENT_DONE &&
            strcmp(one->lease.lease_id, lease_id) == 0)
            return true;
    }
    return false;
}

static void add_leases(struct merge *merge, const struct snapshot_runtime *one)
{
    int64_t server_ms = snapshot_server_ms(merge->seen->snapshot);
    for (size_t i = 0; one->leases != NULL && i < one->leases->count && !merge->full; i++) {
        const struct lease *lease = &one->leases->leases[i];
        char expires[RFC3339_BYTES] = "";
        if (lease_state_ended(lease_state(lease, server_ms)) || is_over(merge->seen, lease->id))
            continue;
        if (moment_known(lease->expires_ms))
            rfc3339_format(lease->expires_ms, expires);
        add(merge,
            &(struct name){NAME_LEASE, merge->seen->base_url, one->space->id, one->runtime->id,
                           lease->id, one->runtime->name, lease->protocol, expires});
    }
}

/* The lease that was made here, unless it is among those of a list. */
static void add_made(struct merge *merge)
{
    char id[WORD_ROOM * LIMIT_TEXT_BYTES + 3] = " ";
    const struct name *made = merge->seen->made;
    if (made == NULL || strlen(made->lease_id) > LIMIT_TEXT_BYTES ||
        is_over(merge->seen, made->lease_id))
        return;
    strcpy(word_put(id + 1, made->lease_id), " ");
    merge->bytes[merge->length] = '\0';
    if (strstr(merge->bytes, id) == NULL)
        add(merge, made);
}

static void add_snapshot(struct merge *merge)
{
    const struct snapshot *snapshot = merge->seen->snapshot;
    if (snapshot == NULL)
        return;
    for (size_t i = 0; i < snapshot->space_count; i++) {
        const struct space *space = snapshot->spaces[i].space;
        if (!moment_known(space->vanished_ms))
            add(merge, &(struct name){NAME_SPACE, merge->seen->base_url, space->id, "", "",
                                      space->name, "", ""});
    }
    for (size_t i = 0; i < snapshot->runtime_count; i++) {
        const struct runtime *runtime = snapshot->runtimes[i].runtime;
        if (moment_known(runtime->vanished_ms))
            continue;
        add(merge,
            &(struct name){NAME_RUNTIME, merge->seen->base_url, snapshot->runtimes[i].space->id,
                           runtime->id, "", runtime->name, runtime->status, ""});
    }
    for (size_t i = 0; i < snapshot->runtime_count; i++)
        add_leases(merge, &snapshot->runtimes[i]);
}

/* ---- what stays of what was there */

static int compare_ids(const char *space_a, const char *runtime_a, const char *space_b,
                       const char *runtime_b)
{
    int order = strcmp(space_a, space_b);
    return order != 0 ? order : strcmp(runtime_a, runtime_b);
}

static int compare(const void *left, const void *right)
{
    const struct snapshot_runtime *a = *(const struct snapshot_runtime *const *)left,
                                  *b = *(const struct snapshot_runtime *const *)right;
    return compare_ids(a->space->id, a->runtime->id, b->space->id, b->runtime->id);
}

static int compare_key(const void *key, const void *item)
{
    const struct name *name = key;
    const struct snapshot_runtime *one = *(const struct snapshot_runtime *const *)item;
    return compare_ids(name->space_id, name->runtime_id, one->space->id, one->runtime->id);
}

static const struct snapshot_runtime *runtime_of(const struct merge *merge, const struct name *name)
{
    const struct snapshot_runtime *const *found =
        bsearch(name, merge->runtimes, merge->seen->snapshot->runtime_count,
                sizeof *merge->runtimes, compare_key);
    return found != NULL ? *found : NULL;
}

static const struct snapshot_space *space_of(const struct merge *merge, const char *id)
{
    for (size_t i = 0; i < merge->seen->snapshot->space_count; i++) {
        if (strcmp(merge->seen->snapshot->spaces[i].space->id, id) == 0)
            return &merge->seen->snapshot->spaces[i];
    }
    return NULL;
}

/* Whether the snapshot knows better: also that it is gone. A list that did not come says nothing.
 */
static bool is_seen(const struct merge *merge, const struct name *name)
{
    const struct name *made = merge->seen->made;
    if (name->kind == NAME_LEASE && (is_over(merge->seen, name->lease_id) ||
                                     (made != NULL && strcmp(made->lease_id, name->lease_id) == 0)))
        return true;
    if (merge->seen->snapshot == NULL)
        return false;
    const struct snapshot_space *space = space_of(merge, name->space_id);
    if (name->kind == NAME_SPACE || space == NULL)
        return merge->seen->all || space != NULL;
    const struct snapshot_runtime *one = runtime_of(merge, name);
    if (one == NULL)
        return merge->seen->all && space->state.answered_ms != 0;
    /* What was written is there before any list. */
    return name->kind == NAME_RUNTIME || one->state.answered_ms != 0 ||
           (one->leases != NULL && part_lease(one->leases, name->lease_id) != NULL);
}

static void keep(void *context, const struct name *name)
{
    struct merge *merge = context;
    bool other = strcmp(name->base_url, merge->seen->base_url) != 0;
    if (other == merge->others && (other || !is_seen(merge, name)))
        add(merge, name);
}

static void keep_all(struct merge *merge, const char *bytes, bool others)
{
    char *copy = bytes != NULL ? strdup(bytes) : NULL;
    merge->others = others;
    if (copy != NULL)
        names_each(copy, keep, merge);
    free(copy);
}

static size_t count_lines(const char *text, const char *base_url)
{
    size_t count = 0, length = strlen(base_url);
    for (const char *line = text; *line != '\0'; line += line[strcspn(line, "\n")] != '\0') {
        count += strncmp(line, base_url, length) == 0 && line[length] == ' ';
        line += strcspn(line, "\n");
    }
    return count;
}

/* Whether the file says the same of this server, wherever that stands in it: two programs must not
 * write in turns for ever. */
static bool is_known(const struct merge *merge, const char *bytes)
{
    merge->bytes[merge->length] = '\0';
    return bytes != NULL && merge->length > 0 && strstr(bytes, merge->bytes) != NULL &&
           count_lines(bytes, merge->seen->base_url) ==
               count_lines(merge->bytes, merge->seen->base_url);
}

static void sort_runtimes(struct merge *merge)
{
    const struct snapshot *snapshot = merge->seen->snapshot;
    size_t count = snapshot != NULL ? snapshot->runtime_count : 0;
    for (size_t i = 0; i < count; i++)
        merge->runtimes[i] = &snapshot->runtimes[i];
    if (count > 0)
        qsort(merge->runtimes, count, sizeof(void *), compare);
}

char *names_merge(const char *bytes, const struct names_seen *seen)
{
    size_t count = seen->snapshot != NULL ? seen->snapshot->runtime_count : 0;
    struct merge merge = {.bytes = malloc(NAMES_BYTES + 1),
                          .seen = seen,
                          .runtimes = calloc(count + 1, sizeof(void *))};
    bool known = merge.bytes == NULL || merge.runtimes == NULL;
    if (!known) {
        sort_runtimes(&merge);
        add_snapshot(&merge);
        add_made(&merge);
        keep_all(&merge, bytes, false);
        known = is_known(&merge, bytes);
        keep_all(&merge, bytes, true);
        merge.bytes[merge.length] = '\0';
    }
    free(merge.runtimes);
    if (!known)
        return merge.bytes;
    free(merge.bytes);
    return NULL;
}
