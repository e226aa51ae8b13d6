/* keyring: see keyring.h. The one place for libkeyutils, whose functions are system calls. */
#include "api/keyring.h"

#include "api/endpoint_pack.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if HAVE_KEYUTILS
#include <keyutils.h>
#else
/* Without the library every call fails as it would on a kernel without keyrings. */
typedef int key_serial_t;
enum { KEY_SPEC_THREAD_KEYRING, KEY_SPEC_USER_KEYRING };
enum { KEY_POS_ALL, KEY_USR_VIEW, KEY_USR_READ, KEY_USR_SEARCH };

static long absent(const char *call, ...)
{
    (void)call;
    errno = ENOSYS;
    return -1;
}

#define add_key(...)            (key_serial_t) absent("add_key", __VA_ARGS__)
#define keyctl_describe(...)    absent("describe", __VA_ARGS__)
#define keyctl_link(...)        absent("link", __VA_ARGS__)
#define keyctl_read(...)        absent("read", __VA_ARGS__)
#define keyctl_revoke(...)      absent("revoke", __VA_ARGS__)
#define keyctl_search(...)      absent("search", __VA_ARGS__)
#define keyctl_set_timeout(...) absent("set_timeout", __VA_ARGS__)
#define keyctl_setperm(...)     absent("setperm", __VA_ARGS__)
#define keyctl_unlink(...)      absent("unlink", __VA_ARGS__)
#endif

#define KEY_TYPE "user"
#define MARK     "leasetop:"

enum {
    NAME_BYTES = 4096,     /* the kernel's ceiling of a description, its NUL counted */
    PAYLOAD_BYTES = 32767, /* and of what a key of this type holds */
    PROBE_S = 60,          /* should it not be ended */
};

struct keyring {
    enum keyring_state state;
    bool linked;             /* see possess */
    char server[NAME_BYTES]; /* the start of each description: our mark and the server */
};

const char *keyring_words(enum keyring_state state)
{
    static const char *const words[KEYRING_STATES] = {
        [KEYRING_OFF] = "",
        [KEYRING_READY] = "",
        [KEYRING_ABSENT] = "there is no kernel keyring",
        [KEYRING_REFUSED] = "the kernel keyring is not allowed here",
        [KEYRING_FULL] = "the kernel keyring is full",
    };
    return words[state];
}

/* ---- what a copy is called: leasetop:SERVER:SPACE:RUNTIME:LEASE */

/* Appends with all encoded that could be taken for a part of the frame; false where it does not
 * fit. */
static bool add_part(char *name, const char *text)
{
    size_t used = strlen(name);
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        bool plain = *at < 0x80 && isgraph(*at) && strchr(":;%", *at) == NULL;
        if (used + 4 > NAME_BYTES)
            return false;
        if (plain)
            name[used++] = (char)*at;
        else
            used += (size_t)sprintf(name + used, "%%%02X", *at);
    }
    name[used] = '\0';
    return true;
}

static bool add_frame(char *name, const char *text)
{
    size_t used = strlen(name), bytes = strlen(text);
    if (used + bytes >= NAME_BYTES)
        return false;
    memcpy(name + used, text, bytes + 1);
    return true;
}

static bool name_of(const struct keyring *keyring, const struct identity *lease,
                    char name[NAME_BYTES])
{
    strcpy(name, keyring->server);
    return add_part(name, lease->space_id) && add_frame(name, ":") &&
           add_part(name, lease->runtime_id) && add_frame(name, ":") &&
           add_part(name, lease->lease_id);
}

/* Decodes up to the next colon in place; what follows it, or NULL at the end. */
static char *take_part(char *text)
{
    char *from = text, *to = text;
    unsigned code;
    while (*from != '\0' && *from != ':') {
        bool encoded = *from == '%' && sscanf(from + 1, "%2X", &code) == 1 && from[2] != '\0';
        *to++ = encoded ? (char)code : *from;
        from += encoded ? 3 : 1;
    }
    char *rest = *from == ':' ? from + 1 : NULL;
    *to = '\0';
    return rest;
}

