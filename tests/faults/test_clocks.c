/* Clocks that are off, that jump, that are not there, and expiries written in every way: LEFT is
 * within a second of the truth by the server's clock, or it is marked. */
#include "tests/faults/side.h"

#include "tests/faults/play.h"

#include <time.h>

enum { HOURS_7 = 7 * 3600, MINUTES_10 = 600, MINUTES_20 = 1200, MINUTES_40 = 2400 };

/* 2016-12-31T23:50:00Z: the last of its minutes that have sixty seconds. */
#define BEFORE_LEAP_S 1483228200ll

/* ---- What happens */

static void set_server(struct play *play, long long ahead_s)
{
    server_date(play->desk->server, DATE_OFFSET, ahead_s);
}

static void server_ahead(struct play *play)
{
    set_server(play, HOURS_7);
}

static void server_behind(struct play *play)
{
    set_server(play, -HOURS_7);
}

static void server_jumps_ahead(struct play *play)
{
    set_server(play, MINUTES_20);
}

static void server_jumps_back(struct play *play)
{
    set_server(play, -MINUTES_10);
}

static void server_stands_still(struct play *play)
{
    server_date(play->desk->server, DATE_FIXED, server_now(play->desk->server));
}

static void server_stands_behind(struct play *play)
{
    server_date(play->desk->server, DATE_FIXED, server_now(play->desk->server) - 25);
}

static void say_ahead(struct server *server, const struct request *request, void *context)
{
    (void)request, (void)context;
    server_date(server, DATE_OFFSET, 4);
}

static void say_behind(struct server *server, const struct request *request, void *context)
{
    (void)request, (void)context;
    server_date(server, DATE_OFFSET, -4);
}

/* As one is asked after the other. */
static void servers_disagree(struct play *play)
{
    enum { TURNS = 100 };
    struct answer answers[TURNS];
    for (int i = 0; i < TURNS; i++)
        answers[i] =
            ANSWER_JSON(200, "{\"connections\":[]}", .before = i % 2 == 0 ? say_ahead : say_behind);
    server_on_each(play->desk->server, "GET", NIGHTLY_LEASES, answers, TURNS);
}

static void server_timeless(struct play *play)
{
    server_date(play->desk->server, DATE_ABSENT, 0);
}

static void server_before_leap(struct play *play)
{
    server_date(play->desk->server, DATE_FROM, BEFORE_LEAP_S);
}

static void local_ahead(struct play *play)
{
    play->shim->wall_ahead_ms = 3 * 3600 * 1000;
}

static void local_behind(struct play *play)
{
    play->shim->wall_ahead_ms = -3 * 3600 * 1000;
}

static void local_ahead_timeless(struct play *play)
{
    local_ahead(play);
    server_timeless(play);
}

/* The clock that counts through it, and the rest of the world, go on. */
static void sleep_20_minutes(struct play *play)
{
    play->shim->boot_ahead_ms = MINUTES_20 * 1000;
    set_server(play, MINUTES_20);
}

/* And when it wakes up the network is not there yet. */
static void sleep_without_network(struct play *play)
{
    server_down(play->desk->server);
    assert_true(screen_wait(play->desk->screen, "[offline]"));
    sleep_20_minutes(play);
}

static void network_again(struct play *play)
{
    server_up(play->desk->server);
    screen_keys(play->desk->screen, "r");
}

/* ---- How an expiry is written */

#define WRITTEN(name, ahead_s, format)                                                             \
    static void name(char *text, size_t size, time_t when)                                         \
    {                                                                                              \
        struct tm tm;                                                                              \
        when += ahead_s;                                                                           \
        gmtime_r(&when, &tm);                                                                      \
        strftime(text, size, format, &tm);                                                         \
    }
WRITTEN(plain, 0, "%Y-%m-%dT%H:%M:%SZ")
WRITTEN(fraction, 0, "%Y-%m-%dT%H:%M:%S.000000001Z")
WRITTEN(offset_east, (5 * 60 + 45) * 60, "%Y-%m-%dT%H:%M:%S+05:45")
WRITTEN(offset_west, -(9 * 60 + 30) * 60, "%Y-%m-%dT%H:%M:%S.5-09:30")
WRITTEN(small_letters, 0, "%Y-%m-%dt%H:%M:%Sz")
#undef WRITTEN

/* Only once in some years there is such a moment, and then `when` is the one after it. */
static void leap(char *text, size_t size, time_t when)
{
    (void)when;
    snprintf(text, size, "2016-12-31T23:59:60Z");
}

static void year_9999(char *text, size_t size, time_t when)
{
    (void)when;
    snprintf(text, size, "9999-12-31T23:59:59Z");
}

static void thirtieth_of_february(char *text, size_t size, time_t when)
{
    (void)when;
    snprintf(text, size, "2030-02-30T00:00:00Z");
}

/* ---- The table */

