/* The log: what messages become in it, and what of it is kept. */
#include "core/events.h"
#include "core/filter.h"

#include "tests/unit/listed.h"

#define SERVER INT64_C(1795341731000) /* 2026-11-22T10:02:11Z */

static struct message *about(enum message_kind kind, const char *lease)
{
    struct message *message = message_new(kind);
    assert_true(identity_init(&message->identity, "sp", "rt", lease));
    message->runtime_name = strdup("checkout");
    message->server_ms = SERVER;
    return message;
}

static struct message *written(enum intent_kind kind, enum intent_phase phase)
{
    struct message *message = about(MESSAGE_WRITE, "9f2cde07-0000");
    message->intent = kind;
    message->phase = phase;
    message->latency_ms = 43;
    snprintf(message->request_id, sizeof message->request_id, "req-1");
    return message;
}

static struct message *happened(enum event_kind kind)
{
    struct message *message = about(MESSAGE_EVENT, "9f2cde07-0000");
    message->event = (struct event){.kind = kind,
                                    .seen_ms = SERVER,
                                    .when_ms = MOMENT_NONE,
                                    .before_ms = MOMENT_NONE,
                                    .after_ms = MOMENT_NONE};
    return message;
}

static struct message *troubled(struct message *message, const char *sentence)
{
    message->trouble = trouble_new(TROUBLE_QUOTA, "%s", sentence);
    return message;
}

/* The line that a message becomes; the message is given up. */
static void expect(struct message *message, const char *line)
{
    struct events *events = events_new();
    char text[600];
    assert_true(events_add(events, message));
    assert_int_equal(events_count(events), 1);
    assert_string_equal(events_line(events_at(events, 0), text, sizeof text), line);
    message_free(message);
    events_free(events);
}

static void test_writes(void **state)
{
    (void)state;
    expect(written(INTENT_CREATE, INTENT_DONE), "create 9f2cde07 on checkout: done");
    expect(written(INTENT_REVOKE, INTENT_DONE), "revoke 9f2cde07 on checkout: done");
    expect(written(INTENT_REVOKE, INTENT_CANCELLED), "revoke 9f2cde07 on checkout: undone");
    expect(troubled(written(INTENT_CREATE, INTENT_FAILED), "HTTP 402"),
           "create 9f2cde07 on checkout: failed: HTTP 402");
    expect(troubled(written(INTENT_CREATE, INTENT_UNKNOWN), "cut"),
           "create 9f2cde07 on checkout: not known whether it happened: cut");
    struct message *found = troubled(written(INTENT_CREATE, INTENT_DONE), "cut");
    found->found = true;
    expect(found,
           "create 9f2cde07 on checkout: done: found by a list, probably; its endpoint is lost");
    struct message *unseen = troubled(written(INTENT_CREATE, INTENT_UNKNOWN), "cut");
    unseen->unseen = true;
    unseen->unseen_s = 21;
    expect(unseen, "create 9f2cde07 on checkout: not known whether it happened, not listed for "
                   "21 s, it may still come: cut");
    struct message *several = troubled(written(INTENT_CREATE, INTENT_UNKNOWN), "cut");
    several->could_be = 2;
    expect(several, "create 9f2cde07 on checkout: not known whether it happened, 2 new leases "
                    "could be it, none is taken for it: cut");
    struct message *contradicted = written(INTENT_REVOKE, INTENT_DONE);
    contradicted->contradicted = true;
    expect(contradicted, "revoke 9f2cde07 on checkout: done, but it is listed as if it were not");
}

static void test_rotations(void **state)
{
    (void)state;
    struct message *done = written(INTENT_CREATE, INTENT_DONE);
    done->replaces = strdup("77ab01c4-0000");
    expect(done, "rotate 9f2cde07 on checkout: done, in the place of 77ab01c4");
    struct message *failed = troubled(written(INTENT_CREATE, INTENT_FAILED), "HTTP 402");
    failed->replaces = strdup("77ab01c4-0000");
    failed->stays = failed->kept = true;
    expect(failed, "rotate 9f2cde07 on checkout: failed, to keep it alive, 77ab01c4 stays: "
                   "HTTP 402");
    struct message *open = written(INTENT_CREATE, INTENT_UNKNOWN);
    open->replaces = strdup("77ab01c4-0000");
    expect(open, "rotate 9f2cde07 on checkout: not known whether it happened");
}

