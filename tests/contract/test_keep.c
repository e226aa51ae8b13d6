/* Leases kept alive over real HTTP: rotated by themselves, followed, given up. */
#include "tests/contract/stage.h"

#define MADE_ID UUID("99999999")

/* It lives as long as is asked for. */
static const struct contract_lease made = {
    .id = MADE_ID, .runtime = CHECKOUT, .age_s = -1, .left_s = 901};
static const struct keep_terms terms = {.protocol = "cdp", .ttl_s = 900};

static void created(struct server *server, const struct request *request, void *context)
{
    (void)request, (void)context;
    server_on(server, "GET", CHECKOUT_LEASES,
              LISTING(server, {.id = LEASE_ONE, .runtime = CHECKOUT, .revoked_s = 1}, made));
}

/* A lease that has most of its life behind it, and one that is fresh. */
static void serve(struct stage *stage, struct answer answer)
{
    contract_serve(stage->server, SPACES({.id = OPS, .name = "ops"}),
                   RUNTIMES({.id = CHECKOUT, .name = "checkout"}),
                   LEASES({.id = LEASE_ONE, .runtime = CHECKOUT, .age_s = 3000, .left_s = 600},
                          {.id = LEASE_TWO, .runtime = CHECKOUT, .age_s = 30}));
    server_on(stage->server, "POST", CHECKOUT_LEASES, answer);
    server_on(stage->server, "DELETE", DELETE_PATH, ANSWER_JSON(200, "{}"));
}

static struct viewer *open(struct stage *stage, struct answer answer)
{
    serve(stage, answer);
    stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(stage->viewer);
    return stage->viewer;
}

static struct answer whole(struct stage *stage)
{
    return ANSWER_MADE(200, contract_created(server_now(stage->server), &made), .before = created);
}

static void keep(struct viewer *viewer, const char *lease, const struct keep_terms *how)
{
    const struct identity identity = world_lease(CHECKOUT, lease);
    assert_true(client_keep(viewer->client, &identity, how));
}

static const struct keep_view *seen(const struct viewer *viewer, const char *lease)
{
    const struct identity identity = world_lease(CHECKOUT, lease);
    return viewer->seen != NULL ? keeps_view_find(viewer->seen->keeps, &identity) : NULL;
}

/* The next event of this kind; cleared by the caller. */
static struct message *event(struct viewer *viewer, enum event_kind kind)
{
    for (;;) {
        struct message *message = viewer_message(viewer, MESSAGE_EVENT, 0);
        if (message->event.kind == kind)
            return message;
        message_free(message);
    }
}

static void test_rotates_by_itself(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open(stage, whole(stage));
    keep(viewer, LEASE_ONE, &terms);
    struct message *message = event(viewer, EVENT_KEPT);
    assert_string_equal(message->protocol, "cdp");
    assert_int_equal(message->ttl_s, 900);
    message_free(message);
    message = viewer_message(viewer, MESSAGE_WRITE, 0);
    assert_int_equal(message->intent, INTENT_CREATE);
    assert_int_equal(message->phase, INTENT_DONE);
    assert_true(message->kept);
    assert_string_equal(message->replaces, LEASE_ONE);
    message_free(message);
    message = viewer_message(viewer, MESSAGE_WRITE, 0);
    assert_int_equal(message->intent, INTENT_REVOKE);
    assert_string_equal(message->identity.lease_id, LEASE_ONE);
    assert_true(message->kept);
    message_free(message);
    VIEWER_UNTIL(viewer, seen(viewer, MADE_ID) != NULL);
    assert_null(seen(viewer, LEASE_ONE));
    assert_int_equal(seen(viewer, MADE_ID)->done, 1);
    assert_int_equal(seen(viewer, MADE_ID)->phase, KEEP_WAITING);
    /* A quarter of an hour to live: two thirds of it from now. */
    int64_t next_s = (seen(viewer, MADE_ID)->next_ms - clock_boot_now_ms()) / 1000;
    assert_in_range(next_s, 480, 600);
    assert_int_equal(viewer->seen->keeps->alive, 1);
    assert_int_equal(viewer_secret(viewer, CHECKOUT, MADE_ID), SECRET_HELD);
    assert_string_equal(server_last(stage->server, "POST", "**")->body,
                        "{\"protocol\":\"cdp\",\"ttlSeconds\":900}");
    assert_int_equal(server_count(stage->server, "POST", "**"), 1);
    assert_int_equal(server_count(stage->server, "DELETE", "**"), 1);
}

