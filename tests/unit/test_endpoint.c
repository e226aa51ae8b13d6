/* Where and with what to attach: fields, targets, what is copied, ceilings. */
#include "api/endpoint.h"

#include "api/limits.h"

#include "tests/unit/unit.h"

#include <sys/mman.h>

#define WORD "hunter2-hunter2"

/* The linker leads the pages of secrets through here: how many bytes are out, and whether WORD was
 * in any that came back. */
static size_t out;
static bool unwiped;

void *__real_mmap(void *at, size_t bytes, int protection, int flags, int file, off_t offset);
void *__wrap_mmap(void *at, size_t bytes, int protection, int flags, int file, off_t offset);
int __real_munmap(void *at, size_t bytes);
int __wrap_munmap(void *at, size_t bytes);

void *__wrap_mmap(void *at, size_t bytes, int protection, int flags, int file, off_t offset)
{
    out += bytes;
    return __real_mmap(at, bytes, protection, flags, file, offset);
}

int __wrap_munmap(void *at, size_t bytes)
{
    out -= bytes;
    for (size_t i = 0; i + sizeof WORD <= bytes; i++)
        unwiped = unwiped || memcmp((char *)at + i, WORD, sizeof WORD - 1) == 0;
    return __real_munmap(at, bytes);
}

static void test_types(void **state)
{
    (void)state;
    assert_int_equal(endpoint_type_of("websocket"), ENDPOINT_WEBSOCKET);
    assert_int_equal(endpoint_type_of("http"), ENDPOINT_HTTP);
    assert_int_equal(endpoint_type_of("rdp"), ENDPOINT_RDP);
    assert_int_equal(endpoint_type_of("composite"), ENDPOINT_COMPOSITE);
    assert_int_equal(endpoint_type_of("other"), ENDPOINT_OTHER);
    assert_int_equal(endpoint_type_of("vnc"), ENDPOINT_OTHER);
    assert_int_equal(endpoint_type_of("WebSocket"), ENDPOINT_OTHER);
    assert_int_equal(endpoint_type_of(""), ENDPOINT_OTHER); /* there is one, of no known type */
    assert_string_equal(endpoint_type_word(ENDPOINT_NONE), "");
    assert_string_equal(endpoint_type_word(ENDPOINT_WEBSOCKET), "websocket");
    assert_string_equal(endpoint_type_word(ENDPOINT_OTHER), "other");
}

static void test_fields(void **state)
{
    (void)state;
    struct endpoint *endpoint = endpoint_new(ENDPOINT_WEBSOCKET);
    assert_int_equal(endpoint_count(endpoint), 0);
    char name[] = "url", text[] = "wss://h/?token=1";
    assert_true(endpoint_add(endpoint, ENDPOINT_URL, name, text));
    name[0] = text[0] = 'x';
    struct endpoint_field field = endpoint_field(endpoint, 0);
    assert_int_equal(endpoint_type(endpoint), ENDPOINT_WEBSOCKET);
    assert_int_equal(endpoint_count(endpoint), 1);
    assert_int_equal(field.role, ENDPOINT_URL);
    assert_string_equal(field.name, "url");
    assert_string_equal(field.text, "wss://h/?token=1");
    endpoint_free(endpoint);
    endpoint_free(NULL);
}

/* The strings move as they grow; fields stay what they were, in a copy too. */
static void test_grows_and_copies(void **state)
{
    (void)state;
    struct endpoint *endpoint = endpoint_new(ENDPOINT_COMPOSITE);
    static char text[400];
    memset(text, 'x', sizeof text - 1);
    for (int i = 0; i < LIMIT_ENDPOINT_FIELDS; i++) {
        char name[32];
        snprintf(name, sizeof name, "m%d.url", i);
        text[0] = (char)('0' + i);
        assert_true(endpoint_add(endpoint, ENDPOINT_URL, name, text));
    }
    assert_false(endpoint_add(endpoint, ENDPOINT_URL, "more", ""));
    struct endpoint *copy = endpoint_copy(endpoint);
    endpoint_free(endpoint);
    assert_int_equal(endpoint_count(copy), LIMIT_ENDPOINT_FIELDS);
    for (size_t i = 0; i < LIMIT_ENDPOINT_FIELDS; i++) {
        struct endpoint_field field = endpoint_field(copy, i);
        assert_int_equal(strtol(field.name + 1, NULL, 10), i);
        assert_int_equal(field.text[0], '0' + (int)i);
        assert_int_equal(strlen(field.text), sizeof text - 1);
    }
    endpoint_free(copy);
}

