/* Decoding: ceilings, what is too big for an example file, pages that follow each other, and what
 * is left on the heap. */
#include "api/decode.h"

#include "api/limits.h"

#include "tests/unit/unit.h"

#ifdef HAVE_MALLOC_USABLE_SIZE
#include <malloc.h>
#endif

/* A text that grows; the test frees it. */
struct body {
    char *bytes;
    size_t length, room;
};

static void add(struct body *body, const char *text)
{
    size_t length = strlen(text);
    while (body->length + length + 1 > body->room) {
        body->room = body->room * 2 + 4096;
        body->bytes = realloc(body->bytes, body->room);
        assert_non_null(body->bytes);
    }
    memcpy(body->bytes + body->length, text, length + 1);
    body->length += length;
}

static void add_times(struct body *body, const char *text, size_t count)
{
    while (count-- > 0)
        add(body, text);
}

/* Decodes one page of leases (or what `kind` says) into `part`; the body is given up. */
static bool page(struct part *part, const char *wrapper, struct body *body,
                 const struct decode_sink *sink)
{
    char *cursor = NULL;
    struct error error = {0};
    bool done = decode_page(part, wrapper, body->bytes, body->length, sink, &cursor, &error);
    assert_int_equal(done, error.kind == ERROR_NONE);
    free(cursor);
    free(body->bytes);
    *body = (struct body){0};
    return done;
}

static void expect_cut(enum part_kind kind, size_t ceiling)
{
    for (size_t over = 0; over < 2; over++) {
        struct part *part = part_new(kind);
        struct body body = {0};
        char item[64];
        add(&body, "[");
        for (size_t i = 0; i < ceiling + over; i++) {
            snprintf(item, sizeof item, "%s{\"id\":\"%zu\"}", i > 0 ? "," : "", i);
            add(&body, item);
        }
        add(&body, "]");
        assert_true(page(part, "x", &body, NULL));
        assert_int_equal(part->count, ceiling);
        assert_int_equal(part->cut, over > 0);
        assert_int_equal(part->unreadable, 0);
        part_unref(part);
    }
}

static void test_ceilings(void **state)
{
    (void)state;
    expect_cut(PART_SPACES, LIMIT_SPACES);
    expect_cut(PART_RUNTIMES, LIMIT_RUNTIMES);
    expect_cut(PART_LEASES, LIMIT_LEASES);
}

/* The ceiling holds over all pages of one list. */
static void test_pages_add_up(void **state)
{
    (void)state;
    struct part *part = part_new(PART_SPACES);
    struct body body = {0};
    for (int i = 0; i < 3; i++) {
        add(&body, "{\"spaces\":[{\"id\":\"a\"}");
        add_times(&body, ",{\"id\":\"b\"}", 399);
        add(&body, ",{}]}");
        assert_true(page(part, "spaces", &body, NULL));
    }
    assert_int_equal(part->count, LIMIT_SPACES);
    assert_int_equal(part->unreadable, 2); /* behind the ceiling nothing is looked at */
    assert_true(part->cut);
    part_unref(part);
}

/* A lease whose `field` is `first` and then `unit` repeated, as the part's only one. */
static struct part *long_text(const char *field, const char *first, const char *unit, size_t count)
{
    struct part *part = part_new(PART_LEASES);
    struct body body = {0};
    add(&body, "[{\"id\":\"a\",\"");
    add(&body, field);
    add(&body, "\":\"");
    add(&body, first);
    add_times(&body, unit, count);
    add(&body, "\"}]");
    assert_true(page(part, "x", &body, NULL));
    assert_int_equal(part->count, 1);
    return part;
}

static void expect_length(const char *unit, size_t count, size_t length)
{
    struct part *part = long_text("status", "", unit, count);
    assert_int_equal(strlen(part->leases[0].status), length);
    part_unref(part);
}

static void test_long_texts_are_cut_between_characters(void **state)
{
    (void)state;
    expect_length("x", 4096, 4096);
    expect_length("x", 4097, 4096);
    expect_length("x", 65536, 4096);
    expect_length("\xc3\xa9", 65536, 4096);
    expect_length("\xe2\x82\xac", 65536, 4095);
    expect_length("\xf0\x9f\x98\x80", 65536, 4096);
    expect_length("xx\xf0\x9f\x98\x80", 65536, 4094);
    expect_length("xxx\xf0\x9f\x98\x80", 65536, 4096);
    expect_length("\xf0\x9f\x98\x80x", 65536, 4095);
    expect_length("\\u0000", 65536, 4095); /* each becomes U+FFFD */
}

