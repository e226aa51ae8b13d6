/* cmd_themes: the names of the themes, each beside a few words in its colours where the terminal
 * has some. */
#include "cli/cmd.h"
#include "tui/terminal_type.h"
#include "tui/theme.h"

#include <unistd.h>

enum { NAME_COLUMN = 17, BRIGHT = 8 };

/* ECMA-48 SGR, and the sequences of xterm for more than 8 colours. */
static void put_colour(int32_t colour, int base, int colours)
{
    if (colour == LOOK_DEFAULT)
        return;
    if (colours == LOOK_DIRECT)
        printf(";%d;2;%d;%d;%d", base + 8, colour >> 16 & 255, colour >> 8 & 255, colour & 255);
    else if (colours == 256)
        printf(";%d;5;%d", base + 8, (int)colour);
    else if (colour >= BRIGHT)
        printf(";%d", base + 60 + (int)colour - BRIGHT);
    else
        printf(";%d", base + (int)colour);
}

static void put_word(const struct theme *theme, enum role role, int colours, const char *word)
{
    static const struct {
        unsigned attribute;
        int code;
    } attributes[] = {
        {LOOK_BOLD, 1}, {LOOK_DIM, 2}, {LOOK_ITALIC, 3}, {LOOK_UNDERLINE, 4}, {LOOK_REVERSE, 7}};
    struct look page = theme->looks[ROLE_TEXT];
    struct look look = look_on_page(theme->looks[role], look_fit(page, colours), colours);
    fputs("\033[0", stdout);
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
        if ((look.attributes & attributes[i].attribute) != 0)
            printf(";%d", attributes[i].code);
    }
    put_colour(look.text, 30, colours);
    put_colour(look.ground, 40, colours);
    printf("m %s ", word);
}

static void put_sample(const struct theme *theme, int colours)
{
    static const struct {
        enum role role;
        const char *word;
    } words[] = {
        {ROLE_HEADER, "leasetop"},   {ROLE_ST_ACTIVE, "active"},    {ROLE_ST_EXPIRING, "expiring"},
        {ROLE_ST_CRITICAL, "00:48"}, {ROLE_ST_PENDING, "creating"}, {ROLE_ST_UNKNOWN, "unknown"},
        {ROLE_ST_FAILED, "failed"},  {ROLE_ST_ENDED, "revoked"},    {ROLE_CURSOR, "chosen"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        put_word(theme, words[i].role, colours, words[i].word);
    fputs("\033[0m", stdout);
}

static enum exit_code run(struct program *program, struct error *error)
{
    bool shown = isatty(STDOUT_FILENO) && !program->options.quiet &&
                 terminal_type_check(STDOUT_FILENO, NULL);
    int colours = shown ? terminal_type_colours(STDOUT_FILENO) : 0;
    for (size_t i = 0; theme_name(i) != NULL; i++) {
        struct theme theme;
        if (!theme_load(&theme, theme_name(i), error))
            return EXIT_NOTHING;
        printf("%-*s", shown ? NAME_COLUMN : 0, theme_name(i));
        if (shown)
            put_sample(&theme, colours);
        putchar('\n');
    }
    return EXIT_OK;
}

const struct cmd cmd_themes = {.run = run, .alone = true};