static void test_what_is_confirmed(void **state)
{
    (void)state;
    struct message *create = happened(EVENT_CONFIRMED);
    create->phase = INTENT_QUEUED;
    create->protocol = strdup("cdp");
    create->ttl_s = 900;
    free(create->identity.lease_id);
    create->identity.lease_id = strdup("");
    expect(create, "create on checkout: confirmed: cdp for 15m");
    struct message *revoke = happened(EVENT_CONFIRMED);
    revoke->intent = INTENT_REVOKE;
    revoke->phase = INTENT_GRACE;
    expect(revoke, "revoke 9f2cde07 on checkout: confirmed, can be undone");
}

static void expect_handout(const struct audit_entry *entry, const char *line)
{
    struct events *events = events_new();
    char text[600];
    assert_true(events_add_handout(events, entry));
    const struct events_entry *one = events_at(events, 0);
    assert_string_equal(events_line(one, text, sizeof text), line);
    assert_true(one->mine);
    assert_int_equal(one->seen_ms, SERVER);
    assert_string_equal(one->identity.lease_id, "9f2cde07-0000");
    events_free(events);
}

#define HANDOUT(...)                                                                               \
    &(struct audit_entry)AUDIT_HANDOUT(.when_ms = SERVER,                                          \
                                       .identity = {(char *)"sp", (char *)"rt",                    \
                                                    (char *)"9f2cde07-0000"},                      \
                                       __VA_ARGS__)

static void test_what_was_let_out(void **state)
{
    (void)state;
    expect_handout(HANDOUT(.what = "copy", .outcome = "done", .runtime_name = "checkout",
                           .route = "tmux", .part = "url"),
                   "copy 9f2cde07 on checkout: done: url by tmux");
    expect_handout(HANDOUT(.what = "copy", .outcome = "sent", .route = "osc52", .part = "a.url"),
                   "copy 9f2cde07 on rt: sent, not confirmed: a.url by osc52");
    expect_handout(HANDOUT(.what = "copy", .outcome = "failed", .part = "url", .error = "no way"),
                   "copy 9f2cde07 on rt: failed: url: no way");
    expect_handout(HANDOUT(.what = "reveal", .outcome = "done", .route = "screen"),
                   "reveal 9f2cde07 on rt: done: endpoint on the screen");
}

/* The ledger may tell sooner or later than the list. */
static void test_what_was_made_elsewhere(void **state)
{
    (void)state;
    char text[600];
    struct events *events = events_new();
    struct ledger *ledger = ledger_new();
    struct message *made = happened(EVENT_LEASE_MADE);
    snprintf(made->event.after, sizeof made->event.after, "cdp");
    assert_true(events_add(events, made));
    assert_false(events_claim(events, ledger, "https://api"));
    free(ledger_add(ledger, "https://api", &made->identity, SERVER, SERVER + 60000));
    assert_false(events_claim(events, ledger, "https://other"));
    assert_true(events_claim(events, ledger, "https://api"));
    assert_string_equal(events_line(events_at(events, 0), text, sizeof text),
                        "made 9f2cde07 on checkout: by you, elsewhere: cdp");
    assert_true(events_at(events, 0)->mine);
    assert_false(events_claim(events, ledger, "https://api")); /* no news any more */
    message_free(made);
    ledger_free(ledger);
    events_free(events);
}

static void test_what_others_did(void **state)
{
    (void)state;
    struct message *made = happened(EVENT_LEASE_MADE);
    snprintf(made->event.after, sizeof made->event.after, "cdp");
    expect(made, "made 9f2cde07 on checkout: by somebody else: cdp");
    expect(happened(EVENT_LEASE_EXPIRED), "expired 9f2cde07 on checkout");
    struct message *status = happened(EVENT_LEASE_STATUS);
    snprintf(status->event.before, sizeof status->event.before, "active");
    snprintf(status->event.after, sizeof status->event.after, "draining");
    expect(status, "status 9f2cde07 on checkout: active to draining");
    struct message *expiry = happened(EVENT_LEASE_EXPIRY);
    expiry->event.before_ms = SERVER;
    expiry->event.after_ms = SERVER + 90000;
    expect(expiry, "expiry 9f2cde07 on checkout: moved by +1m30s");
    struct message *space = happened(EVENT_SPACE_GONE);
    identity_clear(&space->identity);
    identity_init(&space->identity, "sp", NULL, NULL);
    space->space_name = strdup("acme");
    expect(space, "vanished on acme");
    struct message *kept = happened(EVENT_KEPT_NO_MORE);
    snprintf(kept->sentence, sizeof kept->sentence, "it was revoked");
    expect(kept, "keep 9f2cde07 on checkout: not kept alive: it was revoked");
}