/* An id that was cut names nothing, wherever the cut fell. */
static void test_long_ids(void **state)
{
    (void)state;
    const char *const units[] = {"x", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};
    const char *const firsts[] = {"", "x", "xx", "xxx"};
    for (size_t i = 0; i < COUNT(units) * COUNT(firsts); i++) {
        struct part *part = long_text("id", firsts[i % 4], units[i / 4], 65536);
        if (!part->leases[0].unaddressable)
            fail_msg("an id of %zu bytes was cut and can be named", strlen(part->leases[0].id));
        part_unref(part);
    }
    struct part *part = long_text("id", "", "x", 4092);
    assert_false(part->leases[0].unaddressable);
    part_unref(part);
}

static void test_equal_texts_share_their_bytes(void **state)
{
    (void)state;
    struct part *part = part_new(PART_LEASES);
    struct body body = {0};
    add(&body, "[{\"id\":\"a\",\"status\":\"active\",\"protocol\":\"cdp\"},"
               "{\"id\":\"b\",\"status\":\"active\",\"protocol\":\"vnc\"}]");
    assert_true(page(part, "x", &body, NULL));
    assert_ptr_equal(part->leases[0].status, part->leases[1].status);
    assert_string_equal(part->leases[1].protocol, "vnc");
    part_unref(part);
}

static void catch_endpoint(void *context, const char *lease_id, struct endpoint *endpoint)
{
    struct endpoint **caught = context;
    assert_string_equal(lease_id, "a");
    *caught = endpoint;
}

/* The endpoint of a created lease, given as the inside of the object. */
static struct endpoint *endpoint_from(struct body *inside)
{
    struct endpoint *caught = NULL;
    struct decode_sink sink = {catch_endpoint, &caught, NULL};
    struct part *part = part_new(PART_LEASES);
    struct body body = {0};
    add(&body, "{\"id\":\"a\",\"endpoint\":{");
    add(&body, inside->bytes);
    add(&body, "}}");
    assert_true(decode_lease(part, body.bytes, body.length, &sink, NULL));
    assert_int_equal(part->count, 1);
    free(body.bytes);
    free(inside->bytes);
    part_unref(part);
    return caught;
}

static void test_endpoint_of_many_fields(void **state)
{
    (void)state;
    struct body body = {0};
    add(&body, "\"endpoints\":{\"m0\":{\"url\":\"u\"}");
    for (int i = 1; i < 200; i++) {
        char member[64];
        snprintf(member, sizeof member, ",\"m%d\":{\"url\":\"u\"}", i);
        add(&body, member);
    }
    add(&body, "}");
    struct endpoint *endpoint = endpoint_from(&body);
    assert_int_equal(endpoint_count(endpoint), LIMIT_ENDPOINT_FIELDS);
    endpoint_free(endpoint);
}

static void test_endpoint_of_many_bytes(void **state)
{
    (void)state;
    struct body body = {0};
    add(&body, "\"url\":\"fits\",\"baseUrl\":\"");
    add_times(&body, "x", LIMIT_ENDPOINT_BYTES);
    add(&body, "\",\"host\":\"after it\"");
    struct endpoint *endpoint = endpoint_from(&body);
    assert_int_equal(endpoint_count(endpoint), 1);
    assert_string_equal(endpoint_field(endpoint, 0).text, "fits");
    endpoint_free(endpoint);
}

static void test_endpoint_with_long_member_names(void **state)
{
    (void)state;
    struct body body = {0};
    add(&body, "\"endpoints\":{\"");
    add_times(&body, "n", 5000);
    add(&body, "\":{\"url\":\"u\",\"password\":\"p\"}}");
    struct endpoint *endpoint = endpoint_from(&body);
    assert_int_equal(endpoint_count(endpoint), 2);
    assert_string_equal(endpoint_field(endpoint, 0).text, "u");
    endpoint_free(endpoint);
}

/* Without a sink an endpoint goes nowhere, and is not leaked. */
static void test_no_sink(void **state)
{
    (void)state;
    struct part *part = part_new(PART_LEASES);
    struct body body = {0};
    add(&body, "[{\"id\":\"a\",\"endpoint\":{\"type\":\"http\",\"baseUrl\":\"x\"}}]");
    assert_true(page(part, "x", &body, NULL));
    assert_int_equal(part->count, 1);
    part_unref(part);
}

