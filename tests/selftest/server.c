/* Does the scripted server do what its header says? Asked by a raw client on plain sockets. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "tests/support/contract.h"
#include "tests/support/server.h"
#include "tests/support/support.h"

enum { WAIT_MS = 10000 };

/* ---- A client */

static int client_open(struct server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)server_port(server)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval limit = {.tv_sec = WAIT_MS / 1000};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

static void client_send(int fd, const char *method, const char *target, const char *body)
{
    char request[1024];
    int size = snprintf(request, sizeof request,
                        "%s %s HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer key\r\n"
                        "Content-Length: %zu\r\n\r\n%s",
                        method, target, strlen(body), body);
    assert_int_equal(send(fd, request, (size_t)size, MSG_NOSIGNAL), size);
}

/* Until the server closes; `*error` is 0 for a proper end. */
static char *client_read_all(int fd, int *error)
{
    struct support_bytes all = {0};
    char block[64 * 1024];
    ssize_t got;
    support_bytes_add(&all, "", 0);
    while ((got = recv(fd, block, sizeof block, 0)) > 0)
        support_bytes_add(&all, block, (size_t)got);
    *error = got < 0 ? errno : 0;
    return all.bytes;
}

/* Header and `body_size` bytes of the body, as kept-alive connections need it. */
static char *client_read(int fd, size_t body_size)
{
    struct support_bytes all = {0};
    char block[4096];
    const char *end = NULL;
    while (end == NULL || (size_t)(all.bytes + all.size - end) < body_size + 4) {
        ssize_t got = recv(fd, block, sizeof block, 0);
        if (got <= 0)
            break;
        support_bytes_add(&all, block, (size_t)got);
        end = strstr(all.bytes, "\r\n\r\n");
    }
    return all.bytes;
}

/* One request on a connection of its own, read to its end. */
static char *ask(struct server *server, const char *method, const char *target)
{
    int error, fd = client_open(server);
    client_send(fd, method, target, "");
    shutdown(fd, SHUT_WR);
    char *answer = client_read_all(fd, &error);
    close(fd);
    return answer;
}

static void assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("no \"%s\" in \"%s\"", part, text);
}

static void assert_answer(struct server *server, const char *method, const char *target,
                          const char *part)
{
    char *answer = ask(server, method, target);
    assert_has(answer, part);
    free(answer);
}

static int setup(void **state)
{
    *state = server_start();
    return 0;
}

static int teardown(void **state)
{
    server_stop(*state);
    return 0;
}

/* ---- Routes */

static void test_answers_a_route(void **state)
{
    struct server *server = *state;
    server_on(server, "GET", "/v1/spaces",
              ANSWER_JSON(200, "{\"spaces\":[]}", .headers = "X-Request-Id: r1\r\n"));
    char *answer = ask(server, "GET", "/v1/spaces?limit=5");
    assert_has(answer, "HTTP/1.1 200 OK\r\n");
    assert_has(answer, "Content-Type: application/json\r\n");
    assert_has(answer, "Content-Length: 13\r\n");
    assert_has(answer, "X-Request-Id: r1\r\n\r\n{\"spaces\":[]}");
    free(answer);
    assert_int_equal(server_unexpected(server), 0);
}

static void test_no_route_is_404_and_counted(void **state)
{
    struct server *server = *state;
    server_on(server, "GET", "/here", ANSWER_STATUS(200));
    assert_answer(server, "POST", "/here", "404 Not Found");
    assert_answer(server, "GET", "/there", "test.no_route");
    assert_int_equal(server_unexpected(server), 2);
}

static void test_patterns(void **state)
{
    static const struct {
        const char *pattern, *target;
        bool fits;
    } cases[] = {
        {"/a/*/c", "/a/b/c", true},
        {"/a/*/c", "/a/b/b/c", false},
        {"/a/**", "/a/b/c", true},
        {"/a/**/d", "/a/b/c/d", true},
        {"/a/*", "/a/", true},
        {"/a/*", "/a", false},
        {"/a", "/a?cursor=2", true},
        {"/a?cursor=*", "/a?cursor=2", true},
        {"/a?cursor=2", "/a", false},
        {"/a?**", "/a?x=/&y", true},
        {"**", "/anything?at=all", true},
        {"/a/b*", "/a/bcd", true},
        {"/a/*b*d", "/a/abcabd", true},
        {"/a", "/ab", false},
    };
    struct server *server = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t before = server_count(server, "GET", cases[i].pattern);
        free(ask(server, "GET", cases[i].target));
        size_t after = server_count(server, "GET", cases[i].pattern);
        if (after - before != cases[i].fits)
            fail_msg("%s and %s", cases[i].pattern, cases[i].target);
    }
}

