/* account: see account.h. */
#include "cli/account.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_VARIABLE "BCTRL_API_KEY"

/* More than what systems ship of all CAs together. */
enum { CERTIFICATES_BYTES_MAX = 4 << 20 };

/* ---- keys from the environment */

struct held_key {
    char *name;
    struct secret *key;   /* or NULL: what was there is no key */
    struct error trouble; /* then: why not, for who asks for it */
    struct held_key *next;
};

struct account_keys {
    struct held_key *first;
};

struct account_keys *account_keys_new(void)
{
    return calloc(1, sizeof(struct account_keys));
}

void account_keys_free(struct account_keys *keys)
{
    if (keys == NULL)
        return;
    for (struct held_key *held; (held = keys->first) != NULL;) {
        keys->first = held->next;
        secret_free(held->key);
        free(held->name);
        free(held);
    }
    free(keys);
}

static struct held_key *find(const struct account_keys *keys, const char *name)
{
    struct held_key *held = keys->first;
    while (held != NULL && strcmp(held->name, name) != 0)
        held = held->next;
    return held;
}

static struct held_key *add(struct account_keys *keys, const char *name)
{
    struct held_key *held = calloc(1, sizeof *held);
    char *copy = strdup(name);
    if (held == NULL || copy == NULL) {
        free(held);
        free(copy);
        return NULL;
    }
    *held = (struct held_key){.name = copy, .next = keys->first};
    return keys->first = held;
}

/* What is in the environment by now comes before what was there. It leaves the environment whether
 * anybody asks for it or not, and what is no key troubles nobody else. */
static bool take(struct account_keys *keys, const char *name, struct error *error)
{
    const char *given = getenv(name);
    if (given == NULL || *given == '\0')
        return true;
    struct held_key *held = find(keys, name);
    if (held == NULL)
        held = add(keys, name);
    if (held == NULL)
        return error_memory(error);
    secret_free(held->key);
    held->trouble = (struct error){0};
    held->key = key_source_variable(name, &held->trouble);
    return true;
}

bool account_keys_take(struct account_keys *keys, const struct config *config, struct error *error)
{
    const char *profile, *name = config_settings(config, NULL)->key_env;
    bool done = take(keys, KEY_VARIABLE, error) && (name == NULL || take(keys, name, error));
    for (size_t i = 0; done && (profile = config_profile(config, i)) != NULL; i++) {
        name = config_settings(config, profile)->key_env;
        done = name == NULL || take(keys, name, error);
    }
    return done;
}

/* ---- an account */

/* Certificates as PEM; the libraries would look at them only when a server is there. */
static bool holds_certificate(int fd)
{
    static const char *const begins[] = {"-----BEGIN CERTIFICATE-----",
                                         "-----BEGIN TRUSTED CERTIFICATE-----"};
    char *text = calloc(1, CERTIFICATES_BYTES_MAX + 1);
    size_t used = 0;
    ssize_t got = text != NULL ? 1 : 0;
    for (; got > 0 && used<CERTIFICATES_BYTES_MAX; used += got> 0 ? (size_t)got : 0)
        got = read(fd, text + used, CERTIFICATES_BYTES_MAX - used);
    bool holds =
        text != NULL && (strstr(text, begins[0]) != NULL || strstr(text, begins[1]) != NULL);
    if (text != NULL)
        secret_wipe(text, used); /* a client's key may stand beside its certificate */
    free(text);
    return holds;
}

