/* The server cannot be reached at all: what is known stays, the cause is called by its name, and
 * the client finds back by itself. */
#include "tests/contract/deaf.h"
#include "tests/contract/stage.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

static void test_refused_and_back(void **state)
{
    struct stage *stage = *state;
    world_serve(stage->server);
    struct viewer *viewer = stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(viewer);
    server_down(stage->server);
    VIEWER_UNTIL(viewer, viewer_server_trouble(viewer) == TROUBLE_REFUSED);
    const struct source_state *all = &viewer->seen->server;
    assert_string_equal(all->trouble->sentence, "the connection is refused");
    assert_in_range(all->retry_ms - all->since_ms, SCHEDULE_BACKOFF_MIN_MS - 10,
                    SCHEDULE_BACKOFF_MIN_MS * 5 / 4 + 10);
    assert_int_equal(viewer_state(viewer, LEASE_ONE), LEASE_ACTIVE);
    assert_int_equal(viewer_state(viewer, LEASE_TWO), LEASE_ACTIVE);

    server_on(stage->server, "GET", NIGHTLY_LEASES, LISTING_NONE);
    server_up(stage->server);
    VIEWER_UNTIL(viewer, viewer_server_trouble(viewer) == TROUBLE_NONE);
    VIEWER_UNTIL(viewer, viewer_state(viewer, LEASE_TWO) == LEASE_ENDED);
    assert_int_equal(viewer_state(viewer, LEASE_ONE), LEASE_ACTIVE);
}

static void test_refresh_does_not_wait(void **state)
{
    struct stage *stage = *state;
    world_serve(stage->server);
    struct viewer *viewer = stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(viewer);
    server_down(stage->server);
    VIEWER_UNTIL(viewer, viewer_server_trouble(viewer) == TROUBLE_REFUSED);
    int64_t retry_ms = viewer->seen->server.retry_ms;
    server_up(stage->server);
    client_refresh(viewer->client);
    VIEWER_UNTIL(viewer, viewer_server_trouble(viewer) == TROUBLE_NONE);
    assert_true(clock_boot_now_ms() < retry_ms);
}

static void test_down_at_first(void **state)
{
    struct stage *stage = *state;
    server_down(stage->server);
    struct viewer *viewer = stage->viewer = viewer_of(stage->server);
    VIEWER_UNTIL(viewer, viewer_server_trouble(viewer) == TROUBLE_REFUSED);
    assert_int_equal(viewer->seen->runtime_count, 0);
    assert_int_equal(viewer->seen->server.answered_ms, 0);
    server_up(stage->server);
    world_serve(stage->server);
    viewer_wait_ready(viewer);
    assert_int_equal(viewer_server_trouble(viewer), TROUBLE_NONE);
}

static void test_nobody_takes_the_connection(void **state)
{
    struct stage *stage = *state;
    struct deaf deaf;
    deaf_init(&deaf);
    struct client_options options = viewer_options(stage->server);
    options.base_url = deaf.url;
    options.connect_timeout_ms = 200;
    struct viewer *viewer = stage->viewer = viewer_open(&options);
    VIEWER_UNTIL(viewer, viewer_server_trouble(viewer) == TROUBLE_TIMEOUT);
    assert_string_equal(viewer->seen->server.trouble->sentence, "no answer in time");
    assert_true(viewer->seen->catalog_settled);
    deaf_clear(&deaf);
}

/* Takes one connection on a port of 127.0.0.1 and says this, whatever it is told. */
static void *say_in_plain(void *context)
{
    static const char words[] = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";
    int fd = accept(*(int *)context, NULL, NULL);
    (void)!write(fd, words, sizeof words - 1);
    close(fd);
    return NULL;
}

static int listen_somewhere(char *url, size_t size)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, length), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    snprintf(url, size, "https://127.0.0.1:%d", ntohs(address.sin_port));
    return fd;
}

static void test_no_tls_where_it_should_be(void **state)
{
    struct stage *stage = *state;
    pthread_t thread;
    char url[64];
    int listener = listen_somewhere(url, sizeof url);
    struct client_options options = viewer_options(stage->server);
    options.base_url = url;
    assert_int_equal(pthread_create(&thread, NULL, say_in_plain, &listener), 0);
    struct viewer *viewer = stage->viewer = viewer_open(&options);
    VIEWER_UNTIL(viewer, viewer_server_trouble(viewer) == TROUBLE_TLS);
    assert_string_equal(viewer->seen->server.trouble->sentence, "the TLS handshake failed");
    pthread_join(thread, NULL);
    close(listener);
}

/* Nothing is told to a server that has not proved who it is. */
static void test_a_handshake_that_does_not_end(void **state)
{
    struct stage *stage = *state;
    char url[64];
    snprintf(url, sizeof url, "https://127.0.0.1:%d", server_port(stage->server));
    struct client_options options = viewer_options(stage->server);
    options.base_url = url;
    options.connect_timeout_ms = 200;
    struct viewer *viewer = stage->viewer = viewer_open(&options);
    VIEWER_UNTIL(viewer, viewer_server_trouble(viewer) == TROUBLE_TIMEOUT);
    assert_int_equal(server_count(stage->server, "*", "**"), 0);
}

static void test_a_ca_file_that_is_not_there(void **state)
{
    struct stage *stage = *state;
    char url[64];
    snprintf(url, sizeof url, "https://127.0.0.1:%d", server_port(stage->server));
    struct client_options options = viewer_options(stage->server);
    options.base_url = url;
    options.ca_file = "/nonexistent/ca.pem";
    struct viewer *viewer = stage->viewer = viewer_open(&options);
    VIEWER_UNTIL(viewer, viewer_server_trouble(viewer) == TROUBLE_TLS);
    assert_string_equal(viewer->seen->server.trouble->sentence, "the CA file cannot be read");
}

static const struct CMUnitTest tests[] = {
    STAGED(test_refused_and_back),
    STAGED(test_refresh_does_not_wait),
    STAGED(test_down_at_first),
    STAGED(test_nobody_takes_the_connection),
    STAGED(test_no_tls_where_it_should_be),
    STAGED(test_a_handshake_that_does_not_end),
    STAGED(test_a_ca_file_that_is_not_there),
};

int main(void)
{
    return cmocka_run_group_tests_name("offline", tests, viewer_global_setup,
                                       viewer_global_teardown);
}
