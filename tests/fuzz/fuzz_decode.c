/* Decoding: the first byte says what the rest is an answer to. Whatever comes, what is kept is
 * whole: no string is missing, each is UTF-8, each thing has an id. */
#include "api/decode.h"
#include "api/diff.h"
#include "api/repair.h"

#include "tests/fuzz/fuzz.h"

/* A string of the model: there, and UTF-8. */
static void must_be_text(const char *text)
{
    must(text != NULL);
    const char *end = text + strlen(text);
    while (text < end) {
        size_t width = repair_utf8_length(text, end);
        must(width > 0);
        text += width;
    }
}

static void must_be_texts(const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        must_be_text(texts[i]);
    must(*texts[0] != '\0'); /* the id */
}

static void must_be_whole(const struct part *part)
{
    for (size_t i = 0; i < part->count; i++) {
        const struct space *space = &part->spaces[i];
        const struct runtime *runtime = &part->runtimes[i];
        const struct lease *lease = &part->leases[i];
        if (part->kind == PART_SPACES)
            must_be_texts((const char *const[]){space->id, space->name, space->region}, 3);
        else if (part->kind == PART_RUNTIMES)
            must_be_texts((const char *const[]){runtime->id, runtime->space_id, runtime->name,
                                                runtime->kind, runtime->status, runtime->region,
                                                runtime->active_run_id},
                          7);
        else
            must_be_texts((const char *const[]){lease->id, lease->run_id, lease->runtime_id,
                                                lease->protocol, lease->status},
                          5);
    }
}

static void take_endpoint(void *context, const char *lease_id, struct endpoint *endpoint)
{
    (void)context;
    struct endpoint_target targets[4];
    must_be_text(lease_id);
    for (size_t i = 0; i < endpoint_count(endpoint); i++)
        must_be_text(endpoint_field(endpoint, i).text);
    size_t count = endpoint_targets(endpoint, targets, 4);
    for (size_t i = 0; i < count; i++)
        secret_free(endpoint_target_text(&targets[i]));
    endpoint_free(endpoint);
}

static const struct decode_sink sink = {take_endpoint, NULL, NULL};

static void page(enum part_kind kind, const char *wrapper, const char *body, size_t length)
{
    struct error error = {0};
    struct part *part = part_new(kind);
    char *cursor;
    bool done = decode_page(part, wrapper, body, length, &sink, &cursor, &error);
    must(done ? error.kind == ERROR_NONE : error.kind != ERROR_NONE && cursor == NULL);
    if (done) {
        must_be_whole(part);
        must(cursor == NULL || *cursor != '\0');
        must(diff_settle(part, NULL, 0));
    }
    free(cursor);
    part_unref(part);
}

static void created(const char *body, size_t length)
{
    struct error error = {0};
    struct part *part = part_new(PART_LEASES);
    bool done = decode_lease(part, body, length, &sink, &error);
    must(done == (error.kind == ERROR_NONE));
    must(!done || part->count == 1);
    if (done)
        must_be_whole(part);
    part_unref(part);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static bool prepared;
    if (!prepared)
        decode_global_init();
    prepared = true;
    if (length == 0)
        return 0;
    const char *body = (const char *)bytes + 1;
    struct refusal refusal;
    switch (bytes[0]) {
    case 's':
        page(PART_SPACES, "spaces", body, length - 1);
        break;
    case 'r':
        page(PART_RUNTIMES, "runtimes", body, length - 1);
        break;
    case 'l':
        page(PART_LEASES, "connections", body, length - 1);
        break;
    case 'c':
        created(body, length - 1);
        break;
    default:
        decode_refusal(&refusal, body, length - 1);
    }
    return 0;
}
