/* Bytes to keys and pastes, whole and in pieces. Time is a number here: no test waits. */
#include "tests/unit/unit.h"

#include "core/text.h"
#include "tui/input.h"
#include "tui/key.h"

enum { ESCAPE_MS = 25 };

static int setup(void **state)
{
    *state = input_new(ESCAPE_MS);
    return *state == NULL ? -1 : 0;
}

static int teardown(void **state)
{
    input_free(*state);
    return 0;
}

static void feed(struct input *input, const char *bytes, int64_t now_ms)
{
    assert_int_equal(input_feed(input, bytes, strlen(bytes), now_ms), strlen(bytes));
}

/* What comes out up to `quiet_ms`, as words: names of keys, and pastes in <>. */
static void say(struct input *input, int64_t quiet_ms, char *out, size_t size)
{
    struct input_event event;
    size_t length = 0;
    out[0] = '\0';
    for (enum input_kind kind; (kind = input_next(input, quiet_ms, &event)) != INPUT_NOTHING;) {
        char label[KEY_LABEL_BYTES];
        if (kind == INPUT_KEY)
            assert_string_not_equal(key_label(label, event.key), "");
        if (kind == INPUT_MOUSE)
            snprintf(label, sizeof label, "mouse%d:%d", event.mouse.row, event.mouse.column);
        if (kind == INPUT_FOCUS)
            snprintf(label, sizeof label, event.focused ? "in" : "out");
        length +=
            (size_t)snprintf(out + length, size - length, kind == INPUT_PASTE ? "%s<%s>" : "%s%s",
                             length > 0 ? " " : "", kind == INPUT_PASTE ? event.paste : label);
        assert_true(length < size);
    }
}

static void expect(struct input *input, int64_t quiet_ms, const char *words)
{
    char out[1024];
    say(input, quiet_ms, out, sizeof out);
    assert_string_equal(out, words);
}

static void test_characters(void **state)
{
    feed(*state, "xX /\t\r\x7f\x04é中\U0001f600", 0);
    expect(*state, 0, "x X Space / Tab Enter Backspace Ctrl-D é 中 \U0001f600");
    assert_int_equal(input_deadline(*state), INT64_MAX);
}

/* NUL, bytes that are no UTF-8, and C1 controls are no keys. */
static void test_no_characters(void **state)
{
    assert_int_equal(input_feed(*state, "a\0b\xc2\x9b[Ac\xff\xc0\xafz", 12, 0), 12);
    expect(*state, 0, "a b [ A c z");
}

static void test_half_a_character(void **state)
{
    feed(*state, "\xe4", 0);
    expect(*state, 0, "");
    feed(*state, "\xb8", 100);
    expect(*state, 100, "");
    assert_int_equal(input_deadline(*state), 100 + INPUT_TAIL_MS);
    feed(*state, "\xadx", 200);
    expect(*state, 200, "中 x");
    feed(*state, "\xe4", 300);
    expect(*state, 300 + INPUT_TAIL_MS, "");
    feed(*state, "x", 1000);
    expect(*state, 1000, "x");
}

