/* terminal_pens: roles to curses' colours and attributes. The user's palette is never changed. */
#include "tui/terminal_internal.h"

#include <stdlib.h>

/* Without a way back to the terminal's own colours it is used as one without colours. */
void terminal_colours(struct terminal *terminal)
{
    static const int depths[] = {256, 16, 8};
    const char *refused = getenv("NO_COLOR");
    terminal->colours = 0;
    if ((refused != NULL && *refused != '\0') || !has_colors() || start_color() != OK ||
        use_default_colors() != OK)
        return;
    if (COLORS > 256 && (tigetflag("RGB") > 0 || tigetnum("RGB") > 0))
        terminal->colours = LOOK_DIRECT;
    for (size_t i = 0; i < sizeof depths / sizeof *depths && terminal->colours == 0; i++)
        if (COLORS >= depths[i])
            terminal->colours = depths[i];
}

static struct pen make_pen(const struct terminal *terminal, struct look look)
{
    static const struct {
        unsigned look;
        attr_t curses;
    } attributes[] = {{LOOK_BOLD, A_BOLD},
                      {LOOK_DIM, A_DIM},
                      {LOOK_UNDERLINE, A_UNDERLINE},
                      {LOOK_REVERSE, A_REVERSE},
                      {LOOK_ITALIC, A_ITALIC}};
    struct pen pen = {0};
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
        if (look.attributes & attributes[i].look)
            pen.attributes |= attributes[i].curses;
    bool plain = look.text == LOOK_DEFAULT && look.ground == LOOK_DEFAULT;
    if (terminal->colours > 0 && !plain)
        pen.pair = alloc_pair(look.text, look.ground);
    if (pen.pair < 0)
        pen.pair = 0;
    return pen;
}

/* Roles that name no ground stand on the one of the page. */
static void make_page(struct terminal *terminal, const struct theme *theme, enum page page,
                      struct look under)
{
    int32_t usual = theme->looks[ROLE_TEXT].ground;
    for (int role = 0; role < ROLE_COUNT; role++) {
        struct look look = theme->looks[role];
        if (look.ground == usual || role == ROLE_DIALOG)
            look.ground = LOOK_DEFAULT;
        terminal->looks[page][role] = look_on_page(look, under, terminal->colours);
        terminal->pens[page][role] = make_pen(terminal, terminal->looks[page][role]);
    }
}

void terminal_theme(struct terminal *terminal, const struct theme *theme)
{
    struct look text = theme->looks[ROLE_TEXT], dialog = theme->looks[ROLE_DIALOG];
    if (terminal->colours > 0)
        reset_color_pairs();
    make_page(terminal, theme, PAGE_SCREEN, text);
    make_page(terminal, theme, PAGE_BOX, dialog.ground != LOOK_DEFAULT ? dialog : text);
    terminal->over = terminal->over_pens_of = ROLE_TEXT;
    terminal_repaint(terminal);
}

struct pen terminal_pen_over(struct terminal *terminal, enum role own, enum role over)
{
    const struct look *looks = terminal->looks[terminal->page];
    return make_pen(terminal, look_over(looks[own], looks[over], terminal->colours));
}

/* Made once for a cursor bar that is drawn in each frame. */
static void make_over_pens(struct terminal *terminal)
{
    for (int role = 0; role < ROLE_COUNT; role++)
        terminal->over_pens[role] = terminal_pen_over(terminal, (enum role)role, terminal->over);
    terminal->over_pens_of = terminal->over;
}

struct pen terminal_pen(struct terminal *terminal, enum role role)
{
    if (terminal->over == ROLE_TEXT)
        return terminal->pens[terminal->page][role];
    if (terminal->over_pens_of != terminal->over)
        make_over_pens(terminal);
    return terminal->over_pens[role];
}
