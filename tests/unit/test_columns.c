/* What rows show: which columns fit into which width, that they never overlap, and what each cell
 * says, in which role. */
#include "core/columns.h"

#include "tests/unit/fleet.h"

#include <locale.h>

/* ---- fitting */

/* What is left free at both sides of a table on the screen. */
enum { MARGINS = 2, WIDEST_SCREEN = 320 };

static const char *title_of(const struct column *column)
{
    return column->title != NULL ? column->title : "";
}

static struct columns usual(struct columns columns)
{
    columns_usual(&columns);
    return columns;
}

/* The titles of the columns that are shown, one space between; the glyph's is `.`. */
static const char *titles(const struct columns *columns, int cells)
{
    static char text[256];
    struct column_place places[COLUMNS_MAX];
    size_t count = columns_fit(columns, cells, places), used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        const char *title = title_of(places[i].column);
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i > 0 ? " " : "",
                                 *title != '\0' ? title : ".");
    }
    return text;
}

static void test_leases_by_screen(void **state)
{
    (void)state;
    static const struct {
        int screen;
        const char *titles;
    } cases[] = {
        {140, ". STATUS LEASE RUNTIME SPACE PROTO ENDPOINT LEFT LIFE SECRET BY"},
        {100, ". STATUS LEASE RUNTIME SPACE PROTO ENDPOINT LEFT LIFE SECRET BY"},
        {90, ". STATUS LEASE RUNTIME PROTO ENDPOINT LEFT LIFE SECRET"},
        {80, ". STATUS LEASE RUNTIME PROTO ENDPOINT LEFT SECRET"},
        {60, ". STATUS LEASE RUNTIME PROTO LEFT"},
        {40, ". LEASE RUNTIME LEFT"},
        {24, ". LEASE LEFT"},
        {10, ". LEFT"},
    };
    struct columns columns = usual(columns_of_leases(8));
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(titles(&columns, cases[i].screen - MARGINS), cases[i].titles);
}

static void test_runtimes_by_screen(void **state)
{
    (void)state;
    static const struct {
        int screen;
        const char *titles;
    } cases[] = {
        {140, ". STATUS RUNTIME SPACE KIND REGION LEASES NEXT DATA"},
        {100, ". STATUS RUNTIME SPACE KIND REGION LEASES NEXT DATA"},
        {80, ". STATUS RUNTIME SPACE KIND LEASES NEXT DATA"},
        {70, ". STATUS RUNTIME SPACE KIND LEASES NEXT"},
        {60, ". STATUS RUNTIME SPACE LEASES NEXT"},
        {46, ". STATUS RUNTIME LEASES NEXT"},
        {40, ". RUNTIME LEASES NEXT"},
        {28, ". RUNTIME LEASES"},
        {24, ". RUNTIME"},
        {10, ". RUNTIME"},
    };
    struct columns columns = usual(columns_of_runtimes());
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(titles(&columns, cases[i].screen - MARGINS), cases[i].titles);
}

/* What always stays: the glyph and LEFT of a lease, the glyph and the name of a runtime. */
static int least_cells(const struct columns *columns)
{
    int cells = -1;
    for (size_t i = 0; i < columns->count; i++)
        cells += columns->items[i].priority == 0 ? columns->items[i].cells + 1 : 0;
    return cells;
}

static bool shown(const struct column_place *places, size_t count, const struct column *column)
{
    for (size_t i = 0; i < count; i++) {
        if (places[i].column == column)
            return true;
    }
    return false;
}

