/* account: one server as a profile describes it: what is set, its address and its key, and the
 * client that is made of them. Main thread. */
#ifndef CLI_ACCOUNT_H
#define CLI_ACCOUNT_H

#include "api/base_url.h"
#include "api/client.h"
#include "core/config.h"
#include "core/key_source.h"

struct account {
    struct config *config; /* counted: the settings borrow from it */
    struct settings settings;
    struct base_url base;
    struct key_source *key_source; /* of a file; else NULL */
    struct secret *key;            /* until a client takes it */
    char key_tail[8];
    bool demo; /* its endpoints end with it */
};

/* Keys from the environment, which are wiped there and kept here: what one profile has read another
 * may need again. */
struct account_keys;

struct account_keys *account_keys_new(void);
void account_keys_free(struct account_keys *keys);

/* Takes the keys of all profiles and BCTRL_API_KEY out of the environment, whether they are used or
 * not: before it is given to any child, and because others of this user may read it. Fails only
 * where memory runs out. */
bool account_keys_take(struct account_keys *keys, const struct config *config, struct error *error);

/* Settles what holds, by itself alone. On failure there is nothing to clear. */
bool account_settle(struct account *account, struct config *config, const char *profile,
                    const struct options *options, struct error *error);

/* Checks the address, and the files that are named: it may wait for a disk. Any thread. */
bool account_check(struct account *account, struct error *error);

/* Both. A demo has neither address nor key yet. On failure there is nothing to clear. */
bool account_open(struct account *account, struct config *config, const char *profile,
                  const struct options *options, struct error *error);
void account_clear(struct account *account);

/* Reads the key, but for that of a command. Where it is in a file this may wait for a disk; with
 * `keys` NULL any thread may do it, and a pipe is refused, else only the main thread, which waits
 * for who writes into it. */
bool account_read_key(struct account *account, struct account_keys *keys, struct error *error);

/* Makes this the key. Taken over. */
void account_put_key(struct account *account, struct secret *key);

/* There will be no more clients of it. What shows of the key stays. */
void account_forget_key(struct account *account);

/* What a client is for. */
struct account_use {
    bool once;    /* everything is read once, and that is it */
    bool keyring; /* endpoints of leases made here are looked for, and kept unless `once` */
    bool more;    /* not the last client of this account: the key is copied */
    const char *space, *runtime; /* not NULL: only these, whatever is settled */
    bool everything;             /* nor these */
};

/* Makes the client, which takes the key. Needs http_global_init before. The account must outlive
 * it. */
struct client *account_connect(struct account *account, const struct account_use *use,
                               struct error *error);

#endif
