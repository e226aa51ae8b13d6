/* stage: see stage.h. */
#include "tests/contract/stage.h"

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

struct viewer *stage_open(struct stage *stage, int interval_ms)
{
    struct client_options options = viewer_options(stage->server);
    options.interval_ms = interval_ms;
    world_serve(stage->server);
    stage->viewer = viewer_open(&options);
    viewer_wait_ready(stage->viewer);
    return stage->viewer;
}

void stage_pass_time(int rounds)
{
    struct server *server = server_start();
    world_serve_small(server);
    struct viewer *witness = viewer_of(server);
    VIEWER_UNTIL(witness, server_count(server, "GET", CHECKOUT_LEASES) >= (size_t)rounds);
    viewer_close(witness);
    server_stop(server);
}
