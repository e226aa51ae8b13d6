/* Memory runs out while rows are made, printed or moved over, and while a key is read: what is
 * called says so, leaks nothing, and where it says that it went well, it did. */
#include "cli/print.h"
#include "core/key_source.h"
#include "core/runtimes.h"
#include "tui/list.h"

#include "tests/unit/chaos.h"
#include "tests/unit/fleet.h"
#include "tests/unit/scratch.h"

#include <fcntl.h>
#include <jansson.h>
#include <unistd.h>

/* Made before the attempts. */
static const struct snapshot *snapshot;
static struct scratch scratch;

static const struct fleet fleet = {
    .runtimes = {{"p", "checkout"}, {"q", "nightly"}},
    .leases = {{"a"}, {"b", .runtime = "q", .expires = 5000}, {"c", .revoked = -1}},
    .writes = {{1, INTENT_REVOKE, INTENT_GRACE, .lease = "a", .due = 5000},
               {2, INTENT_CREATE, INTENT_SENT}},
    .holdings = {{"a", NULL, SECRET_HELD, ENDPOINT_WEBSOCKET}},
};

static int set_up(void **state)
{
    (void)state;
    snapshot = fleet_snapshot(&fleet);
    scratch_make(&scratch);
    int fd = open(scratch_file(&scratch, "key"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(write(fd, "bctrl_0123456789", 16), 16);
    return close(fd);
}

static int tear_down(void **state)
{
    (void)state;
    snapshot_unref(snapshot);
    scratch_remove(&scratch);
    return 0;
}

/* False is told with its reason. */
static bool told(bool done, const struct error *error)
{
    assert_int_equal(error->kind, done ? ERROR_NONE : ERROR_MEMORY);
    return done;
}

/* ---- rows */

static bool build_rows(void)
{
    struct error error = {0};
    struct rows rows = {0};
    bool done = rows_build(&rows, snapshot, NULL, NULL, FLEET_SERVER, &error);
    assert_int_equal(rows.count, done ? 4 : 0);
    rows_clear(&rows);
    return told(done, &error);
}

/* What was shown before is gone rather than half new. */
static bool build_rows_again(void)
{
    struct error error = {0};
    struct rows rows = {0};
    chaos.armed = false;
    assert_true(rows_build(&rows, snapshot, NULL, "q", FLEET_SERVER, NULL));
    chaos.armed = true;
    bool done = rows_build(&rows, snapshot, NULL, NULL, FLEET_SERVER, &error);
    assert_int_equal(rows.count, done ? 4 : 0);
    rows_clear(&rows);
    return told(done, &error);
}

static bool build_runtimes(void)
{
    struct error error = {0};
    struct runtimes runtimes = {0};
    bool done = runtimes_build(&runtimes, snapshot, NULL, FLEET_SERVER, &error);
    assert_int_equal(runtimes.count, done ? 2 : 0);
    runtimes_clear(&runtimes);
    return told(done, &error);
}

/* Of many rows some have room when there is no more for others. */
static bool build_many_rows(void)
{
    enum { MANY = 100 };
    static struct space space = {"sp", "", "", false};
    static struct runtime runtime = {.id = "rt", .name = ""};
    static struct lease leases[MANY];
    static struct part part = {.kind = PART_LEASES, .count = MANY, .leases = leases};
    static struct snapshot_runtime only = {&space, &runtime, &part, {0}};
    const struct snapshot many = {.runtime_count = 1, .runtimes = &only};
    struct error error = {0};
    struct rows rows = {0};
    for (int i = 0; i < MANY; i++)
        leases[i] = (struct lease){.id = "l", .status = "active", .vanished_ms = MOMENT_NONE};
    bool done = rows_build(&rows, &many, NULL, NULL, FLEET_SERVER, &error);
    assert_int_equal(rows.count, done ? MANY : 0);
    rows_clear(&rows);
    return told(done, &error);
}

static void test_rows(void **state)
{
    (void)state;
    survive(build_rows, 3);
    survive(build_many_rows, 3);
    survive(build_rows_again, 2);
    survive(build_runtimes, 1);
}

/* ---- the cursor */

static struct identity identity_of(const void *rows, size_t place)
{
    static const char *const letters[] = {"a", "b", "c"};
    return named("s", "r", letters[((const char *)rows)[place] - 'a']);
}

/* Without memory the cursor keeps its place, and is always on a row. */
static bool move_cursor(void)
{
    struct list list = {0};
    const struct identity wanted = named("s", "r", "c");
    list_settle(&list, 2, identity_of, "ab");
    list_move(&list, 1, 2, identity_of, "ab");
    list_select(&list, &wanted);
    list_settle(&list, 3, identity_of, "abc");
    assert_true(list.cursor < 3);
    bool done = list.cursor == 2 && list.at.lease_id != NULL && *list.at.lease_id == 'c';
    list_clear(&list);
    return done;
}

static void test_cursor(void **state)
{
    (void)state;
    survive(move_cursor, 9);
}

/* ---- in print */

static FILE *nowhere;

static bool print_a_table(void)
{
    struct error error = {0};
    const struct print_options options = {"u", TEXT_UTF8, USUAL_THRESHOLDS, NULL};
    return told(print_table(nowhere, snapshot, &options, &error), &error);
}

static bool print_an_object(void)
{
    struct error error = {0};
    const struct print_options options = {"u", TEXT_UTF8, USUAL_THRESHOLDS, NULL};
    return told(print_json(nowhere, snapshot, &options, &error), &error);
}

static bool print_nothing_heard(void)
{
    struct error error = {0};
    const struct print_options options = {"u", TEXT_UTF8, USUAL_THRESHOLDS, NULL};
    return told(print_json(nowhere, NULL, &options, &error), &error);
}

static void test_print(void **state)
{
    (void)state;
    nowhere = fopen("/dev/null", "we");
    assert_non_null(nowhere);
    survive(print_a_table, 3);
    json_set_alloc_funcs(__wrap_malloc, free);
    survive(print_an_object, 30);
    survive(print_nothing_heard, 10);
    json_set_alloc_funcs(malloc, free);
    fclose(nowhere);
}

/* ---- the key */

static bool read_key(void)
{
    struct error error = {0};
    struct key_source *source = key_source_open(scratch_file(&scratch, "key"), &error);
    struct secret *key = source != NULL ? key_source_read(source, &error) : NULL;
    bool done = key != NULL && strcmp(secret_bytes(key), "bctrl_0123456789") == 0;
    secret_free(key);
    key_source_free(source);
    return told(done, &error);
}

/* It is wiped also where there is no memory to keep it. */
static bool read_key_of_the_environment(void)
{
    static char variable[] = "BCTRL_API_KEY=bctrl_0123456789";
    struct error error = {0};
    chaos.armed = false;
    strcpy(variable, "BCTRL_API_KEY=bctrl_0123456789");
    assert_int_equal(putenv(variable), 0);
    struct key_source *source = key_source_open(NULL, NULL);
    chaos.armed = true;
    struct secret *key = key_source_read(source, &error);
    assert_null(getenv("BCTRL_API_KEY"));
    assert_int_equal(variable[sizeof variable - 2], 0);
    bool done = key != NULL;
    secret_free(key);
    key_source_free(source);
    return told(done, &error);
}

static void test_key(void **state)
{
    (void)state;
    survive(read_key, 3);
    survive(read_key_of_the_environment, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_cursor),
        cmocka_unit_test(test_print),
        cmocka_unit_test(test_key),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
