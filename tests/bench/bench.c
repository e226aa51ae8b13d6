/* bench: measures leasetop on this machine, beside htop and `watch 'curl | jq'`, and prints a
 * table.
 * `./dev bench` calls it. It judges nothing; it fails only where something could not be measured.
 *
 * Needs BUILDDIR. Words select what is measured: start, quit, idle, keys, decode, browser; none:
 * all. */
#include "api/decode.h"
#include "tests/bench/decoding.h"
#include "tests/bench/gateway.h"
#include "tests/bench/measure.h"
#include "tests/bench/relaying.h"
#include "tests/bench/report.h"
#include "tests/support/support.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    FRAME_RUNS = 100,
    QUIT_RUNS = 50,
    WATCH_RUNS = 20,
    IDLE_S = 20,
    KEYS = 600,
    KEY_PAUSE_MS = 60,      /* at most, between two keys */
    LOADING_PAUSE_MS = 300, /* there are two minutes to fill */
    LOADING_MS = 300000,
    FLEET_TTL_S = 3300, /* MM:SS: every row changes every second */
    DECODE_LEASES = 10000,
};

static const char LEASES_SETTLED[] = "40 active", FLEET_SETTLED[] = "10000 active";

/* What is shown of a list by hand. */
static const char WATCHED[] =
    "curl -s -H \"Authorization: Bearer $BCTRL_API_KEY\" %s | "
    "jq -r '.connections[] | [.status, .id[:8], .protocol, .expiresAt] | @tsv'";

static const struct subject htop = {
    .name = "htop",
    .argv = (const char *const[]){"htop", NULL},
    .framed = "Help",
    .settled = "Help",
};

static void say(const char *what, const char *name)
{
    fprintf(stderr, "bench: %s of %s\n", what, name);
}

/* ---- first frame */

static void start_of(struct report *report, enum report_column column,
                     const struct subject *subject, int runs)
{
    struct start start = {0};
    say("the first frame", subject->name);
    measure_start(subject, runs, &start);
    report_set(report, LINE_FRAME_MEDIAN, column, "%.1f ms", samples_quantile(&start.frame, 0.5));
    report_set(report, LINE_FRAME_P99, column, "%.1f ms", samples_quantile(&start.frame, 0.99));
    report_set(report, LINE_FIRST_BYTE, column, "%.1f ms", samples_quantile(&start.byte, 0.5));
    if (!subject->works_by_children)
        report_set(report, LINE_FRAME_CPU, column, "%.1f ms", samples_quantile(&start.cpu, 0.5));
    samples_clear(&start.cpu);
    samples_clear(&start.frame);
    samples_clear(&start.byte);
}

/* Nobody listens at that address, so the network plays no part. */
static void bench_start(struct report *report)
{
    const struct subject leasetop = {
        .name = "leasetop",
        .argv = (const char *const[]){"leasetop", "--api-url", "http://127.0.0.1:9", NULL},
        .environment = (const char *const[]){"BCTRL_API_KEY=bctrl_nobody", NULL},
        .framed = "help",
    };
    start_of(report, COLUMN_LEASETOP, &leasetop, FRAME_RUNS);
    if (pty_installed("htop"))
        start_of(report, COLUMN_HTOP, &htop, FRAME_RUNS);
}

/* ---- the end */

static void quit_of(struct report *report, enum report_column column, const struct subject *subject,
                    int listener)
{
    struct samples quit = {0};
    say("quitting", subject->name);
    measure_quit(subject, QUIT_RUNS, listener, &quit);
    report_set(report, LINE_QUIT_MEDIAN, column, "%.1f ms", samples_quantile(&quit, 0.5));
    report_set(report, LINE_QUIT_P99, column, "%.1f ms", samples_quantile(&quit, 0.99));
    samples_clear(&quit);
}

