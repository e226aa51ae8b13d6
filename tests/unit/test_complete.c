/* Completing a command line: which words the program offers, and what it remembers for it. */
#include "cli/complete.h"

#include "core/names.h"

#include "tests/unit/fleet.h"

#define URL   "https://api.bctrl.ai"
#define OTHER "http://127.0.0.1:8787"

/* What was seen: two servers. */
static const char known_names[] = /* */
    URL " space s1 - - acme-ops - -\n" URL " space s2 - - two%20words - -\n" URL
        " space s3 - - list - -\n" URL " space s4 - - a/b - -\n" URL
        " runtime s1 r1 - checkout active -\n" URL " runtime s1 r2 - agents stopped -\n" URL
        " runtime s1 r3 - nightly - -\n" URL " runtime s2 r4 - qa active -\n" URL
        " lease s1 r1 3f9c21aa-1 checkout cdp -\n" URL
        " lease s1 r1 lse_77ab01c4 checkout cdp -\n" URL " space t1 - - twin%20space - -\n" URL
        " space t2 - - twin%20space - -\n" URL " runtime t1 q1 - twins active -\n" URL
        " runtime t1 q2 - twins active -\n" OTHER " space o1 - - two%20words - -\n"
        "nonsense\n" URL " lease s1\n" OTHER " space s9 - - elsewhere - -\n" OTHER
        " lease s9 r9 deadbeef-9 far cdp -\n";

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static const char *theme(size_t place)
{
    static const char *const names[] = {"default", "dark", "nord"};
    return place < COUNT(names) ? names[place] : NULL;
}

/* The words it offers, with blanks between; what it says instead of words stands in <>. */
static char *offered(const char *const *words, const char *base_url)
{
    static char got[4096];
    char *text = NULL;
    size_t size, used = 0;
    FILE *to = open_memstream(&text, &size);
    struct complete complete = {.words = words,
                                .names = known_names,
                                .base_url = base_url,
                                .protocols = (const char *const[]){"cdp", "vnc", NULL},
                                .theme = theme};
    while (words[complete.count] != NULL)
        complete.count++;
    complete_print(to, &complete);
    fclose(to);
    got[0] = '\0';
    for (char *rest = text, *line; (line = strsep(&rest, "\n")) != NULL;) {
        bool kind = *line == '\t';
        if (*line != '\0')
            used +=
                (size_t)snprintf(got + used, sizeof got - used, kind ? "%s<%.*s>" : "%s%.*s",
                                 used > 0 ? " " : "", (int)strcspn(line + kind, "\t"), line + kind);
    }
    free(text);
    return got;
}

#define EXPECT(wanted, ...) assert_string_equal(offered(WORDS(__VA_ARGS__), URL), wanted)

static void test_commands_and_options(void **state)
{
    (void)state;
    EXPECT("themes", "th");
    EXPECT("themes", "--json", "th");
    EXPECT("themes", "--profile", "prod", "th");
    EXPECT("", "list", "s1", "th");
    EXPECT("", "complet"); /* it is for shells */
    EXPECT("--jsonl", "watch", "--jso");
    EXPECT("--json --jsonl", "list", "--jso");
    EXPECT("--jsonl", "list", "--json", "--jso"); /* once is enough */
    EXPECT("--yes", "revoke", "--y");
    EXPECT("", "list", "--y"); /* not of this command */
    EXPECT("", "list", "--nonsense=");
    EXPECT("", "list", "--json=");
    assert_string_equal(offered(WORDS(NULL), URL), "");
}

static void test_values(void **state)
{
    (void)state;
    EXPECT("--theme=default --theme=dark", "--theme=d");
    EXPECT("nord", "--theme", "n");
    EXPECT("<files>", "--theme", "./");
    EXPECT("<files>", "--config", "");
    EXPECT("auto off", "--keyring", "");
    EXPECT("vnc", "create", "--protocol", "v");
    EXPECT("30m", "create", "--ttl", "3");
    EXPECT("expiry", "wait", "x", "--for", "e");
    EXPECT("password", "copy", "x", "--part", "pa");
    EXPECT("lease,left", "list", "--columns", "lease,lef");
    EXPECT("-left", "list", "--sort", "-lef");
    EXPECT("runtimes", "spaces", "--sort", "ru");
}

static void test_filters(void **state)
{
    (void)state;
    EXPECT("status:expiring status:expired? status:expired", "list", "--filter", "status:exp");
    EXPECT("by:me !proto:", "list", "--filter", "by:me !pr");
    EXPECT("proto:vnc", "revoke", "--filter", "proto:v");
    EXPECT("--filter=lease: --filter=left<", "revoke", "--filter=le");
    EXPECT("by:me", "revoke", "--filter", "by:");
}

