/* Eight hours before the screen, in seconds: all clocks of leasetop are steered (shim.h), while an
 * operator with a seed makes, revokes and rotates leases, filters, sorts, looks at every view and
 * changes theme and size, and the server fails now and then. What it holds after two hours it
 * holds at the end. TEST_SEED=N repeats what the operator and the server do. */
#include "tests/faults/play.h"
#include "tests/faults/soaked.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    HOUR_S = 3600,
    /* A sanitizer counts memory itself; what it needs is the work, not its length. */
    SPAN_S = SUPPORT_SANITIZED ? HOUR_S / 3 : 8 * HOUR_S,
    SAMPLE_S = SUPPORT_SANITIZED ? HOUR_S / 12 : HOUR_S / 2,
    WARM = SUPPORT_SANITIZED ? 4 : 8,     /* samples: the list of events is full */
    IN_A_ROW = SUPPORT_SANITIZED ? 3 : 5, /* of them, of which the least counts */
    STEP_S = 10,                          /* the interval too: all lists are asked for in each */
    ACT_S = 60,                           /* from one deed of the operator's to the next */
    TROUBLE_S = 600,                      /* the same of the server's trouble, on the average */
    LIVE_MAX = 16,
    SAMPLES_MAX = 32,
};

/* What may be more at the end than after the warm-up. Of the heap 400 bytes for each lease made are
 * the ledger, whose file has a ceiling; the rest is what happens to be under way. */
enum { HEAP_BYTES_MORE = 256 << 10, RESIDENT_KIB_MORE = 1024, SOCKETS_MAX = 12 };

struct soak {
    struct play *play;
    struct screen *screen;
    struct soaked *soaked;
    struct chance chance;
    int64_t now_s;           /* from the start */
    int64_t act_s, sample_s; /* when the operator does something next; when is measured */
    int64_t well_s;          /* when the server is well again */
    int refused;             /* deeds of the operator's that came to nothing */
    int created, rotated, revoked;
    struct shim_sample samples[SAMPLES_MAX];
    int sample_count;
};

/* ---- Time */

/* Reads the screen until both threads have done all that there is to do at this time. */
static void settle(struct soak *soak)
{
    struct shim *shim = soak->play->shim;
    struct timespec moment = {.tv_nsec = 1000000}; /* then the screen may have to be read again */
    long long deadline_ms = support_now_ms() + DESK_PATIENCE_MS;
    for (;;) {
        unsigned turns = shim->idle_turns;
        if (shim->ui_idle_ms >= shim->ahead_ms && shim->api_idle_ms >= shim->ahead_ms)
            return;
        if (!screen_poll(soak->screen, 0))
            syscall(SYS_futex, &shim->idle_turns, FUTEX_WAIT, turns, &moment, NULL, 0);
        if (support_now_ms() > deadline_ms)
            fail_msg("nothing is done any more after %lld s", (long long)soak->now_s);
    }
}

static void pass(struct soak *soak, int seconds)
{
    soak->now_s += seconds;
    soaked_turn(soak->soaked, soak->now_s);
    server_date(soak->play->desk->server, DATE_OFFSET, soak->now_s);
    soak->play->shim->ahead_ms = soak->now_s * 1000;
    settle(soak);
}

/* ---- The operator */

static bool appears(struct soak *soak, const char *text)
{
    long long deadline_ms = support_now_ms() + (SUPPORT_SANITIZED ? 3000 : 500);
    while (!screen_has(soak->screen, text) && support_now_ms() < deadline_ms)
        screen_poll(soak->screen, 10);
    return screen_has(soak->screen, text);
}

/* Back to the leases, whatever is open. An Esc counts when some time has passed. */
static void go_home(struct soak *soak)
{
    for (int i = 0; i < 3; i++) {
        screen_bytes(soak->screen, "\033", 1); /* at once; see screen_keys */
        pass(soak, 1);
    }
    screen_keys(soak->screen, "1/by:me<Enter>g");
    pass(soak, 1);
}

