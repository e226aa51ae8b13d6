/* leasetop-gateway as a program: its options and what it says of wrong ones, where its key comes
 * from, how it starts and how it ends, and that --help, the man page and the option table agree. */
#include "tests/gateway/program.h"
#include "tests/gateway/wire.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array)   (sizeof(array) / sizeof((array)[0]))
#define ARGUMENTS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* One that ends by itself. */
static struct program_end run(const char *key, const char *const *arguments)
{
    struct program program;
    program_launch(&program, key, arguments);
    return program_finish(&program, 0);
}

/* One sentence on stderr that names the program and contains `words`, nothing on stdout. */
static void assert_complaint(struct program_end end, int status, const char *words)
{
    static const char name[] = "leasetop-gateway: ";
    if (strstr(end.complaints, words) == NULL)
        fail_msg("'%s' does not say '%s'", end.complaints, words);
    assert_memory_equal(end.complaints, name, sizeof name - 1);
    assert_ptr_equal(strchr(end.complaints, '\n'), end.complaints + strlen(end.complaints) - 1);
    assert_string_equal(end.output, "");
    assert_int_equal(end.status, status);
    program_end_clear(&end);
}

static int ask_with_key(uint16_t port, const char *key)
{
    struct wire wire;
    wire_open(&wire, port);
    wire_say(&wire,
             "GET /v1/spaces HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n", key);
    struct reply reply = wire_read(&wire, false);
    int status = reply.status;
    reply_clear(&reply);
    wire_close(&wire);
    return status;
}

/* ---- options */

static void test_wrong_options(void **state)
{
    (void)state;
    static const struct {
        const char *arguments[4];
        const char *words;
    } wrong[] = {
        {{"--nonsense"}, "there is no option --nonsense: see --help\n"},
        {{"--nonsense=5"}, "there is no option --nonsense: see --help\n"},
        {{"-x"}, "there is no option -x: see --help"},
        {{"-xy"}, "there is no option -x: see --help"},
        {{"-\xc3\xa9"}, "there is no option -?: see --help"},
        {{"extra"}, "it takes options only, not 'extra': see --help"},
        {{"--demo", "extra"}, "it takes options only, not 'extra': see --help"},
        /* names are written whole */
        {{"--p", "3"}, "there is no option --p: see --help"},
        {{"--po", "3"}, "there is no option --po; did you mean --port?"},
        {{"--dem"}, "there is no option --dem; did you mean --demo?"},
        {{"--brow", "--demo"}, "there is no option --brow; did you mean --browser?"},
        {{"--brow=/bin/sh"}, "there is no option --brow; did you mean --browser?"},
        {{"--api-key", "s3cret"}, "there is no option --api-key; did you mean --api-key-file?\n"},
        {{"--api-key=s3cret"}, "there is no option --api-key; did you mean --api-key-file?\n"},
        {{"extra", "--api-key", "s3"}, "option --api-key; did you mean --api-key-file?\n"},
        {{"--key", "s3cret"}, "there is no option --key: see --help\n"},
        /* one slip */
        {{"--ports=3"}, "there is no option --ports; did you mean --port?"},
        {{"--prot", "3"}, "there is no option --prot; did you mean --port?"},
        {{"--protocol", "cdp"}, "there is no option --protocol; did you mean --protocols?"},
        {{"--prt", "3"}, "there is no option --prt; did you mean --port?"},
        {{"--dmeo"}, "there is no option --dmeo; did you mean --demo?"},
        {{"--max_browsers", "2"},
         "there is no option --max_browsers; did you mean --max-browsers?"},
        {{"--port"}, "--port needs a value: see --help"},
        {{"--port", ""}, "--port takes a number from 0 to 65535"},
        {{"--port", "65536"}, "--port takes a number"},
        {{"--port", "-1"}, "--port takes a number"},
        {{"--port", "80x"}, "--port takes a number"},
        {{"--port", " 80"}, "--port takes a number"},
        {{"--port", "99999999999999999999"}, "--port takes a number"},
        {{"--keep-ended", "86401"}, "--keep-ended takes a number from 0 to 86400"},
        {{"--keep-ended", "1.5"}, "--keep-ended takes a number"},
        {{"--page-size", "10001"}, "--page-size takes a number from 0 to 10000"},
        {{"--demo=yes"}, "--demo takes no value\n"},
        {{"--protocols", ""}, "no protocol is called ''"},
        {{"--protocols", "cdp,"}, "no protocol is called ''"},
        {{"--protocols", "cdp,ssh"}, "no protocol is called 'ssh'"},
        {{"--protocols", "CDP"}, "no protocol is called 'CDP'"},
        {{"--protocols", "a\033[2J\n\xc2\x9b"}, "no protocol is called 'a?[2J?"},
        {{"--protocols", "cdp,vnc,cdp"}, "protocol cdp is named twice"},
        {{"--fleet", "10"}, "--fleet takes RUNTIMESxLEASES"},
        {{"--fleet", "x10"}, "--fleet takes RUNTIMESxLEASES"},
        {{"--fleet", "10x"}, "--fleet takes RUNTIMESxLEASES"},
        {{"--fleet", "0x10"}, "--fleet takes RUNTIMESxLEASES"},
        {{"--fleet", "10X10"}, "--fleet takes RUNTIMESxLEASES"},
        {{"--fleet", "10001x1"}, "--fleet takes RUNTIMESxLEASES"},
        {{"--fleet", "1x1001"}, "--fleet takes RUNTIMESxLEASES"},
        {{"--fleet", "10000x101"}, "--fleet takes RUNTIMESxLEASES"},
        {{"--demo", "--fleet", "1x1"}, "--demo and --fleet exclude each other"},
        {{"--browser", "--max-browsers", "0"},
         "--max-browsers takes a number from 1 to 64, not '0'"},
        {{"--browser", "--max-browsers", "65"}, "--max-browsers takes a number from 1 to 64"},
        {{"--max-browsers", "2"}, "--max-browsers says nothing without --browser"},
        {{"--cut"}, "--cut says nothing without --browser"},
        {{"--demo", "--cut"}, "--cut says nothing without --browser"},
        {{"--api-key-file", "/no/such/file"}, "cannot read /no/such/file: No such file"},
        {{"--api-key-file", "/"}, "/ is not a file"},
        {{"--api-key-file", "/dev/null"}, "/dev/null is not a file"},
    };
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_complaint(run(PROGRAM_KEY, wrong[i].arguments), 2, wrong[i].words);
}

