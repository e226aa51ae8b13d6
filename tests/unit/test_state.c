/* How things stand with the server: every state with its chip and its sentence, and their order. */
#include "core/state.h"

#include "tests/unit/fleet.h"

/* What is looked at besides the fleet. */
struct around {
    const struct fleet *fleet; /* NULL: nothing heard yet */
    size_t shown;
    int64_t after_ms, wall_off_ms; /* how far this machine's clock is behind the server's */
    bool read_only, resumed;
};

/* `sentence` NULL: any. */
struct expected {
    const char *chip;
    enum role role;
    bool urgent;
    const char *sentence;
};

static void expect_states(const struct around *around, const struct expected *expected)
{
    const struct snapshot *snapshot = around->fleet != NULL ? fleet_snapshot(around->fleet) : NULL;
    struct moment moment = fleet_later(around->after_ms);
    moment.vague = around->fleet != NULL && around->fleet->timeless;
    const struct state_context context = {
        .snapshot = snapshot,
        .moment = snapshot != NULL ? &moment : NULL,
        .host = "api.example",
        .wall_ms = moment.server_ms - around->wall_off_ms,
        .shown = around->shown,
        .read_only = around->read_only,
        .resumed = around->resumed,
    };
    struct state states[STATES_MAX];
    size_t count = states_of(&context, states);
    for (size_t i = 0; i < count && expected[i].chip != NULL; i++) {
        assert_string_equal(states[i].chip, expected[i].chip);
        assert_int_equal(states[i].role, expected[i].role);
        assert_int_equal(states[i].urgent, expected[i].urgent);
        if (expected[i].sentence != NULL)
            assert_string_equal(states[i].sentence, expected[i].sentence);
        assert_true(*states[i].sentence != '\0');
    }
    for (size_t i = 0; i < count; i++) {
        if (expected[i].chip == NULL)
            fail_msg("also: %s, %s", states[i].chip, states[i].sentence);
    }
    if (expected[count].chip != NULL)
        fail_msg("there is no %s", expected[count].chip);
    snapshot_unref(snapshot);
}

/* What holds in this situation: the states in order. */
#define EXPECT(situation, ...)                                                                     \
    expect_states(&situation, (const struct expected[STATES_MAX + 1]){__VA_ARGS__})
#define AROUND(...)                                                                                \
    (const struct around)                                                                          \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }
#define FLEET(...)                                                                                 \
    .fleet = &(const struct fleet)                                                                 \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }

static void test_nothing_to_say(void **state)
{
    (void)state;
    EXPECT(AROUND(FLEET(.leases = {{"l"}}), .shown = 1), {NULL});
    EXPECT(AROUND(FLEET(.runtimes = {{"rt"}})), {NULL});
}

static void test_loading(void **state)
{
    (void)state;
    EXPECT(AROUND(.fleet = NULL),
           {"loading", ROLE_CHIP_INFO, true, "asking api.example for its spaces and runtimes"});
    EXPECT(AROUND(FLEET(.server.unheard = true)),
           {"loading", ROLE_CHIP_INFO, true, "asking api.example for its spaces and runtimes"});
    EXPECT(AROUND(FLEET(.unsettled = true)),
           {"loading", ROLE_CHIP_INFO, true, "reading the runtimes"});
    EXPECT(AROUND(FLEET(.runtimes = {{"p"}, {"q", .source.unheard = true}})),
           {"loading", ROLE_CHIP_INFO, true, "reading the leases of 1 more runtime"});
    EXPECT(
        AROUND(FLEET(.runtimes = {{"p", .source.unheard = true}, {"q", .source.unheard = true}})),
        {"loading", ROLE_CHIP_INFO, true, "reading the leases of 2 more runtimes"});
}

/* What does not come because of trouble is not loading. */
static void test_trouble_is_not_loading(void **state)
{
    (void)state;
    EXPECT(AROUND(FLEET(.server = {.unheard = true, .trouble = TROUBLE_REFUSED, .retry_ms = 1})),
           {"offline", ROLE_CHIP_ERROR, true,
            "api.example: the reason; next try in 1 s, r tries now"});
    EXPECT(AROUND(FLEET(.runtimes = {{"rt", "qa",
                                      .source = {.unheard = true, .trouble = TROUBLE_FORBIDDEN}}})),
           {"forbidden", ROLE_CHIP_WARN, true, "qa: the reason; trying now"});
}

