/* What the list commands print: the same rows as the dashboard, chosen, sorted, in columns, as CSV
 * and as JSON. */
#include "tests/screen/run.h"

#include <jansson.h>

static void run_command(struct run *run, struct desk *desk, const char *const *words)
{
    const char *arguments[20] = {"--api-url", server_url(desk->server)};
    for (size_t i = 0; words[i] != NULL; i++)
        arguments[2 + i] = words[i];
    run_leasetop(run, desk, arguments, WORDS("BCTRL_API_KEY=" DESK_KEY));
    assert_null(strstr(run->out, DESK_KEY));
    assert_null(strstr(run->err, DESK_KEY));
}

/* Runs it in the usual world, and holds it to a good end that only read. */
static void run_good(struct run *run, struct desk *desk, const char *const *words)
{
    desk_serve(desk);
    run_command(run, desk, words);
    if (run->status != 0)
        fail_msg("exit status %d: %s", run->status, run->err);
    assert_string_equal(run->err, "");
    assert_true(desk_only_read(desk));
}

static void expect(struct desk *desk, const char *const *words, const char *out)
{
    struct run run;
    run_good(&run, desk, words);
    assert_string_equal(run.out, out);
    run_clear(&run);
}

/* ---- Leases */

static void test_as_the_dashboard_prints(void **state)
{
    struct desk *desk = *state;
    struct run list, once;
    run_good(&list, desk, WORDS("list", "--columns", "status,lease,runtime,space,proto"));
    assert_true(strncmp(list.out, "STATUS   LEASE     RUNTIME   SPACE     PROTO\n", 45) == 0);
    run_clear(&list);
    run_good(&once, desk, WORDS("--once"));
    /* Bars are for eyes: a pipe gets numbers. */
    run_good(&list, desk, WORDS("list", "--columns", "lease,life", "--filter", SOON));
    assert_non_null(strchr(list.out, '%'));
    assert_null(strstr(list.out, "\u2501"));
    run_clear(&list);
    run_good(&list, desk, WORDS("list", "--sort", "lease", "--json"));
    static const char *const words[] = {SOON, LATER, ENDLESS, OVER};
    for (size_t i = 0; i < COUNT(words); i++)
        assert_true(strstr(list.out, words[i]) != NULL && strstr(once.out, words[i]) != NULL);
    run_clear(&list);
    run_clear(&once);
}

static void test_columns_and_sort(void **state)
{
    expect(*state, WORDS("list", "--columns", " lease , status ", "--sort", "lease"),
           "LEASE     STATUS\n" OVER "  revoked\n" ENDLESS "  active\n" SOON "  active\n" LATER
           "  active\n");
    expect(*state, WORDS("list", "--columns", "lease", "--sort", "-lease"),
           "LEASE\n" LATER "\n" SOON "\n" ENDLESS "\n" OVER "\n");
    expect(*state, WORDS("list", "--columns", "lease", "--sort", "-lease", "--reverse"),
           "LEASE\n" OVER "\n" ENDLESS "\n" SOON "\n" LATER "\n");
    /* Without a column, the table's own order: what ends first comes first, what has ended last. */
    expect(*state, WORDS("list", "--columns", "lease", "--reverse"),
           "LEASE\n" OVER "\n" ENDLESS "\n" LATER "\n" SOON "\n");
}

static void test_filter(void **state)
{
    static const char columns[] = "lease";
    expect(*state, WORDS("list", "--columns", columns, "--filter", "runtime:nightly !revoked"),
           "LEASE\n" LATER "\n");
    expect(*state, WORDS("list", "--columns", columns, "--filter", "left<15m"),
           "LEASE\n" SOON "\n");
    expect(*state, WORDS("list", "--columns", columns, "--filter", "nobody", "--quiet"), "LEASE\n");
    expect(*state, WORDS("list", "--csv", "--columns", columns, "--filter", "nobody"), "lease\n");
    struct run run;
    run_command(&run, *state, WORDS("list", "--columns", columns, "--filter", "nobody"));
    assert_int_equal(run.status, 0);
    assert_string_equal(run.out, "LEASE\n");
    assert_string_equal(run.err, "leasetop: nothing matches the filter\n");
    run_clear(&run);
    expect(*state, WORDS("list", "acme-ops/nightly", "--columns", columns),
           "LEASE\n" LATER "\n" OVER "\n");
}

static void test_csv(void **state)
{
    struct desk *desk = *state;
    expect(desk, WORDS("list", "--csv", "--columns", "lease,status,runtime,by", "--sort", "lease"),
           "lease,status,runtime,by\n" UUID(OVER) ",revoked,nightly,\n" UUID(
               ENDLESS) ",active,checkout,\n" UUID(SOON) ",active,checkout,\n" UUID(LATER) ",activ"
                                                                                           "e,"
                                                                                           "nightl"
                                                                                           "y,"
                                                                                           "\n");
    struct run run;
    int left = 0;
    run_good(&run, desk, WORDS("list", "--csv", "--columns", "left,expires", "--filter", SOON));
    assert_int_equal(sscanf(run.out, "left,expires\n%d,20", &left), 1);
    assert_in_range(left, 500, 600);
    run_clear(&run);
    expect(desk, WORDS("list", "--csv", "--columns", "left,expires", "--filter", ENDLESS),
           "left,expires\n,\n");
}

