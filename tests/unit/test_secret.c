/* Memory for what must not be seen: wiped before it goes back, out of core files and children. The
 * linker leads munmap and free of the code under test through here, so that what is given back can
 * be looked at. */
#include "api/secret.h"

#include "tests/unit/unit.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef HAVE_SYS_PRCTL_H
#include <sys/prctl.h>
#endif

#define WORD "hunter2-hunter2"

int __real_munmap(void *at, size_t bytes);
int __wrap_munmap(void *at, size_t bytes);
void __real_free(void *at);
void __wrap_free(void *at);

/* What is looked at when it is given back. */
static struct {
    const char *bytes;
    size_t size;
    bool seen, clean;
} watched;
static size_t unmapped; /* bytes, the last time */

static void watch(const char *bytes, size_t size)
{
    watched.bytes = bytes;
    watched.size = size;
    watched.seen = watched.clean = false;
}

static void look(const char *start, const char *end)
{
    if (watched.bytes == NULL || watched.bytes < start || watched.bytes >= end)
        return;
    watched.seen = watched.clean = true;
    for (size_t i = 0; i < watched.size; i++)
        watched.clean = watched.clean && watched.bytes[i] == '\0';
    watched.bytes = NULL;
}

int __wrap_munmap(void *at, size_t bytes)
{
    look(at, (char *)at + bytes);
    unmapped = bytes;
    return __real_munmap(at, bytes);
}

void __wrap_free(void *at)
{
    if (at != NULL)
        look(at, (char *)at + 64);
    __real_free(at);
}

static void test_new_is_zeroed(void **state)
{
    (void)state;
    struct secret *secret = secret_new(10000);
    assert_int_equal(secret_size(secret), 10000);
    for (size_t i = 0; i < 10000; i++)
        assert_int_equal(secret_bytes(secret)[i], 0);
    memset(secret_bytes(secret), 'x', 10000);
    secret_free(secret);
}

static void test_sizes(void **state)
{
    (void)state;
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t sizes[] = {0, 1, page - 17, page - 16, page - 15, page, page + 1, 3 * page};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct secret *secret = secret_new(sizes[i]);
        assert_int_equal(secret_size(secret), sizes[i]);
        memset(secret_bytes(secret), 'x', sizes[i]);
        size_t start = (uintptr_t)secret_bytes(secret) % page;
        secret_free(secret);
        assert_int_equal(unmapped % page, 0);
        assert_in_range(unmapped, start + sizes[i], start + sizes[i] + page);
    }
    assert_null(secret_new(SIZE_MAX));
    assert_null(secret_new(SIZE_MAX - 4096));
    assert_null(secret_new(SIZE_MAX / 2));
}

static void test_copy(void **state)
{
    (void)state;
    char text[] = WORD;
    struct secret *secret = secret_copy(text);
    text[0] = 'x';
    assert_string_equal(secret_bytes(secret), WORD);
    assert_int_equal(secret_size(secret), sizeof WORD);
    secret_free(secret);
    assert_null(secret_copy(NULL));
    assert_null(secret_bytes(NULL));
    assert_int_equal(secret_size(NULL), 0);
    secret_free(NULL);
}

static void test_wiped_when_freed(void **state)
{
    (void)state;
    struct secret *secret = secret_copy(WORD);
    watch(secret_bytes(secret), secret_size(secret));
    secret_free(secret);
    assert_true(watched.seen);
    assert_true(watched.clean);
}

static void test_wipe(void **state)
{
    (void)state;
    char text[] = "ab" WORD "cd";
    secret_wipe(text + 2, sizeof WORD - 1);
    assert_memory_equal(text, "ab", 2);
    assert_string_equal(text + sizeof text - 3, "cd");
    for (size_t i = 2; i < 2 + sizeof WORD - 1; i++)
        assert_int_equal(text[i], 0);
    secret_wipe(NULL, 5);
    secret_wipe(text, 0);
    assert_int_equal(text[0], 'a');
}

