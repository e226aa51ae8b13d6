/* The copies in the kernel's keyring, before a kernel of the test's own: the linker leads the calls
 * of libkeyutils through here. tests/contract/test_keyring.c has the machine's own kernel. */
#include "api/keyring.h"

#include "tests/unit/listed.h"

#if !HAVE_KEYUTILS
int main(void)
{
    puts("1..0 # SKIP built without libkeyutils");
    return 0;
}
#else
#include <errno.h>
#include <keyutils.h>

#define SERVER "https://api.example.test:8443/v1"
#define SECRET "wss://h/shown-once"

/* ---- the kernel */

enum call { ADD, TIMEOUT, SETPERM, LINK, UNLINK, SEARCH, READ, DESCRIBE, REVOKE, CALLS };

struct key {
    char name[4096], payload[32767];
    size_t size;
    unsigned timeout_s, permissions;
    bool ours, users, revoked, foreign; /* in the thread's keyring, in the user's */
};

static struct {
    struct key keys[8]; /* their serial numbers count from 100 */
    size_t count;
    int refuses[CALLS]; /* the errno of each call, or 0 */
    long calls, links;
} kernel;

static int refused(enum call call)
{
    kernel.calls++;
    errno = kernel.refuses[call];
    return kernel.refuses[call];
}

static struct key *key_of(key_serial_t serial)
{
    size_t place = (size_t)serial - 100;
    if (place < kernel.count && (kernel.keys[place].ours || kernel.keys[place].users) &&
        !kernel.keys[place].revoked)
        return &kernel.keys[place];
    errno = place < kernel.count && kernel.keys[place].revoked ? EKEYREVOKED : ENOKEY;
    return NULL;
}

key_serial_t __wrap_add_key(const char *type, const char *name, const void *payload, size_t size,
                            key_serial_t ring);
long __wrap_keyctl_set_timeout(key_serial_t serial, unsigned timeout_s);
long __wrap_keyctl_setperm(key_serial_t serial, key_perm_t permissions);
long __wrap_keyctl_link(key_serial_t serial, key_serial_t ring);
long __wrap_keyctl_unlink(key_serial_t serial, key_serial_t ring);
long __wrap_keyctl_search(key_serial_t ring, const char *type, const char *name, key_serial_t to);
long __wrap_keyctl_read(key_serial_t serial, char *buffer, size_t size);
long __wrap_keyctl_describe(key_serial_t serial, char *buffer, size_t size);
long __wrap_keyctl_revoke(key_serial_t serial);

key_serial_t __wrap_add_key(const char *type, const char *name, const void *payload, size_t size,
                            key_serial_t ring)
{
    assert_string_equal(type, "user");
    assert_int_equal(ring, KEY_SPEC_THREAD_KEYRING);
    assert_true(strlen(name) < 4096);
    if (size > sizeof kernel.keys[0].payload) {
        errno = EINVAL;
        return -1;
    }
    if (refused(ADD))
        return -1;
    assert_true(kernel.count < COUNT(kernel.keys));
    struct key *key = &kernel.keys[kernel.count++];
    snprintf(key->name, sizeof key->name, "%s", name);
    memcpy(key->payload, payload, size);
    key->size = size;
    key->ours = true;
    return (key_serial_t)(99 + kernel.count);
}

long __wrap_keyctl_set_timeout(key_serial_t serial, unsigned timeout_s)
{
    if (refused(TIMEOUT))
        return -1;
    key_of(serial)->timeout_s = timeout_s;
    return 0;
}

long __wrap_keyctl_setperm(key_serial_t serial, key_perm_t permissions)
{
    if (refused(SETPERM))
        return -1;
    key_of(serial)->permissions = permissions;
    return 0;
}

/* What comes to the user's keyring has its time and its permissions by then. */
long __wrap_keyctl_link(key_serial_t serial, key_serial_t ring)
{
    if (serial == KEY_SPEC_USER_KEYRING) {
        kernel.links++;
        assert_int_equal(ring, KEY_SPEC_THREAD_KEYRING);
        return 0;
    }
    assert_int_equal(ring, KEY_SPEC_USER_KEYRING);
    struct key *key = key_of(serial);
    assert_true(key->timeout_s > 0);
    assert_int_equal(key->permissions, KEY_POS_ALL | KEY_USR_VIEW | KEY_USR_READ | KEY_USR_SEARCH);
    if (refused(LINK))
        return -1;
    for (size_t i = 0; i < kernel.count; i++)
        kernel.keys[i].users &= strcmp(kernel.keys[i].name, key->name) != 0;
    key->users = true;
    return 0;
}

