/* screen_golden: the screen beside the one that is kept in tests/screen/golden/. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/screen_internal.h"

/* With UPDATE_GOLDEN the screen is taken once nothing came for so long. */
enum { QUIET_MS = 300 };

static void golden_path(const char *name, char *path, size_t size)
{
    const char *source = getenv("SRCDIR");
    snprintf(path, size, "%s/tests/screen/golden/%s.txt", source == NULL ? "." : source, name);
}

static bool golden_update(struct screen *screen, const char *path)
{
    double deadline = screen_now_ms() + screen->deadline_ms;
    while (screen_now_ms() < deadline && screen_poll(screen, QUIET_MS))
        ;
    FILE *file = fopen(path, "w");
    if (file == NULL)
        support_die("%s: %s", path, strerror(errno));
    char *text = screen_text(screen);
    fputs(text, file);
    free(text);
    if (fclose(file) != 0)
        support_die("%s: %s", path, strerror(errno));
    return true;
}

static char *golden_read(const char *path)
{
    struct support_bytes text = {0};
    char block[4096];
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        fprintf(stderr, "# %s: %s; UPDATE_GOLDEN=1 writes it\n", path, strerror(errno));
        return NULL;
    }
    for (size_t got; (got = fread(block, 1, sizeof block, file)) > 0;)
        support_bytes_add(&text, block, got);
    support_bytes_add(&text, "", 0);
    fclose(file);
    return text.bytes;
}

void screen_print_difference(const char *expected, const char *actual)
{
    while (*expected != '\0' || *actual != '\0') {
        int length_e = (int)strcspn(expected, "\n"), length_a = (int)strcspn(actual, "\n");
        bool same = length_e == length_a && strncmp(expected, actual, (size_t)length_e) == 0;
        fprintf(stderr, "# %c%.*s\n", same ? ' ' : '-', length_e, expected);
        if (!same)
            fprintf(stderr, "# +%.*s\n", length_a, actual);
        expected += length_e + (expected[length_e] == '\n');
        actual += length_a + (actual[length_a] == '\n');
    }
}

bool screen_golden(struct screen *screen, const char *name)
{
    char path[PATH_MAX];
    golden_path(name, path, sizeof path);
    if (getenv("UPDATE_GOLDEN") != NULL)
        return golden_update(screen, path);
    char *expected = golden_read(path);
    if (expected == NULL)
        return false;

    /* A frame may be half here: it has time to become the right one. */
    double deadline = screen_now_ms() + screen->deadline_ms;
    char *actual = screen_text(screen);
    while (strcmp(expected, actual) != 0 && screen_now_ms() < deadline &&
           screen_poll(screen, (int)(deadline - screen_now_ms()))) {
        free(actual);
        actual = screen_text(screen);
    }
    bool same = strcmp(expected, actual) == 0;
    if (!same) {
        fprintf(stderr, "# --- %s\n# +++ the screen\n", path);
        screen_print_difference(expected, actual);
    }
    free(expected);
    free(actual);
    return same;
}
