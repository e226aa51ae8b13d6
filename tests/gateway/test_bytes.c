/* The gateway against bytes that no well-meant client sends, and against connections that behave
 * badly. */
#include "tests/gateway/program.h"
#include "tests/gateway/wire.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define GOOD      "GET /v1/spaces HTTP/1.1\r\nHost: localhost\r\n" WIRE_AUTHORIZATION "\r\n"
#define GET_BEGIN "GET /v1/spaces HTTP/1.1\r\n" WIRE_AUTHORIZATION

static struct program program;
static struct wire_place place;
static char *before;

static int start(void **state)
{
    (void)state;
    struct wire wire;
    PROGRAM_START(&program);
    wire_open(&wire, program.port);
    place = wire_find(&wire, 0, "browser");
    before = wire_state(&wire);
    wire_close(&wire);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    free(before);
    program_stop(&program);
    return 0;
}

/* It is alive, and nothing has changed. */
static void assert_unharmed(void)
{
    struct wire wire;
    wire_open(&wire, program.port);
    char *after = wire_state(&wire);
    assert_string_equal(after, before);
    free(after);
    wire_close(&wire);
}

static void assert_status(struct wire *wire, int status)
{
    struct reply reply = wire_read(wire, false);
    if (reply.status != status)
        fail_msg("%d %s instead of %d", reply.status, reply.body == NULL ? "" : reply.body, status);
    reply_clear(&reply);
}

static void assert_answer(struct wire *wire, int status, const char *code)
{
    struct reply reply = wire_read(wire, false);
    if (reply.status != status || strcmp(reply_text(&reply, "code"), code) != 0)
        fail_msg("%d %s instead of %d %s", reply.status, reply.body == NULL ? "" : reply.body,
                 status, code);
    reply_clear(&reply);
}

/* ---- framing: refused, and what follows on the connection is not read */

