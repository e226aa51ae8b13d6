/* Repairing: what comes out is UTF-8, needs no second repair, and is what went in where a strict
 * parser would have taken that. */
#include "api/repair.h"

#include "tests/fuzz/fuzz.h"

#include <jansson.h>

static bool has_mark(const char *bytes, size_t length)
{
    return length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0;
}

static bool is_utf8(const char *bytes, size_t length)
{
    const char *end = bytes + length;
    while (bytes < end) {
        size_t width = repair_utf8_length(bytes, end);
        if (width == 0)
            return false;
        bytes += width;
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const char *given = (const char *)bytes;
    size_t once_length, twice_length;
    char *once = repair_json(given, length, &once_length);
    must(once != NULL && once[once_length] == '\0');
    must(once_length <= length * 3);
    must(is_utf8(once, once_length));
    if (!has_mark(once, once_length)) {
        char *twice = repair_json(once, once_length, &twice_length);
        must(twice != NULL && twice_length == once_length);
        must(memcmp(once, twice, once_length) == 0);
        free(twice);
    }
    json_error_t reason;
    json_t *json = json_loadb(given, length, JSON_DECODE_ANY, &reason);
    if (json != NULL)
        must(once_length == length && memcmp(once, given, length) == 0);
    json_decref(json);
    free(once);
    return 0;
}