static void check_fit(const struct columns *columns, int cells)
{
    struct column_place places[COLUMNS_MAX];
    size_t count = columns_fit(columns, cells, places);
    int end = 0, room = cells > least_cells(columns) ? cells : least_cells(columns);
    int gap = count > 2 ? places[2].at - places[1].at - places[1].cells : 1;
    for (size_t i = 0; i < count; i++) {
        const struct column *column = places[i].column;
        assert_true(i == 0 || column > places[i - 1].column); /* in their order */
        /* All the same way apart, but a sign stands beside its word. */
        assert_int_equal(places[i].at, i == 0 ? 0 : i == 1 ? end + 1 : end + gap);
        assert_in_range(places[i].cells, column->cells,
                        column->widest > column->cells ? column->widest : column->cells);
        end = places[i].at + places[i].cells;
    }
    assert_true(end <= room);
    assert_in_range(gap, 1, 2);
    /* Those that went are the least important ones, and there was no room for the best of them. */
    const struct column *best = NULL;
    for (size_t i = 0; i < columns->count; i++) {
        const struct column *column = &columns->items[i];
        if (!shown(places, count, column) && (best == NULL || column->priority < best->priority))
            best = column;
    }
    if (best == NULL)
        return;
    int used = -1;
    for (size_t i = 0; i < count; i++) {
        bool whole = places[i].column->whole && best->priority >= COLUMNS_SPARED;
        used += (whole ? places[i].column->widest : places[i].column->cells) + 1;
    }
    assert_true(best->priority > 0);
    assert_true(used + 1 + best->cells > cells);
    for (size_t i = 0; i < count; i++)
        assert_true(places[i].column->priority < best->priority);
}

static void test_any_width(void **state)
{
    (void)state;
    static const int id_cells[] = {8, 12, 16, 24, 36};
    const struct columns runtimes = columns_of_runtimes();
    for (int cells = 1; cells <= WIDEST_SCREEN; cells++) {
        check_fit(&runtimes, cells);
        for (size_t i = 0; i < COUNT(id_cells); i++) {
            const struct columns leases = columns_of_leases(id_cells[i]);
            check_fit(&leases, cells);
        }
    }
}

/* More room never shows less, and on a wide screen every column has all it can use. */
static void test_more_room_shows_more(void **state)
{
    (void)state;
    const struct columns all[] = {columns_of_leases(8), columns_of_leases(36),
                                  columns_of_runtimes()};
    for (size_t i = 0; i < COUNT(all); i++) {
        struct column_place places[COLUMNS_MAX];
        size_t before = 0;
        for (int cells = 1; cells <= WIDEST_SCREEN; cells++) {
            size_t count = columns_fit(&all[i], cells, places);
            assert_true(count >= before);
            before = count;
        }
        assert_int_equal(before, all[i].count);
        for (size_t j = 0; j < before; j++)
            assert_int_equal(places[j].cells, places[j].column->widest);
    }
}

/* An id is not cut while LIFE has room: that goes, and what matters less. */
static void test_ids_before_life(void **state)
{
    (void)state;
    struct columns columns = usual(columns_of_leases(16));
    struct column_place places[COLUMNS_MAX];
    for (int cells = 70; cells <= 120; cells++) {
        size_t count = columns_fit(&columns, cells, places);
        const struct column *life = columns_find(&columns, "life");
        for (size_t i = 0; shown(places, count, life) && i < count; i++) {
            if (places[i].column->whole)
                assert_int_equal(places[i].cells, 16);
        }
    }
}

/* What a view leaves out gives its room to the others. */
static void test_drop(void **state)
{
    (void)state;
    struct columns columns = usual(columns_of_leases(8));
    columns_drop(&columns, "space");
    columns_drop(&columns, "secret"); /* the last one */
    columns_drop(&columns, "nothing of this name");
    assert_string_equal(titles(&columns, 200),
                        ". STATUS LEASE RUNTIME PROTO ENDPOINT LEFT LIFE BY");
    for (int cells = 1; cells <= WIDEST_SCREEN; cells++)
        check_fit(&columns, cells);
    columns_drop(&columns, "glyph"); /* the first */
    assert_string_equal(titles(&columns, 200), "STATUS LEASE RUNTIME PROTO ENDPOINT LEFT LIFE BY");
}

/* ---- cells */

enum { CELLS = 14 };

