/* Memory runs out while things are remembered and told: the log, the ledger, alerts, hooks. What is
 * called must say so, leak nothing, and leave nothing half done. */
#include "core/alert.h"
#include "core/events.h"
#include "core/hooks.h"
#include "core/ledger.h"

#include "tests/unit/chaos.h"
#include "tests/unit/fleet.h"

/* Made before the attempts. */
static struct message *message;
static const struct snapshot *before, *after;

static bool log_an_event(void)
{
    struct events *events = events_new();
    bool done = events != NULL && events_add(events, message);
    if (events != NULL) {
        assert_int_equal(events_count(events), done);
        events_overflow(events, 0);
        done = done && events_count(events) == 2;
    }
    events_free(events);
    return done;
}

static bool remember_leases(void)
{
    struct ledger *ledger = ledger_new();
    size_t kept = 0;
    for (char id[] = "a"; ledger != NULL && id[0] < 'a' + 9; id[0]++) {
        const struct identity lease = named("sp", "rt", id);
        char *line = ledger_add(ledger, "http://h", &lease, FLEET_SERVER, MOMENT_NONE);
        kept += line != NULL;
        assert_int_equal(ledger_count(ledger), kept);
        free(line);
    }
    ledger_free(ledger);
    return kept == 9;
}

static bool read_a_ledger(void)
{
    static const char text[] = "http://h s r a 2026-11-22T10:02:11Z -\nhttp://h s r b - -\n";
    struct ledger *ledger = ledger_new();
    bool done = ledger != NULL && ledger_read(ledger, text, strlen(text));
    assert_true(!done || ledger_count(ledger) == 2);
    ledger_free(ledger);
    return done;
}

/* Without memory nothing is written, and nothing that lives is forgotten. */
static bool prune_a_ledger(void)
{
    struct ledger *ledger = ledger_new();
    const struct identity lives = named("sp", "rt", "lives");
    char *line =
        ledger != NULL ? ledger_add(ledger, "u", &lives, FLEET_SERVER, FLEET_SERVER + 1) : NULL;
    size_t added = 0, length;
    char id[16];
    for (int i = 0; line != NULL && i < 60; i++) {
        const struct identity over = named("sp", "rt", id);
        snprintf(id, sizeof id, "%d", i);
        char *one = ledger_add(ledger, "u", &over, 1, 2);
        added += one != NULL;
        free(one);
    }
    char *whole = line != NULL ? ledger_prune(ledger, FLEET_SERVER, &length) : NULL;
    assert_true(line == NULL || ledger_has(ledger, "u", "sp", "rt", "lives"));
    bool done = added == 60 && whole != NULL;
    free(whole);
    free(line);
    ledger_free(ledger);
    return done;
}

static void count_alert(void *context, const struct alert *alert)
{
    (void)alert;
    ++*(size_t *)context;
}

/* What could not be looked at is told the next time. */
static bool look_for_alerts(void)
{
    const struct thresholds thresholds = USUAL_THRESHOLDS;
    struct alerts *alerts = alerts_new();
    size_t told = 0;
    bool first = alerts != NULL &&
                 alerts_look(alerts, before, &thresholds, FLEET_SERVER, count_alert, &told);
    bool second =
        first && alerts_look(alerts, after, &thresholds, FLEET_SERVER, count_alert, &told);
    assert_true(!second || told == 1);
    alerts_free(alerts);
    return second;
}

static bool queue_a_hook(void)
{
    static const char *const environment[] = {"A=1", NULL};
    static const char *const command[] = {"true", NULL};
    const struct hook_facts facts = {.lease = named("sp", "rt", "a"), .runtime_name = "checkout"};
    struct hooks *hooks = hooks_new(environment);
    struct error error;
    if (hooks == NULL)
        return false;
    hooks_use(hooks, HOOK_CREATED, command);
    bool done = hooks_put(hooks, HOOK_CREATED, &facts);
    assert_int_equal(hooks_problem(hooks, &error), !done);
    hooks_free(hooks);
    return done;
}

static void test_told(void **state)
{
    (void)state;
    survive(log_an_event, 8);
    survive(remember_leases, 40);
    survive(read_a_ledger, 10);
    survive(prune_a_ledger, 100);
    survive(look_for_alerts, 5);
    survive(queue_a_hook, 15);
}

static int prepare(void **state)
{
    (void)state;
    message = message_new(MESSAGE_WRITE);
    identity_init(&message->identity, "sp", "rt", "a");
    before = fleet_snapshot(&(struct fleet){.leases = {{"a", .expires = 3600000}}});
    after = fleet_snapshot(&(struct fleet){.leases = {{"a", .expires = 100000}}});
    return 0;
}

static int clean(void **state)
{
    (void)state;
    message_free(message);
    snapshot_unref(before);
    snapshot_unref(after);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_told)};
    return cmocka_run_group_tests_name("chaos_told", tests, prepare, clean);
}
