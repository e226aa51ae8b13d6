/* program: what is started before there is something to do, in the order in which it is ended: the
 * configuration, an account, a demo, a client. Main thread. */
#ifndef CLI_PROGRAM_H
#define CLI_PROGRAM_H

#include "api/rfc3339.h"
#include "cli/account.h"
#include "cli/print.h"
#include "core/demo.h"

/* A lease, as far as it was told of when it was made. */
struct made {
    struct identity lease; /* owned; NULLs: there is none */
    char runtime[160], protocol[16], expires[RFC3339_BYTES];
};

struct program {
    const char *name; /* argv[0] */
    struct options options;
    struct config *config;
    struct account_keys *keys;
    struct account account;
    struct demo *demo;            /* or NULL */
    struct hooks *hooks;          /* or NULL: none has run */
    struct client *client;        /* or NULL */
    const struct snapshot *heard; /* the newest that was heard of it; or NULL */
    const struct snapshot *read;  /* what was heard of the client before; or NULL */
    struct ledger *ledger;        /* as it was when an outcome first asked for it; or NULL */
    bool http_started;
    bool narrowed;    /* the client asks for a part of what there is */
    struct made made; /* the newest that was made here */
    char **ended;     /* the ids of leases that were revoked; owned */
    size_t ended_count;
    bool record_failed; /* that was said already */
    bool told;          /* what became of a write is on its way out */
    int interrupted;    /* the signal that came while something was under way; 0: none */
};

/* Settles the account and takes the keys out of the environment; nothing is started. */
bool program_open(struct program *program, struct error *error);

/* Reads the key, or starts the demo, which brings one. */
bool program_key(struct program *program, struct error *error);

/* A client for this use, in the place of the one there was. */
bool program_connect(struct program *program, const struct account_use *use, struct error *error);

void program_close(struct program *program);

/* What the terminal can show. */
enum text_charset program_charset(const struct program *program);

/* For printing; `ledger` may be NULL and is borrowed. */
struct print_options program_print(const struct program *program, const struct ledger *ledger);

/* What is remembered of leases made here; NULL where it is not, or may not be, read. */
struct ledger *program_ledger(const struct program *program);

#endif
