/* clerk: see clerk.h. Nothing is read or written under the lock; it guards the two queues and how
 * the thread ends. */
#include "core/clerk.h"

#include "api/clock.h"
#include "api/wake.h"
#include "core/file.h"
#include "core/watch.h"

#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum job_kind { JOB_APPEND, JOB_PROBE, JOB_REPLACE, JOB_SPARE, JOB_WATCH, JOB_CALL };

struct job {
    enum job_kind kind;
    int tag;
    char *path; /* or NULL */
    char *bytes;
    size_t length;
    void (*work)(void *), (*drop)(void *); /* of a call, with its context */
    void *context;
    struct job *next;
};

/* A file that could not be written, so that it is said once. */
struct failure {
    char *path;
    struct failure *next;
};

struct clerk {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t ends;
    struct wake clerk, ui;
    /* Under the lock. */
    struct job *jobs, **jobs_end;
    size_t job_count;
    struct clerk_result *results, **results_end;
    bool stopping, ended, abandoned;
    bool stopped; /* the UI's own: it has waited for the end */
    /* The thread's own. */
    struct watches *watches;
    struct failure *failures;
};

static void job_free(struct job *job)
{
    if (job == NULL)
        return;
    if (job->context != NULL)
        job->drop(job->context);
    free(job->path);
    free(job->bytes);
    free(job);
}

void clerk_result_free(struct clerk_result *result)
{
    if (result == NULL)
        return;
    if (result->context != NULL)
        result->drop(result->context);
    free(result->path);
    free(result->bytes);
    free(result);
}

/* ---- queues */

static bool job_put(struct clerk *clerk, struct job *job)
{
    pthread_mutex_lock(&clerk->lock);
    bool room = clerk->job_count < CLERK_JOBS;
    if (room) {
        *clerk->jobs_end = job;
        clerk->jobs_end = &job->next;
        clerk->job_count++;
    }
    pthread_mutex_unlock(&clerk->lock);
    if (room)
        wake_ring(&clerk->clerk);
    else
        job_free(job);
    return room;
}

/* NULL with *stop where nothing is left to do, ever. */
static struct job *job_take(struct clerk *clerk, bool *stop)
{
    pthread_mutex_lock(&clerk->lock);
    struct job *job = clerk->jobs;
    if (job != NULL) {
        clerk->jobs = job->next;
        if (clerk->jobs == NULL)
            clerk->jobs_end = &clerk->jobs;
        clerk->job_count--;
    }
    *stop = job == NULL && clerk->stopping;
    pthread_mutex_unlock(&clerk->lock);
    return job;
}

static void result_put(struct clerk *clerk, struct clerk_result *result)
{
    pthread_mutex_lock(&clerk->lock);
    *clerk->results_end = result;
    clerk->results_end = &result->next;
    pthread_mutex_unlock(&clerk->lock);
    wake_ring(&clerk->ui);
}

struct clerk_result *clerk_take(struct clerk *clerk)
{
    pthread_mutex_lock(&clerk->lock);
    struct clerk_result *result = clerk->results;
    if (result != NULL) {
        clerk->results = result->next;
        if (clerk->results == NULL)
            clerk->results_end = &clerk->results;
    }
    pthread_mutex_unlock(&clerk->lock);
    return result;
}

int clerk_fd(const struct clerk *clerk)
{
    return clerk->ui.read_fd;
}

void clerk_look(struct clerk *clerk)
{
    wake_quiet(&clerk->ui);
}

/* ---- jobs, as they are given */

static bool give(struct clerk *clerk, enum job_kind kind, const char *path, int tag,
                 const void *bytes, size_t length)
{
    struct job *job = calloc(1, sizeof *job);
    if (job == NULL)
        return false;
    *job = (struct job){.kind = kind, .tag = tag, .length = length};
    job->path = path != NULL ? strdup(path) : NULL;
    job->bytes = malloc(length + 1);
    if ((path != NULL && job->path == NULL) || job->bytes == NULL) {
        job_free(job);
        return false;
    }
    if (length > 0)
        memcpy(job->bytes, bytes, length);
    job->bytes[length] = '\0';
    return job_put(clerk, job);
}

bool clerk_append(struct clerk *clerk, const char *path, const char *line)
{
    return give(clerk, JOB_APPEND, path, 0, line, strlen(line));
}

bool clerk_probe(struct clerk *clerk, const char *path)
{
    return give(clerk, JOB_PROBE, path, 0, NULL, 0);
}

