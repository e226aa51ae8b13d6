/* session_publish: what is known, as a snapshot for the screen. API thread only. */
#include "api/session_internal.h"

#include <stdio.h>

static struct source_state state_of(const struct session *session, const struct source *source)
{
    bool asked = source->number != SCHEDULE_NONE;
    return (struct source_state){
        .trouble = trouble_ref(source->trouble),
        .answered_ms = source->answered_ms,
        .since_ms = source->since_ms,
        .unreadable = source->part != NULL ? source->part->unreadable : 0,
        .pace_ms = asked ? schedule_pace_ms(session->schedule, source->number) : 0,
        .retry_ms = asked ? schedule_due_ms(session->schedule, source->number) : SCHEDULE_NEVER,
    };
}

struct tally {
    size_t spaces, runtimes;
    bool catalog_settled;
};

static void count_source(struct source *source, void *context)
{
    struct tally *tally = context;
    tally->spaces += source->kind == PART_RUNTIMES;
    tally->runtimes += source->kind == PART_LEASES;
    if (source->kind != PART_LEASES && !source->tried)
        tally->catalog_settled = false;
}

static void publish_runtimes(const struct session *session, struct snapshot *snapshot,
                             const struct source *parent, const struct space *space)
{
    snapshot_keep(snapshot, parent->part);
    snapshot->cut |= parent->part != NULL && parent->part->cut;
    snapshot->unreadable += parent->part != NULL ? parent->part->unreadable : 0;
    for (size_t i = 0; parent->children != NULL && i < parent->part->count; i++) {
        const struct source *source = parent->children[i];
        if (source == NULL)
            continue;
        snapshot_keep(snapshot, source->part);
        snapshot->unread += source->part == NULL;
        snapshot->runtimes[snapshot->runtime_count++] = (struct snapshot_runtime){
            space, &parent->part->runtimes[i], source->part, state_of(session, source)};
    }
}

static void publish_tree(const struct session *session, struct snapshot *snapshot)
{
    const struct source *root = session->root;
    snapshot_keep(snapshot, root->part);
    snapshot->cut = root->part != NULL && root->part->cut;
    snapshot->unreadable = root->part != NULL ? root->part->unreadable : 0;
    for (size_t i = 0; root->children != NULL && i < root->part->count; i++) {
        const struct source *source = root->children[i];
        if (source == NULL)
            continue;
        const struct space *space = &root->part->spaces[i];
        snapshot->spaces[snapshot->space_count++] =
            (struct snapshot_space){space, state_of(session, source)};
        publish_runtimes(session, snapshot, source, space);
    }
}

/* When any list is asked again; what is under way counts as now. */
static int64_t next_ms(const struct session *session)
{
    int64_t now_ms = clock_boot_now_ms();
    int64_t wake_ms = schedule_wake_ms(session->schedule, now_ms);
    return wake_ms == SCHEDULE_NEVER ? now_ms : wake_ms;
}

static int64_t asks_ms(const struct session *session)
{
    return session->calls != NULL ? 0 : schedule_wake_ms(session->schedule, clock_boot_now_ms());
}

static struct source_state server_state(const struct session *session)
{
    struct source_state state = state_of(session, session->root);
    if (session->trouble == NULL)
        return state;
    trouble_unref(state.trouble);
    state.trouble = trouble_ref(session->trouble);
    state.since_ms = session->since_ms;
    state.retry_ms = session->unauthorised ? SCHEDULE_NEVER : schedule_gate_ms(session->schedule);
    if (session_down(session))
        state.retry_ms = next_ms(session);
    return state;
}

void session_publish(struct session *session)
{
    struct tally tally = {.catalog_settled = true};
    source_each(session->root, count_source, &tally);
    struct snapshot *snapshot = snapshot_new(tally.spaces, tally.runtimes);
    if (snapshot == NULL)
        return; /* stays dirty: the next step tries again */
    snapshot->clock = session->clock;
    snapshot->server = server_state(session);
    snapshot->down = session_down(session);
    snapshot->catalog_settled = tally.catalog_settled;
    snapshot->settled = schedule_settled(session->schedule) || session->unauthorised;
    snapshot->asks_ms = asks_ms(session);
    snapshot->paused = session->paused;
    snapshot->latency_ms = session->latency_ms;
    snprintf(snapshot->key_tail, sizeof snapshot->key_tail, "%s", secret_tail(session->key));
    publish_tree(session, snapshot);
    snapshot->keyring = keyring_state(session->keyring);
    snapshot->sought = session->sought;
    snapshot->holdings = vault_holdings(session->vault);
    snapshot->intents = intents_publish(session->intents);
    snapshot->keeps = keeps_publish(session->keeps, session->unauthorised);
    if (snapshot->intents == NULL && intents_count(session->intents) > 0) {
        snapshot_unref(snapshot); /* a screen without what is pending would lie */
        return;
    }
    mailbox_snapshot_put(session->mailbox, snapshot);
    session->dirty = false;
}
