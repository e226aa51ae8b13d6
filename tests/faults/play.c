/* play: see play.h. */
#include "tests/faults/play.h"

#include "tests/screen/front.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OPTIONS_MAX = 12 };

/* ---- Start and end */

static struct shim *shim_map(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, sizeof(struct shim)), 0);
    void *map = mmap(NULL, sizeof(struct shim), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    assert_true(map != MAP_FAILED);
    return map;
}

int play_setup(void **state)
{
    struct play *play = support_need(calloc(1, sizeof *play));
    play->given = *state;
    desk_setup((void **)&play->desk);
    play->shim = shim_map(scratch_file(&play->desk->folder, "shim"));
    *state = play;
    return 0;
}

int play_teardown(void **state)
{
    struct play *play = *state;
    play->shim->names = SHIM_NAMES_HERE; /* nobody hangs on */
    desk_teardown((void **)&play->desk);
    if (play->helper > 0) {
        kill(play->helper, SIGKILL);
        waitpid(play->helper, NULL, 0);
    }
    server_stop(play->other);
    munmap(play->shim, sizeof *play->shim);
    free(play);
    return 0;
}

struct screen *play_open(struct play *play, int rows, int cols, const char *const *options)
{
    const char *words[OPTIONS_MAX + 5] = {NULL};
    char *preload = contract_format("LD_PRELOAD=%s/tests/faults/shim.so", getenv("BUILDDIR"));
    char *file = contract_format(SHIM_VARIABLE "=%s", scratch_file(&play->desk->folder, "shim"));
    const char *asan = getenv("ASAN_OPTIONS");
    /* The sanitizer's library wants to be the first, but the shim calls what comes behind it. */
    char *order = contract_format("ASAN_OPTIONS=verify_asan_link_order=0:%s", asan ? asan : "");
    /* What was freed is to count as free: see test_soak. */
    const char *tuned = "GLIBC_TUNABLES=glibc.malloc.tcache_count=0";
    size_t count = 0;
    for (; options != NULL && options[count] != NULL; count++)
        words[count] = options[count];
    char *ca = contract_format("%s/tests/contract/certificates/ca.pem", getenv("SRCDIR"));
    if (*play->url != '\0') {
        const char *over_tls[] = {"--api-url", play->url, "--ca-file", ca};
        memcpy(words + count, over_tls, sizeof over_tls);
    }
    struct screen *screen =
        desk_open(play->desk, rows, cols, words, WORDS(preload, file, order, tuned));
    free(preload);
    free(file);
    free(order);
    free(ca);
    return screen;
}

struct screen *play_watch(struct play *play, const char *const *options)
{
    desk_serve(play->desk);
    struct screen *screen = play_open(play, 24, 140, options);
    assert_true(screen_wait(screen, SOON));
    assert_true(screen_wait(screen, OVER)); /* the last row: all of them are there */
    return screen;
}

void play_over_tls(struct play *play)
{
    int port = front_start(play->desk, "faults/front.mjs", "other-host.pem", &play->helper);
    snprintf(play->url, sizeof play->url, "https://elsewhere.test:%d", port);
}

struct server *play_other(struct play *play)
{
    if (play->other == NULL)
        play->other = server_start();
    return play->other;
}

void play_answer_all(struct play *play, struct answer answer)
{
    static const char *const lists[] = {"/v1/spaces", "/v1/spaces/" OPS "/runtimes",
                                        CHECKOUT_LEASES, NIGHTLY_LEASES, CONNECTIONS(OPS, AGENTS)};
    for (size_t i = 0; i < COUNT(lists); i++)
        server_on(play->desk->server, "GET", lists[i], answer);
}

void play_memory_out(struct play *play)
{
    play->shim->memory_out = SHIM_MEMORY_OUT;
    for (int64_t before = play->shim->allocations_failed;
         play->shim->allocations_failed < before + 10;)
        screen_poll(play->desk->screen, 100);
}

/* ---- What is on the screen */

static bool is_elsewhere(struct screen *screen, void *context)
{
    struct cell cell = screen_cell(screen, desk_row(screen, context), 0);
    return !cell.reverse && cell.bg.kind == COLOUR_DEFAULT;
}

void play_keys_work(struct play *play)
{
    struct screen *screen = play->desk->screen;
    screen_keys(screen, "g");
    assert_true(desk_selects(screen, SOON));
    screen_keys(screen, "j");
    assert_true(screen_wait_until(screen, is_elsewhere, (char *)SOON, "the cursor moving down"));
    screen_keys(screen, "k");
    assert_true(desk_selects(screen, SOON));
    screen_keys(screen, "?");
    assert_true(screen_wait(screen, "Moving"));
    screen_keys(screen, "<Esc>");
    assert_true(screen_wait_gone(screen, "Moving"));
}