static void test_targets(void **state)
{
    (void)state;
    EXPECT("acme-ops", "list", "ac");
    EXPECT("acme-ops/", "create", "ac"); /* it goes on */
    EXPECT("acme-ops/checkout acme-ops/nightly", "create", "acme-ops/");
    EXPECT("acme-ops/checkout acme-ops/agents acme-ops/nightly", "list", "acme-ops/");
    EXPECT("s1/checkout s1/agents s1/nightly", "watch", "s1/");
    EXPECT("s1/r1 s1/r2 s1/r3", "watch", "s1/r"); /* ids, where one was begun */
    EXPECT("two words", "list", "two");
    EXPECT("two words/qa", "list", "two words/");
    EXPECT("t1 t2", "list", "twi"); /* a name of two would be refused */
    EXPECT("t1/ t2/", "create", "twin space");
    EXPECT("t2", "list", "t2");
    EXPECT("t1/q1 t1/q2", "create", "t1/twi");
    assert_string_equal(offered(WORDS("list", "two"), NULL),
                        "two words two words"); /* of two servers */
    EXPECT("s4", "list", "s4");                 /* a name with a slash would be taken for two */
    EXPECT("", "list", "a/");
    EXPECT("", "list", "acme-ops", "ac"); /* one is all it takes */
    EXPECT("list", "lis");                /* the command, not the space */
    EXPECT("list", "--", "lis");
    EXPECT("", "spaces", "ac");
    EXPECT("", "list", "else"); /* of another server */
    assert_string_equal(offered(WORDS("list", "else"), NULL), "elsewhere");
}

static void test_leases(void **state)
{
    (void)state;
    EXPECT("3f9c21aa-1 lse_77ab01c4", "revoke", "");
    EXPECT("3f9c21aa-1", "revoke", "lse_77ab01c4", ""); /* not twice */
    EXPECT("", "rotate", "3f9c21aa-1", "");             /* one is all it takes */
    EXPECT("77ab01c4", "wait", "77");                   /* as the table shows it */
    EXPECT("<programs>", "create", "a/b", "--exec", "--", "");
    EXPECT("<files>", "create", "a/b", "--exec", "--", "node", "");
}

/* A name is foreign text. */
static void test_hostile_names(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    static const char names[] = URL " space s1 - - a%0ab - -\n" URL " space s2 - - a%1b[m - -\n" URL
                                    " space s3 - - a%09b - -\n" URL " space s4 - - --json - -\n" URL
                                    " space s5 - - a%zz - -\n" URL " lease s r i%0ai n p -\n";
    struct complete complete = {
        .words = WORDS("list", ""), .count = 2, .names = names, .theme = theme};
    complete_print(to, &complete);
    complete.words = WORDS("revoke", "");
    complete_print(to, &complete);
    fclose(to);
    assert_string_equal(text, "s4\t--json\n");
    free(text);
}

/* A new option must say what its values are. */
static void test_all_values_are_known(void **state)
{
    (void)state;
    struct option_info info;
    for (size_t i = 0; options_info(i, &info); i++) {
        if (info.kind != OPTION_FLAG && !complete_knows(&info))
            fail_msg("what --%s %s could be is not in cli/complete_values.c", info.name,
                     info.argument);
    }
}

/* ---- what is remembered */

static char *merge(const char *bytes, const struct snapshot *snapshot, bool all)
{
    return names_merge(bytes,
                       &(struct names_seen){.base_url = URL, .snapshot = snapshot, .all = all});
}

static void test_merge(void **state)
{
    (void)state;
    const struct snapshot *snapshot = fleet_snapshot(
        &(struct fleet){.runtimes = {{"rt", "check out", .status = "active"},
                                     {"quiet", "quiet", .source.unheard = true}},
                        .leases = {{"one", .expires = 60000}, {"over", .revoked = -1000}}});
    static const char before[] =
        URL " space sp - - old - -\n" URL " space gone - - gone - -\n" URL
            " lease sp rt old old cdp -\n" URL " lease sp quiet kept quiet cdp -\n" OTHER
            " space x - - far - -\n";
    char *after = merge(before, snapshot, true);
    assert_string_equal(after, /* */
                        URL " space sp - - acme - -\n" URL
                            " runtime sp rt - check%20out active -\n" URL
                            " runtime sp quiet - quiet - -\n" URL
                            " lease sp rt one check%20out cdp 2026-11-22T10:03:11Z\n" URL
                            " lease sp quiet kept quiet cdp -\n" OTHER " space x - - far - -\n");
    assert_null(merge(after, snapshot, true)); /* nothing new */
    free(after);
    /* The same with another server's before it; and with one that is gone since. */
    char known[2048];
    after = merge(NULL, snapshot, true);
    snprintf(known, sizeof known, OTHER " space x - - far - -\n%s", after);
    assert_null(merge(known, snapshot, true));
    snprintf(known, sizeof known, "%s" URL " lease sp rt gone check%%20out cdp -\n", after);
    char *again = merge(known, snapshot, true);
    assert_string_equal(again, after);
    free(again);
    free(after);
    snapshot_unref(snapshot);
}

