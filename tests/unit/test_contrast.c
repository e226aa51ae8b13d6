/* Can the shipped themes be read, and by eyes that lack a kind of cone too? Each role at each depth
 * that shows the theme's own colours, on the ground that the theme paints or says it is for. What
 * default and mono promise is in test_theme: their colours are the user's. */
#include "tests/unit/unit.h"

#include "tui/colour.h"
#include "tui/theme.h"

#include <math.h>

#define ROLE_NAME(name, word, like) word,
static const char *const role_names[] = {ROLES(ROLE_NAME)};
#undef ROLE_NAME

static const int depths[] = {256, LOOK_DIRECT};

static struct theme loaded(const char *name)
{
    struct theme theme;
    struct error error = {0};
    if (!theme_load(&theme, name, &error))
        fail_msg("%s", error.sentence);
    return theme;
}

/* Both pages that things stand on, as terminals get them. */
static struct look fitted_in_box(const struct theme *theme, enum role role, int depth)
{
    struct look look = theme->looks[role], under = theme->looks[ROLE_DIALOG];
    if (look.ground == theme->looks[ROLE_TEXT].ground || role == ROLE_DIALOG)
        look.ground = LOOK_DEFAULT;
    if (under.ground == LOOK_DEFAULT)
        under = theme->looks[ROLE_TEXT];
    return look_on_page(look, under, depth);
}

/* The screen's. */
static struct look fitted(const struct theme *theme, enum role role, int depth)
{
    return look_on_page(theme->looks[role], theme->looks[ROLE_TEXT], depth);
}

/* ---- Contrast, by WCAG 2: 4.5 for text, 3 for what is no text: lines and bars */

/* Of a theme that paints no ground: the one its file says it is for. */
static int32_t ground_of(const struct theme *theme, int depth)
{
    int32_t painted = fitted(theme, ROLE_TEXT, depth).ground;
    if (painted != LOOK_DEFAULT)
        return painted;
    if (strcmp(theme->name, "dark") != 0 && strcmp(theme->name, "light") != 0)
        fail_msg("%s paints no ground, and which is it for?", theme->name);
    return LOOK_RGB | (strcmp(theme->name, "dark") == 0 ? 0x000000 : 0xffffff);
}

static void expect_readable(const struct theme *theme, int role, struct look look, int32_t ground,
                            double least)
{
    if (look.ground != LOOK_DEFAULT)
        ground = look.ground;
    if (look.text == LOOK_DEFAULT)
        fail_msg("%s: %s is in a colour of the terminal's", theme->name, role_names[role]);
    double contrast = colour_contrast(colour_rgb(look.text), colour_rgb(ground));
    if (contrast < least)
        fail_msg("%s: %s (%x on %x) has a contrast of %.2f", theme->name, role_names[role],
                 (unsigned)look.text, (unsigned)ground, contrast);
}

static bool is_text(enum role role)
{
    return role != ROLE_BORDER && role != ROLE_LIFE_FULL && role != ROLE_LIFE_EMPTY;
}

static void check_readable(const struct theme *theme, int depth)
{
    double text = strcmp(theme->name, "high-contrast") == 0 ? 7 : 4.5;
    int32_t ground = ground_of(theme, depth);
    struct look cursor = fitted(theme, ROLE_CURSOR, depth);
    for (int role = 0; role < ROLE_COUNT; role++) {
        double least = is_text((enum role)role) ? text : 3;
        struct look look = fitted(theme, (enum role)role, depth);
        expect_readable(theme, role, look, ground, least);
        expect_readable(theme, role, fitted_in_box(theme, (enum role)role, depth), ground, least);
        expect_readable(theme, role, look_over(look, cursor, depth), ground, 4.5);
    }
}

static void test_themes_are_readable(void **state)
{
    (void)state;
    size_t checked = 0;
    for (size_t i = 0; theme_name(i) != NULL; i++) {
        struct theme theme = loaded(theme_name(i));
        if (strcmp(theme.name, "default") == 0 || strcmp(theme.name, "mono") == 0)
            continue;
        for (size_t depth = 0; depth < COUNT(depths); depth++)
            check_readable(&theme, depths[depth]);
        checked++;
    }
    assert_true(checked >= 11);
}

/* ---- Eyes without one kind of cone */

struct colour {
    double of[3];
};

static struct colour times(const double matrix[3][3], struct colour colour)
{
    struct colour product = {{0, 0, 0}};
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            product.of[i] += matrix[i][j] * colour.of[j];
    return product;
}

/* Of sRGB (IEC 61966-2-1). */
static struct colour linear(struct rgb rgb)
{
    struct colour colour;
    for (int i = 0; i < 3; i++) {
        double level = rgb.of[i] / 255.0;
        colour.of[i] = level <= 0.04045 ? level / 12.92 : pow((level + 0.055) / 1.055, 2.4);
    }
    return colour;
}

