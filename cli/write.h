/* write: writes on their way, from being asked for to being known: waits, tells, remembers. Main
 * thread. */
#ifndef CLI_WRITE_H
#define CLI_WRITE_H

#include "cli/program.h"

struct write {
    uint64_t id;
    struct message *told;      /* what was said of it last, or what is known without; owned */
    bool over;                 /* settled; or lost, and lists had their say about it */
    const struct write *after; /* it is sent only when this one is done; or NULL */
    bool may_stay;             /* not sent after a signal where it still waits for its turn */
    const char *word;          /* what is said instead of how it ended; or NULL */
    bool reported;             /* for whoever prints it */
};

/* One that was just asked for; `id` 0: memory ran out, which is an error. On failure there is
 * nothing to clear. */
bool write_init(struct write *write, enum intent_kind kind, const struct identity *identity,
                uint64_t id, struct error *error);

/* How they ended. */
enum write_end {
    WRITE_DONE,
    WRITE_FAILED,
    WRITE_UNKNOWN, /* not confirmed, or found without its endpoint */
};
enum write_end write_end(const struct write *write);

/* Waits until all are over, or for so long that nothing more will come; after a signal for a second
 * at most. `step` (or NULL) is called whenever one of them may have changed. Each action is added
 * to the ledger and the audit. The newest snapshot is program->heard. */
void writes_wait(struct program *program, struct write *writes, size_t count,
                 void (*step)(void *context), void *context);

void writes_clear(struct write *writes, size_t count);

/* All of them as one: 0 all, 5 some, 1 none. */
enum exit_code writes_judge(const struct write *writes, size_t count);

/* The endpoint of a lease that is held or in the keyring, for the caller to free, or NULL. */
struct endpoint *write_endpoint(struct program *program, const struct identity *lease);

#endif
