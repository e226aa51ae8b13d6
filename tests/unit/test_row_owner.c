/* Whose a lease is, and whether it is kept alive: what a row knows of it, in columns and in JSON.
 */
#include "api/keep.h"
#include "cli/print.h"
#include "core/columns.h"

#include "tests/unit/fleet.h"

#define URL "https://api.example"

static const struct fleet fleet = {
    .leases = {{"held", .expires = 3600000}, {"written", .expires = 3700000}, {"others"}},
    .holdings = {{"held", NULL, SECRET_HELD, ENDPOINT_WEBSOCKET},
                 {"others", NULL, SECRET_HELD, ENDPOINT_HTTP, .listed = true}},
    .writes = {{1, INTENT_CREATE, INTENT_SENT}},
};

static struct ledger *ledger_of(const char *url, const char *lease)
{
    struct ledger *ledger = ledger_new();
    const struct identity identity = named("sp", "rt", lease);
    free(ledger_add(ledger, url, &identity, FLEET_SERVER, MOMENT_NONE));
    return ledger;
}

static const char *cell_of(const struct row *row, const char *name)
{
    static struct cell cell;
    const struct columns columns = columns_of_leases(8);
    const struct cell_style style = {TEXT_ASCII, 8, FORMAT_UTC};
    const struct moment moment = fleet_moment();
    column_fill(columns_find(&columns, name), &cell, row, &moment, &style);
    return cell.text;
}

static void test_by(void **state)
{
    (void)state;
    const struct snapshot *snapshot = fleet_snapshot(&fleet);
    struct ledger *ledger = ledger_of(URL, "written");
    struct rows rows = {.ledger = ledger, .base_url = URL};
    assert_true(rows_build(&rows, snapshot, NULL, NULL, FLEET_SERVER, NULL));
    assert_string_equal(cell_of(fleet_row(&rows, "held"), "by"), "me");
    assert_string_equal(cell_of(fleet_row(&rows, "written"), "by"), "me");
    /* What it takes to attach came with a list, and may be used: whose it is, nobody said. */
    assert_string_equal(cell_of(fleet_row(&rows, "others"), "by"), "-");
    assert_string_equal(cell_of(fleet_row(&rows, "others"), "secret"), "held");
    /* Made by this user, elsewhere or before: it is theirs, and its endpoint is not here. */
    assert_string_equal(cell_of(fleet_row(&rows, "written"), "secret"), "lost");
    assert_null(rows.items[0].lease); /* the create that is under way */
    assert_string_equal(cell_of(&rows.items[0], "by"), "me");
    rows_clear(&rows);
    snapshot_unref(snapshot);
    ledger_free(ledger);
}

/* The same ids at another address are another's. */
static void test_of_another_server(void **state)
{
    (void)state;
    const struct snapshot *snapshot = fleet_snapshot(&fleet);
    struct ledger *ledger = ledger_of("https://elsewhere", "written");
    struct rows rows = {.ledger = ledger, .base_url = URL};
    assert_true(rows_build(&rows, snapshot, NULL, NULL, FLEET_SERVER, NULL));
    assert_false(fleet_row(&rows, "written")->mine);
    rows_clear(&rows);
    rows = (struct rows){0}; /* nobody knows */
    assert_true(rows_build(&rows, snapshot, NULL, NULL, FLEET_SERVER, NULL));
    assert_false(fleet_row(&rows, "written")->mine);
    assert_true(fleet_row(&rows, "held")->mine);
    rows_clear(&rows);
    snapshot_unref(snapshot);
    ledger_free(ledger);
}

static char *printed(bool json, const struct ledger *ledger)
{
    const struct print_options options = {
        .url = URL, .charset = TEXT_UTF8, .thresholds = USUAL_THRESHOLDS, .ledger = ledger};
    const struct snapshot *snapshot = fleet_snapshot(&fleet);
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    assert_true((json ? print_json : print_table)(to, snapshot, &options, NULL));
    fclose(to);
    snapshot_unref(snapshot);
    return text;
}

static size_t times(const char *text, const char *word)
{
    size_t count = 0;
    for (; (text = strstr(text, word)) != NULL; text++)
        count++;
    return count;
}

static void test_printed(void **state)
{
    (void)state;
    struct ledger *ledger = ledger_of(URL, "written");
    char *json = printed(true, ledger), *table = printed(false, ledger);
    char *nobody = printed(false, NULL);
    assert_int_equal(times(json, "\"by\": \"me\""), 2);
    assert_int_equal(times(json, "\"by\": null"), 1);
    assert_int_equal(times(table, "  BY\n"), 1);
    assert_int_equal(times(table, "me\n"), 3);
    assert_int_equal(times(nobody, "BY"), 0);
    free(json);
    free(table);
    free(nobody);
    ledger_free(ledger);
}

/* ---- kept alive */

static bool never(void *context, const struct identity *lease)
{
    (void)context, (void)lease;
    return false;
}

static void nowhere(void *context, const struct identity *lease)
{
    (void)context, (void)lease;
}

static void test_kept(void **state)
{
    (void)state;
    const struct keep_terms terms = {.protocol = "cdp"};
    const struct keep_hands hands = {never, nowhere, NULL};
    const struct identity lease = named("sp", "rt", "held");
    const struct snapshot *snapshot = fleet_snapshot(&fleet);
    struct keeps *keeps = keeps_new(1);
    assert_true(keeps_put(keeps, &lease, &terms, FLEET_BOOT));
    struct keep *keep = keeps_find(keeps, &lease);
    const struct keep_news news = {LEASE_ACTIVE, FLEET_BOOT, FLEET_BOOT + 900000, FLEET_BOOT};
    keeps_seen(keeps, keep, &news, FLEET_BOOT);
    keep->next_ms = FLEET_BOOT + 599500;
    ((struct snapshot *)snapshot)->keeps = keeps_publish(keeps, false);
    struct rows rows = fleet_rows(snapshot);
    assert_string_equal(cell_of(fleet_row(&rows, "held"), "keep"), "  09:59");
    assert_string_equal(cell_of(fleet_row(&rows, "others"), "keep"), "-");
    rows_clear(&rows);
    snapshot_unref(snapshot);

    snapshot = fleet_snapshot(&fleet);
    assert_ptr_equal(keeps_take(keeps, &hands, keep->next_ms), keep);
    ((struct snapshot *)snapshot)->keeps = keeps_publish(keeps, false);
    rows = fleet_rows(snapshot);
    assert_string_equal(cell_of(fleet_row(&rows, "held"), "keep"), "now");
    rows_clear(&rows);
    snapshot_unref(snapshot);
    keeps_free(keeps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by),
        cmocka_unit_test(test_of_another_server),
        cmocka_unit_test(test_printed),
        cmocka_unit_test(test_kept),
    };
    return cmocka_run_group_tests_name("row_owner", tests, NULL, NULL);
}
