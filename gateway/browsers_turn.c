/* browsers_turn: what the main thread does with the pool; see browsers.h. */
#include "gateway/browsers_internal.h"

#include "gateway/when.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define START_MS   (30 * WHEN_SECOND_MS) /* a slow machine's first start reads 300 MB */
#define AGAIN_MS   (10 * WHEN_SECOND_MS) /* between two starts that nobody asked for */
#define STARTS_MAX 8                     /* of which each was reached before its port was shut */

static int64_t monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * WHEN_SECOND_MS + now.tv_nsec / 1000000;
}

/* ---- one of them */

/* So long it may still take to say where it listens. */
static int start_left_ms(const struct slot *slot)
{
    int64_t left_ms = slot->since_ms + START_MS - monotonic_ms();
    return left_ms > 0 ? (int)left_ms : 0;
}

static void set(struct browsers *browsers, struct slot *slot, enum browsers_state state,
                bool spawned)
{
    pthread_mutex_lock(&browsers->lock);
    slot->state = state;
    slot->spawned = spawned;
    pthread_mutex_unlock(&browsers->lock);
}

static void tell(const struct browsers *browsers)
{
    if (browsers->changed != NULL)
        browsers->changed(browsers->closure);
}

static void spawn(struct browsers *browsers, struct slot *slot)
{
    char folder[FOLDER_PATH_SIZE + 16];
    struct fault fault;
    pthread_mutex_lock(&browsers->lock);
    slot->number = ++browsers->count;
    pthread_mutex_unlock(&browsers->lock);
    folder_name(browsers->folder.path, slot->number, folder, sizeof folder);
    slot->since_ms = monotonic_ms();
    slot->starts++;
    if (browser_start(&slot->browser,
                      &(struct browser_launch){browsers->program, folder, &browsers->folder.janitor,
                                               browsers->sandbox},
                      &fault)) {
        set(browsers, slot, BROWSERS_STARTING, true);
        return;
    }
    fprintf(stderr, "leasetop-gateway: %s\n", fault.sentence);
    set(browsers, slot, BROWSERS_FAILED, false);
    tell(browsers);
}

/* Its folder goes by and by: that takes long, and others wait for what this thread has to say. */
static void clear_away(struct browsers *browsers, struct slot *slot)
{
    slot->browser.folder[0] = '\0';
    browser_end(&slot->browser);
    folder_drop(&browsers->folder, slot->number);
}

/* `state` is what others see from before the end on: nobody may dial a port that is another's by
 * then. */
static void end(struct browsers *browsers, struct slot *slot, enum browsers_state state)
{
    set(browsers, slot, BROWSERS_NONE, true);
    clear_away(browsers, slot);
    set(browsers, slot, state, false);
}

/* Somebody reached its port before it was shut, or did in the minute before it was its port: it is
 * not ours alone. */
static void replace(struct browsers *browsers, struct slot *slot)
{
    bool again = slot->starts < STARTS_MAX;
    end(browsers, slot, again ? BROWSERS_STARTING : BROWSERS_FAILED);
    if (again) {
        spawn(browsers, slot);
        return;
    }
    slot->starts = 0;
    fprintf(stderr,
            "leasetop-gateway: somebody on this machine reached the debugging port of %d browsers "
            "in a row before it was shut: none of them is used\n",
            STARTS_MAX);
    tell(browsers);
}

/* It has said where it listens. The door is shut before anybody is told. */
static void settle(struct browsers *browsers, struct slot *slot)
{
    struct browser *browser = &slot->browser;
    enum door_state door = door_shut(&browser->door, browser->pid, browser->port);
    if (door == DOOR_USED) {
        replace(browsers, slot);
        return;
    }
    if (door == DOOR_OPEN && !browsers->warned)
        fputs("leasetop-gateway: the debugging port of browsers cannot be shut to other users of "
              "this machine\n",
              stderr);
    browsers->warned |= door == DOOR_OPEN;
    slot->starts = 0;
    set(browsers, slot, BROWSERS_READY, true);
    tell(browsers);
}

/* What it said on its way out may be unread. */
static void complain(struct browser *browser, bool late)
{
    browser_hear(browser);
    fprintf(stderr, "leasetop-gateway: a browser %s; it said: %s\n",
            late ? "took too long to start" : "ended before it could be used",
            browser->words[0] != '\0' ? browser->words : "nothing");
}

/* It has not come up, or not in time. */
static void give_up(struct browsers *browsers, struct slot *slot)
{
    slot->starts = 0;
    complain(&slot->browser, !browsers_has_ended(slot));
    end(browsers, slot, BROWSERS_FAILED);
    tell(browsers);
}

/* It ended by itself, which is known already: somebody may want the next one meanwhile. */
static void bury(struct browsers *browsers, struct slot *slot)
{
    int64_t now_ms = monotonic_ms();
    bool again = slot->again_ms == 0 || now_ms - slot->again_ms >= AGAIN_MS;
    if (again)
        slot->again_ms = now_ms;
    slot->starts = 0;
    clear_away(browsers, slot);
    pthread_mutex_lock(&browsers->lock);
    slot->dead = slot->spawned = false;
    if (again)
        slot->state = BROWSERS_STARTING;
    bool wanted = slot->state == BROWSERS_STARTING && !slot->dismissed;
    pthread_mutex_unlock(&browsers->lock);
    if (wanted)
        spawn(browsers, slot);
}

