/* How each view begins: what the file says, what it cannot say, and that it comes back as it was.
 */
#include "core/view_state.h"

#include "tests/unit/unit.h"

static void test_read(void **state)
{
    (void)state;
    struct view_states states = {0};
    assert_true(
        view_states_read(&states, "leases left inverted wide\nruntimes -\nevents  when  wide"));
    assert_int_equal(states.count, 3);
    const struct view_state *leases = view_states_find(&states, "leases");
    assert_string_equal(leases->sort, "left");
    assert_true(leases->inverted && leases->wide);
    const struct view_state *runtimes = view_states_find(&states, "runtimes");
    assert_string_equal(runtimes->sort, "");
    assert_false(runtimes->inverted || runtimes->wide);
    assert_true(view_states_find(&states, "events")->wide);
    assert_null(view_states_find(&states, "lease"));
}

static void test_bad_lines(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",
        "\n\n\n",
        "leases",
        "leases left upside-down",
        " ",
        "\001\377",
        "a-title-that-is-longer-than-any left",
        "leases a-column-that-is-longer-than-any wide",
    };
    for (size_t i = 0; i < COUNT(lines); i++) {
        struct view_states states = {0};
        bool empty = lines[i][strspn(lines[i], "\n")] == '\0';
        assert_int_equal(view_states_read(&states, lines[i]), empty);
        assert_int_equal(states.count, 0);
    }
    struct view_states states = {0};
    assert_false(view_states_read(&states, "leases\nruntimes next\nleases left odd\n"));
    assert_int_equal(states.count, 1);
    assert_non_null(view_states_find(&states, "runtimes"));
}

static void test_last_counts(void **state)
{
    (void)state;
    struct view_states states = {0};
    view_states_read(&states, "leases left wide\nleases status\n");
    assert_int_equal(states.count, 1);
    assert_string_equal(states.items[0].sort, "status");
    assert_false(states.items[0].wide);
}

static void test_back_and_forth(void **state)
{
    (void)state;
    static const char text[] = "leases left inverted wide\nruntimes -\nevents when wide\n";
    char out[VIEW_STATES_BYTES];
    struct view_states states = {0};
    view_states_read(&states, text);
    assert_int_equal(view_states_text(&states, out), strlen(text));
    assert_string_equal(out, text);
}

/* The most there may be still fits. */
static void test_ceiling(void **state)
{
    (void)state;
    char out[VIEW_STATES_BYTES];
    struct view_states states = {0};
    for (int i = 0; i < VIEW_STATES_MAX + 3; i++) {
        struct view_state one = {.inverted = true, .wide = true};
        snprintf(one.view, sizeof one.view, "%023d", i);
        snprintf(one.sort, sizeof one.sort, "%023d", i);
        view_states_put(&states, &one);
    }
    assert_int_equal(states.count, VIEW_STATES_MAX);
    assert_true(view_states_text(&states, out) < sizeof out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),        cmocka_unit_test(test_bad_lines),
        cmocka_unit_test(test_last_counts), cmocka_unit_test(test_back_and_forth),
        cmocka_unit_test(test_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