long __wrap_keyctl_unlink(key_serial_t serial, key_serial_t ring)
{
    if (refused(UNLINK))
        return -1;
    struct key *key = &kernel.keys[serial - 100];
    *(ring == KEY_SPEC_THREAD_KEYRING ? &key->ours : &key->users) = false;
    errno = EBADF; /* what is told of a failure must not be this */
    return 0;
}

long __wrap_keyctl_search(key_serial_t ring, const char *type, const char *name, key_serial_t to)
{
    assert_int_equal(ring, KEY_SPEC_USER_KEYRING);
    assert_string_equal(type, "user");
    assert_int_equal(to, 0);
    if (refused(SEARCH))
        return -1;
    for (size_t i = 0; i < kernel.count; i++)
        if (kernel.keys[i].users && strcmp(kernel.keys[i].name, name) == 0)
            return key_of((key_serial_t)(100 + i)) != NULL ? (long)(100 + i) : -1;
    errno = ENOKEY;
    return -1;
}

static long read_ring(char *buffer, size_t size)
{
    long length = 0;
    for (size_t i = 0; i < kernel.count; i++) {
        key_serial_t serial = (key_serial_t)(100 + i);
        if (!kernel.keys[i].users)
            continue;
        if (buffer != NULL && (size_t)length + sizeof serial <= size)
            memcpy(buffer + length, &serial, sizeof serial);
        length += (long)sizeof serial;
    }
    return length;
}

long __wrap_keyctl_read(key_serial_t serial, char *buffer, size_t size)
{
    if (refused(READ))
        return -1;
    if (serial == KEY_SPEC_USER_KEYRING)
        return read_ring(buffer, size);
    const struct key *key = key_of(serial);
    if (key == NULL)
        return -1;
    memcpy(buffer, key->payload, key->size < size ? key->size : size);
    return (long)key->size;
}

long __wrap_keyctl_describe(key_serial_t serial, char *buffer, size_t size)
{
    const struct key *key = key_of(serial);
    if (refused(DESCRIBE) || key == NULL)
        return -1;
    return 1 + snprintf(buffer, size, "%s;0;0;3f0b0000;%s", key->foreign ? "keyring" : "user",
                        key->name);
}

long __wrap_keyctl_revoke(key_serial_t serial)
{
    struct key *key = key_of(serial);
    if (refused(REVOKE) || key == NULL)
        return -1;
    key->revoked = true;
    memset(key->payload, 0, sizeof key->payload);
    return 0;
}

/* ---- what is asked of it */

static int setup(void **state)
{
    memset(&kernel, 0, sizeof kernel);
    *state = keyring_new(SERVER, true);
    return *state == NULL;
}

static int teardown(void **state)
{
    keyring_free(*state);
    return 0;
}

static struct endpoint *url(const char *text)
{
    struct endpoint *endpoint = endpoint_new(ENDPOINT_WEBSOCKET);
    assert_true(endpoint_add(endpoint, ENDPOINT_URL, "url", text));
    return endpoint;
}

static bool put(struct keyring *keyring, struct identity lease, const char *text, int64_t left_s)
{
    struct endpoint *endpoint = url(text);
    bool done = keyring_put(keyring, &lease, endpoint, left_s);
    endpoint_free(endpoint);
    return done;
}

static void expect(struct keyring *keyring, struct identity lease, const char *text)
{
    struct endpoint *endpoint = keyring_get(keyring, &lease);
    if (text == NULL)
        assert_null(endpoint);
    else
        assert_string_equal(endpoint_field(endpoint, 0).text, text);
    endpoint_free(endpoint);
}

static size_t users_keys(void)
{
    size_t count = 0;
    for (size_t i = 0; i < kernel.count; i++) {
        count += kernel.keys[i].users;
        assert_false(kernel.keys[i].ours);
    }
    return count;
}

static void test_put_and_get(void **state)
{
    assert_true(put(*state, named("s", "r", "l"), SECRET, 900));
    assert_int_equal(users_keys(), 1);
    assert_int_equal(kernel.keys[0].timeout_s, 900);
    assert_string_equal(kernel.keys[0].name, "leasetop:https%3A//api.example.test%3A8443/v1:s:r:l");
    expect(*state, named("s", "r", "l"), SECRET);
    expect(*state, named("s", "r", "m"), NULL);
    assert_int_equal(keyring_state(*state), KEYRING_READY);
    assert_int_equal(kernel.links, 1);
}

static void test_a_second_takes_the_place(void **state)
{
    put(*state, named("s", "r", "l"), "wss://one", 900);
    put(*state, named("s", "r", "l"), "wss://two", 900);
    assert_int_equal(users_keys(), 1);
    expect(*state, named("s", "r", "l"), "wss://two");
}

