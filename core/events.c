/* events: see events.h. This file: the ring, and what a message becomes there. */
#include "core/events.h"

#include "core/duration.h"
#include "core/lost.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OUTCOME_BYTES = 512, ID_CELLS = 8 };

#define OTHERS    "by somebody else: "
#define ELSEWHERE "by you, elsewhere: "

struct events {
    uint64_t serial; /* of the newest */
    size_t count, newest;
    struct events_entry *entries;
};

struct events *events_new(void)
{
    struct events *events = calloc(1, sizeof *events);
    if (events == NULL)
        return NULL;
    events->entries = calloc(EVENTS_MAX, sizeof *events->entries);
    if (events->entries != NULL)
        return events;
    free(events);
    return NULL;
}

static void entry_clear(struct events_entry *entry)
{
    identity_clear(&entry->identity);
    free(entry->runtime);
    free(entry->outcome);
    *entry = (struct events_entry){0};
}

void events_free(struct events *events)
{
    if (events == NULL)
        return;
    for (size_t i = 0; i < EVENTS_MAX; i++)
        entry_clear(&events->entries[i]);
    free(events->entries);
    free(events);
}

size_t events_count(const struct events *events)
{
    return events->count;
}

const struct events_entry *events_at(const struct events *events, size_t place)
{
    return &events->entries[(events->newest + EVENTS_MAX - place) % EVENTS_MAX];
}

uint64_t events_key(const void *item)
{
    return strtoull(((const struct events_entry *)item)->key, NULL, 10);
}

/* Takes the entry over; one that is not whole is dropped. */
static bool put(struct events *events, struct events_entry *entry)
{
    if (entry->identity.lease_id == NULL || entry->runtime == NULL || entry->outcome == NULL) {
        entry_clear(entry);
        return false;
    }
    events->newest = (events->newest + 1) % EVENTS_MAX;
    events->count += events->count < EVENTS_MAX;
    snprintf(entry->key, sizeof entry->key, "%llu", (unsigned long long)++events->serial);
    entry_clear(&events->entries[events->newest]);
    events->entries[events->newest] = *entry;
    return true;
}

/* ---- words */

/* What was done, and how it came out. */
static const struct {
    const char *word;
    enum role role;
} phases[] = {
    [INTENT_HELD] = {"waits", ROLE_ST_PENDING},
    [INTENT_GRACE] = {"confirmed, can be undone", ROLE_ST_PENDING},
    [INTENT_QUEUED] = {"confirmed", ROLE_ST_PENDING},
    [INTENT_SENT] = {"sent", ROLE_ST_PENDING},
    [INTENT_GONE] = {"gone?", ROLE_ST_UNKNOWN},
    [INTENT_UNKNOWN] = {"not known whether it happened", ROLE_ST_UNKNOWN},
    [INTENT_DONE] = {"done", ROLE_ST_ACTIVE},
    [INTENT_FAILED] = {"failed", ROLE_ST_FAILED},
    [INTENT_CANCELLED] = {"undone", ROLE_ST_ENDED},
};

static const struct {
    const char *what;
    enum role role;
} kinds[EVENT_KINDS] = {
    [EVENT_LEASE_MADE] = {"made", ROLE_ST_ACTIVE},
    [EVENT_LEASE_EXPIRED] = {"expired", ROLE_ST_ENDED},
    [EVENT_LEASE_CLOSED] = {"closed", ROLE_ST_ENDED},
    [EVENT_LEASE_REVOKED] = {"revoked", ROLE_ST_ENDED},
    [EVENT_LEASE_ENDED] = {"ended", ROLE_ST_ENDED},
    [EVENT_LEASE_UNLISTED] = {"unlisted", ROLE_ST_UNKNOWN},
    [EVENT_LEASE_BACK] = {"back", ROLE_ST_ACTIVE},
    [EVENT_LEASE_STATUS] = {"status", ROLE_TEXT},
    [EVENT_LEASE_EXPIRY] = {"expiry", ROLE_TEXT},
    [EVENT_RUNTIME_MADE] = {"appeared", ROLE_ST_ACTIVE},
    [EVENT_RUNTIME_GONE] = {"vanished", ROLE_ST_ENDED},
    [EVENT_RUNTIME_BACK] = {"back", ROLE_ST_ACTIVE},
    [EVENT_RUNTIME_STATUS] = {"status", ROLE_TEXT},
    [EVENT_SPACE_MADE] = {"appeared", ROLE_ST_ACTIVE},
    [EVENT_SPACE_GONE] = {"vanished", ROLE_ST_ENDED},
    [EVENT_SPACE_BACK] = {"back", ROLE_ST_ACTIVE},
    [EVENT_CONFIRMED] = {"", ROLE_ST_PENDING},
    [EVENT_KEPT] = {"keep", ROLE_ST_ACTIVE},
    [EVENT_KEPT_NO_MORE] = {"keep", ROLE_ST_ENDED},
    [EVENT_KEPT_LATER] = {"keep", ROLE_ST_UNKNOWN},
};

