/* Dates: what is read can be written and read again. */
#include "api/rfc3339.h"

#include "tests/fuzz/fuzz.h"

#define DAY_MS   86400000
#define FIRST_MS (-62167219200000) /* 0000-01-01T00:00:00Z */
#define LAST_MS  253402300799999   /* 9999-12-31T23:59:59.999Z */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *text = malloc(length + 1), written[RFC3339_BYTES];
    int64_t ms, again;
    must(text != NULL);
    memcpy(text, bytes, length);
    text[length] = '\0';
    if (rfc3339_parse(text, &ms)) {
        must(ms >= FIRST_MS - DAY_MS && ms <= LAST_MS + DAY_MS);
        rfc3339_format(ms, written);
        /* An offset may lead out of the four digits of a year. */
        if (ms >= FIRST_MS && ms <= LAST_MS)
            must(rfc3339_parse(written, &again) && again == ms);
    }
    if (length >= sizeof ms) {
        memcpy(&ms, bytes, sizeof ms);
        rfc3339_format(ms, written);
        must(strlen(written) < sizeof written);
    }
    free(text);
    return 0;
}
