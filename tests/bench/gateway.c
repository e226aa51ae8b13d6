/* gateway: see gateway.h. The few requests are written by hand: one connection each, read to its
 * end. */
#include "tests/bench/gateway.h"

#include "api/decode.h"
#include "tests/support/support.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char KEY_NAME[] = "BCTRL_API_KEY=";

static void make_key(struct gateway *gateway)
{
    unsigned char random[12];
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        support_die("no random bytes: %s", strerror(errno));
    int length = snprintf(gateway->key, sizeof gateway->key, "%sbctrl_", KEY_NAME);
    for (size_t i = 0; i < sizeof random; i++)
        length += snprintf(gateway->key + length, sizeof gateway->key - (size_t)length, "%02x",
                           random[i]);
    gateway->environment[0] = gateway->key;
    gateway->environment[1] = NULL;
}

static void become(const struct gateway *gateway, const char *const *argv, int output)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/leasetop-gateway", getenv("BUILDDIR"));
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(output, STDOUT_FILENO);
    execve(path, (char *const *)argv, (char *const *)gateway->environment);
    _exit(127);
}

static void start(struct gateway *gateway, const char *const *argv)
{
    int ends[2];
    unsigned port = 0;
    make_key(gateway);
    if (getenv("BUILDDIR") == NULL || pipe(ends) != 0)
        support_die("BUILDDIR is not set, or no pipe");
    gateway->pid = fork();
    if (gateway->pid == 0)
        become(gateway, argv, ends[1]);
    close(ends[1]);
    FILE *said = support_need(fdopen(ends[0], "r"));
    if (fscanf(said, "listening on http://127.0.0.1:%u", &port) != 1)
        support_die("leasetop-gateway %s did not come up", argv[1]);
    fclose(said);
    gateway->port = (uint16_t)port;
    snprintf(gateway->url, sizeof gateway->url, "http://127.0.0.1:%u", port);
}

void gateway_start(struct gateway *gateway, const char *fleet)
{
    const char *const argv[] = {"leasetop-gateway", "--fleet", fleet, "--port", "0", NULL};
    start(gateway, argv);
}

void gateway_start_browser(struct gateway *gateway)
{
    static const char *const argv[] = {"leasetop-gateway", "--browser", "--port", "0", NULL};
    start(gateway, argv);
}

void gateway_end(struct gateway *gateway)
{
    kill(gateway->pid, SIGTERM);
    waitpid(gateway->pid, NULL, 0);
}

static int connect_to(const struct gateway *gateway)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(gateway->port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        support_die("the gateway takes no connection: %s", strerror(errno));
    return fd;
}

/* Returns where the body begins; the bytes are the caller's to clear. */
static const char *ask(const struct gateway *gateway, const char *method, const char *path,
                       const char *body, struct support_bytes *answer)
{
    char block[4096];
    int fd = connect_to(gateway);
    dprintf(fd,
            "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n"
            "Connection: close\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
            method, path, gateway->key + strlen(KEY_NAME), strlen(body), body);
    for (ssize_t size; (size = read(fd, block, sizeof block)) > 0;)
        support_bytes_add(answer, block, (size_t)size);
    close(fd);
    const char *head_end = answer->size > 0 ? strstr(answer->bytes, "\r\n\r\n") : NULL;
    if (head_end == NULL || strncmp(answer->bytes, "HTTP/1.1 200 ", 13) != 0)
        support_die("%s %s was not answered well", method, path);
    return head_end + 4;
}

static struct part *list(const struct gateway *gateway, const char *path, enum part_kind kind,
                         const char *wrapper)
{
    struct support_bytes answer = {0};
    struct part *part = support_need(part_new(kind));
    struct error error;
    char *cursor;
    const char *body = ask(gateway, "GET", path, "", &answer);
    if (!decode_page(part, wrapper, body, strlen(body), NULL, &cursor, &error))
        support_die("%s: %s", path, error.sentence);
    free(cursor);
    support_bytes_clear(&answer);
    return part;
}

static void make_leases(const struct gateway *gateway, const char *path, int count, int ttl_s)
{
    char body[80];
    snprintf(body, sizeof body, "{\"protocol\":\"cdp\",\"ttlSeconds\":%d}", ttl_s);
    for (int i = 0; i < count; i++) {
        struct support_bytes answer = {0};
        ask(gateway, "POST", path, body, &answer);
        support_bytes_clear(&answer);
    }
}

void gateway_lease(const struct gateway *gateway, int count, int ttl_s, char *url, size_t size)
{
    char path[256];
    struct part *spaces = list(gateway, "/v1/spaces", PART_SPACES, "spaces");
    const char *space_id = spaces->spaces[0].id;
    snprintf(path, sizeof path, "/v1/spaces/%s/runtimes", space_id);
    struct part *runtimes = list(gateway, path, PART_RUNTIMES, "runtimes");
    for (size_t i = runtimes->count; i-- > 0;) {
        snprintf(path, sizeof path, "/v1/spaces/%s/runtimes/%s/connections", space_id,
                 runtimes->runtimes[i].id);
        make_leases(gateway, path, count, ttl_s);
    }
    if (snprintf(url, size, "%s%s", gateway->url, path) >= (int)size)
        support_die("too long: %s", path);
    part_unref(runtimes);
    part_unref(spaces);
}

void gateway_attach_path(const struct gateway *gateway, char *path, size_t size)
{
    char leases[256];
    struct support_bytes answer = {0};
    gateway_lease(gateway, 0, 0, leases, sizeof leases);
    const char *made = ask(gateway, "POST", leases + strlen(gateway->url),
                           "{\"protocol\":\"cdp\",\"ttlSeconds\":3600}", &answer);
    const char *at = strstr(made, "attach/");
    if (at == NULL)
        support_die("the lease has no url to attach to");
    snprintf(path, size, "%.*s", (int)strcspn(at, "\""), at);
    support_bytes_clear(&answer);
}
