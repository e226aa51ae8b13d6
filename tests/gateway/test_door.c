/* The door before a browser's debugging port, in front of a listener of our own: who is let in, and
 * who was there before. Nothing is timed: the listener answers one after the other, so who is not
 * answered before one that came later was not let in. */
#include "gateway/door.h"
#include "gateway/family.h"
#include "tests/support/support.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { PORTS_MAX = 20, CLIENTS_MAX = 8 };

#define HERE      0x7f000001 /* 127.0.0.1 */
#define ELSEWHERE 0x7f000002

struct stage {
    pid_t browser;
    bool launched; /* by another, which waits for it */
    uint16_t port;
    struct door door;
};

static struct sockaddr_in address_of(uint32_t host, uint16_t port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(host)};
}

static uint16_t port_of(int fd)
{
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    return ntohs(address.sin_port);
}

/* ---- what listens */

/* Greets whoever comes, and lets go of who has hung up. */
static void serve(int listener)
{
    struct pollfd fds[1 + CLIENTS_MAX] = {{.fd = listener, .events = POLLIN}};
    nfds_t count = 1;
    while (poll(fds, count, -1) > 0) {
        for (nfds_t i = 1; i < count; i++) {
            if (fds[i].revents != 0)
                close(fds[i].fd);
            fds[i].fd = fds[i].revents != 0 ? -1 : fds[i].fd;
        }
        if (fds[0].revents == 0)
            continue;
        int client = accept(listener, NULL, NULL);
        if (client < 0 || count > CLIENTS_MAX || send(client, "!", 1, MSG_NOSIGNAL) != 1)
            break;
        fds[count++] = (struct pollfd){.fd = client, .events = POLLIN};
    }
    _exit(1);
}

static void become(int listener, bool launched, int ready)
{
    setsid();
    pid_t child = launched ? fork() : 0;
    if (child == 0) {
        close(ready);
        serve(listener);
    }
    close(listener);
    close(ready);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        continue;
    _exit(1);
}

static bool begin(struct stage *stage)
{
    int ready[2];
    char unused;
    struct sockaddr_in address = address_of(HERE, 0);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;
    assert_int_equal(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes), 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 10), 0);
    stage->port = port_of(listener);
    stage->door = (struct door)DOOR_NONE;
    assert_int_equal(pipe(ready), 0);
    stage->browser = fork();
    if (stage->browser == 0) {
        close(ready[0]);
        become(listener, stage->launched, ready[1]);
    }
    close(listener);
    close(ready[1]);
    assert_int_equal(read(ready[0], &unused, 1), 0); /* once all of them have let go of it */
    close(ready[0]);
    return stage->browser > 0;
}

static void end(struct stage *stage)
{
    door_clear(&stage->door);
    family_kill(stage->browser);
    waitpid(stage->browser, NULL, 0);
}

static int set_up(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    *state = stage;
    return stage != NULL && begin(stage) ? 0 : -1;
}

static int tear_down(void **state)
{
    end(*state);
    free(*state);
    return 0;
}

/* ---- who comes */