static void test_space_gone(void **state)
{
    (void)state;
    EXPECT(
        AROUND(FLEET(.spaces = {{"s1", "ops"}, {"s2", "lab", .vanished = true}})),
        {"space gone", ROLE_CHIP_WARN, true,
         "the server does not list the space lab any more: whether what was leased there lives is "
         "not known, it is shown for a minute; r asks again"});
    EXPECT(AROUND(FLEET(.spaces = {{"s1", .vanished = true}, {"s2", "lab", .vanished = true}})),
           {"2 spaces gone", ROLE_CHIP_WARN, true,
            "the server does not list the space s1 and 1 other any more: whether what was leased "
            "there lives is not known, it is shown for a minute; r asks again"});
    /* What is not asked any more is not late. */
    EXPECT(AROUND(FLEET(.runtimes = {{"rt", .vanished = true, .source.age_ms = 600000}})), {NULL});
}

static void test_unauthorised(void **state)
{
    (void)state;
    EXPECT(AROUND(FLEET(.server = {.trouble = TROUBLE_UNAUTHORISED,
                                   .sentence = "Invalid API key",
                                   .retry_ms = INT64_MAX})),
           {"unauthorised", ROLE_CHIP_ERROR, true,
            "the key is rejected, asking has stopped: K takes another key, r tries again "
            "(Invalid API key)"});
}

static void test_limited(void **state)
{
    (void)state;
    const struct fleet fleet = {
        .server = {.trouble = TROUBLE_LIMITED, .retry_ms = 12300, .age_ms = 3000},
        .runtimes = {{"rt", .source = {.age_ms = 4000, .pace_ms = 60000}}}};
    EXPECT(AROUND(.fleet = &fleet),
           {"rate-limited 13s", ROLE_CHIP_WARN, true,
            "rate-limited: the server asked to wait, 13 s more; r waits too"});
    EXPECT(AROUND(.fleet = &fleet, .shown = 1, .after_ms = 2000),
           {"rate-limited 11s", ROLE_CHIP_WARN, true,
            "rate-limited: the server asked to wait, 11 s more; r waits too; last answer 5s ago"});
    EXPECT(AROUND(.fleet = &fleet, .after_ms = 12300), {"rate-limited 0s", ROLE_CHIP_WARN, true});
}

static void test_offline(void **state)
{
    (void)state;
    static const enum trouble_kind causes[] = {TROUBLE_NAME, TROUBLE_REFUSED, TROUBLE_TLS,
                                               TROUBLE_TIMEOUT};
    for (size_t i = 0; i < COUNT(causes); i++) {
        const struct fleet fleet = {
            .server = {.trouble = causes[i],
                       .sentence = "the certificate has expired",
                       .retry_ms = 3001,
                       .age_ms = 34000},
            .runtimes = {{"rt", .source = {.age_ms = 35000, .pace_ms = 60000}}}};
        EXPECT(AROUND(.fleet = &fleet, .shown = 3),
               {"offline", ROLE_CHIP_ERROR, true,
                "api.example: the certificate has expired; next try in 4 s, r tries now; last "
                "answer 34s ago"});
    }
}

/* Any answer of the server counts: lists of leases come more often than that of the spaces. */
static void test_last_answer(void **state)
{
    (void)state;
    const struct fleet fleet = {.server = {.trouble = TROUBLE_REFUSED, .age_ms = 29000},
                                .runtimes = {{"p", .source.age_ms = 4000},
                                             {"q", .source.age_ms = 3000},
                                             {"r", .source.unheard = true}}};
    EXPECT(AROUND(.fleet = &fleet, .shown = 3),
           {"offline", ROLE_CHIP_ERROR, true,
            "api.example: the reason; trying now; last answer 3s ago"});
    EXPECT(AROUND(.fleet = &fleet), /* nothing to see from then */
           {"offline", ROLE_CHIP_ERROR, true, "api.example: the reason; trying now"});
}