static void test_framing(void **state)
{
    (void)state;
    static const char *const requests[] = {
        GET_BEGIN "Host: localhost\r\nHost: localhost\r\n\r\n",
        GET_BEGIN "Host: localhost\r\nHost: evil.example\r\n\r\n",
        GET_BEGIN "Host: localhost\r\nhost: localhost\r\n\r\n",
        GET_BEGIN
        "Host: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        GET_BEGIN "Host: localhost\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        GET_BEGIN "Host: localhost\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
        GET_BEGIN "Host: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        GET_BEGIN "Host: localhost\r\nTransfer-Encoding: identity\r\n\r\n",
        GET_BEGIN "Host: localhost\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
                  "chunked\r\n\r\n0\r\n\r\n",
        GET_BEGIN "Host: localhost\r\n" WIRE_AUTHORIZATION "\r\n",
        ("POST /v1/spaces/x HTTP/1.1\r\nHost: localhost\r\n" WIRE_AUTHORIZATION WIRE_JSON
         "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
        "GET /v1/spaces HTTP/1.0\r\n" WIRE_AUTHORIZATION "\r\n",
    };
    for (size_t i = 0; i < COUNT(requests); i++) {
        struct wire wire;
        wire_open(&wire, program.port);
        /* Were it read as a request of its own, there would be a second answer. */
        wire_send(&wire, requests[i], strlen(requests[i]));
        wire_send(&wire, GOOD, strlen(GOOD));
        assert_answer(&wire, 400, "request.invalid");
        assert_true(wire_has_ended(&wire));
        wire_close(&wire);
    }
    assert_unharmed();
}

/* These the library refuses by itself, in words of its own: what counts is that they are refused.
 */
static void test_garbage(void **state)
{
    (void)state;
    static const char *const requests[] = {
        "\r\n\r\n\r\n\r\nnonsense\r\n\r\n",
        "GET\r\n\r\n",
        "GET /v1/spaces\r\n\r\n",
        "GET /v1/spaces HTTP/9.9\r\nHost: localhost\r\n\r\n",
        "GET /v1/spaces HTTP/1.1\r\n" WIRE_AUTHORIZATION "\r\n",
        "GET /v1/spaces HTTP/1.1\r\nHost localhost\r\n\r\n",
        "GET /v1/spaces HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        ("GET /v1/spaces HTTP/1.1\r\nHost: localhost\r\n"
         "Content-Length: 99999999999999999999\r\n\r\n"),
        "GET /v1/spaces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0x10\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    };
    for (size_t i = 0; i < COUNT(requests); i++) {
        struct wire wire;
        wire_open(&wire, program.port);
        wire_send(&wire, requests[i], strlen(requests[i]));
        wire_finish(&wire);
        struct reply reply = wire_read(&wire, false);
        if (reply.status == 200)
            fail_msg("request %zu was answered with 200", i);
        reply_clear(&reply);
        wire_close(&wire);
    }
    assert_unharmed();
}

static void test_large_head(void **state)
{
    (void)state;
    struct wire wire;
    char line[1024];
    bool open = true;
    wire_open(&wire, program.port);
    snprintf(line, sizeof line, "X-Filler: %0900d\r\n", 0);
    wire_say(&wire, "GET /v1/spaces HTTP/1.1\r\nHost: localhost\r\n");
    /* 100 MB if nobody stops us. */
    for (int i = 0; i < 100000 && open; i++)
        open = wire_send(&wire, line, strlen(line));
    assert_false(open);
    wire_close(&wire);
    assert_unharmed();
}

static void test_long_path(void **state)
{
    (void)state;
    struct wire wire;
    char path[4000];
    memset(path, 'a', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    wire_open(&wire, program.port);
    wire_say(&wire, "GET /%s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
    assert_answer(&wire, 404, "route.not_found");
    memset(path, '/', sizeof path - 1);
    wire_say(&wire, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
    assert_answer(&wire, 404, "route.not_found");
    wire_close(&wire);
}

/* ---- who is asked, and by whom */

static void test_hosts(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        int status;
    } hosts[] = {
        {"127.0.0.1", 200},
        {"127.0.0.1:8787", 200},
        {"localhost", 200},
        {"LOCALHOST:1", 200},
        {"[::1]", 200},
        {"[::1]:8787", 200},
        {"", 403},
        {"evil.example", 403},
        {"localhost.evil.example", 403},
        {"127.0.0.1.nip.io", 403},
        {"evil.example:8787", 403},
        {"localhost:", 403},
        {"localhost:x", 403},
        {"localhost:8787x", 403},
        {"localhost:123456", 403},
        {"192.168.0.1", 403},
        {"0.0.0.0", 403},
        {"localhost,evil.example", 403},
        {"user@localhost", 403},
        {"::1", 403},
        {"localhost/evil", 403},
    };
    struct wire wire;
    wire_open(&wire, program.port);
    for (size_t i = 0; i < COUNT(hosts); i++) {
        wire_say(&wire, GET_BEGIN "Host: %s\r\n\r\n", hosts[i].host);
        if (hosts[i].status == 200)
            assert_status(&wire, 200);
        else
            assert_answer(&wire, 403, "permission.denied");
    }
    wire_close(&wire);
}

/* A name that a lenient reader takes for Origin or Host, or a value with more behind its end. */
static void test_headers_that_are_none(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "Origin : http://evil.example",
        "Origin\t: http://evil.example",
        "Ori gin: x",
        "Host : localhost",
        "X(y): z",
    };
    for (size_t i = 0; i < COUNT(lines); i++) {
        struct wire wire;
        wire_open(&wire, program.port);
        wire_say(&wire, GET_BEGIN "Host: localhost\r\n%s\r\n\r\n", lines[i]);
        struct reply reply = wire_read(&wire, false);
        if (reply.status != 400)
            fail_msg("%s: %d", lines[i], reply.status);
        reply_clear(&reply);
        wire_close(&wire);
    }
    assert_unharmed();
}

/* Some clients send the Origin of the very url they attach to. Nobody else may have one. */
static void test_origins(void **state)
{
    (void)state;
    static const struct {
        const char *lines;
        bool may_attach;
    } origins[] = {
        {"Origin: http://127.0.0.1:8787\r\n", true},
        {"Origin: http://127.0.0.1\r\n", true},
        {"Origin: HTTPS://LocalHost:1\r\n", true},
        {"Origin: http://[::1]:3000\r\n", true},
        {"Origin: https://evil.example\r\n", false},
        {"Origin: http://localhost.evil.example\r\n", false},
        {"Origin: http://evil.example:8787/http://localhost\r\n", false},
        {"Origin: http://user@localhost\r\n", false},
        {"Origin: http://localhost/\r\n", false},
        {"Origin: chrome-extension://localhost\r\n", false},
        {"Origin: localhost\r\n", false},
        {"Origin: http://\r\n", false},
        {"Origin: null\r\n", false},
        {"Origin:\r\n", false},
        {"Origin: http://localhost\r\nOrigin: https://evil.example\r\n", false},
    };
    for (size_t i = 0; i < COUNT(origins); i++) {
        struct wire wire;
        wire_open(&wire, program.port);
        wire_say(&wire,
                 "POST %s HTTP/1.1\r\nHost: localhost\r\n" WIRE_AUTHORIZATION WIRE_JSON
                 "%sContent-Length: 18\r\n\r\n{\"protocol\":\"cdp\"}",
                 place.leases, origins[i].lines);
        assert_answer(&wire, 403, "permission.denied");
        wire_say(&wire, "GET /attach/x HTTP/1.1\r\nHost: localhost\r\n%s\r\n", origins[i].lines);
        if (origins[i].may_attach)
            assert_answer(&wire, 404, "connection.not_found");
        else
            assert_answer(&wire, 403, "permission.denied");
        wire_close(&wire);
    }
    assert_unharmed();
}

/* ---- bodies that are too large */

/* Sends a body of spaces in pieces, chunked or not; false if the other side went away meanwhile. */
static bool send_filler(struct wire *wire, size_t size, bool chunked)
{
    static char piece[8192];
    memset(piece, ' ', sizeof piece);
    while (size > 0) {
        size_t n = size < sizeof piece ? size : sizeof piece;
        if ((chunked && !wire_say(wire, "%zx\r\n", n)) || !wire_send(wire, piece, n) ||
            (chunked && !wire_say(wire, "\r\n")))
            return false;
        size -= n;
    }
    return !chunked || wire_say(wire, "0\r\n\r\n");
}

static bool begin_post(struct wire *wire, size_t size, bool chunked)
{
    if (chunked)
        return wire_say(wire,
                        "POST %s HTTP/1.1\r\nHost: localhost\r\n" WIRE_AUTHORIZATION WIRE_JSON
                        "Transfer-Encoding: chunked\r\n\r\n",
                        place.leases);
    return wire_say(wire,
                    "POST %s HTTP/1.1\r\nHost: localhost\r\n" WIRE_AUTHORIZATION WIRE_JSON
                    "Content-Length: %zu\r\n\r\n",
                    place.leases, size);
}

/* At the ceiling it is read, one byte above it is refused, and the connection serves on after both.
 */
static void test_body_ceiling(void **state)
{
    (void)state;
    static const struct {
        size_t size;
        int status;
        const char *code;
    } bodies[] = {
        {65536, 400, "request.invalid"},
        {65537, 413, "request.too_large"},
        {100000, 413, "request.too_large"},
        {1024 * 1024, 413, "request.too_large"},
    };
    struct wire wire;
    wire_open(&wire, program.port);
    for (size_t i = 0; i < COUNT(bodies) * 2; i++) {
        bool chunked = i % 2 == 1;
        assert_true(begin_post(&wire, bodies[i / 2].size, chunked));
        assert_true(send_filler(&wire, bodies[i / 2].size, chunked));
        assert_answer(&wire, bodies[i / 2].status, bodies[i / 2].code);
    }
    wire_close(&wire);
    assert_unharmed();
}

/* What comes in chunks is not announced: however long it is, its refusal is heard. */
static void test_long_chunked_body(void **state)
{
    (void)state;
    static const size_t sizes[] = {1024 * 1024 + 1, 3 << 20, 32 << 20};
    struct wire wire;
    wire_open(&wire, program.port);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        assert_true(begin_post(&wire, sizes[i], true));
        assert_true(send_filler(&wire, sizes[i], true));
        assert_answer(&wire, 413, "request.too_large");
    }
    wire_close(&wire);
    assert_unharmed();
}

/* Far above it nobody reads on: announced, it is refused at once; not announced, the connection is
 * cut. */
static void test_body_flood(void **state)
{
    (void)state;
    struct wire wire;
    wire_open(&wire, program.port);
    assert_true(begin_post(&wire, (size_t)1 << 40, false));
    assert_answer(&wire, 413, "request.too_large");
    assert_true(wire_has_ended(&wire));
    wire_close(&wire);
    wire_open(&wire, program.port);
    assert_true(begin_post(&wire, 0, true));
    assert_false(send_filler(&wire, (size_t)1 << 30, true));
    wire_close(&wire);
    assert_unharmed();
}

/* Without the key nothing of the body is looked at, however long it is. */
static void test_flood_without_key(void **state)
{
    (void)state;
    struct wire wire;
    wire_open(&wire, program.port);
    wire_say(&wire,
             "POST %s HTTP/1.1\r\nHost: localhost\r\n" WIRE_JSON "Content-Length: 100000\r\n\r\n",
             place.leases);
    assert_true(send_filler(&wire, 100000, false));
    assert_answer(&wire, 401, "auth.required");
    wire_send(&wire, GOOD, strlen(GOOD));
    assert_status(&wire, 200);
    wire_close(&wire);
}

/* ---- connections */

static void test_keep_alive_and_pipeline(void **state)
{
    (void)state;
    struct wire wire;
    wire_open(&wire, program.port);
    for (int i = 0; i < 20; i++)
        assert_true(wire_send(&wire, GOOD, strlen(GOOD)));
    for (int i = 0; i < 20; i++)
        assert_status(&wire, 200);
    wire_close(&wire);
}

static void test_close_when_asked(void **state)
{
    (void)state;
    static const char *const requests[] = {
        GET_BEGIN "Host: localhost\r\nConnection: close\r\n\r\n",
        "GET /v1/spaces HTTP/1.0\r\nHost: localhost\r\n" WIRE_AUTHORIZATION "\r\n",
    };
    for (size_t i = 0; i < COUNT(requests); i++) {
        struct wire wire;
        wire_open(&wire, program.port);
        wire_send(&wire, requests[i], strlen(requests[i]));
        assert_status(&wire, 200);
        assert_true(wire_has_ended(&wire));
        wire_close(&wire);
    }
}

/* A byte at a time is a request too. */
static void test_slow_bytes(void **state)
{
    (void)state;
    static const char body[] = "{\"protocol\":\"cdp\",\"ttlSeconds\":7}";
    struct wire wire;
    wire_open(&wire, program.port);
    for (size_t i = 0; i < strlen(GOOD); i++)
        assert_true(wire_send(&wire, &GOOD[i], 1));
    assert_status(&wire, 200);
    assert_true(begin_post(&wire, strlen(body), false));
    for (size_t i = 0; i < strlen(body); i++)
        assert_true(wire_send(&wire, &body[i], 1));
    assert_answer(&wire, 400, "request.invalid");
    wire_close(&wire);
}

static size_t open_files(void)
{
    char path[64];
    size_t count = 0;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)program.pid);
    DIR *directory = opendir(path);
    assert_non_null(directory);
    while (readdir(directory) != NULL)
        count++;
    closedir(directory);
    return count;
}