static bool certificates(const char *what, const char *file, struct error *error)
{
    struct stat status;
    if (file == NULL)
        return true;
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &status) != 0) {
        error_set(error, ERROR_USAGE, "the %s %s cannot be read: %s", what, file, strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    bool regular = S_ISREG(status.st_mode), holds = regular && holds_certificate(fd);
    close(fd);
    return holds || error_set(error, ERROR_USAGE, "the %s %s %s", what, file,
                              regular ? "holds no certificate (as PEM)" : "is not a file");
}

bool account_check(struct account *account, struct error *error)
{
    const struct settings *settings = &account->settings;
    const char *key = settings->client_key != NULL ? settings->client_key : settings->client_cert;
    return certificates("CA file", settings->ca_file, error) &&
           certificates("client certificate", settings->client_cert, error) &&
           (key == NULL || key_source_private("the key of the client certificate", key, error)) &&
           (account->demo || base_url_parse(&account->base, settings->url, error));
}

bool account_settle(struct account *account, struct config *config, const char *profile,
                    const struct options *options, struct error *error)
{
    *account = (struct account){.demo = options->demo};
    if (!config_settle(&account->settings, config, profile, options, error))
        return false;
    account->config = config_ref(config);
    return true;
}

bool account_open(struct account *account, struct config *config, const char *profile,
                  const struct options *options, struct error *error)
{
    if (!account_settle(account, config, profile, options, error))
        return false;
    if (account_check(account, error))
        return true;
    account_clear(account);
    return false;
}

void account_clear(struct account *account)
{
    secret_free(account->key);
    key_source_free(account->key_source);
    config_unref(account->config);
    *account = (struct account){0};
}

void account_put_key(struct account *account, struct secret *key)
{
    secret_free(account->key);
    account->key = key;
    snprintf(account->key_tail, sizeof account->key_tail, "%s", key_source_tail(key));
}

static struct secret *read_variable(struct account_keys *keys, const char *name,
                                    struct error *error)
{
    if (!take(keys, name, error))
        return NULL;
    const struct held_key *held = find(keys, name);
    if (held == NULL)
        return key_source_variable(name, error); /* it is not there: this says so */
    struct secret *key = secret_copy(secret_bytes(held->key));
    if (key == NULL && held->key != NULL)
        error_memory(error);
    else if (key == NULL)
        error_set(error, held->trouble.kind, "%s", held->trouble.sentence);
    return key;
}

/* While there is a screen nothing waits for a pipe. */
static struct secret *read_file(struct account *account, bool started, struct error *error)
{
    key_source_free(account->key_source);
    account->key_source = key_source_open(account->settings.key_file, error);
    if (started && account->key_source != NULL)
        key_source_started(account->key_source);
    return account->key_source != NULL ? key_source_read(account->key_source, error) : NULL;
}

void account_forget_key(struct account *account)
{
    secret_free(account->key);
    account->key = NULL;
}

bool account_read_key(struct account *account, struct account_keys *keys, struct error *error)
{
    const struct settings *settings = &account->settings;
    const char *variable = settings->key_env != NULL ? settings->key_env : KEY_VARIABLE;
    struct secret *key = settings->key_file != NULL ? read_file(account, keys == NULL, error)
                                                    : read_variable(keys, variable, error);
    if (key != NULL)
        account_put_key(account, key);
    return key != NULL;
}

/* ---- its client */

static int least_of(int a, int b)
{
    return a < b ? a : b;
}

static const char *chosen(const struct account_use *use, const char *only, const char *settled)
{
    return use->everything ? NULL : use->space != NULL ? only : settled;
}

struct client *account_connect(struct account *account, const struct account_use *use,
                               struct error *error)
{
    const struct settings *settings = &account->settings;
    /* The environment can be read only once; a file can be read again when it has changed. */
    struct key_source *again = account->key_source;
    struct client_options client = {
        .base_url = account->base.text,
        .ca_file = settings->ca_file,
        .client_cert = settings->client_cert,
        .client_key = settings->client_key,
        .space = chosen(use, use->space, settings->space),
        .runtime = chosen(use, use->runtime, settings->runtime),
        .read_only = settings->read_only,
        .once = use->once,
        .keyring = settings->keyring && use->keyring && !account->demo,
        .interval_ms = settings->interval_s * 1000,
        .per_second = settings->budget,
        .connect_timeout_ms = least_of(settings->connect_timeout_s, settings->timeout_s) * 1000,
        .read_timeout_ms = settings->timeout_s * 1000,
        .write_timeout_ms = settings->timeout_s * 2000,
        .key = use->more ? secret_copy(secret_bytes(account->key)) : account->key,
        .key_read = again != NULL ? key_source_read : NULL,
        .key_context = again,
        .key_fd = again != NULL ? key_source_fd(again) : -1,
    };
    if (use->more && account->key != NULL && client.key == NULL) {
        error_memory(error);
        return NULL;
    }
    if (!use->more)
        account->key = NULL;
    return client_new(&client, error);
}
