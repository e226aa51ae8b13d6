/* What the table says of a row at a moment: the status of every state of a lease under every write,
 * what LEFT counts to, how long a revoke can be undone, and when data is stale. */
#include "core/format.h"

#include "tests/unit/fleet.h"

/* One row and the moment at which it is looked at. */
struct sight {
    const struct snapshot *snapshot;
    struct rows rows;
    struct moment moment;
};

static struct sight look(const struct fleet *fleet)
{
    struct sight sight = {.snapshot = fleet_snapshot(fleet), .moment = fleet_moment()};
    sight.rows = fleet_rows(sight.snapshot);
    assert_int_equal(sight.rows.count, 1);
    return sight;
}

static void look_away(struct sight *sight)
{
    rows_clear(&sight->rows);
    snapshot_unref(sight->snapshot);
}

static enum status status_at(struct sight *sight)
{
    return row_status(&sight->rows.items[0], &sight->moment);
}

/* ---- a lease with no write on it */

#define PAST   (-1000)
#define FUTURE 3600000

/* Every state that a lease can have, what it is called, and what LEFT says. */
static const struct {
    struct fleet_lease lease;
    enum status status;
    int64_t left_s;
} leases[] = {
    {{"l", .expires = FUTURE}, STATUS_ACTIVE, 3600},
    {{"l"}, STATUS_ACTIVE, FORMAT_NEVER},
    {{"l", .expires = FLEET_UNREADABLE}, STATUS_ACTIVE, FORMAT_UNKNOWN},
    /* thresholds: warn at 5 min, critical at 1 min; seconds are rounded down */
    {{"l", .expires = 301000}, STATUS_ACTIVE, 301},
    {{"l", .expires = 300999}, STATUS_EXPIRING, 300},
    {{"l", .expires = 300000}, STATUS_EXPIRING, 300},
    {{"l", .expires = 61000}, STATUS_EXPIRING, 61},
    {{"l", .expires = 60999}, STATUS_CRITICAL, 60},
    {{"l", .expires = 60000}, STATUS_CRITICAL, 60},
    {{"l", .expires = 1}, STATUS_CRITICAL, 0},
    /* over by the clock is not over by the server's word */
    {{"l", .expires = PAST}, STATUS_OVERDUE, 0},
    {{"l", .expires = PAST, .status = "expired"}, STATUS_EXPIRED, 0},
    {{"l", .expires = PAST, .vanished = PAST}, STATUS_EXPIRED, 0},
    {{"l", .expires = FUTURE, .status = "expired"}, STATUS_EXPIRED, 0},
    /* ended in another way: the time it would have had says nothing */
    {{"l", .expires = FUTURE, .closed = PAST}, STATUS_CLOSED, FORMAT_UNKNOWN},
    {{"l", .expires = FUTURE, .status = "closed"}, STATUS_CLOSED, FORMAT_UNKNOWN},
    {{"l", .expires = FUTURE, .revoked = PAST}, STATUS_REVOKED, FORMAT_UNKNOWN},
    {{"l", .expires = PAST, .revoked = PAST, .closed = PAST}, STATUS_REVOKED, FORMAT_UNKNOWN},
    {{"l", .expires = FUTURE, .vanished = PAST}, STATUS_ENDED, FORMAT_UNKNOWN},
    {{"l", .vanished = PAST}, STATUS_ENDED, FORMAT_UNKNOWN},
    {{"l", .expires = FUTURE, .revoked = FLEET_UNREADABLE}, STATUS_UNREADABLE, 3600},
    /* a word nobody has told us of */
    {{"l", .expires = FUTURE, .status = "draining"}, STATUS_OTHER, 3600},
    {{"l", .expires = 30000, .status = "draining"}, STATUS_OTHER, 30},
    {{"l", .status = ""}, STATUS_OTHER, FORMAT_NEVER},
    {{"l", .expires = PAST, .status = "draining"}, STATUS_OVERDUE, 0},
};

static void test_leases(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(leases); i++) {
        struct sight sight = look(&(struct fleet){.leases = {leases[i].lease}});
        if (status_at(&sight) != leases[i].status)
            fail_msg("lease %zu is %s, not %s", i, status_word(status_at(&sight)),
                     status_word(leases[i].status));
        if (row_left_s(&sight.rows.items[0], &sight.moment) != leases[i].left_s)
            fail_msg("lease %zu has %lld s left", i,
                     (long long)row_left_s(&sight.rows.items[0], &sight.moment));
        look_away(&sight);
    }
}