static void test_version(void **state)
{
    (void)state;
    struct program_end end = run(NULL, ARGUMENTS("--version"));
    assert_int_equal(end.status, 0);
    assert_string_equal(end.output, "leasetop-gateway " PACKAGE_VERSION "\n");
    assert_string_equal(end.complaints, "");
    program_end_clear(&end);
}

static char *read_file(const char *path)
{
    struct support_bytes text = {0};
    char bytes[4096];
    FILE *file = fopen(path, "r");
    if (file == NULL)
        support_die("cannot read %s", path);
    for (size_t size; (size = fread(bytes, 1, sizeof bytes, file)) > 0;)
        support_bytes_add(&text, bytes, size);
    fclose(file);
    return text.bytes;
}

/* "  --port N   ..." of the help as ".It Fl -port Ar N" of the man page; what is in brackets there
 * is optional here. */
static void make_item(char out[128], const char *line)
{
    char name[32] = "", argument[32] = "";
    sscanf(line, "  --%31[a-z-] %31[A-Zx[]", name, argument);
    bool optional = argument[0] == '[';
    snprintf(out, 128, ".It Fl -%s%s%s\n", name,
             argument[0] == '\0' ? ""
             : optional          ? " Op Ar "
                                 : " Ar ",
             argument + optional);
}

/* Each option of --help stands in the man page with the same argument, in the same order, and no
 * other. */
