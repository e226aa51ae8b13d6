/* The clerk: what is written by it and how, what it sees of files that change, and that nobody
 * waits for it. */
#include "core/clerk.h"
#include "core/watch.h"
#include "tests/unit/scratch.h"

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { TAG = 7 };

static struct scratch scratch;
static struct clerk *clerk;

/* A disk that does not answer: the clerk stays in fsync until the gate opens. */
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    return __real_fsync(fd);
}

static int make(void **state)
{
    (void)state;
    scratch_make(&scratch);
    clerk = clerk_new(NULL);
    return clerk == NULL;
}

static int unmake(void **state)
{
    (void)state;
    clerk_free(clerk);
    scratch_remove(&scratch);
    return 0;
}

static void stop(void)
{
    clerk_free(clerk);
    clerk = NULL;
}

static struct clerk_result *await(void)
{
    int64_t until_ms = scratch_now_ms() + SCRATCH_PATIENCE_MS;
    for (;;) {
        clerk_look(clerk);
        struct clerk_result *result = clerk_take(clerk);
        if (result != NULL)
            return result;
        struct pollfd ready = {.fd = clerk_fd(clerk), .events = POLLIN};
        poll(&ready, 1, SCRATCH_PATIENCE_MS);
        assert_true(scratch_now_ms() < until_ms);
    }
}

static void put(const char *name, const char *text)
{
    FILE *file = fopen(scratch_file(&scratch, name), "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void assert_holds(const char *name, const char *text)
{
    char *found = scratch_read(scratch_file(&scratch, name), NULL);
    assert_string_equal(found, text);
    free(found);
}

static void assert_mode(const char *path, mode_t mode)
{
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, mode);
}

/* What the watched file is told to hold; NULL: nothing. */
static void assert_told(const char *text)
{
    struct clerk_result *result = await();
    assert_int_equal(result->kind, CLERK_FILE);
    assert_int_equal(result->tag, TAG);
    if (text == NULL) {
        assert_null(result->bytes);
        assert_true(result->missing);
        assert_non_null(strstr(result->error.sentence, "cannot be read"));
    } else {
        assert_non_null(result->bytes);
        assert_string_equal(result->bytes, text);
        assert_int_equal(result->length, strlen(text));
    }
    clerk_result_free(result);
}

static void test_append(void **state)
{
    (void)state;
    char line[32], all[4000] = "";
    for (int i = 0; i < 200; i++) {
        snprintf(line, sizeof line, "line %d", i);
        assert_true(clerk_append(clerk, scratch_file(&scratch, "audit"), line));
        strcat(strcat(all, line), "\n");
    }
    stop();
    assert_holds("audit", all);
    assert_mode(scratch_file(&scratch, "audit"), 0600);
}

/* What a person made readable stays so. */
static void test_append_to_given(void **state)
{
    (void)state;
    put("audit", "before\n");
    assert_int_equal(chmod(scratch_file(&scratch, "audit"), 0640), 0);
    assert_true(clerk_append(clerk, scratch_file(&scratch, "audit"), "after"));
    stop();
    assert_holds("audit", "before\nafter\n");
    assert_mode(scratch_file(&scratch, "audit"), 0640);
}

/* A line that was torn, when a disk was full say, does not take the next with it. */
static void test_append_to_torn(void **state)
{
    (void)state;
    put("audit", "before\ntor");
    assert_true(clerk_append(clerk, scratch_file(&scratch, "audit"), "after"));
    assert_true(clerk_append(clerk, scratch_file(&scratch, "audit"), "and more"));
    stop();
    assert_holds("audit", "before\ntor\nafter\nand more\n");
}

/* Looking changes nothing, and says what writing would. */
static void test_probe(void **state)
{
    (void)state;
    put("file", "");
    assert_true(clerk_probe(clerk, scratch_file(&scratch, "file")));
    assert_true(clerk_probe(clerk, scratch_file(&scratch, "a/b/lines")));
    assert_true(clerk_probe(clerk, scratch_file(&scratch, "lines")));
    const char *bad[] = {"file/lines", "file/a/lines", ""};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_true(clerk_probe(clerk, scratch_file(&scratch, bad[i])));
        struct clerk_result *result = await();
        assert_int_equal(result->kind, CLERK_FAILED);
        assert_string_equal(result->path, scratch_file(&scratch, bad[i]));
        assert_non_null(
            strstr(result->error.sentence, *bad[i] != '\0' ? "Not a directory" : "Is a directory"));
        clerk_result_free(result);
    }
    assert_int_not_equal(access(scratch_file(&scratch, "a"), F_OK), 0);
    assert_int_not_equal(access(scratch_file(&scratch, "lines"), F_OK), 0);
}

