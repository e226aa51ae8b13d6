/* demo: see demo.h. */
#include "core/demo.h"

#include "api/clock.h"
#include "api/secret.h"
#include "core/child.h"
#include "core/environment.h"
#include "core/text.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char PROGRAM[] = "leasetop-gateway";
static const char KEY_PREFIX[] = "bctrl_demo_";
static const char LISTENING[] = "listening on ";
static const char URL_PREFIX[] = "http://127.0.0.1:";

enum {
    KEY_DIGITS = 32,
    PATH_BYTES = 4096,
    LINE_BYTES = 256, /* of what the gateway says; a longer line is not for us */
    KILLED_MS = 10,   /* what a kill may take to be seen */
};

struct demo {
    struct child child;
    struct secret *key;
    char url[sizeof URL_PREFIX + 5];
};

const char *demo_url(const struct demo *demo)
{
    return demo->url;
}

const char *demo_key(const struct demo *demo)
{
    return secret_bytes(demo->key);
}

const char *demo_executable(char *buffer, size_t size, const char *argv0)
{
    ssize_t length = readlink("/proc/self/exe", buffer, size);
    if (length > 0 && (size_t)length < size) {
        buffer[length] = '\0';
        return buffer;
    }
    return argv0 != NULL && strchr(argv0, '/') != NULL ? argv0 : NULL;
}

/* The gateway in a folder of `length` characters; 0 for none. */
static bool program_in(char *path, const char *folder, size_t length)
{
    char joined[PATH_BYTES];
    return length > 0 && length < PATH_BYTES &&
           snprintf(joined, sizeof joined, "%.*s/%s", (int)length, folder, PROGRAM) < PATH_BYTES &&
           child_find(path, PATH_BYTES, joined, NULL);
}

static bool program_find(char *path, const struct demo_options *options, struct error *error)
{
    const char *executable = options->executable != NULL ? options->executable : "";
    const char *slash = strrchr(executable, '/');
    size_t beside = slash != NULL ? (size_t)(slash - executable) : 0;
    if (program_in(path, executable, beside) ||
        (options->folder != NULL && program_in(path, options->folder, strlen(options->folder))) ||
        child_find(path, PATH_BYTES, PROGRAM, environment_get(options->environment, "PATH")))
        return true;
    return error_set(error, ERROR_SYSTEM,
                     "%s was not found beside %s or in PATH: install it or build with "
                     "--enable-gateway",
                     PROGRAM, *executable != '\0' ? executable : "leasetop");
}

static bool key_make(struct demo *demo, struct error *error)
{
    size_t prefix = strlen(KEY_PREFIX);
    demo->key = secret_new(prefix + KEY_DIGITS + 1);
    if (demo->key == NULL)
        return error_memory(error);
    memcpy(secret_bytes(demo->key), KEY_PREFIX, prefix);
    return child_random(secret_bytes(demo->key) + prefix, KEY_DIGITS, error);
}

static bool gateway_start(struct demo *demo, const struct demo_options *options,
                          struct error *error)
{
    static const char *const argv[] = {PROGRAM, "--demo",      "--browser", "--port",
                                       "0",     "--until-eof", NULL};
    char path[PATH_BYTES];
    struct environment environment;
    environment_init(&environment);
    bool started = program_find(path, options, error) && key_make(demo, error) &&
                   environment_ordinary(&environment, options->environment, error) &&
                   environment_set(&environment, "BCTRL_API_KEY", secret_bytes(demo->key), error) &&
                   child_start(&demo->child,
                               &(struct child_options){
                                   .path = path,
                                   .argv = argv,
                                   .environment = (const char *const *)environment.list,
                                   .input = CHILD_PIPE,
                                   .output = CHILD_PIPE,
                                   .errors = CHILD_MERGE, /* says why it cannot start */
                                   .session = true,       /* Ctrl-C in our terminal is ours */
                               },
                               error);
    environment_clear(&environment);
    return started;
}

