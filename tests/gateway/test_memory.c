/* The n-th allocation fails, n = 0, 1, 2 ... until all goes well: every request is answered with
 * what it asked for, or with a 500 (or not at all) and a fleet that has not changed; nothing leaks,
 * nothing crashes. */
#include "gateway/roster.h"
#include "gateway/routes.h"
#include "tests/gateway/direct.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- allocations that fail; the linker sends those of our own code here, jansson is told to come
 */

static long left = -1; /* this many succeed; less than 0: all */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

static bool granted(void)
{
    if (left > 0)
        left--;
    else if (left == 0)
        return false;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return granted() ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t count, size_t size)
{
    return granted() ? __real_calloc(count, size) : NULL;
}

void *__wrap_realloc(void *memory, size_t size)
{
    return granted() ? __real_realloc(memory, size) : NULL;
}

/* ---- requests */

/* Whether it went well with so many allocations. */
static bool try_request(const char *method, size_t runtime, const char *below, const char *body,
                        long allowed)
{
    struct gateway gateway;
    char path[256], whole[320];
    direct_open(&gateway);
    direct_leases(&gateway, runtime, path);
    request_free(direct_ask(&gateway, "POST", path, "{\"protocol\":\"rdp\"}"));
    request_free(direct_ask(&gateway, "POST", path, "{\"protocol\":\"vnc\"}"));
    const struct runtime *facts = gateway.fleet->spaces[0]->runtimes[runtime];
    snprintf(whole, sizeof whole, "%s%s%s", path, below,
             below[0] == '\0' ? "" : facts->leases[0].id);
    left = allowed;
    struct request *request = direct_ask(&gateway, method, whole, body);
    left = -1;
    bool well = request != NULL && request->answer.status == 200;
    size_t live = strcmp(method, "POST") == 0             ? 2 + well
                  : strcmp(method, "DELETE") == 0 && well ? 1
                                                          : 2;
    if (!well && request != NULL)
        assert_true(request->answer.status == 500 || request->answer.status == 400);
    if (strcmp(method, "DELETE") != 0)
        assert_int_equal(direct_live(&gateway), live);
    request_free(request);
    direct_close(&gateway);
    return well;
}

static void assert_survives(const char *method, const char *below, const char *body)
{
    long allowed = 0;
    while (!try_request(method, 0, below, body, allowed))
        assert_true(++allowed < 10000);
    assert_true(allowed > 5);
}

static void test_list(void **state)
{
    (void)state;
    assert_survives("GET", "", NULL);
}

static void test_create(void **state)
{
    (void)state;
    assert_survives("POST", "",
                    "{\"protocol\":\"cdp\",\"ttlSeconds\":61,\"options\":{\"a\":[1,2,3]}}");
    assert_survives("POST", "", "{\"protocol\":\"vnc\"}");
    assert_survives("POST", "", "{\"protocol\":\"rdp\"}");
}

static void test_revoke(void **state)
{
    (void)state;
    assert_survives("DELETE", "/", NULL);
}

/* ---- the start */

static bool try_start(bool demo_wanted, long allowed)
{
    struct demo demo;
    left = allowed;
    struct fleet *fleet = fleet_new(0);
    bool well = fleet != NULL && (demo_wanted ? demo_init(&demo, fleet, DIRECT_START_MS)
                                              : roster_measured(fleet, (struct roster_size){5, 9},
                                                                PROTOCOL_ALL, DIRECT_START_MS));
    left = -1;
    fleet_free(fleet);
    return well;
}

static void test_start(void **state)
{
    (void)state;
    for (int demo = 0; demo < 2; demo++) {
        long allowed = 0;
        while (!try_start(demo == 1, allowed))
            assert_true(++allowed < 10000);
        assert_true(allowed > 10);
    }
}

static void *fail_or_malloc(size_t size)
{
    return granted() ? __real_malloc(size) : NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_create),
        cmocka_unit_test(test_revoke),
        cmocka_unit_test(test_start),
    };
    json_set_alloc_funcs(fail_or_malloc, free);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
