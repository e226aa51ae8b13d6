/* vault: see vault.h. A sorted array: there are as many entries as leases made in this
 * run that are held or listed. */
#include "api/vault.h"

#include "api/conceal.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    struct holding holding;
    struct endpoint *endpoint; /* NULL unless held */
    unsigned lists;            /* that have it; for vault_relist alone */
    bool awaited;              /* made here, and no list has shown it yet */
    int64_t made_ms;           /* where it is awaited; boot clock */
};

struct vault {
    size_t count, room;
    struct entry *entries;
    struct holdings *published; /* as it stands, or NULL when that has changed */
};

/* What was published is not true any more. */
static void changed(struct vault *vault)
{
    holdings_unref(vault->published);
    vault->published = NULL;
}

struct vault *vault_new(void)
{
    return calloc(1, sizeof(struct vault));
}

void vault_free(struct vault *vault)
{
    if (vault == NULL)
        return;
    for (size_t i = 0; i < vault->count; i++) {
        endpoint_free(vault->entries[i].endpoint);
        identity_clear(&vault->entries[i].holding.lease);
    }
    changed(vault);
    free(vault->entries);
    free(vault);
}

/* Where the lease is, or where it belongs. */
static size_t place_of(const struct vault *vault, const struct identity *lease, bool *found)
{
    size_t low = 0, high = vault->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = identity_compare(&vault->entries[middle].holding.lease, lease);
        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *found = false;
    return low;
}

static struct entry *entry_of(const struct vault *vault, const struct identity *lease)
{
    bool found;
    size_t place = place_of(vault, lease, &found);
    return found ? &vault->entries[place] : NULL;
}

static struct entry *entry_add(struct vault *vault, const struct identity *lease)
{
    bool found;
    size_t place = place_of(vault, lease, &found);
    if (found)
        return &vault->entries[place];
    if (vault->count == vault->room) {
        size_t room = vault->room == 0 ? 8 : vault->room * 2;
        struct entry *entries = realloc(vault->entries, room * sizeof *entries);
        if (entries == NULL)
            return NULL;
        vault->entries = entries;
        vault->room = room;
    }
    struct entry fresh = {0};
    if (!identity_copy(&fresh.holding.lease, lease))
        return NULL;
    memmove(vault->entries + place + 1, vault->entries + place,
            (vault->count - place) * sizeof *vault->entries);
    vault->count++;
    vault->entries[place] = fresh;
    return &vault->entries[place];
}

static struct entry *put(struct vault *vault, const struct identity *lease,
                         struct endpoint *endpoint)
{
    struct entry *entry = entry_add(vault, lease);
    changed(vault);
    if (entry == NULL) {
        endpoint_free(endpoint);
        return NULL;
    }
    endpoint_free(entry->endpoint);
    entry->endpoint = endpoint;
    entry->holding.state = endpoint != NULL ? SECRET_HELD : SECRET_LOST;
    if (endpoint != NULL) {
        entry->holding.type = endpoint_type(endpoint);
        entry->holding.unread = *endpoint_unread(endpoint);
    }
    return entry;
}

bool vault_put(struct vault *vault, const struct identity *lease, struct endpoint *endpoint)
{
    struct entry *entry = put(vault, lease, endpoint);
    if (entry != NULL)
        entry->holding.made = true;
    return entry != NULL;
}

bool vault_listed(struct vault *vault, const struct identity *lease, struct endpoint *endpoint)
{
    return put(vault, lease, endpoint) != NULL;
}

void vault_await(struct vault *vault, const struct identity *lease, int64_t now_ms)
{
    struct entry *entry = entry_of(vault, lease);
    if (entry == NULL)
        return;
    entry->awaited = true;
    entry->made_ms = now_ms;
}

bool vault_awaited(const struct vault *vault, const struct identity *lease, int64_t since_ms)
{
    const struct entry *entry = entry_of(vault, lease);
    return entry != NULL && entry->awaited && entry->made_ms > since_ms;
}

bool vault_guessed(struct vault *vault, const struct identity *lease)
{
    return put(vault, lease, NULL) != NULL;
}

bool vault_kept(struct vault *vault, const struct identity *lease, enum endpoint_type type)
{
    struct entry *entry = entry_add(vault, lease);
    if (entry == NULL)
        return false;
    entry->holding.made = true;
    if (entry->holding.state == SECRET_GONE || entry->holding.state == SECRET_KEYRING)
        return true;
    changed(vault);
    entry->holding.state = SECRET_KEYRING;
    entry->holding.type = type;
    return true;
}

static bool has(const struct entry *entry)
{
    return entry != NULL && (entry->endpoint != NULL || entry->holding.state == SECRET_KEYRING);
}

bool vault_has(const struct vault *vault, const struct identity *lease)
{
    return has(entry_of(vault, lease));
}

const struct endpoint_unread *vault_unread(const struct vault *vault, const struct identity *lease)
{
    const struct entry *entry = entry_of(vault, lease);
    return entry != NULL && entry->holding.unread.count > 0 ? &entry->holding.unread : NULL;
}

bool vault_gone(const struct vault *vault, const struct identity *lease)
{
    const struct entry *entry = entry_of(vault, lease);
    return entry != NULL && entry->holding.state == SECRET_GONE;
}

bool vault_made(const struct vault *vault, const struct identity *lease)
{
    const struct entry *entry = entry_of(vault, lease);
    return entry != NULL && (entry->holding.made || entry->holding.state == SECRET_LOST);
}