static const char *write_word(const struct message *message)
{
    if (message->intent == INTENT_REVOKE)
        return "revoke";
    return message->replaces != NULL ? "rotate" : "create";
}

/* "cdp for 15m", of what is asked for. */
static void say_asked(char *out, size_t size, const struct message *message)
{
    char ttl[DURATION_BYTES];
    if (message->intent != INTENT_CREATE || message->protocol == NULL)
        return;
    size_t used = strlen(out);
    snprintf(out + used, size - used, message->ttl_s > 0 ? ": %s for %s" : ": %s",
             message->protocol, duration_format(ttl, message->ttl_s));
}

/* What became of the lease that was to be replaced. */
static void say_replaced(char *out, size_t size, const struct message *message)
{
    size_t used = strlen(out);
    if (message->replaces != NULL && intent_settled(message->phase))
        snprintf(out + used, size - used,
                 message->stays ? ", %.*s stays" : ", in the place of %.*s", ID_CELLS,
                 row_short_id(message->replaces));
}

/* What lists told of one whose answer was lost, if that is the news. */
static void say_lists(char *out, size_t size, const struct message *message)
{
    char lists[LOST_BYTES];
    size_t used = strlen(out);
    bool may_be = message->phase == INTENT_UNKNOWN && message->could_be > 0;
    if (message->unseen || may_be)
        snprintf(out + used, size - used, ", %s",
                 lost_words(lists, message->could_be, message->unseen, message->unseen_s));
}

/* What no try was answered of may still happen, whatever a list shows. */
static enum intent_phase come_to(const struct message *message)
{
    bool open = message->phase == INTENT_FAILED && message->unanswered;
    return open ? INTENT_UNKNOWN : message->phase;
}

static enum role write_role(const struct message *message)
{
    return message->contradicted ? ROLE_ST_UNKNOWN : phases[come_to(message)].role;
}

static void say_write(char *out, size_t size, const struct message *message)
{
    snprintf(out, size, "%s%s%s", phases[come_to(message)].word,
             message->found          ? ": found by a list, probably; its endpoint is lost"
             : message->contradicted ? ", but it is listed as if it were not"
             : message->bare         ? ", but its answer carried no endpoint that leasetop knows"
                                     : "",
             message->kept ? ", to keep it alive" : "");
    say_replaced(out, size, message);
    say_lists(out, size, message);
    size_t used = strlen(out);
    if (message->trouble != NULL && !message->found)
        snprintf(out + used, size - used, ": %s", message->trouble->sentence);
}

static void say_expiry(char *out, size_t size, const struct event *event)
{
    char text[FORMAT_BYTES];
    if (!moment_known(event->after_ms))
        snprintf(out, size, "without a known end now");
    else if (!moment_known(event->before_ms))
        snprintf(out, size, "with an end now");
    else
        snprintf(out, size, "moved by %s",
                 format_offset(text, (event->after_ms - event->before_ms) / 1000, TEXT_UTF8));
}

static void say_event(char *out, size_t size, const struct message *message)
{
    const struct event *event = &message->event;
    const char *why = message->trouble != NULL ? message->trouble->sentence : message->sentence;
    switch (event->kind) {
    case EVENT_CONFIRMED:
        snprintf(out, size, "%s", phases[message->phase].word);
        say_asked(out, size, message);
        break;
    case EVENT_LEASE_MADE:
        snprintf(out, size, OTHERS "%s", event->after);
        break;
    case EVENT_LEASE_UNLISTED:
        snprintf(out, size, "its space is not listed any more: whether it lives is not known");
        break;
    case EVENT_LEASE_EXPIRY:
        say_expiry(out, size, event);
        break;
    case EVENT_KEPT:
    case EVENT_KEPT_NO_MORE:
    case EVENT_KEPT_LATER:
        snprintf(out, size, "%s%s%s", event_word(event->kind), *why != '\0' ? ": " : "", why);
        break;
    default:
        snprintf(out, size, "%s%s%s", event->before,
                 *event->before != '\0' && *event->after != '\0' ? " to " : "", event->after);
    }
}

/* ---- adding */

static const char *name_of(const struct message *message)
{
    const struct identity *identity = &message->identity;
    if (*identity->runtime_id == '\0')
        return message->space_name != NULL ? message->space_name : identity->space_id;
    return message->runtime_name != NULL ? message->runtime_name : identity->runtime_id;
}

