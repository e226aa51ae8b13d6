/* viewer: see viewer.h. */
#include "tests/contract/viewer.h"

#include "api/decode.h"
#include "api/http.h"

#include <poll.h>

enum { GLANCE_MS = 20 };

/* ---- The world */

void world_serve(struct server *server)
{
    contract_serve(
        server, SPACES({.id = OPS, .name = "ops"}),
        RUNTIMES({.id = CHECKOUT, .name = "checkout"}, {.id = NIGHTLY, .name = "nightly"}),
        LEASES({.id = LEASE_ONE, .runtime = CHECKOUT}, {.id = LEASE_TWO, .runtime = NIGHTLY}));
}

void world_serve_small(struct server *server)
{
    contract_serve(server, SPACES({.id = OPS, .name = "ops"}),
                   RUNTIMES({.id = CHECKOUT, .name = "checkout"}),
                   LEASES({.id = LEASE_ONE, .runtime = CHECKOUT}));
}

struct identity lease_in(const char *runtime, const char *lease)
{
    return (struct identity){(char *)OPS, (char *)runtime, (char *)lease};
}

/* ---- The client */

struct client_options viewer_options(struct server *server)
{
    return (struct client_options){
        .base_url = server_url(server),
        .interval_ms = 20,
        .per_second = 1000,
        .connect_timeout_ms = VIEWER_PATIENCE_MS,
        .read_timeout_ms = VIEWER_PATIENCE_MS,
        .write_timeout_ms = VIEWER_PATIENCE_MS,
        .key = secret_copy(VIEWER_KEY),
        .key_fd = -1,
    };
}

struct viewer *viewer_open(const struct client_options *options)
{
    struct error error = {0};
    struct viewer *viewer = support_need(calloc(1, sizeof *viewer));
    viewer->end = &viewer->first;
    viewer->client = client_new(options, &error);
    if (viewer->client == NULL)
        support_die("client_new: %s", error.sentence);
    return viewer;
}

struct viewer *viewer_of(struct server *server)
{
    struct client_options options = viewer_options(server);
    return viewer_open(&options);
}

void viewer_close(struct viewer *viewer)
{
    if (viewer == NULL)
        return;
    client_free(viewer->client);
    snapshot_unref(viewer->seen);
    for (struct message *message; (message = viewer->first) != NULL;) {
        viewer->first = message->next;
        message_free(message);
    }
    free(viewer);
}

static void take_messages(struct viewer *viewer)
{
    bool overflowed;
    struct message *message;
    while ((message = client_message_take(viewer->client, &overflowed)) != NULL || overflowed) {
        viewer->overflowed |= overflowed;
        if (message == NULL)
            continue;
        message->next = NULL;
        *viewer->end = message;
        viewer->end = &message->next;
    }
}

static bool take_snapshot(struct viewer *viewer)
{
    const struct snapshot *fresh = client_snapshot_take(viewer->client);
    if (fresh == NULL)
        return false;
    snapshot_unref(viewer->seen);
    viewer->seen = fresh;
    return true;
}

bool viewer_glance(struct viewer *viewer)
{
    struct message **before = viewer->end;
    client_look(viewer->client);
    take_messages(viewer);
    return take_snapshot(viewer) || viewer->end != before;
}

void viewer_look(struct viewer *viewer)
{
    struct pollfd polled = {.fd = client_fd(viewer->client), .events = POLLIN};
    if (!viewer_glance(viewer))
        poll(&polled, 1, GLANCE_MS);
}

/* ---- What it shows */

const struct snapshot_runtime *viewer_runtime(const struct viewer *viewer, const char *id)
{
    for (size_t i = 0; viewer->seen != NULL && i < viewer->seen->runtime_count; i++) {
        if (strcmp(viewer->seen->runtimes[i].runtime->id, id) == 0)
            return &viewer->seen->runtimes[i];
    }
    return NULL;
}

const struct lease *viewer_lease(const struct viewer *viewer, const char *id)
{
    const struct lease *lease = NULL;
    for (size_t i = 0; viewer->seen != NULL && i < viewer->seen->runtime_count; i++) {
        if (lease == NULL)
            lease = part_lease(viewer->seen->runtimes[i].leases, id);
    }
    return lease;
}

int viewer_state(const struct viewer *viewer, const char *lease)
{
    const struct lease *found = viewer_lease(viewer, lease);
    return found == NULL ? -1 : (int)lease_state(found, snapshot_server_ms(viewer->seen));
}

enum trouble_kind viewer_trouble(const struct viewer *viewer, const char *runtime)
{
    const struct snapshot_runtime *found = viewer_runtime(viewer, runtime);
    return found == NULL || found->state.trouble == NULL ? TROUBLE_NONE
                                                         : found->state.trouble->kind;
}

enum trouble_kind viewer_server_trouble(const struct viewer *viewer)
{
    return viewer->seen == NULL || viewer->seen->server.trouble == NULL
               ? TROUBLE_NONE
               : viewer->seen->server.trouble->kind;
}

const struct intent_view *viewer_intent(const struct viewer *viewer, uint64_t id)
{
    const struct intents_view *view = viewer->seen != NULL ? viewer->seen->intents : NULL;
    for (size_t i = 0; view != NULL && i < view->count; i++) {
        if (view->items[i].id == id)
            return &view->items[i];
    }
    return NULL;
}

