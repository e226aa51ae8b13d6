/* The key is rejected: asking stops, what was there stays, and another key is taken up without a
 * restart, wherever it comes from. */
#include "tests/contract/stage.h"

#include <poll.h>
#include <stdatomic.h>
#include <unistd.h>

#define OTHER_KEY "bctrl_contract_tests_2"

static const struct answer rejected = {
    .status = 401,
    .type = "application/json",
    .body = "{\"error\":\"no such key\",\"code\":\"auth.invalid\",\"requestId\":\"r-401\"}",
};

static void reject_all(struct server *server)
{
    server_on(server, "GET", CHECKOUT_LEASES, rejected);
    server_on(server, "GET", "/v1/spaces/" OPS "/runtimes", rejected);
    server_on(server, "GET", "/v1/spaces", rejected);
}

/* A viewer that had all, and whose key was rejected then. */
static struct viewer *open_rejected(struct stage *stage, const struct client_options *options)
{
    world_serve_small(stage->server);
    stage->viewer = viewer_open(options);
    viewer_wait_ready(stage->viewer);
    reject_all(stage->server);
    VIEWER_UNTIL(stage->viewer, viewer_server_trouble(stage->viewer) == TROUBLE_UNAUTHORISED);
    return stage->viewer;
}

static struct viewer *open_usual(struct stage *stage)
{
    struct client_options options = viewer_options(stage->server);
    return open_rejected(stage, &options);
}

static void wait_well(struct stage *stage, const char *bearer)
{
    VIEWER_UNTIL(stage->viewer, viewer_server_trouble(stage->viewer) == TROUBLE_NONE);
    size_t rounds = server_count(stage->server, "GET", CHECKOUT_LEASES);
    VIEWER_UNTIL(stage->viewer, server_count(stage->server, "GET", CHECKOUT_LEASES) >= rounds + 3);
    const struct request *last = server_last(stage->server, "GET", "**");
    assert_string_equal(request_header(last, "authorization"), bearer);
    assert_int_equal(viewer_server_trouble(stage->viewer), TROUBLE_NONE);
}

static void test_a_rejected_key_stops_the_asking(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open_usual(stage);
    const struct source_state *all = &viewer->seen->server;
    assert_string_equal(all->trouble->sentence,
                        "HTTP 401 auth.invalid: no such key (request r-401)");
    assert_string_equal(all->trouble->code, "auth.invalid");
    assert_true(all->retry_ms == SCHEDULE_NEVER);
    size_t before = server_count(stage->server, "*", "**");
    stage_pass_time(8);
    assert_int_equal(server_count(stage->server, "*", "**"), before);
    assert_int_equal(viewer_state(viewer, LEASE_ONE), LEASE_ACTIVE);
}

static void test_a_key_can_be_given(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open_usual(stage);
    size_t before = server_count(stage->server, "GET", "**");
    world_serve_small(stage->server);
    assert_true(client_key(viewer->client, secret_copy(OTHER_KEY)));
    wait_well(stage, "Bearer " OTHER_KEY);
    const struct request *first = server_nth(stage->server, "GET", "**", before);
    assert_string_equal(request_header(first, "authorization"), "Bearer " OTHER_KEY);
}

/* As long as it is not known whether the key is good, one request asks for all. */
static void test_a_second_wrong_key_is_tried_once(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open_usual(stage);
    size_t before = server_count(stage->server, "GET", "**");
    assert_true(client_key(viewer->client, secret_copy(OTHER_KEY)));
    assert_true(server_wait(stage->server, "GET", "**", before + 1, VIEWER_PATIENCE_MS));
    VIEWER_UNTIL(viewer, viewer_server_trouble(viewer) == TROUBLE_UNAUTHORISED);
    stage_pass_time(5);
    assert_int_equal(server_count(stage->server, "GET", "**"), before + 1);
}

/* It may have been allowed again meanwhile. */
static void test_refresh_tries_the_same_key_again(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open_usual(stage);
    size_t before = server_count(stage->server, "GET", "**");
    client_refresh(viewer->client);
    assert_true(server_wait(stage->server, "GET", "**", before + 1, VIEWER_PATIENCE_MS));
    VIEWER_UNTIL(viewer, viewer_server_trouble(viewer) == TROUBLE_UNAUTHORISED);
    stage_pass_time(5);
    assert_int_equal(server_count(stage->server, "GET", "**"), before + 1);
    world_serve_small(stage->server);
    client_refresh(viewer->client);
    wait_well(stage, "Bearer " VIEWER_KEY);
}

/* An answer to a request that went out with the old key says nothing about the new one. */
static void test_a_late_rejection_is_of_the_old_key(void **state)
{
    struct stage *stage = *state;
    struct answer late = rejected;
    late.hold = true;
    world_serve_small(stage->server);
    struct viewer *viewer = stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(viewer);
    server_on(stage->server, "GET", CHECKOUT_LEASES, late);
    assert_true(server_wait_held(stage->server, 1, VIEWER_PATIENCE_MS));
    world_serve_small(stage->server);
    assert_true(client_key(viewer->client, secret_copy(OTHER_KEY)));
    viewer_fence(viewer);
    size_t before = server_count(stage->server, "GET", CHECKOUT_LEASES);
    assert_int_equal(server_release(stage->server, "GET", "**"), 1);
    VIEWER_UNTIL(viewer, (assert_int_equal(viewer_server_trouble(viewer), TROUBLE_NONE),
                          server_count(stage->server, "GET", CHECKOUT_LEASES) >= before + 3));
}

