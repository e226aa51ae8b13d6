/* Colours and looks on terminals that have fewer of them. */
#include "tests/unit/unit.h"

#include "tui/colour.h"
#include "tui/look.h"

static const unsigned DIM = LOOK_DIM;
static const int depths[] = {0, 8, 16, 256, LOOK_DIRECT};

static double contrast(int32_t one, int32_t other)
{
    return colour_contrast(colour_rgb(one), colour_rgb(other));
}

static void test_fit(void **state)
{
    (void)state;
    static const struct {
        int32_t colour, mono, eight, sixteen, many, direct;
    } cases[] = {
        {LOOK_DEFAULT, -1, -1, -1, -1, -1},
        {0, -1, 0, 0, 0, 0},
        {1, -1, 1, 1, 1, 1},
        {8, -1, -1, 8, 8, 0x555753},
        {9, -1, 1, 9, 9, 0xef2929},
        {15, -1, 7, 15, 15, 0xeeeeec},
        {28, -1, 2, 2, 28, 0x008700},
        {130, -1, 3, 3, 130, 0xaf5f00},
        {203, -1, 1, 9, 203, 0xff5f5f},
        {25, -1, 4, 4, 25, 0x005faf},
        {30, -1, 6, 6, 30, 0x008787},
        {127, -1, 5, 5, 127, 0xaf00af},
        {214, -1, 3, 11, 214, 0xffaf00},
        {16, -1, -1, -1, 16, 0x000100}, /* below 256 the numbers are a palette */
        {235, -1, -1, -1, 235, 0x262626},
        {LOOK_RGB | 0xff8800, -1, 3, 11, 208, 0xff8800},
        {LOOK_RGB | 0x7f7f80, -1, -1, -1, 244, 0x7f7f80},
        {LOOK_RGB | 0x0000ff, -1, 4, 12, 21, 0x0001ff},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(colour_fit(cases[i].colour, 0), cases[i].mono);
        assert_int_equal(colour_fit(cases[i].colour, 8), cases[i].eight);
        assert_int_equal(colour_fit(cases[i].colour, 16), cases[i].sixteen);
        assert_int_equal(colour_fit(cases[i].colour, 256), cases[i].many);
        assert_int_equal(colour_fit(cases[i].colour, LOOK_DIRECT), cases[i].direct);
    }
}

static int32_t any_colour(struct chance *chance)
{
    if (chance_below(chance, 3) == 0)
        return LOOK_RGB | (int32_t)chance_below(chance, 0x1000000);
    return (int32_t)chance_range(chance, LOOK_DEFAULT, 255);
}

/* A number that the terminal has; black only for black; 8 only where there are 16. */
static void test_fit_is_a_colour_of_the_terminal(void **state)
{
    (void)state;
    struct chance chance = chance_new();
    for (int i = 0; i < 200000; i++) {
        int32_t colour = any_colour(&chance);
        int depth = depths[chance_below(&chance, COUNT(depths))];
        int32_t fit = colour_fit(colour, depth);
        assert_true(fit >= LOOK_DEFAULT && fit < (depth == 0 ? 1 : depth));
        if (depth == 0)
            assert_int_equal(fit, LOOK_DEFAULT);
        if (fit == 0)
            assert_int_equal(colour, 0);
        if (depth == LOOK_DIRECT)
            assert_true(fit < 8 || fit >= 256);
    }
}

static struct look any_look(struct chance *chance)
{
    return (struct look){any_colour(chance), any_colour(chance),
                         (unsigned)chance_below(chance, 32)};
}

/* Text and ground that both are known can be told apart; a ground is never lost without a sign. */
static void test_look_fit(void **state)
{
    (void)state;
    struct chance chance = chance_new();
    for (int i = 0; i < 200000; i++) {
        struct look look = any_look(&chance);
        int depth = depths[chance_below(&chance, COUNT(depths))];
        struct look fit = look_fit(look, depth);
        unsigned kept = fit.text == LOOK_DEFAULT ? look.attributes : look.attributes & ~DIM;
        assert_int_equal(fit.attributes & look.attributes, kept);
        if (fit.text != LOOK_DEFAULT && fit.ground != LOOK_DEFAULT)
            assert_true(contrast(fit.text, fit.ground) >= 3);
        if (look.ground != LOOK_DEFAULT && fit.ground == LOOK_DEFAULT)
            assert_true(fit.attributes & LOOK_REVERSE);
        if (fit.ground != LOOK_DEFAULT && look.text != LOOK_DEFAULT)
            assert_int_not_equal(fit.text, LOOK_DEFAULT);
    }
    struct look fit = look_fit((struct look){235, 203, 0}, 8); /* whatever 1 and 7 look like */
    assert_true(fit.ground == LOOK_DEFAULT && fit.text == LOOK_DEFAULT);
    assert_int_equal(fit.attributes, LOOK_REVERSE);
    fit = look_fit((struct look){7, 1, 0}, 8); /* meant */
    assert_true(fit.ground == 1 && fit.text == 7 && fit.attributes == 0);
    fit = look_fit((struct look){LOOK_DEFAULT, 254, LOOK_BOLD}, 16);
    assert_int_equal(fit.attributes, LOOK_BOLD | LOOK_REVERSE);
    fit = look_fit((struct look){244, LOOK_DEFAULT, LOOK_DIM}, 256);
    assert_true(fit.text == 244 && fit.attributes == 0);
    fit = look_fit((struct look){244, LOOK_DEFAULT, LOOK_DIM}, 16);
    assert_true(fit.text == LOOK_DEFAULT && fit.attributes == LOOK_DIM);
}

