/* The command line, one word a line: it is understood, or one sentence says what is wrong with it.
 */
#include "core/options.h"

#include "tests/fuzz/fuzz.h"

enum { WORDS_MAX = 32 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *text = must_copy(bytes, length), *argv[WORDS_MAX + 2] = {(char *)"leasetop"};
    struct options options;
    struct error error = {0};
    int argc = 1;
    for (char *at = text; at != NULL && argc <= WORDS_MAX;) {
        char *end = strchr(at, '\n');
        argv[argc++] = at;
        if (end != NULL)
            *end++ = '\0';
        at = end;
    }
    if (options_parse(&options, argc, argv, &error)) {
        must(error.kind == ERROR_NONE);
        must(options.interval_s >= 0 && options.interval_s <= 3600);
        must(options.command >= COMMAND_DASHBOARD && options.command < COMMAND_COUNT);
        must(options.word_count <= WORDS_MAX);
        must(!options.json || options.once || options.help || options.command != COMMAND_DASHBOARD);
        must(memchr(options.space, '\0', sizeof options.space) != NULL);
        must(memchr(options.runtime, '\0', sizeof options.runtime) != NULL);
    } else {
        must(error.kind == ERROR_USAGE && *error.sentence != '\0');
    }
    free(text);
    return 0;
}