/* The cell of an item below a title ("" is the glyph), at most so many cells wide. */
static struct cell fill(const struct columns *columns, const char *title, const void *item,
                        const struct moment *moment, enum text_charset charset)
{
    struct cell cell = {.text = "", .role = ROLE_COUNT};
    for (size_t i = 0; i < columns->count; i++) {
        const struct column *column = &columns->items[i];
        struct cell_style style = {charset, column->widest < CELLS ? column->widest : CELLS,
                                   FORMAT_UTC};
        if (strcmp(title_of(column), title) == 0)
            column_fill(column, &cell, item, moment, &style);
    }
    assert_in_range(cell.role, 0, ROLE_COUNT - 1);
    return cell;
}

/* One row of the table of leases, looked at `after_ms` later. */
struct expected {
    const char *title, *text, *ascii;
    enum role role;
};

static void expect_cells(const struct columns *columns, const void *item,
                         const struct moment *moment, const struct expected *expected, size_t count)
{
    for (size_t i = 0; i < count && expected[i].title != NULL; i++) {
        const struct expected *one = &expected[i];
        struct cell cell = fill(columns, one->title, item, moment, TEXT_UTF8);
        if (strcmp(cell.text, one->text) != 0)
            fail_msg("%s says \"%s\", not \"%s\"", one->title, cell.text, one->text);
        if (cell.role != one->role)
            fail_msg("%s \"%s\" has role %d, not %d", one->title, cell.text, cell.role, one->role);
        cell = fill(columns, one->title, item, moment, TEXT_ASCII);
        assert_string_equal(cell.text, one->ascii != NULL ? one->ascii : one->text);
    }
}

static void expect_lease(const struct fleet *fleet, struct moment moment,
                         const struct expected *expected, size_t count)
{
    const struct columns columns = columns_of_leases(12);
    const struct snapshot *snapshot = fleet_snapshot(fleet);
    struct rows rows = fleet_rows(snapshot);
    assert_int_equal(rows.count, 1);
    rows.items[0].id_cells = 12; /* as if another looked like it */
    expect_cells(&columns, &rows.items[0], &moment, expected, count);
    rows_clear(&rows);
    snapshot_unref(snapshot);
}

#define EXPECT_LEASE(fleet, moment, ...)                                                           \
    expect_lease(fleet, moment, (const struct expected[]){__VA_ARGS__},                            \
                 COUNT(((const struct expected[]){__VA_ARGS__})))

static const struct fleet mine = {
    .leases = {{"77ab01c4-1234-5678", .created = -1800000, .expires = 1800000}},
    .holdings = {{"77ab01c4-1234-5678", NULL, SECRET_HELD, ENDPOINT_WEBSOCKET}},
};

static void test_active_lease(void **state)
{
    (void)state;
    EXPECT_LEASE(
        &mine, fleet_moment(), {"", "●", "+", ROLE_ST_ACTIVE},
        {"STATUS", "active", NULL, ROLE_ST_ACTIVE}, {"LEASE", "77ab01c4-123", NULL, ROLE_TEXT},
        {"RUNTIME", "checkout", NULL, ROLE_TEXT}, {"PROTO", "cdp", NULL, ROLE_TEXT},
        {"ENDPOINT", "websocket", NULL, ROLE_TEXT}, {"LEFT", "  30:00", NULL, ROLE_LEFT_OK},
        {"LIFE", "━━━━━━━───────", "[######      ]", ROLE_LIFE_FULL},
        {"SECRET", "held", NULL, ROLE_TEXT});
}

static void test_expiring_lease(void **state)
{
    (void)state;
    EXPECT_LEASE(&mine, fleet_later(1500000), {"", "!", "!", ROLE_ST_EXPIRING},
                 {"STATUS", "expiring", NULL, ROLE_ST_EXPIRING}, {NULL});
    struct fleet fleet = mine;
    fleet.runtimes[0] = (struct fleet_runtime){"rt", "checkout", .source.pace_ms = 3600000};
    EXPECT_LEASE(&fleet, fleet_later(1500000), {"LEFT", "  05:00", NULL, ROLE_LEFT_WARN},
                 {"LIFE", "━─────────────", "[#           ]", ROLE_LEFT_WARN});
    EXPECT_LEASE(&fleet, fleet_later(1740000), {"LEFT", "  01:00", NULL, ROLE_LEFT_CRIT},
                 {"STATUS", "expiring", NULL, ROLE_ST_CRITICAL},
                 {"LIFE", "╾─────────────", "[#           ]", ROLE_LEFT_CRIT});
    EXPECT_LEASE(&fleet, fleet_later(1800000), {"", "?", "?", ROLE_ST_UNKNOWN},
                 {"STATUS", "expired?", NULL, ROLE_ST_UNKNOWN},
                 {"LEFT", "  00:00", NULL, ROLE_LEFT_CRIT},
                 {"LIFE", "──────────────", "[            ]", ROLE_LEFT_CRIT});
}

