/* ledger: see ledger.h. */
#include "core/ledger.h"

#include "api/rfc3339.h"
#include "core/word.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WORDS = 6,
    PRUNE_AT_LEAST = 50,
    PRUNED_BYTES = LEDGER_BYTES / 4 * 3, /* so that the next lease does not make it full again */
};

/* What has been over for so long is nobody's question any more; without a known end it counts from
 * when it was made. */
#define DAY_MS          INT64_C(86400000)
#define OVER_MS         (7 * DAY_MS)
#define OVER_ENDLESS_MS (90 * DAY_MS)

struct entry {
    char *base_url;
    struct identity lease;
    int64_t made_ms, expires_ms;
};

struct ledger {
    size_t count, room;
    struct entry *entries; /* sorted by compare */
};

struct ledger *ledger_new(void)
{
    return calloc(1, sizeof(struct ledger));
}

static void entry_clear(struct entry *entry)
{
    free(entry->base_url);
    identity_clear(&entry->lease);
}

void ledger_free(struct ledger *ledger)
{
    if (ledger == NULL)
        return;
    for (size_t i = 0; i < ledger->count; i++)
        entry_clear(&ledger->entries[i]);
    free(ledger->entries);
    free(ledger);
}

size_t ledger_count(const struct ledger *ledger)
{
    return ledger->count;
}

static int compare(const struct entry *a, const struct entry *b)
{
    int order = identity_compare(&a->lease, &b->lease);
    return order != 0 ? order : strcmp(a->base_url, b->base_url);
}