/* RFC 4180: what would be taken for another field, or another line, stands in quotes, or is no
 * more. */
static void test_csv_hostile(void **state)
{
    struct desk *desk = *state;
    struct run run;
    contract_serve(desk->server, SPACES({.id = OPS, .name = "a,b"}),
                   RUNTIMES({.id = CHECKOUT, .name = "say \"hi\"\n\033[2J"}),
                   LEASES({.id = UUID(SOON), .runtime = CHECKOUT}));
    run_command(&run, desk, WORDS("list", "--csv", "--columns", "space,runtime,proto"));
    assert_string_equal(run.out, "space,runtime,proto\n\"a,b\",\"say "
                                 "\"\"hi\"\"\xef\xbf\xbd\xef\xbf\xbd[2J\",cdp\n");
    run_clear(&run);
}

/* A spreadsheet would compute what a server calls a runtime. */
static void test_csv_formulas(void **state)
{
    struct desk *desk = *state;
    struct run run;
    contract_serve(desk->server, SPACES({.id = OPS, .name = "=1+1"}),
                   RUNTIMES({.id = CHECKOUT, .name = "@SUM(A1,\"x\")"}),
                   LEASES({.id = UUID(SOON), .runtime = CHECKOUT, .protocol = "-cmd"}));
    run_command(&run, desk, WORDS("list", "--csv", "--columns", "space,runtime,proto"));
    assert_string_equal(run.out, "space,runtime,proto\n'=1+1,\"'@SUM(A1,\"\"x\"\")\",'-cmd\n");
    run_clear(&run);
}

/* ---- JSON */

static json_t *json_of(const char *text)
{
    json_error_t error;
    json_t *all = json_loads(text, 0, &error);
    if (all == NULL)
        fail_msg("not JSON: %s\n%s", error.text, text);
    return all;
}

static const char *text_of(const json_t *object, const char *member)
{
    const char *text = json_string_value(json_object_get(object, member));
    return text != NULL ? text : "";
}

/* The dashboard's document: chosen leases, all runtimes. */
static void test_json(void **state)
{
    struct run run;
    run_good(&run, *state,
             WORDS("list", "--json", "--filter", "runtime:checkout", "--sort", "-lease"));
    json_t *all = json_of(run.out);
    const json_t *leases = json_object_get(all, "leases");
    assert_int_equal(json_object_size(all), 4);
    assert_int_equal(json_array_size(json_object_get(all, "runtimes")), 3);
    assert_int_equal(json_array_size(leases), 2);
    assert_string_equal(text_of(json_array_get(leases, 0), "id"), UUID(SOON));
    assert_string_equal(text_of(json_array_get(leases, 1), "id"), UUID(ENDLESS));
    json_decref(all);
    run_clear(&run);
}

static void test_jsonl(void **state)
{
    static const char *const ids[] = {UUID(SOON), UUID(LATER), UUID(ENDLESS), UUID(OVER)};
    struct run run;
    run_good(&run, *state, WORDS("list", "--jsonl"));
    char *line = run.out;
    for (size_t i = 0; i < COUNT(ids); i++) {
        char *end = strchr(line, '\n');
        assert_non_null(end);
        *end = '\0';
        json_t *one = json_of(line);
        assert_int_equal(json_object_size(one), 14);
        assert_string_equal(text_of(one, "id"), ids[i]);
        json_decref(one);
        line = end + 1;
    }
    assert_string_equal(line, "");
    run_clear(&run);
}

/* ---- Runtimes and spaces */

static void test_runtimes(void **state)
{
    expect(*state,
           WORDS("runtimes", "--csv", "--columns", "runtime,status,leases,id", "--sort", "runtime"),
           "runtime,status,leases,id\nagents,stopped,0," AGENTS "\ncheckout,active,2," CHECKOUT
           "\nnightly,active,1," NIGHTLY "\n");
    expect(*state, WORDS("runtimes", "--columns", "runtime,leases", "--filter", "leases>0"),
           "RUNTIME   LEASES\ncheckout       2\nnightly        1\n");
    struct run run;
    run_good(&run, *state, WORDS("runtimes", "--json", "--filter", "stopped"));
    json_t *all = json_of(run.out);
    assert_int_equal(json_object_size(all), 3);
    const json_t *runtimes = json_object_get(all, "runtimes");
    assert_int_equal(json_array_size(runtimes), 1);
    assert_int_equal(json_object_size(json_array_get(runtimes, 0)), 9);
    assert_string_equal(text_of(json_array_get(runtimes, 0), "name"), "agents");
    json_decref(all);
    run_clear(&run);
}

