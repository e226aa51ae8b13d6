/* relaying: see relaying.h. */
#include "tests/bench/relaying.h"

#include "tests/bench/cdp.h"
#include "tests/bench/gateway.h"
#include "tests/bench/samples.h"
#include "tests/bench/usage.h"
#include "tests/support/support.h"

#include <linux/filter.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
    ATTACHES = 200,
    ROUND_TRIPS = 4000,
    EVALUATIONS = 2000,
    LARGE = 20,
    LARGE_MIB = 32,
    IDLE_CLIENTS = 10,
    IDLE_S = 10,
    DESCRIPTORS = 512,
};

static const char PING[] = "{\"id\":1,\"method\":\"Browser.getVersion\"}";

struct bench {
    struct gateway gateway;
    pid_t browser;
    int listener; /* the browser's, too */
    uint16_t port[2];
    char path[2][128];
    struct samples attach[2], round_trip[2], evaluation[2], large[2];
};

enum { THROUGH, STRAIGHT };

/* ---- the straight way: the gateway has shut it, and whoever may trace both can open it */

static pid_t child_of(pid_t pid)
{
    char path[64];
    int child = 0;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
    FILE *file = fopen(path, "re");
    if (file == NULL || fscanf(file, "%d", &child) != 1)
        support_die("the gateway has started no browser");
    fclose(file);
    return child;
}

static bool listens(int fd, uint16_t *port)
{
    struct sockaddr_in address = {0};
    socklen_t size = sizeof address, listening_size = sizeof(int);
    int listening = 0;
    if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &listening_size) != 0 || !listening ||
        getsockname(fd, (struct sockaddr *)&address, &size) != 0 || address.sin_family != AF_INET)
        return false;
    *port = ntohs(address.sin_port);
    return true;
}

static void find_straight(struct bench *bench)
{
    bench->browser = child_of(bench->gateway.pid);
    int process = (int)syscall(SYS_pidfd_open, bench->browser, 0);
    for (int i = 3; i < DESCRIPTORS; i++) {
        bench->listener = (int)syscall(SYS_pidfd_getfd, process, i, 0);
        if (bench->listener >= 0 && listens(bench->listener, &bench->port[STRAIGHT]))
            break;
        if (bench->listener >= 0)
            close(bench->listener);
        bench->listener = -1;
    }
    close(process);
    if (bench->listener < 0)
        support_die("this system does not let the bench find the browser's port");
}

/* The gateway shuts it again whenever it connects. */
static void open_straight(const struct bench *bench)
{
    struct sock_filter all = BPF_STMT(BPF_RET | BPF_K, 0); /* to the first, which is the browser */
    struct sock_fprog filter = {.len = 1, .filter = &all};
    setsockopt(bench->listener, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &filter, sizeof filter);
}

/* ---- measuring; each pair in turn, so that the machine's moods fall on both */

static double ms_since(int64_t since_ns)
{
    return (double)(usage_now_ns() - since_ns) / 1e6;
}

static void measure_attaches(struct bench *bench)
{
    char start[1024];
    for (int i = 0; i < ATTACHES; i++) {
        int way = i % 2;
        if (way == STRAIGHT)
            open_straight(bench);
        int64_t since_ns = usage_now_ns();
        int session = cdp_attach(bench->port[way], bench->path[way]);
        cdp_call(session, PING, start);
        samples_add(&bench->attach[way], ms_since(since_ns));
        close(session);
    }
}

static void attach_both(const struct bench *bench, int sessions[2])
{
    sessions[THROUGH] = cdp_attach(bench->port[THROUGH], bench->path[THROUGH]);
    open_straight(bench);
    sessions[STRAIGHT] = cdp_attach(bench->port[STRAIGHT], bench->path[STRAIGHT]);
}

static void measure_round_trips(struct bench *bench)
{
    int sessions[2];
    char start[1024];
    attach_both(bench, sessions);
    for (int i = 0; i < ROUND_TRIPS; i++) {
        int64_t since_ns = usage_now_ns();
        cdp_call(sessions[i % 2], PING, start);
        samples_add(&bench->round_trip[i % 2], ms_since(since_ns));
    }
    close(sessions[THROUGH]);
    close(sessions[STRAIGHT]);
}

/* Copies what stands between `"name":"` and the next quote. */
static void find_text(const char *message, const char *name, char *text, size_t size)
{
    char lead[32];
    snprintf(lead, sizeof lead, "\"%s\":\"", name);
    const char *at = strstr(message, lead);
    if (at == NULL)
        support_die("no %s in what the browser answered", name);
    at += strlen(lead);
    snprintf(text, size, "%.*s", (int)strcspn(at, "\""), at);
}

/* A page to evaluate in. */
static void open_page(int session, char page[64])
{
    char command[256], start[1024], target[64];
    cdp_call(session,
             "{\"id\":1,\"method\":\"Target.createTarget\",\"params\":{\"url\":\"about:blank\"}}",
             start);
    find_text(start, "targetId", target, sizeof target);
    snprintf(command, sizeof command,
             "{\"id\":2,\"method\":\"Target.attachToTarget\",\"params\":{\"targetId\":\"%s\","
             "\"flatten\":true}}",
             target);
    cdp_call(session, command, start);
    find_text(start, "sessionId", page, 64);
}

