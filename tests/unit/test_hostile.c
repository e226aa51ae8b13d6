/* Every field that a server fills, with every kind of hostility: from the bytes of an answer to the
 * cells of the tables, to print and to JSON. The field may be spoilt; its row, its neighbours and
 * its list are not, and nothing but printable cells comes out, in columns that stay where they are.
 */
#include "api/decode.h"
#include "api/endpoint_pack.h"
#include "api/generation.h"
#include "api/plausible.h"
#include "api/vault.h"
#include "cli/print.h"
#include "core/columns.h"

#include "tests/unit/fleet.h"
#include "tests/unit/hostile.h"

#include <jansson.h>
#include <locale.h>
#include <unistd.h>

enum { ITEMS = 3, HOSTILE_ITEM = 1, FIELDS = 10 };

static const struct kind {
    const char *wrapper;
    struct {
        const char *name, *usual;
    } fields[FIELDS];
} kinds[PART_KINDS] = {
    [PART_SPACES] = {"spaces", {{"name", "\"acme\""}, {"region", "\"eu\""}}},
    [PART_RUNTIMES] = {"runtimes",
                       {{"spaceId", "\"s\""},
                        {"name", "\"checkout\""},
                        {"kind", "\"browser\""},
                        {"status", "\"active\""},
                        {"region", "\"eu\""},
                        {"activeRunId", "\"r\""},
                        {"createdAt", "\"2026-11-22T10:00:00Z\""},
                        {"updatedAt", "\"2026-11-22T10:00:00Z\""}}},
    [PART_LEASES] = {"connections",
                     {{"runId", "\"r\""},
                      {"runtimeId", "\"rt\""},
                      {"protocol", "\"cdp\""},
                      {"status", "\"active\""},
                      {"createdAt", "\"2026-11-22T10:00:00Z\""},
                      {"expiresAt", "\"2026-11-22T12:00:00Z\""},
                      {"closedAt", "null"},
                      {"revokedAt", "null"},
                      {"endpoint", "{\"type\":\"websocket\"}"}}},
};

static const char *const ids[ITEMS] = {"first-id", "second-id", "third-id"};

/* ---- answers */

struct answer {
    char *bytes;
    size_t length;
};

/* The list with `json` as the field of the item in the middle; place FIELDS is its id, -1 none. */
static struct answer answer_with(enum part_kind kind, int place, const char *json, size_t length)
{
    struct answer answer;
    const struct kind *made = &kinds[kind];
    FILE *to = open_memstream(&answer.bytes, &answer.length);
    fprintf(to, "{\"%s\":[", made->wrapper);
    for (int item = 0; item < ITEMS; item++) {
        bool here = item == HOSTILE_ITEM;
        fprintf(to, "%s{\"id\":", item > 0 ? "," : "");
        if (here && place == FIELDS)
            fwrite(json, 1, length, to);
        else
            fprintf(to, "\"%s\"", ids[item]);
        for (int i = 0; i < FIELDS && made->fields[i].name != NULL; i++) {
            fprintf(to, ",\"%s\":", made->fields[i].name);
            if (here && place == i)
                fwrite(json, 1, length, to);
            else
                fputs(made->fields[i].usual, to);
        }
        fputs("}", to);
    }
    fputs("]}", to);
    fclose(to);
    return answer;
}

static void drop_endpoint(void *context, const char *lease_id, struct endpoint *endpoint)
{
    (void)context, (void)lease_id;
    endpoint_free(endpoint);
}

static struct part *read_list(enum part_kind kind, struct answer answer)
{
    static const struct decode_sink sink = {drop_endpoint, NULL, NULL};
    struct error error = {0};
    char *cursor;
    struct part *part = part_new(kind);
    if (!decode_page(part, kinds[kind].wrapper, answer.bytes, answer.length, &sink, &cursor,
                     &error))
        fail_msg("the list is blinded: %s", error.sentence);
    free(cursor);
    free(answer.bytes);
    return part;
}

static struct part *usual_list(enum part_kind kind)
{
    return read_list(kind, answer_with(kind, -1, NULL, 0));
}

/* ---- a snapshot of three lists, any of which may hold something hostile */

static const char *trouble_words; /* of the space in it, or NULL */

static struct source_state fresh(void)
{
    return (struct source_state){
        .answered_ms = 1,
        .pace_ms = 5000,
        .trouble =
            trouble_words != NULL ? trouble_new(TROUBLE_FORBIDDEN, "%s", trouble_words) : NULL};
}

