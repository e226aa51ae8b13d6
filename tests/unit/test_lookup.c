/* Whether the SPACE and RUNTIME of the command line exist: who is found, who is surely not there,
 * and when nothing can be said. */
#include "cli/lookup.h"

#include "tests/unit/fleet.h"

/* The sentence of the refusal; NULL for none. */
static void expect(const struct fleet *fleet, const char *space, const char *runtime,
                   const char *sentence)
{
    const struct snapshot *snapshot = fleet_snapshot(fleet);
    struct error error = {0};
    bool found = lookup_in(snapshot, space, runtime, &error);
    assert_string_equal(error.sentence, sentence != NULL ? sentence : "");
    assert_int_equal(found, sentence == NULL);
    assert_int_equal(error.kind, found ? ERROR_NONE : ERROR_USAGE);
    assert_int_equal(lookup_in(snapshot, space, runtime, NULL), found);
    snapshot_unref(snapshot);
}

/* What the API thread publishes when it was asked for one space: of the others only that they are
 * there. */
static const struct fleet fleet = {
    .spaces = {{"sp-1", "acme-ops"},
               {"sp-2", "staging", .unchosen = true},
               {"sp-3", "", .unchosen = true}},
    .runtimes = {{"rt-1", "checkout"},
                 {"rt-2", "nightly", .unchosen = true},
                 {"rt-3", "qa-1", .unchosen = true},
                 {"rt-4", "qa-1", .unchosen = true},
                 {"rt-5", "", .unchosen = true}},
};

static void test_found(void **state)
{
    (void)state;
    expect(&fleet, "", "", NULL); /* everything */
    expect(&fleet, "", "nothing of this name", NULL);
    expect(&fleet, "acme-ops", "", NULL);
    expect(&fleet, "sp-1", "", NULL);
    expect(&fleet, "staging", "", NULL); /* also one that is not shown */
    expect(&fleet, "sp-3", "", NULL);
    expect(&fleet, "acme-ops", "checkout", NULL);
    expect(&fleet, "acme-ops", "rt-4", NULL); /* one of two of a name, by its id */
    expect(&fleet, "sp-1", "nightly", NULL);
}

static void test_not_there(void **state)
{
    (void)state;
    expect(&fleet, "zzz", "", "there is no space called zzz");
    expect(&fleet, "ACME-OPS", "", "there is no space called ACME-OPS; did you mean acme-ops?");
    expect(&fleet, "acme", "", "there is no space called acme; did you mean acme-ops?");
    expect(&fleet, "acme-ops", "zzz", "there is no runtime called zzz in acme-ops");
    expect(&fleet, "acme-ops", "chekout",
           "there is no runtime called chekout in acme-ops; did you mean checkout?");
    expect(&fleet, "zzz", "zzz", "there is no space called zzz"); /* the first mistake */
    expect(&fleet, "sp-9", "", "there is no space called sp-9");  /* ids are not guessed */
}

static void test_two_of_a_name(void **state)
{
    (void)state;
    expect(&fleet, "acme-ops", "qa-1",
           "there are 2 runtimes called qa-1 in acme-ops: give the id, one of rt-3, rt-4");
    const struct fleet spaces = {.spaces = {{"a", "same"}, {"same", "other"}, {"c", "same"}}};
    expect(&spaces, "same", "", "there are 3 spaces called same: give the id, one of a, same, c");
    const struct fleet own = {.spaces = {{"same", "same"}}};
    expect(&own, "same", "", NULL); /* one that is called by its id */
}

/* Names at most four; more would not be read. */
static void test_many(void **state)
{
    (void)state;
    const struct fleet many = {.runtimes = {{"1", "qa-1"},
                                            {"2", "qa-2"},
                                            {"3", "qa-3"},
                                            {"4", "qa-4"},
                                            {"5", "qa-5"},
                                            {"6", "qa-6"}}};
    expect(&many, "acme", "qa",
           "there is no runtime called qa in acme; did you mean qa-1, qa-2, qa-3, qa-4?");
    const struct fleet twins = {
        .runtimes = {{"1", "x"}, {"2", "x"}, {"3", "x"}, {"4", "x"}, {"5", "x"}}};
    expect(&twins, "acme", "x",
           "there are 5 runtimes called x in acme: give the id, one of 1, 2, 3, 4");
}

/* Only where all is known can something be known not to be there. */
static void test_not_sure(void **state)
{
    (void)state;
    struct fleet unsure = fleet;
    unsure.unsettled = true;
    expect(&unsure, "zzz", "", NULL);
    unsure = fleet;
    unsure.server.trouble = TROUBLE_REFUSED;
    expect(&unsure, "zzz", "", NULL);
    unsure = fleet;
    unsure.cut = true;
    expect(&unsure, "zzz", "", NULL);
    unsure = fleet;
    unsure.unreadable = 1;
    expect(&unsure, "zzz", "", NULL);
    unsure = fleet;
    unsure.spaces[0].source.trouble = TROUBLE_FORBIDDEN; /* its runtimes did not come */
    expect(&unsure, "acme-ops", "zzz", NULL);
    unsure = fleet;
    unsure.runtimes[0].source.trouble = TROUBLE_FORBIDDEN; /* only its leases */
    expect(&unsure, "acme-ops", "zzz", "there is no runtime called zzz in acme-ops");
}

/* Names of others and words of the user come out clean and cut. */
static void test_foreign_names(void **state)
{
    (void)state;
    char name[1000];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    const struct fleet hostile = {.runtimes = {{"1", "q\x1b[2J"}, {"2", name}}};
    expect(&hostile, "acme", "q\x1b[3J",
           "there is no runtime called q\uFFFD[3J in acme; did you mean q\uFFFD[2J?");
    const struct snapshot *snapshot = fleet_snapshot(&hostile);
    struct error error = {0};
    assert_false(lookup_in(snapshot, "acme", name + 1, &error));
    assert_true(strlen(error.sentence) < sizeof error.sentence - 1);
    snapshot_unref(snapshot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_found),         cmocka_unit_test(test_not_there),
        cmocka_unit_test(test_two_of_a_name), cmocka_unit_test(test_many),
        cmocka_unit_test(test_not_sure),      cmocka_unit_test(test_foreign_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