/* The identity in a description, borrowed from it; false for what is not this server's. */
static bool lease_of(const struct keyring *keyring, char *name, struct identity *lease)
{
    size_t bytes = strlen(keyring->server);
    if (strncmp(name, keyring->server, bytes) != 0)
        return false;
    lease->space_id = name + bytes;
    lease->runtime_id = take_part(lease->space_id);
    lease->lease_id = lease->runtime_id != NULL ? take_part(lease->runtime_id) : NULL;
    return lease->lease_id != NULL && take_part(lease->lease_id) == NULL;
}

/* ---- a keyring */

struct keyring *keyring_new(const char *base_url, bool wanted)
{
    struct keyring *keyring = calloc(1, sizeof *keyring);
    if (keyring == NULL)
        return NULL;
    strcpy(keyring->server, MARK);
    bool fits = add_part(keyring->server, base_url) && add_frame(keyring->server, ":");
    keyring->state = wanted && fits ? KEYRING_READY : KEYRING_OFF;
    return keyring;
}

void keyring_free(struct keyring *keyring)
{
    free(keyring);
}

enum keyring_state keyring_state(const struct keyring *keyring)
{
    return keyring->state;
}

/* Nothing but these speaks against the keyring as a whole; all else is about one copy: it is too
 * large, has expired, was revoked. */
static void note_failure(struct keyring *keyring, int code)
{
    static const struct {
        int code;
        enum keyring_state state;
    } causes[] = {
        {ENOSYS, KEYRING_ABSENT},
        {EPERM, KEYRING_REFUSED},
        {EACCES, KEYRING_REFUSED},
        {EDQUOT, KEYRING_FULL},
    };
    for (size_t i = 0; i < sizeof causes / sizeof *causes; i++) {
        if (causes[i].code == code)
            keyring->state = causes[i].state;
    }
}

/* A keyring that is full may have room again. */
static bool usable(const struct keyring *keyring)
{
    return keyring->state == KEYRING_READY || keyring->state == KEYRING_FULL;
}

/* Nothing guarantees that the session's keyring leads to the user's. Linked into this thread's own,
 * its keys are possessed; where that is refused their owner's permissions still hold. */
static void possess(struct keyring *keyring)
{
    if (!keyring->linked)
        keyctl_link(KEY_SPEC_USER_KEYRING, KEY_SPEC_THREAD_KEYRING);
    keyring->linked = true;
}

static key_serial_t find(struct keyring *keyring, const struct identity *lease)
{
    char name[NAME_BYTES];
    if (!usable(keyring) || !name_of(keyring, lease, name))
        return -1;
    possess(keyring);
    return (key_serial_t)keyctl_search(KEY_SPEC_USER_KEYRING, KEY_TYPE, name, 0);
}

/* ---- copies */

static unsigned timeout_of(int64_t left_s)
{
    if (left_s == LEFT_NONE)
        return KEYRING_ENDLESS_S;
    return (unsigned)(left_s < KEYRING_MOST_S ? left_s : KEYRING_MOST_S);
}

/* The copy gets its time and its permissions in the thread's keyring, which ends with the thread:
 * nowhere is there ever one that would stay for good. */
static bool put_payload(const char *name, const struct secret *payload, unsigned timeout_s)
{
    key_serial_t key = add_key(KEY_TYPE, name, secret_bytes(payload), secret_size(payload),
                               KEY_SPEC_THREAD_KEYRING);
    if (key < 0)
        return false;
    bool done =
        keyctl_set_timeout(key, timeout_s) == 0 &&
        keyctl_setperm(key, KEY_POS_ALL | KEY_USR_VIEW | KEY_USR_READ | KEY_USR_SEARCH) == 0 &&
        keyctl_link(key, KEY_SPEC_USER_KEYRING) == 0;
    int code = errno;
    keyctl_unlink(key, KEY_SPEC_THREAD_KEYRING);
    errno = code;
    return done;
}

bool keyring_put(struct keyring *keyring, const struct identity *lease,
                 const struct endpoint *endpoint, int64_t left_s)
{
    char name[NAME_BYTES];
    if (!usable(keyring) || left_s <= 0 || !name_of(keyring, lease, name))
        return false;
    struct secret *payload = endpoint_pack(endpoint);
    if (payload == NULL)
        return false;
    possess(keyring);
    errno = 0;
    bool done = put_payload(name, payload, timeout_of(left_s));
    secret_free(payload);
    if (done)
        keyring->state = KEYRING_READY;
    else
        note_failure(keyring, errno);
    return done;
}