/* The lists of the item in the middle hold the others; it takes them all. */
static const struct snapshot *snapshot_of(struct part *parts[PART_KINDS])
{
    const struct part *spaces = parts[PART_SPACES], *runtimes = parts[PART_RUNTIMES];
    struct snapshot *snapshot = snapshot_new(1, runtimes->count);
    snapshot->clock = (struct clock){.known = true};
    snapshot->server.answered_ms = 1;
    snapshot->catalog_settled = snapshot->settled = true;
    const struct space *space = &spaces->spaces[spaces->count == ITEMS ? HOSTILE_ITEM : 0];
    snapshot->spaces[snapshot->space_count++] = (struct snapshot_space){space, fresh()};
    for (size_t i = 0; i < runtimes->count; i++) {
        bool here = i == HOSTILE_ITEM || runtimes->count < ITEMS;
        const struct part *leases = here ? parts[PART_LEASES] : NULL;
        snapshot->runtimes[snapshot->runtime_count++] =
            (struct snapshot_runtime){space, &runtimes->runtimes[i], leases, fresh()};
        snapshot_keep(snapshot, leases);
    }
    snapshot_keep(snapshot, spaces);
    snapshot_keep(snapshot, runtimes);
    for (int kind = 0; kind < PART_KINDS; kind++)
        part_unref(parts[kind]);
    return snapshot;
}

/* ---- what comes out */

struct about {
    const char *field, *name;
};

static void look_at_row(const struct columns *columns, int width, const void *item,
                        enum text_charset charset, const struct about *about)
{
    struct column_place places[COLUMNS_MAX];
    struct moment moment = {.server_ms = 1795341600000, .thresholds = USUAL_THRESHOLDS};
    size_t count = columns_fit(columns, width, places);
    for (size_t i = 0; i < count; i++) {
        struct cell cell = {.text = ""};
        char out[TEXT_BYTES(200)];
        struct cell_style style = {charset, places[i].cells, FORMAT_UTC};
        column_fill(places[i].column, &cell, item, &moment, &style);
        hostile_assert_tame(cell.text, -1, charset, about->field, about->name);
        text_cut(out, sizeof out, cell.text, places[i].cells, places[i].column->align, charset);
        hostile_assert_tame(out, places[i].cells, charset, about->field, about->name);
        text_cut_middle(out, sizeof out, cell.text, places[i].cells, charset);
        hostile_assert_tame(out, places[i].cells, charset, about->field, about->name);
    }
}

static void look_at_tables(const struct snapshot *snapshot, enum text_charset charset,
                           const struct about *about)
{
    static const int widths[] = {24, 40, 80, 200};
    struct rows rows = {0};
    struct runtimes runtimes = {0};
    assert_true(rows_build(&rows, snapshot, NULL, NULL, 0, NULL));
    assert_true(runtimes_build(&runtimes, snapshot, NULL, 0, NULL));
    struct columns leases = columns_of_leases(rows.id_cells), places = columns_of_runtimes();
    for (size_t i = 0; i < COUNT(widths); i++) {
        for (size_t row = 0; row < rows.count; row++)
            look_at_row(&leases, widths[i], &rows.items[row], charset, about);
        for (size_t row = 0; row < runtimes.count; row++)
            look_at_row(&places, widths[i], &runtimes.items[row], charset, about);
    }
    rows_clear(&rows);
    runtimes_clear(&runtimes);
}

/* Line by line; what goes to stderr too. */
static void look_at_print(const struct snapshot *snapshot, enum text_charset charset,
                          const struct about *about)
{
    struct print_options options = {.url = "https://h",
                                    .charset = charset,
                                    .thresholds = USUAL_THRESHOLDS,
                                    .space = "",
                                    .runtime = ""};
    char line[8192];
    FILE *to = tmpfile();
    int kept = dup(STDERR_FILENO);
    dup2(fileno(to), STDERR_FILENO);
    bool done = print_table(to, snapshot, &options, NULL);
    fflush(to);
    dup2(kept, STDERR_FILENO);
    close(kept);
    assert_true(done);
    rewind(to);
    for (int lines = 0; fgets(line, sizeof line, to) != NULL; lines++) {
        assert_non_null(strchr(line, '\n'));
        line[strcspn(line, "\n")] = '\0';
        hostile_assert_tame(line, -1, charset, about->field, about->name);
    }
    fclose(to);
}

