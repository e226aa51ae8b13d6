/* Frames followed in a stream, and sessions that are cut in the middle of one: what the client gets
 * is always whole frames, then one close frame. Random; the seed is printed. */
#include "gateway/browsers.h"
#include "gateway/frames.h"
#include "gateway/ids.h"
#include "gateway/session.h"
#include "gateway/when.h"
#include "tests/support/support.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define STREAM_FRAMES 40

static struct dice dice;

static size_t roll(size_t below)
{
    return (size_t)(dice_roll(&dice) % below);
}

/* ---- streams of frames, written by the book */

static void add_frame(struct support_bytes *stream, unsigned char opcode, uint64_t size,
                      bool masked)
{
    unsigned char header[14] = {(unsigned char)(0x80 | opcode)};
    unsigned char mask = masked ? 0x80 : 0;
    size_t used = 2, more = size < 126 ? 0 : size < 65536 ? 2 : 8;
    header[1] = (unsigned char)(mask | (more == 0 ? size : more == 2 ? 126 : 127));
    for (size_t i = 0; i < more; i++)
        header[used++] = (unsigned char)(size >> (8 * (more - 1 - i)));
    used += masked ? 4 : 0;
    support_bytes_add(stream, header, used);
    for (uint64_t i = 0; i < size; i++)
        support_bytes_add(stream, &(unsigned char){(unsigned char)i}, 1);
}

static size_t roll_size(void)
{
    static const size_t sizes[] = {0, 1, 125, 126, 127, 1000, 65535, 65536, 200000};
    return sizes[roll(sizeof sizes / sizeof sizes[0])];
}

/* ---- following */

static void check_left(const unsigned char *bytes, size_t size, uint64_t left, bool closed)
{
    struct frames frames = {0};
    frames_follow(&frames, bytes, size);
    assert_int_equal(frames_left(&frames), left);
    assert_int_equal(frames.closed, closed);
}

static void test_what_is_left(void **state)
{
    (void)state;
    static const unsigned char text[] = {0x81, 3, 'a', 'b', 'c'}, close_frame[] = {0x88, 0},
                               masked[] = {0x81, 0x82, 1, 2, 3, 4, 'x', 'y'},
                               long_16[] = {0x82, 126, 1, 0},
                               long_64[] = {2, 127, 0, 0, 1, 0, 0, 0, 0, 0};
    check_left(text, 0, 0, false);
    check_left(text, 1, 1, false);
    check_left(text, 2, 3, false);
    check_left(text, 4, 1, false);
    check_left(text, 5, 0, false);
    check_left(masked, 2, 4, false);
    check_left(masked, 6, 2, false);
    check_left(masked, 8, 0, false);
    check_left(long_16, 2, 2, false);
    check_left(long_16, 4, 256, false);
    check_left(long_64, 2, 8, false);
    check_left(long_64, 10, 1ULL << 40, false);
    check_left(close_frame, 2, 0, true);
}

/* However a stream is cut into pieces, its frames end where they do. */
static void test_any_pieces(void **state)
{
    (void)state;
    for (int i = 0; i < 50; i++) {
        struct support_bytes stream = {0};
        struct frames frames = {0};
        size_t ends[STREAM_FRAMES], next = 0;
        for (size_t f = 0; f < STREAM_FRAMES; f++) {
            add_frame(&stream, (unsigned char)roll(8), roll_size() % 3000, roll(2) == 0);
            ends[f] = stream.size;
        }
        for (size_t at = 0; at < stream.size;) {
            size_t size = 1 + roll(roll(2) == 0 ? 5 : 4000);
            if (size > stream.size - at)
                size = stream.size - at;
            frames_follow(&frames, stream.bytes + at, size);
            at += size;
            while (ends[next] < at)
                next++;
            assert_int_equal(frames_left(&frames) == 0, ends[next] == at);
            assert_true(frames_left(&frames) <= ends[next] - at);
        }
        assert_false(frames.closed);
        support_bytes_clear(&stream);
    }
}

static void test_close_frames(void **state)
{
    (void)state;
    unsigned char frame[FRAMES_CLOSE_MAX];
    char words[300];
    assert_int_equal(frames_close(frame, 4002, "gone"), 8);
    assert_memory_equal(frame, "\x88\x06\x0f\xa2gone", 8);
    memset(words, 'x', sizeof words);
    words[sizeof words - 1] = '\0';
    assert_int_equal(frames_close(frame, 1001, words), FRAMES_CLOSE_MAX);
    assert_int_equal(frame[1], 125);
}