static struct endpoint *read_key(key_serial_t key)
{
    struct secret *payload = secret_new(PAYLOAD_BYTES);
    if (payload == NULL)
        return NULL;
    long length = keyctl_read(key, secret_bytes(payload), PAYLOAD_BYTES);
    struct endpoint *endpoint = length > 0 && length <= PAYLOAD_BYTES
                                    ? endpoint_unpack(secret_bytes(payload), (size_t)length)
                                    : NULL;
    secret_free(payload);
    return endpoint;
}

struct endpoint *keyring_get(struct keyring *keyring, const struct identity *lease)
{
    key_serial_t key = find(keyring, lease);
    return key >= 0 ? read_key(key) : NULL;
}

void keyring_remove(struct keyring *keyring, const struct identity *lease)
{
    key_serial_t key = find(keyring, lease);
    if (key < 0)
        return;
    keyctl_revoke(key);
    keyctl_unlink(key, KEY_SPEC_USER_KEYRING);
}

/* ---- whether it works */

/* Its server is no address, so that no other run takes it for a lease's. */
bool keyring_probe(enum keyring_state *state)
{
    char process[24];
    struct identity none = {(char *)"", process, (char *)""};
    struct keyring *keyring = keyring_new("probe", true);
    struct endpoint *endpoint = endpoint_new(ENDPOINT_WEBSOCKET), *back = NULL;
    *state = KEYRING_READY;
    snprintf(process, sizeof process, "%ld", (long)getpid());
    bool done = keyring != NULL && endpoint != NULL &&
                endpoint_add(endpoint, ENDPOINT_URL, "url", "wss://probe.invalid") &&
                keyring_put(keyring, &none, endpoint, PROBE_S) &&
                (back = keyring_get(keyring, &none)) != NULL;
    if (keyring != NULL) {
        keyring_remove(keyring, &none);
        *state = keyring->state;
    }
    endpoint_free(back);
    endpoint_free(endpoint);
    keyring_free(keyring);
    return done;
}

/* ---- all of them */

/* The numbers of all keys in the user's keyring, from malloc; *count of them. NULL: none can be
 * read. */
static key_serial_t *list_keys(size_t *count)
{
    long bytes = keyctl_read(KEY_SPEC_USER_KEYRING, NULL, 0);
    key_serial_t *keys = bytes > 0 ? malloc((size_t)bytes) : NULL;
    if (keys == NULL)
        return NULL;
    long got = keyctl_read(KEY_SPEC_USER_KEYRING, (char *)keys, (size_t)bytes);
    *count = got > 0 ? (size_t)(got < bytes ? got : bytes) / sizeof *keys : 0;
    return keys;
}

/* The description of a key of our type: what follows "user;UID;GID;PERMISSIONS;", or NULL. */
static char *describe(key_serial_t key, char *room, size_t size)
{
    long bytes = keyctl_describe(key, room, size);
    if (bytes <= 0 || (size_t)bytes > size || strncmp(room, KEY_TYPE ";", 5) != 0)
        return NULL;
    char *at = room;
    for (int field = 0; field < 4 && at != NULL; field++) {
        at = strchr(at, ';');
        at = at != NULL ? at + 1 : NULL;
    }
    return at;
}

void keyring_each(struct keyring *keyring,
                  void (*found)(void *context, const struct identity *lease,
                                enum endpoint_type type),
                  void *context)
{
    char room[NAME_BYTES + 64];
    size_t count = 0;
    if (!usable(keyring))
        return;
    possess(keyring);
    key_serial_t *keys = list_keys(&count);
    for (size_t i = 0; keys != NULL && i < count; i++) {
        struct identity lease;
        char *name = describe(keys[i], room, sizeof room);
        if (name == NULL || !lease_of(keyring, name, &lease))
            continue;
        struct endpoint *endpoint = read_key(keys[i]);
        if (endpoint != NULL)
            found(context, &lease, endpoint_type(endpoint));
        endpoint_free(endpoint);
    }
    free(keys);
}
