/* Theme files: what they say, what is refused, and whether those that are shipped keep what they
 * promise. */
#include "tests/unit/unit.h"

#include "tests/unit/scratch.h"
#include "tui/colour.h"
#include "tui/theme.h"

#include <glob.h>
#include <sys/stat.h>

#define ROLE_NAME(name, word, like) word,
static const char *const role_names[] = {ROLES(ROLE_NAME)};
#undef ROLE_NAME

static struct scratch scratch;

static int setup(void **state)
{
    (void)state;
    scratch_make(&scratch);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scratch_remove(&scratch);
    return 0;
}

static const char *written(const char *text, size_t length)
{
    const char *path = scratch_file(&scratch, "t");
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    return path;
}

static struct theme loaded(const char *text)
{
    struct theme theme;
    struct error error = {0};
    if (!theme_load(&theme, written(text, strlen(text)), &error))
        fail_msg("%s", error.sentence);
    return theme;
}

static void expect_look(struct look look, int32_t text, int32_t ground, unsigned attributes)
{
    assert_int_equal(look.text, text);
    assert_int_equal(look.ground, ground);
    assert_int_equal(look.attributes, attributes);
}

static void test_words(void **state)
{
    (void)state;
    struct theme theme = loaded("text = \"default on default\"; dim = \"bold  red\tdim on 236\";\n"
                                "title = \"on bright-blue italic reverse underline\";\n"
                                "header = \"#1a2B3c\"; cursor = \"0 on #ffffff\"; mark = \"\";\n"
                                "border = \"255 on bright-black\"");
    expect_look(theme.looks[ROLE_TEXT], LOOK_DEFAULT, LOOK_DEFAULT, 0);
    expect_look(theme.looks[ROLE_DIM], 1, 236, LOOK_BOLD | LOOK_DIM);
    expect_look(theme.looks[ROLE_TITLE], LOOK_DEFAULT, 12,
                LOOK_ITALIC | LOOK_REVERSE | LOOK_UNDERLINE);
    expect_look(theme.looks[ROLE_HEADER], LOOK_RGB | 0x1a2b3c, LOOK_DEFAULT, 0);
    expect_look(theme.looks[ROLE_CURSOR], 0, LOOK_RGB | 0xffffff, 0);
    expect_look(theme.looks[ROLE_MARK], LOOK_DEFAULT, LOOK_DEFAULT, 0);
    expect_look(theme.looks[ROLE_BORDER], 255, 8, 0);
}

static void test_inheritance(void **state)
{
    (void)state;
    struct theme theme = loaded("st: { expiring = \"yellow\"; };");
    expect_look(theme.looks[ROLE_TEXT], LOOK_DEFAULT, LOOK_DEFAULT, 0);
    expect_look(theme.looks[ROLE_ST_CRITICAL], 3, LOOK_DEFAULT, 0);
    expect_look(theme.looks[ROLE_DANGER], 3, LOOK_DEFAULT, 0);
    expect_look(theme.looks[ROLE_DIM], LOOK_DEFAULT, LOOK_DEFAULT, 0);
}

static void expect_refused(const char *text, size_t length, const char *sentence)
{
    struct theme theme, before;
    struct error error = {0};
    memset(&theme, 'x', sizeof theme);
    before = theme;
    assert_false(theme_load(&theme, written(text, length), &error));
    assert_int_equal(error.kind, ERROR_USAGE);
    if (strstr(error.sentence, sentence) == NULL)
        fail_msg("\"%s\" is not in: %s", sentence, error.sentence);
    assert_memory_equal(&theme, &before, sizeof theme);
}