static void test_newest_route_wins_and_same_one_is_replaced(void **state)
{
    struct server *server = *state;
    server_on(server, "*", "/v1/**", ANSWER_STATUS(500));
    server_on(server, "GET", "/v1/a", ANSWER_STATUS(401));
    assert_answer(server, "GET", "/v1/a", " 401 ");
    assert_answer(server, "GET", "/v1/b", " 500 ");
    server_on(server, "*", "/v1/**", ANSWER_STATUS(503));
    assert_answer(server, "GET", "/v1/a", " 401 ");
    assert_answer(server, "GET", "/v1/b", " 503 ");
}

static void test_answers_in_order(void **state)
{
    struct server *server = *state;
    server_then(server, "GET", "/a", ANSWER_STATUS(500), ANSWER_STATUS(429), ANSWER_STATUS(200));
    assert_answer(server, "GET", "/a", " 500 ");
    assert_answer(server, "GET", "/a", " 429 ");
    assert_answer(server, "GET", "/a", " 200 ");
    assert_answer(server, "GET", "/a", " 200 ");
}

static void on_post(struct server *server, const struct request *request, void *context)
{
    assert_string_equal(request->body, "new");
    server_on(server, "GET", "/list", ANSWER_TEXT(200, "text/plain", context));
}

static void test_an_answer_can_change_another(void **state)
{
    struct server *server = *state;
    server_on(server, "GET", "/list", ANSWER_TEXT(200, "text/plain", "old"));
    char text[] = "new";
    server_on(server, "POST", "/list", ANSWER_STATUS(201, .before = on_post, .context = text));
    assert_answer(server, "GET", "/list", "\r\n\r\nold");
    int fd = client_open(server);
    client_send(fd, "POST", "/list", "new");
    free(client_read(fd, 0));
    assert_answer(server, "GET", "/list", "\r\n\r\nnew");
    close(fd);
}

/* ---- What arrived */

static void test_requests_are_kept(void **state)
{
    struct server *server = *state;
    int fd = client_open(server);
    client_send(fd, "POST", "/a?b=c", "{\"protocol\":\"cdp\"}");
    free(client_read(fd, 1));
    client_send(fd, "DELETE", "/a", "");
    free(client_read(fd, 1));
    close(fd);
    const struct request *post = server_last(server, "POST", "/a");
    assert_non_null(post);
    assert_string_equal(post->target, "/a?b=c");
    assert_string_equal(post->body, "{\"protocol\":\"cdp\"}");
    assert_string_equal(request_header(post, "authorization"), "Bearer key");
    assert_null(request_header(post, "Auth"));
    assert_string_equal(server_nth(server, "*", "**", 1)->method, "DELETE");
    assert_null(server_nth(server, "*", "**", 2));
    assert_true(server_was_told(server, "Bearer key"));
    assert_true(server_was_told(server, "\"cdp\""));
    assert_false(server_was_told(server, "hunter2"));
}

static void test_connections_are_kept_and_counted(void **state)
{
    struct server *server = *state;
    server_on(server, "GET", "/a", ANSWER_TEXT(200, "text/plain", "body"));
    int fd = client_open(server);
    for (int i = 0; i < 3; i++) {
        client_send(fd, "GET", "/a", "");
        free(client_read(fd, 4));
    }
    close(fd);
    assert_answer(server, "GET", "/a", "body");
    assert_int_equal(server_count(server, "GET", "/a"), 4);
    assert_int_equal(server_connections(server), 2);
    assert_int_equal(server_last(server, "GET", "/a")->connection, 2);
}

static void test_half_a_header_is_no_request(void **state)
{
    struct server *server = *state;
    int fd = client_open(server);
    assert_int_equal(send(fd, "POST /a HTTP/1.1\r\nHost:", 23, 0), 23);
    assert_false(server_wait(server, "POST", "/a", 1, 50));
    assert_int_equal(send(fd, " x\r\nContent-Length: 4\r\n\r\n", 25, 0), 25);
    assert_true(server_wait(server, "POST", "/a", 1, WAIT_MS)); /* before its body is there */
    close(fd);
}