/* Stopped, it says what came of the last, and is freed all the same. */
static void test_stop(void **state)
{
    (void)state;
    put("file", "");
    assert_true(clerk_append(clerk, scratch_file(&scratch, "lines"), "one"));
    assert_true(clerk_append(clerk, scratch_file(&scratch, "file/lines"), "two"));
    clerk_stop(clerk);
    assert_holds("lines", "one\n");
    struct clerk_result *result = clerk_take(clerk);
    assert_non_null(result);
    assert_int_equal(result->kind, CLERK_FAILED);
    clerk_result_free(result);
    assert_null(clerk_take(clerk));
}

static void test_folders(void **state)
{
    (void)state;
    assert_true(clerk_append(clerk, scratch_file(&scratch, "a/b/lines"), "one"));
    assert_true(clerk_replace(clerk, scratch_file(&scratch, "c/d/state"), "two", 3));
    stop();
    assert_holds("a/b/lines", "one\n");
    assert_holds("c/d/state", "two");
    assert_mode(scratch_file(&scratch, "a/b"), 0700);
    assert_mode(scratch_file(&scratch, "c"), 0700);
    for (const char *const *name =
             (const char *const[]){"a/b/lines", "a/b", "a", "c/d/state", "c/d", "c", NULL};
         *name != NULL; name++)
        assert_int_equal(remove(scratch_file(&scratch, *name)), 0);
}

static void test_replace(void **state)
{
    (void)state;
    put("state", "a much longer text than the new one");
    assert_int_equal(chmod(scratch_file(&scratch, "state"), 0644), 0);
    assert_true(clerk_replace(clerk, scratch_file(&scratch, "state"), "new\0er", 6));
    stop();
    size_t length;
    char *found = scratch_read(scratch_file(&scratch, "state"), &length);
    assert_int_equal(length, 6);
    assert_memory_equal(found, "new\0er", 6);
    free(found);
    assert_mode(scratch_file(&scratch, "state"), 0600);
    /* Nothing is left beside it: the scratch folder could not be removed. */
    assert_int_equal(unlink(scratch_file(&scratch, "state")), 0);
    assert_int_equal(rmdir(scratch.path), 0);
    assert_int_equal(mkdir(scratch.path, 0700), 0);
}

/* Each file's failure is said once, and again after it went well in between. */
static void test_failure_once(void **state)
{
    (void)state;
    char *path = strdup(scratch_file(&scratch, "folder"));
    assert_int_equal(mkdir(path, 0700), 0);
    for (int i = 0; i < 3; i++)
        assert_true(clerk_append(clerk, path, "line"));
    struct clerk_result *result = await();
    assert_int_equal(result->kind, CLERK_FAILED);
    assert_non_null(strstr(result->error.sentence, "/folder cannot be written: Is a directory"));
    clerk_result_free(result);
    assert_true(clerk_watch(clerk, scratch_file(&scratch, "none"), TAG));
    assert_told(NULL); /* all three are done, and only one was said */
    assert_int_equal(rmdir(path), 0);
    assert_true(clerk_append(clerk, path, "line"));
    result = await();
    assert_int_equal(result->kind, CLERK_WRITTEN);
    assert_string_equal(result->path, path);
    clerk_result_free(result);
    char *line = scratch_line(path);
    assert_string_equal(line, "line");
    free(line);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_true(clerk_replace(clerk, path, "", 0));
    result = await();
    assert_int_equal(result->kind, CLERK_FAILED);
    clerk_result_free(result);
    assert_int_equal(rmdir(path), 0);
    free(path);
}

/* What can be spared is written as well, and nobody hears where it could not be. */
static void test_spare(void **state)
{
    (void)state;
    char *path = strdup(scratch_file(&scratch, "folder"));
    assert_int_equal(mkdir(path, 0700), 0);
    assert_true(clerk_spare(clerk, path, "names\n", 6));
    assert_true(clerk_watch(clerk, scratch_file(&scratch, "none"), TAG));
    assert_told(NULL); /* it is done, and was not said */
    assert_int_equal(rmdir(path), 0);
    assert_true(clerk_spare(clerk, path, "names\n", 6));
    char *line = scratch_line(path);
    assert_string_equal(line, "names");
    free(line);
    assert_int_equal(unlink(path), 0);
    free(path);
}

