/* What a browser answers, read in any pieces and within its ceilings; and the addresses in it. */
#include "gateway/exchange.h"
#include "gateway/fleet.h"
#include "gateway/rewrite.h"
#include "tests/support/support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- exchanges, with a socket of our own at the other end */

static struct exchange *begin(bool upgrade, int *other)
{
    int ends[2];
    struct exchange *exchange = exchange_new("runtime");
    assert_non_null(exchange);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    exchange->watch.fd = ends[0];
    exchange->upgrade = upgrade;
    *other = ends[1];
    return exchange;
}

/* Answers in pieces of `piece` bytes, and ends if it has not been understood by then. */
static struct exchange *answer(bool upgrade, const char *text, size_t piece)
{
    int other;
    struct exchange *exchange = begin(upgrade, &other);
    for (size_t at = 0, size = strlen(text); at < size && exchange->outcome == EXCHANGE_PENDING;
         at += piece) {
        size_t part = size - at < piece ? size - at : piece;
        assert_int_equal(send(other, text + at, part, 0), part);
        bool done = exchange_read(exchange);
        assert_int_equal(done, exchange->outcome != EXCHANGE_PENDING);
    }
    close(other);
    if (exchange->outcome == EXCHANGE_PENDING)
        exchange_read(exchange);
    return exchange;
}

static const char upgraded[] = "HTTP/1.1 101 WebSocket Protocol Handshake\r\n"
                               "Upgrade: WebSocket\r\nConnection: Upgrade\r\n"
                               "sec-websocket-accept:  abc=\r\n"
                               "Sec-WebSocket-Extensions: permessage-deflate; x=1\r\n\r\n"
                               "first frame";

static void test_upgrade(void **state)
{
    (void)state;
    for (size_t piece = 1; piece < sizeof upgraded; piece += 7) {
        struct exchange *exchange = answer(true, upgraded, piece);
        assert_int_equal(exchange->outcome, EXCHANGE_DONE);
        assert_int_equal(exchange->status, 101);
        assert_string_equal(exchange->accept, "abc=");
        assert_string_equal(exchange->extensions, "permessage-deflate; x=1");
        assert_string_equal(exchange->protocol, "");
        assert_memory_equal(exchange->bytes, "first frame", exchange->size);
        exchange_free(exchange);
    }
}

static void test_body(void **state)
{
    (void)state;
    for (size_t piece = 1; piece < 60; piece += 3) {
        struct exchange *exchange =
            answer(false, "HTTP/1.1 200 OK\r\nContent-Length:5\r\n\r\n[1,2]", piece);
        assert_int_equal(exchange->outcome, EXCHANGE_DONE);
        assert_int_equal(exchange->size, 5);
        assert_memory_equal(exchange->bytes, "[1,2]", 5);
        exchange_free(exchange);
    }
}

static void test_bad_answers(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "HTTP/2 200\r\n\r\n",
        "\r\n\r\n",
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct exchange *exchange = answer(false, bad[i], 1000);
        assert_int_equal(exchange->outcome, EXCHANGE_FAILED);
        exchange_free(exchange);
    }
}

static void test_ceilings(void **state)
{
    (void)state;
    char *head = support_need(malloc(2 * EXCHANGE_HEAD_MAX + 1));
    memset(head, 'x', 2 * EXCHANGE_HEAD_MAX);
    head[2 * EXCHANGE_HEAD_MAX] = '\0';
    struct exchange *exchange = answer(true, head, 512);
    assert_int_equal(exchange->outcome, EXCHANGE_FAILED);
    exchange_free(exchange);
    free(head);
    int other;
    char block[65536] = {0};
    size_t sent = 0;
    exchange = begin(false, &other);
    static const char lots[] = "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n";
    assert_int_equal(send(other, lots, sizeof lots - 1, 0), sizeof lots - 1);
    while (!exchange_read(exchange) && sent < 3 * EXCHANGE_BODY_MAX) {
        ssize_t size = send(other, block, sizeof block, MSG_DONTWAIT);
        sent += size > 0 ? (size_t)size : 0;
    }
    assert_int_equal(exchange->outcome, EXCHANGE_FAILED);
    assert_true(sent <= 2 * EXCHANGE_BODY_MAX);
    exchange_free(exchange);
    close(other);
}

