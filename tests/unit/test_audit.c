/* Own actions as JSON: every field, whatever the text, and nothing that is not an action. */
#include "core/audit.h"

#include "tests/unit/listed.h"

#include <jansson.h>

#define NOW INT64_C(1795341731000) /* 2026-11-22T10:02:11Z */

static struct message *message_of(enum message_kind kind, enum intent_phase phase)
{
    struct message *message = message_new(kind);
    assert_true(identity_init(&message->identity, "sp", "rt", "9f2cde07"));
    message->server_ms = NOW;
    message->intent = INTENT_REVOKE;
    message->phase = phase;
    message->event.kind = EVENT_CONFIRMED;
    return message;
}

/* The line of a message, parsed; the message is given up. NULL: there is none. */
static json_t *line_of(struct message *message)
{
    struct audit_entry entry;
    json_t *json = NULL;
    if (audit_of(&entry, message)) {
        entry.profile = "prod";
        entry.base_url = "https://api.example";
        char *line = audit_line(&entry);
        assert_null(strchr(line, '\n'));
        for (const char *at = line; *at != '\0'; at++)
            assert_in_range(*at, 0x20, 0x7e);
        json_error_t error;
        json = json_loads(line, JSON_REJECT_DUPLICATES, &error);
        if (json == NULL)
            fail_msg("%s: %s", error.text, line);
        free(line);
    }
    message_free(message);
    return json;
}

static void expect(json_t *json, const char *name, const char *text)
{
    json_t *value = json_object_get(json, name);
    assert_non_null(value);
    if (text == NULL)
        assert_true(json_is_null(value));
    else
        assert_string_equal(json_string_value(value), text);
}

static void test_exactly(void **state)
{
    (void)state;
    struct message *message = message_of(MESSAGE_WRITE, INTENT_FAILED);
    struct audit_entry entry;
    message->intent = INTENT_CREATE;
    message->replaces = strdup("77ab01c4");
    message->protocol = strdup("cdp");
    message->runtime_name = strdup("checkout");
    message->ttl_s = 900;
    message->latency_ms = 43;
    message->kept = true;
    message->trouble = trouble_new(TROUBLE_QUOTA, "HTTP 402");
    snprintf(message->request_id, sizeof message->request_id, "req-1");
    assert_true(audit_of(&entry, message));
    entry.profile = "prod";
    entry.base_url = "https://api.example";
    char *line = audit_line(&entry);
    assert_string_equal(line, "{\"when\":\"2026-11-22T10:02:11Z\",\"profile\":\"prod\","
                              "\"url\":\"https://api.example\",\"what\":\"rotate\","
                              "\"outcome\":\"failed\",\"space\":\"sp\",\"spaceName\":null,"
                              "\"runtime\":\"rt\",\"runtimeName\":\"checkout\","
                              "\"lease\":\"9f2cde07\",\"replaces\":\"77ab01c4\","
                              "\"protocol\":\"cdp\",\"ttlSeconds\":900,\"byItself\":true,"
                              "\"latencyMs\":43,\"requestId\":\"req-1\",\"error\":\"HTTP 402\","
                              "\"route\":null,\"part\":null}");
    free(line);
    message_free(message);
}

/* An endpoint that was let out: by which door, and which part. */
static void test_handout(void **state)
{
    (void)state;
    const struct audit_entry entry =
        AUDIT_HANDOUT(.when_ms = NOW, .what = "copy", .outcome = "sent",
                      .base_url = "https://api.example",
                      .identity = {(char *)"sp", (char *)"rt", (char *)"9f2cde07"},
                      .route = "osc52", .part = "url");
    char *line = audit_line(&entry);
    assert_string_equal(line, "{\"when\":\"2026-11-22T10:02:11Z\",\"profile\":null,"
                              "\"url\":\"https://api.example\",\"what\":\"copy\","
                              "\"outcome\":\"sent\",\"space\":\"sp\",\"spaceName\":null,"
                              "\"runtime\":\"rt\",\"runtimeName\":null,"
                              "\"lease\":\"9f2cde07\",\"replaces\":null,"
                              "\"protocol\":null,\"ttlSeconds\":null,\"byItself\":false,"
                              "\"latencyMs\":null,\"requestId\":null,\"error\":null,"
                              "\"route\":\"osc52\",\"part\":\"url\"}");
    free(line);
}

static void test_outcomes(void **state)
{
    (void)state;
    static const struct {
        enum intent_phase phase;
        const char *outcome;
    } cases[] = {{INTENT_DONE, "done"},
                 {INTENT_FAILED, "failed"},
                 {INTENT_UNKNOWN, "unknown"},
                 {INTENT_CANCELLED, "undone"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        json_t *json = line_of(message_of(MESSAGE_WRITE, cases[i].phase));
        expect(json, "outcome", cases[i].outcome);
        expect(json, "what", "revoke");
        expect(json, "latencyMs", NULL);
        expect(json, "requestId", NULL);
        json_decref(json);
    }
    json_t *json = line_of(message_of(MESSAGE_EVENT, INTENT_GRACE));
    expect(json, "outcome", "confirmed");
    json_decref(json);
}

static void test_keeping_alive(void **state)
{
    (void)state;
    struct message *message = message_of(MESSAGE_EVENT, INTENT_HELD);
    message->event.kind = EVENT_KEPT_NO_MORE;
    snprintf(message->sentence, sizeof message->sentence, "it was revoked");
    json_t *json = line_of(message);
    expect(json, "what", "keep");
    expect(json, "outcome", "done");
    expect(json, "error", "it was revoked");
    json_decref(json);
}

static void test_what_others_did_is_no_own_action(void **state)
{
    (void)state;
    for (int kind = 0; kind < EVENT_CONFIRMED; kind++) {
        struct message *message = message_of(MESSAGE_EVENT, INTENT_HELD);
        message->event.kind = (enum event_kind)kind;
        assert_null(line_of(message));
    }
    assert_null(line_of(message_of(MESSAGE_NOTICE, INTENT_DONE)));
    assert_null(line_of(message_of(MESSAGE_ENDPOINT, INTENT_DONE)));
}

/* Names are foreign, and a line stays a line. */
static void test_any_text(void **state)
{
    (void)state;
    static const struct {
        const char *name, *read;
    } cases[] = {
        {"a\"b\\c\nd\033[2J", "a\"b\\c\nd\033[2J"},
        {"\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80", "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80"},
        {"\xe2\x80\xae", "\xe2\x80\xae"},
        {"a\xff"
         "b\xed\xa0\x80",
         NULL}, /* what is no UTF-8 */
        {"", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct message *message = message_of(MESSAGE_WRITE, INTENT_DONE);
        message->runtime_name = strdup(cases[i].name);
        json_t *json = line_of(message);
        if (cases[i].read != NULL)
            expect(json, "runtimeName", cases[i].read);
        else
            assert_non_null(
                strstr(json_string_value(json_object_get(json, "runtimeName")), "\xef\xbf\xbd"));
        json_decref(json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exactly),
        cmocka_unit_test(test_handout),
        cmocka_unit_test(test_outcomes),
        cmocka_unit_test(test_keeping_alive),
        cmocka_unit_test(test_what_others_did_is_no_own_action),
        cmocka_unit_test(test_any_text),
    };
    return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