static void test_help_and_man_page_agree(void **state)
{
    (void)state;
    char path[4096], item[128];
    size_t count = 0;
    snprintf(path, sizeof path, "%s/man/leasetop-gateway.1", getenv("BUILDDIR"));
    char *page = read_file(path);
    const char *at = page;
    struct program_end end = run(NULL, ARGUMENTS("--help"));
    assert_int_equal(end.status, 0);
    for (const char *line = end.output; (line = strstr(line, "\n  --")) != NULL; count++) {
        make_item(item, ++line);
        at = strstr(at, item);
        if (at == NULL)
            fail_msg("the man page does not have, in this order: %s", item);
    }
    assert_int_equal(count, 15);
    for (at = page; (at = strstr(at, ".It Fl -")) != NULL; at++)
        count--;
    assert_int_equal(count, 0);
    program_end_clear(&end);
    free(page);
}

/* Lines that a terminal of 80 columns would wrap read badly. */
static void test_help_fits(void **state)
{
    (void)state;
    struct program_end end = run(NULL, ARGUMENTS("--help"));
    for (const char *line = end.output; *line != '\0'; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= 80);
    program_end_clear(&end);
}

/* ---- the key */

static void write_key(const char *path, const char *text, size_t size, mode_t mode)
{
    FILE *file = fopen(path, "w");
    if (file == NULL || fwrite(text, 1, size, file) != size || fclose(file) != 0 ||
        chmod(path, mode) != 0)
        support_die("cannot write %s", path);
}

static void test_key_file(void **state)
{
    (void)state;
    char path[] = "/tmp/leasetop-key-XXXXXX";
    struct program program;
    close(mkstemp(path));
    /* The file goes before the environment. */
    write_key(path, "from-the-file\n", 14, 0600);
    program_start(&program, PROGRAM_KEY, ARGUMENTS("--port", "0", "--api-key-file", path));
    assert_int_equal(ask_with_key(program.port, "from-the-file"), 200);
    assert_int_equal(ask_with_key(program.port, PROGRAM_KEY), 401);
    program_stop(&program);
    unlink(path);
}

static void test_bad_key_files(void **state)
{
    (void)state;
    static char large[600];
    memset(large, 'k', sizeof large);
    const struct {
        const char *text;
        size_t size;
        mode_t mode;
        const char *words;
    } bad[] = {
        {"key", 3, 0640, "can be read by others; run: chmod 600"},
        {"key", 3, 0604, "can be read by others"},
        {"key", 3, 0620, "can be read by others"},
        {"", 0, 0600, "holds no key"},
        {" \n", 2, 0600, "holds no key"},
        {"two words", 9, 0600, "has a space, a control or a non-ASCII character"},
        {"one\r\ntwo", 8, 0600, "has a space, a control"},
        {"k\xc3\xa9y", 4, 0600, "has a space, a control"},
        {"a\0b", 3, 0600, "has a NUL character"},
        {large, sizeof large, 0600, "is too long for a key"},
    };
    char path[] = "/tmp/leasetop-key-XXXXXX";
    close(mkstemp(path));
    for (size_t i = 0; i < COUNT(bad); i++) {
        write_key(path, bad[i].text, bad[i].size, bad[i].mode);
        assert_complaint(run(PROGRAM_KEY, ARGUMENTS("--port", "0", "--api-key-file", path)), 2,
                         bad[i].words);
    }
    unlink(path);
}

static void test_bad_key_in_environment(void **state)
{
    (void)state;
    char large[600];
    memset(large, 'k', sizeof large);
    large[sizeof large - 1] = '\0';
    assert_complaint(run("two words", ARGUMENTS("--port", "0")), 2, "BCTRL_API_KEY has a space");
    assert_complaint(run("x\r\ny", ARGUMENTS("--port", "0")), 2, "BCTRL_API_KEY has a space");
    assert_complaint(run(large, ARGUMENTS("--port", "0")), 2, "BCTRL_API_KEY is too long");
}