/* What went with its space may live on: nobody has said that it ended, and its time goes on. */
static void test_unlisted(void **state)
{
    (void)state;
    static const struct {
        struct fleet_lease lease;
        enum status status;
        int64_t left_s;
    } cases[] = {
        {{"l", .expires = FUTURE, .vanished = PAST}, STATUS_UNLISTED, 3600},
        {{"l", .vanished = PAST}, STATUS_UNLISTED, FORMAT_NEVER},
        {{"l", .expires = FUTURE, .vanished = PAST, .revoked = PAST},
         STATUS_REVOKED,
         FORMAT_UNKNOWN},
        {{"l", .expires = PAST, .vanished = PAST}, STATUS_EXPIRED, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sight sight =
            look(&(struct fleet){.spaces = {{"sp", "acme", .vanished = true}},
                                 .runtimes = {{"rt", "checkout", .vanished = true}},
                                 .leases = {cases[i].lease}});
        const struct row *row = &sight.rows.items[0];
        bool unlisted = cases[i].status == STATUS_UNLISTED;
        assert_int_equal(status_at(&sight), cases[i].status);
        assert_int_equal(row_left_s(row, &sight.moment), cases[i].left_s);
        assert_true(!unlisted || row_unlisted(row));
        assert_int_equal(row->ended, !unlisted);
        assert_true(!unlisted || row_stale(row, &sight.moment));
        look_away(&sight);
    }
}

/* The same lease as time goes by: nothing of it is stored. */
static void test_time_goes_by(void **state)
{
    (void)state;
    static const struct {
        int64_t after_ms;
        enum status status;
        int64_t left_s;
    } steps[] = {
        {0, STATUS_ACTIVE, 400},       {99999, STATUS_EXPIRING, 300}, {339000, STATUS_EXPIRING, 61},
        {339001, STATUS_CRITICAL, 60}, {399999, STATUS_CRITICAL, 0},  {400000, STATUS_OVERDUE, 0},
        {99999999, STATUS_OVERDUE, 0},
    };
    struct sight sight = look(&(struct fleet){.leases = {{"l", .expires = 400000}}});
    for (size_t i = 0; i < COUNT(steps); i++) {
        sight.moment = fleet_later(steps[i].after_ms);
        assert_int_equal(status_at(&sight), steps[i].status);
        assert_int_equal(row_left_s(&sight.rows.items[0], &sight.moment), steps[i].left_s);
    }
    look_away(&sight);
}

static void test_thresholds_are_given(void **state)
{
    (void)state;
    struct sight sight = look(&(struct fleet){.leases = {{"l", .expires = 20000}}});
    sight.moment.thresholds = (struct thresholds){.warn_s = 20, .critical_s = 10};
    assert_int_equal(status_at(&sight), STATUS_EXPIRING);
    sight.moment.thresholds.warn_s = 19;
    assert_int_equal(status_at(&sight), STATUS_ACTIVE);
    sight.moment.thresholds.critical_s = 20;
    assert_int_equal(status_at(&sight), STATUS_CRITICAL);
    look_away(&sight);
}

/* ---- a revoke on it */

/* STATUS_COUNT: what the lease says by itself. */
static const struct {
    enum intent_phase phase;
    int64_t due_ms; /* from now */
    enum status status;
} revokes[] = {
    {INTENT_GRACE, 3000, STATUS_REVOKING},  {INTENT_QUEUED, 0, STATUS_REVOKING},
    {INTENT_SENT, 3000, STATUS_REVOKING},   {INTENT_GONE, 3000, STATUS_GONE},
    {INTENT_UNKNOWN, 3000, STATUS_UNKNOWN}, {INTENT_DONE, 3000, STATUS_REVOKED},
    {INTENT_FAILED, 3000, STATUS_COUNT},    {INTENT_CANCELLED, 3000, STATUS_COUNT},
    {INTENT_QUEUED, 3000, STATUS_WAITING},
};

/* The write is what matters, until the server says that the lease is over: from then on it is that,
 * whatever became of the write. */
static void test_every_lease_under_every_revoke(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(leases); i++) {
        for (size_t j = 0; j < COUNT(revokes); j++) {
            struct sight sight =
                look(&(struct fleet){.leases = {leases[i].lease},
                                     .writes = {{1, INTENT_REVOKE, revokes[j].phase, .lease = "l",
                                                 .due = revokes[j].due_ms}}});
            bool own =
                revokes[j].status == STATUS_COUNT || status_tally(leases[i].status) == TALLY_ENDED;
            enum status expected = own ? leases[i].status : revokes[j].status;
            if (status_at(&sight) != expected)
                fail_msg("lease %zu, revoke %zu: %s, not %s", i, j, status_word(status_at(&sight)),
                         status_word(expected));
            /* LEFT goes on counting the lease's time, until it has ended. */
            assert_int_equal(row_left_s(&sight.rows.items[0], &sight.moment),
                             own || expected != STATUS_REVOKED ? leases[i].left_s : FORMAT_UNKNOWN);
            look_away(&sight);
        }
    }
}

