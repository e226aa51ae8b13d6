/* decoding: see decoding.h. */
#include "tests/bench/decoding.h"

#include "api/decode.h"
#include "tests/bench/usage.h"
#include "tests/support/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One list answer with the fields of the contract, as servers write it: no blanks. */
static void make_body(struct support_bytes *body, int leases)
{
    char item[600];
    support_bytes_add(body, "{\"connections\":[", 16);
    for (int i = 0; i < leases; i++) {
        int length = snprintf(
            item, sizeof item,
            "%s{\"id\":\"%08x-5a1c-4c0e-9d3b-0123456789ab\","
            "\"runId\":\"7d3f0b52-6a7e-4a10-8f7b-%012d\","
            "\"runtimeId\":\"c0ffee00-41d2-4bb8-a7a3-%012d\","
            "\"protocol\":\"cdp\",\"status\":\"active\","
            "\"createdAt\":\"2026-01-05T10:%02d:%02d.123Z\","
            "\"expiresAt\":\"2026-01-05T11:%02d:%02d.123Z\",\"closedAt\":null,\"revokedAt\":null}",
            i == 0 ? "" : ",", (unsigned)i * 2654435761u, i / 10, i / 10, i / 60 % 60, i % 60,
            i / 60 % 60, i % 60);
        support_bytes_add(body, item, (size_t)length);
    }
    support_bytes_add(body, "]}", 2);
}

static void decode_once(const struct support_bytes *body, size_t leases)
{
    struct part *part = support_need(part_new(PART_LEASES));
    struct error error;
    char *cursor = NULL;
    if (!decode_page(part, "connections", body->bytes, body->size, NULL, &cursor, &error))
        support_die("decoding: %s", error.sentence);
    part_finish(part);
    if (part->count != leases)
        support_die("decoding: %zu leases of %zu were read", part->count, leases);
    part_unref(part);
    free(cursor);
}

struct decoding decoding_measure(int leases, double seconds)
{
    struct support_bytes body = {0};
    int rounds = 0;
    double passed_s;
    make_body(&body, leases);
    decode_once(&body, (size_t)leases);
    int64_t since_ns = usage_now_ns();
    do {
        decode_once(&body, (size_t)leases);
        rounds++;
        passed_s = (double)(usage_now_ns() - since_ns) / 1e9;
    } while (passed_s < seconds);
    struct decoding decoding = {
        .megabytes_per_s = (double)body.size * rounds / 1e6 / passed_s,
        .leases_per_s = (double)leases * rounds / passed_s,
    };
    support_bytes_clear(&body);
    return decoding;
}
