/* session_secret: the endpoints of leases made here: held in the vault, copied to the kernel's
 * keyring, found there again, wiped in both. Who reads but once only looks there. API thread only.
 */
#include "api/session_internal.h"

void session_keep(struct session *session, const struct identity *lease, struct endpoint *endpoint,
                  int64_t expires_ms, int64_t now_ms)
{
    struct endpoint_target target;
    if (endpoint == NULL || endpoint_targets(endpoint, &target, 1) == 0) {
        endpoint_free(endpoint);
        vault_put(session->vault, lease, NULL);
        return;
    }
    enum endpoint_type type = endpoint_type(endpoint);
    const struct lease ends = {.expires_ms = expires_ms};
    int64_t left_s = lease_left_s(&ends, clock_server_ms(&session->clock, now_ms));
    bool kept = !session->options.once && keyring_put(session->keyring, lease, endpoint, left_s);
    if (vault_put(session->vault, lease, endpoint) && kept)
        vault_kept(session->vault, lease, type);
    vault_await(session->vault, lease, now_ms);
    session->dirty = true;
}

void session_wipe(struct session *session, const struct identity *lease)
{
    if (vault_wipe(session->vault, lease))
        http_renew(session->http); /* a list may have carried it */
    if (!session->options.once)
        keyring_remove(session->keyring, lease);
}

/* By the server's word for when it was made, which may be missing or wrong, and by our own. */
static bool made_since(const struct session *session, const struct identity *identity,
                       const struct lease *lease, int64_t lag_ms, int64_t now_ms)
{
    int64_t server_ms = clock_server_ms(&session->clock, now_ms);
    return (moment_known(lease->created_ms) && server_ms - lease->created_ms < lag_ms) ||
           vault_awaited(session->vault, identity, now_ms - lag_ms);
}

bool session_lags(const struct session *session, const struct identity *identity,
                  const struct lease *lease, int64_t lag_ms, int64_t now_ms)
{
    struct lease listed = *lease;
    listed.vanished_ms = MOMENT_NONE;
    enum lease_state state = lease_state(&listed, clock_server_ms(&session->clock, now_ms));
    return lease->vanished_ms != MOMENT_NONE && !lease_state_ended(state) &&
           state != LEASE_OVERDUE && made_since(session, identity, lease, lag_ms, now_ms);
}

void session_wipe_ended(struct session *session, const struct source *source, int64_t lag_ms,
                        int64_t now_ms)
{
    int64_t server_ms = clock_server_ms(&session->clock, now_ms);
    for (size_t i = 0; i < source->part->count; i++) {
        const struct lease *lease = &source->part->leases[i];
        struct identity identity = source->path;
        identity.lease_id = (char *)lease->id;
        if (lease_state_ended(lease_state(lease, server_ms)) &&
            !session_lags(session, &identity, lease, lag_ms, now_ms) &&
            vault_has(session->vault, &identity))
            session_wipe(session, &identity);
    }
}

struct wipe {
    struct session *session;
    int64_t since_ms; /* what was made later may be missing only yet */
};

static void wipe_missing(void *context, const struct identity *lease)
{
    const struct wipe *wipe = context;
    if (!vault_awaited(wipe->session->vault, lease, wipe->since_ms))
        session_wipe(wipe->session, lease);
}

/* A list that was cut says nothing about what it does not show. */
void session_wipe_missing(struct session *session, const struct source *source,
                          const struct part *fresh, int64_t lag_ms, int64_t now_ms)
{
    struct wipe wipe = {session, now_ms - lag_ms};
    if (!fresh->cut)
        vault_relist(session->vault, &source->path, source->part, fresh, wipe_missing, &wipe);
}

/* The copy that the keyring has of one that is not held; notes what that says of it. */
static struct endpoint *look_up(struct session *session, const struct identity *lease)
{
    struct endpoint *endpoint = keyring_get(session->keyring, lease);
    if (endpoint == NULL)
        session->dirty |= vault_wipe(session->vault, lease);
    else if (!vault_has(session->vault, lease))
        session->dirty |= vault_kept(session->vault, lease, endpoint_type(endpoint));
    return endpoint;
}

/* What is held is at hand; what is only kept is read for the occasion. Another run may have made
 * what this one knows nothing of. */
struct endpoint *session_endpoint(struct session *session, const struct identity *lease)
{
    struct endpoint *endpoint = vault_copy(session->vault, lease);
    if (endpoint != NULL || vault_gone(session->vault, lease))
        return endpoint;
    return look_up(session, lease);
}

static void found(void *context, const struct identity *lease, enum endpoint_type type)
{
    struct session *session = context;
    if (vault_has(session->vault, lease))
        return;
    session->dirty |= vault_kept(session->vault, lease, type);
}

void session_restore(struct session *session)
{
    keyring_each(session->keyring, found, session);
}

void session_seek(struct session *session, const struct source *source, const struct part *fresh)
{
    struct identity lease = source->path;
    for (size_t i = 0; !session->options.once && i < fresh->count; i++) {
        lease.lease_id = (char *)fresh->leases[i].id;
        bool seen = source->part != NULL && part_lease(source->part, lease.lease_id) != NULL;
        if (!seen && !vault_has(session->vault, &lease) && !vault_made(session->vault, &lease))
            endpoint_free(look_up(session, &lease));
    }
}

void session_report_keyring(struct session *session)
{
    enum keyring_state state = keyring_state(session->keyring);
    const char *words = keyring_words(state);
    if (state == session->keyring_said || *words == '\0')
        return;
    session->keyring_said = state;
    session_notice(session,
                   "%s: endpoints are held in memory only, c copies, and lost when leasetop ends",
                   words);
}
