/* app_end: the screen is gone, and the program is to follow it: what was confirmed is sent, and
 * what is not done by then is named. Memory may have run out: nothing here takes any. */
#include "tui/app_internal.h"

#include "core/say.h"

#include <stdio.h>
#include <string.h>

enum { LINGER_MS = 1000 }; /* what was confirmed may take so long */

/* The lease by its whole id, its runtime by name: what a person needs to look after it. */
static void name_open(const struct snapshot *snapshot, const struct intent_view *intent)
{
    const char *name = intent->lease.runtime_id;
    const char *why = intent->trouble != NULL ? intent->trouble->sentence : "";
    bool failed = intent->phase == INTENT_FAILED;
    char clean[TEXT_BYTES(64)], reason[TEXT_BYTES(160)];
    for (size_t i = 0; i < snapshot->runtime_count; i++) {
        const struct runtime *one = snapshot->runtimes[i].runtime;
        if (strcmp(one->id, intent->lease.runtime_id) == 0 && *one->name != '\0')
            name = one->name;
    }
    text_clean(clean, sizeof clean, name, strlen(name), TEXT_UTF8);
    text_clean(reason, sizeof reason, why, strlen(why), TEXT_UTF8);
    say_line("leasetop: %s: %s of %s on %s%s%s", failed ? "failed" : "not confirmed",
             intent->kind == INTENT_CREATE ? "create" : "revoke",
             *intent->lease.lease_id != '\0' ? intent->lease.lease_id : "a lease", clean,
             *reason != '\0' ? ": " : "", reason);
}

/* A failure that the screen has shown is known already. */
static bool was_shown(const struct snapshot *shown, const struct intent_view *intent)
{
    const struct intents_view *intents = shown != NULL ? shown->intents : NULL;
    for (size_t i = 0; intents != NULL && i < intents->count; i++) {
        if (intents->items[i].id == intent->id)
            return intents->items[i].phase == intent->phase;
    }
    return false;
}

/* Names what was confirmed and is not done; returns how many. */
static size_t name_all_open(const struct snapshot *last, const struct snapshot *shown)
{
    const struct intents_view *intents = last != NULL ? last->intents : NULL;
    size_t open = 0;
    for (size_t i = 0; intents != NULL && i < intents->count; i++) {
        const struct intent_view *one = &intents->items[i];
        if (intent_settled(one->phase) &&
            (one->phase != INTENT_FAILED || last == shown || was_shown(shown, one)))
            continue;
        name_open(last, one);
        open++;
    }
    return open;
}

/* What came of writes while the program ended belongs into the audit and the ledger as well. */
static void take_rest(struct app *app, const struct app_account *account, struct client *client)
{
    bool overflowed;
    for (struct message *message; (message = client_message_take(client, &overflowed)) != NULL;) {
        app_event(app, account, message);
        message_free(message);
    }
}

static void name_kept(const struct snapshot *snapshot)
{
    size_t kept = snapshot != NULL && snapshot->keeps != NULL ? snapshot->keeps->alive : 0;
    if (kept > 0)
        say_line("leasetop: %zu lease%s kept alive and no longer %s", kept,
                 kept == 1 ? " was" : "s were", kept == 1 ? "is" : "are");
}

/* Ends one client, names what is open of its writes, and counts what it alone held. */
static size_t end_client(struct app *app, const struct app_account *account, struct client *client,
                         const struct snapshot *shown, size_t *held)
{
    client_stop(client, LINGER_MS);
    const struct snapshot *last = client_snapshot_take(client);
    const struct snapshot *snapshot = last != NULL ? last : shown;
    const struct holdings *holdings = snapshot != NULL ? snapshot->holdings : NULL;
    size_t open = name_all_open(snapshot, shown);
    take_rest(app, account, client);
    name_kept(snapshot);
    for (size_t i = 0; holdings != NULL && i < holdings->count; i++)
        *held += holdings->items[i].made && holdings->items[i].state == SECRET_HELD;
    snapshot_unref(last);
    client_free(client);
    return open;
}

/* Those of all profiles at the same time. */
enum exit_code app_end(struct app *app)
{
    struct client *client;
    struct app_account account;
    const struct snapshot *shown;
    size_t held = 0;
    app_copy_end(app);
    app_asides_hurry(app, LINGER_MS);
    size_t open = end_client(app, &app->account, app->client, app->snapshot, &held);
    app->client = NULL;
    while (app_asides_next(app, &account, &client, &shown)) {
        open += end_client(app, &account, client, shown, &held);
        snapshot_unref(shown);
    }
    if (held > 0)
        say_line("leasetop: %zu endpoint%s made here %s held in memory only and %s gone now", held,
                 held == 1 ? "" : "s", held == 1 ? "was" : "were", held == 1 ? "is" : "are");
    return open > 0 ? EXIT_SOME : EXIT_OK;
}
