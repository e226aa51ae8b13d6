/* view_help: what everything on the screen is: keys, signs and chips, read off their lists. */
#include "tui/app_internal.h"

#include "tui/table.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum {
    LABEL_CELLS = 17, /* of ":quit-revoke-mine" */
    MARGIN = 2,
    GAP = 1,
    FOLD_GAP = 3,
    COLUMN_CELLS_MIN = 64,
    HELP_LINES_MOST = 10000,
};

/* Where the next line goes: a column of lines, broken into two beside each other where there is
 * room. Lines above or below the area are counted and not drawn. */
struct page {
    struct app *app;
    struct area area;
    int line;
    int cells; /* of one column */
    int fold;  /* lines of the first one */
    int half;  /* a section that begins there or later should begin the second; 0: not asked */
};

static void words(struct page *page, int column, int cells, enum role role, const char *text)
{
    int row = page->line, at = page->area.column + column;
    if (row >= page->fold) {
        row -= page->fold;
        at += page->cells + FOLD_GAP;
    }
    row -= page->app->help_top;
    if (row >= 0 && row < page->area.rows && cells > 0)
        draw_text(page->app->terminal, page->area.row + row, at, cells, role, TEXT_LEFT, text);
}

/* A label, and beside it a text over as many lines as it needs. */
static void entry(struct page *page, enum role label_role, const char *label, enum role role,
                  const char *text)
{
    char part[256];
    int column = LABEL_CELLS + GAP, cells = page->cells - column;
    words(page, 0, LABEL_CELLS, label_role, label);
    for (const char *at = text; *at != '\0'; page->line++) {
        size_t length = cells > 0 ? text_line(at, cells) : strlen(at);
        snprintf(part, sizeof part, "%.*s", (int)length, at);
        words(page, column, cells, role, part);
        at += length + (at[length] == ' ');
    }
}

static void title(struct page *page, const char *text)
{
    page->line += page->line > 0;
    if (page->half > 0 && page->line >= page->half && page->fold == INT_MAX)
        page->fold = page->line;
    words(page, 0, page->cells, ROLE_TITLE, text);
    page->line++;
}

static void keys(struct page *page, enum action_group group)
{
    char label[64], help[256];
    title(page, action_group_title(group));
    for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
        enum action action = (enum action)i;
        const struct action_info *info = action_info(action);
        bool off = info->writes && page->app->settings.read_only;
        if (info->group != group)
            continue;
        keymap_keys(page->app->keymap, action, label, sizeof label);
        if (*label == '\0') /* what has no key is found in the palette */
            snprintf(label, sizeof label, ":%s", info->name);
        snprintf(help, sizeof help, "%s%s", info->help, off ? " (off: read-only)" : "");
        entry(page, off ? ROLE_KEY_OFF : ROLE_KEY_ON, label, off ? ROLE_DIM : ROLE_TEXT, help);
    }
}

static void filters(struct page *page)
{
    struct filter_grammar grammar;
    char text[80];
    title(page, action_fill(text, sizeof text, "What a filter ({filter}) takes", &page->app->keys));
    for (size_t i = 0; filter_grammar(i, &grammar); i++)
        entry(page, ROLE_KEY_ON, grammar.term, ROLE_TEXT, grammar.meaning);
}

static void statuses(struct page *page)
{
    char label[64];
    enum text_charset charset = terminal_charset(page->app->terminal);
    title(page, "Status of a lease");
    for (int i = 0; i < STATUS_COUNT; i++) {
        enum status status = (enum status)i;
        const char *word = status_word(status);
        snprintf(label, sizeof label, "%s %s", status_glyph(status, charset),
                 *word != '\0' ? word : "(other)");
        entry(page, status_role(status), label, ROLE_TEXT, status_help(status));
    }
}

static void signs(struct page *page)
{
    char label[16];
    enum text_charset charset = terminal_charset(page->app->terminal);
    title(page, "Other signs");
    entry(page, ROLE_MARK, "*", ROLE_TEXT, "before a row: it is marked");
    entry(page, ROLE_TEXT, "~", ROLE_TEXT,
          "before the time left: the data is old, or the server's time is not known");
    entry(page, ROLE_TEXT, columns_kept_sign(charset), ROLE_TEXT,
          "before the time left: it is kept alive, rotated by itself while leasetop runs");
    entry(page, ROLE_ST_FAILED, COLUMNS_KEPT_FAILING, ROLE_TEXT,
          "before the time left: it should be kept alive and cannot be rotated: its details say "
          "why");
    snprintf(label, sizeof label, "%s %s", table_sign(TABLE_RISING, charset),
             table_sign(TABLE_FALLING, charset));
    entry(page, ROLE_HEADER, label, ROLE_TEXT,
          "beside a title: sorted by it, the least or the most first");
    entry(page, ROLE_HEADER, table_sign(TABLE_HELD, charset), ROLE_TEXT,
          "there too: rows stay where they were for three seconds after a key, and while a box is "
          "open; what is new stands below them");
}