/* ---- Rudeness */

static void test_hold_and_release(void **state)
{
    struct server *server = *state;
    char byte;
    server_on(server, "GET", "/a", ANSWER_TEXT(200, "text/plain", "late", .hold = true));
    int fd = client_open(server);
    client_send(fd, "GET", "/a", "");
    assert_true(server_wait_held(server, 1, WAIT_MS));
    assert_int_equal(server_count(server, "GET", "/a"), 1);
    assert_int_equal(recv(fd, &byte, 1, MSG_DONTWAIT), -1);
    assert_int_equal(server_release(server, "GET", "/b"), 0);
    assert_int_equal(server_release(server, "*", "**"), 1);
    assert_int_equal(server_held(server), 0);
    char *answer = client_read(fd, 4);
    assert_has(answer, "late");
    free(answer);
    close(fd);
}

static void test_hold_body(void **state)
{
    struct server *server = *state;
    server_on(server, "GET", "/a", ANSWER_TEXT(200, "text/plain", "late", .hold_body = true));
    int fd = client_open(server);
    client_send(fd, "GET", "/a", "");
    char *header = client_read(fd, 0);
    assert_has(header, "Content-Length: 4\r\n\r\n");
    assert_null(strstr(header, "late"));
    free(header);
    assert_true(server_wait_held(server, 1, WAIT_MS));
    assert_int_equal(server_release(server, "*", "**"), 1);
    char body[5] = "";
    assert_int_equal(recv(fd, body, 4, MSG_WAITALL), 4);
    assert_string_equal(body, "late");
    close(fd);
}

/* What a client sees of one answer: all bytes until the end, and how it ended. */
static void assert_ends(struct server *server, struct answer answer, const char *expected, int how)
{
    int error, fd = client_open(server);
    server_on(server, "GET", "/a", answer);
    client_send(fd, "GET", "/a", "");
    char *got = client_read_all(fd, &error);
    assert_int_equal(error, how);
    if (expected != NULL)
        assert_string_equal(got, expected);
    free(got);
    close(fd);
}