/* Cut in the middle, anywhere: nothing is made of half a request, and the connection is not kept
 * waiting for the rest. */
static void test_cut_requests(void **state)
{
    (void)state;
    char request[1024];
    struct wire other;
    snprintf(request, sizeof request,
             "POST %s HTTP/1.1\r\nHost: localhost\r\n" WIRE_AUTHORIZATION WIRE_JSON
             "Content-Length: 19\r\n\r\n{\"protocol\":\"cdp\"}",
             place.leases);
    wire_open(&other, program.port);
    wire_send(&other, GOOD, strlen(GOOD));
    assert_status(&other, 200);
    size_t before_them = open_files();
    for (size_t size = 0; size <= strlen(request); size++) {
        struct wire wire;
        wire_open(&wire, program.port);
        wire_send(&wire, request, size);
        wire_close(&wire);
    }
    long long deadline_ms = support_now_ms() + PROGRAM_PATIENCE_MS;
    do {
        wire_send(&other, GOOD, strlen(GOOD));
        assert_status(&other, 200);
        assert_true(support_now_ms() < deadline_ms);
    } while (open_files() > before_them);
    wire_close(&other);
    assert_unharmed();
}

static void test_expect_continue(void **state)
{
    (void)state;
    struct wire wire;
    wire_open(&wire, program.port);
    wire_say(&wire,
             "POST %s HTTP/1.1\r\nHost: localhost\r\n" WIRE_AUTHORIZATION WIRE_JSON
             "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n",
             place.leases);
    static const char interim[] = "HTTP/1.1 100 Continue\r\n\r\n";
    assert_true(wire_fill(&wire, sizeof interim - 1));
    assert_memory_equal(wire.input.bytes, interim, sizeof interim - 1);
    wire_say(&wire, "{}");
    assert_answer(&wire, 400, "request.invalid");
    wire_close(&wire);
}