static void test_other_messages_are_none_of_its_business(void **state)
{
    (void)state;
    struct events *events = events_new();
    struct message *notice = about(MESSAGE_NOTICE, "x"), *secret = about(MESSAGE_ENDPOINT, "x");
    assert_false(events_add(events, notice));
    assert_false(events_add(events, secret));
    assert_int_equal(events_count(events), 0);
    message_free(notice);
    message_free(secret);
    events_free(events);
    events_free(NULL);
}

static void test_the_oldest_goes(void **state)
{
    (void)state;
    struct events *events = events_new();
    for (int i = 0; i < EVENTS_MAX + 10; i++) {
        struct message *message = written(INTENT_CREATE, INTENT_DONE);
        message->latency_ms = i;
        events_add(events, message);
        message_free(message);
    }
    assert_int_equal(events_count(events), EVENTS_MAX);
    assert_int_equal(events_at(events, 0)->latency_ms, EVENTS_MAX + 9);
    assert_int_equal(events_at(events, EVENTS_MAX - 1)->latency_ms, 10);
    assert_int_equal(events_key(events_at(events, 0)), EVENTS_MAX + 10);
    events_overflow(events, SERVER);
    assert_string_equal(events_at(events, 0)->what, "lost");
    assert_int_equal(events_at(events, 1)->latency_ms, EVENTS_MAX + 9);
    events_free(events);
}

/* ---- as a table */

static const struct moment moment = {.server_ms = SERVER};
static const struct cell_style style = {.charset = TEXT_ASCII, .cells = 8, .zone = FORMAT_UTC};

static void expect_cells(const struct events_entry *entry, const char *expected)
{
    struct columns columns = columns_of_events(8);
    char all[800] = "";
    for (size_t i = 0; i < columns.count; i++) {
        struct cell cell;
        column_fill(&columns.items[i], &cell, entry, &moment, &style);
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s|", cell.text);
    }
    assert_string_equal(all, expected);
}

static void test_cells(void **state)
{
    (void)state;
    struct events *events = events_new();
    struct message *message = written(INTENT_REVOKE, INTENT_DONE);
    events_add(events, message);
    expect_cells(events_at(events, 0), "10:02:11Z|revoke|9f2cde07|checkout|me|done|43ms|req-1|");
    message_free(message);
    message = happened(EVENT_RUNTIME_GONE);
    free(message->runtime_name);
    message->runtime_name = strdup("a\033[2Jb");
    free(message->identity.lease_id);
    message->identity.lease_id = strdup("");
    events_add(events, message);
    expect_cells(events_at(events, 0), "10:02:11Z|vanished|-|a?[2Jb|-|-|-|-|");
    message_free(message);
    events_free(events);
}

static bool lets_through(const char *text, const struct events_entry *entry)
{
    struct columns columns = columns_of_events(8);
    struct filter filter = {0};
    struct error error = {0};
    if (!filter_parse(&filter, text, &columns, &error))
        fail_msg("%s: %s", text, error.sentence);
    return filter_matches(&filter, entry, &moment);
}

static void test_filter(void **state)
{
    (void)state;
    struct events *events = events_new();
    struct message *message = troubled(written(INTENT_REVOKE, INTENT_FAILED), "HTTP 403");
    events_add(events, message);
    const struct events_entry *entry = events_at(events, 0);
    static const char *const yes[] = {"revoke",     "9f2cde07",    "check", "what:revoke",
                                      "by:me",      "request:req", "403",   "outcome:failed",
                                      "latency>42", "!create"};
    static const char *const no[] = {"create", "what:failed", "latency>43", "by:you"};
    for (size_t i = 0; i < COUNT(yes); i++)
        if (!lets_through(yes[i], entry))
            fail_msg("%s", yes[i]);
    for (size_t i = 0; i < COUNT(no); i++)
        if (lets_through(no[i], entry))
            fail_msg("%s", no[i]);
    message_free(message);
    events_free(events);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_writes),
    cmocka_unit_test(test_rotations),
    cmocka_unit_test(test_what_is_confirmed),
    cmocka_unit_test(test_what_was_let_out),
    cmocka_unit_test(test_what_was_made_elsewhere),
    cmocka_unit_test(test_what_others_did),
    cmocka_unit_test(test_other_messages_are_none_of_its_business),
    cmocka_unit_test(test_the_oldest_goes),
    cmocka_unit_test(test_cells),
    cmocka_unit_test(test_filter),
};

int main(void)
{
    return cmocka_run_group_tests_name("events", tests, NULL, NULL);
}
