/* The table in print: the dashboard's columns, cleaned and in their places on stdout, what could
 * not be read on stderr. The clock stands still; see fleet.h. */
#include "cli/print.h"

#include "tests/unit/fleet.h"

#include <locale.h>
#include <unistd.h>

/* Prints a fleet; both texts are for the caller to free. */
static void print(const struct fleet *fleet, enum text_charset charset, char **table, char **errors)
{
    const struct print_options options = {"https://api.example", charset, USUAL_THRESHOLDS, NULL};
    const struct snapshot *snapshot = fleet_snapshot(fleet);
    struct error error = {0};
    size_t size = 0;
    FILE *to = open_memstream(table, &size), *caught = tmpfile();
    assert_true(to != NULL && caught != NULL);
    int kept = dup(STDERR_FILENO);
    assert_int_equal(dup2(fileno(caught), STDERR_FILENO), STDERR_FILENO);
    bool done = print_table(to, snapshot, &options, &error);
    fflush(stderr);
    dup2(kept, STDERR_FILENO);
    close(kept);
    if (!done)
        fail_msg("%s", error.sentence);
    *errors = calloc(1, 1 << 16);
    rewind(caught);
    assert_true(fread(*errors, 1, (1 << 16) - 1, caught) < (1 << 16) - 1);
    fclose(caught);
    fclose(to);
    snapshot_unref(snapshot);
}

/* The same with one blank for any number of them: how wide a column came out does not matter. */
static void squeeze(char *text)
{
    char *to = text;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at != ' ' || at[1] != ' ')
            *to++ = *at;
    }
    *to = '\0';
}

static void expect(const struct fleet *fleet, enum text_charset charset, const char *rows,
                   const char *errors)
{
    static const char titles[] = " STATUS LEASE RUNTIME SPACE PROTO ENDPOINT LEFT SECRET\n";
    char *got_table = NULL, *got_errors = NULL;
    print(fleet, charset, &got_table, &got_errors);
    squeeze(got_table);
    assert_memory_equal(got_table, titles, sizeof titles - 1);
    assert_string_equal(got_table + sizeof titles - 1, rows);
    assert_string_equal(got_errors, errors);
    free(got_table);
    free(got_errors);
}

static const struct fleet some = {
    .runtimes = {{"p", "checkout"}, {"q", "nightly build"}},
    .leases = {{"3f9c21aa-0", .expires = 48000},
               {"77ab01c4-0", .runtime = "q", .expires = 2467000},
               {"1c0d9e52-0", .protocol = "vnc"},
               {"0aa3f410-0", .runtime = "q", .expires = -5000, .status = "expired"}},
    .holdings = {{"3f9c21aa-0", NULL, SECRET_HELD, ENDPOINT_WEBSOCKET},
                 {"77ab01c4-0", "q", SECRET_LOST}},
    .writes = {{1, INTENT_CREATE, INTENT_UNKNOWN}},
};

static void test_utf8(void **state)
{
    (void)state;
    expect(&some, TEXT_UTF8,
           "? unknown – checkout acme cdp – – –\n"
           "! expiring 3f9c21aa checkout acme cdp websocket 00:48 held\n"
           "● active 77ab01c4 nightly build acme cdp – 41:07 lost\n"
           "● active 1c0d9e52 checkout acme vnc – ∞ –\n"
           "× expired 0aa3f410 nightly build acme cdp – 00:00 –\n",
           "");
}

static void test_ascii(void **state)
{
    (void)state;
    expect(&some, TEXT_ASCII,
           "? unknown - checkout acme cdp - - -\n"
           "! expiring 3f9c21aa checkout acme cdp websocket 00:48 held\n"
           "+ active 77ab01c4 nightly build acme cdp - 41:07 lost\n"
           "+ active 1c0d9e52 checkout acme vnc - never -\n"
           "x expired 0aa3f410 nightly build acme cdp - 00:00 -\n",
           "");
}

static void test_empty(void **state)
{
    (void)state;
    expect(&(struct fleet){.runtimes = {{"p"}}}, TEXT_UTF8, "", "");
}

/* Every cell stands below its title, LEFT with its end; nothing stands behind the last one. */
static void test_aligned(void **state)
{
    (void)state;
    char *table, *errors, *rest;
    print(&some, TEXT_ASCII, &table, &errors);
    char *titles = strtok_r(table, "\n", &rest);
    size_t lease = (size_t)(strstr(titles, "LEASE") - titles);
    size_t left = (size_t)(strstr(titles, "LEFT") - titles);
    size_t secret = (size_t)(strstr(titles, "SECRET") - titles);
    static const char *const leases[] = {"-", "3f9c21aa", "77ab01c4", "1c0d9e52", "0aa3f410"};
    static const char *const lefts[] = {"   -", "0:48", "1:07", "ever", "0:00"};
    static const char *const secrets[] = {"-", "held", "lost", "-", "-"};
    for (size_t i = 0; i < COUNT(leases); i++) {
        const char *line = strtok_r(NULL, "\n", &rest);
        assert_non_null(line);
        assert_memory_equal(line + lease, leases[i], strlen(leases[i]));
        assert_memory_equal(line + left, lefts[i], strlen(lefts[i]));
        assert_string_equal(line + secret, secrets[i]);
    }
    assert_null(strtok_r(NULL, "\n", &rest));
    free(table);
    free(errors);
}

