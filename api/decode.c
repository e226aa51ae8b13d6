/* decode: see decode.h. */
#include "api/decode.h"

#include "api/decode_endpoint.h"
#include "api/decode_list.h"
#include "api/limits.h"
#include "api/repair.h"
#include "api/rfc3339.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNREADABLE_TEXT "\xEF\xBF\xBD" /* U+FFFD: there was something here */

void decode_global_init(void)
{
    json_set_alloc_funcs(secret_heap_malloc, secret_heap_free);
    json_object_seed(0);
}

/* What one list is being read into. */
struct reading {
    struct part *part;
    const struct decode_sink *sink;
    bool failed; /* memory ran out */
};

/* Cuts at the ceiling, between characters. */
static size_t cut_length(const char *text, size_t length)
{
    if (length <= LIMIT_TEXT_BYTES)
        return length;
    length = LIMIT_TEXT_BYTES;
    while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
        length--;
    return length;
}

static const char *keep_text(struct reading *reading, const char *bytes, size_t length)
{
    const char *kept = part_text(reading->part, bytes, length);
    const struct decode_sink *sink = reading->sink;
    reading->failed = reading->failed || kept == NULL;
    if (kept != NULL && length > 0 && sink != NULL && sink->conceal != NULL)
        sink->conceal(sink->context, (char *)kept);
    return kept;
}

/* `same` is what the item before has there: most fields of a list repeat, and share their bytes. */
static const char *text(struct reading *reading, const json_t *object, const char *name,
                        const char *same)
{
    const json_t *json = json_object_get(object, name);
    if (json == NULL || json_is_null(json))
        return "";
    if (!json_is_string(json))
        return UNREADABLE_TEXT;
    const char *bytes = json_string_value(json);
    size_t length = cut_length(bytes, json_string_length(json));
    if (same != NULL && strlen(same) == length && memcmp(same, bytes, length) == 0)
        return same;
    return keep_text(reading, bytes, length);
}

/* Ids are opaque, and a server may count instead of naming: a scalar is its text, "" where it is
 * none. */
static const char *id_text(struct reading *reading, const json_t *object, const char *name,
                           const char *same)
{
    const json_t *json = json_object_get(object, name);
    char number[64] = "";
    if (json_is_integer(json))
        snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(json));
    else if (json_is_real(json))
        snprintf(number, sizeof number, "%.17g", json_real_value(json));
    else if (json_is_boolean(json))
        snprintf(number, sizeof number, "%s", json_is_true(json) ? "true" : "false");
    else
        return text(reading, object, name, same);
    return keep_text(reading, number, strlen(number));
}

static int64_t moment(const json_t *object, const char *name)
{
    const json_t *json = json_object_get(object, name);
    const char *date = json_string_value(json);
    int64_t ms;
    if (json == NULL || json_is_null(json))
        return MOMENT_NONE;
    if (date != NULL && rfc3339_parse(date, &ms))
        return ms;
    return MOMENT_UNREADABLE;
}

/* True where no request can name the thing: its id was cut (by up to three bytes more than the
 * ceiling says, to end between characters), repaired, concealed, would change the path it stands
 * in, or is a number whose digits are not what was sent. */
static bool unaddressable(const json_t *object, const char *id)
{
    const json_t *sent = json_object_get(object, "id");
    if (json_is_real(sent) || (json_is_string(sent) && strcmp(json_string_value(sent), id) != 0))
        return true;
    for (const char *at = id; *at != '\0'; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7F)
            return true;
    }
    return strlen(id) >= LIMIT_TEXT_BYTES - 3 || strstr(id, UNREADABLE_TEXT) != NULL ||
           strcmp(id, ".") == 0 || strcmp(id, "..") == 0;
}

static const char *id_of(struct reading *reading, const json_t *object)
{
    const char *id = json_is_object(object) ? id_text(reading, object, "id", NULL) : NULL;
    return id != NULL && *id != '\0' ? id : NULL;
}

static bool read_space(struct reading *reading, const json_t *json, const char *id)
{
    struct space *space = part_add(reading->part);
    if (space == NULL)
        return false;
    space->id = id;
    space->vanished_ms = MOMENT_NONE;
    space->unaddressable = unaddressable(json, id);
    space->name = text(reading, json, "name", NULL);
    space->region = text(reading, json, "region", NULL);
    return true;
}