/* ---- sessions between two sockets of our own */

struct stage {
    struct session *session;
    struct session_ground ground;
    int client, browser; /* our ends */
    struct support_bytes sent, got;
    bool client_ended;
};

static void open_stage(struct stage *stage)
{
    int client[2], browser[2], small = 1;
    *stage = (struct stage){0};
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, client), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, browser), 0);
    setsockopt(client[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    stage->session = session_new(browser[0], 1, WHEN_NEVER);
    stage->session->client.fd = client[0];
    stage->client = client[1];
    stage->browser = browser[1];
    stage->ground.buffer = support_need(malloc(SESSION_BUFFER));
    stage->ground.now_ms = 1000;
}

static void close_stage(struct stage *stage)
{
    close(stage->session->client.fd);
    session_free(stage->session);
    close(stage->client);
    if (stage->browser >= 0)
        close(stage->browser);
    free(stage->ground.buffer);
    support_bytes_clear(&stage->sent);
    support_bytes_clear(&stage->got);
}

/* Reads what the session has for its client, `max` bytes at most. */
static void read_some(struct stage *stage, size_t max)
{
    char bytes[4096];
    while (max > 0 && !stage->client_ended) {
        ssize_t got = recv(stage->client, bytes, max < sizeof bytes ? max : sizeof bytes, 0);
        if (got < 0 && errno == EAGAIN)
            return;
        stage->client_ended = got <= 0;
        support_bytes_add(&stage->got, bytes, got > 0 ? (size_t)got : 0);
        max -= got > 0 ? (size_t)got : 0;
    }
}

/* Lets everything move that still can. */
static void settle(struct stage *stage, size_t *fed)
{
    for (int idle = 0; idle < 3; idle++) {
        size_t before = stage->got.size;
        if (stage->browser >= 0 && *fed < stage->sent.size) {
            ssize_t size = send(stage->browser, stage->sent.bytes + *fed, stage->sent.size - *fed,
                                MSG_NOSIGNAL);
            *fed += size > 0 ? (size_t)size : 0;
            idle = size > 0 ? 0 : idle;
        }
        session_move(stage->session, &stage->ground);
        read_some(stage, SIZE_MAX);
        idle = stage->got.size != before ? 0 : idle;
    }
}

/* Whole frames as they were sent, and then the close frame, and nothing else. */
static void check_clean(const struct stage *stage, const unsigned char *end, size_t end_size)
{
    struct frames frames = {0};
    assert_true(stage->got.size >= end_size);
    size_t before = stage->got.size - end_size;
    assert_memory_equal(stage->got.bytes + before, end, end_size);
    assert_true(before <= stage->sent.size);
    assert_memory_equal(stage->got.bytes, stage->sent.bytes, before);
    frames_follow(&frames, stage->got.bytes, before);
    assert_int_equal(frames_left(&frames), 0);
}

static void cut_at_random(void)
{
    struct stage stage;
    size_t fed = 0, pieces = roll(60);
    open_stage(&stage);
    for (size_t f = 0; f < STREAM_FRAMES; f++)
        add_frame(&stage.sent, (unsigned char)(1 + roll(2)), roll_size(), false);
    for (size_t i = 0; i < pieces; i++) {
        size_t size = roll(30000);
        if (size > stage.sent.size - fed)
            size = stage.sent.size - fed;
        ssize_t taken = send(stage.browser, stage.sent.bytes + fed, size, 0);
        fed += taken > 0 ? (size_t)taken : 0;
        session_move(stage.session, &stage.ground);
        read_some(&stage, roll(40000));
    }
    session_cut(stage.session, &stage.ground, END_REVOKED);
    settle(&stage, &fed);
    unsigned char frame[FRAMES_CLOSE_MAX];
    size_t size = frames_close(frame, 4002, "the lease was revoked");
    check_clean(&stage, frame, size);
    assert_int_equal(stage.session->phase, SESSION_LINGERING);
    assert_true(stage.client_ended);
    shutdown(stage.client, SHUT_RDWR);
    session_move(stage.session, &stage.ground);
    assert_int_equal(stage.session->phase, SESSION_OVER);
    close_stage(&stage);
}

static void test_cut_between_frames(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++)
        cut_at_random();
}