/* Of the next try it says what is so. */
static void test_next_try(void **state)
{
    (void)state;
    struct fleet fleet = {.server = {.trouble = TROUBLE_REFUSED, .retry_ms = 0}};
    EXPECT(AROUND(.fleet = &fleet),
           {"offline", ROLE_CHIP_ERROR, true, "api.example: the reason; trying now"});
    fleet.server.retry_ms = INT64_MAX;
    EXPECT(AROUND(.fleet = &fleet),
           {"offline", ROLE_CHIP_ERROR, true, "api.example: the reason; r tries again"});
    fleet.server.retry_ms = 0;
    fleet.paused = true;
    EXPECT(AROUND(.fleet = &fleet),
           {"offline", ROLE_CHIP_ERROR, true, "api.example: the reason; asking is paused"},
           {"paused", ROLE_CHIP_WARN, true});
}

static void test_no_spaces(void **state)
{
    (void)state;
    const struct fleet fleet = {
        .server = {.trouble = TROUBLE_FORBIDDEN, .retry_ms = 7000, .age_ms = 60000},
        .runtimes = {{"rt", .source = {.age_ms = 61000, .pace_ms = 60000}}}};
    EXPECT(AROUND(.fleet = &fleet, .shown = 1),
           {"forbidden", ROLE_CHIP_ERROR, true,
            "the list of spaces: the reason; next try in 7 s, r tries now; last answer 1m "
            "ago"});
}

/* Every trouble of one source has its chip. */
static void test_source_in_trouble(void **state)
{
    (void)state;
    for (int kind = TROUBLE_NONE + 1; kind < TROUBLE_KINDS; kind++) {
        if (trouble_scope((enum trouble_kind)kind) != SCOPE_SOURCE)
            continue;
        EXPECT(AROUND(FLEET(.runtimes = {{"rt", "qa", .source.trouble = (enum trouble_kind)kind,
                                          .source.sentence = "no such thing"}})),
               {trouble_chip((enum trouble_kind)kind), ROLE_CHIP_WARN, true,
                "qa: no such thing; trying now"});
    }
}

/* The first is named, by its name or else its id; the others are counted. */
static void test_sources_in_trouble(void **state)
{
    (void)state;
    EXPECT(AROUND(FLEET(.runtimes = {{"p", "fine"},
                                     {"q", "",
                                      .source = {.trouble = TROUBLE_SERVER, .retry_ms = 4000}},
                                     {"r", "fine too"},
                                     {"s", "last", .source.trouble = TROUBLE_SERVER}})),
           {"2 server error", ROLE_CHIP_WARN, true, "q: the reason; next try in 4 s, r tries now"});
    /* for different reasons: not three of one */
    EXPECT(AROUND(FLEET(.spaces = {{"sp", ""}, {"sq", "", .source.trouble = TROUBLE_FORBIDDEN}},
                        .runtimes = {{"p", "one", .source.trouble = TROUBLE_SERVER},
                                     {"q", "two", .source.trouble = TROUBLE_FORBIDDEN}})),
           {"forbidden +2", ROLE_CHIP_WARN, true, "sq: the reason; trying now"});
    /* the name alone does not tell which it is */
    EXPECT(AROUND(FLEET(.spaces = {{"s1", "ops"}, {"s2", "lab"}},
                        .runtimes = {{"p", "qa", .space = "s1"},
                                     {"q", "qa", .space = "s2", .source.trouble = TROUBLE_SLOW}})),
           {"timeout", ROLE_CHIP_WARN, true, "qa (lab): the reason; trying now"});
}

/* Every list fails in the same way: that is the server, and nothing more is said of each. */
static void test_down(void **state)
{
    (void)state;
    const struct fleet fleet = {
        .server = {.trouble = TROUBLE_SLOW,
                   .sentence = "no answer in time",
                   .retry_ms = 2000,
                   .age_ms = 34000},
        .runtimes = {{"p", .source = {.trouble = TROUBLE_SLOW, .age_ms = 35000, .pace_ms = 60000}},
                     {"q", .source = {.trouble = TROUBLE_SLOW, .age_ms = 36000, .pace_ms = 60000}}},
        .down = true};
    EXPECT(AROUND(.fleet = &fleet, .shown = 2),
           {"timeout", ROLE_CHIP_ERROR, true,
            "api.example: no answer in time; next try in 2 s, r tries now; last answer 34s ago"});
}

