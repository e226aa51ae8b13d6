/* The address of the API: what is taken means the same host when it is given again, and never leads
 * the key over the net in the clear. */
#include "api/base_url.h"

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *given = must_copy(bytes, length);
    struct base_url base, again;
    struct error error = {0};
    if (base_url_parse(&base, given, &error)) {
        size_t used = strlen(base.text);
        must(error.kind == ERROR_NONE && used > 0 && base.text[used - 1] != '/');
        must(strncmp(base.text, "https://", 8) == 0 ||
             (strncmp(base.text, "http://", 7) == 0 && base.loopback));
        for (const char *at = base.text; *at != '\0'; at++)
            must((unsigned char)*at > ' ' && *at != 0x7f && strchr("?#", *at) == NULL);
        must(base_url_parse(&again, base.text, NULL));
        /* One more /v1 may go from the end of a path that has several. */
        must(strncmp(again.text, base.text, strlen(again.text)) == 0 &&
             strcmp(again.host, base.host) == 0 && again.loopback == base.loopback);
    } else {
        must(error.kind != ERROR_NONE && *error.sentence != '\0' &&
             strchr(error.sentence, '\n') == NULL);
    }
    free(given);
    return 0;
}