static void test_waits_for_its_time(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open(stage, whole(stage));
    keep(viewer, LEASE_TWO, &terms);
    VIEWER_UNTIL(viewer, seen(viewer, LEASE_TWO) != NULL);
    int64_t next_s = (seen(viewer, LEASE_TWO)->next_ms - clock_boot_now_ms()) / 1000;
    assert_in_range(next_s, 2100, 2410);
    stage_pass_time(3);
    assert_int_equal(server_count(stage->server, "POST", "**"), 0);
    keep(viewer, LEASE_TWO, NULL);
    struct message *message = event(viewer, EVENT_KEPT_NO_MORE);
    assert_string_equal(message->sentence, "switched off");
    message_free(message);
    assert_int_equal(viewer->seen->keeps->alive, 0);
}

static void test_failure_says_so_and_is_tried_again(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer =
        open(stage, ANSWER_MADE(402, contract_error("billing.limit", "no more", "req-1")));
    keep(viewer, LEASE_ONE, &terms);
    struct message *message = event(viewer, EVENT_KEPT_LATER);
    assert_int_equal(message->trouble->kind, TROUBLE_QUOTA);
    message_free(message);
    assert_int_equal(seen(viewer, LEASE_ONE)->phase, KEEP_RETRY);
    assert_string_equal(seen(viewer, LEASE_ONE)->trouble->request_id, "req-1");
    assert_int_equal(server_count(stage->server, "DELETE", "**"), 0);
    /* Its row says so, and not that of a create that failed, for each try another. */
    const struct intents_view *writes = viewer->seen->intents;
    for (size_t i = 0; writes != NULL && i < writes->count; i++)
        assert_int_not_equal(writes->items[i].phase, INTENT_FAILED);
    server_on(stage->server, "POST", CHECKOUT_LEASES, whole(stage));
    VIEWER_UNTIL(viewer, seen(viewer, MADE_ID) != NULL);
    assert_null(seen(viewer, MADE_ID)->trouble);
    assert_int_equal(server_count(stage->server, "POST", "**"), 2);
}

static void test_revoked_by_hand(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open(stage, whole(stage));
    keep(viewer, LEASE_TWO, &terms);
    viewer_revoke(viewer, CHECKOUT, LEASE_TWO, 0);
    struct message *message = event(viewer, EVENT_KEPT_NO_MORE);
    assert_string_equal(message->sentence, "it was revoked");
    message_free(message);
    assert_int_equal(server_count(stage->server, "POST", "**"), 0);
}

/* While it can be undone nothing is rotated; and after that it is. */
static void test_in_its_grace_it_waits(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open(stage, whole(stage));
    uint64_t id = viewer_revoke(viewer, CHECKOUT, LEASE_ONE, 600000);
    keep(viewer, LEASE_ONE, &terms);
    VIEWER_UNTIL(viewer, seen(viewer, LEASE_ONE) != NULL &&
                             seen(viewer, LEASE_ONE)->next_ms < clock_boot_now_ms());
    stage_pass_time(3);
    assert_int_equal(server_count(stage->server, "POST", "**"), 0);
    client_cancel(viewer->client, id);
    VIEWER_UNTIL(viewer, seen(viewer, MADE_ID) != NULL);
}

static void test_ended_otherwise(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open(stage, whole(stage));
    keep(viewer, LEASE_TWO, &terms);
    message_free(event(viewer, EVENT_KEPT));
    server_on(stage->server, "GET", CHECKOUT_LEASES, LISTING_NONE);
    struct message *message = event(viewer, EVENT_KEPT_NO_MORE);
    assert_string_equal(message->sentence, "the lease has ended, or is not listed any more");
    message_free(message);
}