/* A revoke that was refused leaves a lease that lives: only its sign says so. */
static void test_a_refused_revoke_hides_nothing(void **state)
{
    (void)state;
    static const struct {
        struct fleet_lease lease;
        enum status status, glyph;
    } cases[] = {
        {{"l", .expires = FUTURE}, STATUS_ACTIVE, STATUS_FAILED},
        {{"l", .expires = 30000}, STATUS_CRITICAL, STATUS_FAILED},
        {{"l", .status = "draining"}, STATUS_OTHER, STATUS_FAILED},
        {{"l", .expires = PAST, .status = "expired"}, STATUS_EXPIRED, STATUS_EXPIRED},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sight sight =
            look(&(struct fleet){.leases = {cases[i].lease},
                                 .writes = {{1, INTENT_REVOKE, INTENT_FAILED, .lease = "l"}}});
        const struct row *row = &sight.rows.items[0];
        assert_int_equal(status_at(&sight), cases[i].status);
        assert_int_equal(row_glyph(row, &sight.moment), cases[i].glyph);
        look_away(&sight);
    }
    struct sight sight = look(&(struct fleet){.leases = {{"l", .expires = FUTURE}}});
    assert_int_equal(row_glyph(&sight.rows.items[0], &sight.moment), STATUS_ACTIVE);
    look_away(&sight);
    sight = look(&(struct fleet){.writes = {{1, INTENT_CREATE, INTENT_FAILED}}});
    assert_int_equal(row_glyph(&sight.rows.items[0], &sight.moment), STATUS_FAILED);
    look_away(&sight);
}

/* The server said that it is revoked, and lists it as if it were not. */
static void test_a_contradicted_revoke(void **state)
{
    (void)state;
    struct sight sight = look(&(struct fleet){
        .leases = {{"l", .expires = FUTURE}},
        .writes = {{1, INTENT_REVOKE, INTENT_DONE, .lease = "l", .contradicted = true}}});
    assert_int_equal(status_at(&sight), STATUS_DISPUTED);
    assert_string_equal(row_status_word(&sight.rows.items[0], &sight.moment), "revoked?");
    assert_int_equal(row_left_s(&sight.rows.items[0], &sight.moment), FUTURE / 1000);
    look_away(&sight);
}

static void test_newest_revoke_counts(void **state)
{
    (void)state;
    struct sight sight = look(
        &(struct fleet){.leases = {{"l", .expires = FUTURE}},
                        .writes = {{1, INTENT_REVOKE, INTENT_FAILED, .lease = "l"},
                                   {2, INTENT_REVOKE, INTENT_GRACE, .lease = "l", .due = 5000}}});
    assert_int_equal(status_at(&sight), STATUS_REVOKING);
    look_away(&sight);
    sight = look(&(struct fleet){.leases = {{"l", .expires = FUTURE}},
                                 .writes = {{1, INTENT_REVOKE, INTENT_FAILED, .lease = "l"},
                                            {2, INTENT_REVOKE, INTENT_CANCELLED, .lease = "l"}}});
    assert_int_equal(row_glyph(&sight.rows.items[0], &sight.moment), STATUS_FAILED);
    look_away(&sight);
}