static void test_headers(void **state)
{
    (void)state;
    char value[EXCHANGE_REQUEST_SIZE];
    struct exchange *exchange = exchange_new("runtime");
    assert_true(exchange_header(exchange, "Host", "127.0.0.1:1"));
    assert_string_equal(exchange->headers, "Host: 127.0.0.1:1\r\n");
    memset(value, 'v', sizeof value);
    value[sizeof value - 1] = '\0';
    assert_false(exchange_header(exchange, "Too-Long", value));
    exchange_free(exchange);
}

/* ---- addresses */

#define BASE "127.0.0.1:8787/"

static void test_rewrite(void **state)
{
    (void)state;
    static const struct {
        const char *before, *after;
    } texts[] = {
        {"ws://" BASE "devtools/browser/f3ca66c7-cfbf-4dfc", "ws://" BASE "attach/T"},
        {"ws://" BASE "devtools/browser/f3?x", "ws://" BASE "attach/T?x"},
        {"ws://" BASE "devtools/page/99AB", "ws://" BASE "attach/T/devtools/page/99AB"},
        {"x?ws=" BASE "devtools/page/1&y=" BASE "devtools/page/2",
         "x?ws=" BASE "attach/T/devtools/page/1&y=" BASE "attach/T/devtools/page/2"},
        {"http://" BASE "other", "http://" BASE "other"},
        {"", ""},
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        const char *before = texts[i].before, *after = texts[i].after;
        static const char shape[] = "[{s:s, s:s, s:s, s:[i,b,n,s,{s:s}]}, s]";
        json_t *value = json_pack(shape, "webSocketDebuggerUrl", before, "title", before, "url",
                                  before, "b", 1, 1, before, "devtoolsFrontendUrl", before, before);
        json_t *wanted = json_pack(shape, "webSocketDebuggerUrl", after, "title", before, "url",
                                   before, "b", 1, 1, before, "devtoolsFrontendUrl", after, before);
        assert_non_null(wanted);
        assert_true(rewrite_addresses(value, 8787, "T"));
        assert_true(json_equal(value, wanted));
        json_decref(value);
        json_decref(wanted);
    }
}

/* ---- graves */

static void bury(struct graves *graves, unsigned number, enum lease_end end)
{
    struct lease lease = {.end = end};
    snprintf(lease.id, sizeof lease.id, "%u", number);
    snprintf(lease.token, sizeof lease.token, "%032u", number);
    graves_add(graves, NULL, &lease);
}

static enum lease_end find(const struct graves *graves, unsigned number)
{
    char token[TOKEN_SIZE];
    snprintf(token, sizeof token, "%032u", number);
    return graves_find(graves, token);
}

static void test_graves(void **state)
{
    (void)state;
    static const struct runtime elsewhere = {.id = "elsewhere"};
    static const struct lease of_others = {.id = "others", .end = LEASE_CLOSED};
    struct graves *graves = graves_new();
    assert_int_equal(find(graves, 0), LEASE_LIVE);
    graves_add(graves, NULL, &of_others);
    assert_non_null(graves_lease(graves, NULL, "others"));
    for (unsigned i = 0; i < GRAVES_MAX + 10; i++) {
        bury(graves, i, i % 2 == 0 ? LEASE_REVOKED : LEASE_EXPIRED);
        assert_int_equal(find(graves, i), i % 2 == 0 ? LEASE_REVOKED : LEASE_EXPIRED);
    }
    assert_int_equal(find(graves, 9), LEASE_LIVE);
    assert_int_equal(find(graves, 10), LEASE_REVOKED);
    assert_null(graves_lease(graves, NULL, "9"));
    assert_int_equal(graves_lease(graves, NULL, "11")->end, LEASE_EXPIRED);
    assert_null(graves_lease(graves, &elsewhere, "11"));
    graves_free(graves);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_upgrade),     cmocka_unit_test(test_body),
        cmocka_unit_test(test_bad_answers), cmocka_unit_test(test_ceilings),
        cmocka_unit_test(test_headers),     cmocka_unit_test(test_rewrite),
        cmocka_unit_test(test_graves),
    };
    return cmocka_run_group_tests_name("exchange", tests, NULL, NULL);
}
