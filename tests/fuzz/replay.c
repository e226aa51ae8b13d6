/* Runs a fuzz target over the files given, or over all of SRCDIR/tests/fuzz/seeds/NAME when it is
 * called fuzz_NAME; speaks TAP. What breaks ends the process, as it would under libFuzzer. */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <stdio.h>

static bool replay(const char *path)
{
    size_t room = 1 << 20;
    uint8_t *bytes = malloc(room);
    FILE *file = fopen(path, "rb");
    bool done = bytes != NULL && file != NULL;
    if (done) {
        size_t length = fread(bytes, 1, room, file);
        uint8_t *exact = malloc(length + 1); /* so that reading beyond it is seen */
        done = exact != NULL;
        if (done) {
            memcpy(exact, bytes, length);
            exact = realloc(exact, length > 0 ? length : 1);
            LLVMFuzzerTestOneInput(exact, length);
        }
        free(exact);
    }
    if (file != NULL)
        fclose(file);
    free(bytes);
    return done;
}

static int no_dots(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int replay_seeds(const char *name)
{
    char folder[1024], path[1400];
    struct dirent **entries;
    snprintf(folder, sizeof folder, "%s/tests/fuzz/seeds/%s", getenv("SRCDIR"), name);
    int count = scandir(folder, &entries, no_dots, alphasort), failed = 0;
    if (count <= 0) {
        printf("Bail out! no seeds in %s\n", folder);
        return 99;
    }
    printf("1..%d\n", count);
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/%.255s", folder, entries[i]->d_name);
        bool done = replay(path);
        printf("%s %d - %s/%s\n", done ? "ok" : "not ok", i + 1, name, entries[i]->d_name);
        fflush(stdout);
        failed += !done;
        free(entries[i]);
    }
    free(entries);
    return failed;
}

int main(int count, char **arguments)
{
    const char *name = strstr(arguments[0], "fuzz_");
    for (const char *next = name; next != NULL; next = strstr(next + 1, "fuzz_"))
        name = next;
    if (count == 1)
        return replay_seeds(name != NULL ? name + strlen("fuzz_") : "");
    int failed = 0;
    for (int i = 1; i < count; i++)
        failed += !replay(arguments[i]);
    return failed;
}