static bool confirm(struct soak *soak, const char *key, const char *box, const char *yes)
{
    screen_keys(soak->screen, key);
    if (!appears(soak, box))
        return false;
    screen_keys(soak->screen, yes);
    return true;
}

static bool create(struct soak *soak)
{
    bool room = soaked_live(soak->soaked) < LIVE_MAX;
    bool done = room && confirm(soak, "n", "new lease", "<Enter>");
    soak->created += done;
    return done || !room;
}

static bool revoke_one(struct soak *soak)
{
    bool done = confirm(soak, "x", ">[Cancel]<", "y");
    soak->revoked += done;
    return done;
}

static bool rotate(struct soak *soak)
{
    bool done = confirm(soak, "R", ">[Cancel]<", "y");
    soak->rotated += done;
    return done;
}

static bool keep_alive(struct soak *soak)
{
    return confirm(soak, "A", ">[Cancel]<", "y");
}

static bool press(struct soak *soak)
{
    static const char *const keys[] = {
        "2",
        "2jj<Enter>",
        "3",
        "3G",
        "e",
        "e",
        "<Tab><Tab>",
        "w",
        "t",
        ">",
        "<lt>",
        "I",
        "T",
        "?",
        "<Enter>",
        "<Enter>jjk",
        ":theme",
        ":",
        "n<Tab><Tab>",
        "Y",
        "v",
        "c",
        "jc",
        "m",
        "r",
        "<Space><Space>jVU",
        "<C-l>",
        "/night<Enter>",
        "/left<lt>20m<Enter>",
        "/checkout !night",
        "/by:me<Enter>",
        "/zzz<Enter>",
        "G",
        "<C-d><C-u>",
    };
    screen_keys(soak->screen, keys[chance_below(&soak->chance, COUNT(keys))]);
    return true;
}

static bool resize(struct soak *soak)
{
    int rows = (int)chance_range(&soak->chance, 1, 60),
        cols = (int)chance_range(&soak->chance, 1, 200);
    screen_resize(soak->screen, rows, cols);
    return true;
}

static bool paste(struct soak *soak)
{
    screen_paste(soak->screen, "qqqq\ny\n");
    return true;
}

static bool look_away(struct soak *soak)
{
    screen_bytes(soak->screen, "\033[O", 3);
    return true;
}

static void act(struct soak *soak)
{
    static bool (*const deeds[])(struct soak * soak) = {
        create, create, create, revoke_one, rotate, keep_alive, press,
        press,  press,  press,  press,      resize, paste,      look_away,
    };
    size_t deed = (size_t)chance_below(&soak->chance, COUNT(deeds));
    screen_resize(soak->screen, 30, 140);
    go_home(soak);
    soak->refused += !deeds[deed](soak);
    soak->act_s += ACT_S;
}

/* ---- The server */

static void trouble(struct soak *soak)
{
    if (soak->well_s != 0 && soak->now_s >= soak->well_s) {
        soaked_fail(soak->soaked, SOAKED_WELL);
        soak->well_s = 0;
    } else if (soak->well_s == 0 && chance_below(&soak->chance, TROUBLE_S / STEP_S) == 0) {
        soaked_fail(soak->soaked,
                    (int)chance_range(&soak->chance, SOAKED_WELL + 1, SOAKED_WAYS - 1));
        soak->well_s = soak->now_s + chance_range(&soak->chance, 1, 40);
    }
}

/* ---- What is held */

static void sample(struct soak *soak)
{
    struct shim *shim = soak->play->shim;
    assert_true(soak->sample_count < SAMPLES_MAX);
    soak->sample_s += SAMPLE_S;
    screen_resize(soak->screen, 30, 140);
    go_home(soak);
    for (int i = 0; i < 3; i++)
        pass(soak, STEP_S);
    shim->samples_wanted++;
    long long deadline_ms = support_now_ms() + DESK_PATIENCE_MS;
    while (shim->samples_taken != shim->samples_wanted && support_now_ms() < deadline_ms)
        screen_poll(soak->screen, 1);
    assert_int_equal(shim->samples_taken, shim->samples_wanted);
    struct shim_sample *taken = &soak->samples[soak->sample_count++];
    *taken = shim->sample;
    printf("# %5.2f h: %lld KiB resident, %lld bytes allocated, %lld descriptors, %lld of them "
           "sockets; %d live leases, %d lists asked\n",
           (double)soak->now_s / HOUR_S, (long long)taken->resident_kib,
           (long long)taken->heap_bytes, (long long)taken->files, (long long)taken->sockets,
           soaked_live(soak->soaked), soaked_counts(soak->soaked).lists);
}