static double root(double share)
{
    return share > 0.008856 ? cbrt(share) : 7.787 * share + 16.0 / 116;
}

/* CIE L*a*b* under D65: a distance in it is a difference to the eye. */
static struct colour lab(struct colour linear)
{
    static const double xyz[3][3] = {
        {0.4124, 0.3576, 0.1805}, {0.2126, 0.7152, 0.0722}, {0.0193, 0.1192, 0.9505}};
    static const double white[3] = {0.95047, 1, 1.08883};
    double share[3];
    for (int i = 0; i < 3; i++)
        linear.of[i] = fmin(fmax(linear.of[i], 0), 1);
    linear = times(xyz, linear);
    for (int i = 0; i < 3; i++)
        share[i] = root(linear.of[i] / white[i]);
    return (struct colour){
        {116 * share[1] - 16, 500 * (share[0] - share[1]), 200 * (share[1] - share[2])}};
}

/* Machado, Oliveira and Fernandes 2009, table 1, at full severity. */
struct eyes {
    const char *theme;
    double matrix[3][3];
};

static const struct eyes deuteranopia = {"deuteranopia",
                                         {{0.367322, 0.860646, -0.227968},
                                          {0.280085, 0.672501, 0.047413},
                                          {-0.011820, 0.042940, 0.968881}}};
static const struct eyes protanopia = {"deuteranopia",
                                       {{0.152286, 1.052583, -0.204868},
                                        {0.114503, 0.786281, 0.099216},
                                        {-0.003882, -0.048116, 1.051998}}};
static const struct eyes tritanopia = {"tritanopia",
                                       {{1.255528, -0.076749, -0.178779},
                                        {-0.078411, 0.930809, 0.147602},
                                        {0.004733, 0.691367, 0.303900}}};

/* What 2 is to colours side by side, ten times that is to words apart on a screen. */
static const double TOLD_APART = 20;

static double difference(const struct eyes *eyes, struct look one, struct look other)
{
    struct colour a = lab(times(eyes->matrix, linear(colour_rgb(one.text))));
    struct colour b = lab(times(eyes->matrix, linear(colour_rgb(other.text))));
    return sqrt(pow(a.of[0] - b.of[0], 2) + pow(a.of[1] - b.of[1], 2) + pow(a.of[2] - b.of[2], 2));
}

/* The least difference between any two statuses. */
static double least_difference(const struct eyes *eyes, const struct theme *theme, int depth)
{
    static const enum role roles[] = {ROLE_ST_ACTIVE, ROLE_ST_EXPIRING, ROLE_ST_CRITICAL,
                                      ROLE_ST_FAILED, ROLE_ST_PENDING,  ROLE_ST_UNKNOWN};
    double least = INFINITY;
    for (size_t i = 0; i < COUNT(roles); i++) {
        for (size_t j = 0; j < i; j++) {
            double apart =
                difference(eyes, fitted(theme, roles[i], depth), fitted(theme, roles[j], depth));
            least = fmin(least, apart);
        }
    }
    return least;
}

static void expect_told_apart(const struct eyes *eyes)
{
    struct theme theme = loaded(eyes->theme);
    for (size_t i = 0; i < COUNT(depths); i++) {
        double least = least_difference(eyes, &theme, depths[i]);
        printf("# %s, %d colours: %.1f\n", eyes->theme, depths[i], least);
        if (least < TOLD_APART)
            fail_msg("%s: two statuses differ by %.1f only", eyes->theme, least);
    }
}

static void test_deuteranopia(void **state)
{
    (void)state;
    expect_told_apart(&deuteranopia);
}

static void test_protanopia(void **state)
{
    (void)state;
    expect_told_apart(&protanopia);
}

static void test_tritanopia(void **state)
{
    (void)state;
    expect_told_apart(&tritanopia);
}

/* The measure itself: to such eyes the traffic light of other themes is one colour. */
static void test_measure(void **state)
{
    (void)state;
    struct look red = {LOOK_RGB | 0xd75f5f, LOOK_DEFAULT, 0};
    struct look green = {LOOK_RGB | 0x878700, LOOK_DEFAULT, 0};
    static const struct eyes usual = {"", {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
    assert_true(difference(&usual, red, green) > 3 * difference(&deuteranopia, red, green) / 2);
    struct look white = {LOOK_RGB | 0xffffff, LOOK_DEFAULT, 0};
    struct look black = {LOOK_RGB | 0x000000, LOOK_DEFAULT, 0};
    assert_true(fabs(difference(&usual, white, black) - 100) < 0.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_themes_are_readable),
        cmocka_unit_test(test_deuteranopia),
        cmocka_unit_test(test_protanopia),
        cmocka_unit_test(test_tritanopia),
        cmocka_unit_test(test_measure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