/* `expression` in a page, and the answer in full. */
static double evaluation_ms(int session, const char *page, const char *expression)
{
    char command[300], start[1024];
    snprintf(command, sizeof command,
             "{\"id\":9,\"method\":\"Runtime.evaluate\",\"sessionId\":\"%s\",\"params\":{"
             "\"expression\":\"%s\"}}",
             page, expression);
    int64_t since_ns = usage_now_ns();
    cdp_call(session, command, start);
    return ms_since(since_ns);
}

static void measure_pages(struct bench *bench)
{
    int sessions[2];
    char pages[2][64], large[64];
    attach_both(bench, sessions);
    for (int way = 0; way < 2; way++)
        open_page(sessions[way], pages[way]);
    for (int i = 0; i < EVALUATIONS; i++)
        samples_add(&bench->evaluation[i % 2],
                    evaluation_ms(sessions[i % 2], pages[i % 2], "document.title"));
    snprintf(large, sizeof large, "'x'.repeat(%d<<20)", LARGE_MIB);
    for (int i = 0; i < LARGE; i++)
        samples_add(&bench->large[i % 2], evaluation_ms(sessions[i % 2], pages[i % 2], large));
    close(sessions[THROUGH]);
    close(sessions[STRAIGHT]);
}

/* ---- idle */

static void measure_idle(const struct bench *bench)
{
    int sessions[IDLE_CLIENTS];
    struct timespec pause = {.tv_sec = 1}, span = {.tv_sec = IDLE_S};
    for (int i = 0; i < IDLE_CLIENTS; i++)
        sessions[i] = cdp_attach(bench->port[THROUGH], bench->path[THROUGH]);
    nanosleep(&pause, NULL);
    struct usage before = usage_of(bench->gateway.pid);
    nanosleep(&span, NULL);
    struct usage after = usage_of(bench->gateway.pid);
    struct memory memory = usage_memory(bench->gateway.pid);
    printf("\nthe gateway, with %d clients that say nothing, in %d s: %lld wake-ups, %.3f ms of "
           "processor time;\nmemory: peak %.1f MB, its own now %.1f MB\n",
           IDLE_CLIENTS, IDLE_S, (long long)(after.wakeups - before.wakeups),
           (double)(after.cpu_ns - before.cpu_ns) / 1e6, (double)memory.peak_bytes / 1e6,
           (double)memory.own_bytes / 1e6);
    for (int i = 0; i < IDLE_CLIENTS; i++)
        close(sessions[i]);
}

/* ---- the table */

static void print_line(const char *what, struct samples samples[2], double share)
{
    double through = samples_quantile(&samples[THROUGH], share);
    double straight = samples_quantile(&samples[STRAIGHT], share);
    printf("%-46s%12.3f ms%12.3f ms%12.3f ms%9.1f %%\n", what, through, straight,
           through - straight, (through / straight - 1) * 100);
}

static void print_table(struct bench *bench)
{
    printf("\n%-46s%15s%15s%15s%11s\n", "attached to a browser", "through", "straight", "more", "");
    print_line("attach and first answer, median", bench->attach, 0.5);
    print_line("  9 of 10 within", bench->attach, 0.9);
    print_line("round trip to the browser, median", bench->round_trip, 0.5);
    print_line("  99 of 100 within", bench->round_trip, 0.99);
    print_line("round trip into a page, median", bench->evaluation, 0.5);
    print_line("  99 of 100 within", bench->evaluation, 0.99);
    char words[64];
    snprintf(words, sizeof words, "a message of %d MiB, median", LARGE_MIB);
    print_line(words, bench->large, 0.5);
    printf(
        "aim: within 10 %% and 0.3 ms of straight. A process in the way costs two turns of the "
        "scheduler\nfor each message: of a fraction of a millisecond that is more than 10 %%.\n");
}

static void clear(struct bench *bench)
{
    for (int way = 0; way < 2; way++) {
        samples_clear(&bench->attach[way]);
        samples_clear(&bench->round_trip[way]);
        samples_clear(&bench->evaluation[way]);
        samples_clear(&bench->large[way]);
    }
    close(bench->listener);
    gateway_end(&bench->gateway);
}

void relaying_bench(void)
{
    struct bench bench = {.listener = -1};
    gateway_start_browser(&bench.gateway);
    bench.port[THROUGH] = bench.gateway.port;
    gateway_attach_path(&bench.gateway, bench.path[THROUGH], sizeof bench.path[THROUGH]);
    int64_t since_ns = usage_now_ns();
    close(cdp_attach(bench.port[THROUGH], bench.path[THROUGH]));
    fprintf(stderr, "bench: the browser was there after %.0f ms\n", ms_since(since_ns));
    find_straight(&bench);
    open_straight(&bench);
    cdp_find(bench.port[STRAIGHT], bench.path[STRAIGHT], sizeof bench.path[STRAIGHT]);
    measure_attaches(&bench);
    measure_round_trips(&bench);
    measure_pages(&bench);
    print_table(&bench);
    measure_idle(&bench);
    clear(&bench);
}
