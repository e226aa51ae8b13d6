/* golden: see golden.h. */
#include "tests/screen/golden.h"

#include "tests/support/support.h"

#include <errno.h>
#include <limits.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

enum { QUIET_MS = 400 };

/* ---- Masks: a # for each digit, or one for the whole number where nothing stands behind it that
 * would move */

static const struct {
    const char *pattern;
    bool whole;
} masks[] = {
    {"127\\.0\\.0\\.1:[0-9]{4,5}", false},
    {"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}( [-+][0-9]{4})?", false},
    {"(^|[^0-9:])[0-9]{2}:[0-9]{2}(:[0-9]{2})?($|[^0-9:])", false},
    {"[0-9]+[smh] ago", true},
    {"try in [0-9]+ s", true},
};

/* At the end of the header: how long the last answer took, and its age. */
static const char latency[] = " +(<?[0-9]+(\\.[0-9])?m?s +)?([0-9]+[smh] ago)$";

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Masks the digits from `at` to `end`; returns where the rest of the line is now. */
static char *mask_run(char *at, char *end, bool whole)
{
    at += strncmp(at, "127.0.0.1", 9) == 0 ? 9 : 0; /* these digits are always the same */
    for (; at < end; at++) {
        if (*at == '+') /* of a zone, which goes with the time of the day */
            *at = '-';
        if (!is_digit(*at))
            continue;
        *at = '#';
        while (whole && is_digit(at[1])) {
            memmove(at + 1, at + 2, strlen(at + 1));
            end--;
        }
    }
    return end;
}

static void mask_digits(char *line, const char *pattern, bool whole)
{
    regex_t regex;
    regmatch_t all;
    if (regcomp(&regex, pattern, REG_EXTENDED) != 0)
        support_die("not a pattern: %s", pattern);
    for (char *at = line; regexec(&regex, at, 1, &all, at == line ? 0 : REG_NOTBOL) == 0;)
        at = mask_run(at + all.rm_so, at + all.rm_eo, whole);
    regfree(&regex);
}

/* The latency is as wide as it happens to be, and the first to be left out: without it, and without
 * the blanks that make up for it, the header is always the same. */
static void mask_header(char *line)
{
    regex_t regex;
    regmatch_t parts[4];
    if (regcomp(&regex, latency, REG_EXTENDED) != 0)
        support_die("not a pattern: %s", latency);
    if (regexec(&regex, line, 4, parts, 0) == 0) {
        char *to = line + parts[0].rm_so + 1, *from = line + parts[3].rm_so;
        memmove(to, from, strlen(from) + 1);
    }
    regfree(&regex);
    for (char *at; (at = strstr(line, "   ")) != NULL;)
        memmove(at, at + 1, strlen(at));
}

/* All of the screen, masked; from malloc. */
static char *golden_text(struct screen *screen)
{
    struct support_bytes text = {0};
    for (int row = 0; row < screen_rows(screen); row++) {
        char *line = support_copy(screen_row(screen, row));
        if (row == 0)
            mask_header(line);
        for (size_t i = 0; i < sizeof masks / sizeof *masks; i++)
            mask_digits(line, masks[i].pattern, masks[i].whole);
        support_bytes_add(&text, line, strlen(line));
        support_bytes_add(&text, "\n", 1);
        free(line);
    }
    return text.bytes;
}

/* ---- Files */

static void golden_path(const char *name, char *path)
{
    const char *source = getenv("SRCDIR");
    snprintf(path, PATH_MAX, "%s/tests/screen/golden/%s.txt", source == NULL ? "." : source, name);
}

static char *golden_read(const char *path)
{
    struct support_bytes text = {0};
    char block[4096];
    FILE *file = fopen(path, "r");
    if (file == NULL)
        support_die("%s: %s; UPDATE_GOLDEN=1 writes it", path, strerror(errno));
    for (size_t got; (got = fread(block, 1, sizeof block, file)) > 0;)
        support_bytes_add(&text, block, got);
    support_bytes_add(&text, "", 0);
    fclose(file);
    return text.bytes;
}

static bool golden_write(struct screen *screen, const char *path)
{
    for (int i = 0; i < 50 && screen_poll(screen, QUIET_MS); i++)
        ;
    char *text = golden_text(screen);
    FILE *file = fopen(path, "w");
    if (file == NULL || fputs(text, file) == EOF || fclose(file) != 0)
        support_die("%s: %s", path, strerror(errno));
    free(text);
    return true;
}

/* ---- Comparing */

struct comparison {
    const char *expected;
    char *actual;
};

static bool is_same(struct screen *screen, void *context)
{
    struct comparison *comparison = context;
    free(comparison->actual);
    comparison->actual = golden_text(screen);
    return strcmp(comparison->expected, comparison->actual) == 0;
}

bool golden_shows(struct screen *screen, const char *name, int patience_ms)
{
    char path[PATH_MAX];
    golden_path(name, path);
    if (getenv("UPDATE_GOLDEN") != NULL)
        return golden_write(screen, path);
    char *expected = golden_read(path);
    struct comparison comparison = {expected, NULL};
    screen_deadline(screen, patience_ms);
    bool same = screen_wait_until(screen, is_same, &comparison, name);
    if (!same)
        screen_print_difference(expected, comparison.actual);
    free(comparison.actual);
    free(expected);
    return same;
}