static void test_heap(void **state)
{
    (void)state;
    char *text = secret_heap_strdup(WORD);
    assert_string_equal(text, WORD);
    assert_int_equal((uintptr_t)text % _Alignof(max_align_t), 0);
    watch(text, sizeof WORD);
    secret_heap_free(text);
    assert_true(watched.seen && watched.clean);
    secret_heap_free(NULL);
    char *zeroed = secret_heap_calloc(5, 7);
    for (size_t i = 0; i < 35; i++)
        assert_int_equal(zeroed[i], 0);
    secret_heap_free(zeroed);
    assert_null(secret_heap_malloc(SIZE_MAX));
    assert_null(secret_heap_calloc(SIZE_MAX / 2, 3));
    assert_null(secret_heap_calloc(SIZE_MAX, SIZE_MAX));
    char *nothing = secret_heap_calloc(0, 0);
    assert_non_null(nothing);
    secret_heap_free(nothing);
}

/* The old block of a realloc is where a library leaves a secret behind without knowing it. */
static void test_heap_realloc(void **state)
{
    (void)state;
    char *text = secret_heap_realloc(NULL, sizeof WORD);
    memcpy(text, WORD, sizeof WORD);
    watch(text, sizeof WORD);
    text = secret_heap_realloc(text, 5000);
    assert_true(watched.seen && watched.clean);
    assert_string_equal(text, WORD);
    memset(text + sizeof WORD, 'x', 5000 - sizeof WORD);
    watch(text, 5000);
    text = secret_heap_realloc(text, 7);
    assert_true(watched.seen && watched.clean);
    assert_memory_equal(text, WORD, 7);
    assert_null(secret_heap_realloc(text, SIZE_MAX));
    assert_memory_equal(text, WORD, 7);
    secret_heap_free(text);
}

/* A page that is treated as a secret's should be, as far as this kernel (and a sanitizer) lets it.
 */
static char *model_page(void)
{
    char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(page != MAP_FAILED);
    mlock(page, 4096);
#if HAVE_DECL_MADV_DONTDUMP
    madvise(page, 4096, MADV_DONTDUMP);
#endif
#if HAVE_DECL_MADV_WIPEONFORK
    madvise(page, 4096, MADV_WIPEONFORK);
#endif
    memcpy(page, WORD, sizeof WORD);
    return page;
}

/* Whether a child finds the bytes empty. */
static bool empty_in_a_child(const char *bytes)
{
    int status;
    pid_t child = fork();
    if (child == 0)
        _exit(bytes[0] == '\0' ? 0 : 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status) == 0;
}

static void test_children_do_not_see_it(void **state)
{
    (void)state;
    char *model = model_page();
    struct secret *secret = secret_copy(WORD);
    assert_int_equal(empty_in_a_child(secret_bytes(secret)), empty_in_a_child(model));
    assert_string_equal(secret_bytes(secret), WORD);
    secret_free(secret);
    munmap(model, 4096);
}

/* The kernel's flags of the mapping that holds this address; "" where it does not say. */
static void mapping_flags(const void *address, char flags[256])
{
    char line[512];
    bool ours = false;
    unsigned long from, to;
    FILE *maps = fopen("/proc/self/smaps", "r");
    flags[0] = '\0';
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
            ours = (unsigned long)address >= from && (unsigned long)address < to;
        else if (ours && strncmp(line, "VmFlags:", 8) == 0)
            snprintf(flags, 256, "%.250s", line + 8);
    }
    if (maps != NULL)
        fclose(maps);
}

/* Locked where that is allowed, and left out of core files. */
static void test_treated_as_it_should(void **state)
{
    (void)state;
    char flags[256], expected[256];
    char *model = model_page();
    struct secret *secret = secret_copy(WORD);
    mapping_flags(secret_bytes(secret), flags);
    mapping_flags(model, expected);
    secret_free(secret);
    munmap(model, 4096);
    if (expected[0] == '\0')
        skip();
    assert_string_equal(flags, expected);
}

/* In a child: the test's own process is to be looked into. */
static void test_process_leaves_no_core(void **state)
{
    (void)state;
    int status;
    pid_t child = fork();
    if (child == 0) {
        struct rlimit core = {1, 1};
        secret_global_init();
        bool closed =
            getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0 && core.rlim_max == 0;
#ifdef HAVE_SYS_PRCTL_H
        closed = closed && prctl(PR_GET_DUMPABLE) == 0;
#endif
        _exit(closed ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_new_is_zeroed),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_copy),
        cmocka_unit_test(test_wiped_when_freed),
        cmocka_unit_test(test_wipe),
        cmocka_unit_test(test_heap),
        cmocka_unit_test(test_heap_realloc),
        cmocka_unit_test(test_children_do_not_see_it),
        cmocka_unit_test(test_treated_as_it_should),
        cmocka_unit_test(test_process_leaves_no_core),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