/* ---- many connections */

enum { CROWD = 700, IN_SEQUENCE = 3000, MOST = 512, ROUNDS = 16 };

static long resident_kib(void)
{
    char path[64], line[256];
    long kib = -1;
    snprintf(path, sizeof path, "/proc/%d/status", (int)program.pid);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL)
        sscanf(line, "RssAnon: %ld", &kib);
    fclose(file);
    assert_true(kib > 0);
    return kib;
}

static void assert_files_again(size_t count)
{
    long long deadline_ms = support_now_ms() + PROGRAM_PATIENCE_MS;
    while (open_files() > count)
        if (support_now_ms() > deadline_ms)
            fail_msg("%zu descriptors where %zu were", open_files(), count);
}

/* One after the other, each with a request that is whole, cut, wrong, or not there. */
static void come_and_go(size_t number)
{
    static const char cut[] = "POST /v1/spaces HTTP/1.1\r\nHost: loc", wrong[] = "nonsense\r\n\r\n";
    struct wire wire;
    wire_open(&wire, program.port);
    if (number % 4 == 0) {
        wire_send(&wire, GOOD, strlen(GOOD));
        assert_status(&wire, 200);
    } else if (number % 4 == 1) {
        wire_send(&wire, cut, strlen(cut));
    } else if (number % 4 == 2) {
        wire_send(&wire, wrong, strlen(wrong));
    }
    wire_close(&wire);
}

