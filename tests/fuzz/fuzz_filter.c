/* The filter as it is being typed, for both tables: it is understood, or one sentence says why not,
 * and the one before it stays. */
#include "core/filter.h"

#include "tests/fuzz/fuzz.h"

static void parse(const char *text, const struct columns *columns)
{
    struct filter filter = {.count = 1}, before;
    struct error error = {0};
    before = filter;
    if (filter_parse(&filter, text, columns, &error)) {
        must(error.kind == ERROR_NONE && filter.count <= FILTER_TERMS_MAX);
        for (size_t i = 0; i < filter.count; i++) {
            const struct filter_term *term = &filter.terms[i];
            must(term->column >= -1 && term->column < (int)columns->count);
            must(memchr(term->word, '\0', sizeof term->word) != NULL);
        }
    } else {
        must(error.kind != ERROR_NONE && *error.sentence != '\0');
        must(memcmp(&filter, &before, sizeof filter) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct columns leases = columns_of_leases(8), runtimes = columns_of_runtimes();
    char *text = must_copy(bytes, length);
    parse(text, &leases);
    parse(text, &runtimes);
    free(text);
    return 0;
}
