/* Where the kernel refuses its keyring, as in many containers, or has no room: endpoints are held
 * in memory, and that is said once. The linker leads the one call that makes a key through here. */
#include "tests/contract/stage.h"

#include <errno.h>

#if !HAVE_KEYUTILS
int main(void)
{
    puts("1..0 # SKIP built without libkeyutils");
    return 0;
}
#else
#include <keyutils.h>

static int refusal; /* set before the client's thread starts */

key_serial_t __wrap_add_key(const char *type, const char *name, const void *payload, size_t size,
                            key_serial_t ring);

key_serial_t __wrap_add_key(const char *type, const char *name, const void *payload, size_t size,
                            key_serial_t ring)
{
    (void)type, (void)name, (void)payload, (void)size, (void)ring;
    errno = refusal;
    return -1;
}

static const struct contract_lease made[] = {
    {.id = UUID("99999991"), .runtime = CHECKOUT},
    {.id = UUID("99999992"), .runtime = CHECKOUT},
};

/* Makes both; how often the operator was told in words that hold `words`. */
static int make_both(struct stage *stage, const char *words)
{
    int told = 0;
    struct viewer *viewer = stage->viewer;
    for (size_t i = 0; i < COUNT(made); i++) {
        server_on(stage->server, "POST", CHECKOUT_LEASES,
                  ANSWER_MADE(200, contract_created(server_now(stage->server), &made[i])));
        uint64_t id = viewer_create(viewer, 0, NULL);
        viewer_expect(viewer, id, INTENT_DONE, false);
        assert_int_equal(viewer_secret(viewer, CHECKOUT, made[i].id), SECRET_HELD);
        endpoint_free(viewer_endpoint(viewer, made[i].id));
    }
    for (struct message *message = viewer->first; message != NULL; message = message->next)
        told += message->kind == MESSAGE_NOTICE && strstr(message->sentence, words) != NULL;
    return told;
}

static void test_said_once_and_held_in_memory(void **state)
{
    static const struct {
        int code;
        enum keyring_state state;
        const char *words;
    } cases[] = {
        {EPERM, KEYRING_REFUSED, "not allowed here"},
        {EACCES, KEYRING_REFUSED, "held in memory only"},
        {ENOSYS, KEYRING_ABSENT, "there is no kernel keyring"},
        {EDQUOT, KEYRING_FULL, "is full"},
    };
    struct stage *stage = *state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct client_options options = viewer_options(stage->server);
        refusal = cases[i].code;
        world_serve(stage->server);
        server_on(
            stage->server, "GET", CHECKOUT_LEASES,
            ANSWER_MADE(200, contract_leases(server_now(stage->server), LEASES(made[0], made[1]))));
        options.keyring = true;
        stage->viewer = viewer_open(&options);
        viewer_wait_ready(stage->viewer);
        assert_int_equal(make_both(stage, cases[i].words), 1);
        assert_int_equal(stage->viewer->seen->keyring, cases[i].state);
        viewer_close(stage->viewer);
        stage->viewer = NULL;
    }
}

static const struct CMUnitTest tests[] = {
    STAGED(test_said_once_and_held_in_memory),
};

int main(void)
{
    return cmocka_run_group_tests_name("no keyring", tests, viewer_global_setup,
                                       viewer_global_teardown);
}
#endif