/* Whatever chip a list in trouble can have, help and the manual explain it, once. */
static void test_every_trouble_is_explained(void **state)
{
    (void)state;
    struct state_info info;
    for (int kind = TROUBLE_NONE + 1; kind < TROUBLE_KINDS; kind++) {
        int found = 0;
        for (size_t i = 0; state_info(i, &info); i++)
            found +=
                strcmp(info.chip, trouble_chip((enum trouble_kind)kind)) == 0 && *info.help != '\0';
        if (found != 1)
            fail_msg("[%s] is explained %d times", trouble_chip((enum trouble_kind)kind), found);
        assert_true(*trouble_help((enum trouble_kind)kind) != '\0');
    }
}

static void test_stale(void **state)
{
    (void)state;
    EXPECT(AROUND(FLEET(.runtimes = {{"p", .source.age_ms = 30000},
                                     {"q"},
                                     {"r", .source.age_ms = 30000}})),
           {"stale", ROLE_CHIP_WARN, false,
            "2 of 3 runtimes were not heard of lately: their rows are marked ~"});
}

static void test_too_much(void **state)
{
    (void)state;
    EXPECT(AROUND(FLEET(.runtimes = {{"p"}, {"q"}}, .cut = true)),
           {"too much", ROLE_CHIP_WARN, true,
            "the server lists more spaces or runtimes than can be watched: showing the first 2 "
            "runtimes; name a SPACE on the command line"});
}

/* In the catalogues and in the lists of leases together. */
static void test_unreadable(void **state)
{
    (void)state;
    EXPECT(AROUND(FLEET(.runtimes = {{"p", .unreadable = 2}, {"q", .unreadable = 1}},
                        .unreadable = 4)),
           {"7 unreadable", ROLE_CHIP_WARN, true,
            "7 of the items the server listed cannot be read: they have no id, or one that came "
            "twice, and are not shown, or a time that is no date"});
}

static void test_skew(void **state)
{
    (void)state;
    const struct fleet fleet = {.leases = {{"l"}}};
    EXPECT(AROUND(.fleet = &fleet, .wall_off_ms = 4999), {NULL});
    EXPECT(AROUND(.fleet = &fleet, .wall_off_ms = -4999), {NULL});
    EXPECT(AROUND(.fleet = &fleet, .wall_off_ms = 5001), {"skew +5s", ROLE_CHIP_INFO, false});
    EXPECT(AROUND(.fleet = &fleet, .wall_off_ms = -5700), {"skew -6s", ROLE_CHIP_INFO, false});
    EXPECT(AROUND(.fleet = &fleet, .wall_off_ms = 8000),
           {"skew +8s", ROLE_CHIP_INFO, false,
            "the server's clock is off from this machine's by +8s: LEFT goes by the server's"});
    EXPECT(AROUND(.fleet = &fleet, .wall_off_ms = -192000), {"skew -3m12s", ROLE_CHIP_INFO, false});
}

static void test_no_server_time(void **state)
{
    (void)state;
    EXPECT(AROUND(FLEET(.timeless = true), .wall_off_ms = 99000),
           {"no server time", ROLE_CHIP_WARN, false,
            "the server does not say what time it has: LEFT goes by this machine's clock and is "
            "marked ~"});
    /* Before any answer there is nothing to miss. */
    EXPECT(AROUND(FLEET(.timeless = true, .server.unheard = true)),
           {"loading", ROLE_CHIP_INFO, true});
}

