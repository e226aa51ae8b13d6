/* Random requests to a client of a server that answers at random, for the sanitizers to watch, and
 * with what must hold whatever happens: no create goes out twice, no write is told of that nobody
 * asked for, and at the end all is let go. TEST_SEED=N repeats the requests of a run. */
#include "tests/contract/stage.h"

enum { RUNTIMES = 6, LEASES_EACH = 4, STEPS = 3000, BURST = 8, TURN_MS = 10, AT_MOST_MS = 4000 };

struct stress {
    struct server *server;
    struct viewer *viewer;
    struct chance chance;
    uint64_t last_id; /* of a write */
    size_t creates, revokes;
    size_t touched; /* bytes read in snapshots, so that reading them is not for nothing */
    bool down;
};

static int below(struct stress *stress, int count)
{
    return (int)chance_below(&stress->chance, count);
}

/* ---- The world */

static const char *runtime_id(int number)
{
    static const char *const ids[RUNTIMES] = {"rt-0", "rt-1", "rt-2", "rt-3", "rt-4", "rt-5"};
    return ids[number];
}

static char *list_of(struct stress *stress, const char *runtime)
{
    struct contract_lease leases[LEASES_EACH + 1] = {0};
    char ids[LEASES_EACH][32];
    for (int i = 0; i < LEASES_EACH; i++) {
        snprintf(ids[i], sizeof ids[i], "%s-lease-%d", runtime, below(stress, LEASES_EACH * 2));
        leases[i] = (struct contract_lease){.id = ids[i],
                                            .runtime = runtime,
                                            .age_s = below(stress, 3) - 1,
                                            .left_s = below(stress, 100) - 3,
                                            .revoked_s = below(stress, 4) == 0};
    }
    return contract_leases(server_now(stress->server), leases);
}

static const struct answer rude[] = {
    {.until = UNTIL_START, .end = END_CLOSE},
    {.until = UNTIL_START, .end = END_RESET},
    {.until = UNTIL_START, .end = END_STALL},
    {.body = "{\"connections\":[]}", .until = UNTIL_HEADER, .end = END_CLOSE},
    {.body = "{\"connections\":[]}", .until = UNTIL_BODY, .end = END_RESET},
    {.body = "[]", .body_fill = 500, .drip_ms = 1, .drip_bytes = 10},
    {.status = 500, .body = "{\"error\":\"no\"}"},
    {.status = 403, .body = "{\"error\":\"no\"}"},
    {.status = 404, .body = "{\"error\":\"no\"}"},
    {.status = 404, .type = "text/html", .body = "<html>"},
    {.status = 401, .body = "{\"error\":\"no\"}"},
    {.status = 429, .headers = "Retry-After: 0\r\n"},
    {.status = 302, .headers = "Location: /v1/spaces\r\n"},
    {.body = "not JSON"},
    {.body = "[]", .end = END_NEXT},
};

static struct answer some_answer(struct stress *stress, char *body)
{
    struct answer answer = {.type = "application/json", .body_take = body};
    if (below(stress, 3) == 0) {
        free(body);
        return rude[below(stress, COUNT(rude))];
    }
    answer.gzip = below(stress, 2) == 0;
    answer.framing = (enum answer_framing)below(stress, 3);
    return answer;
}

static void change_the_world(struct stress *stress)
{
    const char *runtime = runtime_id(below(stress, RUNTIMES));
    char *path = contract_format("/v1/spaces/" OPS "/runtimes/%s/connections", runtime);
    char *lease = contract_format("%s-lease-%d", runtime, below(stress, LEASES_EACH * 2));
    const struct contract_lease made = {.id = lease, .runtime = runtime};
    time_t now = server_now(stress->server);
    switch (below(stress, 4)) {
    case 0:
        server_on(stress->server, "POST", path, some_answer(stress, contract_created(now, &made)));
        break;
    case 1:
        server_on(stress->server, "DELETE", DELETE_PATH,
                  some_answer(stress, contract_lease(now, &made)));
        break;
    case 2:
        server_date(stress->server, DATE_OFFSET, below(stress, 100));
        break;
    default:
        server_on(stress->server, "GET", path, some_answer(stress, list_of(stress, runtime)));
    }
    free(path);
    free(lease);
}

static void change_the_runtimes(struct stress *stress)
{
    struct contract_runtime runtimes[RUNTIMES + 1] = {0};
    size_t count = 0;
    for (int i = 0; i < RUNTIMES; i++) {
        if (below(stress, 4) != 0)
            runtimes[count++] = (struct contract_runtime){.id = runtime_id(i), .name = "name"};
    }
    server_on(stress->server, "GET", "/v1/spaces/" OPS "/runtimes",
              ANSWER_MADE(200, contract_runtimes(runtimes)));
}

static void go_or_come(struct stress *stress)
{
    if (below(stress, 10) != 0)
        return;
    if (stress->down)
        server_up(stress->server);
    else
        server_down(stress->server);
    stress->down = !stress->down;
}

/* ---- Requests */

static void ask_show(struct stress *stress)
{
    struct identity shown[RUNTIMES];
    size_t count = 0;
    for (int i = 0; i < RUNTIMES; i++) {
        if (below(stress, 2) == 0)
            shown[count++] = world_lease(runtime_id(i), "");
    }
    assert_true(client_show(stress->viewer->client, shown, count));
}

static void ask_refresh(struct stress *stress)
{
    assert_true(client_refresh(stress->viewer->client));
}

static void ask_pause(struct stress *stress)
{
    assert_true(client_pause(stress->viewer->client, below(stress, 4) == 0));
}