/* What is old is dim and marked; what the status says keeps its colour. */
static void test_stale_lease(void **state)
{
    (void)state;
    EXPECT_LEASE(&mine, fleet_later(60000), {"", "●", "+", ROLE_ST_ACTIVE},
                 {"LEASE", "77ab01c4-123", NULL, ROLE_DIM}, {"RUNTIME", "checkout", NULL, ROLE_DIM},
                 {"PROTO", "cdp", NULL, ROLE_DIM}, {"ENDPOINT", "websocket", NULL, ROLE_DIM},
                 {"LEFT", " ~29:00", NULL, ROLE_DIM});
}

/* Endless stays endless, however old the news of it. */
static void test_stale_lease_without_expiry(void **state)
{
    (void)state;
    const struct fleet fleet = {.leases = {{"l"}}};
    EXPECT_LEASE(&fleet, fleet_later(60000), {"LEFT", "      ∞", "  never", ROLE_DIM});
}

/* What is no date is not taken for none. */
static void test_unreadable_times(void **state)
{
    (void)state;
    const struct fleet expiry = {.leases = {{"l", .expires = FLEET_UNREADABLE}}};
    EXPECT_LEASE(&expiry, fleet_moment(), {"LEFT", "      ?", NULL, ROLE_ST_UNKNOWN});
    const struct fleet end = {.leases = {{"l", .revoked = FLEET_UNREADABLE}}};
    EXPECT_LEASE(&end, fleet_moment(), {"", "?", NULL, ROLE_ST_UNKNOWN},
                 {"STATUS", "ended?", NULL, ROLE_ST_UNKNOWN});
}

static void test_ended_lease(void **state)
{
    (void)state;
    const struct fleet fleet = {
        .leases = {{"0aa3f410", .created = -60000, .expires = 60000, .revoked = -1000}},
        .holdings = {{"0aa3f410", NULL, SECRET_GONE, ENDPOINT_HTTP}},
    };
    EXPECT_LEASE(&fleet, fleet_later(60000), {"", "×", "x", ROLE_ST_ENDED},
                 {"STATUS", "revoked", NULL, ROLE_ST_ENDED}, {"LEASE", "0aa3f410", NULL, ROLE_DIM},
                 {"ENDPOINT", "http", NULL, ROLE_DIM}, {"LEFT", "      –", "      -", ROLE_DIM},
                 {"LIFE", "              ", NULL, ROLE_DIM}, {"SECRET", "–", "-", ROLE_DIM});
    const struct fleet expired = {.leases = {{"l", .expires = -1000, .status = "expired"}}};
    EXPECT_LEASE(&expired, fleet_later(60000), {"LEFT", "  00:00", NULL, ROLE_DIM});
}

static void test_others_lease(void **state)
{
    (void)state;
    const struct fleet fleet = {.runtimes = {{"rt_9", ""}},
                                .leases = {{"cn_1c0d9e52ffff", .protocol = "vnc"}}};
    EXPECT_LEASE(&fleet, fleet_moment(), {"LEASE", "1c0d9e52ffff", NULL, ROLE_TEXT},
                 {"RUNTIME", "rt_9", NULL, ROLE_TEXT}, {"PROTO", "vnc", NULL, ROLE_TEXT},
                 {"ENDPOINT", "–", "-", ROLE_DIM}, {"LEFT", "      ∞", "  never", ROLE_LEFT_OK},
                 {"LIFE", "              ", NULL, ROLE_LIFE_FULL}, {"SECRET", "–", "-", ROLE_DIM});
}