/* A server that takes the connection and says nothing. */
static void bench_quit(struct report *report)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    char url[40];
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) != 0 ||
        listen(listener, 10) != 0 || getsockname(listener, (struct sockaddr *)&address, &size) != 0)
        support_die("no socket for a server that hangs");
    snprintf(url, sizeof url, "http://127.0.0.1:%d", ntohs(address.sin_port));
    const struct subject leasetop = {
        .name = "leasetop",
        .argv = (const char *const[]){"leasetop", "--api-url", url, NULL},
        .environment = (const char *const[]){"BCTRL_API_KEY=bctrl_nobody", NULL},
        .framed = "help",
    };
    quit_of(report, COLUMN_LEASETOP, &leasetop, listener);
    close(listener);
    if (pty_installed("htop"))
        quit_of(report, COLUMN_HTOP, &htop, -1);
}

/* ---- idle */

static void idle_of(struct report *report, enum report_column column, const struct subject *subject)
{
    say("idling", subject->name);
    struct idle idle = measure_idle(subject, IDLE_S);
    report_set(report, LINE_IDLE_CPU, column, "%.2f %%", idle.cpu_share * 100);
    report_set(report, LINE_IDLE_WAKEUPS, column, "%.1f", idle.wakeups_per_s);
    report_set(report, LINE_IDLE_BYTES, column, "%.0f", idle.bytes_per_s);
    report_set(report, LINE_IDLE_PEAK, column, "%.1f MB", (double)idle.memory.peak_bytes / 1e6);
}

static void watch_of(struct report *report, const struct gateway *gateway, const char *list)
{
    char command[600];
    snprintf(command, sizeof command, WATCHED, list);
    const struct subject watch = {
        .name = "watch",
        .argv = (const char *const[]){"watch", "-n1", command, NULL},
        .environment = gateway->environment,
        .framed = "active",
        .settled = "active",
        .works_by_children = true,
    };
    start_of(report, COLUMN_WATCH, &watch, WATCH_RUNS);
    idle_of(report, COLUMN_WATCH, &watch);
}

/* 40 rows that all count down, and the polling that keeps them fresh. */
static void bench_idle(struct report *report)
{
    struct gateway gateway;
    char list[256];
    gateway_start(&gateway, "4x0");
    gateway_lease(&gateway, 10, FLEET_TTL_S, list, sizeof list);
    const struct subject leasetop = {
        .name = "leasetop",
        .argv = (const char *const[]){"leasetop", "--api-url", gateway.url, NULL},
        .environment = gateway.environment,
        .settled = LEASES_SETTLED,
    };
    idle_of(report, COLUMN_LEASETOP, &leasetop);
    if (pty_installed("htop"))
        idle_of(report, COLUMN_HTOP, &htop);
    if (pty_installed("watch") && pty_installed("curl") && pty_installed("jq"))
        watch_of(report, &gateway, list);
    gateway_end(&gateway);
}

/* ---- keys and memory */

static void set_keys(struct report *report, enum report_line median, enum report_line p99,
                     enum report_column column, struct keys *keys)
{
    measure_keys_check(keys);
    fprintf(stderr, "bench: %zu keys were measured\n", keys->samples.count);
    report_set(report, median, column, "%.2f ms", samples_quantile(&keys->samples, 0.5));
    report_set(report, p99, column, "%.2f ms", samples_quantile(&keys->samples, 0.99));
    samples_clear(&keys->samples);
    keys->unseen = 0;
}

static void press_many(struct report *report, enum report_column column, struct keys *keys)
{
    for (int i = 0; i < KEYS; i++)
        measure_key(keys, KEY_PAUSE_MS);
    set_keys(report, LINE_KEY_MEDIAN, LINE_KEY_P99, column, keys);
}

static void set_memory(struct report *report, enum report_column column, pid_t pid)
{
    struct memory memory = usage_memory(pid);
    report_set(report, LINE_MEMORY_PEAK, column, "%.1f MB", (double)memory.peak_bytes / 1e6);
    report_set(report, LINE_MEMORY_OWN, column, "%.1f MB", (double)memory.own_bytes / 1e6);
}

