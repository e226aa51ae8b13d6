/* Names of keys, as a configuration has them: what has a number has a name, which means that
 * number.
 */
#include "tui/key.h"

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char label[KEY_LABEL_BYTES];
    uint32_t key = key_parse((const char *)bytes, length);
    must(key < TUI_KEY_LAST);
    if (key != TUI_KEY_NONE) {
        key_label(label, key);
        must(*label != '\0' && key_parse(label, strlen(label)) == key);
    }
    if (length >= sizeof key) {
        memcpy(&key, bytes, sizeof key);
        key_label(label, key);
        must(strlen(label) < sizeof label);
    }
    return 0;
}
