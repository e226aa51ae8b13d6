/* dashboard: see dashboard.h. What the screen asks of the command line: a client, and accounts of
 * other profiles. */
#include "cli/dashboard.h"

#include "cli/lookup.h"
#include "tui/app.h"

#include <stdlib.h>

extern char **environ;

/* Of a profile that was chosen while the dashboard ran. */
struct chosen {
    struct account account;
    bool good; /* all that is in files could be read; else the error says why not */
    struct error error;
    struct chosen *next;
};

struct dashboard {
    struct program *program;
    struct options elsewhere; /* the command line, as it holds for another profile */
    struct chosen *others;
};

static const struct account_use use = {.keyring = true};
/* The same, and another client if what was named is not there. */
static const struct account_use asking = {.keyring = true, .more = true};

/* For the dashboard: hands the client over, made now unless a lookup needed it before. */
static struct client *connect_late(void *context, struct error *error)
{
    struct program *program = ((struct dashboard *)context)->program;
    if (program->client == NULL && !program_connect(program, &use, error))
        return NULL;
    struct client *client = program->client;
    program->client = NULL;
    return client;
}

static struct app_account shown_account(const struct account *account)
{
    struct app_account shown = {
        .base_url = account->base.text,
        .host = account->base.host,
        .settings = &account->settings,
    };
    snprintf(shown.key_tail, sizeof shown.key_tail, "%s", account->key_tail);
    return shown;
}

/* ---- for the dashboard: another profile */

static void drop(void *context)
{
    struct chosen *chosen = context;
    account_clear(&chosen->account);
    free(chosen);
}

/* A key from the environment was taken at the start, and is copied here. */
static void *choose(void *context, struct config *config, const char *profile, struct secret *key,
                    struct error *error)
{
    struct dashboard *dashboard = context;
    const struct program *program = dashboard->program;
    struct chosen *chosen = calloc(1, sizeof *chosen);
    if (chosen == NULL ||
        !account_settle(&chosen->account, config, profile, &dashboard->elsewhere, error)) {
        if (chosen == NULL)
            error_memory(error);
        secret_free(key);
        free(chosen);
        return NULL;
    }
    struct account *account = &chosen->account;
    if (key != NULL)
        account_put_key(account, key);
    else if (account->settings.key_file == NULL &&
             !account_read_key(account, program->keys, error)) {
        drop(chosen);
        return NULL;
    }
    return chosen;
}

static void look(void *context)
{
    struct chosen *chosen = context;
    struct account *account = &chosen->account;
    chosen->good = account_check(account, &chosen->error) &&
                   (account->key != NULL || account_read_key(account, NULL, &chosen->error));
}

static bool enter(void *context, void *taken, struct app_account *shown, struct client **client,
                  struct error *error)
{
    struct dashboard *dashboard = context;
    struct chosen *chosen = taken;
    if (!chosen->good)
        *error = chosen->error;
    *shown = shown_account(&chosen->account);
    *client = chosen->good ? account_connect(&chosen->account, &use, error) : NULL;
    if (*client == NULL) {
        drop(chosen);
        return false;
    }
    chosen->next = dashboard->others;
    dashboard->others = chosen;
    return true;
}

/* Only a name to look up needs the server before the screen. False: it is over, with an error or
 * because a person wants it so. */
static bool look_up(struct program *program, struct error *error)
{
    const struct settings *settings = &program->account.settings;
    const char *runtime = settings->runtime != NULL ? settings->runtime : "";
    if (settings->space == NULL)
        return true;
    if (!program_connect(program, &asking, error))
        return false;
    enum lookup_end end = lookup(program->client, settings->space, runtime, &program->heard, error);
    if (end == LOOKUP_NOT_THERE)
        lookup_hint(program, error);
    account_forget_key(&program->account);
    return end == LOOKUP_DONE;
}

enum exit_code dashboard_run(struct program *program, const struct theme *theme,
                             struct error *error)
{
    struct dashboard dashboard = {.program = program, .elsewhere = program->options};
    options_leave_server(&dashboard.elsewhere);
    if (!look_up(program, error))
        return EXIT_OK; /* unless there is an error, which says how it ends */
    struct app_options app = {
        .connect = connect_late,
        .choose = choose,
        .look = look,
        .enter = enter,
        .drop = drop,
        .context = &dashboard,
        .account = shown_account(&program->account),
        .config = program->config,
        .command_line = &program->options,
        .elsewhere = &dashboard.elsewhere,
        .theme = theme,
        .charset = program_charset(program),
        .demo = program->options.demo,
        .environment = (const char *const *)environ,
        .heard = program->heard,
    };
    program->heard = NULL;
    enum exit_code code = app_run(&app, error);
    for (struct chosen *chosen; (chosen = dashboard.others) != NULL;) {
        dashboard.others = chosen->next;
        drop(chosen);
    }
    return code;
}
