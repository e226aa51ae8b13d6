/* Memory runs out: answers, what changed between them, urls. What is called must say so, leak
 * nothing, and leave nothing half done; and where it says that it went well, it did. */
#include "api/base_url.h"
#include "api/decode.h"
#include "api/diff.h"
#include "api/generation.h"
#include "api/repair.h"

#include "tests/unit/chaos.h"
#include "tests/unit/listed.h"

#include <curl/curl.h>

#define NOW 1000000

static bool said(bool done, const struct error *error)
{
    assert_int_equal(error->kind, done ? ERROR_NONE : ERROR_MEMORY);
    return done;
}

static void count_endpoint(void *context, const char *lease_id, struct endpoint *endpoint)
{
    assert_string_equal(lease_id, "a");
    *(size_t *)context = endpoint_count(endpoint);
    endpoint_free(endpoint);
}

#define LONG_TEXT                                                                                  \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789ab"
#define LONGER_TEXT LONG_TEXT LONG_TEXT LONG_TEXT LONG_TEXT LONG_TEXT LONG_TEXT
#define LEASE                                                                                      \
    "{\"id\":\"a\",\"status\":\"act\\u0000ive\",\"protocol\":\"cdp\",\"endpoint\":{\"type\":"      \
    "\"composite\",\"url\":\"" LONGER_TEXT "\",\"endpoints\":{\"" LONG_TEXT                        \
    "\":{\"url\":\"" LONGER_TEXT LONGER_TEXT LONGER_TEXT LONGER_TEXT                               \
    "\"},\"x\":{\"host\":\"h\",\"port\":7}}}}"

static bool decode_a_page(void)
{
    static const char body[] = "{\"connections\":[" LEASE ",{\"id\":\"b\",\"x\":[1,2.5,null]},{}],"
                               "\"nextCursor\":\"more\"}";
    struct error error = {0};
    size_t fields = 0;
    struct decode_sink sink = {count_endpoint, &fields, NULL};
    char *cursor = (char *)"untouched";
    struct part *part = part_new(PART_LEASES);
    if (part == NULL)
        return false;
    bool done = said(
        decode_page(part, "connections", body, sizeof body - 1, &sink, &cursor, &error), &error);
    if (done) {
        assert_int_equal(part->count, 2);
        assert_int_equal(part->unreadable, 1);
        assert_string_equal(part->leases[0].status, "act\xEF\xBF\xBDive");
        assert_string_equal(cursor, "more");
        assert_true(fields >= 1);
    } else {
        assert_null(cursor);
    }
    free(cursor);
    part_unref(part);
    return done;
}

/* Enough of them for the part to grow. */
static bool decode_many(enum part_kind kind)
{
    static const char body[] =
        "[{\"id\":\"1\"},{\"id\":\"2\"},{\"id\":\"3\"},{\"id\":\"4\"},{\"id\":\"5\"},"
        "{\"id\":\"6\"},{\"id\":\"7\"},{\"id\":\"8\"},{\"id\":\"9\"},{\"id\":\"10\"}]";
    struct error error = {0};
    char *cursor;
    struct part *part = part_new(kind);
    bool done = part != NULL &&
                said(decode_page(part, "x", body, sizeof body - 1, NULL, &cursor, &error), &error);
    if (done)
        assert_int_equal(part->count, 10);
    part_unref(part);
    return done;
}

static bool decode_spaces(void)
{
    return decode_many(PART_SPACES);
}

static bool decode_runtimes(void)
{
    return decode_many(PART_RUNTIMES);
}

static bool decode_a_lease(void)
{
    static const char body[] = LEASE;
    struct error error = {0};
    size_t fields = 0;
    struct decode_sink sink = {count_endpoint, &fields, NULL};
    struct part *part = part_new(PART_LEASES);
    if (part == NULL)
        return false;
    bool done = said(decode_lease(part, body, sizeof body - 1, &sink, &error), &error);
    if (done) {
        assert_int_equal(part->count, 1);
        assert_string_equal(part->leases[0].protocol, "cdp");
        assert_true(fields >= 1); /* of a big one perhaps not all */
        done = fields == 4;
    }
    part_unref(part);
    return done;
}

static bool decode_a_refusal(void)
{
    static const char body[] = "{\"error\":{\"code\":\"auth.invalid\",\"message\":\"no\"}}";
    struct refusal refusal;
    decode_refusal(&refusal, body, sizeof body - 1);
    assert_string_equal(refusal.code, refusal.json ? "auth.invalid" : "");
    assert_string_equal(refusal.message, refusal.json ? "no" : "");
    return refusal.json;
}

static bool make_a_body(void)
{
    struct error error = {0};
    char *body = decode_create_body("cdp", 900, "{\"a\":[1,{\"b\":\"c\"}]}", &error);
    if (body != NULL)
        assert_string_equal(body, "{\"protocol\":\"cdp\",\"ttlSeconds\":900,"
                                  "\"options\":{\"a\":[1,{\"b\":\"c\"}]}}");
    bool done = said(body != NULL, &error);
    free(body);
    return done;
}