static bool read_runtime(struct reading *reading, const json_t *json, const char *id)
{
    struct runtime *runtime = part_add(reading->part);
    if (runtime == NULL)
        return false;
    static const struct runtime none;
    const struct runtime *same = reading->part->count > 1 ? runtime - 1 : &none;
    *runtime = (struct runtime){
        .id = id,
        .unaddressable = unaddressable(json, id),
        .space_id = id_text(reading, json, "spaceId", same->space_id),
        .name = text(reading, json, "name", NULL),
        .kind = text(reading, json, "kind", same->kind),
        .status = text(reading, json, "status", same->status),
        .region = text(reading, json, "region", same->region),
        .active_run_id = id_text(reading, json, "activeRunId", NULL),
        .created_ms = moment(json, "createdAt"),
        .updated_ms = moment(json, "updatedAt"),
        .vanished_ms = MOMENT_NONE,
    };
    return true;
}

/* An extra that may be missing; what is no such number counts as missing. */
static void read_clients(struct lease *lease, const json_t *json)
{
    const json_t *clients = json_object_get(json, "attachedClients");
    double number = json_is_number(clients) ? json_number_value(clients) : -1;
    lease->clients_known = number >= 0 && number <= INT32_MAX && number == (int32_t)number;
    lease->clients = lease->clients_known ? (unsigned)number : 0;
}

static bool read_lease(struct reading *reading, const json_t *json, const char *id)
{
    struct lease *lease = part_add(reading->part);
    if (lease == NULL)
        return false;
    static const struct lease none;
    const struct lease *same = reading->part->count > 1 ? lease - 1 : &none;
    *lease = (struct lease){
        .id = id,
        .unaddressable = unaddressable(json, id),
        .run_id = id_text(reading, json, "runId", same->run_id),
        .runtime_id = id_text(reading, json, "runtimeId", same->runtime_id),
        .protocol = text(reading, json, "protocol", same->protocol),
        .status = text(reading, json, "status", same->status),
        .created_ms = moment(json, "createdAt"),
        .expires_ms = moment(json, "expiresAt"),
        .closed_ms = moment(json, "closedAt"),
        .revoked_ms = moment(json, "revokedAt"),
        .vanished_ms = MOMENT_NONE,
    };
    read_clients(lease, json);
    const json_t *given = json_object_get(json, "endpoint");
    if (!json_is_object(given) || reading->sink == NULL)
        return true;
    struct endpoint *endpoint = decode_endpoint(given);
    if (endpoint == NULL)
        return false;
    lease->endpoint = endpoint_type(endpoint);
    reading->sink->endpoint_put(reading->sink->context, id, endpoint);
    return true;
}

static bool (*const readers[PART_KINDS])(struct reading *, const json_t *, const char *id) = {
    [PART_SPACES] = read_space,
    [PART_RUNTIMES] = read_runtime,
    [PART_LEASES] = read_lease,
};

static bool item(void *context, const json_t *json)
{
    struct reading *reading = context;
    struct part *part = reading->part;
    if (part->count >= part_ceiling(part->kind)) {
        part->cut = true;
        return true;
    }
    const char *id = id_of(reading, json);
    if (id != NULL && !readers[part->kind](reading, json, id))
        return false;
    bool partly = id != NULL && part->kind == PART_LEASES &&
                  lease_unreadable(&part->leases[part->count - 1]) != 0;
    part->unreadable += id == NULL || partly;
    return !reading->failed;
}

bool decode_page(struct part *part, const char *wrapper, const char *body, size_t length,
                 const struct decode_sink *sink, char **cursor, struct error *error)
{
    struct reading reading = {.part = part, .sink = sink};
    struct decode_list list = {.wrapper = wrapper, .item = item, .context = &reading};
    size_t repaired_length;
    char *repaired = repair_json(body, length, &repaired_length);
    *cursor = NULL;
    if (repaired == NULL)
        return error_memory(error);
    bool done = decode_list_walk(&list, repaired, repaired_length, error);
    secret_wipe(repaired, repaired_length);
    free(repaired);
    *cursor = list.cursor;
    return done;
}