bool clerk_replace(struct clerk *clerk, const char *path, const void *bytes, size_t length)
{
    return give(clerk, JOB_REPLACE, path, 0, bytes, length);
}

bool clerk_spare(struct clerk *clerk, const char *path, const void *bytes, size_t length)
{
    return give(clerk, JOB_SPARE, path, 0, bytes, length);
}

bool clerk_watch(struct clerk *clerk, const char *path, int tag)
{
    return give(clerk, JOB_WATCH, path, tag, NULL, 0);
}

bool clerk_call(struct clerk *clerk, void (*work)(void *), void (*drop)(void *), void *context)
{
    struct job *job = calloc(1, sizeof *job);
    if (job == NULL)
        return false;
    *job = (struct job){.kind = JOB_CALL, .work = work, .drop = drop};
    pthread_mutex_lock(&clerk->lock);
    bool room = clerk->job_count < CLERK_JOBS;
    pthread_mutex_unlock(&clerk->lock);
    /* Only this thread adds, so the room is still there. */
    job->context = room ? context : NULL;
    return job_put(clerk, job);
}

/* ---- jobs, as they are done */

/* Takes the context of the job over. */
static void called(struct clerk *clerk, struct job *job)
{
    struct clerk_result *result = calloc(1, sizeof *result);
    job->work(job->context);
    if (result == NULL)
        return;
    *result =
        (struct clerk_result){.kind = CLERK_CALLED, .context = job->context, .drop = job->drop};
    job->context = NULL;
    result_put(clerk, result);
}

static struct failure **failure_of(struct clerk *clerk, const char *path)
{
    struct failure **link = &clerk->failures;
    while (*link != NULL && strcmp((*link)->path, path) != 0)
        link = &(*link)->next;
    return link;
}

static void failure_forget(struct failure **link)
{
    struct failure *failure = *link;
    *link = failure->next;
    free(failure->path);
    free(failure);
}

static void tell_written(struct clerk *clerk, enum clerk_kind kind, const char *path,
                         const struct error *error)
{
    struct clerk_result *result = calloc(1, sizeof *result);
    if (result == NULL)
        return;
    *result = (struct clerk_result){.kind = kind, .path = strdup(path), .error = *error};
    result_put(clerk, result);
}

/* Takes the path of the job over where it goes into the list. */
static void written(struct clerk *clerk, struct job *job, bool done, const struct error *error)
{
    struct failure **link = failure_of(clerk, job->path);
    bool known = *link != NULL;
    if (done != known)
        return;
    tell_written(clerk, done ? CLERK_WRITTEN : CLERK_FAILED, job->path, error);
    if (done) {
        failure_forget(link);
        return;
    }
    struct failure *failure = calloc(1, sizeof *failure);
    if (failure != NULL) {
        failure->path = job->path;
        job->path = NULL;
        *link = failure;
    }
}

static void do_job(struct clerk *clerk, struct job *job)
{
    struct error error = {0};
    switch (job->kind) {
    case JOB_APPEND:
        written(clerk, job, file_append(job->path, job->bytes, &error), &error);
        break;
    case JOB_PROBE:
        written(clerk, job, file_appendable(job->path, &error), &error);
        break;
    case JOB_REPLACE:
        written(clerk, job, file_replace(job->path, job->bytes, job->length, &error), &error);
        break;
    case JOB_SPARE:
        file_replace(job->path, job->bytes, job->length, NULL);
        break;
    case JOB_WATCH:
        watches_put(clerk->watches, job->path, job->tag);
        break;
    case JOB_CALL:
        called(clerk, job);
        break;
    }
    job_free(job);
}

static void tell_files(struct clerk *clerk)
{
    struct watch_news news;
    watches_look(clerk->watches, clock_boot_now_ms());
    while (watches_take(clerk->watches, clock_boot_now_ms(), &news)) {
        struct clerk_result *result = calloc(1, sizeof *result);
        if (result == NULL) {
            free(news.bytes);
            continue;
        }
        *result = (struct clerk_result){.kind = CLERK_FILE,
                                        .tag = news.tag,
                                        .bytes = news.bytes,
                                        .length = news.length,
                                        .missing = news.missing,
                                        .error = news.error};
        result_put(clerk, result);
    }
}

