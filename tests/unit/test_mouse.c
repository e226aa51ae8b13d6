/* What is a report of the mouse, and what it says. */
#include "tests/unit/unit.h"

#include "tui/mouse.h"

static void test_reports(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        struct mouse mouse;
    } cases[] = {
        {"\033[<0;1;1M", {MOUSE_PRESS, 0, 0}},
        {"\033[<0;80;24M", {MOUSE_PRESS, 23, 79}},
        {"\033[<64;10;2M", {MOUSE_WHEEL_UP, 1, 9}},
        {"\033[<65;9999;9999M", {MOUSE_WHEEL_DOWN, 9998, 9998}},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct mouse mouse = {0};
        assert_true(mouse_read(&mouse, cases[i].bytes, strlen(cases[i].bytes)));
        assert_int_equal(mouse.kind, cases[i].mouse.kind);
        assert_int_equal(mouse.row, cases[i].mouse.row);
        assert_int_equal(mouse.column, cases[i].mouse.column);
    }
}

/* Other buttons, held keys, drags, what is let go, and what is no report. */
static void test_others(void **state)
{
    (void)state;
    static const char *const others[] = {
        "",
        "\033",
        "\033[",
        "\033[<",
        "\033[<M",
        "\033[<0;1M",
        "\033[<0;1;M",
        "\033[<0;1;1m",
        "\033[<1;1;1M",
        "\033[<4;1;1M",
        "\033[<0;;1M",
        "\033[<32;1;1M",
        "\033[<66;1;1M",
        "\033[<0;0;1M",
        "\033[<0;1;0M",
        "\033[<0;1;1",
        "\033[<0;1;1;1M",
        "\033[<0;10000;1M",
        "\033[<0;99999999999999999999;1M",
        "\033[<-1;1;1M",
        "\033[0;1;1M",
        "\033[<0;1;1MM",
    };
    for (size_t i = 0; i < COUNT(others); i++) {
        struct mouse mouse = {MOUSE_WHEEL_UP, 7, 7}, before = mouse;
        if (mouse_read(&mouse, others[i], strlen(others[i])))
            fail_msg("%s is one", others[i] + 1);
        assert_memory_equal(&mouse, &before, sizeof mouse);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reports),
        cmocka_unit_test(test_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