/* A pipe in its place would keep a writer waiting for a reader. */
static void test_no_file(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(scratch_file(&scratch, "pipe"), 0600), 0);
    assert_true(clerk_append(clerk, scratch_file(&scratch, "pipe"), "line"));
    struct clerk_result *result = await();
    assert_int_equal(result->kind, CLERK_FAILED);
    clerk_result_free(result);
    assert_true(clerk_watch(clerk, scratch_file(&scratch, "pipe"), TAG));
    result = await();
    assert_null(result->bytes);
    assert_false(result->missing);
    assert_non_null(strstr(result->error.sentence, "it is not a file"));
    clerk_result_free(result);
}

static void test_watch(void **state)
{
    (void)state;
    put("conf", "one");
    assert_true(clerk_watch(clerk, scratch_file(&scratch, "conf"), TAG));
    assert_told("one");
    put("conf", "two"); /* in place */
    assert_told("two");
    put("conf.new", "three"); /* as editors do */
    assert_int_equal(rename(scratch_file(&scratch, "conf.new"), scratch_file(&scratch, "conf")), 0);
    assert_told("three");
    assert_int_equal(unlink(scratch_file(&scratch, "conf")), 0);
    assert_told(NULL);
    put("conf", "four");
    assert_told("four");
}

/* What was touched but holds the same, and other files, are no news. */
static void test_watch_same(void **state)
{
    (void)state;
    put("conf", "one");
    assert_true(clerk_watch(clerk, scratch_file(&scratch, "conf"), TAG));
    assert_told("one");
    put("conf", "one");
    put("other", "x");
    put("conf", "two");
    assert_told("two");
}

static void test_watch_missing_folder(void **state)
{
    (void)state;
    assert_true(clerk_watch(clerk, scratch_file(&scratch, "a/b/conf"), TAG));
    assert_told(NULL);
    assert_int_equal(mkdir(scratch_file(&scratch, "a"), 0700), 0);
    assert_int_equal(mkdir(scratch_file(&scratch, "a/b"), 0700), 0);
    put("a/b/conf", "here");
    assert_told("here");
    assert_int_equal(unlink(scratch_file(&scratch, "a/b/conf")), 0);
    assert_told(NULL);
    assert_int_equal(rmdir(scratch_file(&scratch, "a/b")), 0);
    assert_int_equal(rmdir(scratch_file(&scratch, "a")), 0);
}

/* Many keep their files elsewhere, and a link where they are looked for. */
static void test_watch_link(void **state)
{
    (void)state;
    assert_int_equal(mkdir(scratch_file(&scratch, "far"), 0700), 0);
    put("far/conf", "one");
    put("far/other", "other");
    assert_int_equal(symlink("far/conf", scratch_file(&scratch, "conf")), 0);
    assert_true(clerk_watch(clerk, scratch_file(&scratch, "conf"), TAG));
    assert_told("one");
    put("far/conf", "two");
    assert_told("two");
    assert_int_equal(symlink("far/other", scratch_file(&scratch, "new")), 0);
    assert_int_equal(rename(scratch_file(&scratch, "new"), scratch_file(&scratch, "conf")), 0);
    assert_told("other");
    put("far/other", "three");
    assert_told("three");
    assert_int_equal(unlink(scratch_file(&scratch, "far/conf")), 0);
    assert_int_equal(unlink(scratch_file(&scratch, "far/other")), 0);
    assert_int_equal(rmdir(scratch_file(&scratch, "far")), 0);
}

static void test_watch_another(void **state)
{
    (void)state;
    put("one", "1");
    put("two", "2");
    assert_true(clerk_watch(clerk, scratch_file(&scratch, "one"), TAG));
    assert_told("1");
    assert_true(clerk_watch(clerk, scratch_file(&scratch, "two"), TAG));
    assert_told("2");
    put("one", "1 again"); /* nobody asks any more */
    put("two", "2 again");
    assert_told("2 again");
    assert_true(clerk_watch(clerk, NULL, TAG));
    put("two", "2 once more");
    assert_true(clerk_watch(clerk, scratch_file(&scratch, "one"), TAG));
    assert_told("1 again");
}