static void test_time(void **state)
{
    static const struct {
        int64_t left_s;
        unsigned timeout_s;
    } cases[] = {{1, 1},
                 {7200, 7200},
                 {LEFT_NONE, KEYRING_ENDLESS_S},
                 {KEYRING_MOST_S + 1, KEYRING_MOST_S},
                 {LEFT_NONE - 1, KEYRING_MOST_S}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_true(put(*state, named("s", "r", "l"), SECRET, cases[i].left_s));
        assert_int_equal(kernel.keys[i].timeout_s, cases[i].timeout_s);
    }
    long calls = kernel.calls;
    assert_false(put(*state, named("s", "r", "l"), SECRET, 0));
    assert_int_equal(kernel.calls, calls);
}

static void test_remove(void **state)
{
    struct identity lease = named("s", "r", "l");
    put(*state, lease, SECRET, 900);
    put(*state, named("s", "q", "l"), SECRET, 900);
    keyring_remove(*state, &lease);
    assert_true(kernel.keys[0].revoked);
    assert_int_equal(users_keys(), 1);
    expect(*state, lease, NULL);
    expect(*state, named("s", "q", "l"), SECRET);
    keyring_remove(*state, &lease);
    assert_int_equal(keyring_state(*state), KEYRING_READY);
}

/* Ids are the server's, and may hold what frames them. */
static const struct identity odd[] = {
    {(char *)"a:b", (char *)"%41", (char *)"l;m"},
    {(char *)"", (char *)"\xc3\xa4 \n", (char *)"%"},
    {(char *)"a", (char *)"b:%41", (char *)":"},
};

static void count_odd(void *context, const struct identity *lease, enum endpoint_type type)
{
    assert_int_equal(type, ENDPOINT_WEBSOCKET);
    for (size_t i = 0; i < COUNT(odd); i++)
        ((int *)context)[i] += identity_compare(lease, &odd[i]) == 0;
    ((int *)context)[COUNT(odd)]++;
}

static void test_odd_ids_are_told_apart(void **state)
{
    char text[16];
    int seen[COUNT(odd) + 1] = {0};
    for (size_t i = 0; i < COUNT(odd); i++) {
        snprintf(text, sizeof text, "wss://%zu", i);
        assert_true(put(*state, odd[i], text, 900));
    }
    for (size_t i = 0; i < COUNT(odd); i++) {
        snprintf(text, sizeof text, "wss://%zu", i);
        expect(*state, odd[i], text);
    }
    keyring_each(*state, count_odd, seen);
    for (size_t i = 0; i < COUNT(odd); i++)
        assert_int_equal(seen[i], 1);
    assert_int_equal(seen[COUNT(odd)], COUNT(odd));
}

static void never(void *context, const struct identity *lease, enum endpoint_type type)
{
    (void)context, (void)lease, (void)type;
    fail_msg("a key that is not ours was taken for one");
}

static void plant(const char *name, const void *payload, size_t size)
{
    struct key *key = &kernel.keys[kernel.count++];
    *key = (struct key){.size = size, .users = true, .timeout_s = 1};
    snprintf(key->name, sizeof key->name, "%s", name);
    memcpy(key->payload, payload, size);
}

#define OURS "leasetop:https%3A//api.example.test%3A8443/v1:"

static void test_what_is_not_ours(void **state)
{
    static const char good[] = "lte1wuurl\0wss://h/1";
    struct keyring *other = keyring_new("https://api.example.test", true);
    put(other, named("s", "r", "l"), SECRET, 900);
    keyring_free(other);
    plant("somebody's", good, sizeof good);
    plant("leasetop:https%3A//api.example.test%3A8444/v1:s:r:l", good, sizeof good);
    plant(OURS "s:r", good, sizeof good);
    plant(OURS "s:r:l:m", good, sizeof good);
    plant(OURS "s:r:hostile", "lte1wuurl", 9);
    plant(OURS "s:r:empty", "", 0);
    plant(OURS "s:r:ring", good, sizeof good);
    kernel.keys[kernel.count - 1].foreign = true;
    keyring_each(*state, never, NULL);
    expect(*state, named("s", "r", "l"), NULL);
    expect(*state, named("s", "r", "hostile"), NULL);
    expect(*state, named("s", "r", "empty"), NULL);
}

static void test_too_large(void **state)
{
    char *id = malloc(3000), *text = malloc(32768);
    memset(id, ':', 3000);
    id[2999] = '\0';
    memset(text, 'x', 32768);
    text[32760] = '\0';
    assert_false(put(*state, named("s", "r", id), SECRET, 900));
    assert_false(put(*state, named("s", "r", "l"), text, 900));
    assert_int_equal(keyring_state(*state), KEYRING_READY);
    assert_int_equal(users_keys(), 0);
    free(id);
    free(text);
}

