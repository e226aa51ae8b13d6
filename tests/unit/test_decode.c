/* Bytes to model by example: every file of tests/data/decode/valid is decoded and compared with the
 * text beside it (.expect), every file of invalid must be refused with the sentence beside it
 * (.error: how it begins). The first word of a file's name says what it is: leases, runtimes,
 * spaces (pages of lists), lease (what a create answers) or refusal. What files cannot hold well is
 * in test_decode_limits.c. */
#include "tests/unit/decoded.h"

#include "api/generation.h"

#include <dirent.h>

static char *contents(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    fseek(file, 0, SEEK_END);
    *length = (size_t)ftell(file);
    rewind(file);
    char *bytes = calloc(1, *length + 1);
    assert_int_equal(fread(bytes, 1, *length, file), *length);
    fclose(file);
    return bytes;
}

/* What stands beside `path` with another ending: an owned text. */
static char *beside(const char *path, const char *ending)
{
    char other[1024];
    size_t length;
    snprintf(other, sizeof other, "%.*s%s", (int)(strlen(path) - strlen(".json")), path, ending);
    char *text = contents(other, &length);
    if (text == NULL)
        fail_msg("%s is missing", other);
    return text;
}

static bool is(const char *path, const char *word)
{
    const char *name = strrchr(path, '/') + 1;
    return strncmp(name, word, strlen(word)) == 0 && name[strlen(word)] == '-';
}

static bool decode(const char *path, const char *body, size_t length, struct shown *shown,
                   struct error *error)
{
    static const char *const words[PART_KINDS] = {"spaces", "runtimes", "leases"};
    const struct generation *generation = generation_connections();
    if (is(path, "refusal")) {
        struct refusal refusal;
        decode_refusal(&refusal, body, length);
        show_refusal(shown, &refusal);
        return true;
    }
    for (int kind = 0; kind < PART_KINDS; kind++) {
        if (is(path, words[kind]))
            return show_page(shown, (enum part_kind)kind, generation->listings[kind].wrapper, body,
                             length, error);
    }
    assert_true(is(path, "lease"));
    return show_lease(shown, body, length, error);
}

static void test_valid(void **state)
{
    const char *path = *state;
    size_t length;
    char *body = contents(path, &length), *expected = beside(path, ".expect");
    struct shown shown = {0};
    struct error error = {0};
    if (!decode(path, body, length, &shown, &error))
        fail_msg("refused: %s", error.sentence);
    if (strcmp(shown.text, expected) != 0)
        fail_msg("decoded as\n%s", shown.text);
    free(body);
    free(expected);
}

static void test_invalid(void **state)
{
    const char *path = *state;
    size_t length;
    char *body = contents(path, &length), *expected = beside(path, ".error");
    expected[strcspn(expected, "\n")] = '\0';
    struct shown shown = {0};
    struct error error = {0};
    if (decode(path, body, length, &shown, &error))
        fail_msg("taken:\n%s", shown.text);
    assert_int_equal(error.kind, ERROR_INPUT);
    assert_true(strlen(expected) > 0);
    if (strncmp(error.sentence, expected, strlen(expected)) != 0)
        fail_msg("said: %s", error.sentence);
    if (strstr(error.sentence, "hunter2") != NULL)
        fail_msg("the sentence repeats a secret");
    assert_null(strchr(error.sentence, '\n'));
    assert_false(decode(path, body, length, &shown, NULL));
    free(body);
    free(expected);
}

static int is_json(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot != NULL && strcmp(dot, ".json") == 0;
}

/* Adds one test for each file of a folder; the names live as long as the program. */
static size_t add_tests(struct CMUnitTest *tests, size_t room, const char *folder,
                        CMUnitTestFunction function)
{
    static char paths[200][512];
    static size_t used;
    char path[400];
    struct dirent **entries;
    snprintf(path, sizeof path, "%s/tests/data/decode/%s", getenv("SRCDIR"), folder);
    int count = scandir(path, &entries, is_json, alphasort);
    if (count <= 0 || (size_t)count > room) {
        printf("Bail out! no examples, or too many, in %s\n", path);
        exit(99);
    }
    for (int i = 0; i < count; i++) {
        char *full = paths[used++];
        snprintf(full, sizeof paths[0], "%s/%.100s", path, entries[i]->d_name);
        tests[i] = (struct CMUnitTest){
            .name = strstr(full, "decode/"), .test_func = function, .initial_state = full};
        free(entries[i]);
    }
    free(entries);
    return (size_t)count;
}

int main(void)
{
    static struct CMUnitTest tests[200];
    decode_global_init();
    size_t count = add_tests(tests, COUNT(tests), "valid", test_valid);
    count += add_tests(tests + count, COUNT(tests) - count, "invalid", test_invalid);
    return _cmocka_run_group_tests("decode", tests, count, NULL, NULL);
}
