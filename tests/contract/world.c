/* world: see world.h. */
#include "tests/contract/world.h"

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

struct identity world_lease(const char *runtime, const char *lease)
{
    return (struct identity){(char *)OPS, (char *)runtime, (char *)lease};
}

long long world_gap_ms(struct server *server, const char *method, const char *pattern, size_t first,
                       size_t second)
{
    const struct request *one = server_nth(server, method, pattern, first);
    const struct request *other = server_nth(server, method, pattern, second);
    assert_non_null(one);
    assert_non_null(other);
    return other->at_ms - one->at_ms;
}