static void chips(struct page *page)
{
    struct state_info info;
    title(page, "In the header");
    for (size_t i = 0; state_info(i, &info); i++)
        entry(page, info.role, info.chip, ROLE_TEXT, info.help);
}

static void put_page(struct page *page)
{
    for (int group = 0; group < ACTION_GROUPS; group++)
        keys(page, (enum action_group)group);
    filters(page);
    statuses(page);
    signs(page);
    chips(page);
}

/* Returns how many rows it takes. */
static int draw_page(struct app *app, struct area area, int cells, int fold)
{
    struct page page = {app, area, 0, cells, fold, 0};
    put_page(&page);
    return page.line - fold > fold ? page.line - fold : fold == INT_MAX ? page.line : fold;
}

/* Where the second column begins: with a section, past the middle. */
static int fold_of(struct app *app, int cells)
{
    struct page page = {app, {0, 0, 0, 0}, 0, cells, INT_MAX, 0};
    put_page(&page);
    page.half = (page.line + 1) / 2;
    page.line = 0;
    put_page(&page);
    return page.fold;
}

static struct area inside(struct area area)
{
    return (struct area){area.row + 1, area.column + MARGIN, area.rows - 2,
                         area.columns - 2 * MARGIN};
}

/* What closes it: the first that has a key; where none has, any other key than those that scroll.
 */
static enum action closing(const struct app *app)
{
    static const enum action actions[] = {ACTION_BACK, ACTION_HELP, ACTION_OPEN};
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (*app->keys.of[actions[i]] != '\0')
            return actions[i];
    }
    return ACTION_NONE;
}

static void draw_frame(struct app *app, struct area area, bool scrolls)
{
    char text[96];
    const char *down = app->keys.of[ACTION_DOWN], *up = app->keys.of[ACTION_UP];
    enum action close = closing(app);
    bool keys = scrolls && *down != '\0' && *up != '\0';
    snprintf(text, sizeof text, " help: %s%s%s%s%s closes ", keys ? down : "", keys ? " " : "",
             keys ? up : "", keys ? " scroll, " : "",
             close != ACTION_NONE ? app->keys.of[close] : "any other key");
    draw_box(app->terminal, area, ROLE_BORDER, text);
}

void help_draw(struct app *app, struct area area)
{
    struct area inner = inside(area);
    bool folded = inner.columns >= 2 * COLUMN_CELLS_MIN + FOLD_GAP;
    int cells = folded ? (inner.columns - FOLD_GAP) / 2 : inner.columns;
    int fold = folded ? fold_of(app, cells) : INT_MAX;
    int rows = draw_page(app, (struct area){0, 0, 0, 0}, cells, fold);
    int last = rows > inner.rows ? rows - inner.rows : 0;
    if (app->help_top > last)
        app->help_top = last;
    draw_frame(app, area, last > 0);
    draw_page(app, inner, cells, fold);
    draw_cursor(app->terminal, inner.row, inner.column, false);
}

void help_key(struct app *app, enum action action)
{
    static const struct {
        enum action action;
        int by;
    } moves[] = {
        {ACTION_DOWN, 1},
        {ACTION_UP, -1},
        {ACTION_PAGE_DOWN, 10},
        {ACTION_PAGE_UP, -10},
        {ACTION_HALF_DOWN, 5},
        {ACTION_HALF_UP, -5},
        {ACTION_TOP, -HELP_LINES_MOST},
        {ACTION_BOTTOM, HELP_LINES_MOST},
    };
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        if (moves[i].action == action) {
            int top = app->help_top + moves[i].by;
            app->help_top = top > 0 ? top : 0; /* too far is mended when it is drawn */
            return;
        }
    }
    if (action == ACTION_HELP || action == ACTION_BACK || action == ACTION_OPEN ||
        closing(app) == ACTION_NONE)
        app->help = false;
}