/* A theme that paints its ground does so with 256 colours and more; below it is the terminal's. */
static void test_look_on_page(void **state)
{
    (void)state;
    const struct look page = {LOOK_RGB | 0x5f0000, 17, 0}, own = {LOOK_DEFAULT, 52, LOOK_BOLD};
    const struct look text = {40, LOOK_DEFAULT, 0}, nothing = {LOOK_DEFAULT, LOOK_DEFAULT, 0};
    struct look fit = look_on_page(text, page, 256);
    assert_true(fit.text == 40 && fit.ground == 17);
    fit = look_on_page(nothing, page, 256);
    assert_true(fit.text != LOOK_DEFAULT && fit.ground == 17);
    fit = look_on_page(own, page, 256);
    assert_true(fit.ground == 52 && fit.attributes == LOOK_BOLD);
    fit = look_on_page(page, page, 16);
    assert_true(fit.ground == LOOK_DEFAULT && fit.attributes == 0);
    fit = look_on_page(own, page, 16);
    assert_int_equal(fit.attributes, LOOK_BOLD | LOOK_REVERSE);
    fit = look_on_page(text, nothing, 256);
    assert_true(fit.text == 40 && fit.ground == LOOK_DEFAULT);
}

/* On the cursor bar. */
static void test_look_over(void **state)
{
    (void)state;
    struct chance chance = chance_new();
    for (int i = 0; i < 100000; i++) {
        int depth = depths[chance_below(&chance, COUNT(depths))];
        struct look own = look_fit(any_look(&chance), depth);
        struct look over = look_fit(any_look(&chance), depth);
        struct look both = look_over(own, over, depth);
        if (over.attributes & LOOK_REVERSE)
            assert_true(both.text == over.text && both.ground == over.ground);
        if (over.ground == LOOK_DEFAULT)
            continue;
        assert_int_equal(both.ground, over.ground);
        if (both.text != LOOK_DEFAULT && both.text != over.text)
            assert_true(contrast(both.text, both.ground) >= (both.ground < 16 ? 3 : 4.5));
    }
}

static void test_look_over_keeps_the_hue(void **state)
{
    (void)state;
    struct look bar = {232, 153, 0}, blue = {15, 4, 0};
    struct look green = {28, LOOK_DEFAULT, LOOK_DIM}, ansi = {2, LOOK_DEFAULT, LOOK_BOLD};
    int32_t over = look_over(green, bar, 256).text;
    struct rgb rgb = colour_rgb(over);
    assert_int_not_equal(over, bar.text);
    assert_true(rgb.of[1] > rgb.of[0] && rgb.of[1] > rgb.of[2]);
    assert_int_equal(look_over(green, bar, 256).attributes, 0); /* dim is not read on a ground */
    assert_int_equal(look_over(ansi, blue, 16).text, 10);
    assert_int_equal(look_over(ansi, blue, 16).attributes, LOOK_BOLD);
    over = look_over(ansi, bar, 256).text; /* the palette may hold anything: a fixed green */
    rgb = colour_rgb(over);
    assert_true(over >= 16 && rgb.of[1] > rgb.of[0] && rgb.of[1] > rgb.of[2]);
    assert_int_equal(look_over((struct look){1, -1, 0}, blue, 16).text, blue.text);
    struct look plain = look_over(ansi, (struct look){-1, -1, LOOK_UNDERLINE}, 16);
    assert_int_equal(plain.text, 2);
    assert_int_equal(plain.attributes, LOOK_BOLD | LOOK_UNDERLINE);
}

static void test_contrast(void **state)
{
    (void)state;
    struct rgb black = {{0, 0, 0}}, white = {{255, 255, 255}}, grey = {{0x76, 0x76, 0x76}};
    assert_true(colour_contrast(black, white) > 20.9 && colour_contrast(black, white) < 21.1);
    assert_true(colour_contrast(grey, white) > 4.5 && colour_contrast(white, grey) < 4.6);
    assert_true(colour_contrast(white, white) == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fit),       cmocka_unit_test(test_fit_is_a_colour_of_the_terminal),
        cmocka_unit_test(test_look_fit),  cmocka_unit_test(test_look_on_page),
        cmocka_unit_test(test_look_over), cmocka_unit_test(test_look_over_keeps_the_hue),
        cmocka_unit_test(test_contrast),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