static void test_refusals(void **state)
{
    (void)state;
    static const struct {
        const char *text, *sentence;
    } cases[] = {
        {"text = \"red\";\n\nst: {\n  actve = \"green\";\n};", "t:4: there is no role \"actve\""},
        {"st: {}; active = \"green\";", "t:1: there is no role \"active\""},
        {"st: { active: { x = 1; }; };",
         "t:1: a look is words in quotes; this is not one: \"active\""},
        {"text = 7;", "this is not one: \"text\""},
        {"text = [\"red\"];", "this is not one: \"text\""},
        {"\ntext = \"bold redd\";", "t:2: a look has no word \"redd\""},
        {"text = \"256\";", "no word \"256\""},
        {"text = \"-1\";", "no word \"-1\""},
        {"text = \"0x1f\";", "no word \"0x1f\""},
        {"text = \"99999999999999999999\";", "no word \"99999999999999999999\""},
        {"text = \"#12345\";", "no word \"#12345\""},
        {"text = \"#12345g\";", "no word \"#12345g\""},
        {"text = \"bright-default\";", "no word \"bright-default\""},
        {"text = \"red green\";", "no word \"green\""},
        {"text = \"red on\";", "no word \"\""},
        {"text = \"red on bold\";", "no word \"bold\""},
        {"text = \"red on blue on green\";", "no word \"on\""},
        {"text = \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\";", "no word \"aaaaaaa"},
        {"text = \"red\";\ntext = \"red\";", "t:2: "},
        {"text = \"red\n", "t:"},
        {"text = \"red\"; {", "t:1: "},
        {"text = \"red\";\n \t@include \"/etc/passwd\"\n", "cannot @include"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        expect_refused(cases[i].text, strlen(cases[i].text), cases[i].sentence);
    expect_refused("text = \"red\";\0", 14, "it is not text");
    assert_true(loaded("# see @include\n").name[0] != '\0');
}

static void test_files(void **state)
{
    (void)state;
    char big[70000];
    memset(big, '\n', sizeof big);
    expect_refused(big, sizeof big, "it is too big");
    struct theme theme;
    struct error error = {0};
    assert_false(theme_load(&theme, "./no/such.theme", &error));
    assert_string_equal(error.sentence,
                        "the theme ./no/such.theme cannot be read: No such file or directory");
    assert_false(theme_load(&theme, "/", &error));
    assert_non_null(strstr(error.sentence, "it is not a file"));
    const char *fifo = scratch_file(&scratch, "fifo");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_false(theme_load(&theme, fifo, &error)); /* and does not wait for a writer */
    assert_non_null(strstr(error.sentence, "it is not a file"));
    assert_false(theme_load(&theme, "solarised", &error));
    assert_int_equal(
        strncmp(error.sentence, "there is no theme \"solarised\"; there are default, dark, ", 56),
        0);
    assert_non_null(strstr(error.sentence, ", catppuccin, "));
    assert_non_null(strstr(error.sentence, ", and files if the name has a slash"));
}

/* ---- The themes that are shipped */

static void each_shipped(void (*check)(const struct theme *theme))
{
    for (size_t i = 0; theme_name(i) != NULL; i++) {
        struct theme theme;
        struct error error = {0};
        if (!theme_load(&theme, theme_name(i), &error))
            fail_msg("%s", error.sentence);
        check(&theme);
    }
}

static const char *theme_path(const char *name)
{
    static char path[512];
    const char *source = getenv("SRCDIR");
    snprintf(path, sizeof path, "%s/themes/%s.theme", source == NULL ? "." : source, name);
    return path;
}

static void check_is_file(const struct theme *theme)
{
    struct theme file;
    struct error error = {0};
    if (!theme_load(&file, theme_path(theme->name), &error))
        fail_msg("%s", error.sentence);
    assert_memory_equal(file.looks, theme->looks, sizeof file.looks);
}

static size_t files(void)
{
    glob_t found;
    assert_int_equal(glob(theme_path("*"), 0, NULL, &found), 0);
    size_t count = found.gl_pathc;
    globfree(&found);
    return count;
}

static void test_shipped_are_files(void **state)
{
    (void)state;
    assert_string_equal(theme_name(0), "default");
    size_t count = 0;
    while (theme_name(count) != NULL)
        count++;
    assert_int_equal(count, files());
    assert_null(theme_name(SIZE_MAX));
    each_shipped(check_is_file);
}

/* So that a new role is thought of in every theme: by its last word, in quotes of libconfig. */
static void check_names_every_role(const struct theme *theme)
{
    char *text = scratch_read(theme_path(theme->name), NULL);
    for (size_t i = 0; i < COUNT(role_names); i++) {
        const char *dot = strrchr(role_names[i], '.');
        const char *last = dot == NULL ? role_names[i] : dot + 1;
        const char *at = text;
        size_t length = strlen(last);
        while ((at = strstr(at, last)) != NULL &&
               !((at == text || at[-1] == ' ' || at[-1] == '\n') &&
                 at[length + strspn(at + length, " ")] == '='))
            at++;
        if (at == NULL)
            fail_msg("%s says nothing of %s", theme->name, role_names[i]);
    }
    free(text);
}

static void test_shipped_name_every_role(void **state)
{
    (void)state;
    each_shipped(check_names_every_role);
}

static double contrast(int32_t one, int32_t other)
{
    return colour_contrast(colour_rgb(one), colour_rgb(other));
}

/* Whatever the palette: on the terminal's own ground stand its own text, its six hues, or a grey
 * that can be read on black and on white. What has another ground has both fixed. */
static void test_default_suits_any_terminal(void **state)
{
    (void)state;
    struct theme theme;
    assert_true(theme_load(&theme, "default", NULL));
    expect_look(theme.looks[ROLE_TEXT], LOOK_DEFAULT, LOOK_DEFAULT, 0);
    for (int role = 0; role < ROLE_COUNT; role++) {
        struct look look = theme.looks[role];
        struct look bar = look_over(look, theme.looks[ROLE_CURSOR], 256);
        assert_true(bar.text >= 16 && contrast(bar.text, bar.ground) >= 4.5);
        if (look.ground != LOOK_DEFAULT) {
            assert_true(look.ground >= 16 && look.text >= 16);
            assert_true(contrast(look.text, look.ground) >= 4.5);
        } else if (look.text >= 16) {
            double least = role == ROLE_BORDER || role == ROLE_LIFE_EMPTY ? 3 : 4.5;
            assert_true(contrast(look.text, 16) >= least && contrast(look.text, 231) >= least);
            assert_true(look.attributes & LOOK_DIM);
        } else {
            assert_true(look.text == LOOK_DEFAULT || (look.text >= 1 && look.text <= 6));
        }
    }
}

static void test_mono_has_no_colours(void **state)
{
    (void)state;
    struct theme theme;
    assert_true(theme_load(&theme, "mono", NULL));
    for (int role = 0; role < ROLE_COUNT; role++) {
        assert_int_equal(theme.looks[role].text, LOOK_DEFAULT);
        assert_int_equal(theme.looks[role].ground, LOOK_DEFAULT);
    }
}

/* Where one is can be seen at every depth, and what is urgent does not look like other text. */
static void check_at_every_depth(const struct theme *theme)
{
    static const int depths[] = {0, 8, 16, 256, LOOK_DIRECT};
    static const enum role marked[] = {ROLE_CURSOR,    ROLE_FOCUS, ROLE_ST_CRITICAL,
                                       ROLE_LEFT_CRIT, ROLE_TITLE, ROLE_CHIP_ERROR};
    const struct look page = theme->looks[ROLE_TEXT];
    for (size_t i = 0; i < COUNT(depths); i++) {
        struct look text = look_on_page(theme->looks[ROLE_TEXT], page, depths[i]);
        for (size_t j = 0; j < COUNT(marked); j++) {
            struct look look = look_on_page(theme->looks[marked[j]], page, depths[i]);
            unsigned signs = look.attributes & ~(unsigned)LOOK_DIM;
            assert_true(signs != text.attributes || look.text != text.text ||
                        look.ground != text.ground);
        }
    }
}

static void test_shipped_at_every_depth(void **state)
{
    (void)state;
    each_shipped(check_at_every_depth);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_words, setup, teardown),
        cmocka_unit_test_setup_teardown(test_inheritance, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
        cmocka_unit_test_setup_teardown(test_files, setup, teardown),
        cmocka_unit_test(test_shipped_are_files),
        cmocka_unit_test(test_shipped_name_every_role),
        cmocka_unit_test(test_default_suits_any_terminal),
        cmocka_unit_test(test_mono_has_no_colours),
        cmocka_unit_test(test_shipped_at_every_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