static void press_while_loading(struct report *report, struct keys *keys)
{
    int64_t since_ns = usage_now_ns();
    while (!pty_shows(keys->pty, FLEET_SETTLED)) {
        if (usage_now_ns() - since_ns > LOADING_MS * INT64_C(1000000))
            pty_fail(keys->pty, "the fleet was not read in time");
        measure_key(keys, LOADING_PAUSE_MS);
    }
    report_set(report, LINE_READ_TIME, COLUMN_LEASETOP, "%.0f s",
               (double)(usage_now_ns() - since_ns) / 1e9);
    set_keys(report, LINE_LOADING_MEDIAN, LINE_LOADING_P99, COLUMN_LEASETOP, keys);
}

static void bench_keys_of_leasetop(struct report *report)
{
    struct gateway gateway;
    struct keys keys;
    gateway_start(&gateway, "1000x10");
    /* What is on the screen would take most of the request budget if it were asked every 5 s. */
    const char *const argv[] = {"leasetop", "--api-url", gateway.url, "--interval", "30", NULL};
    struct pty *pty = pty_start(argv, gateway.environment);
    say("keys, while 10,000 leases are read,", "leasetop (two minutes)");
    pty_await(pty, " active", 10000);
    measure_keys_start(&keys, pty);
    press_while_loading(report, &keys);
    say("keys", "leasetop");
    press_many(report, COLUMN_LEASETOP, &keys);
    set_memory(report, COLUMN_LEASETOP, pty_pid(pty));
    pty_end(pty);
    gateway_end(&gateway);
}

static void bench_keys_of_htop(struct report *report)
{
    struct keys keys;
    struct pty *pty = pty_start(htop.argv, htop.environment);
    say("keys", "htop");
    pty_await(pty, htop.settled, 10000);
    measure_keys_start(&keys, pty);
    press_many(report, COLUMN_HTOP, &keys);
    set_memory(report, COLUMN_HTOP, pty_pid(pty));
    pty_end(pty);
}

static void bench_keys(struct report *report)
{
    bench_keys_of_leasetop(report);
    if (pty_installed("htop"))
        bench_keys_of_htop(report);
}

/* ---- decoding */

static void bench_decode(struct report *report)
{
    say("decoding", "api/");
    struct decoding decoding = decoding_measure(DECODE_LEASES, 2);
    report_set(report, LINE_DECODE_BYTES, COLUMN_LEASETOP, "%.0f MB/s", decoding.megabytes_per_s);
    report_set(report, LINE_DECODE_LEASES, COLUMN_LEASETOP, "%.0f", decoding.leases_per_s);
}

/* ---- a real browser; with a table of its own */

static void bench_browser(void)
{
    static const char *const names[] = {"chromium", "chromium-browser", "google-chrome",
                                        "google-chrome-stable", "chrome"};
    bool installed = false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        installed |= pty_installed(names[i]);
    say("attaching to a browser,", "leasetop-gateway");
    if (installed)
        relaying_bench();
    else
        puts("\nno browser is installed: attaching to one was not measured");
}

static const struct {
    const char *name;
    void (*run)(struct report *report);
} parts[] = {{"start", bench_start},
             {"quit", bench_quit},
             {"idle", bench_idle},
             {"keys", bench_keys},
             {"decode", bench_decode}};

static bool chosen(const char *name, char **words)
{
    bool found = *words == NULL;
    for (; *words != NULL; words++)
        found |= strcmp(*words, name) == 0;
    return found;
}

int main(int argc, char **argv)
{
    struct report report = {0};
    (void)argc;
    decode_global_init();
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (chosen(parts[i].name, argv + 1))
            parts[i].run(&report);
    }
    if (!pty_installed("htop"))
        report_absent(&report, COLUMN_HTOP, "not installed");
    if (!pty_installed("watch") || !pty_installed("curl") || !pty_installed("jq"))
        report_absent(&report, COLUMN_WATCH, "not installed");
    report_print(&report);
    if (chosen("browser", argv + 1))
        bench_browser();
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