static void look_at_json(const struct snapshot *snapshot, const struct about *about)
{
    struct print_options options = {.url = "https://h",
                                    .charset = TEXT_UTF8,
                                    .thresholds = USUAL_THRESHOLDS,
                                    .space = "",
                                    .runtime = ""};
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    struct error error = {0};
    if (!print_json(to, snapshot, &options, &error))
        fail_msg("%s, %s: no JSON: %s", about->field, about->name, error.sentence);
    fclose(to);
    for (size_t i = 0; i < length; i++)
        if (text[i] != '\n' && (text[i] < 0x20 || text[i] > 0x7e))
            fail_msg("%s, %s: JSON with byte 0x%02x", about->field, about->name, text[i]);
    json_t *json = json_loadb(text, length, JSON_ALLOW_NUL, NULL);
    assert_non_null(json);
    json_decref(json);
    free(text);
}

static void look_at(const struct snapshot *snapshot, const struct about *about)
{
    for (int charset = TEXT_UTF8; charset <= TEXT_ASCII; charset++) {
        look_at_tables(snapshot, (enum text_charset)charset, about);
        look_at_print(snapshot, (enum text_charset)charset, about);
    }
    look_at_json(snapshot, about);
}

/* ---- every field, every hostility */

static const char *id_at(const struct part *part, size_t place)
{
    return part->kind == PART_SPACES     ? part->spaces[place].id
           : part->kind == PART_RUNTIMES ? part->runtimes[place].id
                                         : part->leases[place].id;
}

static bool addressable_at(const struct part *part, size_t place)
{
    return part->kind == PART_SPACES     ? !part->spaces[place].unaddressable
           : part->kind == PART_RUNTIMES ? !part->runtimes[place].unaddressable
                                         : !part->leases[place].unaddressable;
}

/* A request that can be made at all is made of the characters of a url, and ends where it should.
 */
static void look_at_url(const char *id, const struct about *about)
{
    const struct generation *generation = generation_connections();
    struct gate gate = {"https://h", false};
    struct identity identity = {(char *)id, (char *)id, (char *)id};
    struct error error = {0};
    char *url = generation_url(generation, OPERATION_REVOKE, &gate, &identity, id, &error);
    if (url != NULL && (!plausible_url(url) || strstr(url, "/../") != NULL))
        fail_msg("%s, %s: a url that is none", about->field, about->name);
    free(url);
}

/* The row is there unless it is the id itself that is not. */
static void look_at_list(const struct part *part, bool is_id, const struct about *about)
{
    size_t undated = 0; /* what is no date is counted, and shown all the same */
    for (size_t i = 0; part->kind == PART_LEASES && i < part->count; i++)
        undated += lease_unreadable(&part->leases[i]) != 0;
    bool row = part->count == ITEMS && part->unreadable == undated;
    bool spoilt = is_id && part->count == ITEMS - 1 && part->unreadable == 1 &&
                  (strcmp(about->name, "empty") == 0 || strcmp(about->name, "null") == 0 ||
                   strcmp(about->name, "infinite") == 0);
    if (!row && !spoilt)
        fail_msg("%s, %s: %zu rows, %zu unreadable", about->field, about->name, part->count,
                 part->unreadable);
    assert_string_equal(id_at(part, 0), ids[0]);
    assert_string_equal(id_at(part, part->count - 1), ids[ITEMS - 1]);
    for (size_t i = 0; i < part->count; i++) {
        if (addressable_at(part, i))
            look_at_url(id_at(part, i), about);
    }
}

static void count_ended(void *context, const struct identity *lease)
{
    (void)lease;
    ++*(size_t *)context;
}

/* No field that cannot be read ends a lease, nor costs it the endpoint that is held: only one whose
 * id is another's now has gone. */
static void look_at_lives(const struct part *part, bool is_id, const struct about *about)
{
    const int64_t meanwhile_ms = 1795345200000; /* 2026-11-22T11:00:00Z */
    struct identity lease = {(char *)"s", (char *)"rt", NULL};
    struct vault *vault = vault_new();
    struct part *usual = usual_list(PART_LEASES);
    size_t ended = 0;
    for (size_t i = 0; i < ITEMS; i++) {
        struct endpoint *endpoint = endpoint_new(ENDPOINT_WEBSOCKET);
        assert_true(endpoint_add(endpoint, ENDPOINT_URL, "url", "wss://h"));
        lease.lease_id = (char *)ids[i];
        assert_true(vault_put(vault, &lease, endpoint));
    }
    for (size_t i = 0; i < part->count; i++) {
        if (lease_state_ended(lease_state(&part->leases[i], meanwhile_ms)))
            fail_msg("%s, %s: lease %zu has ended by it", about->field, about->name, i);
    }
    vault_relist(vault, &lease, usual, part, count_ended, &ended);
    if (ended > (is_id ? 1 : 0))
        fail_msg("%s, %s: %zu endpoints are lost by it", about->field, about->name, ended);
    part_unref(usual);
    vault_free(vault);
}