/* Where it is, or belongs. */
static size_t place_of(const struct ledger *ledger, const struct entry *wanted, bool *there)
{
    size_t low = 0, high = ledger->count;
    *there = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(&ledger->entries[middle], wanted);
        *there |= order == 0;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool make_room(struct ledger *ledger)
{
    if (ledger->count < ledger->room)
        return true;
    size_t room = ledger->room == 0 ? 32 : ledger->room * 2;
    struct entry *entries = realloc(ledger->entries, room * sizeof *entries);
    if (entries == NULL)
        return false;
    ledger->entries = entries;
    ledger->room = room;
    return true;
}

enum added { ADDED, KNOWN, NO_MEMORY };

/* Copies it to where it belongs. */
static enum added add(struct ledger *ledger, const struct entry *entry)
{
    bool there;
    size_t place = place_of(ledger, entry, &there);
    if (there)
        return KNOWN;
    struct entry copy = {.made_ms = entry->made_ms, .expires_ms = entry->expires_ms};
    copy.base_url = strdup(entry->base_url);
    if (copy.base_url == NULL || !identity_copy(&copy.lease, &entry->lease) || !make_room(ledger)) {
        entry_clear(&copy);
        return NO_MEMORY;
    }
    memmove(&ledger->entries[place + 1], &ledger->entries[place],
            (ledger->count - place) * sizeof copy);
    ledger->entries[place] = copy;
    ledger->count++;
    return ADDED;
}

bool ledger_has(const struct ledger *ledger, const char *base_url, const char *space_id,
                const char *runtime_id, const char *lease_id)
{
    const struct entry wanted = {
        .base_url = (char *)base_url,
        .lease = {(char *)space_id, (char *)runtime_id, (char *)lease_id},
    };
    bool there;
    place_of(ledger, &wanted, &there);
    return there;
}

/* ---- words of the file */

static void put_moment(char out[RFC3339_BYTES], int64_t moment_ms)
{
    if (moment_known(moment_ms))
        rfc3339_format(moment_ms, out);
    else
        snprintf(out, RFC3339_BYTES, "-");
}

static size_t line_room(const struct entry *entry)
{
    return WORD_ROOM * (strlen(entry->base_url) + strlen(entry->lease.space_id) +
                        strlen(entry->lease.runtime_id) + strlen(entry->lease.lease_id)) +
           2 * RFC3339_BYTES + WORDS + 1;
}

/* Into `line`, which has line_room; its end. */
static char *put_line(char *line, const struct entry *entry)
{
    char made[RFC3339_BYTES], expires[RFC3339_BYTES];
    put_moment(made, entry->made_ms);
    put_moment(expires, entry->expires_ms);
    const char *const words[WORDS] = {
        entry->base_url,
        entry->lease.space_id,
        entry->lease.runtime_id,
        entry->lease.lease_id,
        made,
        expires,
    };
    for (size_t i = 0; i < WORDS; i++) {
        if (i > 0)
            *line++ = ' ';
        line = word_put(line, words[i]);
    }
    return line;
}

char *ledger_add(struct ledger *ledger, const char *base_url, const struct identity *lease,
                 int64_t made_ms, int64_t expires_ms)
{
    const struct entry entry = {(char *)base_url, *lease, made_ms, expires_ms};
    char *line = malloc(line_room(&entry));
    if (line != NULL)
        put_line(line, &entry);
    if (line == NULL || add(ledger, &entry) != ADDED) {
        free(line);
        return NULL;
    }
    return line;
}

char *ledger_note(struct ledger *ledger, const char *base_url, const struct message *message)
{
    if (message->kind != MESSAGE_WRITE || message->intent != INTENT_CREATE ||
        message->phase != INTENT_DONE || message->found || *message->identity.lease_id == '\0')
        return NULL;
    int64_t made_ms = moment_known(message->created_ms) ? message->created_ms : message->server_ms;
    return ledger_add(ledger, base_url, &message->identity, made_ms, message->expires_ms);
}

/* ---- the file */

static int64_t take_moment(const char *word)
{
    int64_t moment_ms;
    return rfc3339_parse(word, &moment_ms) ? moment_ms : MOMENT_NONE;
}

/* Reads a line, which it changes. */
static enum added take_line(struct ledger *ledger, char *line)
{
    char *words[WORDS], *rest = line;
    for (size_t i = 0; i < WORDS; i++) {
        words[i] = strsep(&rest, " ");
        if (words[i] == NULL || *words[i] == '\0' || !word_take(words[i]))
            return KNOWN;
    }
    if (rest != NULL)
        return KNOWN;
    const struct entry entry = {
        words[0], {words[1], words[2], words[3]}, take_moment(words[4]), take_moment(words[5])};
    return add(ledger, &entry);
}

bool ledger_read(struct ledger *ledger, const char *bytes, size_t length)
{
    char *text = malloc(length + 1);
    if (text == NULL)
        return false;
    memcpy(text, bytes, length);
    text[length] = '\0';
    bool done = true;
    for (char *rest = text, *line; (line = strsep(&rest, "\n")) != NULL;)
        done &= take_line(ledger, line) != NO_MEMORY;
    free(text);
    return done;
}

static bool over(const struct entry *entry, int64_t now_ms)
{
    if (moment_known(entry->expires_ms))
        return now_ms - entry->expires_ms > OVER_MS;
    return !moment_known(entry->made_ms) || now_ms - entry->made_ms > OVER_ENDLESS_MS;
}

/* Drops what was made before `since_ms` or is over. */
static void drop(struct ledger *ledger, int64_t now_ms, int64_t since_ms)
{
    size_t kept = 0;
    for (size_t i = 0; i < ledger->count; i++) {
        struct entry *entry = &ledger->entries[i];
        if (over(entry, now_ms) || entry->made_ms < since_ms)
            entry_clear(entry);
        else
            ledger->entries[kept++] = *entry;
    }
    ledger->count = kept;
}

static int newest_first(const void *left, const void *right)
{
    const struct entry *const *a = left, *const *b = right;
    return ((*a)->made_ms < (*b)->made_ms) - ((*a)->made_ms > (*b)->made_ms);
}

/* The moment before which too much was made, where there is no room for all; all room is needed at
 * most. */
static int64_t room_since_ms(const struct ledger *ledger)
{
    const struct entry **order = calloc(ledger->count + 1, sizeof(struct entry *));
    int64_t since_ms = INT64_MIN;
    size_t bytes = 0, stay = 0;
    if (order == NULL)
        return since_ms;
    for (size_t at = 0; at < ledger->count; at++)
        order[at] = &ledger->entries[at];
    qsort(order, ledger->count, sizeof(struct entry *), newest_first);
    for (size_t i = 0; i < ledger->count; i++) {
        bytes += line_room(order[i]);
        stay += bytes <= PRUNED_BYTES;
    }
    if (bytes > LEDGER_BYTES)
        since_ms = order[stay]->made_ms + 1;
    free(order);
    return since_ms;
}

static char *whole(const struct ledger *ledger, size_t *length)
{
    size_t room = 1;
    for (size_t i = 0; i < ledger->count; i++)
        room += line_room(&ledger->entries[i]);
    char *text = malloc(room), *end = text;
    for (size_t i = 0; text != NULL && i < ledger->count; i++) {
        end = put_line(end, &ledger->entries[i]);
        *end++ = '\n';
    }
    if (text != NULL)
        *length = (size_t)(end - text);
    return text;
}

char *ledger_prune(struct ledger *ledger, int64_t now_ms, size_t *length)
{
    size_t before = ledger->count;
    drop(ledger, now_ms, INT64_MIN);
    int64_t since_ms = room_since_ms(ledger);
    bool full = since_ms != INT64_MIN;
    if (full)
        drop(ledger, now_ms, since_ms);
    size_t dropped = before - ledger->count;
    return full || (dropped >= PRUNE_AT_LEAST && dropped > ledger->count) ? whole(ledger, length)
                                                                          : NULL;
}