static void test_copy_of_an_empty_one(void **state)
{
    (void)state;
    struct endpoint *endpoint = endpoint_new(ENDPOINT_OTHER);
    struct endpoint *copy = endpoint_copy(endpoint);
    assert_int_equal(endpoint_type(copy), ENDPOINT_OTHER);
    assert_int_equal(endpoint_count(copy), 0);
    assert_true(endpoint_add(copy, ENDPOINT_URL, "url", "x"));
    assert_int_equal(endpoint_count(endpoint), 0);
    endpoint_free(copy);
    endpoint_free(endpoint);
}

static void test_all_of_it_is_wiped(void **state)
{
    (void)state;
    static char text[2000] = WORD;
    memset(text + sizeof WORD - 1, 'x', sizeof text - sizeof WORD);
    size_t before = out;
    struct endpoint *endpoint = endpoint_new(ENDPOINT_RDP);
    for (int i = 0; i < 5; i++)
        assert_true(endpoint_add(endpoint, ENDPOINT_PASSWORD, "password", text));
    struct endpoint *copy = endpoint_copy(endpoint);
    struct endpoint_target target = {.text = WORD, .port = "1"};
    secret_free(endpoint_target_text(&target));
    endpoint_free(endpoint);
    endpoint_free(copy);
    assert_int_equal(out, before);
    assert_false(unwiped);
}

/* All strings together: the last byte fits, one more does not, and what was there stays. */
static void test_ceiling_of_bytes(void **state)
{
    (void)state;
    static char text[LIMIT_ENDPOINT_BYTES + 10];
    memset(text, 'x', sizeof text - 1);
    struct endpoint *endpoint = endpoint_new(ENDPOINT_HTTP);
    assert_false(endpoint_add(endpoint, ENDPOINT_URL, "url", text));
    text[LIMIT_ENDPOINT_BYTES - 4] = '\0'; /* "url" and two ends: one too many */
    assert_false(endpoint_add(endpoint, ENDPOINT_URL, "url", text));
    text[LIMIT_ENDPOINT_BYTES - 5] = '\0';
    assert_true(endpoint_add(endpoint, ENDPOINT_URL, "url", text));
    assert_false(endpoint_add(endpoint, ENDPOINT_PORT, "", ""));
    assert_int_equal(endpoint_count(endpoint), 1);
    assert_string_equal(endpoint_field(endpoint, 0).text, text);
    endpoint_free(endpoint);
}

static void expect_text(const struct endpoint_target *target, const char *expected)
{
    struct secret *text = endpoint_target_text(target);
    assert_string_equal(secret_bytes(text), expected);
    secret_free(text);
}

static void test_url_is_one_target(void **state)
{
    (void)state;
    struct endpoint *endpoint = endpoint_new(ENDPOINT_HTTP);
    struct endpoint_target targets[4];
    assert_int_equal(endpoint_targets(endpoint, targets, 4), 0);
    endpoint_add(endpoint, ENDPOINT_URL, "baseUrl", "https://h/x");
    assert_int_equal(endpoint_targets(endpoint, targets, 4), 1);
    assert_string_equal(targets[0].label, "");
    assert_null(targets[0].port);
    expect_text(&targets[0], "https://h/x");
    assert_int_equal(endpoint_targets(endpoint, targets, 0), 0);
    endpoint_free(endpoint);
}

static void test_host_and_port(void **state)
{
    (void)state;
    struct endpoint *endpoint = endpoint_new(ENDPOINT_RDP);
    struct endpoint_target targets[4];
    endpoint_add(endpoint, ENDPOINT_HOST, "host", "10.0.0.7");
    endpoint_add(endpoint, ENDPOINT_PORT, "port", "3389");
    endpoint_add(endpoint, ENDPOINT_USER, "username", "me");
    endpoint_add(endpoint, ENDPOINT_PASSWORD, "password", "hunter2");
    assert_int_equal(endpoint_targets(endpoint, targets, 4), 1);
    expect_text(&targets[0], "10.0.0.7:3389");
    endpoint_free(endpoint);
}

static void test_host_forms(void **state)
{
    (void)state;
    expect_text(&(struct endpoint_target){.text = "host", .port = NULL}, "host");
    expect_text(&(struct endpoint_target){.text = "host", .port = "1"}, "host:1");
    expect_text(&(struct endpoint_target){.text = "2001:db8::7", .port = "3389"},
                "[2001:db8::7]:3389");
    expect_text(&(struct endpoint_target){.text = "[2001:db8::7]", .port = "3389"},
                "[2001:db8::7]:3389");
    expect_text(&(struct endpoint_target){.text = "", .port = ""}, ":");
}