static void test_gone(void **state)
{
    static const int codes[] = {EKEYEXPIRED, ENOKEY, EKEYREVOKED};
    put(*state, named("s", "r", "l"), SECRET, 900);
    for (int call = SEARCH; call <= READ; call++) {
        for (size_t i = 0; i < COUNT(codes); i++) {
            kernel.refuses[call] = codes[i];
            expect(*state, named("s", "r", "l"), NULL);
            assert_int_equal(keyring_state(*state), KEYRING_READY);
        }
        kernel.refuses[call] = 0;
    }
    expect(*state, named("s", "r", "l"), SECRET);
}

/* Whatever fails, and wherever, nothing is left behind, and a keyring that is not there is left
 * alone from then on. */
static void test_refusals(void **state)
{
    (void)state;
    static const struct {
        int code;
        enum keyring_state state;
    } codes[] = {
        {EPERM, KEYRING_REFUSED}, {EACCES, KEYRING_REFUSED}, {ENOSYS, KEYRING_ABSENT},
        {EDQUOT, KEYRING_FULL},   {ENOMEM, KEYRING_READY},
    };
    for (size_t i = 0; i < COUNT(codes); i++) {
        for (int call = ADD; call <= LINK; call++) {
            memset(&kernel, 0, sizeof kernel);
            struct keyring *keyring = keyring_new(SERVER, true);
            kernel.refuses[call] = codes[i].code;
            assert_false(put(keyring, named("s", "r", "l"), SECRET, 900));
            assert_int_equal(keyring_state(keyring), codes[i].state);
            assert_int_equal(users_keys(), 0);
            kernel.refuses[call] = 0;
            bool again = codes[i].state == KEYRING_FULL || codes[i].state == KEYRING_READY;
            assert_int_equal(put(keyring, named("s", "r", "m"), SECRET, 900), again);
            if (again)
                assert_int_equal(keyring_state(keyring), KEYRING_READY);
            keyring_free(keyring);
        }
    }
}

/* What says that all is well has tried it; nothing of it is left. */
static void test_probe(void **state)
{
    static const struct {
        int code;
        enum keyring_state state;
    } codes[] = {{EPERM, KEYRING_REFUSED},
                 {ENOSYS, KEYRING_ABSENT},
                 {EDQUOT, KEYRING_FULL},
                 {ENOMEM, KEYRING_READY}};
    enum keyring_state found;
    assert_true(keyring_probe(&found));
    assert_int_equal(found, KEYRING_READY);
    assert_int_equal(kernel.count, 1);
    assert_int_equal(users_keys(), 0);
    assert_true(kernel.keys[0].timeout_s > 0);
    keyring_each(*state, never, NULL);
    for (size_t i = 0; i < COUNT(codes); i++) {
        for (int call = ADD; call <= LINK; call++) {
            memset(&kernel, 0, sizeof kernel);
            kernel.refuses[call] = codes[i].code;
            assert_false(keyring_probe(&found));
            assert_int_equal(found, codes[i].state);
            assert_int_equal(users_keys(), 0);
        }
    }
    memset(&kernel, 0, sizeof kernel);
    kernel.refuses[READ] = EACCES;
    assert_false(keyring_probe(&found));
    assert_int_equal(users_keys(), 0);
}

static void test_off(void **state)
{
    (void)state;
    struct keyring *keyring = keyring_new(SERVER, false);
    struct identity lease = named("s", "r", "l");
    assert_int_equal(keyring_state(keyring), KEYRING_OFF);
    assert_false(put(keyring, lease, SECRET, 900));
    expect(keyring, lease, NULL);
    keyring_remove(keyring, &lease);
    keyring_each(keyring, never, NULL);
    assert_int_equal(kernel.calls + kernel.links, 0);
    keyring_free(keyring);
    keyring_free(NULL);
}

static void test_words(void **state)
{
    (void)state;
    for (int i = 0; i < KEYRING_STATES; i++) {
        bool fine = i == KEYRING_OFF || i == KEYRING_READY;
        assert_int_equal(*keyring_words((enum keyring_state)i) == '\0', fine);
    }
}

#define AT_KERNEL(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_KERNEL(test_put_and_get),
        AT_KERNEL(test_a_second_takes_the_place),
        AT_KERNEL(test_time),
        AT_KERNEL(test_remove),
        AT_KERNEL(test_odd_ids_are_told_apart),
        AT_KERNEL(test_what_is_not_ours),
        AT_KERNEL(test_too_large),
        AT_KERNEL(test_gone),
        AT_KERNEL(test_refusals),
        AT_KERNEL(test_probe),
        AT_KERNEL(test_off),
        AT_KERNEL(test_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
#endif