/* The least of each in some samples in a row: a file that is being written, or an answer that is
 * being read, counts in one of them only. */
static struct shim_sample least_of(const struct shim_sample *last)
{
    struct shim_sample least = *last;
    least.files -= least.sockets;
    for (const struct shim_sample *sample = last - IN_A_ROW + 1; sample < last; sample++) {
        int64_t files = sample->files - sample->sockets;
        least.files = files < least.files ? files : least.files;
        least.sockets = sample->sockets < least.sockets ? sample->sockets : least.sockets;
        least.heap_bytes =
            sample->heap_bytes < least.heap_bytes ? sample->heap_bytes : least.heap_bytes;
        least.resident_kib =
            sample->resident_kib < least.resident_kib ? sample->resident_kib : least.resident_kib;
    }
    return least;
}

static void assert_flat(const struct soak *soak)
{
    assert_true(soak->sample_count > WARM);
    struct shim_sample warm = least_of(&soak->samples[WARM - 1]),
                       end = least_of(&soak->samples[soak->sample_count - 1]);
    assert_in_range(end.sockets, 0, SOCKETS_MAX);
    assert_int_equal(end.files, warm.files);
    if (SUPPORT_SANITIZED)
        return;
    assert_in_range(end.heap_bytes, 1, warm.heap_bytes + HEAP_BYTES_MORE);
    assert_in_range(end.resident_kib, 1, warm.resident_kib + RESIDENT_KIB_MORE);
}

/* It was a day's work: lists were asked for, deeds were done. */
static void assert_work(const struct soak *soak)
{
    struct soaked_counts counts = soaked_counts(soak->soaked);
    int deeds = SPAN_S / ACT_S;
    printf("# %d s: %d lists asked, %d creates, %d revokes; %d of %d deeds came to nothing\n",
           SPAN_S, counts.lists, counts.creates, counts.revokes, soak->refused, deeds);
    assert_in_range(counts.lists, SPAN_S / STEP_S, 4 * SPAN_S / STEP_S);
    assert_in_range(counts.creates, deeds / 20, deeds);
    assert_in_range(counts.revokes, deeds / 40, deeds);
    assert_in_range(soak->refused, 0, deeds / 4);
}

static void test_eight_hours(void **state)
{
    struct soak soak = {
        .play = *state, .chance = chance_new(), .act_s = ACT_S, .sample_s = SAMPLE_S};
    struct desk *desk = soak.play->desk;
    soak.soaked = soaked_new(desk, soak.chance);
    soak.play->shim->steered = 1;
    soak.screen = play_open(soak.play, 30, 140, WORDS("--interval", "10"));
    assert_true(screen_wait(soak.screen, "no leases"));
    while (soak.now_s < SPAN_S) {
        pass(&soak, STEP_S);
        trouble(&soak);
        if (soak.now_s >= soak.act_s && soak.well_s == 0)
            act(&soak);
        if (soak.now_s >= soak.sample_s)
            sample(&soak);
        screen_raw_reset(soak.screen);
    }
    assert_work(&soak);
    assert_flat(&soak);
    go_home(&soak);
    desk_quit(desk);
    server_stop(desk->server);
    desk->server = NULL;
    soaked_free(soak.soaked);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (SUPPORT_SANITIZED) { /* whose memory says nothing of ours, and whose time is not steered
                                well */
        printf("1..1\nok 1 # SKIP a sanitizer keeps memory of its own\n");
        return 0;
    }
    const struct CMUnitTest tests[] = {PLAYED("test_eight_hours", test_eight_hours, NULL)};
    return cmocka_run_group_tests_name("soak", tests, NULL, NULL);
}
