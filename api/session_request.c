/* session_request: what the screen asks of the session, one function for each kind. API thread
 * only. */
#include "api/session_internal.h"

#include <string.h>

bool session_shows(const struct session *session, const struct identity *runtime)
{
    for (size_t i = 0; i < session->shown_count; i++) {
        const struct identity *one = &session->shown[i];
        if (strcmp(one->runtime_id, runtime->runtime_id) == 0 &&
            strcmp(one->space_id, runtime->space_id) == 0)
            return true;
    }
    return false;
}

static void show_source(struct source *source, void *context)
{
    const struct session *session = context;
    if (source->kind == PART_LEASES && source->number != SCHEDULE_NONE)
        schedule_show(session->schedule, source->number, session_shows(session, &source->path));
}

static void on_show(struct session *session, struct request *request)
{
    session_shown_clear(session);
    session->shown = request->shown;
    session->shown_count = request->shown_count;
    request->shown = NULL;
    request->shown_count = 0;
    source_each(session->root, show_source, session);
}

static void on_refresh(struct session *session, struct request *request)
{
    (void)request;
    int64_t now_ms = clock_boot_now_ms();
    session_key_changed(session);
    session_restore(session);
    if (session->unauthorised) {
        /* The same key may have been allowed again. */
        session_use_key(session,
                        session->key != NULL ? secret_copy(secret_bytes(session->key)) : NULL);
    } else if (!schedule_refresh(session->schedule, now_ms)) {
        int64_t gate_ms = schedule_gate_ms(session->schedule);
        session_notice_gate(session, gate_ms, "rate-limited: the server asked to wait %d s more",
                            (int)((gate_ms - now_ms + 999) / 1000));
    }
}

static void on_seek(struct session *session, struct request *request)
{
    session_restore(session);
    session->sought = request->id;
}

static void on_pause(struct session *session, struct request *request)
{
    session->paused = request->on;
    schedule_pause(session->schedule, request->on);
}

static void on_create(struct session *session, struct request *request)
{
    if (!intents_create(session->intents, request->id, &request->identity, request->protocol,
                        request->ttl_s, request->options, clock_boot_now_ms()))
        session_notice(session, "the lease was not asked for: out of memory");
    session_confirmed(session, request->id);
}

static void on_revoke(struct session *session, struct request *request)
{
    if (!intents_revoke(session->intents, request->id, &request->identity, request->milliseconds,
                        clock_boot_now_ms()))
        session_notice(session, "the lease is not revoked: out of memory");
    session_confirmed(session, request->id);
}

static void on_rotate(struct session *session, struct request *request)
{
    if (intents_rotating(session->intents, &request->identity)) {
        session_notice(session, "it is being rotated already");
        return;
    }
    if (!intents_rotate(session->intents, request->id, request->id + 1, &request->identity,
                        request->protocol, request->ttl_s, request->options, clock_boot_now_ms()))
        session_notice(session, "the lease is not rotated: out of memory");
    session_confirmed(session, request->id);
}

static void on_keep(struct session *session, struct request *request)
{
    session_keep_alive(session, request);
}

static void on_resolve(struct session *session, struct request *request)
{
    int64_t now_ms = clock_boot_now_ms();
    if (!intents_resolve(session->intents, request->of, request->choice, request->id, now_ms))
        session_notice(session, "what became of that lease is known by now: see its row");
    else if (request->choice != RESOLVE_KEEP)
        session_confirmed(session, request->id);
}

static void on_focus(struct session *session, struct request *request)
{
    schedule_focus(session->schedule, request->on, clock_boot_now_ms());
}

static void on_cancel(struct session *session, struct request *request)
{
    if (!intents_cancel(session->intents, request->id, clock_boot_now_ms()))
        session_notice(session, "too late to undo: it was sent");
}

static void on_dismiss(struct session *session, struct request *request)
{
    (void)request;
    intents_dismiss(session->intents, clock_boot_now_ms());
}

static void on_secret(struct session *session, struct request *request)
{
    struct message *message = message_new(MESSAGE_ENDPOINT);
    if (message == NULL || !identity_copy(&message->identity, &request->identity)) {
        message_free(message);
        session_notice(session, "out of memory");
        return;
    }
    message->id = request->id;
    message->endpoint = session_endpoint(session, &request->identity);
    mailbox_message_put(session->mailbox, message);
}

static void on_key(struct session *session, struct request *request)
{
    session_use_key(session, request->key);
    request->key = NULL;
}

void session_request(struct session *session, struct request *request)
{
    static void (*const handlers[])(struct session *, struct request *) = {
        [REQUEST_SHOW] = on_show,       [REQUEST_REFRESH] = on_refresh,
        [REQUEST_PAUSE] = on_pause,     [REQUEST_CREATE] = on_create,
        [REQUEST_REVOKE] = on_revoke,   [REQUEST_CANCEL] = on_cancel,
        [REQUEST_ROTATE] = on_rotate,   [REQUEST_KEEP] = on_keep,
        [REQUEST_RESOLVE] = on_resolve, [REQUEST_FOCUS] = on_focus,
        [REQUEST_DISMISS] = on_dismiss, [REQUEST_SECRET] = on_secret,
        [REQUEST_KEY] = on_key,         [REQUEST_SEEK] = on_seek,
        [REQUEST_STOP] = NULL,
    };
    if (handlers[request->kind] != NULL)
        handlers[request->kind](session, request);
    session->dirty |= request->kind != REQUEST_SHOW && request->kind != REQUEST_SECRET;
}