static void ask_create(struct stress *stress)
{
    const struct identity runtime = world_lease(runtime_id(below(stress, RUNTIMES)), "");
    uint64_t id = client_create(stress->viewer->client, &runtime, "cdp", below(stress, 7200),
                                below(stress, 2) == 0 ? "{\"a\":1}" : NULL);
    assert_int_equal(id, ++stress->last_id);
    stress->creates++;
}

static void ask_revoke(struct stress *stress)
{
    const char *runtime = runtime_id(below(stress, RUNTIMES));
    char *lease = contract_format("%s-lease-%d", runtime, below(stress, LEASES_EACH * 2));
    const struct identity identity = world_lease(runtime, lease);
    uint64_t id = client_revoke(stress->viewer->client, &identity, below(stress, 40) - 10);
    assert_int_equal(id, ++stress->last_id);
    stress->revokes++;
    free(lease);
}

static void ask_cancel(struct stress *stress)
{
    uint64_t id = stress->last_id - (uint64_t)below(stress, 4);
    assert_true(client_cancel(stress->viewer->client, id));
}

static void ask_secret(struct stress *stress)
{
    const char *runtime = runtime_id(below(stress, RUNTIMES));
    char *lease = contract_format("%s-lease-%d", runtime, below(stress, LEASES_EACH * 2));
    const struct identity identity = world_lease(runtime, lease);
    assert_true(client_secret(stress->viewer->client, &identity, 1 + (uint64_t)below(stress, 9)));
    free(lease);
}

static void ask_key(struct stress *stress)
{
    assert_true(client_key(stress->viewer->client, secret_copy("bctrl_another")));
}

static void ask_dismiss(struct stress *stress)
{
    assert_true(client_dismiss(stress->viewer->client));
}

/* ---- Reading */

static void touch_state(struct stress *stress, const struct source_state *state)
{
    stress->touched += state->trouble != NULL ? strlen(state->trouble->sentence) : 0;
}

static void touch_snapshot(struct stress *stress, const struct snapshot *seen)
{
    touch_state(stress, &seen->server);
    for (size_t i = 0; i < seen->runtime_count; i++) {
        const struct snapshot_runtime *one = &seen->runtimes[i];
        touch_state(stress, &one->state);
        stress->touched += strlen(one->runtime->name) + strlen(one->space->name);
        for (size_t j = 0; one->leases != NULL && j < one->leases->count; j++) {
            const struct lease *lease = &one->leases->leases[j];
            stress->touched += strlen(lease->id) + strlen(lease->protocol) + strlen(lease->status);
            stress->touched +=
                holdings_find(seen->holdings, OPS, one->runtime->id, lease->id) != NULL;
        }
    }
    for (size_t i = 0; seen->intents != NULL && i < seen->intents->count; i++)
        stress->touched += strlen(seen->intents->items[i].lease.lease_id);
}

static void read_all(struct stress *stress)
{
    if (viewer_glance(stress->viewer) && stress->viewer->seen != NULL)
        touch_snapshot(stress, stress->viewer->seen);
    for (struct message *message; (message = stress->viewer->first) != NULL;) {
        stress->viewer->first = message->next;
        if (message->next == NULL)
            stress->viewer->end = &stress->viewer->first;
        if (message->kind == MESSAGE_WRITE)
            assert_in_range(message->id, 1, stress->last_id);
        message_free(message);
    }
}

static void test_whatever_happens(void **state)
{
    static void (*const actions[])(struct stress *) = {
        ask_show,   ask_refresh,         ask_pause,        ask_create,  ask_revoke,
        ask_cancel, ask_secret,          ask_key,          ask_dismiss, change_the_world,
        go_or_come, change_the_runtimes, change_the_world,
    };
    struct stage *stage = *state;
    struct stress stress = {.server = stage->server, .chance = chance_new()};
    struct client_options options = viewer_options(stage->server);
    options.interval_ms = 5;
    options.read_timeout_ms = options.write_timeout_ms = 100;
    options.surfaces_ms = 500;
    server_on(stage->server, "GET", "/v1/spaces",
              ANSWER_MADE(200, contract_spaces(SPACES({.id = OPS, .name = "ops"}))));
    change_the_runtimes(&stress);
    stress.viewer = stage->viewer = viewer_open(&options);
    long long until_ms = support_now_ms() + AT_MOST_MS;
    for (int i = 0; i < STEPS && support_now_ms() < until_ms; i++) {
        actions[below(&stress, COUNT(actions))](&stress);
        read_all(&stress);
        /* Now and then the network has its turn. */
        long long turn_ms = support_now_ms() + TURN_MS;
        while (i % BURST == 0 && support_now_ms() < turn_ms)
            viewer_look(stress.viewer);
    }
    if (stress.down)
        server_up(stage->server);
    client_stop(stress.viewer->client, 500);
    read_all(&stress);
    size_t posts = server_count(stage->server, "POST", "**");
    printf("# %zu requests arrived: %zu POST of %zu creates, %zu DELETE of %zu revokes\n",
           server_count(stage->server, "*", "**"), posts, stress.creates,
           server_count(stage->server, "DELETE", "**"), stress.revokes);
    assert_true(posts <= stress.creates);
    assert_true(posts > 0 && stress.touched > 0);
}

static const struct CMUnitTest tests[] = {
    STAGED(test_whatever_happens),
};

int main(void)
{
    return cmocka_run_group_tests_name("stress", tests, viewer_global_setup,
                                       viewer_global_teardown);
}
