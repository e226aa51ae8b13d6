/* Are the bodies that tests are fed with JSON, and of the contract's shape? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/support/contract.h"

enum { NOW = 1700000000 }; /* 2023-11-14T22:13:20Z */

static json_t *parsed(char *text)
{
    json_error_t error;
    json_t *json = json_loads(text, 0, &error);
    if (json == NULL)
        fail_msg("%s in %s", error.text, text);
    free(text);
    return json;
}

static const char *member(json_t *object, const char *name)
{
    json_t *value = json_object_get(object, name);
    assert_non_null(value);
    return json_is_null(value) ? NULL : json_string_value(value);
}

static void test_a_lease_has_all_fields(void **state)
{
    (void)state;
    struct contract_lease lease = {.id = UUID("3f9c21aa"), .runtime = "r1", .left_s = 48};
    json_t *json = parsed(contract_created(NOW, &lease));
    assert_int_equal(json_object_size(json), 10);
    assert_string_equal(member(json, "id"), "3f9c21aa-0000-4000-8000-000000000000");
    assert_string_equal(member(json, "runtimeId"), "r1");
    assert_string_equal(member(json, "protocol"), "cdp");
    assert_string_equal(member(json, "status"), "active");
    assert_string_equal(member(json, "createdAt"), "2023-11-14T22:12:20Z");
    assert_string_equal(member(json, "expiresAt"), "2023-11-14T22:14:08Z");
    assert_null(member(json, "closedAt"));
    assert_null(member(json, "revokedAt"));
    assert_string_equal(member(json_object_get(json, "endpoint"), "type"), "websocket");
    json_decref(json);
}

static void test_a_list_has_no_endpoints(void **state)
{
    (void)state;
    json_t *json = parsed(contract_leases(
        NOW, LEASES({.id = "a", .runtime = "r", .endless = true},
                    {.id = "b", .runtime = "r", .left_s = -1, .revoked_s = 5, .protocol = "rdp"})));
    json_t *list = json_object_get(json, "connections");
    assert_int_equal(json_array_size(list), 2);
    json_t *first = json_array_get(list, 0), *second = json_array_get(list, 1);
    assert_int_equal(json_object_size(first), 9);
    assert_null(member(first, "expiresAt"));
    assert_string_equal(member(second, "expiresAt"), "2023-11-14T22:13:19Z");
    assert_string_equal(member(second, "revokedAt"), "2023-11-14T22:13:15Z");
    assert_string_equal(member(second, "protocol"), "rdp");
    json_decref(json);
}

static void test_names_are_escaped(void **state)
{
    (void)state;
    json_t *json = parsed(contract_runtimes(RUNTIMES({.id = "r", .name = "a\"\\\n\033b"})));
    json_t *first = json_array_get(json_object_get(json, "runtimes"), 0);
    assert_string_equal(member(first, "name"), "a\"\\\n\033b");
    json_decref(json);
}

static void test_errors(void **state)
{
    (void)state;
    json_t *json = parsed(contract_error("rate_limited", "slow down", "req_1"));
    assert_string_equal(member(json, "error"), "slow down");
    assert_string_equal(member(json, "code"), "rate_limited");
    assert_string_equal(member(json, "requestId"), "req_1");
    json_decref(json);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_lease_has_all_fields),
        cmocka_unit_test(test_a_list_has_no_endpoints),
        cmocka_unit_test(test_names_are_escaped),
        cmocka_unit_test(test_errors),
    };
    return cmocka_run_group_tests_name("contract", tests, NULL, NULL);
}