static void try_field(enum part_kind kind, int place, const struct hostile *hostile)
{
    size_t length;
    const struct about about = {place == FIELDS ? "id" : kinds[kind].fields[place].name,
                                hostile->name};
    char *json = hostile_json(hostile, &length);
    struct part *parts[PART_KINDS];
    for (int i = 0; i < PART_KINDS; i++)
        parts[i] = i == (int)kind ? read_list(kind, answer_with(kind, place, json, length))
                                  : usual_list((enum part_kind)i);
    look_at_list(parts[kind], place == FIELDS, &about);
    if (kind == PART_LEASES)
        look_at_lives(parts[kind], place == FIELDS, &about);
    const struct snapshot *snapshot = snapshot_of(parts);
    look_at(snapshot, &about);
    snapshot_unref(snapshot);
    free(json);
}

static void try_kind(enum part_kind kind)
{
    size_t tried = 0;
    for (int place = 0; place <= FIELDS; place++) {
        if (place < FIELDS && kinds[kind].fields[place].name == NULL)
            continue;
        for (size_t i = 0; i < hostile_count; i++, tried++)
            try_field(kind, place, &hostile_texts[i]);
    }
    printf("# %zu combinations\n", tried);
}

static void test_spaces(void **state)
{
    (void)state;
    try_kind(PART_SPACES);
}

static void test_runtimes(void **state)
{
    (void)state;
    try_kind(PART_RUNTIMES);
}

static void test_leases(void **state)
{
    (void)state;
    try_kind(PART_LEASES);
}

/* The whole answer with a byte order mark, and with one too many. */
static void test_byte_order_mark(void **state)
{
    (void)state;
    struct answer usual = answer_with(PART_LEASES, -1, NULL, 0), marked;
    marked.length = usual.length + 3;
    marked.bytes = malloc(marked.length);
    memcpy(marked.bytes, "\xef\xbb\xbf", 3);
    memcpy(marked.bytes + 3, usual.bytes, usual.length);
    struct part *part = read_list(PART_LEASES, marked);
    assert_int_equal(part->count, ITEMS);
    part_unref(part);
    free(usual.bytes);
}

/* ---- errors */

static const char *const refusals[] = {
    "{\"error\":%,\"code\":\"c\",\"requestId\":\"r\"}",
    "{\"error\":\"e\",\"code\":%,\"requestId\":\"r\"}",
    "{\"error\":\"e\",\"code\":\"c\",\"requestId\":%}",
    "{\"message\":%,\"code\":\"c\"}",
    "{\"error\":{\"code\":%,\"message\":\"m\"}}",
    "{\"error\":{\"code\":\"c\",\"message\":%}}",
    "{\"error\":{\"code\":\"c\",\"message\":\"m\",\"requestId\":%}}",
    "{\"error\":{\"code\":\"c\",\"hint\":%}}",
};

static struct answer refusal_with(const char *shape, const struct hostile *hostile)
{
    struct answer answer;
    size_t length, before = strcspn(shape, "%");
    char *json = hostile_json(hostile, &length);
    FILE *to = open_memstream(&answer.bytes, &answer.length);
    fwrite(shape, 1, before, to);
    fwrite(json, 1, length, to);
    fputs(shape + before + 1, to);
    fclose(to);
    free(json);
    return answer;
}

/* A sentence is made of what the refusal says, and shown as the trouble of a runtime. */
static void look_at_sentence(const char *words, const struct about *about)
{
    struct part *parts[PART_KINDS];
    for (int i = 0; i < PART_KINDS; i++)
        parts[i] = usual_list((enum part_kind)i);
    trouble_words = words;
    const struct snapshot *snapshot = snapshot_of(parts);
    trouble_words = NULL;
    look_at(snapshot, about);
    snapshot_unref(snapshot);
}

static void test_errors(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(refusals); i++) {
        for (size_t j = 0; j < hostile_count; j++) {
            struct refusal refusal;
            char words[600];
            struct answer answer = refusal_with(refusals[i], &hostile_texts[j]);
            decode_refusal(&refusal, answer.bytes, answer.length);
            assert_true(refusal.json);
            snprintf(words, sizeof words, "HTTP 403 %s: %s (request %s)", refusal.code,
                     refusal.message, refusal.request_id);
            look_at_sentence(words, &(struct about){refusals[i], hostile_texts[j].name});
            free(answer.bytes);
        }
    }
}

