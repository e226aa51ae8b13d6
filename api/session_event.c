/* session_event: what happened between two good answers, as messages. API thread only.
 *
 * What a list shows while a write to its runtime is under way may be that write's doing, and its
 * answer, or the search for what it made, will say so: until then nothing is told, and afterwards
 * all that happened since. */
#include "api/session_internal.h"

#include "api/limits.h"

#include <stdlib.h>
#include <string.h>

static char *copy_name(const char *name)
{
    return name != NULL && *name != '\0' ? strdup(name) : NULL;
}

static const char *space_name(const struct session *session, const char *id)
{
    const struct part *spaces = session->root->part;
    for (size_t i = 0; spaces != NULL && i < spaces->count; i++) {
        if (strcmp(spaces->spaces[i].id, id) == 0)
            return spaces->spaces[i].name;
    }
    return NULL;
}

static const char *runtime_name(const struct session *session, const struct identity *identity)
{
    const struct source *space = source_of_space(session, identity->space_id);
    const struct part *runtimes = space != NULL ? space->part : NULL;
    const struct runtime *runtime =
        runtimes != NULL ? part_runtime(runtimes, identity->runtime_id) : NULL;
    return runtime != NULL ? runtime->name : NULL;
}

struct names {
    const char *space, *runtime; /* borrowed; NULL: not known */
};

static struct names names_of(const struct session *session, const struct identity *identity)
{
    return (struct names){space_name(session, identity->space_id), runtime_name(session, identity)};
}

static struct message *message_about(struct session *session, enum message_kind kind,
                                     const struct identity *identity, const struct names *names)
{
    struct message *message = message_new(kind);
    if (message == NULL || !identity_copy(&message->identity, identity)) {
        message_free(message);
        return NULL;
    }
    message->server_ms = clock_tell_ms(&session->clock, &session->told, clock_boot_now_ms());
    message->space_name = copy_name(names->space);
    message->runtime_name = copy_name(names->runtime);
    return message;
}

struct message *session_message(struct session *session, enum message_kind kind,
                                const struct identity *identity)
{
    struct names names = names_of(session, identity);
    return message_about(session, kind, identity, &names);
}

void session_event_put(struct session *session, struct message *message)
{
    if (message == NULL)
        return;
    *session->events_end = message;
    session->events_end = &message->next;
}

void session_report_events(struct session *session)
{
    struct message *message;
    while (!session->dirty && (message = session->events) != NULL) {
        session->events = message->next;
        mailbox_message_put(session->mailbox, message);
    }
    if (session->events == NULL)
        session->events_end = &session->events;
}

void session_events_clear(struct session *session)
{
    for (struct message *message; (message = session->events) != NULL;) {
        session->events = message->next;
        message_free(message);
    }
}

struct telling {
    struct session *session;
    const struct source *source;
    struct names names; /* of the source */
};

static struct identity identity_of(const struct source *source, const void *item)
{
    const char *id = *(const char *const *)item; /* every item begins with it */
    struct identity identity = source->path;
    if (source->kind == PART_SPACES)
        identity.space_id = (char *)id;
    else if (source->kind == PART_RUNTIMES)
        identity.runtime_id = (char *)id;
    else
        identity.lease_id = (char *)id;
    return identity;
}

/* What was done here is told by the write itself. */
static bool ours(const struct session *session, const struct event *event,
                 const struct identity *lease)
{
    switch (event->kind) {
    case EVENT_LEASE_MADE:
        return intents_made(session->intents, lease);
    case EVENT_LEASE_EXPIRED:
    case EVENT_LEASE_CLOSED:
    case EVENT_LEASE_REVOKED:
    case EVENT_LEASE_ENDED:
        return intents_ended(session->intents, lease);
    default:
        return false;
    }
}

/* A lease that went with its space may live on: nobody has said that it ended. */
static bool space_gone(const struct session *session, const struct identity *identity)
{
    const struct part *spaces = session->root->part;
    for (size_t i = 0; spaces != NULL && i < spaces->count; i++) {
        if (strcmp(spaces->spaces[i].id, identity->space_id) == 0)
            return spaces->spaces[i].vanished_ms != MOMENT_NONE;
    }
    return false;
}

static void tell(void *context, const struct event *event, const void *item)
{
    struct telling *telling = context;
    struct session *session = telling->session;
    struct identity identity = identity_of(telling->source, item);
    if (!source_follows(session, telling->source, item) || ours(session, event, &identity))
        return;
    struct names names = telling->names;
    if (telling->source->kind == PART_SPACES)
        names.space = ((const struct space *)item)->name;
    else if (telling->source->kind == PART_RUNTIMES)
        names.runtime = ((const struct runtime *)item)->name;
    struct message *message = message_about(session, MESSAGE_EVENT, &identity, &names);
    if (message == NULL)
        return;
    message->event = *event;
    if (event->kind == EVENT_LEASE_ENDED && space_gone(session, &identity))
        message->event.kind = EVENT_LEASE_UNLISTED;
    session_event_put(session, message);
}

void session_tell(struct session *session, struct source *source, int64_t now_ms)
{
    if (source->kind == PART_LEASES && intents_under_way(session->intents, &source->path))
        return;
    struct telling telling = {session, source, names_of(session, &source->path)};
    if (source->told != NULL &&
        !event_each(source->told, source->part, clock_server_ms(&session->clock, now_ms), tell,
                    &telling))
        session_notice(session, "what happened is not told: out of memory");
    part_unref(source->told);
    source->told = part_ref(source->part);
}