/* All that the browser said comes first, and its own close frame is the last. Otherwise nothing is
 * said before it is known why it hung up. */
static void check_browser_end(bool closes, enum session_end why, unsigned code, const char *words)
{
    struct stage stage;
    size_t fed = 0;
    unsigned char frame[FRAMES_CLOSE_MAX];
    size_t size = closes ? 0 : frames_close(frame, code, words);
    open_stage(&stage);
    for (size_t f = 0; f < STREAM_FRAMES; f++)
        add_frame(&stage.sent, 1, roll_size(), false);
    if (closes)
        add_frame(&stage.sent, 8, 2, false);
    settle(&stage, &fed);
    assert_int_equal(fed, stage.sent.size);
    close(stage.browser);
    stage.browser = -1;
    settle(&stage, &fed);
    assert_int_equal(stage.got.size, stage.sent.size);
    assert_int_equal(stage.session->phase, closes ? SESSION_LINGERING : SESSION_DOUBTING);
    if (!closes) {
        assert_int_equal(session_next_ms(stage.session), 1000 + BROWSERS_DOUBT_MS);
        session_cut(stage.session, &stage.ground, why);
        settle(&stage, &fed);
    }
    assert_int_equal(stage.got.size, stage.sent.size + size);
    check_clean(&stage, frame, size);
    close_stage(&stage);
}

static void test_browser_ends(void **state)
{
    (void)state;
    check_browser_end(false, END_BROWSER, 1001, "the browser has gone");
    check_browser_end(false, END_CLOSED, 1011, "the browser has closed this connection");
    check_browser_end(true, END_NONE, 0, "");
}

/* Also to a client that goes on talking, and hears of it by being told, not by a reset. */
static void test_browser_ends_while_spoken_to(void **state)
{
    (void)state;
    struct stage stage;
    unsigned char frame[FRAMES_CLOSE_MAX];
    size_t fed = 0, size = frames_close(frame, 1001, "the browser has gone");
    char words[5000] = {0};
    open_stage(&stage);
    add_frame(&stage.sent, 1, 3000, false);
    settle(&stage, &fed);
    for (int i = 0; i < 50; i++)
        send(stage.client, words, sizeof words, MSG_NOSIGNAL);
    for (int i = 0; i < 10; i++)
        session_move(stage.session, &stage.ground);
    close(stage.browser);
    stage.browser = -1;
    for (int i = 0; i < 50; i++)
        send(stage.client, words, sizeof words, MSG_NOSIGNAL);
    settle(&stage, &fed);
    session_cut(stage.session, &stage.ground, END_BROWSER);
    settle(&stage, &fed);
    check_clean(&stage, frame, size);
    close_stage(&stage);
}

/* In the middle of a frame nothing can be put between: the client sees no close frame. */
static void test_browser_ends_in_a_frame(void **state)
{
    (void)state;
    struct stage stage;
    size_t fed = 0;
    open_stage(&stage);
    add_frame(&stage.sent, 1, 5000, false);
    stage.sent.size -= 10;
    settle(&stage, &fed);
    close(stage.browser);
    stage.browser = -1;
    settle(&stage, &fed);
    assert_int_equal(stage.session->phase, SESSION_DOUBTING);
    session_cut(stage.session, &stage.ground, END_BROWSER);
    settle(&stage, &fed);
    assert_int_equal(stage.session->phase, SESSION_OVER);
    assert_int_equal(stage.got.size, stage.sent.size);
    close_stage(&stage);
}

/* A client that takes nothing has half a second; the caller's clock says when that is over. */
static void test_slow_client(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    add_frame(&stage.sent, 1, 200000, false);
    for (size_t fed = 0; fed < 100000;) {
        ssize_t size = send(stage.browser, stage.sent.bytes + fed, stage.sent.size - fed, 0);
        session_move(stage.session, &stage.ground);
        if (size <= 0)
            break;
        fed += (size_t)size;
    }
    assert_int_equal(session_browser_events(stage.session), 0);
    session_cut(stage.session, &stage.ground, END_EXPIRED);
    session_move(stage.session, &stage.ground);
    assert_int_equal(stage.session->phase, SESSION_CUTTING);
    assert_int_equal(stage.session->late_ms, 1500);
    session_late(stage.session);
    assert_int_equal(stage.session->phase, SESSION_OVER);
    close_stage(&stage);
}