/* The whole body as one value, a new reference, or NULL with the error set. */
static json_t *load(const char *body, size_t length, struct error *error)
{
    json_error_t reason;
    size_t repaired_length;
    char *repaired = repair_json(body, length, &repaired_length);
    if (repaired == NULL) {
        error_memory(error);
        return NULL;
    }
    json_t *json = decode_value(repaired, repaired_length, 0, &reason, error);
    secret_wipe(repaired, repaired_length);
    free(repaired);
    return json;
}

bool decode_lease(struct part *part, const char *body, size_t length,
                  const struct decode_sink *sink, struct error *error)
{
    struct reading reading = {.part = part, .sink = sink};
    json_t *json = load(body, length, error);
    if (json == NULL)
        return false;
    const char *id = id_of(&reading, json);
    bool done = id != NULL && read_lease(&reading, json, id) && !reading.failed;
    if (!done && id == NULL && !reading.failed)
        error_set(error, ERROR_INPUT, "the answer holds no lease");
    else if (!done)
        error_memory(error);
    json_decref(json);
    return done;
}

/* The first of these members that is a string, cut to fit. */
static void member_text(const json_t *object, const char *const *names, char *to, size_t size)
{
    for (; *names != NULL && *to == '\0'; names++) {
        const char *value = json_string_value(json_object_get(object, *names));
        if (value != NULL) {
            strncpy(to, value, size - 1);
            to[size - 1] = '\0';
        }
    }
}

void decode_refusal(struct refusal *refusal, const char *body, size_t length)
{
    static const char *const code[] = {"code", NULL}, *const request_id[] = {"requestId", NULL},
                             *const message[] = {"message", "error", "hint", NULL};
    *refusal = (struct refusal){0};
    json_t *json = load(body, length, NULL);
    refusal->json = json_is_object(json);
    const json_t *inner = json_object_get(json, "error");
    const json_t *said = json_is_object(inner) ? inner : json;
    member_text(said, code, refusal->code, sizeof refusal->code);
    member_text(said, message, refusal->message, sizeof refusal->message);
    member_text(said, request_id, refusal->request_id, sizeof refusal->request_id);
    member_text(json, request_id, refusal->request_id, sizeof refusal->request_id);
    json_decref(json);
}

bool decode_consent(const char *body, size_t length)
{
    json_t *json = load(body, length, NULL), *value;
    bool consent = json_is_object(json);
    const char *name;
    json_object_foreach(json, name, value)
    {
        bool a_name = strcmp(name, "requestId") == 0 && json_is_string(value);
        consent = consent && (a_name || json_is_true(value));
    }
    json_decref(json);
    return consent;
}

/* `reason` NULL: it is JSON, but no object. */
static void refuse_options(const char *options, const json_error_t *reason, struct error *error)
{
    char where[96] = "";
    if (options[strspn(options, " \t\r\n")] == '\0')
        snprintf(where, sizeof where, ": they are empty");
    else if (reason != NULL)
        snprintf(where, sizeof where, ": %s line %d, column %d",
                 json_error_code(reason) == json_error_duplicate_key ? "a name comes twice, at"
                                                                     : "see",
                 reason->line, reason->column);
    error_set(error, ERROR_USAGE, "the options are not a JSON object%s", where);
}

char *decode_create_body(const char *protocol, int ttl_s, const char *options, struct error *error)
{
    json_error_t reason;
    errno = 0;
    json_t *body = json_pack("{s:s}", "protocol", protocol);
    json_t *given = options != NULL ? json_loads(options, JSON_REJECT_DUPLICATES, &reason) : NULL;
    char *text = NULL;
    if (errno == ENOMEM) {
        error_memory(error);
        goto out;
    }
    if (options != NULL && !json_is_object(given)) {
        refuse_options(options, given == NULL ? &reason : NULL, error);
        goto out;
    }
    bool built =
        body != NULL &&
        (ttl_s == 0 || json_object_set_new(body, "ttlSeconds", json_integer(ttl_s)) == 0) &&
        (given == NULL || json_object_set(body, "options", given) == 0);
    char *dumped = built ? json_dumps(body, JSON_COMPACT) : NULL;
    text = dumped != NULL ? strdup(dumped) : NULL;
    secret_heap_free(dumped);
    if (text == NULL)
        error_memory(error);
out:
    json_decref(given);
    json_decref(body);
    return text;
}
