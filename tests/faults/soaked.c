/* soaked: see soaked.h. */
#include "tests/faults/soaked.h"

enum {
    FORGET_S = 60,      /* what has ended is listed so long */
    OTHERS = 3,         /* leases that somebody else makes each time the clock is turned */
    OTHERS_LIVE_S = 90, /* so long at most */
    DAY_S = 24 * 3600,
    LISTED_MAX = 256,
};

struct item {
    struct soaked *soaked;
    struct item *older;
    char id[40];
    int runtime;
    bool others;                   /* not made by a POST */
    time_t made, expires, revoked; /* 0: not revoked */
};

struct soaked {
    struct server *server;
    struct chance chance;
    pthread_mutex_t lock;
    struct item *newest, *next[2]; /* what was made; what will be, in each runtime */
    time_t start, now;
    int way;
    struct soaked_counts counts;
};

static const char *const runtimes[] = {CHECKOUT, NIGHTLY};
static const char *const lists[] = {CHECKOUT_LEASES, NIGHTLY_LEASES};

/* Bodies count times from here: never 0, which contract.h would replace. */
static time_t epoch(const struct soaked *soaked)
{
    return soaked->start + 10 * DAY_S;
}

static struct contract_lease as_lease(const struct item *item)
{
    time_t from = epoch(item->soaked);
    return (struct contract_lease){.id = item->id,
                                   .runtime = runtimes[item->runtime],
                                   .age_s = from - item->made,
                                   .left_s = item->expires - from,
                                   .revoked_s = item->revoked != 0 ? from - item->revoked : 0};
}

static time_t ended(const struct item *item)
{
    return item->revoked != 0 ? item->revoked : item->expires;
}

/* ---- Lists. Locked. */

static void count_list(struct server *server, const struct request *request, void *context)
{
    struct soaked *soaked = context;
    (void)server, (void)request;
    pthread_mutex_lock(&soaked->lock);
    soaked->counts.lists++;
    pthread_mutex_unlock(&soaked->lock);
}

static void publish(struct soaked *soaked, int runtime)
{
    struct contract_lease leases[LISTED_MAX + 1] = {0};
    size_t count = 0;
    for (struct item *item = soaked->newest; item != NULL; item = item->older)
        if (item->runtime == runtime && ended(item) + FORGET_S > soaked->now && count < LISTED_MAX)
            leases[count++] = as_lease(item);
    char *body = contract_leases(epoch(soaked), leases);
    server_on(soaked->server, "GET", lists[runtime],
              ANSWER_MADE(200, body, .before = count_list, .context = soaked));
}

static void publish_all(struct soaked *soaked)
{
    for (int runtime = 0; runtime < 2; runtime++)
        publish(soaked, runtime);
}

/* ---- Writes */

static void on_revoke(struct server *server, const struct request *request, void *context)
{
    struct item *item = context;
    struct soaked *soaked = item->soaked;
    (void)server, (void)request;
    pthread_mutex_lock(&soaked->lock);
    soaked->counts.revokes++;
    if (item->revoked == 0)
        item->revoked = soaked->now;
    publish(soaked, item->runtime);
    pthread_mutex_unlock(&soaked->lock);
}

static void offer_revoke(struct item *item)
{
    char *path = contract_format("%s/%s", lists[item->runtime], item->id);
    struct contract_lease lease = as_lease(item);
    lease.revoked_s = epoch(item->soaked) - item->soaked->now;
    char *body = contract_lease(epoch(item->soaked), &lease);
    server_on(item->soaked->server, "DELETE", path,
              ANSWER_MADE(200, body, .before = on_revoke, .context = item));
    free(path);
}

static void offer_create(struct soaked *soaked, int runtime);

static void on_create(struct server *server, const struct request *request, void *context)
{
    struct item *item = context;
    struct soaked *soaked = item->soaked;
    (void)server, (void)request;
    pthread_mutex_lock(&soaked->lock);
    if (soaked->next[item->runtime] == item) {
        soaked->counts.creates++;
        item->older = soaked->newest;
        soaked->newest = item;
        offer_revoke(item);
        offer_create(soaked, item->runtime);
        publish(soaked, item->runtime);
    }
    pthread_mutex_unlock(&soaked->lock);
}

/* Of this moment. */
static struct item *item_new(struct soaked *soaked, int runtime, int least_s, int most_s)
{
    struct item *item = support_need(calloc(1, sizeof *item));
    unsigned first = (unsigned)chance_next(&soaked->chance);
    unsigned rest = (unsigned)chance_next(&soaked->chance) & 0xffffff;
    snprintf(item->id, sizeof item->id, "%08x-0000-4000-8000-000000%06x", first, rest);
    item->soaked = soaked;
    item->runtime = runtime;
    item->made = soaked->now;
    item->expires = soaked->now + chance_range(&soaked->chance, least_s, most_s);
    return item;
}

