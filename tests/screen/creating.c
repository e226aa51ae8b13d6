/* creating: see creating.h. */
#include "tests/screen/creating.h"

const struct contract_lease creating_fresh = {
    .id = UUID(FRESH), .runtime = CHECKOUT, .age_s = 1, .left_s = 900};

void creating_begin(struct run *run, struct desk *desk, const char *const *words)
{
    const char *arguments[24] = {"create", "--api-url", server_url(desk->server), "--keyring",
                                 "off"};
    for (size_t i = 0; words[i] != NULL; i++)
        arguments[5 + i] = words[i];
    run_begin(run, desk, arguments, WORDS("BCTRL_API_KEY=" DESK_KEY));
}

void creating_end(struct run *run, bool shown)
{
    run_end(run);
    assert_null(strstr(run->out, DESK_KEY));
    assert_null(strstr(run->err, DESK_KEY));
    assert_null(strstr(run->err, CREATING_TOKEN));
    assert_int_equal(strstr(run->out, CREATING_TOKEN) != NULL, shown);
}

void creating_run(struct run *run, struct desk *desk, const char *const *words)
{
    *run = (struct run){.input = NULL};
    creating_begin(run, desk, words);
    creating_end(run, false);
}

void creating_serve(struct desk *desk)
{
    desk_serve(desk);
    desk_put(desk, &creating_fresh);
    desk_revokes(desk, UUID(FRESH));
    desk_serve(desk);
    desk_creates(desk, &creating_fresh);
}

size_t creating_posts(struct desk *desk)
{
    return server_count(desk->server, "POST", "**");
}

size_t creating_deletes(struct desk *desk)
{
    return server_count(desk->server, "DELETE", CHECKOUT_LEASES "/" UUID(FRESH));
}