/* A header may hold any byte but a line end and NUL. */
static void test_request_id_of_a_header(void **state)
{
    (void)state;
    static const char *const words[] = {"HTTP 500 (request \xff\xfe\033[2J)", "\xe2\x82",
                                        "\x9b\x9b", "\xed\xa0\x80"};
    for (size_t i = 0; i < COUNT(words); i++)
        look_at_sentence(words[i], &(struct about){"x-request-id", words[i]});
}

/* ---- endpoints */

static const char *const endpoints[] = {
    "{\"id\":\"l\",\"endpoint\":{\"type\":\"websocket\",\"url\":%}}",
    "{\"id\":\"l\",\"endpoint\":{\"type\":\"http\",\"baseUrl\":%}}",
    "{\"id\":\"l\",\"endpoint\":{\"type\":\"rdp\",\"host\":%,\"port\":1,\"password\":\"p\"}}",
    "{\"id\":\"l\",\"endpoint\":{\"type\":\"rdp\",\"host\":\"h\",\"port\":%}}",
    "{\"id\":\"l\",\"endpoint\":{\"type\":\"rdp\",\"host\":\"h\",\"username\":%}}",
    "{\"id\":\"l\",\"endpoint\":{\"type\":\"rdp\",\"host\":\"h\",\"password\":%}}",
    "{\"id\":\"l\",\"endpoint\":{\"type\":%,\"url\":\"wss://h\"}}",
    "{\"id\":\"l\",\"endpoint\":%}",
    "{\"id\":\"l\",\"endpoint\":{\"type\":\"composite\",\"endpoints\":{\"b\":{\"url\":%}}}}",
};

static void take_endpoint(void *context, const char *lease_id, struct endpoint *endpoint)
{
    (void)lease_id;
    endpoint_free(*(struct endpoint **)context);
    *(struct endpoint **)context = endpoint;
}

/* What may be copied is what the server sent, byte by byte; all else is refused. */
static void look_at_targets(const struct endpoint *endpoint, const struct about *about)
{
    struct endpoint_target targets[8];
    size_t count = endpoint_targets(endpoint, targets, COUNT(targets));
    for (size_t i = 0; i < count; i++) {
        char label[TEXT_BYTES(64)];
        text_clean(label, sizeof label, targets[i].label, strlen(targets[i].label), TEXT_UTF8);
        hostile_assert_tame(label, -1, TEXT_UTF8, about->field, about->name);
        if (!plausible_target(&targets[i]))
            continue;
        struct secret *text = endpoint_target_text(&targets[i]);
        for (const char *at = secret_bytes(text); *at != '\0'; at++)
            if (*at <= ' ' || *at > '~' || strchr("`|<>\"\\^{}", *at) != NULL)
                fail_msg("%s, %s: this may not be copied", about->field, about->name);
        assert_non_null(strstr(secret_bytes(text), targets[i].text));
        secret_free(text);
    }
}

static void look_at_packing(const struct endpoint *endpoint)
{
    struct secret *packed = endpoint_pack(endpoint);
    struct endpoint *again = endpoint_unpack(secret_bytes(packed), secret_size(packed));
    assert_non_null(again);
    assert_int_equal(endpoint_count(again), endpoint_count(endpoint));
    for (size_t i = 0; i < endpoint_count(again); i++)
        assert_string_equal(endpoint_field(again, i).text, endpoint_field(endpoint, i).text);
    endpoint_free(again);
    secret_free(packed);
}

static void test_endpoints(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(endpoints); i++) {
        for (size_t j = 0; j < hostile_count; j++) {
            struct endpoint *endpoint = NULL;
            struct decode_sink sink = {take_endpoint, &endpoint, NULL};
            struct part *part = part_new(PART_LEASES);
            const struct about about = {endpoints[i], hostile_texts[j].name};
            struct answer answer = refusal_with(endpoints[i], &hostile_texts[j]);
            struct error error = {0};
            if (!decode_lease(part, answer.bytes, answer.length, &sink, &error))
                fail_msg("%s, %s: %s", about.field, about.name, error.sentence);
            if (endpoint != NULL) {
                look_at_targets(endpoint, &about);
                look_at_packing(endpoint);
            }
            endpoint_free(endpoint);
            part_unref(part);
            free(answer.bytes);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spaces),    cmocka_unit_test(test_runtimes),
        cmocka_unit_test(test_leases),    cmocka_unit_test(test_byte_order_mark),
        cmocka_unit_test(test_errors),    cmocka_unit_test(test_request_id_of_a_header),
        cmocka_unit_test(test_endpoints),
    };
    if (setlocale(LC_ALL, "C.UTF-8") == NULL)
        return 99;
    setlocale(LC_NUMERIC, "C");
    decode_global_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
