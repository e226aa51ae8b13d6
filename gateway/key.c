/* key: see key.h. */
#include "gateway/key.h"

#include "gateway/ids.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define VARIABLE "BCTRL_API_KEY"

static void wipe(void *bytes, size_t size)
{
#ifdef HAVE_EXPLICIT_BZERO
    explicit_bzero(bytes, size);
#else
    for (volatile char *at = bytes; size > 0; size--)
        *at++ = 0;
#endif
}

/* A key that cannot stand in a header line would never match: better said at the start. */
static bool check_text(const char *text, const char *source, struct fault *fault)
{
    if (text[0] == '\0')
        return fault_set(fault, FAULT_USAGE, "%s holds no key", source);
    for (const char *at = text; *at != '\0'; at++) {
        if (*at <= ' ' || *at > '~')
            return fault_set(fault, FAULT_USAGE,
                             "the key in %s has a space, a control or a non-ASCII character",
                             source);
    }
    return true;
}

static bool check_file(int file, const char *path, struct fault *fault)
{
    struct stat facts;
    if (fstat(file, &facts) != 0)
        return fault_set(fault, FAULT_USAGE, "cannot read %s: %s", path, strerror(errno));
    if (!S_ISREG(facts.st_mode))
        return fault_set(fault, FAULT_USAGE, "%s is not a file", path);
    if ((facts.st_mode & 077) != 0)
        return fault_set(fault, FAULT_USAGE, "%s can be read by others; run: chmod 600 %s", path,
                         path);
    if (facts.st_size >= KEY_SIZE)
        return fault_set(fault, FAULT_USAGE, "%s is too long for a key (%d bytes at most)", path,
                         KEY_SIZE - 1);
    return true;
}

static bool load_file(struct key *key, const char *path, struct fault *fault)
{
    bool ok = false;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0)
        return fault_set(fault, FAULT_USAGE, "cannot read %s: %s", path, strerror(errno));
    if (!check_file(file, path, fault))
        goto out;
    ssize_t size = read(file, key->text, KEY_SIZE - 1);
    if (size < 0) {
        fault_set(fault, FAULT_USAGE, "cannot read %s: %s", path, strerror(errno));
        goto out;
    }
    key->text[size] = '\0';
    while (size > 0 && strchr(" \t\r\n", key->text[size - 1]) != NULL)
        key->text[--size] = '\0';
    /* A NUL inside would hide what stands behind it. */
    ok = strlen(key->text) == (size_t)size
             ? check_text(key->text, path, fault)
             : fault_set(fault, FAULT_USAGE, "the key in %s has a NUL character", path);
out:
    close(file);
    return ok;
}

static bool load_environment(struct key *key, char *value, struct fault *fault)
{
    size_t size = strlen(value);
    bool ok = size < KEY_SIZE;
    if (ok)
        memcpy(key->text, value, size + 1);
    else
        fault_set(fault, FAULT_USAGE, VARIABLE " is too long for a key (%d bytes at most)",
                  KEY_SIZE - 1);
    wipe(value, size);
    unsetenv(VARIABLE);
    return ok && check_text(key->text, VARIABLE, fault);
}

static bool make(struct key *key, struct fault *fault)
{
    char token[TOKEN_SIZE];
    if (!ids_token(token))
        return fault_set(fault, FAULT_SYSTEM, "no random numbers for a key: %s", strerror(errno));
    snprintf(key->text, sizeof key->text, "bctrl_%s", token);
    wipe(token, sizeof token);
    return true;
}

bool key_load(struct key *key, const char *file, bool *made, struct fault *fault)
{
    char *value = getenv(VARIABLE);
    *made = file == NULL && (value == NULL || value[0] == '\0');
    if (file != NULL)
        return load_file(key, file, fault);
    return *made ? make(key, fault) : load_environment(key, value, fault);
}

bool key_matches(const struct key *key, const char *presented)
{
    size_t length = strlen(key->text);
    size_t presented_length = strlen(presented);
    volatile unsigned differ = length != presented_length;
    for (size_t i = 0; i < presented_length; i++)
        differ |= (unsigned char)key->text[i % length] ^ (unsigned char)presented[i];
    return differ == 0;
}

void key_clear(struct key *key)
{
    wipe(key, sizeof *key);
}