static void test_sequences(void **state)
{
    static const struct {
        const char *bytes, *words;
    } cases[] = {
        {"\033[A\033OA\033[B\033OB", "Up Up Down Down"},
        {"\033[C\033OC\033[D\033OD", "Right Right Left Left"},
        {"\033[H\033[1~\033[7~\033[F\033[4~\033[8~", "Home Home Home End End End"},
        {"\033[5~\033[6~\033[2~\033[3~\033[Z", "PgUp PgDn Ins Del Shift-Tab"},
        {"\033OP\033[11~\033[[A\033OS\033[[D", "F1 F1 F1 F4 F4"},
        {"\033[[E\033[15~\033[17~\033[20~\033[24~", "F5 F5 F6 F9 F12"},
        {"\033OM\033Oq\033Ok", "Enter 1 +"},
        {"a\033[1;5Ab\033[<2;1;2Mc\033[[Zd\033Oze\033[?1;2cf", "a b c d e f"},
        {"\033[1\033[A\033[\nx", "Up Ctrl-J x"},
        {"\033x\033\033[A\033]", "Esc x Esc Up Esc ]"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        feed(*state, cases[i].bytes, (int64_t)i);
        expect(*state, (int64_t)i, cases[i].words);
    }
}

static void test_terminfo_counts_first(void **state)
{
    input_define(*state, "\033[A", TUI_KEY_F5);
    input_define(*state, "\033A", TUI_KEY_UP);
    input_define(*state, "\b", TUI_KEY_BACKSPACE);
    input_define(*state, NULL, TUI_KEY_F1);
    input_define(*state, "", TUI_KEY_F1);
    input_define(*state, "\033[1234567890123456789~", TUI_KEY_F1);
    feed(*state, "\033[A\033A\b", 0);
    expect(*state, 0, "F5 Up Backspace");
}

static void test_lone_escape(void **state)
{
    feed(*state, "\033", 1000);
    expect(*state, 1000 + ESCAPE_MS - 1, "");
    assert_int_equal(input_deadline(*state), 1000 + ESCAPE_MS);
    expect(*state, 1000 + ESCAPE_MS, "Esc");
    feed(*state, "x[", 1100);
    expect(*state, 1100, "x [");
}

/* The line has split a sequence after its first byte, or later. */
static void test_split_sequence(void **state)
{
    feed(*state, "\033", 0);
    expect(*state, ESCAPE_MS, "Esc");
    feed(*state, "[A", INPUT_TAIL_MS);
    expect(*state, INPUT_TAIL_MS, "Up");

    feed(*state, "\033", 1000);
    expect(*state, 1000 + ESCAPE_MS, "Esc");
    feed(*state, "O", 1200);
    expect(*state, 1200, "");
    feed(*state, "P", 1600);
    expect(*state, 1600, "F1");

    feed(*state, "\033[2", 2000);
    expect(*state, 2100, "");
    feed(*state, "0~x", 2400);
    expect(*state, 2400, "F9 x");
}

static void test_split_that_never_ends(void **state)
{
    feed(*state, "\033", 0);
    expect(*state, ESCAPE_MS, "Esc");
    feed(*state, "[", 300);
    expect(*state, 300 + INPUT_TAIL_MS, "");
    feed(*state, "Ax", 1000);
    expect(*state, 1000, "A x");
}

/* What comes long after an Esc in one piece, and could be its rest, is no command. */
static void test_split_by_a_long_pause(void **state)
{
    static const struct {
        const char *bytes, *words;
    } rests[] = {
        {"[200~Xy\rq\033[201~z", "<Xy\rq> z"}, {"[A", "Up"},    {"[20~x", "F9 x"},
        {"[<0;5;4Mx", "mouse3:4 x"},           {"[1;5Xx", "x"}, {"[?1;2cx", "x"},
    };
    int64_t now_ms = 0;
    for (size_t i = 0; i < COUNT(rests); i++, now_ms += 100000) {
        feed(*state, "\033", now_ms);
        expect(*state, now_ms + ESCAPE_MS, "Esc");
        feed(*state, rests[i].bytes, now_ms + INPUT_LATE_MS);
        expect(*state, now_ms + INPUT_LATE_MS, rests[i].words);
    }
}

static void test_split_within_by_a_long_pause(void **state)
{
    feed(*state, "\033[", 0);
    expect(*state, INPUT_TAIL_MS, "");
    feed(*state, "200~Xq\033[201~z", INPUT_LATE_MS);
    expect(*state, INPUT_LATE_MS, "<Xq> z");
    feed(*state, "\033[2", 20000);
    expect(*state, 20000 + INPUT_TAIL_MS, "");
    feed(*state, "00~X\033[201~q", 22000);
    expect(*state, 22000, "<X> q");
}

/* Somebody typed an Esc, and a bracket half a second later, or much more at last. */
static void test_escape_then_bracket(void **state)
{
    feed(*state, "\033", 0);
    expect(*state, ESCAPE_MS, "Esc");
    feed(*state, "[", INPUT_TAIL_MS + 1);
    expect(*state, INPUT_TAIL_MS + 1, "[");
    feed(*state, "A", INPUT_TAIL_MS + 2);
    expect(*state, INPUT_TAIL_MS + 2, "A");
    feed(*state, "\033", 2000);
    expect(*state, 2000 + ESCAPE_MS, "Esc");
    feed(*state, "[A", 2000 + INPUT_LATE_MS + 1);
    expect(*state, 2000 + INPUT_LATE_MS + 1, "[ A");
}

static void test_paste(void **state)
{
    feed(*state, "a\033[200~x\r\nX\033[A q\033[201~b", 0);
    expect(*state, 0, "a <x\r\nX\033[A q> b");
    feed(*state, "\033[200~\033[201~", 0);
    expect(*state, 0, "<>");
    feed(*state, "\033[201~c", 0);
    expect(*state, 0, "c");
}

/* Byte by byte, with waits in between; also the markers are split. */
static void test_paste_in_pieces(void **state)
{
    const char *bytes = "\033[200~qx\033[20\033[2011~\xe4\xb8\xad\033[201~z";
    int64_t now_ms = 0;
    for (; bytes[1] != '\0'; bytes++, now_ms += 20) {
        char one[2] = {*bytes, '\0'};
        feed(*state, one, now_ms);
        if (strcmp(bytes, "~z") != 0)
            expect(*state, now_ms + 19, "");
    }
    feed(*state, "z", now_ms);
    expect(*state, now_ms, "<qx\033[20\033[2011~中> z");
}

static void test_paste_without_end(void **state)
{
    feed(*state, "\033[200~secret\033[20", 0);
    expect(*state, 0, "");
    assert_int_equal(input_deadline(*state), INPUT_SILENCE_MS);
    feed(*state, "x", 900);
    expect(*state, 900 + INPUT_SILENCE_MS - 1, "");
    expect(*state, 900 + INPUT_SILENCE_MS, "<secret\033[20x>");
    feed(*state, "q", 5000);
    expect(*state, 5000, "q");
}

static void test_paste_is_utf8_without_nul(void **state)
{
    static const char bytes[] = "\033[200~a\0b\xff\xc3\xa9\xe4\xb8z\xe4\033[201~";
    assert_int_equal(input_feed(*state, bytes, sizeof bytes - 1, 0), sizeof bytes - 1);
    expect(*state, 0, "<ab\xc3\xa9z>");
}

/* Kept up to the ceiling, in whole characters; what follows the paste is found all the same. */
static void test_paste_ceiling(void **state)
{
    struct input *input = *state;
    struct input_event event;
    size_t fed = 0;
    feed(input, "\033[200~x", 0);
    assert_int_equal(input_next(input, 0, &event), INPUT_NOTHING);
    while (fed < 3 * INPUT_PASTE_MAX) {
        feed(input, "éééééééé", 0);
        fed += 16;
        assert_int_equal(input_next(input, 0, &event), INPUT_NOTHING);
    }
    feed(input, "\033[201~k", 0);
    assert_int_equal(input_next(input, 0, &event), INPUT_PASTE);
    assert_int_equal(strlen(event.paste), INPUT_PASTE_MAX - 1);
    assert_memory_equal(event.paste + INPUT_PASTE_MAX - 3, "é", 2);
    expect(input, 0, "k");
}

/* What is too much at once is refused, not lost. */
static void test_queue_ceiling(void **state)
{
    char many[8192];
    memset(many, 'k', sizeof many);
    size_t taken = input_feed(*state, many, sizeof many, 0);
    assert_true(taken < sizeof many);
    struct input_event event;
    for (size_t i = 0; i < taken; i++)
        assert_int_equal(input_next(*state, 0, &event), INPUT_KEY);
    assert_int_equal(input_next(*state, 0, &event), INPUT_NOTHING);
    assert_int_equal(input_feed(*state, many, 10, 0), 10);
}

static void test_drop(void **state)
{
    feed(*state, "yyy\033[A\r", 0);
    input_drop(*state);
    feed(*state, "n", 10);
    expect(*state, 10, "n");
    input_drop(*state);
    expect(*state, 10, "");
}

/* The other half of what was dropped is dropped too. */
static void test_drop_halves(void **state)
{
    feed(*state, "y\033[2", 0);
    input_drop(*state);
    feed(*state, "0~a", 10);
    expect(*state, 10, "F9 a");
    feed(*state, "y\033", 20);
    input_drop(*state);
    expect(*state, 20 + ESCAPE_MS, "");
    feed(*state, "[Ab", 100);
    expect(*state, 100, "Up b");
    feed(*state, "\033[200~yy", 200);
    input_drop(*state);
    feed(*state, "yy\033[201~c\033[200~d\033[201~", 210);
    expect(*state, 210, "c <d>");
}

/* However bytes are cut into pieces, the same comes out, as long as the pieces come in time. */
static void test_pieces_make_no_difference(void **state)
{
    (void)state;
    static const char *const parts[] = {"a",        "\033", "\033[",    "\033[A",    "\033O",
                                        "\033OB",   "[",    "200~",     "\033[200~", "\033[201~",
                                        "\xe4\xb8", "\xad", "\xff",     "\033[1;5C", "\033[[",
                                        "x\033x",   "\r",   "\033[20~", "~",         "\x01"};
    struct chance chance = chance_new();
    for (int round = 0; round < 3000; round++) {
        char bytes[256] = "", whole[1024], pieces[1024];
        int count = (int)chance_range(&chance, 1, 12);
        for (int i = 0; i < count; i++)
            strcat(bytes, parts[chance_below(&chance, COUNT(parts))]);
        struct input *one = input_new(ESCAPE_MS), *other = input_new(ESCAPE_MS);
        feed(one, bytes, 0);
        say(one, 5000, whole, sizeof whole);
        size_t length = strlen(bytes), at = 0;
        pieces[0] = '\0';
        while (at < length) {
            size_t size = (size_t)chance_range(&chance, 1, (int64_t)(length - at));
            char words[1024];
            assert_int_equal(input_feed(other, bytes + at, size, (int64_t)at / 32), size);
            at += size;
            say(other, at == length ? 5000 : (int64_t)at / 32, words, sizeof words);
            if (*words != '\0' && *pieces != '\0')
                strcat(pieces, " ");
            strcat(pieces, words);
        }
        assert_string_equal(pieces, whole);
        input_free(one);
        input_free(other);
    }
}

/* In one piece and byte by byte; what says nothing is no key either, nor are the bytes of the form
 * that was before, whatever they are. */
static void test_mouse_and_focus(void **state)
{
    static const char bytes[] = "a\033[<0;5;3Mb\033[<0;5;3mc\033[Id\033[Oe\033[M xqf";
    feed(*state, bytes, 0);
    expect(*state, 0, "a mouse2:4 b c in d out e f");
    char said[256] = "";
    for (size_t i = 0; i < sizeof bytes - 1; i++) {
        char one[64], byte[] = {bytes[i], '\0'};
        feed(*state, byte, 0);
        say(*state, 0, one, sizeof one);
        if (*one != '\0')
            strcat(strcat(said, one), " ");
    }
    assert_string_equal(said, "a mouse2:4 b c in d out e f ");
    feed(*state, "\033[M x", 0);
    expect(*state, 0, "");
    expect(*state, INPUT_TAIL_MS, "");
    feed(*state, "g", INPUT_TAIL_MS);
    expect(*state, INPUT_TAIL_MS, "g");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_characters, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_characters, setup, teardown),
        cmocka_unit_test_setup_teardown(test_half_a_character, setup, teardown),
        cmocka_unit_test_setup_teardown(test_sequences, setup, teardown),
        cmocka_unit_test_setup_teardown(test_terminfo_counts_first, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lone_escape, setup, teardown),
        cmocka_unit_test_setup_teardown(test_split_sequence, setup, teardown),
        cmocka_unit_test_setup_teardown(test_split_that_never_ends, setup, teardown),
        cmocka_unit_test_setup_teardown(test_split_by_a_long_pause, setup, teardown),
        cmocka_unit_test_setup_teardown(test_split_within_by_a_long_pause, setup, teardown),
        cmocka_unit_test_setup_teardown(test_escape_then_bracket, setup, teardown),
        cmocka_unit_test_setup_teardown(test_paste, setup, teardown),
        cmocka_unit_test_setup_teardown(test_paste_in_pieces, setup, teardown),
        cmocka_unit_test_setup_teardown(test_paste_without_end, setup, teardown),
        cmocka_unit_test_setup_teardown(test_paste_is_utf8_without_nul, setup, teardown),
        cmocka_unit_test_setup_teardown(test_paste_ceiling, setup, teardown),
        cmocka_unit_test_setup_teardown(test_queue_ceiling, setup, teardown),
        cmocka_unit_test_setup_teardown(test_drop, setup, teardown),
        cmocka_unit_test_setup_teardown(test_drop_halves, setup, teardown),
        cmocka_unit_test_setup_teardown(test_mouse_and_focus, setup, teardown),
        cmocka_unit_test(test_pieces_make_no_difference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