#define SECRET "hunter2-hunter2"

/* The linker leads free of the code under test through here. */
static bool unwiped;
void __real_free(void *at);
void __wrap_free(void *at);

static size_t size_of(void *at)
{
#ifdef HAVE_MALLOC_USABLE_SIZE
    return at != NULL ? malloc_usable_size(at) : 0;
#else
    (void)at;
    return 0;
#endif
}

void __wrap_free(void *at)
{
    size_t size = size_of(at);
    for (size_t i = 0; i + sizeof SECRET - 1 <= size; i++)
        unwiped = unwiped || memcmp((char *)at + i, SECRET, sizeof SECRET - 1) == 0;
    __real_free(at);
}

/* An answer that may hold an endpoint leaves nothing of it on the heap. */
static void test_answers_are_wiped(void **state)
{
    (void)state;
#ifdef HAVE_MALLOC_USABLE_SIZE
    static const char body[] = "{\"id\":\"a\",\"endpoint\":{\"password\":\"" SECRET "\"}}";
    static const char list[] = "[{\"id\":\"a\",\"endpoint\":{\"password\":\"" SECRET "\"}}]";
    struct endpoint *caught = NULL;
    struct decode_sink sink = {catch_endpoint, &caught, NULL};
    char *cursor;
    struct part *part = part_new(PART_LEASES);
    assert_true(decode_lease(part, body, sizeof body - 1, &sink, NULL));
    endpoint_free(caught);
    assert_true(decode_page(part, "x", list, sizeof list - 1, &sink, &cursor, NULL));
    endpoint_free(caught);
    part_unref(part);
    assert_false(unwiped);
#else
    skip();
#endif
}

/* What is wrong on the surface is wrong, however deep the rest is. */
static void test_broken_around_deep_nesting(void **state)
{
    (void)state;
    static const char *const ends[] = {"",        "}",        "}]",          ",\"a\"}]}", ",1:2}]}",
                                       ",\"a\":", ",\"a\":}", ",\"a\" 1}]}", "]}",        ",}]}"};
    for (size_t i = 0; i < COUNT(ends); i++) {
        struct part *part = part_new(PART_LEASES);
        struct body body = {0};
        add(&body, "{\"x\":[{\"id\":\"a\",\"y\":");
        add_times(&body, "[", 3000);
        add_times(&body, "]", 3000);
        add(&body, ends[i]);
        assert_false(page(part, "x", &body, NULL));
        part_unref(part);
    }
}

/* Deeper than the library goes spoils what does it, and not even the rest of its item. */
static void test_deep_nesting(void **state)
{
    (void)state;
    const size_t depths[] = {1, 1000, 2040, 2100, 100000};
    for (size_t i = 0; i < COUNT(depths); i++) {
        struct part *part = part_new(PART_LEASES);
        struct body body = {0};
        add(&body, "{\"meta\" : ");
        add_times(&body, "[", depths[i]);
        add_times(&body, "]", depths[i]);
        add(&body, ",\"x\":[{\"id\":\"a\"}, {\"id\":\"b\",\"y\":");
        add_times(&body, "{\"]\\\"\":", depths[i]);
        add(&body, "1");
        add_times(&body, "}", depths[i]);
        add(&body, ",\"status\":\"active\"},");
        add_times(&body, "[", depths[i]);
        add_times(&body, "]", depths[i]);
        add(&body, ",{\"id\":\"c\"}]}");
        assert_true(page(part, "x", &body, NULL));
        assert_int_equal(part->count, 3);
        assert_int_equal(part->unreadable, 1);
        assert_string_equal(part->leases[1].id, "b");
        assert_string_equal(part->leases[1].status, "active");
        assert_string_equal(part->leases[2].id, "c");
        part_unref(part);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ceilings),
        cmocka_unit_test(test_pages_add_up),
        cmocka_unit_test(test_long_texts_are_cut_between_characters),
        cmocka_unit_test(test_long_ids),
        cmocka_unit_test(test_equal_texts_share_their_bytes),
        cmocka_unit_test(test_endpoint_of_many_fields),
        cmocka_unit_test(test_endpoint_of_many_bytes),
        cmocka_unit_test(test_endpoint_with_long_member_names),
        cmocka_unit_test(test_no_sink),
        cmocka_unit_test(test_deep_nesting),
        cmocka_unit_test(test_broken_around_deep_nesting),
        cmocka_unit_test(test_answers_are_wiped),
    };
    decode_global_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