/* The answer to a request that went out with a key before may say that one again. */
static void test_a_key_before_is_not_repeated(void **state)
{
    struct stage *stage = *state;
    world_serve_small(stage->server);
    struct viewer *viewer = stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(viewer);
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              ANSWER_JSON(500, "{\"error\":\"it broke on " VIEWER_KEY "\"}", .hold = true));
    assert_true(server_wait_held(stage->server, 1, VIEWER_PATIENCE_MS));
    assert_true(client_key(viewer->client, secret_copy(OTHER_KEY)));
    assert_true(client_key(viewer->client, secret_copy(OTHER_KEY "3")));
    viewer_fence(viewer);
    assert_int_equal(server_release(stage->server, "GET", "**"), 1);
    VIEWER_UNTIL(viewer, viewer_trouble(viewer, CHECKOUT) == TROUBLE_SERVER);
    const char *sentence = viewer_runtime(viewer, CHECKOUT)->state.trouble->sentence;
    assert_non_null(strstr(sentence, "it broke on ***"));
    if (strstr(sentence, "bctrl_") != NULL)
        fail_msg("it repeats the key");
}

/* Nor is what a list or a lease says of itself repeated; an id with a key in it leads nowhere. */
static void test_a_key_in_a_list_is_not_repeated(void **state)
{
    static const char named[] =
        "[{\"id\":\"" LEASE_ONE "\",\"status\":\"active\",\"protocol\":\"cdp " VIEWER_KEY
        "!\",\"runId\":\"" VIEWER_KEY "\"},"
        "{\"id\":\"x-" VIEWER_KEY "\",\"status\":\"active\"}]";
    struct stage *stage = *state;
    world_serve_small(stage->server);
    server_on(stage->server, "GET", CHECKOUT_LEASES, ANSWER_JSON(200, named));
    struct viewer *viewer = stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(viewer);
    const struct lease *lease = viewer_lease(viewer, LEASE_ONE);
    assert_non_null(lease);
    assert_string_equal(lease->protocol, "cdp **********************!");
    assert_string_equal(lease->run_id, "**********************");
    assert_false(lease->unaddressable);
    lease = viewer_lease(viewer, "x-**********************");
    assert_non_null(lease);
    assert_true(lease->unaddressable);
    assert_null(viewer_lease(viewer, "x-" VIEWER_KEY));
}

/* ---- A place where another key may come from */

struct place {
    int fds[2];
    const char *key; /* NULL: it cannot be read */
    atomic_int reads;
};

static struct secret *place_read(void *context, struct error *error)
{
    struct place *place = context;
    char bytes[16];
    place->reads++;
    if (place->key == NULL) {
        error_set(error, ERROR_USAGE, "the drawer is locked");
        return NULL;
    }
    struct pollfd polled = {.fd = place->fds[0], .events = POLLIN};
    if (poll(&polled, 1, 0) == 1)
        (void)!read(place->fds[0], bytes, sizeof bytes);
    return secret_copy(place->key);
}

static struct client_options place_options(struct server *server, struct place *place)
{
    struct client_options options = viewer_options(server);
    assert_int_equal(pipe(place->fds), 0);
    options.key_read = place_read;
    options.key_context = place;
    options.key_fd = place->fds[0];
    return options;
}

static void place_clear(struct stage *stage, struct place *place)
{
    viewer_close(stage->viewer);
    stage->viewer = NULL;
    close(place->fds[0]);
    close(place->fds[1]);
}

static void test_a_changed_key_file_is_taken_up(void **state)
{
    struct stage *stage = *state;
    struct place place = {.key = OTHER_KEY};
    struct client_options options = place_options(stage->server, &place);
    struct viewer *viewer = open_rejected(stage, &options);
    viewer_fence(viewer);
    assert_int_equal(place.reads, 0); /* nothing has changed there */
    world_serve_small(stage->server);
    assert_int_equal(write(place.fds[1], "!", 1), 1);
    wait_well(stage, "Bearer " OTHER_KEY);
    assert_int_equal(place.reads, 1);
    place_clear(stage, &place);
}

/* A change that came before the rejection is not lost. */
static void test_an_earlier_change_counts_too(void **state)
{
    struct stage *stage = *state;
    struct place place = {.key = OTHER_KEY};
    struct client_options options = place_options(stage->server, &place);
    world_serve_small(stage->server);
    stage->viewer = viewer_open(&options);
    viewer_wait_ready(stage->viewer);
    assert_int_equal(write(place.fds[1], "!", 1), 1);
    viewer_fence(stage->viewer);
    assert_int_equal(place.reads, 0); /* the key in use is good */
    server_then(stage->server, "GET", CHECKOUT_LEASES, rejected,
                LISTING(stage->server, {.id = LEASE_ONE, .runtime = CHECKOUT}));
    VIEWER_UNTIL(stage->viewer, place.reads == 1);
    wait_well(stage, "Bearer " OTHER_KEY);
    place_clear(stage, &place);
}