struct endpoint *vault_copy(const struct vault *vault, const struct identity *lease)
{
    const struct entry *entry = entry_of(vault, lease);
    return entry != NULL && entry->endpoint != NULL ? endpoint_copy(entry->endpoint) : NULL;
}

static void conceal_endpoint(const struct endpoint *endpoint, char *text)
{
    for (size_t i = 0; endpoint != NULL && i < endpoint_count(endpoint); i++) {
        struct endpoint_field field = endpoint_field(endpoint, i);
        if (field.role == ENDPOINT_URL || field.role == ENDPOINT_PASSWORD)
            conceal(text, field.text);
    }
}

void vault_conceal(const struct vault *vault, char *text)
{
    for (size_t i = 0; *text != '\0' && i < vault->count; i++)
        conceal_endpoint(vault->entries[i].endpoint, text);
}

bool vault_wipe(struct vault *vault, const struct identity *lease)
{
    struct entry *entry = entry_of(vault, lease);
    if (!has(entry))
        return false;
    changed(vault);
    endpoint_free(entry->endpoint);
    entry->endpoint = NULL;
    entry->holding.state = SECRET_GONE;
    return true;
}

enum { IN_OLD = 1, IN_FRESH = 2 };

static void mark(struct vault *vault, const struct identity *runtime, const struct part *part,
                 unsigned lists)
{
    struct identity lease = *runtime;
    for (size_t i = 0; part != NULL && i < part->count; i++) {
        lease.lease_id = (char *)part->leases[i].id;
        struct entry *entry = entry_of(vault, &lease);
        if (entry == NULL)
            continue;
        entry->lists |= lists;
        /* What is carried over from before was not shown. */
        if (lists == IN_FRESH && i < part_shown(part))
            entry->awaited = false;
    }
}

static bool is_of(const struct entry *entry, const struct identity *runtime)
{
    return strcmp(entry->holding.lease.runtime_id, runtime->runtime_id) == 0 &&
           strcmp(entry->holding.lease.space_id, runtime->space_id) == 0;
}

/* What is only kept, and was never listed here, may be newer than the list. */
static bool has_ended(const struct entry *entry)
{
    return has(entry) && (entry->lists & IN_FRESH) == 0 &&
           (entry->endpoint != NULL || (entry->lists & IN_OLD) != 0);
}

static void forget(struct vault *vault, const struct identity *runtime)
{
    size_t kept = 0, before = vault->count;
    for (size_t i = 0; i < before; i++) {
        struct entry *entry = &vault->entries[i];
        if ((entry->lists & IN_FRESH) != 0 || has(entry) || !is_of(entry, runtime))
            vault->entries[kept++] = *entry;
        else
            identity_clear(&entry->holding.lease);
    }
    vault->count = kept;
    if (kept != before)
        changed(vault);
}

void vault_relist(struct vault *vault, const struct identity *runtime, const struct part *old,
                  const struct part *fresh,
                  void (*ended)(void *context, const struct identity *lease), void *context)
{
    for (size_t i = 0; i < vault->count; i++)
        vault->entries[i].lists = 0;
    mark(vault, runtime, old, IN_OLD);
    mark(vault, runtime, fresh, IN_FRESH);
    for (size_t i = 0; ended != NULL && i < vault->count; i++) {
        const struct entry *entry = &vault->entries[i];
        if (is_of(entry, runtime) && has_ended(entry))
            ended(context, &entry->holding.lease);
    }
    forget(vault, runtime);
}

static struct holdings *collect(const struct vault *vault)
{
    if (vault->count == 0)
        return NULL;
    struct holdings *holdings =
        calloc(1, sizeof *holdings + vault->count * sizeof *holdings->items);
    if (holdings == NULL)
        return NULL;
    holdings->references = 1;
    for (size_t i = 0; i < vault->count; i++) {
        holdings->items[i] = vault->entries[i].holding;
        if (!identity_copy(&holdings->items[i].lease, &vault->entries[i].holding.lease)) {
            holdings_unref(holdings);
            return NULL;
        }
        holdings->count++;
    }
    return holdings;
}

struct holdings *vault_holdings(struct vault *vault)
{
    if (vault->published == NULL)
        vault->published = collect(vault);
    return holdings_ref(vault->published);
}

struct holdings *holdings_ref(const struct holdings *holdings)
{
    struct holdings *counted = (struct holdings *)holdings;
    if (counted != NULL)
        atomic_fetch_add_explicit(&counted->references, 1, memory_order_relaxed);
    return counted;
}

void holdings_unref(const struct holdings *holdings)
{
    struct holdings *counted = (struct holdings *)holdings;
    if (counted == NULL ||
        atomic_fetch_sub_explicit(&counted->references, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < counted->count; i++)
        identity_clear(&counted->items[i].lease);
    free(counted);
}

static int compare_holding(const void *key, const void *item)
{
    return identity_compare(key, &((const struct holding *)item)->lease);
}

const struct holding *holdings_find(const struct holdings *holdings, const char *space_id,
                                    const char *runtime_id, const char *lease_id)
{
    if (holdings == NULL)
        return NULL;
    const struct identity key = {(char *)space_id, (char *)runtime_id, (char *)lease_id};
    return bsearch(&key, holdings->items, holdings->count, sizeof *holdings->items,
                   compare_holding);
}