/* What could not be read is named: the server, spaces and runtimes, by name or else by id. */
static void test_trouble(void **state)
{
    (void)state;
    static const struct fleet fleet = {
        .server = {.trouble = TROUBLE_NAME, .sentence = "no such host"},
        .spaces = {{"s", "one"}, {"t", "", .source.trouble = TROUBLE_FORBIDDEN}},
        .runtimes = {{"p", "fine"},
                     {"q", "qa", .source = {.trouble = TROUBLE_SLOW, .sentence = "10 s passed"}},
                     {"r", "", .source.trouble = TROUBLE_SERVER}},
    };
    expect(&fleet, TEXT_UTF8, "",
           "leasetop: https://api.example: offline: no such host\n"
           "leasetop: t: forbidden: the reason\n"
           "leasetop: qa: timeout: 10 s passed\n"
           "leasetop: r: server error: the reason\n");
}

/* A server that said nothing has no table, not an empty one. */
static void test_nothing_heard(void **state)
{
    (void)state;
    char *table, *errors;
    print(&(struct fleet){.server = {.unheard = true, .trouble = TROUBLE_REFUSED},
                          .runtimes = {{"rt", .source.unheard = true}}},
          TEXT_UTF8, &table, &errors);
    assert_string_equal(table, "");
    assert_string_equal(errors, "leasetop: https://api.example: offline: the reason\n");
    free(table);
    free(errors);
}

/* Nothing foreign reaches either stream as it is. */
static void test_foreign_text(void **state)
{
    (void)state;
    static const char hostile[] = "a\x1b[2J\n\xc2\x9b\u202e\xff";
    const struct fleet fleet = {
        .server = {.trouble = TROUBLE_NAME, .sentence = hostile},
        .runtimes = {{"p", hostile, .source = {.trouble = TROUBLE_SLOW, .sentence = hostile}}},
        .leases = {{"l\x1b]0;x", .status = hostile, .protocol = "\t"}},
    };
    char *table, *errors;
    print(&fleet, TEXT_UTF8, &table, &errors);
    for (const char *at = table; (at = strpbrk(at, "\x1b\t\r\x7f\xff")) != NULL;)
        fail_msg("byte %02x", (unsigned char)*at);
    assert_null(strpbrk(errors, "\x1b\t\r\x7f\xff"));
    assert_null(strstr(table, "\u202e"));
    assert_null(strstr(table, "\xc2\x9b"));
    assert_null(strstr(errors, "\u202e"));
    assert_null(strstr(errors, "\xc2\x9b"));
    assert_string_equal(
        errors, "leasetop: https://api.example: offline: a\uFFFD[2J\uFFFD\uFFFD\uFFFD\uFFFD\n"
                "leasetop: a\uFFFD[2J\uFFFD\uFFFD\uFFFD\uFFFD: timeout: "
                "a\uFFFD[2J\uFFFD\uFFFD\uFFFD\uFFFD\n");
    free(table);
    free(errors);
}

/* One sentence for each list. */
static void test_unreadable(void **state)
{
    (void)state;
    char *table, *errors;
    print(&(struct fleet){.server.unreadable = 1,
                          .spaces = {{"s", "acme", .source.unreadable = 2}},
                          .runtimes = {{"p", "checkout", .unreadable = 12}, {"q"}}},
          TEXT_ASCII, &table, &errors);
    assert_string_equal(
        errors,
        "leasetop: https://api.example: unreadable: 1 item without an id, with one that came "
        "twice, or with a time that is no date\n"
        "leasetop: acme: unreadable: 2 items without an id, with one that came twice, or with a "
        "time that is no date\n"
        "leasetop: checkout: unreadable: 12 items without an id, with one that came twice, or with "
        "a time that is no date\n");
    free(table);
    free(errors);
}

static void test_no_secret(void **state)
{
    (void)state;
    char *table, *errors;
    print(&(struct fleet){.leases = {{"l"}},
                          .holdings = {{"l", NULL, SECRET_HELD, ENDPOINT_WEBSOCKET,
                                        .url = "wss://needle/needle"}}},
          TEXT_UTF8, &table, &errors);
    bool seen = strstr(table, "needle") != NULL || strstr(errors, "needle") != NULL;
    free(table);
    free(errors);
    assert_false(seen);
}

/* Nothing is cut that a terminal would have no room for: a pipe has. */
static void test_long_names_are_whole(void **state)
{
    (void)state;
    expect(
        &(struct fleet){.runtimes = {{"p", "a-runtime-with-a-name-of-more-than-forty-characters"}},
                        .leases = {{"1c0d9e52-0"}}},
        TEXT_ASCII,
        "+ active 1c0d9e52 a-runtime-with-a-name-of-more-than-forty-characters acme cdp - never "
        "-\n",
        "");
}

/* However wide its characters, no column is wider than a cell of the dashboard can be. */
static void test_wide_characters(void **state)
{
    (void)state;
    char name[400] = "";
    for (int i = 0; i < 60; i++)
        strcat(name, i % 2 != 0 ? "日" : "e\u0301\u0302");
    const struct fleet fleet = {.runtimes = {{"p", name}},
                                .leases = {{name, .status = name, .protocol = name}}};
    char *table, *errors;
    print(&fleet, TEXT_UTF8, &table, &errors);
    for (char *line = strtok(table, "\n"); line != NULL; line = strtok(NULL, "\n"))
        assert_in_range(text_width(line), 1, 4 * 66 + 60);
    free(table);
    free(errors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_heard),   cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_ascii),           cmocka_unit_test(test_empty),
        cmocka_unit_test(test_aligned),         cmocka_unit_test(test_trouble),
        cmocka_unit_test(test_foreign_text),    cmocka_unit_test(test_no_secret),
        cmocka_unit_test(test_wide_characters), cmocka_unit_test(test_long_names_are_whole),
        cmocka_unit_test(test_unreadable),
    };
    if (setlocale(LC_ALL, "C.UTF-8") == NULL)
        return 99; /* the widths are those of UTF-8 */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