/* Without a key it makes one, and says so and where it is in lines that a shell can run. */
static void check_made_key(const char *key_given)
{
    static const char export[] = "export BCTRL_API_KEY=bctrl_";
    struct program program;
    char where[64];
    program_start(&program, key_given, ARGUMENTS("--port", "0"));
    char *line = program_line(program.complaints);
    assert_memory_equal(line, export, sizeof export - 1);
    assert_int_equal(strlen(line), sizeof export - 1 + 32);
    assert_int_equal(ask_with_key(program.port, strchr(line, '=') + 1), 200);
    assert_int_equal(ask_with_key(program.port, PROGRAM_KEY), 401);
    free(line);
    line = program_line(program.complaints);
    snprintf(where, sizeof where, "export BCTRL_API_URL=http://127.0.0.1:%u", program.port);
    assert_string_equal(line, where);
    free(line);
    program_stop(&program);
}

static void test_made_key(void **state)
{
    (void)state;
    check_made_key(NULL);
    check_made_key("");
}

/* The key is not left where any process of the same user could read it. */
static void test_key_leaves_environment(void **state)
{
    (void)state;
    struct program program;
    char path[64], bytes[65536];
    PROGRAM_START(&program);
    snprintf(path, sizeof path, "/proc/%d/environ", (int)program.pid);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    assert_true(size > 0);
    assert_null(memmem(bytes, size, PROGRAM_KEY, strlen(PROGRAM_KEY)));
    program_stop(&program);
}

/* ---- start and end */

static void test_loopback_only(void **state)
{
    (void)state;
    struct program program;
    PROGRAM_START(&program);
    assert_true(wire_can_reach("127.0.0.1", program.port));
    /* Another address of the same interface: were it bound to all of them, this one would answer
     * too. */
    assert_false(wire_can_reach("127.0.0.2", program.port));
    program_stop(&program);
}

static void test_port_taken(void **state)
{
    (void)state;
    struct program program;
    char port[16];
    PROGRAM_START(&program);
    snprintf(port, sizeof port, "%u", program.port);
    assert_complaint(run(PROGRAM_KEY, ARGUMENTS("--port", port)), 1, "Address already in use");
    program_stop(&program);
    /* Free again at once, though a connection that it ended lingers. */
    struct wire wire;
    program_start(&program, PROGRAM_KEY, ARGUMENTS("--port", port));
    wire_open(&wire, program.port);
    struct reply reply = wire_ask(&wire, "GET", "/v1/spaces", NULL);
    reply_clear(&reply);
    program_stop(&program);
    assert_true(wire_has_ended(&wire));
    wire_close(&wire);
    program_start(&program, PROGRAM_KEY, ARGUMENTS("--port", port));
    program_stop(&program);
}

static void test_signals(void **state)
{
    (void)state;
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < COUNT(signals); i++) {
        struct program program;
        struct wire idle, half;
        PROGRAM_START(&program);
        /* Open connections do not keep it. */
        wire_open(&idle, program.port);
        wire_open(&half, program.port);
        wire_say(&half, "POST /v1/spaces HTTP/1.1\r\nHost: local");
        struct program_end end = program_finish(&program, signals[i]);
        assert_int_equal(end.status, 0);
        assert_string_equal(end.output, "");
        assert_string_equal(end.complaints, "");
        assert_true(wire_has_ended(&idle));
        program_end_clear(&end);
        wire_close(&idle);
        wire_close(&half);
    }
}

static void test_until_eof(void **state)
{
    (void)state;
    struct program program;
    PROGRAM_START(&program, "--until-eof");
    assert_int_equal(write(program.input, "not the end\n", 12), 12);
    assert_int_equal(ask_with_key(program.port, PROGRAM_KEY), 200);
    struct program_end end = program_finish(&program, 0);
    assert_int_equal(end.status, 0);
    program_end_clear(&end);
}

/* The end of its input means nothing to one that was not told so. */
static void test_input_is_ignored(void **state)
{
    (void)state;
    struct program program;
    PROGRAM_START(&program);
    close(program.input);
    program.input = -1;
    for (int i = 0; i < 50; i++)
        assert_int_equal(ask_with_key(program.port, PROGRAM_KEY), 200);
    program_stop(&program);
}

