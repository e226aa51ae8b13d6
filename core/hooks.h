/* hooks: commands of the user's that run when something happens to a lease. They get a built
 * environment with ids and names, no secret, no key and no terminal; HOOKS_LIMIT_MS, then they are
 * ended; HOOKS_AT_ONCE at a time, the others wait. Nothing here waits. Main thread. */
#ifndef CORE_HOOKS_H
#define CORE_HOOKS_H

#include "api/error.h"
#include "api/message.h"

enum { HOOKS_AT_ONCE = 4, HOOKS_WAITING = 200, HOOKS_LIMIT_MS = 10000 };

/* name, what LEASETOP_EVENT says */
#define HOOKS(X)                                                                                   \
    X(EXPIRING, "expiring")                                                                        \
    X(EXPIRED, "expired")                                                                          \
    X(CREATED, "created")                                                                          \
    X(REVOKED, "revoked")

#define HOOK_ENUM(name, word) HOOK_##name,
enum hook { HOOKS(HOOK_ENUM) HOOK_COUNT };
#undef HOOK_ENUM

/* What it happened to; all borrowed. Names may be NULL, moments MOMENT_NONE. */
struct hook_facts {
    const char *profile, *base_url;
    struct identity lease;
    const char *space_name, *runtime_name, *protocol;
    int64_t created_ms, expires_ms;
    int64_t left_s; /* LEFT_NONE: does not say */
};

struct hooks;

/* `environment` (as environ) is what commands inherit, borrowed. */
struct hooks *hooks_new(const char *const *environment);

/* What is waiting is dropped; what runs is left to run. */
void hooks_free(struct hooks *hooks);

/* The command of a hook from now on, borrowed until the next call; NULL: none. */
void hooks_use(struct hooks *hooks, enum hook hook, const char *const *argv);

/* Runs it soon, if there is a command. False when memory ran out or too many are waiting. */
bool hooks_put(struct hooks *hooks, enum hook hook, const struct hook_facts *facts);

/* The one of a write that is done. */
bool hooks_put_write(struct hooks *hooks, const char *profile, const char *base_url,
                     const struct message *message);

/* Starts, reaps and ends what is due; to be called when a child ended or at the deadline. */
void hooks_step(struct hooks *hooks, int64_t now_ms);

/* When hooks_step has something to do by time alone; INT64_MAX if never. */
int64_t hooks_deadline_ms(const struct hooks *hooks, int64_t now_ms);

/* What went wrong since the last call, a sentence; false if nothing did. */
bool hooks_problem(struct hooks *hooks, struct error *error);

#endif
