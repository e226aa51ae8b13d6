/* What each kind of trouble is called and what follows from it (contract, Errors). */
#include "api/trouble.h"

#include "tests/unit/unit.h"

static void test_statuses(void **state)
{
    (void)state;
    const struct {
        int status;
        enum trouble_kind kind;
    } cases[] = {
        {200, TROUBLE_NONE},       {201, TROUBLE_NONE},       {204, TROUBLE_NONE},
        {205, TROUBLE_NONE},       {206, TROUBLE_UNREADABLE}, {299, TROUBLE_UNREADABLE},
        {300, TROUBLE_REJECTED},   {301, TROUBLE_REJECTED},   {304, TROUBLE_REJECTED},
        {399, TROUBLE_REJECTED},   {400, TROUBLE_REJECTED},   {401, TROUBLE_UNAUTHORISED},
        {402, TROUBLE_QUOTA},      {403, TROUBLE_FORBIDDEN},  {404, TROUBLE_GONE},
        {405, TROUBLE_REJECTED},   {408, TROUBLE_REJECTED},   {409, TROUBLE_CONFLICT},
        {410, TROUBLE_GONE},       {411, TROUBLE_REJECTED},   {413, TROUBLE_REJECTED},
        {422, TROUBLE_REJECTED},   {428, TROUBLE_REJECTED},   {429, TROUBLE_LIMITED},
        {430, TROUBLE_REJECTED},   {499, TROUBLE_REJECTED},   {500, TROUBLE_SERVER},
        {502, TROUBLE_SERVER},     {503, TROUBLE_SERVER},     {599, TROUBLE_SERVER},
        {100, TROUBLE_UNREADABLE}, {199, TROUBLE_UNREADABLE}, {600, TROUBLE_UNREADABLE},
        {0, TROUBLE_UNREADABLE},   {-1, TROUBLE_UNREADABLE},  {999, TROUBLE_UNREADABLE},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (trouble_of_status(cases[i].status) != cases[i].kind)
            fail_msg("status %d means something else", cases[i].status);
    }
}

static void test_chips(void **state)
{
    (void)state;
    assert_string_equal(trouble_chip(TROUBLE_NONE), "");
    assert_string_equal(trouble_chip(TROUBLE_REFUSED), "offline");
    assert_string_equal(trouble_chip(TROUBLE_UNAUTHORISED), "unauthorised");
    assert_string_equal(trouble_chip(TROUBLE_LIMITED), "rate-limited");
    for (int kind = TROUBLE_NONE + 1; kind < TROUBLE_KINDS; kind++)
        assert_true(strlen(trouble_chip((enum trouble_kind)kind)) > 3);
}

/* What concerns the server as a whole stops all sources; what one list meets must not. */
static void test_scope(void **state)
{
    (void)state;
    const enum trouble_kind server[] = {TROUBLE_NAME,    TROUBLE_REFUSED, TROUBLE_TLS,
                                        TROUBLE_TIMEOUT, TROUBLE_LIMITED, TROUBLE_UNAUTHORISED};
    for (int kind = 0; kind < TROUBLE_KINDS; kind++) {
        bool of_server = false;
        for (size_t i = 0; i < COUNT(server); i++)
            of_server |= (int)server[i] == kind;
        if ((trouble_scope((enum trouble_kind)kind) == SCOPE_SERVER) != of_server)
            fail_msg("\"%s\" has the wrong scope", trouble_chip((enum trouble_kind)kind));
    }
}

static void test_retry(void **state)
{
    (void)state;
    for (int kind = 0; kind < TROUBLE_KINDS; kind++) {
        enum trouble_retry expected = kind == TROUBLE_NONE           ? RETRY_USUAL
                                      : kind == TROUBLE_UNAUTHORISED ? RETRY_NEVER
                                                                     : RETRY_BACKOFF;
        assert_int_equal(trouble_retry((enum trouble_kind)kind), expected);
    }
}

/* Whether a create may have made something: where this says "not acted" too much, a lease is lost
 * from sight. */
static void test_not_acted(void **state)
{
    (void)state;
    static const enum trouble_kind depends[] = {TROUBLE_TLS, TROUBLE_SLOW, TROUBLE_CUT,
                                                TROUBLE_MEMORY};
    static const enum trouble_kind never_known[] = {TROUBLE_SERVER, TROUBLE_UNREADABLE,
                                                    TROUBLE_TOO_MUCH};
    static const enum trouble_kind surely_not[] = {
        TROUBLE_NAME,     TROUBLE_REFUSED,   TROUBLE_TIMEOUT, TROUBLE_UNAUTHORISED,
        TROUBLE_LIMITED,  TROUBLE_FORBIDDEN, TROUBLE_QUOTA,   TROUBLE_GONE,
        TROUBLE_CONFLICT, TROUBLE_REJECTED};
    assert_int_equal(COUNT(depends) + COUNT(never_known) + COUNT(surely_not), TROUBLE_KINDS - 1);
    for (size_t i = 0; i < COUNT(depends); i++) {
        assert_true(trouble_not_acted(depends[i], 0, false));
        assert_false(trouble_not_acted(depends[i], 0, true));
    }
    for (size_t i = 0; i < COUNT(never_known); i++)
        assert_false(trouble_not_acted(never_known[i], 0, true));
    for (size_t i = 0; i < COUNT(surely_not); i++) {
        assert_true(trouble_not_acted(surely_not[i], 400, false));
        assert_true(trouble_not_acted(surely_not[i], 400, true));
    }
}

/* Of all that is no success only those say for sure that nothing was done. */
static void test_refusals(void **state)
{
    (void)state;
    static const int refusals[] = {400, 401, 402, 403, 404, 405, 407, 409, 410, 411, 412, 413,
                                   414, 415, 417, 421, 422, 423, 426, 428, 429, 431, 451};
    for (int status = 206; status < 700; status++) {
        bool refuses = false;
        for (size_t i = 0; i < COUNT(refusals); i++)
            refuses |= status == refusals[i];
        if (trouble_not_acted(trouble_of_status(status), status, true) != refuses)
            fail_msg("after %d it is taken for %s", status, refuses ? "done" : "not done");
    }
}

static void test_counted(void **state)
{
    (void)state;
    struct trouble *trouble = trouble_new(TROUBLE_SERVER, "status %d", 503);
    assert_int_equal(trouble->kind, TROUBLE_SERVER);
    assert_string_equal(trouble->sentence, "status 503");
    assert_string_equal(trouble->code, "");
    assert_string_equal(trouble->request_id, "");
    assert_int_equal(trouble->http_status, 0);
    assert_ptr_equal(trouble_ref(trouble), trouble);
    trouble_unref(trouble);
    assert_string_equal(trouble->sentence, "status 503");
    trouble_unref(trouble);
    assert_null(trouble_ref(NULL));
    trouble_unref(NULL);
}

static void test_long_sentence_is_cut(void **state)
{
    (void)state;
    static char words[2000];
    memset(words, 'w', sizeof words - 1);
    struct trouble *trouble = trouble_new(TROUBLE_SERVER, "%s", words);
    assert_int_equal(strlen(trouble->sentence), sizeof trouble->sentence - 1);
    trouble_unref(trouble);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statuses),  cmocka_unit_test(test_chips),
        cmocka_unit_test(test_scope),     cmocka_unit_test(test_retry),
        cmocka_unit_test(test_not_acted), cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_counted),   cmocka_unit_test(test_long_sentence_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