static void test_lost_secret(void **state)
{
    (void)state;
    const struct fleet fleet = {.leases = {{"l"}}, .holdings = {{"l", NULL, SECRET_LOST}}};
    EXPECT_LEASE(&fleet, fleet_moment(), {"SECRET", "lost", NULL, ROLE_CHIP_WARN}, {"BY", "me?"},
                 {"ENDPOINT", "–", "-", ROLE_DIM});
}

static void test_create_under_way(void **state)
{
    (void)state;
    const struct fleet fleet = {.writes = {{1, INTENT_CREATE, INTENT_SENT}}};
    EXPECT_LEASE(&fleet, fleet_moment(), {"", "~", "~", ROLE_ST_PENDING},
                 {"STATUS", "creating", NULL, ROLE_ST_PENDING}, {"LEASE", "–", "-", ROLE_DIM},
                 {"RUNTIME", "checkout", NULL, ROLE_TEXT}, {"PROTO", "cdp", NULL, ROLE_TEXT},
                 {"LEFT", "      –", "      -", ROLE_TEXT},
                 {"LIFE", "              ", NULL, ROLE_LIFE_FULL}, {"SECRET", "–", "-", ROLE_DIM});
}

static void test_revoke_that_can_be_undone(void **state)
{
    (void)state;
    struct fleet fleet = mine;
    fleet.writes[0] =
        (struct fleet_write){1, INTENT_REVOKE, INTENT_GRACE, .lease = fleet.leases[0].id, 5000};
    EXPECT_LEASE(&fleet, fleet_later(1000), {"", "-", "-", ROLE_ST_PENDING},
                 {"STATUS", "revoking", NULL, ROLE_ST_PENDING},
                 {"LEFT", "undo 4s", NULL, ROLE_ST_PENDING});
    EXPECT_LEASE(&fleet, fleet_later(4500), {"LEFT", "undo 1s", NULL, ROLE_ST_PENDING});
    fleet.writes[0].phase = INTENT_SENT;
    EXPECT_LEASE(&fleet, fleet_later(1000), {"LEFT", "  29:59", NULL, ROLE_TEXT});
}

/* Nothing that a server says reaches the terminal as it is. */
static void test_foreign_text(void **state)
{
    (void)state;
    const struct fleet fleet = {
        .runtimes = {{"rt", "a\x1b[2Jb\n\xe2\x80\xaez"}},
        .leases = {{"\x1b]52;c;x\x07",
                    .status = "\xc2\x9b"
                              "31m",
                    .protocol = "cd\tp"}},
    };
    EXPECT_LEASE(&fleet, fleet_moment(),
                 {"RUNTIME", "a\uFFFD[2Jb\uFFFD\uFFFDz", "a?[2Jb??z", ROLE_TEXT},
                 {"LEASE", "\uFFFD]52;c;x\uFFFD", "?]52;c;x?", ROLE_TEXT},
                 {"STATUS", "\uFFFD31m", "?31m", ROLE_TEXT},
                 {"PROTO", "cd\uFFFDp", "cd?p", ROLE_TEXT}, {"", "○", "o", ROLE_TEXT});
}

/* ---- runtimes */

static void expect_runtime(const struct fleet *fleet, struct moment moment,
                           const struct expected *expected, size_t count)
{
    const struct columns columns = columns_of_runtimes();
    const struct snapshot *snapshot = fleet_snapshot(fleet);
    struct runtimes runtimes = {0};
    assert_true(runtimes_build(&runtimes, snapshot, NULL, FLEET_SERVER, NULL));
    assert_int_equal(runtimes.count, 1);
    expect_cells(&columns, &runtimes.items[0], &moment, expected, count);
    runtimes_clear(&runtimes);
    snapshot_unref(snapshot);
}