/* What the next POST makes. */
static void offer_create(struct soaked *soaked, int runtime)
{
    struct item *item = item_new(soaked, runtime, 300, 7200);
    soaked->next[runtime] = item;
    struct contract_lease lease = as_lease(item);
    char *body = contract_created(epoch(soaked), &lease);
    server_on(soaked->server, "POST", lists[runtime],
              ANSWER_MADE(200, body, .before = on_create, .context = item));
}

/* ---- All of it */

struct soaked *soaked_new(struct desk *desk, struct chance chance)
{
    struct soaked *soaked = support_need(calloc(1, sizeof *soaked));
    soaked->server = desk->server;
    soaked->chance = chance;
    soaked->start = soaked->now = server_now(desk->server);
    pthread_mutex_init(&soaked->lock, NULL);
    desk_serve_leases(desk, LEASES({.id = NULL}));
    for (int runtime = 0; runtime < 2; runtime++)
        offer_create(soaked, runtime);
    publish_all(soaked);
    return soaked;
}

void soaked_free(struct soaked *soaked)
{
    for (struct item *item; (item = soaked->newest) != NULL;) {
        soaked->newest = item->older;
        free(item);
    }
    free(soaked->next[0]);
    free(soaked->next[1]);
    pthread_mutex_destroy(&soaked->lock);
    free(soaked);
}

/* A lease that waits to be made gets older; it is renewed before that is seen. */
static void renew_offers(struct soaked *soaked)
{
    for (int runtime = 0; runtime < 2; runtime++) {
        struct item *item = soaked->next[runtime];
        if (soaked->now - item->made < 30)
            continue;
        /* Not freed: an answer that names it may be on its way. It can be made no more. */
        item->older = soaked->newest;
        item->revoked = item->expires = 1;
        soaked->newest = item;
        offer_create(soaked, runtime);
    }
}

/* Others make leases, and what was theirs and is forgotten is let go. */
static void go_on(struct soaked *soaked)
{
    for (int i = 0; i < OTHERS; i++) {
        struct item *item = item_new(soaked, i % 2, 5, OTHERS_LIVE_S);
        item->others = true;
        item->older = soaked->newest;
        soaked->newest = item;
    }
    for (struct item **at = &soaked->newest; *at != NULL;) {
        struct item *item = *at;
        if (item->others && ended(item) + FORGET_S <= soaked->now) {
            *at = item->older;
            free(item);
        } else {
            at = &item->older;
        }
    }
}

void soaked_turn(struct soaked *soaked, int64_t ahead_s)
{
    pthread_mutex_lock(&soaked->lock);
    soaked->now = soaked->start + ahead_s;
    renew_offers(soaked);
    go_on(soaked);
    if (soaked->way == SOAKED_WELL)
        publish_all(soaked);
    pthread_mutex_unlock(&soaked->lock);
}

void soaked_fail(struct soaked *soaked, int way)
{
    static const struct answer answers[] = {
        [SOAKED_BUSY] = {.status = 503, .type = "text/plain", .body = "busy"},
        [SOAKED_LIMITED] = {.status = 429, .headers = "Retry-After: 7\r\n", .body = "{}"},
        [SOAKED_CUT] = {.body = "{\"connections\":[", .until = UNTIL_BODY, .end = END_RESET},
        [SOAKED_NO_JSON] = {.type = "text/html", .body = "<html>log in</html>"},
        [SOAKED_DOWN] = {.status = 500},
    };
    /* Not with the lock held: it waits for what is being answered. */
    if (way == SOAKED_DOWN)
        server_down(soaked->server);
    else if (soaked->way == SOAKED_DOWN)
        server_up(soaked->server);
    pthread_mutex_lock(&soaked->lock);
    soaked->way = way;
    for (int runtime = 0; way != SOAKED_WELL && runtime < 2; runtime++)
        server_on(soaked->server, "GET", lists[runtime], answers[way]);
    if (way == SOAKED_WELL)
        publish_all(soaked);
    pthread_mutex_unlock(&soaked->lock);
}

int soaked_live(struct soaked *soaked)
{
    int live = 0;
    pthread_mutex_lock(&soaked->lock);
    for (struct item *item = soaked->newest; item != NULL; item = item->older)
        live += !item->others && ended(item) > soaked->now;
    pthread_mutex_unlock(&soaked->lock);
    return live;
}

struct soaked_counts soaked_counts(struct soaked *soaked)
{
    pthread_mutex_lock(&soaked->lock);
    struct soaked_counts counts = soaked->counts;
    pthread_mutex_unlock(&soaked->lock);
    return counts;
}
