/* Who waits for connections that take too long sleeps while there is none, and is woken by the
 * first that comes, and by it alone. */
#include "gateway/patience.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>

static bool is_rung(const struct patience *patience)
{
    struct pollfd look = {.fd = patience_fd(patience), .events = POLLIN};
    return poll(&look, 1, 0) == 1;
}

static void assert_asleep(struct patience *patience)
{
    assert_int_equal(patience_turn(patience), -1);
    assert_false(is_rung(patience));
}

static void assert_awake(struct patience *patience)
{
    assert_true(is_rung(patience));
    assert_in_range(patience_turn(patience), 0, PATIENCE_MS);
    assert_false(is_rung(patience));
}

static void test_nobody(void **state)
{
    struct patience *patience = patience_new();
    (void)state;
    assert_non_null(patience);
    assert_asleep(patience);
    patience_gone(patience, NULL);
    assert_asleep(patience);
    patience_free(patience);
}

static void test_who_wakes(void **state)
{
    struct patience *patience = patience_new();
    (void)state;
    assert_non_null(patience);
    assert_asleep(patience);
    struct visitor *first = patience_come(patience, -1);
    assert_awake(patience);
    struct visitor *second = patience_come(patience, -1);
    patience_again(patience, first);
    assert_false(is_rung(patience)); /* it is awaited that a time is over already */
    patience_let(patience, first);
    assert_in_range(patience_turn(patience), 0, PATIENCE_MS);
    patience_gone(patience, second);
    assert_asleep(patience); /* the one that is left is another's */
    patience_again(patience, first);
    assert_awake(patience);
    patience_free(patience);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nobody),
        cmocka_unit_test(test_who_wakes),
    };
    return cmocka_run_group_tests_name("patience", tests, NULL, NULL);
}
