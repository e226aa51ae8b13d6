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
static bool alone;     /* only one fails */
static bool failed;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

static void fail_after(long allowed, bool only_one)
{
    left = allowed;
    alone = only_one;
    failed = false;
}

static void fail_no_more(void)
{
    left = -1;
}

static bool granted(void)
{
    if (left != 0) {
        left -= left > 0;
        return true;
    }
    failed = true;
    left = alone ? -1 : 0;
    return false;
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

struct trial {
    const char *method;
    const char *below; /* what stands behind the path of the leases, before the id of the first */
    const char *body;
    size_t live; /* leases afterwards, if it goes well; 2 before */
};

static bool went_well(const struct trial *trial, const struct request *request)
{
    if (request == NULL || request->answer.status != 200) {
        assert_true(failed);
        /* A body that could not be read for want of memory is taken for one that is wrong. */
        assert_true(request == NULL || request->answer.status == 500 ||
                    request->answer.status == 400);
        return false;
    }
    if (strcmp(trial->method, "GET") == 0)
        assert_int_equal(json_array_size(json_object_get(request->answer.body, "connections")), 2);
    return true;
}

static void try_request(const struct trial *trial, long allowed, bool only_one)
{
    struct gateway gateway;
    char path[256], whole[320];
    direct_open(&gateway);
    direct_leases(&gateway, 0, path);
    request_free(direct_ask(&gateway, "POST", path, "{\"protocol\":\"rdp\"}"));
    request_free(direct_ask(&gateway, "POST", path, "{\"protocol\":\"vnc\"}"));
    const struct lease *first = gateway.fleet->spaces[0]->runtimes[0]->leases;
    snprintf(whole, sizeof whole, "%s%s%s", path, trial->below,
             trial->below[0] == '\0' ? "" : first->id);
    fail_after(allowed, only_one);
    struct request *request = direct_ask(&gateway, trial->method, whole, trial->body);
    fail_no_more();
    assert_int_equal(direct_live(&gateway), went_well(trial, request) ? trial->live : 2);
    request_free(request);
    direct_close(&gateway);
}

static void assert_survives(const struct trial *trial)
{
    for (int only_one = 0; only_one < 2; only_one++) {
        long allowed = 0;
        do
            try_request(trial, allowed, only_one == 1);
        while (failed && ++allowed < 10000);
        assert_in_range(allowed, 5, 1000);
    }
}

static void test_list(void **state)
{
    (void)state;
    assert_survives(&(struct trial){"GET", "", NULL, 2});
}

static void test_create(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "{\"protocol\":\"cdp\",\"ttlSeconds\":61,\"options\":{\"a\":[1,2,3]}}",
        "{\"protocol\":\"vnc\"}",
        "{\"protocol\":\"rdp\"}",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        assert_survives(&(struct trial){"POST", "", bodies[i], 3});
}

static void test_revoke(void **state)
{
    (void)state;
    assert_survives(&(struct trial){"DELETE", "/", NULL, 1});
}

/* ---- the start */

static void try_start(bool demo_wanted, long allowed, bool only_one)
{
    struct demo demo;
    const struct roster_size size = {5, 9};
    fail_after(allowed, only_one);
    struct fleet *fleet = fleet_new(0);
    bool well = fleet != NULL &&
                (demo_wanted ? demo_init(&demo, fleet, DIRECT_START_MS)
                             : roster_measured(fleet, size, PROTOCOL_ALL, DIRECT_START_MS));
    fail_no_more();
    assert_int_equal(well, !failed);
    fleet_free(fleet);
}

static void test_start(void **state)
{
    (void)state;
    for (int way = 0; way < 4; way++) {
        long allowed = 0;
        do
            try_start(way % 2 == 1, allowed, way / 2 == 1);
        while (failed && ++allowed < 10000);
        assert_in_range(allowed, 10, 1000);
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