static void test_watch_too_big(void **state)
{
    (void)state;
    char *text = malloc(WATCH_BYTES + 2);
    assert_non_null(text);
    memset(text, 'x', WATCH_BYTES + 1);
    text[WATCH_BYTES + 1] = '\0';
    put("conf", text);
    assert_true(clerk_watch(clerk, scratch_file(&scratch, "conf"), TAG));
    struct clerk_result *result = await();
    assert_null(result->bytes);
    assert_false(result->missing);
    assert_non_null(strstr(result->error.sentence, "it is too big"));
    clerk_result_free(result);
    text[WATCH_BYTES] = '\0';
    put("conf", text);
    assert_told(text);
    free(text);
}

/* Nobody waits for a disk that does not answer: jobs go in, up to the ceiling, and stopping takes
 * no longer than it may. The thread is freed when the disk answers after all. */
static void test_stuck(void **state)
{
    (void)state;
    char *path = strdup(scratch_file(&scratch, "audit"));
    pthread_mutex_lock(&gate);
    assert_true(clerk_replace(clerk, scratch_file(&scratch, "state"), "x", 1));
    int taken = 0;
    while (clerk_append(clerk, path, "line") && taken <= CLERK_JOBS)
        taken++;
    assert_in_range(taken, CLERK_JOBS - 1, CLERK_JOBS);
    int64_t before_ms = scratch_now_ms();
    stop();
    int64_t took_ms = scratch_now_ms() - before_ms;
    assert_in_range(took_ms, CLERK_LINGER_MS, CLERK_LINGER_MS * 10);
    pthread_mutex_unlock(&gate);
    /* Then all of it is written. */
    int64_t until_ms = scratch_now_ms() + SCRATCH_PATIENCE_MS;
    struct stat status = {0};
    while (status.st_size < (off_t)taken * 5 && scratch_now_ms() < until_ms) {
        scratch_pause();
        (void)!stat(path, &status);
    }
    assert_int_equal(status.st_size, taken * 5);
    free(path);
}

/* ---- calls */

struct errand {
    _Atomic int worked, dropped;
    pthread_t thread;
};

static void work(void *context)
{
    struct errand *errand = context;
    errand->thread = pthread_self();
    errand->worked++;
}

static void drop(void *context)
{
    ((struct errand *)context)->dropped++;
}

/* Done on the clerk's thread; what comes of it belongs to whoever takes it. */
static void test_call(void **state)
{
    (void)state;
    static struct errand errand;
    assert_true(clerk_call(clerk, work, drop, &errand));
    struct clerk_result *result = await();
    assert_int_equal(result->kind, CLERK_CALLED);
    assert_ptr_equal(result->context, &errand);
    assert_int_equal(errand.worked, 1);
    assert_false(pthread_equal(errand.thread, pthread_self()));
    result->context = NULL;
    clerk_result_free(result);
    assert_int_equal(errand.dropped, 0);
    /* One that nobody takes is dropped. */
    assert_true(clerk_call(clerk, work, drop, &errand));
    stop();
    assert_int_equal(errand.worked, 2);
    assert_int_equal(errand.dropped, 1);
}

/* Nobody waits for the end of what hangs, and it is dropped when it is through. */
static void test_leave(void **state)
{
    (void)state;
    static struct errand errand;
    pthread_mutex_lock(&gate);
    assert_true(clerk_replace(clerk, scratch_file(&scratch, "state"), "x", 1));
    assert_true(clerk_call(clerk, work, drop, &errand));
    int64_t before_ms = scratch_now_ms();
    clerk_leave(clerk);
    clerk = NULL;
    assert_in_range(scratch_now_ms() - before_ms, 0, CLERK_LINGER_MS / 2);
    pthread_mutex_unlock(&gate);
    int64_t until_ms = scratch_now_ms() + SCRATCH_PATIENCE_MS;
    while (errand.dropped == 0 && scratch_now_ms() < until_ms)
        scratch_pause();
    assert_int_equal(errand.dropped, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, unmake)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_append),         TEST(test_append_to_given),
        TEST(test_folders),        TEST(test_replace),
        TEST(test_failure_once),   TEST(test_spare),
        TEST(test_no_file),        TEST(test_watch),
        TEST(test_watch_same),     TEST(test_watch_missing_folder),
        TEST(test_watch_link),     TEST(test_watch_another),
        TEST(test_watch_too_big),  TEST(test_stuck),
        TEST(test_call),           TEST(test_leave),
        TEST(test_append_to_torn), TEST(test_probe),
        TEST(test_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