/* Who asked for a part only knows nothing of the rest. */
static void test_merge_of_a_part(void **state)
{
    (void)state;
    const struct snapshot *snapshot = fleet_snapshot(&(struct fleet){.leases = {{"one"}}});
    static const char before[] =
        URL " space s2 - - rest - -\n" URL " lease sp rt old old cdp -\n" URL
            " lease s2 rest two rest cdp -\n";
    char *after = merge(before, snapshot, false);
    assert_null(strstr(after, " old "));
    assert_non_null(strstr(after, " lease sp rt one "));
    assert_non_null(strstr(after, URL " space s2 - - rest - -\n"));
    assert_non_null(strstr(after, URL " lease s2 rest two rest cdp -\n"));
    free(after);
    snapshot_unref(snapshot);
}

static void test_ended(void **state)
{
    (void)state;
    static const char before[] = URL " lease sp rt one n cdp -\n" OTHER
                                     " lease sp rt one n cdp -\n" URL " lease sp rt two n cdp -\n";
    struct names_seen seen = {
        .base_url = URL, .ended = (const char *const[]){"x", "one"}, .ended_count = 2};
    char *after = names_merge(before, &seen);
    assert_string_equal(after, URL " lease sp rt two n cdp -\n" OTHER " lease sp rt one n cdp -\n");
    assert_null(names_merge(after, &seen));
    free(after);
}

/* No list need show it so far; when one does, that says more. */
static void test_made(void **state)
{
    (void)state;
    const struct snapshot *snapshot = fleet_snapshot(&(struct fleet){.leases = {{"one"}}});
    struct names_seen seen = {
        .base_url = URL,
        .snapshot = snapshot,
        .made = &(struct name){NAME_LEASE, URL, "sp", "rt", "new one", "made", "vnc", ""}};
    char *after = names_merge(NULL, &seen);
    assert_non_null(strstr(after, URL " lease sp rt new%20one made vnc -\n"));
    assert_null(names_merge(after, &seen)); /* it is there */
    free(after);
    seen.made = &(struct name){NAME_LEASE, URL, "sp", "rt", "one", "made", "vnc", ""};
    after = names_merge(NULL, &seen);
    assert_non_null(strstr(after, " lease sp rt one checkout cdp "));
    assert_null(strstr(after, "made"));
    free(after);
    seen.snapshot = NULL;
    after = names_merge(NULL, &seen);
    assert_string_equal(after, URL " lease sp rt one made vnc -\n");
    free(after);
    seen.ended = (const char *const[]){"one"};
    seen.ended_count = 1;
    after = names_merge(NULL, &seen);
    assert_string_equal(after, "");
    free(after);
    snapshot_unref(snapshot);
}

/* There is a ceiling, and a line is whole or not there. */
static void test_merge_of_too_much(void **state)
{
    (void)state;
    enum { LINES = 20000 };
    static const char line[] =
        OTHER " lease s r 0123456789012345678901234567890123456789 n cdp -\n";
    const struct snapshot *snapshot = fleet_snapshot(&(struct fleet){.leases = {{"one"}}});
    char *before = calloc(LINES, sizeof line);
    assert_non_null(before);
    for (size_t i = 0; i < LINES; i++)
        memcpy(before + i * (sizeof line - 1), line, sizeof line - 1);
    char *after = merge(before, snapshot, true);
    size_t length = strlen(after);
    assert_true(length <= NAMES_BYTES && length > NAMES_BYTES / 2);
    assert_non_null(strstr(after, " lease sp rt one "));
    assert_string_equal(after + length - (sizeof line - 1), line);
    free(before);
    free(after);
    snapshot_unref(snapshot);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commands_and_options),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_filters),
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_leases),
        cmocka_unit_test(test_hostile_names),
        cmocka_unit_test(test_all_values_are_known),
        cmocka_unit_test(test_merge),
        cmocka_unit_test(test_merge_of_a_part),
        cmocka_unit_test(test_ended),
        cmocka_unit_test(test_made),
        cmocka_unit_test(test_merge_of_too_much),
    };
    return cmocka_run_group_tests_name("complete", tests, NULL, NULL);
}
