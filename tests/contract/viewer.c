/* viewer: see viewer.h. */
#include "tests/contract/viewer.h"

#include "api/decode.h"
#include "api/http.h"

#include <poll.h>

enum { GLANCE_MS = 20 };

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

void viewer_expect(struct viewer *viewer, uint64_t id, enum intent_phase phase, bool found)
{
    struct message *message = viewer_message(viewer, MESSAGE_WRITE, id);
    if (message->phase != phase)
        fail_msg("phase %d and not %d: %s", (int)message->phase, (int)phase,
                 message->trouble != NULL ? message->trouble->sentence : "no trouble");
    assert_int_equal(message->found, found);
    message_free(message);
}

/* Twice: the answer to the second request comes after the step that followed the first. */
void viewer_fence(struct viewer *viewer)
{
    const struct identity nobody = world_lease("fence", "fence");
    for (uint64_t token = 1ull << 40; token < (1ull << 40) + 2; token++) {
        assert_true(client_secret(viewer->client, &nobody, token));
        message_free(viewer_message(viewer, MESSAGE_ENDPOINT, token));
    }
}

/* ---- Asking */

uint64_t viewer_create(struct viewer *viewer, int ttl_s, const char *options)
{
    const struct identity runtime = world_lease(CHECKOUT, "");
    uint64_t id = client_create(viewer->client, &runtime, "cdp", ttl_s, options);
    assert_int_not_equal(id, 0);
    return id;
}

uint64_t viewer_revoke(struct viewer *viewer, const char *runtime, const char *lease,
                       int64_t grace_ms)
{
    const struct identity identity = world_lease(runtime, lease);
    uint64_t id = client_revoke(viewer->client, &identity, grace_ms);
    assert_int_not_equal(id, 0);
    return id;
}

struct endpoint *viewer_endpoint(struct viewer *viewer, const char *lease)
{
    const struct identity identity = world_lease(CHECKOUT, lease);
    assert_true(client_secret(viewer->client, &identity, 77));
    struct message *message = viewer_message(viewer, MESSAGE_ENDPOINT, 77);
    struct endpoint *endpoint = message->endpoint;
    message->endpoint = NULL;
    assert_int_equal(identity_compare(&message->identity, &identity), 0);
    message_free(message);
    return endpoint;
}

/* ---- For main */

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
