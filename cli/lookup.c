/* lookup: see lookup.h. */
#include "cli/lookup.h"

#include "api/clock.h"
#include "cli/wait.h"
#include "core/near.h"
#include "core/text.h"

#include <stdio.h>
#include <string.h>

enum { NAMED_AT_MOST = 4 };

/* Something that can be named: its id and name. Spaces and runtimes are looked up in the same way.
 */
struct named {
    const char *id, *name;
};

/* What was found while going over all of a kind. */
struct finding {
    const char *what, *word;
    size_t exact, near;
    char exact_ids[256], near_names[256];
};

static void append(char *list, size_t size, size_t count, const char *foreign)
{
    char clean[TEXT_BYTES(40)];
    size_t used = strlen(list);
    text_clean(clean, sizeof clean, foreign, strlen(foreign), TEXT_UTF8);
    if (count <= NAMED_AT_MOST && snprintf(list + used, size - used, "%s%s", count > 1 ? ", " : "",
                                           clean) >= (int)(size - used))
        list[used] = '\0'; /* no name is cut */
}

static void consider(struct finding *finding, struct named one)
{
    if (model_named(finding->word, one.id, one.name))
        append(finding->exact_ids, sizeof finding->exact_ids, ++finding->exact, one.id);
    else if (near_name(finding->word, one.name))
        append(finding->near_names, sizeof finding->near_names, ++finding->near, one.name);
}

static bool conclude(const struct finding *finding, struct error *error)
{
    char word[TEXT_BYTES(40)];
    text_clean(word, sizeof word, finding->word, strlen(finding->word), TEXT_UTF8);
    if (finding->exact == 1)
        return true;
    if (finding->exact > 1)
        return error_set(error, ERROR_USAGE, "there are %zu %ss called %s: give the id, one of %s",
                         finding->exact, finding->what, word, finding->exact_ids);
    if (finding->near > 0)
        return error_set(error, ERROR_USAGE, "there is no %s called %s; did you mean %s?",
                         finding->what, word, finding->near_names);
    return error_set(error, ERROR_USAGE, "there is no %s called %s", finding->what, word);
}

static bool all_good(const struct snapshot *snapshot)
{
    bool good = snapshot->catalog_settled && snapshot->server.trouble == NULL && !snapshot->cut &&
                snapshot->unreadable == 0;
    for (size_t i = 0; i < snapshot->space_count; i++)
        good &= snapshot->spaces[i].state.trouble == NULL;
    return good;
}

/* The snapshot holds only what was chosen, so near names come from the parts behind it: the first
 * is the list of spaces, then each chosen space's list of runtimes. */
bool lookup_in(const struct snapshot *snapshot, const char *space, const char *runtime,
               struct error *error)
{
    if (*space == '\0' || !all_good(snapshot))
        return true;
    struct finding spaces = {.what = "space", .word = space};
    struct finding runtimes = {.what = "runtime", .word = runtime};
    for (size_t i = 0; i < snapshot->part_count; i++) {
        const struct part *part = snapshot->parts[i];
        for (size_t j = 0; part->kind == PART_SPACES && j < part->count; j++)
            consider(&spaces, (struct named){part->spaces[j].id, part->spaces[j].name});
        for (size_t j = 0; part->kind == PART_RUNTIMES && j < part->count; j++)
            consider(&runtimes, (struct named){part->runtimes[j].id, part->runtimes[j].name});
    }
    return conclude(&spaces, error) && (*runtime == '\0' || conclude(&runtimes, error));
}

static bool catalog_settled(const struct snapshot *snapshot)
{
    return snapshot->catalog_settled;
}

bool lookup(struct client *client, const char *space, const char *runtime,
            const struct snapshot **heard, struct error *error)
{
    *heard = NULL;
    if (*space == '\0')
        return true;
    *heard = wait_until(client, catalog_settled, clock_boot_now_ms() + LOOKUP_MS);
    return *heard == NULL || lookup_in(*heard, space, runtime, error);
}

void lookup_hint(const struct options *options, struct error *error)
{
    const char *near = *options->runtime == '\0' ? command_near(options->space) : NULL;
    size_t used = strlen(error->sentence);
    if (options->command == COMMAND_DASHBOARD && error->kind == ERROR_USAGE && near != NULL &&
        strstr(error->sentence, "did you mean") == NULL)
        snprintf(error->sentence + used, sizeof error->sentence - used,
                 "; did you mean leasetop %s?", near);
}