static void test_decode(void **state)
{
    (void)state;
    survive(decode_a_page, 30);
    survive(decode_spaces, 30);
    survive(decode_runtimes, 30);
    survive(decode_a_lease, 20);
    survive(decode_a_refusal, 5);
    survive(make_a_body, 10);
}

static bool repair(void)
{
    size_t length;
    char *repaired = repair_json("\"\xff\"", 3, &length);
    bool done = repaired != NULL;
    free(repaired);
    return done;
}

static void test_repair(void **state)
{
    (void)state;
    survive(repair, 1);
}

/* Made before the attempts: lists long enough for every field of an item to be the one for which
 * there is no more room. */
static struct part *old_leases, *old_runtimes;

static void expect_same_leases(const struct part *part)
{
    assert_int_equal(part->count, old_leases->count);
    for (size_t i = 0; i < part->count; i++) {
        const struct lease *lease = &part->leases[i], *old = &old_leases->leases[i];
        assert_string_equal(lease->id, old->id);
        assert_string_equal(lease->run_id, old->run_id);
        assert_string_equal(lease->runtime_id, old->runtime_id);
        assert_string_equal(lease->protocol, old->protocol);
        assert_string_equal(lease->status, old->status);
    }
}

static bool settle_leases(void)
{
    struct part *part = part_new(PART_LEASES);
    bool done = part != NULL && diff_settle(part, old_leases, NOW);
    if (done) {
        part_finish(part);
        expect_same_leases(part);
    }
    part_unref(part);
    return done;
}

static bool settle_runtimes(void)
{
    struct part *part = part_new(PART_RUNTIMES);
    bool done = part != NULL && diff_settle(part, old_runtimes, NOW);
    for (size_t i = 0; done && i < part->count; i++) {
        const struct runtime *runtime = &part->runtimes[i], *old = &old_runtimes->runtimes[i];
        assert_string_equal(runtime->id, old->id);
        assert_string_equal(runtime->space_id, old->space_id);
        assert_string_equal(runtime->name, old->name);
        assert_string_equal(runtime->kind, old->kind);
        assert_string_equal(runtime->status, old->status);
        assert_string_equal(runtime->region, old->region);
        assert_string_equal(runtime->active_run_id, old->active_run_id);
    }
    part_unref(part);
    return done;
}

static bool merge(void)
{
    struct part *part = part_new(PART_LEASES);
    bool done = part != NULL && diff_merge(part, old_leases, NOW);
    if (done)
        expect_same_leases(part);
    part_unref(part);
    return done;
}

static void test_diff(void **state)
{
    (void)state;
    survive(settle_leases, 15);
    survive(settle_runtimes, 15);
    survive(merge, 15);
}

static bool build_a_url(void)
{
    const struct identity lease = named("sp", "rt", "a");
    const struct gate gate = {.base_url = "https://h"};
    struct error error = {0};
    char *url =
        generation_url(generation_connections(), OPERATION_REVOKE, &gate, &lease, NULL, &error);
    bool done = said(url != NULL, &error);
    free(url);
    return done;
}

/* A url that must be refused is not taken because a part of it could not be read. */
static bool refuse_a_url(void)
{
    struct base_url base;
    struct error error = {0};
    assert_false(base_url_parse(&base, "https://user:hunter2@h/x", &error));
    return strstr(error.sentence, "must not hold a user") != NULL;
}

static bool read_a_url(void)
{
    struct base_url base;
    if (!base_url_parse(&base, "https://h:1/x/v1", NULL))
        return false;
    assert_string_equal(base.text, "https://h:1/x");
    return true;
}

static void test_urls(void **state)
{
    (void)state;
    survive(build_a_url, 1);
    survive(refuse_a_url, 3);
    survive(read_a_url, 3);
}

static int prepare(void **state)
{
    (void)state;
    struct chance chance = chance_new();
    old_leases = part_new(PART_LEASES);
    old_runtimes = part_new(PART_RUNTIMES);
    for (int i = 0; i < 3000; i++) {
        char id[128];
        snprintf(id, sizeof id, "%d-%.*s", i, (int)chance_below(&chance, 40), LONG_TEXT);
        listed_lease(old_leases, id, NOW);
        struct runtime *runtime = part_add(old_runtimes);
        *runtime = (struct runtime){.id = listed_text(old_runtimes, id),
                                    .space_id = "space",
                                    .name = "name",
                                    .kind = "kind",
                                    .status = "active",
                                    .region = "region",
                                    .active_run_id = "run",
                                    .vanished_ms = MOMENT_NONE};
    }
    return 0;
}

static int clean(void **state)
{
    (void)state;
    part_unref(old_leases);
    part_unref(old_runtimes);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode),
        cmocka_unit_test(test_repair),
        cmocka_unit_test(test_diff),
        cmocka_unit_test(test_urls),
    };
    decode_global_init();
    curl_global_init_mem(CURL_GLOBAL_DEFAULT, secret_heap_malloc, secret_heap_free,
                         secret_heap_realloc, secret_heap_strdup, secret_heap_calloc);
    return cmocka_run_group_tests(tests, prepare, clean);
}
