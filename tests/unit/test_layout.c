/* Where everything stands, on every size of screen: inside it, apart from each other, no row
 * wasted, and details where there is room for them. */
#include "tui/layout.h"

#include "tests/unit/unit.h"

enum { ROWS_MOST = 60, COLUMNS_MOST = 200 };

static bool empty(struct area area)
{
    return area.rows <= 0 || area.columns <= 0;
}

static bool inside(struct area area, int rows, int columns)
{
    return empty(area) || (area.row >= 0 && area.column >= 0 && area.row + area.rows <= rows &&
                           area.column + area.columns <= columns);
}

static bool apart(struct area a, struct area b)
{
    return empty(a) || empty(b) || a.row + a.rows <= b.row || b.row + b.rows <= a.row ||
           a.column + a.columns <= b.column || b.column + b.columns <= a.column;
}

static bool same(struct area a, struct area b)
{
    return a.row == b.row && a.column == b.column && a.rows == b.rows && a.columns == b.columns;
}

/* All areas from the top down; the message may be the footer's row, and counts once then. */
enum { AREAS = 9 };

static void areas_of(const struct layout *layout, struct area areas[AREAS])
{
    const struct area none = {0, 0, 0, 0};
    const struct area all[AREAS] = {
        layout->strip,   layout->header,
        layout->horizon, layout->titles,
        layout->table,   layout->details,
        layout->summary, same(layout->message, layout->footer) ? none : layout->message,
        layout->footer,
    };
    memcpy(areas, all, sizeof all);
}

/* Calls `check` for every size from 1x1, details closed and open. */
static void each_size(void (*check)(const struct layout *layout, int rows, int columns, bool open))
{
    for (int rows = 1; rows <= ROWS_MOST; rows++) {
        for (int columns = 1; columns <= COLUMNS_MOST; columns++) {
            for (int open = 0; open <= 1; open++) {
                struct layout layout = layout_of(rows, columns, open, rows % 2 != 0);
                check(&layout, rows, columns, open);
            }
        }
    }
}

static void check_inside_and_apart(const struct layout *layout, int rows, int columns, bool open)
{
    struct area areas[AREAS];
    areas_of(layout, areas);
    for (int i = 0; i < AREAS; i++) {
        if (!inside(areas[i], rows, columns))
            fail_msg("%dx%d, details %d: area %d is outside", columns, rows, open, i);
        for (int j = 0; j < i; j++) {
            if (!apart(areas[i], areas[j]))
                fail_msg("%dx%d, details %d: areas %d and %d overlap", columns, rows, open, i, j);
        }
    }
    if (!layout->too_small && !inside(layout->message, rows, columns))
        fail_msg("%dx%d: the message is outside", columns, rows);
}

static void test_inside_and_apart(void **state)
{
    (void)state;
    each_size(check_inside_and_apart);
}

/* Every row of the screen belongs to something. */
static void check_nothing_wasted(const struct layout *layout, int rows, int columns, bool open)
{
    struct area areas[AREAS];
    areas_of(layout, areas);
    for (int row = 0; row < rows && !layout->too_small; row++) {
        int owners = 0;
        for (int i = 0; i < AREAS; i++)
            owners += !empty(areas[i]) && areas[i].column == 0 && row >= areas[i].row &&
                      row < areas[i].row + areas[i].rows;
        if (owners != 1)
            fail_msg("%dx%d, details %d: row %d has %d owners", columns, rows, open, row, owners);
    }
}

static void test_nothing_wasted(void **state)
{
    (void)state;
    each_size(check_nothing_wasted);
}

static void check_too_small(const struct layout *layout, int rows, int columns, bool open)
{
    (void)open;
    struct area areas[AREAS];
    areas_of(layout, areas);
    assert_int_equal(layout->too_small, rows < 4 || columns < 24);
    for (int i = 0; layout->too_small && i < AREAS; i++)
        assert_true(empty(areas[i]));
}

static void test_too_small(void **state)
{
    (void)state;
    each_size(check_too_small);
}

/* What always is there: one line above, one below, and at least one row of something between. */
static void check_always_there(const struct layout *layout, int rows, int columns, bool open)
{
    if (layout->too_small)
        return;
    assert_true(same(layout->header, (struct area){0, 0, 1, columns}));
    assert_true(same(layout->footer, (struct area){rows - 1, 0, 1, columns}));
    assert_int_equal(layout->message.rows, 1);
    assert_int_equal(layout->message.columns, columns);
    assert_true(!empty(layout->table) || !empty(layout->details));
    assert_int_equal(empty(layout->details), !open);
    if (open)
        assert_true(empty(layout->summary)); /* it would say the same */
}

static void test_always_there(void **state)
{
    (void)state;
    each_size(check_always_there);
}

