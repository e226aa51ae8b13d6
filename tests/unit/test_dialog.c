/* What is in a box, and what keys and pastes do to it: one focus, Enter presses what is drawn
 * focused, letters are letters in a field, and no typed or pasted byte can press a button there. */
#include "tui/dialog.h"

#include "tests/unit/unit.h"

enum { YES = 1, NO, MORE };

/* The boxes of the program, in small: a form, a question, a menu. */
static const char *const protocols[] = {"cdp", "cua", "rdp", "vnc"};
static const char *const runtimes[] = {"checkout", "nightly", "qa-1",
                                       "qa-2",     "Agents",  "\u00e9clair"};

static void open_form(struct dialog *dialog)
{
    dialog_init(dialog, " new lease ");
    dialog_choice(dialog, "runtime", runtimes, COUNT(runtimes), 1);
    dialog_choice(dialog, "protocol", protocols, COUNT(protocols), 0);
    dialog_field(dialog, "lives for", "1h");
    dialog_button(dialog, "Create", YES, 'y');
    dialog_button(dialog, "Cancel", NO, 'n');
    dialog_focus(dialog, YES);
}

static void open_question(struct dialog *dialog)
{
    dialog_init(dialog, " revoke? ");
    dialog->danger = true;
    dialog_line(dialog, "lease", "%s", "3f9c21aa");
    dialog_button(dialog, "Revoke", YES, 'y');
    dialog_button(dialog, "Cancel", NO, 'n');
    dialog_focus(dialog, NO);
}

/* Where the last drawing had no room for what would end, only Cancel answers. */
static void test_nothing_unseen_is_confirmed(void **state)
{
    (void)state;
    struct dialog dialog;
    open_question(&dialog);
    dialog.hides = true;
    assert_int_equal(dialog_key(&dialog, 'y'), DIALOG_OPEN);
    assert_int_equal(dialog_key(&dialog, TUI_KEY_ENTER), NO);
    dialog_focus(&dialog, YES);
    assert_int_equal(dialog_key(&dialog, TUI_KEY_ENTER), DIALOG_OPEN);
    assert_int_equal(dialog_key(&dialog, TUI_KEY_ESC), DIALOG_CANCELLED);
    dialog.hides = false;
    assert_int_equal(dialog_key(&dialog, 'y'), YES);
    dialog_clear(&dialog);
}

static struct dialog_item *open_field(struct dialog *dialog, const char *text)
{
    dialog_init(dialog, " key ");
    struct dialog_item *field = dialog_field(dialog, "key", text);
    dialog_button(dialog, "Use it", YES, 'y');
    return field;
}

/* Types a text, each character a key. */
static void type(struct dialog *dialog, const char *text)
{
    uint32_t key;
    for (size_t taken, left = strlen(text); left > 0; text += taken, left -= taken) {
        taken = text_decode(text, left, &key);
        assert_int_equal(dialog_key(dialog, key), DIALOG_OPEN);
    }
}

static void press(struct dialog *dialog, uint32_t key, int times)
{
    while (times-- > 0)
        assert_int_equal(dialog_key(dialog, key), DIALOG_OPEN);
}

/* ---- what is in it */

static void test_contents(void **state)
{
    (void)state;
    struct dialog dialog;
    memset(&dialog, 0xa5, sizeof dialog); /* init leaves nothing of what was there */
    open_form(&dialog);
    assert_string_equal(dialog.title, " new lease ");
    assert_string_equal(dialog.problem, "");
    assert_int_equal(dialog.item_count, 5);
    assert_int_equal(dialog.items[0].chosen, 1);
    assert_string_equal(dialog.items[2].field.text, "1h");
    assert_int_equal(dialog.items[2].field.cursor, 2);
    assert_false(dialog.items[2].field.masked);
    dialog_clear(&dialog);
}