static void end_dismissed(struct browsers *browsers, struct slot *slot, bool spawned)
{
    if (spawned)
        end(browsers, slot, BROWSERS_NONE);
    slot->starts = 0;
    pthread_mutex_lock(&browsers->lock);
    bool again = slot->wanted_id[0] != '\0';
    slot->state = again ? BROWSERS_STARTING : BROWSERS_NONE;
    memcpy(slot->runtime_id, slot->wanted_id, ID_SIZE);
    slot->dismissed = slot->dead = false;
    slot->died_ms = WHEN_NEVER; /* whoever dismissed it has closed the leases */
    pthread_mutex_unlock(&browsers->lock);
    tell(browsers);
    if (again)
        spawn(browsers, slot);
}

static bool is_late(const struct slot *slot)
{
    return slot->browser.port == 0 && start_left_ms(slot) == 0;
}

static void turn(struct browsers *browsers, struct slot *slot)
{
    pthread_mutex_lock(&browsers->lock);
    bool dismissed = slot->dismissed, spawned = slot->spawned, dead = slot->dead;
    enum browsers_state state = slot->state;
    pthread_mutex_unlock(&browsers->lock);
    bool said = spawned && slot->browser.errors >= 0 && browser_hear(&slot->browser);
    if (dismissed)
        end_dismissed(browsers, slot, spawned);
    else if (dead)
        bury(browsers, slot);
    else if (said)
        settle(browsers, slot);
    else if (spawned && state != BROWSERS_READY && (browsers_has_ended(slot) || is_late(slot)))
        give_up(browsers, slot);
    if (!spawned && state == BROWSERS_STARTING && !dismissed)
        spawn(browsers, slot);
}

/* ---- all of them */

/* Before anything is done about it, which takes its time. */
static void spread_news(struct browsers *browsers)
{
    bool news = false;
    pthread_mutex_lock(&browsers->lock);
    for (size_t i = 0; i < browsers->max; i++)
        news |= browsers_find_dead(&browsers->slots[i]);
    pthread_mutex_unlock(&browsers->lock);
    if (news)
        tell(browsers);
}

void browsers_turn(struct browsers *browsers)
{
    wake_quiet(&browsers->wake);
    spread_news(browsers);
    for (size_t i = 0; i < browsers->max; i++)
        turn(browsers, &browsers->slots[i]);
}

size_t browsers_wait(struct browsers *browsers, struct pollfd fds[BROWSERS_FDS], int *timeout_ms)
{
    size_t count = 0;
    *timeout_ms = -1;
    fds[count++] = (struct pollfd){.fd = browsers->wake.read_fd, .events = POLLIN};
    for (size_t i = 0; i < browsers->max; i++) {
        const struct slot *slot = &browsers->slots[i];
        pthread_mutex_lock(&browsers->lock);
        bool spawned = slot->spawned;
        pthread_mutex_unlock(&browsers->lock);
        if (!spawned)
            continue;
        fds[count++] = (struct pollfd){.fd = slot->browser.errors, .events = POLLIN};
        if (slot->browser.port == 0 && (*timeout_ms < 0 || start_left_ms(slot) < *timeout_ms))
            *timeout_ms = start_left_ms(slot);
    }
    return count;
}

const char *browsers_warning(const struct browsers *browsers, size_t n)
{
    const char *warnings[3] = {NULL};
    size_t count = 0;
    if (browsers->program[0] == '\0')
        warnings[count++] = "no browser is installed: attaches will be refused";
    else if (!browsers->sandbox)
        warnings[count++] = geteuid() == 0
                                ? "run as root: browsers run without their sandbox"
                                : "no user namespaces: browsers run without their sandbox";
    return n < count ? warnings[n] : NULL;
}

void browsers_on_change(struct browsers *browsers, void (*changed)(void *), void *closure)
{
    browsers->changed = changed;
    browsers->closure = closure;
}

struct browsers *browsers_new(const struct browsers_options *options, struct fault *fault)
{
    struct browsers *browsers = calloc(1, sizeof *browsers);
    if (browsers == NULL) {
        fault_memory(fault);
        return NULL;
    }
    pthread_mutex_init(&browsers->lock, NULL);
    browsers->max = options->max;
    bool awake = wake_open(&browsers->wake);
    for (size_t i = 0; i < BROWSERS_MAX; i++)
        browsers->slots[i].died_ms = WHEN_NEVER;
    if (!awake) {
        fault_set(fault, FAULT_SYSTEM, "no more files can be opened: %s", strerror(errno));
        goto fail;
    }
    if (!browser_find(options->program, browsers->program)) {
        browsers->program[0] = '\0';
        if (options->program == NULL)
            return browsers;
        fault_set(fault, FAULT_USAGE, "%.200s is no program", options->program);
        goto fail;
    }
    browsers->sandbox = browser_has_sandbox();
    if (folder_make(&browsers->folder, fault))
        return browsers;
fail:
    browsers_free(browsers);
    return NULL;
}

void browsers_free(struct browsers *browsers)
{
    if (browsers == NULL)
        return;
    /* All at once, so that their ends are waited for together. */
    for (size_t i = 0; i < browsers->max; i++) {
        if (browsers->slots[i].spawned)
            browser_kill(&browsers->slots[i].browser);
    }
    for (size_t i = 0; i < browsers->max; i++) {
        struct browser *browser = &browsers->slots[i].browser;
        browser->folder[0] = '\0'; /* it goes with the one it is in */
        if (browsers->slots[i].spawned)
            browser_end(browser);
    }
    folder_clear(&browsers->folder);
    wake_clear(&browsers->wake);
    pthread_mutex_destroy(&browsers->lock);
    free(browsers);
}