/* Details at the right from 140 columns, below from 32 rows, else full screen. */
static void check_details(const struct layout *layout, int rows, int columns, bool open)
{
    enum details_place place = !open            ? DETAILS_CLOSED
                               : columns >= 140 ? DETAILS_RIGHT
                               : rows >= 32     ? DETAILS_BELOW
                                                : DETAILS_FULL;
    if (layout->too_small)
        return;
    assert_int_equal(layout->place, place);
    assert_int_equal(empty(layout->table), place == DETAILS_FULL);
    struct area details = layout->details, table = layout->table;
    if (place == DETAILS_RIGHT) {
        assert_true(details.column > table.column + table.columns); /* a line between */
        assert_int_equal(details.column + details.columns, columns);
        assert_int_equal(details.row, 1 + layout->horizon.rows);
        assert_true(table.columns >= 80);
    } else if (place == DETAILS_BELOW) {
        assert_int_equal(details.row, table.row + table.rows);
        assert_int_equal(details.columns, columns);
        assert_true(table.rows >= 10);
    } else if (place == DETAILS_FULL) {
        assert_int_equal(details.row, 1 + layout->horizon.rows);
        assert_int_equal(details.columns, columns);
        assert_true(empty(layout->titles));
    }
}

static void test_details(void **state)
{
    (void)state;
    each_size(check_details);
}

static void check_titles(const struct layout *layout, int rows, int columns, bool open)
{
    (void)columns, (void)open;
    if (layout->too_small || empty(layout->table))
        return;
    assert_int_equal(empty(layout->titles), rows < 7);
    if (empty(layout->titles))
        return;
    assert_int_equal(layout->titles.row + 1, layout->table.row);
    assert_int_equal(layout->titles.column, layout->table.column);
    assert_int_equal(layout->titles.columns, layout->table.columns);
}

static void test_titles_stand_over_the_table(void **state)
{
    (void)state;
    each_size(check_titles);
}

/* A taller screen never shows fewer rows of the table. */
static void test_taller_shows_more(void **state)
{
    (void)state;
    for (int columns = 24; columns <= COLUMNS_MOST; columns += 4) {
        int before = 0;
        for (int rows = 4; rows <= ROWS_MOST; rows++) {
            int table = layout_of(rows, columns, false, false).table.rows;
            assert_true(table >= before);
            before = table;
        }
    }
}

/* The sizes that people have. */
static void test_by_name(void **state)
{
    (void)state;
    static const struct {
        int rows, columns;
        bool summary, message;
        int table;
    } cases[] = {
        {24, 80, true, true, 19}, /* header, titles, summary, message, footer */
        {10, 40, false, false, 7},
        {40, 140, true, true, 34}, /* and the next hour */
        {4, 24, false, false, 2},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct layout layout = layout_of(cases[i].rows, cases[i].columns, false, false);
        assert_int_equal(!empty(layout.summary), cases[i].summary);
        assert_int_equal(!same(layout.message, layout.footer), cases[i].message);
        assert_int_equal(layout.table.rows, cases[i].table);
    }
}

/* A message of several rows takes them from what stands above it, never more than that can give,
 * and the summary is the first to go. */
static void test_message(void **state)
{
    (void)state;
    for (int rows = 4; rows <= ROWS_MOST; rows++) {
        for (int open = 0; open <= 1; open++) {
            struct layout before = layout_of(rows, 80, open, rows % 2 != 0), after = before;
            layout_message(&after, 3);
            bool own = after.message.row != after.footer.row; /* else there was no room */
            assert_true(own || rows < 8);
            if (own)
                check_inside_and_apart(&after, rows, 80, open);
            int taken = before.message.row - after.message.row;
            assert_in_range(taken, rows > 20 ? 2 : 0, rows < 12 ? 3 : 2);
            assert_int_equal(after.message.row + after.message.rows,
                             own ? after.footer.row : after.footer.row + 1);
            if (before.summary.rows > 0 && taken > 0)
                assert_int_equal(after.summary.rows, 0);
            if (rows > 20 && open == 0 && before.strip.rows == 0)
                assert_int_equal(after.table.rows, before.table.rows - 1);
        }
    }
    struct layout right = layout_of(40, 140, true, false);
    layout_message(&right, 3);
    assert_int_equal(right.details.row + right.details.rows, right.message.row);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inside_and_apart),
        cmocka_unit_test(test_nothing_wasted),
        cmocka_unit_test(test_too_small),
        cmocka_unit_test(test_always_there),
        cmocka_unit_test(test_details),
        cmocka_unit_test(test_titles_stand_over_the_table),
        cmocka_unit_test(test_taller_shows_more),
        cmocka_unit_test(test_by_name),
        cmocka_unit_test(test_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