/* More than fits is cut, and never written beyond. */
static void test_ceilings(void **state)
{
    (void)state;
    struct dialog dialog;
    char large[2048];
    memset(large, 'x', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    dialog_init(&dialog, large);
    for (int i = 0; i < 2 * DIALOG_LINES_MAX; i++)
        dialog_line(&dialog, large, "%s", large);
    for (int i = 0; i < 2 * DIALOG_ITEMS_MAX; i++)
        dialog_field(&dialog, large, large);
    assert_int_equal(dialog.line_count, DIALOG_LINES_MAX);
    assert_int_equal(dialog.item_count, DIALOG_ITEMS_MAX);
    assert_int_equal(strlen(dialog.title), sizeof dialog.title - 1);
    assert_int_equal(strlen(dialog.items[0].field.text), FIELD_BYTES - 1);
    dialog_clear(&dialog);
}

/* A key that was typed is gone from memory when the box closes. */
static void test_clear_wipes(void **state)
{
    (void)state;
    struct dialog dialog;
    open_field(&dialog, "");
    type(&dialog, "bctrl_0123");
    assert_true(dialog_paste(&dialog, "456789"));
    press(&dialog, TUI_KEY_HOME, 1);
    press(&dialog, TUI_KEY_DELETE, 3);
    dialog_clear(&dialog);
    static const struct dialog empty;
    assert_true(memcmp(&dialog, &empty, sizeof dialog) == 0);
}

/* ---- focus */

static void test_focus_goes_round(void **state)
{
    (void)state;
    struct dialog dialog;
    open_form(&dialog);
    assert_int_equal(dialog.focus, 3);
    static const struct {
        uint32_t key;
        size_t focus;
    } steps[] = {
        {TUI_KEY_TAB, 4},      {TUI_KEY_TAB, 0},   {TUI_KEY_TAB, 1},  {TUI_KEY_DOWN, 2},
        {TUI_KEY_DOWN, 3},     {TUI_KEY_DOWN, 4},  {TUI_KEY_DOWN, 0}, {TUI_KEY_BACK_TAB, 4},
        {TUI_KEY_UP, 3},       {TUI_KEY_UP, 2},    {TUI_KEY_UP, 1},   {TUI_KEY_UP, 0},
        {TUI_KEY_BACK_TAB, 4}, {TUI_KEY_LEFT, 3}, /* between buttons */
        {TUI_KEY_RIGHT, 4},    {TUI_KEY_RIGHT, 0},
    };
    for (size_t i = 0; i < COUNT(steps); i++) {
        assert_int_equal(dialog_key(&dialog, steps[i].key), DIALOG_OPEN);
        assert_int_equal(dialog.focus, steps[i].focus);
    }
    dialog_clear(&dialog);
}

static void test_focus_on_a_button(void **state)
{
    (void)state;
    struct dialog dialog;
    open_form(&dialog);
    dialog_focus(&dialog, NO);
    assert_int_equal(dialog.focus, 4);
    dialog_focus(&dialog, MORE); /* there is none */
    assert_int_equal(dialog.focus, 4);
    dialog_clear(&dialog);
}

static void test_typing(void **state)
{
    (void)state;
    struct dialog dialog;
    open_form(&dialog);
    static const bool typing[] = {true, true, true, false, false};
    for (size_t i = 0; i < COUNT(typing); i++) {
        dialog.focus = i;
        assert_int_equal(dialog_typing(&dialog), typing[i]);
    }
    dialog_init(&dialog, "nothing");
    assert_false(dialog_typing(&dialog));
}

/* ---- deciding */

/* Enter and Space press the button that is focused, and no other. */
static void test_enter_presses_what_is_focused(void **state)
{
    (void)state;
    static const uint32_t keys[] = {TUI_KEY_ENTER, TUI_KEY_SPACE};
    struct dialog dialog;
    for (size_t i = 0; i < COUNT(keys); i++) {
        open_question(&dialog);
        assert_int_equal(dialog_key(&dialog, keys[i]), NO);
        press(&dialog, TUI_KEY_TAB, 1);
        assert_int_equal(dialog_key(&dialog, keys[i]), YES);
        press(&dialog, TUI_KEY_LEFT, 1);
        assert_int_equal(dialog_key(&dialog, keys[i]), NO);
        dialog_clear(&dialog);
    }
}

/* In a field or a choice Enter means what the box is for. */
static void test_enter_elsewhere(void **state)
{
    (void)state;
    struct dialog dialog;
    open_form(&dialog);
    for (dialog.focus = 0; dialog.focus < 3; dialog.focus++)
        assert_int_equal(dialog_key(&dialog, TUI_KEY_ENTER), YES);
    dialog_clear(&dialog);
}

static void test_escape(void **state)
{
    (void)state;
    struct dialog dialog;
    open_form(&dialog);
    for (dialog.focus = 0; dialog.focus < dialog.item_count; dialog.focus++)
        assert_int_equal(dialog_key(&dialog, TUI_KEY_ESC), DIALOG_CANCELLED);
    dialog_clear(&dialog);
    dialog_init(&dialog, "nothing to press");
    assert_int_equal(dialog_key(&dialog, TUI_KEY_ESC), DIALOG_CANCELLED);
    assert_int_equal(dialog_key(&dialog, TUI_KEY_ENTER), DIALOG_CANCELLED);
    press(&dialog, TUI_KEY_TAB, 1);
    press(&dialog, TUI_KEY_BACK_TAB, 1);
    press(&dialog, 'y', 1);
}

static void test_letters(void **state)
{
    (void)state;
    struct dialog dialog;
    open_question(&dialog);
    assert_int_equal(dialog_key(&dialog, 'y'), YES);
    assert_int_equal(dialog_key(&dialog, 'n'), NO);
    static const uint32_t nothing[] = {
        'Y', 'N', 'x', 'q', 0, 1, 'y' | 0x100, TUI_KEY_F1, TUI_KEY_PAGE_DOWN, TUI_KEY_BACKSPACE};
    for (size_t i = 0; i < COUNT(nothing); i++)
        press(&dialog, nothing[i], 1);
    dialog_clear(&dialog);
}

/* A button without a letter is not pressed by the key 0. */
static void test_no_letter(void **state)
{
    (void)state;
    struct dialog dialog;
    dialog_init(&dialog, "key");
    dialog_button(&dialog, "Use it", YES, '\0');
    press(&dialog, 0, 1);
    dialog_clear(&dialog);
}

/* Letters of buttons are just letters where one types. */
static void test_letters_in_a_field(void **state)
{
    (void)state;
    struct dialog dialog;
    struct dialog_item *field = open_field(&dialog, "");
    type(&dialog, "yes, nay");
    assert_string_equal(field->field.text, "yes, nay");
    dialog_clear(&dialog);
    open_form(&dialog);
    dialog.focus = 0;
    type(&dialog, "ny");
    assert_int_equal(dialog.items[0].chosen, 1); /* nightly; no name has "ny" in it */
    dialog_clear(&dialog);
}

/* A full field takes no more, and what it does not take presses nothing. */
static void test_full_field(void **state)
{
    (void)state;
    struct dialog dialog;
    char full[FIELD_BYTES];
    memset(full, 'x', sizeof full - 1);
    full[sizeof full - 1] = '\0';
    struct dialog_item *field = open_field(&dialog, full);
    type(&dialog, "y n");
    assert_string_equal(field->field.text, full);
    assert_false(dialog_paste(&dialog, "z"));
    press(&dialog, TUI_KEY_BACKSPACE, 1);
    type(&dialog, "\u00e9"); /* two bytes, room for one: all or nothing */
    assert_int_equal(strlen(field->field.text), sizeof full - 2);
    type(&dialog, "!");
    assert_int_equal(field->field.text[sizeof full - 2], '!');
    dialog_clear(&dialog);
}

/* ---- editing a field */

/* A caret in the text shows where the cursor is. */
static void expect_field(const struct dialog_item *field, const char *shown)
{
    char text[FIELD_BYTES + 2];
    snprintf(text, sizeof text, "%.*s^%s", (int)field->field.cursor, field->field.text,
             field->field.text + field->field.cursor);
    assert_string_equal(text, shown);
}

static void test_editing(void **state)
{
    (void)state;
    static const struct {
        uint32_t key;
        const char *shown;
    } steps[] = {
        {TUI_KEY_RIGHT, "a\u00e9\u20ac\U0001f512^"}, /* at the end */
        {TUI_KEY_LEFT, "a\u00e9\u20ac^\U0001f512"},  /* four bytes, one step */
        {TUI_KEY_LEFT, "a\u00e9^\u20ac\U0001f512"},
        {'z', "a\u00e9z^\u20ac\U0001f512"},
        {0x20ac, "a\u00e9z\u20ac^\u20ac\U0001f512"},
        {TUI_KEY_BACKSPACE, "a\u00e9z^\u20ac\U0001f512"},
        {TUI_KEY_DELETE, "a\u00e9z^\U0001f512"},
        {TUI_KEY_DELETE, "a\u00e9z^"},
        {TUI_KEY_DELETE, "a\u00e9z^"}, /* nothing behind */
        {TUI_KEY_LEFT, "a\u00e9^z"},
        {8, "a^z"}, /* Ctrl-H, an older backspace */
        {TUI_KEY_HOME, "^az"},
        {TUI_KEY_LEFT, "^az"},
        {TUI_KEY_BACKSPACE, "^az"}, /* nothing before */
        {0xe9, "\u00e9^az"},
        {TUI_KEY_END, "\u00e9az^"},
        {TUI_KEY_SPACE, "\u00e9az ^"},
        {'U' - '@', "^"},
        {TUI_KEY_BACKSPACE, "^"},
        {'b', "b^"},
    };
    struct dialog dialog;
    struct dialog_item *field = open_field(&dialog, "a\u00e9\u20ac\U0001f512");
    for (size_t i = 0; i < COUNT(steps); i++) {
        press(&dialog, steps[i].key, 1);
        expect_field(field, steps[i].shown);
        assert_int_equal(dialog.focus, 0); /* these keys are the field's */
    }
    dialog_clear(&dialog);
}

/* Keys that are no text, and characters that cannot be seen, leave a field as it is. */
static void test_what_is_not_typed(void **state)
{
    (void)state;
    static const uint32_t keys[] = {0,      1,      27 + 1, 0x85,   0x9b,       0x200b,
                                    0x202e, 0xfeff, 0xe000, 0x2028, TUI_KEY_F1, TUI_KEY_INSERT};
    struct dialog dialog;
    struct dialog_item *field = open_field(&dialog, "ab");
    press(&dialog, TUI_KEY_LEFT, 1);
    for (size_t i = 0; i < COUNT(keys); i++) {
        press(&dialog, keys[i], 1);
        expect_field(field, "a^b");
    }
    dialog_clear(&dialog);
}

/* The cursor never stands inside a character, whatever is typed, cut and pasted. */
static void test_any_editing(void **state)
{
    (void)state;
    static const uint32_t keys[] = {
        TUI_KEY_LEFT, TUI_KEY_RIGHT, TUI_KEY_HOME,   TUI_KEY_END,       'a',  0xe9, 0x20ac,
        0x1f512,      'b',           TUI_KEY_DELETE, TUI_KEY_BACKSPACE, 0x301};
    struct chance chance = chance_new();
    struct dialog dialog;
    struct dialog_item *field = open_field(&dialog, "");
    for (int step = 0; step < 50000; step++) {
        if (chance_below(&chance, 20) == 0)
            dialog_paste(&dialog, "\u20ac1 \u00e9\n");
        else
            press(&dialog, keys[chance_below(&chance, COUNT(keys))], 1);
        size_t length = strlen(field->field.text);
        assert_true(length < FIELD_BYTES && field->field.cursor <= length);
        assert_true(text_plain(field->field.text,
                               field->field.cursor)); /* whole characters on both sides */
        assert_true(
            text_plain(field->field.text + field->field.cursor, length - field->field.cursor));
        if (chance_below(&chance, 500) == 0)
            press(&dialog, 'U' - '@', 1);
    }
    dialog_clear(&dialog);
}

static void test_masked_field(void **state)
{
    (void)state;
    struct dialog dialog;
    struct dialog_item *field = open_field(&dialog, "");
    field->field.masked = true;
    type(&dialog, "se");
    assert_true(dialog_paste(&dialog, "cret"));
    press(&dialog, TUI_KEY_LEFT, 1);
    type(&dialog, "!");
    expect_field(field, "secre!^t"); /* edited like any other: only drawing differs */
    dialog_clear(&dialog);
}

/* ---- pastes */

static void test_paste(void **state)
{
    (void)state;
    static const struct {
        const char *text, *shown; /* NULL: refused */
    } cases[] = {
        {"xy", "axy^b"},         {"xy\n", "axy^b"}, /* a line end behind a copied word */
        {"xy\r\n\r\n", "axy^b"}, {"\u20ac", "a\u20ac^b"}, {"x y", "ax y^b"},   {"", "a^b"},
        {"\n", "a^b"},           {"x\ny", NULL}, /* two lines */
        {"x\ty", NULL},          {"\nx", NULL},           {"x\x1b[31m", NULL}, {"x\x7f", NULL},
        {"x\xc2\x9b", NULL},     {"\u202ex", NULL},       {"\xff", NULL},      {"x\xe2\x82", NULL},
    };
    struct dialog dialog;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct dialog_item *field = open_field(&dialog, "ab");
        press(&dialog, TUI_KEY_LEFT, 1);
        if (dialog_paste(&dialog, cases[i].text) != (cases[i].shown != NULL))
            fail_msg("paste %zu", i);
        expect_field(field, cases[i].shown != NULL ? cases[i].shown : "a^b");
        dialog_clear(&dialog);
    }
}