struct hour {
    const char *name, *does;
    void (*before)(struct play *); /* leasetop is opened; or NULL */
    void (*during)(struct play *); /* LEFT has been right; or NULL */
    void (*after)(struct play *);  /* what `chip` says is on the screen; or NULL */
    void (*write)(char *text, size_t size, time_t when); /* NULL: plainly */
    int left_s; /* at first; 0: LEFT is no countdown but `shown` */
    const char *shown;
    const char *chip; /* while it lasts; NULL: none that tells of time */
    bool marked;      /* LEFT is marked ~ */
    bool off;         /* then, and may be wrong by more than a second */
};

static const struct hour hours[] = {
    {"server 7 h ahead", "its clock and its expiries", .before = server_ahead, .left_s = MINUTES_40,
     .chip = "[skew +7h"},
    {"server 7 h behind", "its clock and its expiries", .before = server_behind,
     .left_s = MINUTES_40, .chip = "[skew -7h"},
    {"server's clock jumps ahead", "20 minutes", .during = server_jumps_ahead, .left_s = MINUTES_40,
     .chip = "[skew +20m"},
    {"server's clock jumps back", "10 minutes", .during = server_jumps_back, .left_s = MINUTES_40,
     .chip = "[skew -10m"},
    {"server's clock stands still", "Date is the same for ever", .during = server_stands_still,
     .left_s = MINUTES_40, .chip = "[time unsure]", .marked = true, .off = true},
    {"Date old from the start", "25 s, and it is the same for ever", .before = server_stands_behind,
     .shown = "~", .chip = "[time unsure]", .marked = true},
    {"two servers behind one name", "Date 4 s ahead and 4 s behind in turn",
     .during = servers_disagree, .left_s = MINUTES_40, .chip = "[time unsure]", .marked = true,
     .off = true},
    {"server without Date", "from the start", .before = server_timeless, .left_s = MINUTES_40,
     .chip = "[no server time]", .marked = true},
    {"server stops to say Date", "what it said before is remembered", .during = server_timeless,
     .left_s = MINUTES_40},
    {"local clock set ahead", "3 hours", .during = local_ahead, .left_s = MINUTES_40,
     .chip = "[skew -3h"},
    {"local clock set back", "3 hours", .during = local_behind, .left_s = MINUTES_40,
     .chip = "[skew +3h"},
    {"local clock wrong, server without Date", "nothing to go by but a clock 3 hours ahead",
     .before = local_ahead_timeless, .shown = "~", .chip = "[no server time]", .marked = true},
    {"suspend", "20 minutes", .during = sleep_20_minutes, .left_s = MINUTES_40},
    {"suspend, then no network", "20 minutes, and the port is closed",
     .during = sleep_without_network, .after = network_again, .left_s = MINUTES_40,
     .chip = "[resumed]", .marked = true},
    {"leap second", "2016-12-31T23:59:60Z", .before = server_before_leap, .write = leap,
     .left_s = 600, .chip = "[skew -"},
    {"fraction", "nine digits", .write = fraction, .left_s = MINUTES_40},
    {"offset east", "+05:45", .write = offset_east, .left_s = MINUTES_40},
    {"offset west", ".5-09:30", .write = offset_west, .left_s = MINUTES_40},
    {"small letters", "t and z", .write = small_letters, .left_s = MINUTES_40},
    {"year 9999", "9999-12-31T23:59:59Z", .write = year_9999, .shown = ">999d"},
    {"no expiry", "null", .shown = "\u221e"},
    {"no such day", "2030-02-30T00:00:00Z", .write = thirtieth_of_february, .shown = "\u2013 "},
};

/* ---- LEFT */

/* MM:SS in the row of SOON as seconds; -1 where there is none. */
static int left_of(struct screen *screen)
{
    int row = desk_row(screen, SOON), minutes, seconds;
    const char *colon = row < 0 ? NULL : strchr(screen_row(screen, row), ':');
    return colon != NULL && sscanf(colon - 2, "%2d:%2d", &minutes, &seconds) == 2
               ? minutes * 60 + seconds
               : -1;
}

/* Of which the row says how long it lives. */
struct truth {
    struct server *server; /* knows what time it is, to the second */
    time_t expires;
    int last; /* what was shown before; another is waited for */
};

/* Both are whole seconds, one rounded down and one up: within one second is -1 to 2. */
static bool is_true(struct screen *screen, void *context)
{
    struct truth *truth = context;
    int shown = left_of(screen);
    long off = (long)(truth->expires - server_now(truth->server)) - shown;
    if (shown < 0 || shown == truth->last || off < -1 || off > 2)
        return false;
    truth->last = shown;
    return true;
}

static void assert_true_left(struct play *play, struct truth *truth, int values)
{
    for (int i = 0; i < values; i++)
        assert_true(screen_wait_until(play->desk->screen, is_true, truth,
                                      "another LEFT within a second of the truth"));
}

static bool is_marked(struct screen *screen, void *context)
{
    int row = desk_row(screen, SOON);
    return row >= 0 && (strchr(screen_row(screen, row), '~') != NULL) == *(bool *)context;
}

