/* An endpoint from the keyring, where anybody of this user may have put it: nothing but what was
 * packed is taken, and packs to the same bytes again. */
#include "api/endpoint_pack.h"
#include "api/plausible.h"

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct endpoint_target targets[4];
    struct endpoint *endpoint = endpoint_unpack((const char *)bytes, length);
    if (endpoint == NULL)
        return 0;
    struct secret *packed = endpoint_pack(endpoint);
    must(packed != NULL && secret_size(packed) == length);
    must(memcmp(secret_bytes(packed), bytes, length) == 0);
    size_t count = endpoint_targets(endpoint, targets, 4);
    for (size_t i = 0; i < count; i++) {
        must(strlen(targets[i].label) < sizeof targets[i].label);
        plausible_target(&targets[i]);
        secret_free(endpoint_target_text(&targets[i]));
    }
    secret_free(packed);
    endpoint_free(endpoint);
    return 0;
}