#define EXPECT_RUNTIME(fleet, moment, ...)                                                         \
    expect_runtime(fleet, moment, (const struct expected[]){__VA_ARGS__},                          \
                   COUNT(((const struct expected[]){__VA_ARGS__})))

static void test_runtime(void **state)
{
    (void)state;
    const struct fleet fleet = {
        .leases = {{"a", .expires = 3000000}, {"b", .expires = 1000000}, {"c", .revoked = -1}}};
    EXPECT_RUNTIME(&fleet, fleet_later(3000), {"", "●", "*", ROLE_ST_ACTIVE},
                   {"STATUS", "active", NULL, ROLE_ST_ACTIVE},
                   {"RUNTIME", "checkout", NULL, ROLE_TEXT}, {"SPACE", "acme", NULL, ROLE_TEXT},
                   {"KIND", "browser", NULL, ROLE_TEXT}, {"REGION", "eu", NULL, ROLE_DIM},
                   {"LEASES", "2", NULL, ROLE_TEXT}, {"NEXT", "  16:37", NULL, ROLE_LEFT_OK},
                   {"DATA", "3s ago", NULL, ROLE_DIM});
}

static void test_runtime_glyphs(void **state)
{
    (void)state;
    static const struct {
        const char *status, *glyph, *ascii;
        enum role role;
    } cases[] = {
        {"active", "●", "*", ROLE_ST_ACTIVE},
        {"stopped", "■", "#", ROLE_ST_ENDED},
        {"failed", "✗", "X", ROLE_ST_FAILED},
        {"odd", "○", "o", ROLE_TEXT},
        {"", "○", "o", ROLE_TEXT},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct fleet fleet = {.runtimes = {{"rt", .status = cases[i].status}}};
        EXPECT_RUNTIME(&fleet, fleet_moment(), {"", cases[i].glyph, cases[i].ascii, cases[i].role},
                       {"STATUS", *cases[i].status != '\0' ? cases[i].status : "–",
                        *cases[i].status != '\0' ? NULL : "-",
                        *cases[i].status != '\0' ? cases[i].role : ROLE_DIM});
    }
}

static void test_runtime_next(void **state)
{
    (void)state;
    static const struct {
        struct fleet_lease lease;
        const char *next, *ascii;
        enum role role;
    } cases[] = {
        {{"l", .expires = 301000}, "  05:01", NULL, ROLE_LEFT_OK},
        {{"l", .expires = 300999}, "  05:00", NULL, ROLE_LEFT_WARN},
        {{"l", .expires = 60000}, "  01:00", NULL, ROLE_LEFT_CRIT},
        {{"l"}, "–", "-", ROLE_DIM},
        {{"l", .expires = -1}, "–", "-", ROLE_DIM},
        {{"l", .expires = 60000, .closed = -1}, "–", "-", ROLE_DIM},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct fleet fleet = {.leases = {cases[i].lease}};
        EXPECT_RUNTIME(&fleet, fleet_moment(),
                       {"NEXT", cases[i].next, cases[i].ascii, cases[i].role});
    }
}

/* How its own list stands. */
static void test_runtime_data(void **state)
{
    (void)state;
    static const struct {
        struct fleet_runtime runtime;
        struct expected cells[3];
    } cases[] = {
        {{"rt", .source.unheard = true},
         {{"LEASES", "–", "-", ROLE_DIM},
          {"NEXT", "–", "-", ROLE_DIM},
          {"DATA", "loading", NULL, ROLE_DIM}}},
        {{"rt", .source.age_ms = 60000},
         {{"DATA", "stale", NULL, ROLE_DIM}, {"NEXT", " ~1h00m", NULL, ROLE_LEFT_OK}}},
        {{"rt", .source.trouble = TROUBLE_FORBIDDEN},
         {{"DATA", "forbidden", NULL, ROLE_CHIP_WARN}, {"NEXT", " ~1h00m", NULL, ROLE_LEFT_OK}}},
        {{"rt", "old", .status = "active", .vanished = true},
         {{"", "×", "x", ROLE_ST_ENDED},
          {"STATUS", "gone", NULL, ROLE_ST_ENDED},
          {"DATA", "gone", NULL, ROLE_DIM}}},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct fleet fleet = {.runtimes = {cases[i].runtime},
                                    .leases = {{"l", .expires = 3600000}}};
        expect_runtime(&fleet, fleet_moment(), cases[i].cells, COUNT(cases[i].cells));
    }
}