static void test_refresh_looks_there_too(void **state)
{
    struct stage *stage = *state;
    struct place place = {.key = OTHER_KEY};
    struct client_options options = place_options(stage->server, &place);
    options.key_fd = -1; /* as with an editor on a file system that tells nothing */
    struct viewer *viewer = open_rejected(stage, &options);
    world_serve_small(stage->server);
    client_refresh(viewer->client);
    wait_well(stage, "Bearer " OTHER_KEY);
    assert_int_equal(place.reads, 1);
    place_clear(stage, &place);
}

/* The key that was rejected is still there: no request is wasted on it. */
static void test_the_same_key_is_no_news(void **state)
{
    struct stage *stage = *state;
    struct place place = {.key = VIEWER_KEY};
    struct client_options options = place_options(stage->server, &place);
    struct viewer *viewer = open_rejected(stage, &options);
    size_t before = server_count(stage->server, "GET", "**");
    assert_int_equal(write(place.fds[1], "!", 1), 1);
    VIEWER_UNTIL(viewer, place.reads == 1);
    stage_pass_time(3);
    assert_int_equal(server_count(stage->server, "GET", "**"), before);
    assert_int_equal(viewer_server_trouble(viewer), TROUBLE_UNAUTHORISED);
    place_clear(stage, &place);
}

static void test_a_place_that_cannot_be_read_is_told(void **state)
{
    struct stage *stage = *state;
    struct place place = {.key = NULL};
    struct client_options options = place_options(stage->server, &place);
    struct viewer *viewer = open_rejected(stage, &options);
    client_refresh(viewer->client);
    struct message *notice = viewer_message(viewer, MESSAGE_NOTICE, 0);
    assert_string_equal(notice->sentence, "the key cannot be read again: the drawer is locked");
    message_free(notice);
    assert_int_equal(place.reads, 1);
    place_clear(stage, &place);
}

/* ---- A write that is rejected */

static uint64_t revoke_rejected(struct viewer *viewer, struct server *server)
{
    const struct identity lease = world_lease(CHECKOUT, LEASE_ONE);
    server_on(server, "DELETE", DELETE_PATH, rejected);
    uint64_t id = client_revoke(viewer->client, &lease, 0);
    VIEWER_UNTIL(viewer, viewer_phase(viewer, id, INTENT_FAILED));
    assert_int_equal(viewer_intent(viewer, id)->trouble->kind, TROUBLE_UNAUTHORISED);
    return id;
}

/* The lists tell at once whether the key is bad altogether. */
static void test_a_write_can_show_that_the_key_is_bad(void **state)
{
    struct stage *stage = *state;
    struct client_options options = viewer_options(stage->server);
    options.interval_ms = 600000;
    world_serve_small(stage->server);
    struct viewer *viewer = stage->viewer = viewer_open(&options);
    viewer_wait_ready(viewer);
    reject_all(stage->server);
    revoke_rejected(viewer, stage->server);
    VIEWER_UNTIL(viewer, viewer_server_trouble(viewer) == TROUBLE_UNAUTHORISED);
    assert_int_equal(server_count(stage->server, "GET", "**"), 4);
}

/* One that may only read goes on reading. */
static void test_a_rejected_write_does_not_end_the_reading(void **state)
{
    struct stage *stage = *state;
    world_serve_small(stage->server);
    struct viewer *viewer = stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(viewer);
    revoke_rejected(viewer, stage->server);
    server_on(stage->server, "GET", CHECKOUT_LEASES, LISTING_NONE);
    VIEWER_UNTIL(viewer, viewer_state(viewer, LEASE_ONE) == LEASE_ENDED);
    wait_well(stage, "Bearer " VIEWER_KEY);
}

static const struct CMUnitTest tests[] = {
    STAGED(test_a_rejected_key_stops_the_asking),
    STAGED(test_a_key_can_be_given),
    STAGED(test_a_second_wrong_key_is_tried_once),
    STAGED(test_refresh_tries_the_same_key_again),
    STAGED(test_a_late_rejection_is_of_the_old_key),
    STAGED(test_a_key_before_is_not_repeated),
    STAGED(test_a_key_in_a_list_is_not_repeated),
    STAGED(test_a_changed_key_file_is_taken_up),
    STAGED(test_an_earlier_change_counts_too),
    STAGED(test_refresh_looks_there_too),
    STAGED(test_the_same_key_is_no_news),
    STAGED(test_a_place_that_cannot_be_read_is_told),
    STAGED(test_a_write_can_show_that_the_key_is_bad),
    STAGED(test_a_rejected_write_does_not_end_the_reading),
};

int main(void)
{
    return cmocka_run_group_tests_name("key", tests, viewer_global_setup, viewer_global_teardown);
}
