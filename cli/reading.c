/* reading: see reading.h. */
#include "cli/reading.h"

#include "api/clock.h"
#include "cli/wait.h"
#include "core/say.h"
#include "core/text.h"

#include <string.h>

static bool catalog_settled(const struct snapshot *snapshot)
{
    return snapshot->catalog_settled;
}

static bool settled(const struct snapshot *snapshot)
{
    return snapshot->settled;
}

const struct snapshot *reading_take(struct client *client, enum reading reading)
{
    return wait_until(client, reading == READING_ALL ? settled : catalog_settled,
                      clock_boot_now_ms() + READING_MS);
}

/* A list that was cut short came, and has its trouble. */
static bool whole(const struct source_state *state)
{
    return state->answered_ms != 0 && state->trouble == NULL;
}

/* How many lists came, and how many did not, or not whole. */
enum exit_code reading_judge(const struct snapshot *snapshot, enum reading reading)
{
    size_t good = 0, bad = 0;
    if (snapshot == NULL)
        return EXIT_NOTHING;
    const struct trouble *trouble = snapshot->server.trouble;
    if (trouble != NULL && trouble->kind == TROUBLE_UNAUTHORISED)
        return EXIT_UNAUTHORISED;
    bad += trouble != NULL || snapshot->server.answered_ms == 0;
    good += snapshot->server.answered_ms != 0;
    for (size_t i = 0; i < snapshot->space_count; i++)
        bad += !whole(&snapshot->spaces[i].state);
    for (size_t i = 0; reading == READING_ALL && i < snapshot->runtime_count; i++)
        bad += !whole(&snapshot->runtimes[i].state);
    bad += snapshot->cut + snapshot_unreadable(snapshot);
    return good == 0 ? EXIT_NOTHING : bad > 0 ? EXIT_SOME : EXIT_OK;
}

const struct trouble *reading_part_trouble(const struct snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->space_count; i++) {
        if (snapshot->spaces[i].state.trouble != NULL)
            return snapshot->spaces[i].state.trouble;
    }
    for (size_t i = 0; i < snapshot->runtime_count; i++) {
        if (snapshot->runtimes[i].state.trouble != NULL)
            return snapshot->runtimes[i].state.trouble;
    }
    return NULL;
}

const struct trouble *reading_trouble(const struct snapshot *snapshot)
{
    const struct trouble *trouble = snapshot->server.trouble;
    return trouble != NULL ? trouble : reading_part_trouble(snapshot);
}

void reading_tell(const struct program *program, const struct snapshot *newest,
                  enum trouble_kind *said)
{
    const struct trouble *trouble = newest->server.trouble;
    enum trouble_kind kind = trouble != NULL ? trouble->kind : TROUBLE_NONE;
    char sentence[1024];
    if (kind == *said || program->options.quiet)
        return;
    *said = kind;
    if (trouble == NULL) {
        say_line("leasetop: the server answers again");
        return;
    }
    text_clean(sentence, sizeof sentence, trouble->sentence, strlen(trouble->sentence),
               program_charset(program));
    say_line("leasetop: %s: %s", trouble_chip(kind), sentence);
}