/* The wide table has more; what stands there is a time of day, whole ids. */
static void test_wide(void **state)
{
    (void)state;
    const struct fleet fleet = {.leases = {{"l", .created = -61000, .expires = 3600000}}};
    EXPECT_LEASE(&fleet, fleet_moment(), {"CREATED", "10:01:10Z", NULL, ROLE_TEXT},
                 {"EXPIRES", "11:02:11Z", NULL, ROLE_TEXT}, {"RUN", "run", NULL, ROLE_TEXT});
    struct columns columns = columns_of_leases(8);
    assert_string_equal(titles(&columns, WIDEST_SCREEN),
                        ". STATUS LEASE RUNTIME SPACE PROTO ENDPOINT LEFT "
                        "LIFE SECRET BY KEEP CREATED EXPIRES RUN");
    columns = columns_of_runtimes();
    assert_string_equal(titles(&columns, WIDEST_SCREEN),
                        ". STATUS RUNTIME SPACE KIND REGION LEASES NEXT DATA ID");
}

/* Kept alive is said before the time left, at every width: LEFT is the column that always stays. */
static void test_kept_lease(void **state)
{
    (void)state;
    static const struct {
        int64_t expires;
        enum keep_phase phase;
        const char *text, *ascii;
    } cases[] = {
        {1800000, KEEP_WAITING, " ↻30:00", " @30:00"},
        {1800000, KEEP_RETRY, " !30:00", " !30:00"},
        {1800000, KEEP_STOPPED, "  30:00", "  30:00"},
        {3600000, KEEP_ROTATING, " ↻1h00m", " @1h00m"},
        {864000000000, KEEP_WAITING, " ↻>999d", " @>999d"},
        {86400000000 - 1, KEEP_WAITING, "999d23h", "999d23h"}, /* no room for it */
    };
    const struct columns columns = columns_of_leases(8);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct keep_view keep = {.phase = cases[i].phase, .next_ms = FLEET_BOOT};
        const struct snapshot *snapshot = fleet_snapshot(
            &(struct fleet){.leases = {{"l", .created = -1, .expires = cases[i].expires}}});
        struct rows rows = fleet_rows(snapshot);
        struct moment moment = fleet_moment();
        rows.items[0].keep = &keep;
        expect_cells(&columns, &rows.items[0], &moment,
                     &(struct expected){"LEFT", cases[i].text, cases[i].ascii, ROLE_LEFT_OK}, 1);
        rows_clear(&rows);
        snapshot_unref(snapshot);
    }
}

/* What tells one runtime from others of its name stays where the name is cut. */
static void test_label_is_cut_in_the_middle(void **state)
{
    (void)state;
    struct cell cell;
    const struct cell_style style = {TEXT_UTF8, 16, FORMAT_UTC};
    cell_put_label(&cell, &(struct runtime){.name = "a-long-name-of-one", .label = NULL}, &style);
    assert_string_equal(cell.text, "a-long-name-of-one"); /* whoever draws it cuts it */
    cell_put_label(&cell, &(struct runtime){.name = "", .label = "a-long-name-of-one #7f3a90bc"},
                   &style);
    assert_int_equal(text_width(cell.text), 16);
    assert_non_null(strstr(cell.text, "90bc"));
    assert_int_equal(strncmp(cell.text, "a-long", 6), 0);
}