static bool by_us(const struct message *message)
{
    return message->kind == MESSAGE_WRITE || message->event.kind >= EVENT_CONFIRMED;
}

bool events_add(struct events *events, const struct message *message)
{
    bool written = message->kind == MESSAGE_WRITE;
    if (!written && message->kind != MESSAGE_EVENT)
        return false;
    char outcome[OUTCOME_BYTES];
    if (written)
        say_write(outcome, sizeof outcome, message);
    else
        say_event(outcome, sizeof outcome, message);
    bool confirmed = !written && message->event.kind == EVENT_CONFIRMED;
    struct events_entry entry = {
        .seen_ms = message->server_ms,
        .when_ms = written ? MOMENT_NONE : message->event.when_ms,
        .what = written || confirmed ? write_word(message) : kinds[message->event.kind].what,
        .role = written ? write_role(message) : kinds[message->event.kind].role,
        .mine = by_us(message),
        .made = !written && message->event.kind == EVENT_LEASE_MADE,
        .runtime = strdup(name_of(message)),
        .outcome = strdup(outcome),
        .latency_ms = written ? message->latency_ms : -1,
    };
    snprintf(entry.request_id, sizeof entry.request_id, "%s", message->request_id);
    identity_copy(&entry.identity, &message->identity);
    return put(events, &entry);
}

/* "done: url by tmux" */
static void say_handout(char *out, size_t size, const struct audit_entry *entry)
{
    const char *route = entry->route != NULL ? entry->route : "";
    const char *by = strcmp(route, "screen") == 0 ? " on the " : *route != '\0' ? " by " : "";
    snprintf(out, size, "%s%s: %.64s%s%s%s%s", entry->outcome,
             strcmp(entry->outcome, "sent") == 0 ? ", not confirmed" : "",
             entry->part != NULL ? entry->part : "endpoint", by, route,
             entry->error != NULL ? ": " : "", entry->error != NULL ? entry->error : "");
}

static enum role handout_role(const char *outcome)
{
    return strcmp(outcome, "done") == 0     ? ROLE_ST_ACTIVE
           : strcmp(outcome, "failed") == 0 ? ROLE_ST_FAILED
                                            : ROLE_ST_UNKNOWN;
}

bool events_add_handout(struct events *events, const struct audit_entry *entry)
{
    char outcome[OUTCOME_BYTES];
    const char *name = entry->runtime_name;
    say_handout(outcome, sizeof outcome, entry);
    struct events_entry one = {
        .seen_ms = entry->when_ms,
        .when_ms = MOMENT_NONE,
        .what = entry->what,
        .role = handout_role(entry->outcome),
        .mine = true,
        .runtime = strdup(name != NULL ? name : entry->identity.runtime_id),
        .outcome = strdup(outcome),
        .latency_ms = -1,
    };
    identity_copy(&one.identity, &entry->identity);
    return put(events, &one);
}

/* Another window, or a command. */
static bool claim(struct events_entry *entry)
{
    char *outcome = NULL;
    if (asprintf(&outcome, ELSEWHERE "%s", entry->outcome + strlen(OTHERS)) < 0)
        return false;
    free(entry->outcome);
    entry->outcome = outcome;
    return entry->mine = true;
}

bool events_claim(struct events *events, const struct ledger *ledger, const char *base_url)
{
    bool news = false;
    for (size_t i = 0; i < events->count; i++) {
        struct events_entry *entry = (struct events_entry *)events_at(events, i);
        const struct identity *lease = &entry->identity;
        if (entry->made && !entry->mine &&
            ledger_has(ledger, base_url, lease->space_id, lease->runtime_id, lease->lease_id))
            news |= claim(entry);
    }
    return news;
}

void events_overflow(struct events *events, int64_t server_ms)
{
    struct events_entry entry = {
        .seen_ms = server_ms,
        .when_ms = MOMENT_NONE,
        .what = "lost",
        .role = ROLE_CHIP_WARN,
        .runtime = strdup(""),
        .outcome = strdup("more happened at once than could be told: see the rows"),
        .latency_ms = -1,
    };
    identity_init(&entry.identity, NULL, NULL, NULL);
    put(events, &entry);
}

char *events_line(const struct events_entry *entry, char *out, size_t size)
{
    const char *id = entry->identity.lease_id;
    snprintf(out, size, "%s%s%.*s%s%s%s%s", entry->what, *id != '\0' ? " " : "", ID_CELLS,
             row_short_id(id), *entry->runtime != '\0' ? " on " : "", entry->runtime,
             *entry->outcome != '\0' ? ": " : "", entry->outcome);
    return out;
}