/* Takes the address out of the line that announces it. */
static bool line_announces(struct demo *demo, const char *line)
{
    if (strncmp(line, LISTENING, strlen(LISTENING)) != 0)
        return false;
    const char *url = line + strlen(LISTENING);
    const char *port = url + strlen(URL_PREFIX);
    if (strncmp(url, URL_PREFIX, strlen(URL_PREFIX)) != 0)
        return false;
    size_t digits = strspn(port, "0123456789");
    long number = strtol(port, NULL, 10);
    if (digits == 0 || digits > 5 || port[digits] != '\0' || number < 1 || number > 65535)
        return false;
    snprintf(demo->url, sizeof demo->url, "%s%ld", URL_PREFIX, number);
    return true;
}

/* What the gateway says, line by line. */
struct lines {
    char text[LINE_BYTES];
    size_t length;
    char last[LINE_BYTES]; /* the last whole line, clean */
};

/* Goes through the whole lines in the buffer. True when one of them announces the address. */
static bool lines_take(struct lines *lines, struct demo *demo)
{
    char *end;
    while ((end = memchr(lines->text, '\n', lines->length)) != NULL) {
        *end = '\0';
        if (line_announces(demo, lines->text))
            return true;
        size_t taken = (size_t)(end - lines->text) + 1;
        text_clean(lines->last, sizeof lines->last, lines->text, taken - 1, TEXT_ASCII);
        lines->length -= taken;
        memmove(lines->text, end + 1, lines->length);
    }
    if (lines->length == sizeof lines->text)
        lines->length = 0;
    return false;
}

static bool gateway_wait(struct demo *demo, int start_ms, struct error *error)
{
    struct lines lines = {.length = 0};
    int64_t until_ms = clock_boot_now_ms() + start_ms;
    for (int64_t left_ms = start_ms; left_ms > 0; left_ms = until_ms - clock_boot_now_ms()) {
        ssize_t taken = read(demo->child.output_fd, lines.text + lines.length,
                             sizeof lines.text - lines.length);
        if (taken == 0)
            return error_set(error, ERROR_SYSTEM, "%s ended before it listened%s%s", PROGRAM,
                             lines.last[0] != '\0' ? ": " : "", lines.last);
        struct pollfd ready = {.fd = demo->child.output_fd, .events = POLLIN};
        if (taken < 0 && errno != EAGAIN && errno != EINTR)
            return error_set(error, ERROR_SYSTEM, "%s: %s", PROGRAM, strerror(errno));
        if (taken < 0)
            poll(&ready, 1, (int)left_ms);
        lines.length += taken > 0 ? (size_t)taken : 0;
        if (lines_take(&lines, demo))
            return true;
    }
    return error_set(error, ERROR_SYSTEM, "%s did not say within %d s where it listens", PROGRAM,
                     (start_ms + 999) / 1000);
}

struct demo *demo_new(const struct demo_options *options, struct error *error)
{
    struct demo *demo = calloc(1, sizeof *demo);
    if (demo == NULL) {
        error_memory(error);
        return NULL;
    }
    int start_ms = options->start_ms > 0 ? options->start_ms : DEMO_START_MS;
    child_init(&demo->child);
    if (gateway_start(demo, options, error) && gateway_wait(demo, start_ms, error))
        return demo;
    demo_free(demo);
    return NULL;
}

/* True when it has ended within `wait_ms`. */
static bool demo_ended(struct demo *demo, int wait_ms)
{
    int64_t until_ms = clock_boot_now_ms() + wait_ms, left_ms = wait_ms;
    while (!child_ended(&demo->child) && left_ms > 0) {
        struct pollfd ended = {.fd = demo->child.ended_fd, .events = POLLIN};
        poll(&ended, 1, ended.fd >= 0 ? (int)left_ms : 2);
        left_ms = until_ms - clock_boot_now_ms();
    }
    return child_ended(&demo->child);
}

void demo_free(struct demo *demo)
{
    if (demo == NULL)
        return;
    if (demo->child.input_fd >= 0)
        close(demo->child.input_fd);
    demo->child.input_fd = -1;
    if (!demo_ended(demo, DEMO_EOF_MS))
        child_signal_all(&demo->child, SIGTERM);
    if (!demo_ended(demo, DEMO_TERM_MS))
        child_signal_all(&demo->child, SIGKILL);
    demo_ended(demo, KILLED_MS);
    child_clear(&demo->child);
    secret_free(demo->key);
    free(demo);
}
