/* lookup: see lookup.h. */
#include "cli/lookup.h"

#include "api/clock.h"
#include "cli/hush.h"
#include "cli/wait.h"
#include "core/near.h"
#include "core/say.h"
#include "core/text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    NAMED_AT_MOST = 4,
    SILENT_MS = 200, /* what is waited for is said only after that */
    /* So that all of it has room in a sentence. */
    WORD_BYTES = 161,
    SPACE_BYTES = 97,
    LIST_BYTES = 161,
};

/* Something that can be named: its id and name. Spaces and runtimes are looked up in the same way.
 */
struct named {
    const char *id, *name;
};

/* What was found while going over all of a kind. */
struct finding {
    const char *what, *word;
    const char *in; /* the space of a runtime; NULL of a space */
    size_t exact, near;
    char exact_ids[LIST_BYTES], near_names[LIST_BYTES];
};

static void clean(char *out, size_t size, const char *foreign)
{
    text_clean(out, size, foreign, strlen(foreign), TEXT_UTF8);
}

static void append(char *list, size_t size, size_t count, const char *foreign)
{
    char name[TEXT_BYTES(40)];
    size_t used = strlen(list);
    clean(name, sizeof name, foreign);
    if (count <= NAMED_AT_MOST && snprintf(list + used, size - used, "%s%s", count > 1 ? ", " : "",
                                           name) >= (int)(size - used))
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
    char word[WORD_BYTES], in[SPACE_BYTES] = "";
    const char *joint = finding->in != NULL ? " in " : "";
    clean(word, sizeof word, finding->word);
    if (finding->in != NULL)
        clean(in, sizeof in, finding->in);
    if (finding->exact == 1)
        return true;
    if (finding->exact > 1)
        return error_set(error, ERROR_USAGE,
                         "there are %zu %ss called %s%s%s: give the id, one of %s", finding->exact,
                         finding->what, word, joint, in, finding->exact_ids);
    if (*finding->near_names != '\0')
        return error_set(error, ERROR_USAGE, "there is no %s called %s%s%s; did you mean %s?",
                         finding->what, word, joint, in, finding->near_names);
    return error_set(error, ERROR_USAGE, "there is no %s called %s%s%s", finding->what, word, joint,
                     in);
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
    struct finding runtimes = {.what = "runtime", .word = runtime, .in = space};
    for (size_t i = 0; i < snapshot->part_count; i++) {
        const struct part *part = snapshot->parts[i];
        for (size_t j = 0; part->kind == PART_SPACES && j < part->count; j++)
            consider(&spaces, (struct named){part->spaces[j].id, part->spaces[j].name});
        for (size_t j = 0; part->kind == PART_RUNTIMES && j < part->count; j++)
            consider(&runtimes, (struct named){part->runtimes[j].id, part->runtimes[j].name});
    }
    return conclude(&spaces, error) && (*runtime == '\0' || conclude(&runtimes, error));
}

/* ---- asking */

struct looking {
    bool left; /* who looks has had enough */
};

static bool settled(void *context, const struct snapshot *newest)
{
    struct looking *looking = context;
    looking->left = hush_left();
    return looking->left || (newest != NULL && newest->catalog_settled);
}

static enum wait_end wait_on(struct client *client, const struct wait *wait,
                             const struct snapshot **heard)
{
    enum wait_end end;
    do
        end = wait_for(client, wait, heard);
    while (end == WAIT_INTERRUPTED);
    return end;
}

/* Says what is waited for, and takes it back before anything else is written there. */
static void wait_aloud(struct client *client, const struct wait *wait, const char *space,
                       const struct snapshot **heard)
{
    int cells = say_waiting("looking up %.64s ... (q: quit)", space);
    wait_on(client, wait, heard);
    say_waited(cells);
}

enum lookup_end lookup(struct client *client, const char *space, const char *runtime,
                       const struct snapshot **heard, struct error *error)
{
    int64_t start_ms = clock_boot_now_ms();
    struct looking looking = {0};
    struct wait wait = {.enough = settled,
                        .context = &looking,
                        .until_ms = start_ms + SILENT_MS,
                        .fd = STDIN_FILENO};
    *heard = NULL;
    if (*space == '\0')
        return LOOKUP_DONE;
    hush_begin();
    if (wait_on(client, &wait, heard) == WAIT_LATE) {
        wait.until_ms = start_ms + LOOKUP_MS;
        wait_aloud(client, &wait, space, heard);
    }
    hush_end();
    if (looking.left)
        return LOOKUP_LEFT;
    bool there = *heard == NULL || lookup_in(*heard, space, runtime, error);
    return there ? LOOKUP_DONE : LOOKUP_NOT_THERE;
}

/* ---- what else may have been meant */

static bool catalog_settled(const struct snapshot *snapshot)
{
    return snapshot->catalog_settled;
}

/* Adds "SPACE/RUNTIME" of each runtime of this name. */
static void list_runtimes(char *list, size_t size, const struct snapshot *snapshot,
                          const char *name)
{
    char both[LIST_BYTES];
    size_t count = 0;
    for (size_t i = 0; i < snapshot->runtime_count; i++) {
        const struct snapshot_runtime *one = &snapshot->runtimes[i];
        if (!model_named(name, one->runtime->id, one->runtime->name))
            continue;
        snprintf(both, sizeof both, "%s/%s", one->space->name, one->runtime->name);
        append(list, size, ++count, both);
    }
}

/* Runtimes were asked for in no space: that takes a client for all of them. */
static void hint_runtimes(struct program *program, const char *name, struct error *error)
{
    static const struct account_use all = {.once = true, .more = true, .everything = true};
    char found[LIST_BYTES] = "";
    size_t used = strlen(error->sentence);
    if (!program_connect(program, &all, NULL))
        return;
    program->heard = wait_until(program->client, catalog_settled, clock_boot_now_ms() + LOOKUP_MS);
    if (program->heard != NULL)
        list_runtimes(found, sizeof found, program->heard, name);
    if (*found != '\0')
        snprintf(error->sentence + used, sizeof error->sentence - used, "; did you mean %s?",
                 found);
}

void lookup_hint(struct program *program, struct error *error)
{
    const struct settings *settings = &program->account.settings;
    const char *space = settings->space;
    size_t used = strlen(error->sentence);
    if (error->kind != ERROR_USAGE || settings->runtime != NULL ||
        strncmp(error->sentence, "there is no", 11) != 0 ||
        strstr(error->sentence, "did you mean") != NULL)
        return;
    bool bare = program->options.command == COMMAND_DASHBOARD;
    const char *near = bare ? command_near(space) : NULL;
    if (near != NULL)
        snprintf(error->sentence + used, sizeof error->sentence - used,
                 "; did you mean leasetop %s?", near);
    else
        hint_runtimes(program, space, error);
}