/* What the client says last reaches the browser, also when it hangs up at once. */
static void test_client_ends(void **state)
{
    (void)state;
    struct stage stage;
    char bytes[64];
    open_stage(&stage);
    assert_int_equal(send(stage.client, "last words", 10, 0), 10);
    shutdown(stage.client, SHUT_RDWR);
    for (int i = 0; i < 3; i++)
        session_move(stage.session, &stage.ground);
    assert_int_equal(recv(stage.browser, bytes, sizeof bytes, 0), 10);
    assert_memory_equal(bytes, "last words", 10);
    assert_int_equal(stage.session->phase, SESSION_OVER);
    close_stage(&stage);
}

/* ---- a browser that takes nothing */

/* True: what the client says waits in the session. */
static bool fill(struct stage *stage)
{
    char bytes[4096] = {0};
    for (int i = 0; i < 10000 && stage->session->to_browser.size == 0; i++) {
        send(stage->client, bytes, sizeof bytes, MSG_NOSIGNAL);
        session_move(stage->session, &stage->ground);
    }
    return stage->session->to_browser.size > 0;
}

static void test_client_hangs_up_unheard(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    assert_true(fill(&stage));
    assert_int_equal(session_client_events(stage.session), WATCH_HANG_UP);
    assert_int_equal(stage.session->late_ms, WHEN_NEVER);
    shutdown(stage.client, SHUT_RDWR);
    session_move(stage.session, &stage.ground);
    assert_int_equal(session_client_events(stage.session), 0); /* told once */
    assert_int_equal(session_next_ms(stage.session), 2000);
    session_late(stage.session);
    assert_int_equal(stage.session->phase, SESSION_OVER);
    close_stage(&stage);
}

/* Between two frames only, and no more once the browser takes what it is sent. */
static void test_heartbeat(void **state)
{
    (void)state;
    struct stage stage;
    size_t fed = 0;
    open_stage(&stage);
    add_frame(&stage.sent, 1, 100, false);
    send(stage.browser, stage.sent.bytes, 50, 0);
    assert_true(fill(&stage));
    assert_int_equal(session_next_ms(stage.session), 3000);
    stage.ground.now_ms = 3000;
    session_move(stage.session, &stage.ground);
    read_some(&stage, SIZE_MAX);
    assert_int_equal(stage.got.size, 50);
    assert_int_equal(session_next_ms(stage.session), 5000);
    fed = 50;
    settle(&stage, &fed);
    stage.ground.now_ms = 5000;
    settle(&stage, &fed);
    assert_int_equal(stage.got.size, stage.sent.size + 2);
    assert_memory_equal(stage.got.bytes + stage.sent.size, "\x8a\0", 2);
    while (stage.session->to_browser.size > 0) {
        char bytes[65536];
        recv(stage.browser, bytes, sizeof bytes, 0);
        session_move(stage.session, &stage.ground);
    }
    stage.ground.now_ms = 7000;
    settle(&stage, &fed);
    assert_int_equal(stage.got.size, stage.sent.size + 2);
    assert_int_equal(session_next_ms(stage.session), WHEN_NEVER);
    close_stage(&stage);
}

/* What cannot be waited for says so: with epoll what is closed, with poll one too many. */
static void test_watch_fails(void **state)
{
    (void)state;
    struct watch closed = {.fd = -1};
    struct watches *watches = support_need(watches_new(0));
    assert_false(watches_set(watches, &closed, POLLIN));
    assert_int_equal(closed.events, 0);
    assert_true(watches_set(watches, &closed, 0));
    watches_free(watches);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_left),
        cmocka_unit_test(test_any_pieces),
        cmocka_unit_test(test_close_frames),
        cmocka_unit_test(test_cut_between_frames),
        cmocka_unit_test(test_browser_ends),
        cmocka_unit_test(test_browser_ends_while_spoken_to),
        cmocka_unit_test(test_browser_ends_in_a_frame),
        cmocka_unit_test(test_slow_client),
        cmocka_unit_test(test_client_ends),
        cmocka_unit_test(test_client_hangs_up_unheard),
        cmocka_unit_test(test_heartbeat),
        cmocka_unit_test(test_watch_fails),
    };
    const char *seed = getenv("SEED");
    dice.state = seed != NULL ? strtoull(seed, NULL, 10) : (uint64_t)support_now_ms();
    printf("# SEED=%llu\n", (unsigned long long)dice.state);
    return cmocka_run_group_tests_name("frames", tests, NULL, NULL);
}