static void test_undo(void **state)
{
    (void)state;
    static const struct {
        enum intent_phase phase;
        int64_t due_ms;
        int undo_s;
    } cases[] = {
        {INTENT_GRACE, 5000, 5},  {INTENT_GRACE, 4001, 5}, {INTENT_GRACE, 4000, 4},
        {INTENT_GRACE, 1, 1},     {INTENT_GRACE, 0, 0},    {INTENT_GRACE, -10, 0},
        {INTENT_QUEUED, 5000, 0}, {INTENT_SENT, 5000, 0},  {INTENT_CANCELLED, 5000, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sight sight = look(&(struct fleet){
            .leases = {{"l"}},
            .writes = {{1, INTENT_REVOKE, cases[i].phase, .lease = "l", .due = cases[i].due_ms}}});
        assert_int_equal(row_undo_s(&sight.rows.items[0], &sight.moment), cases[i].undo_s);
        look_away(&sight);
    }
    struct sight sight = look(&(struct fleet){.leases = {{"l"}}});
    assert_int_equal(row_undo_s(&sight.rows.items[0], &sight.moment), 0);
    look_away(&sight);
}

/* ---- a create */

static void test_creates(void **state)
{
    (void)state;
    static const struct {
        enum intent_phase phase;
        int64_t due_ms;
        enum status status;
    } cases[] = {
        {INTENT_QUEUED, 0, STATUS_CREATING}, {INTENT_QUEUED, 2000, STATUS_WAITING},
        {INTENT_SENT, 0, STATUS_CREATING},   {INTENT_SENT, 2000, STATUS_CREATING},
        {INTENT_UNKNOWN, 0, STATUS_UNKNOWN}, {INTENT_GONE, 0, STATUS_UNKNOWN},
        {INTENT_FAILED, 0, STATUS_FAILED},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sight sight = look(&(struct fleet){
            .writes = {{1, INTENT_CREATE, cases[i].phase, .due = cases[i].due_ms}}});
        assert_int_equal(status_at(&sight), cases[i].status);
        assert_int_equal(row_left_s(&sight.rows.items[0], &sight.moment), FORMAT_UNKNOWN);
        assert_string_equal(row_status_word(&sight.rows.items[0], &sight.moment),
                            status_word(cases[i].status));
        look_away(&sight);
    }
}

/* ---- words */

static void test_words(void **state)
{
    (void)state;
    static const struct {
        struct fleet_lease lease;
        const char *word;
    } cases[] = {
        {{"l"}, "active"},
        {{"l", .expires = 1000}, "expiring"},
        {{"l", .expires = 200000}, "expiring"},
        {{"l", .expires = PAST}, "expired?"},
        {{"l", .status = "draining"}, "draining"}, /* as sent */
        {{"l", .status = ""}, "no status"},
        {{"l", .status = "deleted"}, "ended"},
        {{"l", .revoked = PAST}, "revoked"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sight sight = look(&(struct fleet){.leases = {cases[i].lease}});
        assert_string_equal(row_status_word(&sight.rows.items[0], &sight.moment), cases[i].word);
        look_away(&sight);
    }
}

/* ---- stale */

static void test_stale(void **state)
{
    (void)state;
    static const struct {
        struct fleet_source source;
        bool stale;
    } cases[] = {
        {{.age_ms = 0}, false},
        {{.age_ms = 2 * FLEET_PACE_MS}, false},
        {{.age_ms = 2 * FLEET_PACE_MS + 1500}, false},
        {{.age_ms = 2 * FLEET_PACE_MS + 1501}, true},
        /* what is asked seldom is not stale for being old */
        {{.age_ms = 60000, .pace_ms = 30000}, false},
        {{.age_ms = 61501, .pace_ms = 30000}, true},
        /* trouble that has just begun does not make data old */
        {{.age_ms = 5000, .trouble = TROUBLE_SLOW}, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sight sight = look(
            &(struct fleet){.runtimes = {{"rt", .source = cases[i].source}}, .leases = {{"l"}}});
        const struct row *row = &sight.rows.items[0];
        if (row_stale(row, &sight.moment) != cases[i].stale ||
            source_stale(&row->runtime->state, &sight.moment) != cases[i].stale)
            fail_msg("case %zu", i);
        /* Where the second is not certain every LEFT is marked. */
        sight.moment.vague = true;
        assert_true(row_stale(row, &sight.moment));
        assert_int_equal(source_stale(&row->runtime->state, &sight.moment), cases[i].stale);
        look_away(&sight);
    }
}

/* moment_of reads this machine's clock: what it knows is the distance to the server's. */
static void test_moment_of(void **state)
{
    (void)state;
    const struct thresholds usual = USUAL_THRESHOLDS;
    assert_int_equal(usual.warn_s, 300);
    assert_int_equal(usual.critical_s, 60);
    const struct snapshot *snapshot = fleet_snapshot(&(struct fleet){.leases = {{"l"}}});
    int64_t before_ms = clock_boot_now_ms();
    struct moment moment = moment_of(snapshot, &usual);
    assert_in_range(moment.boot_ms, before_ms, clock_boot_now_ms());
    assert_int_equal(moment.server_ms - moment.boot_ms, FLEET_SERVER - FLEET_BOOT);
    assert_false(moment.vague);
    assert_memory_equal(&moment.thresholds, &usual, sizeof usual);
    snapshot_unref(snapshot);
    snapshot = fleet_snapshot(&(struct fleet){.timeless = true});
    assert_true(moment_of(snapshot, &usual).vague);
    snapshot_unref(snapshot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_leases),
        cmocka_unit_test(test_unlisted),
        cmocka_unit_test(test_time_goes_by),
        cmocka_unit_test(test_thresholds_are_given),
        cmocka_unit_test(test_every_lease_under_every_revoke),
        cmocka_unit_test(test_a_refused_revoke_hides_nothing),
        cmocka_unit_test(test_a_contradicted_revoke),
        cmocka_unit_test(test_newest_revoke_counts),
        cmocka_unit_test(test_undo),
        cmocka_unit_test(test_creates),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_stale),
        cmocka_unit_test(test_moment_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