static int bound(uint32_t host, uint16_t port)
{
    struct sockaddr_in address = address_of(host, port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

/* Connects; whoever is behind it may never accept. */
static void knock(const struct stage *stage, int fd)
{
    struct sockaddr_in address = address_of(HERE, stage->port);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
}

static void assert_answered(int fd)
{
    char byte;
    assert_int_equal(recv(fd, &byte, 1, 0), 1);
}

/* Until there is nothing left of it but its name in the system's list. */
static void hang_up(int fd)
{
    char byte;
    assert_int_equal(shutdown(fd, SHUT_WR), 0);
    assert_int_equal(recv(fd, &byte, 1, 0), 0);
    close(fd);
}

static void assert_not_answered(int fd)
{
    char byte;
    assert_int_equal(recv(fd, &byte, 1, MSG_DONTWAIT), -1);
    assert_int_equal(errno, EAGAIN);
}

/* A port that had a connection a minute ago counts as used, and other tests have many. */
static void shut(struct stage *stage)
{
    enum door_state state = DOOR_USED;
    for (int i = 0; i < PORTS_MAX && state == DOOR_USED; i++) {
        if (i > 0) {
            end(stage);
            assert_true(begin(stage));
        }
        state = door_shut(&stage->door, stage->browser, stage->port);
    }
    if (state == DOOR_OPEN)
        skip(); /* this system does not let us */
    assert_int_equal(state, DOOR_SHUT);
}

/* ---- tests */

static void test_guests(void **state)
{
    struct stage *stage = *state;
    shut(stage);
    int stranger = bound(HERE, 0), guest = bound(HERE, 0), late = bound(HERE, 0);
    knock(stage, stranger);
    assert_true(door_admit(&stage->door, port_of(guest)));
    assert_true(door_admit(&stage->door, port_of(late)));
    knock(stage, guest);
    assert_answered(guest);
    door_dismiss(&stage->door, port_of(guest));
    knock(stage, late);
    assert_answered(late);
    assert_not_answered(stranger);
    close(stranger);
    close(guest);
    close(late);
}

/* Every address of the loopback has all ports, and anybody may take them. */
static void test_same_port_elsewhere(void **state)
{
    struct stage *stage = *state;
    shut(stage);
    int guest = bound(HERE, 0);
    int stranger = bound(ELSEWHERE, port_of(guest));
    assert_true(door_admit(&stage->door, port_of(guest)));
    knock(stage, stranger);
    knock(stage, guest);
    assert_answered(guest);
    assert_not_answered(stranger);
    close(stranger);
    close(guest);
}

static void test_as_many_as_may(void **state)
{
    struct stage *stage = *state;
    shut(stage);
    int first = bound(HERE, 0), last = bound(HERE, 0), stranger = bound(HERE, 0);
    assert_true(door_admit(&stage->door, port_of(first)));
    for (int i = 1; i < DOOR_GUESTS_MAX - 1; i++)
        assert_true(door_admit(&stage->door, (uint16_t)i));
    assert_false(door_is_full(&stage->door));
    assert_true(door_admit(&stage->door, port_of(last)));
    assert_true(door_is_full(&stage->door));
    assert_false(door_admit(&stage->door, port_of(stranger)));
    knock(stage, stranger);
    knock(stage, first);
    assert_answered(first);
    knock(stage, last);
    assert_answered(last);
    assert_not_answered(stranger);
    close(first);
    close(last);
    close(stranger);
}

static void assert_used(struct stage *stage)
{
    enum door_state seen = door_shut(&stage->door, stage->browser, stage->port);
    if (seen == DOOR_OPEN)
        skip(); /* this system does not let us */
    assert_int_equal(seen, DOOR_USED);
}

/* Whoever was there first is inside for good: that browser is not to be used. */
static void test_used_before(void **state)
{
    struct stage *stage = *state;
    int stranger = bound(HERE, 0);
    knock(stage, stranger);
    assert_used(stage);
    close(stranger);
    assert_int_equal(stage->door.listener, -1);
}

static void test_used_and_gone(void **state)
{
    struct stage *stage = *state;
    int stranger = bound(ELSEWHERE, 0);
    knock(stage, stranger);
    assert_answered(stranger);
    hang_up(stranger);
    assert_used(stage);
}

/* The stranger's end of it is listed among the connections of IPv6. */
static void test_used_by_mapped(void **state)
{
    struct stage *stage = *state;
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(stage->port)};
    inet_pton(AF_INET6, "::ffff:127.0.0.1", &address.sin6_addr);
    int stranger = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (stranger < 0 || connect(stranger, (struct sockaddr *)&address, sizeof address) != 0)
        skip();
    assert_answered(stranger);
    hang_up(stranger);
    assert_used(stage);
}

/* What was started may be a script that starts the browser. */
static void test_behind_a_launcher(void **state)
{
    struct stage *stage = *state;
    shut(stage);
    end(stage);
    stage->launched = true;
    assert_true(begin(stage));
    enum door_state seen = door_shut(&stage->door, stage->browser, stage->port);
    assert_int_not_equal(seen, DOOR_OPEN);
}

#define AT_DOOR(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        AT_DOOR(test_guests),
        AT_DOOR(test_same_port_elsewhere),
        AT_DOOR(test_as_many_as_may),
        AT_DOOR(test_used_before),
        AT_DOOR(test_used_and_gone),
        AT_DOOR(test_used_by_mapped),
        AT_DOOR(test_behind_a_launcher),
    };
    return cmocka_run_group_tests_name("door", tests, NULL, NULL);
}
