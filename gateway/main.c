/* main: the order in which things start and stop, and waiting for the end. */
#include "gateway/options.h"
#include "gateway/server.h"
#include "gateway/wake.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- the end: a signal, or the end of standard input */

static volatile sig_atomic_t ended;
static struct wake signalled = WAKE_NONE; /* rung by the handler, so that no signal is slept over */

static void on_signal(int number)
{
    if (number != SIGCHLD)
        ended = 1;
    wake_ring(&signalled);
}

/* Blocks the signals that end us, and the one that tells of a browser's end, in every thread;
 * `waiting` is the mask to wait with. */
static bool catch_signals(sigset_t *waiting)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGCHLD};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_NOCLDSTOP};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigset_t blocked;
    sigemptyset(&blocked);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        sigaddset(&blocked, numbers[i]);
        sigaction(numbers[i], &action, NULL);
    }
    sigaction(SIGPIPE, &ignore, NULL);
    pthread_sigmask(SIG_BLOCK, &blocked, waiting);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        sigdelset(waiting, numbers[i]);
    return wake_open(&signalled);
}

static bool input_ended(void)
{
    char unused[256];
    ssize_t size = read(STDIN_FILENO, unused, sizeof unused);
    return size == 0 || (size < 0 && errno != EINTR && errno != EAGAIN);
}

/* Of two times to wait, -1 being for ever. */
static int sooner(int a_ms, int b_ms)
{
    return a_ms < 0 || (b_ms >= 0 && b_ms < a_ms) ? b_ms : a_ms;
}

/* The browsers are this thread's: they live as long as it does. */
static void wait_for_end(bool until_eof, struct server *server, struct browsers *browsers,
                         const sigset_t *waiting)
{
    enum { INPUT, SIGNALS, VISITORS, OTHERS };
    struct pollfd fds[OTHERS + BROWSERS_FDS];
    fds[INPUT] = (struct pollfd){.fd = until_eof ? STDIN_FILENO : -1, .events = POLLIN};
    fds[SIGNALS] = (struct pollfd){.fd = signalled.read_fd, .events = POLLIN};
    fds[VISITORS] = (struct pollfd){.fd = server_fd(server), .events = POLLIN};
    while (!ended) {
        int timeout_ms = -1, turn_ms = server_turn(server);
        size_t count = OTHERS;
        if (browsers != NULL)
            count += browsers_wait(browsers, fds + OTHERS, &timeout_ms);
        sigset_t blocked;
        pthread_sigmask(SIG_SETMASK, waiting, &blocked);
        int ready = poll(fds, count, sooner(timeout_ms, turn_ms));
        pthread_sigmask(SIG_SETMASK, &blocked, NULL);
        wake_quiet(&signalled);
        if (ready > 0 && fds[INPUT].revents != 0 && input_ended())
            return;
        if (browsers != NULL)
            browsers_turn(browsers);
    }
}

/* ---- the start */

static bool populate(struct gateway *gateway, struct demo *demo, const struct options *options)
{
    int64_t now_ms = gateway->now_ms();
    if (options->fleet.runtimes > 0)
        return roster_measured(gateway->fleet, options->fleet, options->protocols, now_ms);
    if (!options->demo)
        return roster_plain(gateway->fleet, now_ms);
    gateway->demo = demo;
    return demo_init(demo, gateway->fleet, now_ms);
}

/* A made key is useless unless somebody hears of it; the lines can be pasted as they are. */
static bool announce(const struct gateway *gateway, bool key_made, struct fault *fault)
{
    if (key_made)
        fprintf(stderr, "export BCTRL_API_KEY=%s\nexport BCTRL_API_URL=http://127.0.0.1:%u\n",
                gateway->key.text, gateway->port);
    if (printf("listening on http://127.0.0.1:%u\n", gateway->port) < 0 || fflush(stdout) != 0)
        return fault_set(fault, FAULT_SYSTEM, "cannot write to standard output");
    return true;
}

static void wake_relay(void *relay)
{
    relay_wake(relay);
}

/* Warnings come before the line that says where it listens, which is what others wait for. */
static bool open_browsers(struct gateway *gateway, const struct options *options,
                          struct fault *fault)
{
    if (!options->browser)
        return true;
    gateway->browsers = browsers_new(
        &(struct browsers_options){.program = options->browser_path, .max = options->browsers_max},
        fault);
    if (gateway->browsers == NULL)
        return false;
    const char *warning;
    for (size_t i = 0; (warning = browsers_warning(gateway->browsers, i)) != NULL; i++)
        fprintf(stderr, "leasetop-gateway: %s\n", warning);
    gateway->relay = relay_new(&(struct relay_options){.browsers = gateway->browsers,
                                                       .cut = options->cut,
                                                       .resume = server_resume,
                                                       .hang_up = server_hang_up},
                               fault);
    if (gateway->relay != NULL)
        browsers_on_change(gateway->browsers, wake_relay, gateway->relay);
    return gateway->relay != NULL;
}

static bool serve(const struct options *options, const sigset_t *waiting, struct fault *fault)
{
    struct gateway gateway = {.protocols = options->protocols,
                              .page_size = options->page_size,
                              .ttl_min_s = options->ttl_min_s,
                              .now_ms = when_now_ms};
    struct server *server = NULL;
    struct demo demo;
    bool key_made;
    bool ok = key_load(&gateway.key, options->key_file, &key_made, fault);
    if (!ok)
        goto out;
    gateway.fleet = fleet_new(options->keep_ended_ms);
    if (gateway.fleet == NULL || !populate(&gateway, &demo, options)) {
        ok = fault_memory(fault);
        goto out;
    }
    ok = open_browsers(&gateway, options, fault);
    if (!ok)
        goto out;
    server = server_new(&gateway, options->port, fault);
    ok = server != NULL && announce(&gateway, key_made, fault);
    if (ok)
        wait_for_end(options->until_eof, server, gateway.browsers, waiting);
out:
    /* Sessions first, so that they end cleanly; the browsers when nothing can reach them. */
    relay_stop(gateway.relay);
    server_free(server);
    relay_free(gateway.relay);
    browsers_free(gateway.browsers);
    fleet_free(gateway.fleet);
    key_clear(&gateway.key);
    return ok;
}

static bool run(const struct options *options, const sigset_t *waiting, struct fault *fault)
{
    if (options->task == OPTIONS_SERVE)
        return serve(options, waiting, fault);
    if (options->task == OPTIONS_HELP)
        options_help(stdout);
    else if (options->task == OPTIONS_COMPLETE && options->word_count > 0)
        options_complete(stdout, options->words + 1, options->word_count - 1); /* behind `--` */
    else if (options->task == OPTIONS_COMPLETE)
        return true;
    else
        printf("leasetop-gateway %s\n", PACKAGE_VERSION);
    return fflush(stdout) == 0 || fault_set(fault, FAULT_SYSTEM, "cannot write to standard output");
}

int main(int argc, char **argv)
{
    struct options options;
    struct fault fault;
    sigset_t waiting;
    if (!catch_signals(&waiting))
        return FAULT_SYSTEM;
    json_object_seed(0);
    if (options_read(&options, argc, argv, &fault) && run(&options, &waiting, &fault))
        return EXIT_SUCCESS;
    fprintf(stderr, "leasetop-gateway: %s\n", fault.sentence);
    return fault.kind;
}
