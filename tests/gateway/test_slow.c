/* Clients that say nothing more are dropped when their time is over, and not before. The clocks of
 * the gateway are steered by tests/faults/shim.c, so that a minute does not take one. */
#include "tests/faults/shim.h"
#include "tests/gateway/program.h"
#include "tests/gateway/wire.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#define GOOD "GET /v1/spaces HTTP/1.1\r\nHost: localhost\r\n" WIRE_AUTHORIZATION "\r\n"

/* The gateway's patience is 75 s. */
enum { STILL_MS = 60000, OVER_MS = 80000 };

static struct shim *shim;
static struct program program;

static void shim_make(char path[static 64])
{
    snprintf(path, 64, "/tmp/leasetop-shim-XXXXXX");
    int fd = mkstemp(path);
    if (fd < 0 || ftruncate(fd, sizeof *shim) != 0)
        support_die("%s: %s", path, strerror(errno));
    shim = mmap(NULL, sizeof *shim, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (shim == MAP_FAILED)
        support_die("mmap: %s", strerror(errno));
}

static int start(void **state)
{
    char path[64], library[4096], order[4096];
    const char *asan = getenv("ASAN_OPTIONS");
    (void)state;
    shim_make(path);
    snprintf(library, sizeof library, "%s/tests/faults/shim.so", getenv("BUILDDIR"));
    snprintf(order, sizeof order, "verify_asan_link_order=0:%s", asan != NULL ? asan : "");
    setenv("ASAN_OPTIONS", order, 1);
    setenv("LD_PRELOAD", library, 1);
    setenv(SHIM_VARIABLE, path, 1);
    shim->steered = 1;
    PROGRAM_START(&program);
    unsetenv("LD_PRELOAD");
    unlink(path);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    program_stop(&program);
    munmap(shim, sizeof *shim);
    return 0;
}

static void assert_served(struct wire *wire)
{
    assert_true(wire_send(wire, GOOD, strlen(GOOD)));
    struct reply reply = wire_read(wire, false);
    assert_int_equal(reply.status, 200);
    reply_clear(&reply);
}

static bool has_news(const struct wire *wire)
{
    struct pollfd look = {.fd = wire->fd, .events = POLLIN};
    return poll(&look, 1, 0) > 0;
}

/* It goes on after a request, at once, or in the middle of one; with what is right or without. */
static void test_silence(void **state)
{
    static const char *const begun[] = {
        "",
        "G",
        "GET /v1/spaces HTTP/1.1\r\nHost: loc",
        "POST /v1/spaces HTTP/1.1\r\nHost: localhost\r\n" WIRE_AUTHORIZATION WIRE_JSON
        "Content-Length: 100\r\n\r\n{",
    };
    enum { COUNT = sizeof begun / sizeof *begun };
    struct wire silent[COUNT], busy;
    (void)state;
    wire_open(&busy, program.port);
    for (int i = 0; i < COUNT; i++) {
        wire_open(&silent[i], program.port);
        assert_true(wire_send(&silent[i], begun[i], strlen(begun[i])));
    }
    /* Each answer is a turn of its loop, in which one of the others is taken in, or read. */
    for (int i = 0; i < 2 * COUNT + 2; i++)
        assert_served(&busy);
    shim->ahead_ms = STILL_MS;
    assert_served(&busy);
    for (int i = 0; i < COUNT; i++)
        assert_false(has_news(&silent[i]));
    shim->ahead_ms = OVER_MS;
    /* It may have been about to wait, with a time from before. */
    assert_served(&busy);
    for (int i = 0; i < COUNT; i++) {
        struct reply reply = wire_read(&silent[i], false);
        assert_true(reply.status == 0 || reply.status == 408);
        reply_clear(&reply);
        wire_close(&silent[i]);
    }
    assert_served(&busy);
    wire_close(&busy);
}

/* It is never silent, and never done: a byte now and then, of a head or of a body. Who is done in
 * time stays, however long. */
static void test_drip(void **state)
{
    static const char *const begun[] = {
        "GET /v1/spaces HTTP/1.1\r\nX-Long: ",
        "POST /v1/spaces HTTP/1.1\r\nHost: localhost\r\n" WIRE_AUTHORIZATION WIRE_JSON
        "Content-Length: 100\r\n\r\n{",
    };
    enum { COUNT = sizeof begun / sizeof *begun, STEP_MS = 30000, STEPS = 5 };
    struct wire slow[COUNT], busy;
    int64_t from_ms = shim->ahead_ms;
    (void)state;
    wire_open(&busy, program.port);
    for (int i = 0; i < COUNT; i++) {
        wire_open(&slow[i], program.port);
        assert_true(wire_send(&slow[i], begun[i], strlen(begun[i])));
    }
    for (int step = 1; step <= STEPS; step++) {
        for (int i = 0; i < 2 * COUNT + 2; i++)
            assert_served(&busy);
        shim->ahead_ms = from_ms + step * STEP_MS;
        for (int i = 0; i < COUNT && step < STEPS; i++)
            wire_send(&slow[i], "x", 1);
    }
    for (int i = 0; i < COUNT; i++) {
        struct reply reply = wire_read(&slow[i], false);
        assert_int_equal(reply.status, 0);
        reply_clear(&reply);
        wire_close(&slow[i]);
    }
    assert_served(&busy);
    wire_close(&busy);
}

int main(void)
{
    if (SUPPORT_SANITIZED) { /* whose own preloading and the shim's do not go together */
        printf("1..1\nok 1 # SKIP clocks are not steered under a sanitizer\n");
        return 0;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_silence), cmocka_unit_test(test_drip)};
    return cmocka_run_group_tests(tests, start, stop);
}
