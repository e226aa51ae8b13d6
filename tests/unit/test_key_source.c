/* Where the key comes from: what is taken and what is refused, that no copy stays in the
 * environment, and that a change of the file is noticed. No sentence ever holds the key. */
#include "core/key_source.h"

#include "api/limits.h"

#include "tests/unit/scratch.h"
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define VARIABLE "BCTRL_API_KEY"
#define KEY      "bctrl_0123456789abcdef"

static struct scratch scratch;

static int set_up(void **state)
{
    (void)state;
    scratch_make(&scratch);
    return unsetenv(VARIABLE);
}

static int tear_down(void **state)
{
    (void)state;
    scratch_remove(&scratch);
    return unsetenv(VARIABLE);
}

/* A file in the scratch folder with these bytes and this mode; its path. */
static const char *write_file(const char *name, const char *bytes, size_t length, mode_t mode)
{
    const char *path = scratch_file(&scratch, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, length), (ssize_t)length);
    assert_int_equal(fchmod(fd, mode), 0);
    assert_int_equal(close(fd), 0);
    return path;
}

static const char *write_key(const char *name, const char *key)
{
    return write_file(name, key, strlen(key), 0600);
}

/* The same before and after means that nothing was left open. */
static int open_descriptors(void)
{
    int count = 0;
    for (int fd = 0; fd < 256; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

/* What comes from `file` (NULL: the environment): the key, or an error of this kind whose sentence
 * has these words in it. */
static void expect_key(const char *file, const char *key)
{
    struct error error = {0};
    int open_before = open_descriptors();
    struct key_source *source = key_source_open(file, &error);
    assert_non_null(source);
    struct secret *read = key_source_read(source, &error);
    if (read == NULL)
        fail_msg("%s", error.sentence);
    assert_true(strcmp(secret_bytes(read), key) == 0); /* not shown when it differs */
    secret_free(read);
    key_source_free(source);
    assert_int_equal(open_descriptors(), open_before);
}

static void expect_error(const char *file, enum error_kind kind, const char *words)
{
    struct error error = {0};
    int open_before = open_descriptors();
    struct key_source *source = key_source_open(file, &error);
    assert_non_null(source);
    assert_null(key_source_read(source, &error));
    assert_int_equal(error.kind, kind);
    if (strstr(error.sentence, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", error.sentence, words);
    assert_null(strstr(error.sentence, "bctrl_"));
    assert_null(key_source_read(source, NULL));
    key_source_free(source);
    assert_int_equal(open_descriptors(), open_before);
}

/* ---- a file */

static void test_file(void **state)
{
    (void)state;
    static const char *const contents[] = {KEY, KEY "\n", KEY "\r\n", KEY "  \t\n\n", "K", "!~"};
    static const char *const keys[] = {KEY, KEY, KEY, KEY, "K", "!~"};
    for (size_t i = 0; i < COUNT(contents); i++)
        expect_key(write_key("key", contents[i]), keys[i]);
}

static void test_file_is_no_key(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
    } cases[] = {
        {" " KEY, sizeof KEY},              /* in front it may be anything */
        {KEY "\n" KEY, 2 * sizeof KEY - 1}, /* two lines: a second header */
        {KEY "\r\nX: y\r\n", sizeof KEY + 7},
        {KEY "\x01", sizeof KEY},
        {KEY "\x7f", sizeof KEY},
        {"bctrl_\0bctrl_", 13}, /* UTF-16, or worse */
        {"\0", 1},
        {KEY "\0", sizeof KEY},
        {"bctrl_\xc3\xa9", 8},
        {"\xef\xbb\xbf" KEY, sizeof KEY + 2},
        {"bctrl_\xa0", 7},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        expect_error(write_file("file", cases[i].bytes, cases[i].length, 0600), ERROR_USAGE,
                     "is no key: it holds blanks or control characters");
}

static void test_file_is_empty(void **state)
{
    (void)state;
    expect_error(write_key("file", ""), ERROR_UNAUTHORISED, "there is no key in ");
    expect_error(write_key("file", " \n\r\n\t"), ERROR_UNAUTHORISED, "there is no key in ");
}

static void test_file_is_large(void **state)
{
    (void)state;
    static char bytes[1 << 20];
    memset(bytes, 'x', sizeof bytes);
    static char most[LIMIT_KEY_BYTES + 1];
    memset(most, 'x', LIMIT_KEY_BYTES);
    expect_key(write_file("file", bytes, LIMIT_KEY_BYTES, 0600), most);
    expect_error(write_file("file", bytes, LIMIT_KEY_BYTES + 1, 0600), ERROR_USAGE,
                 "is too large to be a key");
    expect_error(write_file("file", bytes, sizeof bytes, 0600), ERROR_USAGE,
                 "is too large to be a key");
}

static void test_file_permissions(void **state)
{
    (void)state;
    static const struct {
        mode_t mode;
        bool taken;
    } cases[] = {
        {0600, true},  {0400, true},  {0700, true},  {0640, false}, {0604, false}, {0620, false},
        {0602, false}, {0610, false}, {0601, false}, {0644, false}, {0666, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *path = write_file("file", KEY, strlen(KEY), cases[i].mode);
        if (cases[i].taken)
            expect_key(path, KEY);
        else
            expect_error(path, ERROR_USAGE, "may be read by others: chmod 600 it first");
        unlink(path);
    }
}

static void test_no_file(void **state)
{
    (void)state;
    expect_error(scratch_file(&scratch, "missing"), ERROR_USAGE, "No such file");
    expect_error("/nonexistent/folder/file", ERROR_USAGE, "No such file");
    expect_error(scratch.path, ERROR_USAGE, "is not a file"); /* a folder */
    expect_error("/dev/null", ERROR_USAGE, "is not a file");
    expect_error("", ERROR_USAGE, "cannot be opened");
}

/* A shell's <(command) is a pipe: it is read to its end, though it comes in pieces. */
static void test_pipe(void **state)
{
    (void)state;
    int ends[2];
    char path[32];
    assert_int_equal(pipe(ends), 0);
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    if (access(path, R_OK) != 0)
        skip();
    pid_t pid = fork();
    if (pid == 0) {
        for (const char *at = KEY "\n"; *at != '\0'; at++) {
            if (write(ends[1], at, 1) != 1)
                _exit(1);
            scratch_pause();
        }
        _exit(0);
    }
    close(ends[1]);
    expect_key(path, KEY);
    close(ends[0]);
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

/* ---- the environment */

/* The variable in memory of our own, which putenv uses as it is. */
static char variable[LIMIT_KEY_BYTES + 64];

static void put_variable(const char *key)
{
    memset(variable, 0, sizeof variable);
    snprintf(variable, sizeof variable, "%s=%s", VARIABLE, key);
    assert_int_equal(putenv(variable), 0);
}

static void expect_wiped(void)
{
    assert_null(getenv(VARIABLE));
    for (size_t i = sizeof VARIABLE; i < sizeof variable; i++)
        assert_int_equal(variable[i], 0);
}

static void test_environment(void **state)
{
    (void)state;
    put_variable(KEY);
    expect_key(NULL, KEY);
    expect_wiped();
    expect_error(NULL, ERROR_UNAUTHORISED, "there is no key: set BCTRL_API_KEY or give");
    put_variable(KEY "\n");
    expect_key(NULL, KEY);
    put_variable("");
    expect_error(NULL, ERROR_UNAUTHORISED, "there is no key: set BCTRL_API_KEY or give");
}

/* What is no key is wiped like one: it may be one with a slip in it. */
static void test_environment_is_no_key(void **state)
{
    (void)state;
    char large[LIMIT_KEY_BYTES + 2];
    memset(large, 'x', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    static const char *const wrong[] = {"bctrl_ 1", "bctrl_\n2", "bctrl_\x1b",
                                        "bctrl_\xe2\x82\xac"};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        put_variable(wrong[i]);
        struct error error = {0};
        struct key_source *source = key_source_open(NULL, NULL);
        assert_null(key_source_read(source, &error));
        assert_int_equal(error.kind, ERROR_USAGE);
        assert_string_equal(
            error.sentence,
            "what is in BCTRL_API_KEY is no key: it holds blanks or control characters");
        expect_wiped();
        key_source_free(source);
    }
    put_variable(large);
    struct error error = {0};
    struct key_source *source = key_source_open(NULL, NULL);
    assert_null(key_source_read(source, &error));
    assert_string_equal(error.sentence, "what is in BCTRL_API_KEY is too large to be a key");
    expect_wiped();
    key_source_free(source);
    large[LIMIT_KEY_BYTES] = '\0';
    put_variable(large);
    expect_key(NULL, large);
    expect_wiped();
}

/* A file that is given is the only source: the environment is not asked. */
static void test_file_before_environment(void **state)
{
    (void)state;
    put_variable("bctrl_of_the_environment");
    expect_key(write_key("file", KEY), KEY);
    expect_error(scratch_file(&scratch, "missing"), ERROR_USAGE, "cannot be opened");
    assert_non_null(getenv(VARIABLE));
}

/* In a program of its own, started with the key in its environment: what others of this user see of
 * it in /proc. */
static int look_into_proc(void)
{
    char bytes[1 << 16];
    struct key_source *source = key_source_open(NULL, NULL);
    struct secret *key = key_source_read(source, NULL);
    bool right = key != NULL && strcmp(secret_bytes(key), KEY) == 0;
    secret_free(key);
    key_source_free(source);
    int fd = open("/proc/self/environ", O_RDONLY | O_CLOEXEC);
    ssize_t length = read(fd, bytes, sizeof bytes);
    close(fd);
    bool others = memmem(bytes, (size_t)length, "BEFORE=1", 8) != NULL &&
                  memmem(bytes, (size_t)length, "AFTER=1", 7) != NULL;
    bool seen = memmem(bytes, (size_t)length, "bctrl_", 6) != NULL;
    return !right ? 1 : length <= 0 || !others ? 2 : seen ? 3 : 0;
}

static void test_nothing_in_proc(void **state)
{
    (void)state;
    static char program[] = "/proc/self/exe", mode[] = "look-into-proc";
    static char before[] = "BEFORE=1", given[] = VARIABLE "=" KEY, after[] = "AFTER=1";
    char *argv[] = {program, mode, NULL}, *environment[] = {before, given, after, NULL};
    pid_t pid;
    int status;
    if (access("/proc/self/environ", R_OK) != 0)
        skip();
    assert_int_equal(posix_spawn(&pid, program, NULL, NULL, argv, environment), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* ---- changes */

/* The descriptor that tells of changes; the test is skipped where the system has no such thing. */
static int watched(const struct key_source *source)
{
    int fd = key_source_fd(source);
#ifdef HAVE_SYS_INOTIFY_H
    assert_true(fd >= 0);
#else
    if (fd < 0)
        skip();
#endif
    return fd;
}

static bool readable(int fd, int wait_ms)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};
    return poll(&one, 1, wait_ms) == 1;
}

static void read_quietly(struct key_source *source, const char *key)
{
    struct error error = {0};
    struct secret *read = key_source_read(source, &error);
    if (read == NULL)
        fail_msg("%s", error.sentence);
    assert_true(strcmp(secret_bytes(read), key) == 0);
    secret_free(read);
    assert_false(readable(key_source_fd(source), 0)); /* reading is no change */
}

static void test_no_changes_of_the_environment(void **state)
{
    (void)state;
    struct key_source *source = key_source_open(NULL, NULL);
    assert_int_equal(key_source_fd(source), -1);
    key_source_free(source);
    key_source_free(NULL);
}

static void test_changes(void **state)
{
    (void)state;
    struct key_source *source = key_source_open(write_key("key", KEY "1\n"), NULL);
    int fd = watched(source);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    read_quietly(source, KEY "1");
    /* written over */
    write_key("key", KEY "2\n");
    assert_true(readable(fd, SCRATCH_PATIENCE_MS));
    read_quietly(source, KEY "2");
    /* replaced by another one, as careful programs do */
    const char *other = write_key("other", KEY "3\n");
    assert_int_equal(rename(other, scratch_file(&scratch, "key")), 0);
    assert_true(readable(fd, SCRATCH_PATIENCE_MS));
    read_quietly(source, KEY "3");
    /* made readable for others and back */
    assert_int_equal(chmod(scratch_file(&scratch, "key"), 0644), 0);
    assert_true(readable(fd, SCRATCH_PATIENCE_MS));
    assert_null(key_source_read(source, NULL));
    assert_int_equal(chmod(scratch_file(&scratch, "key"), 0600), 0);
    assert_true(readable(fd, SCRATCH_PATIENCE_MS));
    read_quietly(source, KEY "3");
    key_source_free(source);
}

/* A key that is put there later, by a path without a folder. */
static void test_a_file_that_comes_later(void **state)
{
    (void)state;
    char before[4096];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(scratch.path), 0);
    struct key_source *source = key_source_open("key", NULL);
    int fd = watched(source);
    assert_null(key_source_read(source, NULL));
    assert_false(readable(fd, 0));
    write_key("key", KEY);
    assert_true(readable(fd, SCRATCH_PATIENCE_MS));
    read_quietly(source, KEY);
    key_source_free(source);
    assert_int_equal(chdir(before), 0);
}

/* ---- showing which one it is */

static void test_tail(void **state)
{
    (void)state;
    static const struct {
        const char *key, *tail;
    } cases[] = {
        {"bctrl_01239f2c", "9f2c"}, {"012345678901", "8901"}, {"01234567890", ""}, {"", ""}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct secret *key = secret_copy(cases[i].key);
        assert_string_equal(key_source_tail(key), cases[i].tail);
        secret_free(key);
    }
    assert_string_equal(key_source_tail(NULL), "");
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_file),
        TEST(test_file_is_no_key),
        TEST(test_file_is_empty),
        TEST(test_file_is_large),
        TEST(test_file_permissions),
        TEST(test_no_file),
        TEST(test_pipe),
        TEST(test_environment),
        TEST(test_environment_is_no_key),
        TEST(test_file_before_environment),
        TEST(test_nothing_in_proc),
        TEST(test_no_changes_of_the_environment),
        TEST(test_changes),
        TEST(test_a_file_that_comes_later),
        TEST(test_tail),
    };
    if (argc > 1 && strcmp(argv[1], "look-into-proc") == 0)
        return look_into_proc();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