/* Meanwhile one who stays is answered, and in the end nothing is left of them. */
static void test_thousands_in_sequence(void **state)
{
    (void)state;
    struct wire stays;
    wire_open(&stays, program.port);
    long warm_kib = 0;
    size_t files = 0;
    for (size_t i = 0; i < IN_SEQUENCE; i++) {
        come_and_go(i);
        if (i % 100 == 0) {
            wire_send(&stays, GOOD, strlen(GOOD));
            assert_status(&stays, 200);
        }
        if (i == 0)
            files = open_files();
        if (i == IN_SEQUENCE / 3)
            warm_kib = resident_kib();
    }
    assert_files_again(files);
    if (!SUPPORT_SANITIZED) /* which keeps what was freed for a while */
        assert_in_range(resident_kib(), 1, warm_kib + 256);
    wire_close(&stays);
    assert_unharmed();
}

/* More at once than it takes: who is inside is served while they wait, those outside cost no
 * descriptor, and when all have gone there is room again and nothing is left. */
static void test_crowd(void **state)
{
    (void)state;
    static struct wire crowd[CROWD];
    long warm_kib = 0;
    size_t files = open_files();
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < CROWD; i++)
            wire_open(&crowd[i], program.port);
        for (int i = 0; i < 20; i++) {
            wire_send(&crowd[i], GOOD, strlen(GOOD));
            assert_status(&crowd[i], 200);
        }
        assert_in_range(open_files(), 1, files + MOST);
        for (size_t i = 0; i < CROWD; i++)
            wire_close(&crowd[i]);
        assert_files_again(files);
        assert_unharmed();
        if (round == ROUNDS / 2)
            warm_kib = resident_kib();
    }
    if (!SUPPORT_SANITIZED)
        assert_in_range(resident_kib(), 1, warm_kib + 2048);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_framing),
        cmocka_unit_test(test_garbage),
        cmocka_unit_test(test_large_head),
        cmocka_unit_test(test_long_path),
        cmocka_unit_test(test_hosts),
        cmocka_unit_test(test_headers_that_are_none),
        cmocka_unit_test(test_origins),
        cmocka_unit_test(test_body_ceiling),
        cmocka_unit_test(test_long_chunked_body),
        cmocka_unit_test(test_body_flood),
        cmocka_unit_test(test_flood_without_key),
        cmocka_unit_test(test_keep_alive_and_pipeline),
        cmocka_unit_test(test_close_when_asked),
        cmocka_unit_test(test_slow_bytes),
        cmocka_unit_test(test_cut_requests),
        cmocka_unit_test(test_expect_continue),
        cmocka_unit_test(test_thousands_in_sequence),
        cmocka_unit_test(test_crowd),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