bool viewer_phase(const struct viewer *viewer, uint64_t id, enum intent_phase phase)
{
    const struct intent_view *intent = viewer_intent(viewer, id);
    return intent != NULL && intent->phase == phase;
}

enum secret_state viewer_secret(const struct viewer *viewer, const char *runtime, const char *lease)
{
    const struct holding *holding =
        viewer->seen != NULL ? holdings_find(viewer->seen->holdings, OPS, runtime, lease) : NULL;
    return holding != NULL ? holding->state : SECRET_NEVER;
}

bool viewer_answered(const struct viewer *viewer, const char *runtime)
{
    const struct snapshot_runtime *found = viewer_runtime(viewer, runtime);
    return found != NULL && found->leases != NULL && found->state.answered_ms != 0;
}

const char *viewer_says(const struct viewer *viewer)
{
    static char text[4096];
    const struct snapshot *seen = viewer->seen;
    size_t used = 0, size = sizeof text;
    text[0] = '\0';
    if (seen == NULL)
        return "  no snapshot yet";
#define SAY(...) used += used < size ? (size_t)snprintf(text + used, size - used, __VA_ARGS__) : 0
    SAY("  server: %s\n", seen->server.trouble != NULL ? seen->server.trouble->sentence : "well");
    for (size_t i = 0; i < seen->space_count; i++)
        SAY("  space %.8s: %s\n", seen->spaces[i].space->id,
            seen->spaces[i].state.trouble != NULL ? seen->spaces[i].state.trouble->sentence
                                                  : "well");
    for (size_t i = 0; i < seen->runtime_count; i++) {
        const struct snapshot_runtime *one = &seen->runtimes[i];
        SAY("  runtime %.8s: %zu leases, %s\n", one->runtime->id,
            one->leases != NULL ? one->leases->count : 0,
            one->state.trouble != NULL ? one->state.trouble->sentence : "well");
    }
    for (size_t i = 0; seen->intents != NULL && i < seen->intents->count; i++) {
        const struct intent_view *one = &seen->intents->items[i];
        SAY("  write %llu: phase %d, %s\n", (unsigned long long)one->id, (int)one->phase,
            one->trouble != NULL ? one->trouble->sentence : "no trouble");
    }
#undef SAY
    return text;
}

/* ---- Waiting */

static bool ready(const struct viewer *viewer)
{
    const struct snapshot *seen = viewer->seen;
    if (seen == NULL || !seen->catalog_settled || seen->runtime_count == 0)
        return false;
    for (size_t i = 0; i < seen->runtime_count; i++) {
        if (!viewer_answered(viewer, seen->runtimes[i].runtime->id))
            return false;
    }
    return true;
}

void viewer_wait_ready(struct viewer *viewer)
{
    VIEWER_UNTIL(viewer, ready(viewer));
}

static struct message *message_take(struct viewer *viewer, enum message_kind kind, uint64_t id)
{
    struct message **link = &viewer->first, *message;
    while ((message = *link) != NULL && (message->kind != kind || (id != 0 && message->id != id)))
        link = &message->next;
    if (message == NULL)
        return NULL;
    *link = message->next;
    if (message->next == NULL)
        viewer->end = link;
    message->next = NULL;
    return message;
}

struct message *viewer_message(struct viewer *viewer, enum message_kind kind, uint64_t id)
{
    struct message *message = NULL;
    VIEWER_UNTIL(viewer, (message = message_take(viewer, kind, id)) != NULL);
    return message;
}

/* Twice: the answer to the second request comes after the step that followed the first. */
void viewer_fence(struct viewer *viewer)
{
    const struct identity nobody = lease_in("fence", "fence");
    for (uint64_t token = 1ull << 40; token < (1ull << 40) + 2; token++) {
        assert_true(client_secret(viewer->client, &nobody, token));
        message_free(viewer_message(viewer, MESSAGE_ENDPOINT, token));
    }
}

void viewer_let_time_pass(int rounds)
{
    struct server *server = server_start();
    world_serve_small(server);
    struct viewer *witness = viewer_of(server);
    VIEWER_UNTIL(witness, server_count(server, "GET", CHECKOUT_LEASES) >= (size_t)rounds);
    viewer_close(witness);
    server_stop(server);
}

long long server_gap_ms(struct server *server, const char *method, const char *pattern,
                        size_t first, size_t second)
{
    const struct request *one = server_nth(server, method, pattern, first);
    const struct request *other = server_nth(server, method, pattern, second);
    assert_non_null(one);
    assert_non_null(other);
    return other->at_ms - one->at_ms;
}

/* ---- The fixture */

int stage_setup(void **state)
{
    struct stage *stage = support_need(calloc(1, sizeof *stage));
    stage->given = *state;
    stage->server = server_start();
    *state = stage;
    return 0;
}

int stage_teardown(void **state)
{
    struct stage *stage = *state;
    viewer_close(stage->viewer);
    server_stop(stage->server);
    free(stage);
    return 0;
}

int viewer_global_setup(void **state)
{
    (void)state;
    struct error error = {0};
    decode_global_init();
    if (!http_global_init(&error))
        support_die("%s", error.sentence);
    return 0;
}

int viewer_global_teardown(void **state)
{
    (void)state;
    http_global_clear();
    return 0;
}
