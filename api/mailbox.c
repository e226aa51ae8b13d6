/* mailbox: see mailbox.h. */
#include "api/mailbox.h"

#include "api/limits.h"
#include "api/wake.h"

#include <pthread.h>
#include <stdlib.h>

struct mailbox {
    pthread_mutex_t lock;
    struct request *requests, **requests_end;
    struct message *messages, **messages_end;
    size_t message_counts[MESSAGE_KINDS];
    bool overflowed;
    const struct snapshot *snapshot;
    struct wake ui, api;
};

/* Each kind has its own ceiling, so that a flood of what happened elsewhere cannot push out what
 * became of a write. Of writes there are never more than are remembered. */
static const size_t ceilings[MESSAGE_KINDS] = {
    [MESSAGE_WRITE] = LIMIT_INTENTS,
    [MESSAGE_ENDPOINT] = LIMIT_MESSAGES,
    [MESSAGE_NOTICE] = LIMIT_MESSAGES,
    [MESSAGE_EVENT] = LIMIT_EVENTS,
};

struct request *request_new(enum request_kind kind)
{
    struct request *request = calloc(1, sizeof *request);
    if (request != NULL)
        request->kind = kind;
    return request;
}

void request_free(struct request *request)
{
    if (request == NULL)
        return;
    identity_clear(&request->identity);
    for (size_t i = 0; i < request->shown_count; i++)
        identity_clear(&request->shown[i]);
    free(request->shown);
    free(request->protocol);
    free(request->options);
    secret_free(request->key);
    free(request);
}

struct mailbox *mailbox_new(struct error *error)
{
    struct mailbox *mailbox = calloc(1, sizeof *mailbox);
    if (mailbox == NULL) {
        error_memory(error);
        return NULL;
    }
    mailbox->requests_end = &mailbox->requests;
    mailbox->messages_end = &mailbox->messages;
    mailbox->ui = mailbox->api = (struct wake){-1, -1};
    pthread_mutex_init(&mailbox->lock, NULL);
    if (wake_init(&mailbox->ui, error) && wake_init(&mailbox->api, error))
        return mailbox;
    mailbox_free(mailbox);
    return NULL;
}

void mailbox_free(struct mailbox *mailbox)
{
    if (mailbox == NULL)
        return;
    for (struct request *request; (request = mailbox_request_take(mailbox)) != NULL;)
        request_free(request);
    bool overflowed;
    for (struct message *message; (message = mailbox_message_take(mailbox, &overflowed)) != NULL;)
        message_free(message);
    snapshot_unref(mailbox->snapshot);
    wake_clear(&mailbox->ui);
    wake_clear(&mailbox->api);
    pthread_mutex_destroy(&mailbox->lock);
    free(mailbox);
}

int mailbox_ui_fd(const struct mailbox *mailbox)
{
    return mailbox->ui.read_fd;
}

int mailbox_api_fd(const struct mailbox *mailbox)
{
    return mailbox->api.read_fd;
}

void mailbox_ui_quiet(struct mailbox *mailbox)
{
    wake_quiet(&mailbox->ui);
}

void mailbox_api_quiet(struct mailbox *mailbox)
{
    wake_quiet(&mailbox->api);
}

void mailbox_request_put(struct mailbox *mailbox, struct request *request)
{
    pthread_mutex_lock(&mailbox->lock);
    request->next = NULL;
    *mailbox->requests_end = request;
    mailbox->requests_end = &request->next;
    pthread_mutex_unlock(&mailbox->lock);
    wake_ring(&mailbox->api);
}

struct request *mailbox_request_take(struct mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->lock);
    struct request *request = mailbox->requests;
    if (request != NULL) {
        mailbox->requests = request->next;
        if (mailbox->requests == NULL)
            mailbox->requests_end = &mailbox->requests;
    }
    pthread_mutex_unlock(&mailbox->lock);
    return request;
}

void mailbox_message_put(struct mailbox *mailbox, struct message *message)
{
    pthread_mutex_lock(&mailbox->lock);
    bool full = mailbox->message_counts[message->kind] >= ceilings[message->kind];
    mailbox->overflowed |= full;
    if (!full) {
        message->next = NULL;
        *mailbox->messages_end = message;
        mailbox->messages_end = &message->next;
        mailbox->message_counts[message->kind]++;
    }
    pthread_mutex_unlock(&mailbox->lock);
    if (full)
        message_free(message);
    wake_ring(&mailbox->ui);
}

struct message *mailbox_message_take(struct mailbox *mailbox, bool *overflowed)
{
    pthread_mutex_lock(&mailbox->lock);
    struct message *message = mailbox->messages;
    if (message != NULL) {
        mailbox->messages = message->next;
        mailbox->message_counts[message->kind]--;
        if (mailbox->messages == NULL)
            mailbox->messages_end = &mailbox->messages;
    }
    *overflowed = mailbox->overflowed;
    mailbox->overflowed = false;
    pthread_mutex_unlock(&mailbox->lock);
    return message;
}

void mailbox_snapshot_put(struct mailbox *mailbox, const struct snapshot *snapshot)
{
    pthread_mutex_lock(&mailbox->lock);
    const struct snapshot *old = mailbox->snapshot;
    mailbox->snapshot = snapshot;
    pthread_mutex_unlock(&mailbox->lock);
    wake_ring(&mailbox->ui);
    snapshot_unref(old);
}

const struct snapshot *mailbox_snapshot_take(struct mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->lock);
    const struct snapshot *snapshot = mailbox->snapshot;
    mailbox->snapshot = NULL;
    pthread_mutex_unlock(&mailbox->lock);
    return snapshot;
}