static void test_output_closed(void **state)
{
    (void)state;
    struct program program;
    char line[4096];
    snprintf(line, sizeof line, "exec '%s/leasetop-gateway' --port 0 >/dev/full 2>&1",
             getenv("BUILDDIR"));
    (void)program;
    int status = system(line);
    assert_int_equal(WEXITSTATUS(status), 1);
}

/* ---- fleets */

static size_t count_list(struct wire *wire, const char *path, const char *name)
{
    struct reply reply = wire_ask(wire, "GET", path, NULL);
    size_t count = json_array_size(json_object_get(reply.json, name));
    reply_clear(&reply);
    return count;
}

/* The same size gives the same fleet: ids and protocols, and expiries in the same order. */
static void test_fleet_is_deterministic(void **state)
{
    (void)state;
    char *ids[2];
    for (int i = 0; i < 2; i++) {
        struct program program;
        struct wire wire;
        char path[128];
        PROGRAM_START(&program, "--fleet", "7x3", "--protocols", "cdp,vnc");
        wire_open(&wire, program.port);
        struct wire_place place = wire_find(&wire, 0, "runtime-0007");
        snprintf(path, sizeof path, "/v1/spaces/%s/runtimes", place.space);
        assert_int_equal(count_list(&wire, path, "runtimes"), 7);
        assert_int_equal(count_list(&wire, place.leases, "connections"), 3);
        struct reply reply = wire_ask(&wire, "GET", place.leases, NULL);
        size_t n;
        json_t *lease;
        json_array_foreach(json_object_get(reply.json, "connections"), n, lease)
        {
            assert_string_equal(json_string_value(json_object_get(lease, "status")), "active");
            json_object_del(lease, "createdAt");
            json_object_del(lease, "expiresAt");
        }
        ids[i] = support_need(json_dumps(reply.json, 0));
        reply_clear(&reply);
        wire_close(&wire);
        program_stop(&program);
    }
    assert_string_equal(ids[0], ids[1]);
    assert_non_null(strstr(ids[0], "\"cdp\""));
    assert_non_null(strstr(ids[0], "\"vnc\""));
    free(ids[0]);
    free(ids[1]);
}

static void test_demo_offers_all(void **state)
{
    (void)state;
    static const char *const names[] = {"cdp", "cua", "rdp", "vnc", "mcp", "http"};
    struct program program;
    struct wire wire;
    char body[64];
    PROGRAM_START(&program, "--demo");
    wire_open(&wire, program.port);
    struct wire_place place = wire_find(&wire, 0, "checkout");
    for (size_t i = 0; i < COUNT(names); i++) {
        snprintf(body, sizeof body, "{\"protocol\":\"%s\"}", names[i]);
        struct reply reply = wire_ask(&wire, "POST", place.leases, body);
        assert_int_equal(reply.status, 200);
        reply_clear(&reply);
    }
    char *all = wire_state(&wire);
    for (size_t i = 0; i < COUNT(names); i++)
        assert_non_null(strstr(all, names[i]));
    assert_non_null(strstr(all, "\"expiresAt\":null"));
    assert_non_null(strstr(all, "\"status\":\"stopped\""));
    assert_non_null(strstr(all, "\"status\":\"failed\""));
    free(all);
    wire_close(&wire);
    program_stop(&program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wrong_options),
        cmocka_unit_test(test_version),
        cmocka_unit_test(test_help_and_man_page_agree),
        cmocka_unit_test(test_help_fits),
        cmocka_unit_test(test_key_file),
        cmocka_unit_test(test_bad_key_files),
        cmocka_unit_test(test_bad_key_in_environment),
        cmocka_unit_test(test_made_key),
        cmocka_unit_test(test_key_leaves_environment),
        cmocka_unit_test(test_loopback_only),
        cmocka_unit_test(test_port_taken),
        cmocka_unit_test(test_signals),
        cmocka_unit_test(test_until_eof),
        cmocka_unit_test(test_input_is_ignored),
        cmocka_unit_test(test_output_closed),
        cmocka_unit_test(test_fleet_is_deterministic),
        cmocka_unit_test(test_demo_offers_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