static void sleep_until_needed(struct clerk *clerk)
{
    struct pollfd ready[] = {{.fd = clerk->clerk.read_fd, .events = POLLIN},
                             {.fd = watches_fd(clerk->watches), .events = POLLIN}};
    int64_t due_ms = watches_due_ms(clerk->watches), wait_ms = due_ms - clock_boot_now_ms();
    poll(ready, 2, due_ms == INT64_MAX ? -1 : wait_ms < 0 ? 0 : (int)(wait_ms % INT_MAX));
}

/* ---- the thread */

static void clerk_destroy(struct clerk *clerk)
{
    for (struct job *job; (job = clerk->jobs) != NULL;) {
        clerk->jobs = job->next;
        job_free(job);
    }
    for (struct clerk_result *result; (result = clerk->results) != NULL;) {
        clerk->results = result->next;
        clerk_result_free(result);
    }
    while (clerk->failures != NULL)
        failure_forget(&clerk->failures);
    watches_free(clerk->watches);
    wake_clear(&clerk->clerk);
    wake_clear(&clerk->ui);
    pthread_cond_destroy(&clerk->ends);
    pthread_mutex_destroy(&clerk->lock);
    free(clerk);
}

static void *clerk_thread(void *context)
{
    struct clerk *clerk = context;
    for (bool stop = false; !stop;) {
        wake_quiet(&clerk->clerk);
        for (struct job *job; (job = job_take(clerk, &stop)) != NULL;)
            do_job(clerk, job);
        if (!stop) {
            tell_files(clerk);
            sleep_until_needed(clerk);
        }
    }
    pthread_mutex_lock(&clerk->lock);
    clerk->ended = true;
    bool abandoned = clerk->abandoned;
    pthread_cond_signal(&clerk->ends);
    pthread_mutex_unlock(&clerk->lock);
    if (abandoned)
        clerk_destroy(clerk);
    return NULL;
}

/* The new thread takes no signal: they are the UI's. */
static bool start_thread(struct clerk *clerk, struct error *error)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int failure = pthread_create(&clerk->thread, NULL, clerk_thread, clerk);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failure == 0 ||
           error_set(error, ERROR_SYSTEM, "no thread can be started: %s", strerror(failure));
}

struct clerk *clerk_new(struct error *error)
{
    struct clerk *clerk = calloc(1, sizeof *clerk);
    pthread_condattr_t steady;
    if (clerk == NULL) {
        error_memory(error);
        return NULL;
    }
    clerk->jobs_end = &clerk->jobs;
    clerk->results_end = &clerk->results;
    clerk->clerk = clerk->ui = (struct wake){-1, -1};
    pthread_mutex_init(&clerk->lock, NULL);
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(&clerk->ends, &steady);
    pthread_condattr_destroy(&steady);
    clerk->watches = watches_new(error);
    if (clerk->watches != NULL && wake_init(&clerk->clerk, error) && wake_init(&clerk->ui, error) &&
        start_thread(clerk, error))
        return clerk;
    clerk_destroy(clerk);
    return NULL;
}

/* True: it ended in time. Otherwise, where it is to be `left`, the thread frees all when it is
 * through with whatever holds it up. */
static bool await_end(struct clerk *clerk, int linger_ms, bool left)
{
    struct timespec until;
    int waited = 0;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += linger_ms / 1000;
    pthread_mutex_lock(&clerk->lock);
    clerk->stopping = true;
    wake_ring(&clerk->clerk);
    while (linger_ms > 0 && !clerk->ended && waited == 0)
        waited = pthread_cond_timedwait(&clerk->ends, &clerk->lock, &until);
    clerk->abandoned = left && !clerk->ended;
    bool ended = clerk->ended;
    pthread_mutex_unlock(&clerk->lock);
    return ended;
}

static void end(struct clerk *clerk, int linger_ms)
{
    if (clerk == NULL)
        return;
    pthread_t thread = clerk->thread;
    if (await_end(clerk, clerk->stopped ? 0 : linger_ms, true)) {
        pthread_join(thread, NULL);
        clerk_destroy(clerk);
    } else {
        pthread_detach(thread);
    }
}

void clerk_stop(struct clerk *clerk)
{
    await_end(clerk, CLERK_LINGER_MS, false);
    clerk->stopped = true;
}

void clerk_free(struct clerk *clerk)
{
    end(clerk, CLERK_LINGER_MS);
}

void clerk_leave(struct clerk *clerk)
{
    end(clerk, 0);
}
