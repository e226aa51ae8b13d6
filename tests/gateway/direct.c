/* direct: see direct.h. */
#include "tests/gateway/direct.h"

#include "gateway/roster.h"
#include "gateway/routes.h"
#include "tests/support/support.h"

#include <stdio.h>
#include <string.h>

int64_t direct_now_ms;

static int64_t now_ms(void)
{
    return direct_now_ms;
}

void direct_open(struct gateway *gateway)
{
    *gateway = (struct gateway){.key = {DIRECT_KEY},
                                .protocols = PROTOCOL_ALL,
                                .port = 8787,
                                .now_ms = now_ms,
                                .fleet = fleet_new(60 * WHEN_SECOND_MS)};
    direct_now_ms = DIRECT_START_MS;
    if (gateway->fleet == NULL || !roster_plain(gateway->fleet, direct_now_ms))
        support_die("no fleet");
}

void direct_close(struct gateway *gateway)
{
    fleet_free(gateway->fleet);
}

const char *direct_leases(const struct gateway *gateway, size_t runtime, char out[256])
{
    const struct space *space = gateway->fleet->spaces[0];
    snprintf(out, 256, "/v1/spaces/%s/runtimes/%s/connections", space->id,
             space->runtimes[runtime]->id);
    return out;
}

struct request *direct_ask(struct gateway *gateway, const char *method, const char *path,
                           const char *body)
{
    struct request *request = request_new(method);
    if (request == NULL)
        return NULL;
    answer_init(&request->answer, 1, 1);
    request_header_add(request, "Host", "localhost");
    request_header_add(request, "Authorization", "Bearer " DIRECT_KEY);
    request_header_add(request, "Content-Type", "application/json");
    routes_admit(gateway, request, path);
    if (body != NULL)
        request_body_add(request, body, strlen(body));
    routes_answer(gateway, request);
    return request;
}

size_t direct_live(const struct gateway *gateway)
{
    size_t live = 0;
    const struct space *space = gateway->fleet->spaces[0];
    for (size_t r = 0; r < space->runtime_count; r++) {
        fleet_settle(gateway->fleet, space->runtimes[r], direct_now_ms);
        for (size_t i = 0; i < space->runtimes[r]->lease_count; i++)
            live += space->runtimes[r]->leases[i].end == LEASE_LIVE;
    }
    return live;
}