/* A clock that nobody else tells of the same is marked until a second answer agrees. */
static void assert_marked(struct play *play, bool marked)
{
    assert_true(screen_wait_until(play->desk->screen, is_marked, &marked,
                                  marked ? "LEFT is marked" : "LEFT is not marked"));
}

/* ---- A row */

static void serve(struct play *play, const struct hour *hour, time_t expires)
{
    char text[64];
    desk_serve(play->desk);
    (hour->write != NULL ? hour->write : plain)(text, sizeof text, expires);
    bool null = hour->write == NULL && hour->left_s == 0 && !hour->marked;
    char *body = contract_format(
        "{\"connections\":[{\"id\":\"" UUID(SOON) "\",\"status\":\"active\","
                                                  "\"protocol\":\"cdp\",\"expiresAt\":%s%s%s}]}",
        null ? "" : "\"", null ? "null" : text, null ? "" : "\"");
    server_on(play->desk->server, "GET", CHECKOUT_LEASES, ANSWER_MADE(200, body));
}

static void assert_shown(struct play *play, const struct hour *hour)
{
    if (hour->chip != NULL)
        assert_true(screen_wait(play->desk->screen, hour->chip));
    assert_true(desk_row_says(play->desk->screen, SOON, hour->shown));
    assert_marked(play, hour->marked);
}

static void assert_counts(struct play *play, const struct hour *hour, struct truth *truth)
{
    bool at_once = hour->before != NULL;
    assert_true_left(play, truth, 2);
    assert_marked(play, hour->marked && at_once);
    if (hour->during != NULL)
        hour->during(play);
    if (hour->chip != NULL)
        assert_true(screen_wait(play->desk->screen, hour->chip));
    if (hour->off) {
        assert_true(desk_row_says(play->desk->screen, SOON, "~"));
        return;
    }
    assert_true_left(play, truth, 3);
    assert_marked(play, hour->marked);
    if (hour->after == NULL)
        return;
    hour->after(play);
    assert_true(screen_wait_gone(play->desk->screen, hour->chip));
    assert_true(screen_wait_gone(play->desk->screen, "~"));
    assert_true_left(play, truth, 2);
}

static void test_hour(void **state)
{
    struct play *play = *state;
    const struct hour *hour = play->given;
    if (hour->before != NULL)
        hour->before(play);
    struct truth truth = {.server = play->desk->server, .last = -1};
    truth.expires = server_now(play->desk->server) + (hour->left_s != 0 ? hour->left_s : 3600);
    serve(play, hour, truth.expires);
    struct screen *screen = play_open(play, 24, 140, NULL);
    assert_true(screen_wait(screen, SOON) && screen_wait(screen, OVER));
    if (hour->left_s == 0)
        assert_shown(play, hour);
    else
        assert_counts(play, hour, &truth);
    desk_quit(play->desk);
}

/* ---- What is shown for a short time */

/* A secret goes from the screen by itself, also when nobody is there to press a key. */
static void test_reveal_ends(void **state)
{
    struct play *play = *state;
    desk_creates(play->desk, &(struct contract_lease){.id = UUID(FRESH),
                                                      .runtime = CHECKOUT,
                                                      .age_s = 1,
                                                      .left_s = 3600,
                                                      .endpoint = "{\"type\":\"websocket\","
                                                                  "\"url\":\"wss://shown-once\"}"});
    struct screen *screen = play_watch(play, NULL);
    screen_keys(screen, "n<Enter>");
    assert_true(desk_selects(screen, FRESH) && screen_wait(screen, "created " FRESH));
    screen_keys(screen, "v");
    assert_true(screen_wait(screen, "wss://shown-once") && screen_wait(screen, "hidden in 1"));
    play->shim->boot_ahead_ms = 15000;
    assert_true(screen_wait_gone(screen, "shown-once"));
    desk_quit(play->desk);
}

static int list(void)
{
    printf("| clock or text | how | LEFT | chip |\n| --- | --- | --- | --- |\n");
    for (const struct hour *hour = hours; hour < hours + COUNT(hours); hour++)
        printf("| %s | %s | %s%s | %s |\n", hour->name, hour->does,
               hour->off           ? "not certain"
               : hour->left_s != 0 ? "within a second of the truth"
               : hour->marked      ? "not known"
                                   : hour->shown,
               hour->marked ? ", marked ~" : "", hour->chip != NULL ? hour->chip : "");
    return 0;
}

int main(int argc, char **argv)
{
    struct CMUnitTest tests[COUNT(hours) + 1];
    if (argc > 1 && strcmp(argv[1], "--list") == 0)
        return list();
    for (size_t i = 0; i < COUNT(hours); i++)
        tests[i] = (struct CMUnitTest)PLAYED(hours[i].name, test_hour, &hours[i]);
    tests[COUNT(hours)] =
        (struct CMUnitTest)PLAYED("a revealed secret goes by itself", test_reveal_ends, NULL);
    return side_run(tests, COUNT(tests));
}