static void test_spaces(void **state)
{
    struct desk *desk = *state;
    expect(desk, WORDS("spaces"),
           "SPACE     RUNTIMES  REGION      ID\nacme-ops         3  "
           "eu-central  " OPS "\n");
    struct run run;
    run_good(&run, desk, WORDS("spaces", "--json"));
    json_t *all = json_of(run.out);
    const json_t *one = json_array_get(json_object_get(all, "spaces"), 0);
    assert_int_equal(json_object_size(all), 3);
    assert_int_equal(json_object_size(one), 5);
    assert_string_equal(text_of(one, "name"), "acme-ops");
    assert_int_equal(json_integer_value(json_object_get(one, "runtimes")), 3);
    json_decref(all);
    run_clear(&run);
}

/* ---- How it ends */

static void assert_refused(struct desk *desk, const char *const *words, int status,
                           const char *says)
{
    struct run run;
    run_command(&run, desk, words);
    assert_int_equal(run.status, status);
    assert_sentence(run.err);
    if (strstr(run.err, says) == NULL)
        fail_msg("stderr is \"%s\"", run.err);
    run_clear(&run);
}

/* A wrong word costs nothing. */
static void test_wrong_words(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    assert_refused(desk, WORDS("list", "--columns", "lease,statu"), 2, "did you mean status?");
    assert_refused(desk, WORDS("list", "--csv", "--columns", "glyph,lease"), 2, "give status");
    assert_refused(desk, WORDS("runtimes", "--csv", "--columns", "glyph"), 2, "give status");
    assert_refused(desk, WORDS("list", "--columns", ""), 2, "--columns needs");
    assert_refused(desk, WORDS("list", "--columns", "lease,"), 2, "has a comma, but no name");
    assert_refused(desk, WORDS("list", "--sort", "life-time"), 2, "there is no column");
    assert_refused(desk, WORDS("list", "--filter", "left<soon"), 2, "soon is no time");
    assert_refused(desk, WORDS("list", "--filter", "checkout left<"), 2, "left< in the filter");
    assert_refused(desk, WORDS("runtimes", "--filter", "secret:held"), 2, "no column is called");
    assert_refused(desk, WORDS("list", "--csv", "--json"), 2, "give one of");
    assert_int_equal(server_count(desk->server, "*", "**"), 0);
    assert_refused(desk, WORDS("list", "acme-opps"), 2, "did you mean acme-ops?");
    assert_refused(desk, WORDS("--", "list"), 2, "there is no space called list");
}

static void test_trouble(void **state)
{
    struct desk *desk = *state;
    struct run run;
    desk_serve(desk);
    server_on(desk->server, "GET", NIGHTLY_LEASES,
              ANSWER_MADE(403, contract_error("auth.forbidden", "not yours", "req-7")));
    run_command(&run, desk, WORDS("list", "--csv", "--columns", "lease", "--sort", "lease"));
    assert_int_equal(run.status, 5);
    assert_string_equal(run.out, "lease\n" UUID(ENDLESS) "\n" UUID(SOON) "\n");
    assert_sentence(run.err);
    assert_true(strstr(run.err, "auth.forbidden") != NULL && strstr(run.err, "req-7") != NULL);
    run_clear(&run);
    /* Spaces do not need it. */
    run_command(&run, desk, WORDS("spaces", "--jsonl"));
    assert_int_equal(run.status, 0);
    run_clear(&run);
    server_down(desk->server);
    assert_refused(desk, WORDS("runtimes", "--csv"), 1, "refused");
    run_command(&run, desk, WORDS("spaces", "--json"));
    assert_int_equal(run.status, 1);
    json_t *all = json_of(run.out);
    assert_string_equal(text_of(json_object_get(all, "source"), "state"), "offline");
    assert_int_equal(json_array_size(json_object_get(all, "spaces")), 0);
    json_decref(all);
    run_clear(&run);
}

static void test_no_key(void **state)
{
    struct run run;
    run_leasetop(&run, *state, WORDS("runtimes", "--json"), NULL);
    assert_int_equal(run.status, 4);
    assert_sentence(run.err);
    json_t *all = json_of(run.out);
    assert_int_equal(json_object_size(all), 3);
    assert_string_equal(text_of(json_object_get(all, "source"), "state"), "unauthorised");
    json_decref(all);
    run_clear(&run);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        AT_DESK(test_as_the_dashboard_prints),
        AT_DESK(test_columns_and_sort),
        AT_DESK(test_filter),
        AT_DESK(test_csv),
        AT_DESK(test_csv_hostile),
        AT_DESK(test_csv_formulas),
        AT_DESK(test_json),
        AT_DESK(test_jsonl),
        AT_DESK(test_runtimes),
        AT_DESK(test_spaces),
        AT_DESK(test_wrong_words),
        AT_DESK(test_trouble),
        AT_DESK(test_no_key),
    };
    return cmocka_run_group_tests_name("cmd_list", tests, NULL, NULL);
}