static void test_cuts(void **state)
{
    struct server *server = *state;
    const char *empty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    char half[40] = "";
    server_date(server, DATE_ABSENT, 0);
    memcpy(half, empty, strlen(empty) / 2);
    assert_ends(server, ANSWER_NOTHING, "", 0);
    assert_ends(server, ANSWER_RESET, "", ECONNRESET);
    assert_ends(server, ANSWER_STATUS(200, .until = UNTIL_HEADER), half, 0);
    assert_ends(server, ANSWER_STATUS(200, .end = END_CLOSE), empty, 0);
    assert_ends(server, ANSWER_STATUS(200, .end = END_RESET), NULL, ECONNRESET);
    assert_ends(server, ANSWER_RAW("SSH-2.0-x\r\n"), "SSH-2.0-x\r\n", 0);
    assert_ends(server, ANSWER_STATUS(200, .body = "abcdef", .until = UNTIL_BODY),
                "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc", 0);
    assert_ends(server, ANSWER_STATUS(200, .body = "abcdef", .until = UNTIL_BODY, .body_until = 5),
                "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcde", 0);
    assert_ends(server, ANSWER_STATUS(200, .body = "abc", .framing = FRAMING_CLOSE),
                "HTTP/1.1 200 OK\r\n\r\nabc", 0);
    assert_ends(server, ANSWER_STATUS(200, .body = "abc", .end = END_SAID),
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc", 0);
    assert_ends(server, ANSWER_STATUS(200, .body = "abc", .length_lie = 7, .end = END_CLOSE),
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", 0);
    assert_ends(server, ANSWER_STATUS(200, .body = "abc", .length_lie = -2, .end = END_CLOSE),
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabc", 0);
}

static void test_stop_frees_who_waits(void **state)
{
    int error;
    struct server *server = *state;
    server_on(server, "GET", "/never", ANSWER_NEVER);
    server_on(server, "GET", "/held", ANSWER_STATUS(200, .hold = true));
    server_on(server, "GET", "/drip", ANSWER_STATUS(200, .drip_ms = 3600 * 1000));
    static const char *const targets[] = {"/never", "/held", "/drip"};
    int fds[3];
    for (int i = 0; i < 3; i++) {
        fds[i] = client_open(server);
        client_send(fds[i], "GET", targets[i], "");
        assert_true(server_wait(server, "GET", targets[i], 1, WAIT_MS));
    }
    server_stop(server);
    *state = NULL;
    for (int i = 0; i < 3; i++) {
        free(client_read_all(fds[i], &error));
        assert_int_not_equal(error, EAGAIN);
        close(fds[i]);
    }
}

static void test_next_request_is_counted_and_not_answered(void **state)
{
    struct server *server = *state;
    int error, fd = client_open(server);
    server_on(server, "POST", "/a", ANSWER_STATUS(200, .end = END_NEXT));
    client_send(fd, "POST", "/a", "");
    char *first = client_read(fd, 0);
    assert_has(first, " 200 ");
    free(first);
    client_send(fd, "POST", "/a", "");
    char *second = client_read_all(fd, &error);
    assert_string_equal(second, "");
    assert_int_equal(server_count(server, "POST", "/a"), 2);
    free(second);
    close(fd);
}

static void test_drip(void **state)
{
    struct server *server = *state;
    server_on(server, "GET", "/a",
              ANSWER_TEXT(200, "text/plain", "drop by drop", .drip_ms = 1, .drip_bytes = 5));
    assert_answer(server, "GET", "/a", "\r\n\r\ndrop by drop");
}

static void test_chunks(void **state)
{
    struct server *server = *state;
    server_on(server, "GET", "/a", ANSWER_JSON(200, "{\"a\":1}", .framing = FRAMING_CHUNKED));
    assert_answer(server, "GET", "/a", "chunked\r\n\r\n4\r\n{\"a\"\r\n3\r\n:1}\r\n0\r\n\r\n");
}

static void test_huge_body(void **state)
{
    struct server *server = *state;
    size_t size = 100 * 1000 * 1000, seen = 0;
    char block[64 * 1024];
    ssize_t got;
    server_on(server, "GET", "/a",
              ANSWER_STATUS(200, .body = "abc", .body_fill = size, .framing = FRAMING_CLOSE));
    int fd = client_open(server);
    client_send(fd, "GET", "/a", "");
    while ((got = recv(fd, block, sizeof block, 0)) > 0)
        seen += (size_t)got;
    close(fd);
    assert_in_range(seen, size, size + 200);
}

static void test_gzip_bomb(void **state)
{
    struct server *server = *state;
    size_t size = 10 * 1000 * 1000;
    server_on(server, "GET", "/a",
              ANSWER_JSON(200, " ", .body_fill = size, .gzip = true, .end = END_CLOSE));
    int fd = client_open(server);
    char *packed = support_need(malloc(size));
    size_t got = 0;
    client_send(fd, "GET", "/a", "");
    for (ssize_t more; (more = recv(fd, packed + got, size - got, 0)) > 0;)
        got += (size_t)more;
    close(fd);
    assert_in_range(got, 1000, size / 100);
    char *body = memmem(packed, got, "\r\n\r\n", 4);
    assert_non_null(body);
    Bytef *unpacked = support_need(malloc(size + 1));
    z_stream stream = {.next_in = (Bytef *)body + 4,
                       .avail_in = (uInt)(got - (size_t)(body + 4 - packed)),
                       .next_out = unpacked,
                       .avail_out = (uInt)size + 1};
    assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
    assert_int_equal(stream.total_out, size);
    inflateEnd(&stream);
    free(unpacked);
    free(packed);
}

static void test_contract_serve(void **state)
{
    struct server *server = *state;
    contract_serve(
        server,
        SPACES({.id = UUID("aaaaaaaa"), .name = "ops"}, {.id = UUID("bbbbbbbb"), .name = "qa"}),
        RUNTIMES({.id = UUID("11111111"), .name = "checkout"},
                 {.id = UUID("22222222"), .name = "nightly", .space = UUID("bbbbbbbb")}),
        LEASES({.id = UUID("3f9c21aa"), .runtime = UUID("22222222"), .left_s = 48}));
    assert_answer(server, "GET", "/v1/spaces", "\"name\":\"qa\"");
    assert_answer(server, "GET", "/v1/spaces/" UUID("aaaaaaaa") "/runtimes",
                  "{\"runtimes\":[{\"id\":\"11111111-");
    assert_answer(server, "GET", "/v1/spaces/" UUID("bbbbbbbb") "/runtimes",
                  "{\"runtimes\":[{\"id\":\"22222222-");
    assert_answer(server, "GET", CONNECTIONS(UUID("aaaaaaaa"), UUID("11111111")),
                  "{\"connections\":[]}");
    assert_answer(server, "GET", CONNECTIONS(UUID("bbbbbbbb"), UUID("22222222")),
                  "{\"connections\":[{\"id\":\"3f9c21aa-");
    contract_serve(server, NULL, NULL, NULL);
    assert_answer(server, "GET", "/v1/spaces", "{\"spaces\":[]}");
    assert_int_equal(server_unexpected(server), 0);
}

/* ---- Time, coming and going */

static void test_date(void **state)
{
    struct server *server = *state;
    char *answer = ask(server, "GET", "/");
    assert_has(answer, "\r\nDate: ");
    free(answer);
    server_date(server, DATE_FIXED, 784111777); /* the example of RFC 9110, 5.6.7 */
    assert_answer(server, "GET", "/", "\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
    assert_int_equal(server_now(server), 784111777);
    server_date(server, DATE_FROM, 784111777);
    assert_in_range(server_now(server), 784111777, 784111777 + 60);
    server_date(server, DATE_OFFSET, -7200);
    assert_in_range(time(NULL) - server_now(server), 7190, 7210);
    server_date(server, DATE_ABSENT, 0);
    answer = ask(server, "GET", "/");
    assert_null(strstr(answer, "Date:"));
    free(answer);
}

static void test_down_and_up(void **state)
{
    struct server *server = *state;
    server_on(server, "GET", "/a", ANSWER_STATUS(200));
    int error, kept = client_open(server);
    client_send(kept, "GET", "/a", "");
    free(client_read(kept, 0));
    server_down(server);
    char *rest = client_read_all(kept, &error);
    assert_string_equal(rest, "");
    free(rest);
    close(kept);
    assert_int_equal(client_open(server), -1);
    server_up(server);
    assert_answer(server, "GET", "/a", " 200 ");
    assert_int_equal(server_count(server, "GET", "/a"), 2);
}

static void *asks_often(void *context)
{
    for (int i = 0; i < 50; i++)
        free(ask(context, "GET", "/a"));
    return NULL;
}

static void test_answers_change_while_running(void **state)
{
    struct server *server = *state;
    pthread_t clients[4];
    server_on(server, "GET", "/a", ANSWER_STATUS(200));
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&clients[i], NULL, asks_often, server), 0);
    for (int i = 0; i < 200; i++) {
        server_then(server, "GET", "/a", ANSWER_STATUS(500), ANSWER_JSON(200, "{}"));
        server_date(server, DATE_OFFSET, i);
    }
    assert_true(server_wait(server, "GET", "/a", 200, WAIT_MS));
    for (size_t i = 0; i < 4; i++)
        pthread_join(clients[i], NULL);
    assert_int_equal(server_count(server, "GET", "/a"), 200);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_answers_a_route),
        TEST(test_no_route_is_404_and_counted),
        TEST(test_patterns),
        TEST(test_newest_route_wins_and_same_one_is_replaced),
        TEST(test_answers_in_order),
        TEST(test_an_answer_can_change_another),
        TEST(test_requests_are_kept),
        TEST(test_connections_are_kept_and_counted),
        TEST(test_half_a_header_is_no_request),
        TEST(test_hold_and_release),
        TEST(test_hold_body),
        TEST(test_cuts),
        TEST(test_stop_frees_who_waits),
        TEST(test_next_request_is_counted_and_not_answered),
        TEST(test_drip),
        TEST(test_chunks),
        TEST(test_huge_body),
        TEST(test_gzip_bomb),
        TEST(test_contract_serve),
        TEST(test_date),
        TEST(test_down_and_up),
        TEST(test_answers_change_while_running),
    };
    return cmocka_run_group_tests_name("server", tests, NULL, NULL);
}