/* A name gets no more room than the widest of them needs, and never less than it must have. */
static void test_widest(void **state)
{
    (void)state;
    struct columns columns = columns_of_leases(8);
    int cells = columns_find(&columns, "runtime")->cells;
    columns_widest(&columns, "runtime", cells + 4);
    assert_int_equal(columns_find(&columns, "runtime")->widest, cells + 4);
    columns_widest(&columns, "runtime", 100); /* never wider than before */
    assert_int_equal(columns_find(&columns, "runtime")->widest, cells + 4);
    columns_widest(&columns, "runtime", 3);
    assert_int_equal(columns_find(&columns, "runtime")->widest, cells);
    columns_widest(&columns, "none of them", 3);
    for (int width = 1; width <= WIDEST_SCREEN; width++)
        check_fit(&columns, width);
}

static void test_found_by_name(void **state)
{
    (void)state;
    struct columns columns = columns_of_leases(8);
    assert_string_equal(columns_find(&columns, "left")->title, "LEFT");
    assert_string_equal(columns_find(&columns, "Proto")->title, "PROTO");
    assert_null(columns_find(&columns, ""));
    assert_null(columns_find(&columns, "lef"));
}

/* -1, 0 or 1 as the first of two leases comes before the second by this column. */
static int order_of(const struct fleet *fleet, const char *name, bool inverted)
{
    struct columns columns = columns_of_leases(8);
    const struct snapshot *snapshot = fleet_snapshot(fleet);
    struct rows rows = fleet_rows(snapshot);
    struct moment moment = fleet_moment();
    int order = column_compare(columns_find(&columns, name), fleet_row(&rows, "a"),
                               fleet_row(&rows, "b"), inverted, &moment);
    rows_clear(&rows);
    snapshot_unref(snapshot);
    return order < 0 ? -1 : order > 0;
}

static void test_compare(void **state)
{
    (void)state;
    const struct fleet fleet = {
        .runtimes = {{"p", "alpha"}, {"q", "Beta"}},
        .leases = {{"a", .runtime = "p", .expires = 9000, .protocol = "vnc"},
                   {"b", .runtime = "q", .expires = 4000, .protocol = "cdp"}},
        .holdings = {{"b", "q", SECRET_HELD, ENDPOINT_WEBSOCKET}},
    };
    static const struct {
        const char *name;
        int order, inverted;
    } cases[] = {
        {"lease", -1, 1},  {"runtime", -1, 1}, /* without regard to case */
        {"left", 1, -1},   {"proto", 1, -1},
        {"secret", 1, 1}, /* what is not known stays behind */
        {"created", 0, 0}, {"glyph", 0, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (order_of(&fleet, cases[i].name, false) != cases[i].order)
            fail_msg("by %s", cases[i].name);
        if (order_of(&fleet, cases[i].name, true) != cases[i].inverted)
            fail_msg("by %s, inverted", cases[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stale_lease_without_expiry),
        cmocka_unit_test(test_leases_by_screen),
        cmocka_unit_test(test_runtimes_by_screen),
        cmocka_unit_test(test_any_width),
        cmocka_unit_test(test_more_room_shows_more),
        cmocka_unit_test(test_ids_before_life),
        cmocka_unit_test(test_drop),
        cmocka_unit_test(test_active_lease),
        cmocka_unit_test(test_expiring_lease),
        cmocka_unit_test(test_stale_lease),
        cmocka_unit_test(test_unreadable_times),
        cmocka_unit_test(test_ended_lease),
        cmocka_unit_test(test_others_lease),
        cmocka_unit_test(test_lost_secret),
        cmocka_unit_test(test_create_under_way),
        cmocka_unit_test(test_revoke_that_can_be_undone),
        cmocka_unit_test(test_foreign_text),
        cmocka_unit_test(test_runtime),
        cmocka_unit_test(test_runtime_glyphs),
        cmocka_unit_test(test_runtime_next),
        cmocka_unit_test(test_runtime_data),
        cmocka_unit_test(test_wide),
        cmocka_unit_test(test_kept_lease),
        cmocka_unit_test(test_label_is_cut_in_the_middle),
        cmocka_unit_test(test_widest),
        cmocka_unit_test(test_found_by_name),
        cmocka_unit_test(test_compare),
    };
    if (setlocale(LC_ALL, "C.UTF-8") == NULL)
        return 99; /* the widths are those of UTF-8 */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
