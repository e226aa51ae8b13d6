/* handlers: see handlers.h. */
#include "gateway/handlers.h"

#include "gateway/order.h"
#include "gateway/page.h"
#include "gateway/show.h"

#include <string.h>

/* Where the patterns of routes.c have their names. */
enum { SEGMENT_SPACE = 2, SEGMENT_RUNTIME = 4, SEGMENT_LEASE = 6 };

/* ---- finding what the path names; each refuses if it is not there */

static const char *segment(const struct visit *visit, int n)
{
    return visit->request->path.segments[n];
}

static bool refuse(const struct visit *visit, enum refusal refusal, const char *sentence)
{
    return answer_refuse(&visit->request->answer, refusal, NULL, sentence);
}

static struct space *find_space(const struct visit *visit)
{
    struct space *space = fleet_space_find(visit->gateway->fleet, segment(visit, SEGMENT_SPACE));
    if (space == NULL)
        refuse(visit, REFUSAL_NO_SPACE, "there is no such space");
    return space;
}

struct runtime *visit_runtime(const struct visit *visit)
{
    struct space *space = find_space(visit);
    if (space == NULL)
        return NULL;
    struct runtime *runtime = fleet_runtime_find(space, segment(visit, SEGMENT_RUNTIME));
    if (runtime == NULL)
        refuse(visit, REFUSAL_NO_RUNTIME, "there is no such runtime in this space");
    else
        fleet_settle(visit->gateway->fleet, runtime, visit->now_ms);
    return runtime;
}

/* ---- lists */

/* A list that lost an item is no list: `*items` is NULL then, which ends in a 500. */
static void append(json_t **items, json_t *item)
{
    if (json_array_append_new(*items, item) == 0)
        return;
    json_decref(*items);
    *items = NULL;
}

void handle_list_spaces(const struct visit *visit)
{
    const struct fleet *fleet = visit->gateway->fleet;
    struct page page;
    if (!page_init(&page, visit->request, visit->gateway->page_size))
        return;
    json_t *items = json_array();
    for (size_t i = 0; i < fleet->space_count && !page.more; i++) {
        if (page_takes(&page, i + 1))
            append(&items, show_space(fleet->spaces[i]));
    }
    answer_put(&visit->request->answer, page_wrap(&page, "spaces", items));
}

void handle_list_runtimes(const struct visit *visit)
{
    const struct space *space = find_space(visit);
    struct page page;
    if (space == NULL || !page_init(&page, visit->request, visit->gateway->page_size))
        return;
    json_t *items = json_array();
    for (size_t i = 0; i < space->runtime_count && !page.more; i++) {
        if (page_takes(&page, i + 1))
            append(&items, show_runtime(space->runtimes[i]));
    }
    answer_put(&visit->request->answer, page_wrap(&page, "runtimes", items));
}

void handle_get_runtime(const struct visit *visit)
{
    const struct runtime *runtime = visit_runtime(visit);
    if (runtime != NULL)
        answer_put(&visit->request->answer, show_runtime(runtime));
}

/* With the number of its clients, where there can be any: an extra that the contract does not know.
 */
static json_t *show_watched(const struct visit *visit, const struct runtime *runtime,
                            const struct lease *lease)
{
    json_t *item = show_lease(runtime, lease);
    if (visit->gateway->relay == NULL || lease->token[0] == '\0')
        return item;
    unsigned count = relay_count(visit->gateway->relay, lease->serial);
    if (json_object_set_new(item, "attachedClients", json_integer(count)) == 0)
        return item;
    json_decref(item);
    return NULL;
}

void handle_list_leases(const struct visit *visit)
{
    const struct runtime *runtime = visit_runtime(visit);
    struct page page;
    if (runtime == NULL || !page_init(&page, visit->request, visit->gateway->page_size))
        return;
    json_t *items = json_array();
    for (size_t i = 0; i < runtime->lease_count && !page.more; i++) {
        if (page_takes(&page, runtime->leases[i].serial))
            append(&items, show_watched(visit, runtime, &runtime->leases[i]));
    }
    answer_put(&visit->request->answer, page_wrap(&page, "connections", items));
}

/* ---- writes: the answer is made first, so that nothing has happened if there is no memory for it
 */

/* The lease with its endpoint, or NULL without memory. */
static json_t *show_minted(const struct visit *visit, const struct runtime *runtime,
                           const struct lease *lease)
{
    json_t *body = show_lease(runtime, lease);
    json_t *endpoint = protocol_endpoint(lease->protocol, lease->token, visit->gateway->port);
    if (json_object_set_new(body, "endpoint", endpoint) == 0)
        return body;
    json_decref(body);
    return NULL;
}

/* The answer is written before the lease is added: if there is no memory for it, nothing has
 * happened. */
static void mint(const struct visit *visit, struct runtime *runtime, const struct order *order)
{
    struct lease lease = {.protocol = order->protocol,
                          .created_ms = visit->now_ms,
                          .expires_ms = visit->now_ms + order->ttl_s * (int64_t)WHEN_SECOND_MS,
                          .ended_ms = WHEN_NEVER};
    memcpy(lease.run_id, runtime->run_id, ID_SIZE);
    if (!ids_uuid(lease.id) || !ids_token(lease.token)) {
        refuse(visit, REFUSAL_BROKEN, "no random numbers");
        return;
    }
    json_t *body = show_minted(visit, runtime, &lease);
    if (body != NULL && !fleet_lease_add(visit->gateway->fleet, runtime, &lease)) {
        json_decref(body);
        body = NULL;
    }
    answer_put(&visit->request->answer, body);
}

void handle_create_lease(const struct visit *visit)
{
    struct runtime *runtime = visit_runtime(visit);
    struct order order;
    if (runtime == NULL ||
        !order_read(&order, visit->request, visit->gateway->protocols, visit->gateway->ttl_min_s))
        return;
    if (runtime->status != RUNTIME_ACTIVE)
        refuse(visit, REFUSAL_NOT_ACTIVE, "the runtime is not active");
    else if (fleet_is_full(runtime))
        refuse(visit, REFUSAL_QUOTA, "this runtime holds as many live leases as it can");
    else
        mint(visit, runtime, &order);
}

/* Revoking what has ended stays good, also when it is listed no more. */
static void revoke_unlisted(const struct visit *visit, const struct runtime *runtime)
{
    const struct lease *lease =
        graves_lease(visit->gateway->fleet->graves, runtime, segment(visit, SEGMENT_LEASE));
    if (lease == NULL)
        refuse(visit, REFUSAL_NO_LEASE, "there is no such connection into this runtime");
    else
        answer_put(&visit->request->answer, show_lease(runtime, lease));
}

void handle_revoke_lease(const struct visit *visit)
{
    struct runtime *runtime = visit_runtime(visit);
    if (runtime == NULL)
        return;
    struct lease *lease = fleet_lease_find(runtime, segment(visit, SEGMENT_LEASE));
    if (lease == NULL) {
        revoke_unlisted(visit, runtime);
        return;
    }
    struct lease ended = *lease;
    fleet_lease_end(&ended, LEASE_REVOKED, visit->now_ms);
    json_t *body = show_lease(runtime, &ended);
    if (body != NULL)
        *lease = ended;
    if (body != NULL && visit->gateway->relay != NULL)
        relay_cut(visit->gateway->relay, lease->serial, END_REVOKED);
    answer_put(&visit->request->answer, body);
}