/* Into a field only: pasted text is never keys. */
static void test_paste_elsewhere(void **state)
{
    (void)state;
    struct dialog dialog, before;
    open_form(&dialog);
    for (dialog.focus = 0; dialog.focus < dialog.item_count; dialog.focus++) {
        before = dialog;
        bool field = dialog.items[dialog.focus].kind == DIALOG_FIELD;
        assert_int_equal(dialog_paste(&dialog, "y"), field);
        if (!field)
            assert_true(memcmp(&dialog, &before, sizeof dialog) == 0);
    }
    dialog_clear(&dialog);
    dialog_init(&dialog, "nothing");
    assert_false(dialog_paste(&dialog, "y"));
}

/* What has no room is refused whole: half a key is worse than none. */
static void test_paste_too_much(void **state)
{
    (void)state;
    struct dialog dialog;
    char large[FIELD_BYTES];
    memset(large, 'x', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    struct dialog_item *field = open_field(&dialog, "a");
    assert_false(dialog_paste(&dialog, large));
    expect_field(field, "a^");
    assert_true(dialog_paste(&dialog, large + 1));
    assert_int_equal(strlen(field->field.text), FIELD_BYTES - 1);
    dialog_clear(&dialog);
}

/* ---- lists */

/* The palette in small: what ends something stands before its plain sisters. */
static const char *const acts[] = {"quit-mine", "reveal", "revoke", "view", "quit", "unmark"};
static const char *const acts_mean[] = {"revoke mine, quit", "show it", "end it",
                                        "go there",          "end",     "take marks away"};
static const char *const acts_keys[] = {"", "v", "x F9", "2 Tab", "q F10", "U"};
static const bool acts_grave[] = {true, false, true, false, false, false};

static const char *best_of(const char *typed)
{
    struct dialog dialog;
    dialog_init(&dialog, " actions ");
    struct dialog_item *list = dialog_list(&dialog, "action", acts, acts_mean, COUNT(acts));
    list->aliases = acts_keys;
    list->grave = acts_grave;
    for (; *typed != '\0'; typed++)
        dialog_key(&dialog, (uint32_t)*typed);
    int pressed = dialog_key(&dialog, TUI_KEY_ENTER);
    assert_int_equal(pressed - 1, dialog_list_at(list, 0));
    dialog_clear(&dialog);
    return acts[pressed - 1];
}

/* The word itself, its key, what begins so, what has it in it, what means it; and of two that match
 * alike the one that ends nothing. */
static void test_list_chooses_the_best(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"quit", "quit"},  {"q", "quit"},     {"qui", "quit"},  {"quit-", "quit-mine"},
        {"x", "revoke"},   {"v", "reveal"},   {"re", "reveal"}, {"revo", "revoke"},
        {"VIEW", "view"},  {"2", "view"},     {"U", "unmark"},  {"mark", "unmark"},
        {"there", "view"}, {"", "quit-mine"}, {"end", "quit"},  {"F9", "revoke"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(best_of(cases[i][0]), cases[i][1]);
}

static void test_list_steps_in_its_order(void **state)
{
    (void)state;
    struct dialog dialog;
    dialog_init(&dialog, " actions ");
    struct dialog_item *list = dialog_list(&dialog, "action", acts, acts_mean, COUNT(acts));
    list->grave = acts_grave;
    dialog_key(&dialog, 'r');
    dialog_key(&dialog, 'e');
    static const char *const down[] = {"reveal", "revoke", "view", "quit-mine", "reveal"};
    assert_int_equal(dialog_list_shown(list), 4);
    for (size_t i = 0; i < COUNT(down); i++) {
        assert_string_equal(acts[list->chosen], down[i]);
        dialog_key(&dialog, TUI_KEY_DOWN);
    }
    dialog_key(&dialog, TUI_KEY_UP);
    dialog_key(&dialog, TUI_KEY_UP);
    assert_string_equal(acts[list->chosen], "quit-mine");
    dialog_clear(&dialog);
}

/* ---- choices */

static void test_choice_steps(void **state)
{
    (void)state;
    static const struct {
        uint32_t key;
        size_t chosen;
    } steps[] = {
        {TUI_KEY_RIGHT, 1}, {TUI_KEY_SPACE, 2}, {TUI_KEY_RIGHT, 3},
        {TUI_KEY_RIGHT, 0}, {TUI_KEY_LEFT, 3},  {TUI_KEY_LEFT, 2},
    };
    struct dialog dialog;
    open_form(&dialog);
    dialog.focus = 1;
    for (size_t i = 0; i < COUNT(steps); i++) {
        press(&dialog, steps[i].key, 1);
        assert_int_equal(dialog.items[1].chosen, steps[i].chosen);
        assert_int_equal(dialog.focus, 1);
    }
    dialog_clear(&dialog);
}

/* By how it begins, else by what is in it; what nothing has is not taken. */
static void test_choice_typing(void **state)
{
    (void)state;
    static const struct {
        uint32_t key;
        size_t chosen;
        const char *typed;
    } steps[] = {
        {'q', 2, "q"}, /* qa-1 */
        {'a', 2, "qa"},
        {'-', 2, "qa-"},
        {'2', 3, "qa-2"}, /* qa-2 */
        {'x', 3, "qa-2"}, /* none: stays */
        {TUI_KEY_BACKSPACE, 3, "qa-"},
        {8, 3, "qa"},
        {TUI_KEY_BACKSPACE, 3, "q"},
        {TUI_KEY_BACKSPACE, 3, ""},
        {TUI_KEY_BACKSPACE, 3, ""},
        {'A', 4, "A"}, /* Agents: case does not count */
        {'G', 4, "AG"},
        {TUI_KEY_LEFT, 3, ""}, /* a step starts anew */
        {'c', 0, "c"},
        {TUI_KEY_BACKSPACE, 0, ""},
    };
    struct dialog dialog;
    open_form(&dialog);
    dialog.focus = 0;
    for (size_t i = 0; i < COUNT(steps); i++) {
        press(&dialog, steps[i].key, 1);
        assert_int_equal(dialog.items[0].chosen, steps[i].chosen);
        assert_string_equal(dialog.items[0].field.text, steps[i].typed);
    }
    press(&dialog, 't', 1); /* in the middle: checkouT before nighTly */
    assert_int_equal(dialog.items[0].chosen, 0);
    press(&dialog, 'l', 1); /* "tl" */
    assert_int_equal(dialog.items[0].chosen, 1);
    dialog_clear(&dialog);
}

static void test_choice_by_other_letters(void **state)
{
    (void)state;
    struct dialog dialog;
    open_form(&dialog);
    dialog.focus = 0;
    press(&dialog, 0xe9, 1);
    assert_int_equal(dialog.items[0].chosen, 5);
    press(&dialog, 0x20ac, 1);
    assert_int_equal(dialog.items[0].chosen, 5);
    assert_string_equal(dialog.items[0].field.text, "\u00e9");
    press(&dialog, TUI_KEY_BACKSPACE, 1); /* a whole character */
    assert_string_equal(dialog.items[0].field.text, "");
    dialog_clear(&dialog);
}

/* ---- what is wrong with what was entered */

static void test_problem_goes_when_mended(void **state)
{
    (void)state;
    struct dialog dialog;
    open_field(&dialog, "");
    snprintf(dialog.problem, sizeof dialog.problem, "type or paste a key");
    assert_false(dialog_paste(&dialog, "\x1b"));
    assert_true(*dialog.problem != '\0');
    assert_true(dialog_paste(&dialog, "x"));
    assert_string_equal(dialog.problem, "");
    snprintf(dialog.problem, sizeof dialog.problem, "type or paste a key");
    type(&dialog, "y");
    assert_string_equal(dialog.problem, "");
    dialog_clear(&dialog);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_contents),
        cmocka_unit_test(test_ceilings),
        cmocka_unit_test(test_clear_wipes),
        cmocka_unit_test(test_focus_goes_round),
        cmocka_unit_test(test_focus_on_a_button),
        cmocka_unit_test(test_typing),
        cmocka_unit_test(test_enter_presses_what_is_focused),
        cmocka_unit_test(test_enter_elsewhere),
        cmocka_unit_test(test_escape),
        cmocka_unit_test(test_letters),
        cmocka_unit_test(test_no_letter),
        cmocka_unit_test(test_letters_in_a_field),
        cmocka_unit_test(test_full_field),
        cmocka_unit_test(test_editing),
        cmocka_unit_test(test_what_is_not_typed),
        cmocka_unit_test(test_any_editing),
        cmocka_unit_test(test_masked_field),
        cmocka_unit_test(test_paste),
        cmocka_unit_test(test_paste_elsewhere),
        cmocka_unit_test(test_paste_too_much),
        cmocka_unit_test(test_list_chooses_the_best),
        cmocka_unit_test(test_list_steps_in_its_order),
        cmocka_unit_test(test_choice_steps),
        cmocka_unit_test(test_choice_typing),
        cmocka_unit_test(test_choice_by_other_letters),
        cmocka_unit_test(test_nothing_unseen_is_confirmed),
        cmocka_unit_test(test_problem_goes_when_mended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