static void test_modes(void **state)
{
    (void)state;
    EXPECT(AROUND(FLEET(.paused = true)),
           {"paused", ROLE_CHIP_WARN, true, "asking is paused, countdowns go on: Z resumes"});
    EXPECT(AROUND(FLEET(.paused = false), .resumed = true),
           {"resumed", ROLE_CHIP_WARN, true,
            "this machine was asleep: what is shown is from before, asking again"});
    EXPECT(AROUND(FLEET(.paused = false), .read_only = true),
           {"read-only", ROLE_CHIP_INFO, false,
            "read-only: nothing that changes something can be sent"});
    EXPECT(AROUND(.fleet = NULL, .read_only = true), {"loading", ROLE_CHIP_INFO, true},
           {"read-only", ROLE_CHIP_INFO, false});
}

/* All that can hold at once, the worst first, under each trouble of the server. */
static void test_order(void **state)
{
    (void)state;
    static const struct {
        enum trouble_kind kind;
        struct expected first;
    } cases[] = {
        {TROUBLE_UNAUTHORISED, {"unauthorised", ROLE_CHIP_ERROR, true}},
        {TROUBLE_LIMITED, {"rate-limited 0s", ROLE_CHIP_WARN, true}},
        {TROUBLE_NAME, {"offline", ROLE_CHIP_ERROR, true}},
        {TROUBLE_UNREADABLE, {"unreadable", ROLE_CHIP_ERROR, true}},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        EXPECT(AROUND(FLEET(.server.trouble = cases[i].kind,
                            .runtimes = {{"p", .source.trouble = TROUBLE_SLOW},
                                         {"q", .source.age_ms = 60000},
                                         {"r", .source.unheard = true}},
                            .paused = true, .cut = true, .unreadable = 1),
                      .wall_off_ms = 60000, .resumed = true, .read_only = true),
               cases[i].first, {"timeout", ROLE_CHIP_WARN, true}, {"resumed", ROLE_CHIP_WARN, true},
               {"paused", ROLE_CHIP_WARN, true}, {"stale", ROLE_CHIP_WARN, false},
               {"too much", ROLE_CHIP_WARN, true}, {"1 unreadable", ROLE_CHIP_WARN, true},
               {"skew +1m00s", ROLE_CHIP_INFO, false}, {"read-only", ROLE_CHIP_INFO, false});
    }
    EXPECT(AROUND(FLEET(.runtimes = {{"p", .source.unheard = true}}, .unreadable = 1,
                        .timeless = true),
                  .read_only = true),
           {"1 unreadable", ROLE_CHIP_WARN, true}, {"loading", ROLE_CHIP_INFO, true},
           {"no server time", ROLE_CHIP_WARN, false}, {"read-only", ROLE_CHIP_INFO, false});
}

/* The longest words a server can send still end in a whole, bounded sentence. */
static void test_long_words(void **state)
{
    (void)state;
    char name[400], sentence[400];
    memset(name, 'n', sizeof name - 1);
    memset(sentence, 's', sizeof sentence - 1);
    name[sizeof name - 1] = sentence[sizeof sentence - 1] = '\0';
    const struct fleet fleet = {
        .server = {.trouble = TROUBLE_NAME, .sentence = sentence, .age_ms = 1000},
        .runtimes = {{"p", name, .source = {.trouble = TROUBLE_SERVER, .sentence = sentence}}}};
    EXPECT(AROUND(.fleet = &fleet, .shown = 1), {"offline", ROLE_CHIP_ERROR, true},
           {"server error", ROLE_CHIP_WARN, true});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_to_say),
        cmocka_unit_test(test_loading),
        cmocka_unit_test(test_trouble_is_not_loading),
        cmocka_unit_test(test_space_gone),
        cmocka_unit_test(test_unauthorised),
        cmocka_unit_test(test_limited),
        cmocka_unit_test(test_offline),
        cmocka_unit_test(test_last_answer),
        cmocka_unit_test(test_next_try),
        cmocka_unit_test(test_no_spaces),
        cmocka_unit_test(test_source_in_trouble),
        cmocka_unit_test(test_sources_in_trouble),
        cmocka_unit_test(test_down),
        cmocka_unit_test(test_every_trouble_is_explained),
        cmocka_unit_test(test_stale),
        cmocka_unit_test(test_too_much),
        cmocka_unit_test(test_unreadable),
        cmocka_unit_test(test_skew),
        cmocka_unit_test(test_no_server_time),
        cmocka_unit_test(test_modes),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_long_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