/* A lease that was just made is not given up because a list does not show it yet. */
static void test_a_list_that_lags(void **state)
{
    static const struct contract_lease young = {.id = LEASE_TWO, .runtime = CHECKOUT, .age_s = -1};
    struct stage *stage = *state;
    struct viewer *viewer = open(stage, whole(stage));
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              ANSWER_MADE(200, contract_leases(server_now(stage->server), LEASES(young))));
    VIEWER_UNTIL(viewer, viewer_state(viewer, LEASE_ONE) == LEASE_ENDED);
    keep(viewer, LEASE_TWO, &terms);
    message_free(event(viewer, EVENT_KEPT));
    server_on(stage->server, "GET", CHECKOUT_LEASES, LISTING_NONE);
    VIEWER_UNTIL(viewer, viewer_state(viewer, LEASE_TWO) == LEASE_ENDED);
    assert_int_equal(seen(viewer, LEASE_TWO)->phase, KEEP_WAITING);
}

static void test_follows_a_rotation_by_hand(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open(stage, whole(stage));
    const struct identity lease = world_lease(CHECKOUT, LEASE_TWO);
    keep(viewer, LEASE_TWO, &terms);
    client_rotate(viewer->client, &lease, "cdp", 600, NULL);
    VIEWER_UNTIL(viewer, seen(viewer, MADE_ID) != NULL);
    assert_null(seen(viewer, LEASE_TWO));
    assert_int_equal(server_count(stage->server, "POST", "**"), 1);
}

/* An answer that was lost may have left a lease behind: the old one stays. */
static void test_lost_answer(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open(stage, (struct answer){.until = UNTIL_START, .end = END_CLOSE});
    keep(viewer, LEASE_ONE, &terms);
    viewer_expect(viewer, 0, INTENT_UNKNOWN, false);
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              LISTING(stage->server,
                      {.id = LEASE_ONE, .runtime = CHECKOUT, .age_s = 3000, .left_s = 600}, made));
    viewer_expect(viewer, 0, INTENT_DONE, true);
    VIEWER_UNTIL(viewer, seen(viewer, LEASE_ONE)->phase == KEEP_RETRY);
    assert_int_equal(server_count(stage->server, "DELETE", "**"), 0);
}

/* One that no list shows may come as late as it likes: keeping alive does not wait for it. */
static void test_lost_for_good(void **state)
{
    struct stage *stage = *state;
    struct client_options options = viewer_options(stage->server);
    options.surfaces_ms = 200;
    serve(stage, (struct answer){.until = UNTIL_START, .end = END_CLOSE});
    struct viewer *viewer = stage->viewer = viewer_open(&options);
    viewer_wait_ready(viewer);
    keep(viewer, LEASE_ONE, &terms);
    VIEWER_UNTIL(viewer,
                 seen(viewer, LEASE_ONE) != NULL && seen(viewer, LEASE_ONE)->phase == KEEP_RETRY);
    viewer_expect(viewer, 0, INTENT_UNKNOWN, false);
}

static void test_read_only(void **state)
{
    struct stage *stage = *state;
    struct client_options options = viewer_options(stage->server);
    options.read_only = true;
    world_serve(stage->server);
    struct viewer *viewer = stage->viewer = viewer_open(&options);
    viewer_wait_ready(viewer);
    keep(viewer, LEASE_ONE, &terms);
    struct message *notice = viewer_message(viewer, MESSAGE_NOTICE, 0);
    assert_string_equal(notice->sentence, "read-only: nothing is kept alive");
    message_free(notice);
    assert_null(viewer->seen->keeps);
}

static const struct CMUnitTest tests[] = {
    STAGED(test_rotates_by_itself),
    STAGED(test_waits_for_its_time),
    STAGED(test_failure_says_so_and_is_tried_again),
    STAGED(test_revoked_by_hand),
    STAGED(test_in_its_grace_it_waits),
    STAGED(test_ended_otherwise),
    STAGED(test_a_list_that_lags),
    STAGED(test_follows_a_rotation_by_hand),
    STAGED(test_lost_answer),
    STAGED(test_lost_for_good),
    STAGED(test_read_only),
};

int main(void)
{
    return cmocka_run_group_tests_name("keep", tests, viewer_global_setup, viewer_global_teardown);
}