/* A composite: each member by its own name, each host with its own port and no other's. */
static void test_composite_targets(void **state)
{
    (void)state;
    const struct {
        enum endpoint_role role;
        const char *name, *text;
    } fields[] = {
        {ENDPOINT_URL, "browser.url", "wss://b"},  {ENDPOINT_HOST, "desktop.host", "d"},
        {ENDPOINT_PORT, "desktop.port", "1"},      {ENDPOINT_HOST, "portless.host", "p"},
        {ENDPOINT_HOST, "portlesz.host", "q"},     {ENDPOINT_PORT, "portlesz.port", "2"},
        {ENDPOINT_URL, "a/b.url", "wss://nested"}, {ENDPOINT_URL, "v1.2.baseUrl", "https://dotted"},
    };
    const struct {
        const char *label, *text;
    } expected[] = {
        {"browser", "wss://b"}, {"desktop", "d:1"},      {"portless", "p"},
        {"portlesz", "q:2"},    {"a/b", "wss://nested"}, {"v1.2", "https://dotted"},
    };
    struct endpoint *endpoint = endpoint_new(ENDPOINT_COMPOSITE);
    struct endpoint_target targets[20];
    for (size_t i = 0; i < COUNT(fields); i++)
        endpoint_add(endpoint, fields[i].role, fields[i].name, fields[i].text);
    assert_int_equal(endpoint_targets(endpoint, targets, COUNT(targets)), COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        assert_string_equal(targets[i].label, expected[i].label);
        expect_text(&targets[i], expected[i].text);
    }
    assert_int_equal(endpoint_targets(endpoint, targets, 2), 2);
    endpoint_free(endpoint);
}

static void test_long_label_is_cut(void **state)
{
    (void)state;
    static char name[300];
    memset(name, 'x', sizeof name - 1);
    memcpy(name + sizeof name - 5, ".url", 4);
    struct endpoint *endpoint = endpoint_new(ENDPOINT_COMPOSITE);
    struct endpoint_target target;
    endpoint_add(endpoint, ENDPOINT_URL, name, "wss://x");
    assert_int_equal(endpoint_targets(endpoint, &target, 1), 1);
    assert_int_equal(strlen(target.label), sizeof target.label - 1);
    endpoint_free(endpoint);
}

/* All are counted, and named as far as there is room. */
static void test_unread(void **state)
{
    (void)state;
    struct endpoint *endpoint = endpoint_new(ENDPOINT_COMPOSITE);
    assert_int_equal(endpoint_unread(endpoint)->count, 0);
    assert_string_equal(endpoint_unread(endpoint)->names, "");
    endpoint_unread_add(endpoint, "odd.token");
    endpoint_unread_add(endpoint, "vnc");
    struct endpoint *copy = endpoint_copy(endpoint);
    assert_string_equal(endpoint_unread(copy)->names, "odd.token, vnc");
    endpoint_free(copy);
    for (int i = 0; i < 300; i++)
        endpoint_unread_add(endpoint, "a.much.longer.name");
    const char *names = endpoint_unread(endpoint)->names;
    assert_int_equal(endpoint_unread(endpoint)->count, 302);
    assert_true(strlen(names) < sizeof endpoint_unread(endpoint)->names);
    assert_string_equal(names + strlen(names) - 10, ".name, ...");
    endpoint_free(endpoint);
    static char word[300];
    memset(word, 'x', sizeof word - 1);
    endpoint = endpoint_new(ENDPOINT_OTHER);
    endpoint_unread_add(endpoint, word);
    endpoint_unread_add(endpoint, word);
    assert_string_equal(endpoint_unread(endpoint)->names, "...");
    endpoint_free(endpoint);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_unread),
        cmocka_unit_test(test_grows_and_copies),
        cmocka_unit_test(test_copy_of_an_empty_one),
        cmocka_unit_test(test_all_of_it_is_wiped),
        cmocka_unit_test(test_ceiling_of_bytes),
        cmocka_unit_test(test_url_is_one_target),
        cmocka_unit_test(test_host_and_port),
        cmocka_unit_test(test_host_forms),
        cmocka_unit_test(test_composite_targets),
        cmocka_unit_test(test_long_label_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
