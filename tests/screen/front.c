/* front: see front.h. */
#include "tests/screen/front.h"

#include <stdio.h>
#include <unistd.h>

/* In the new process. */
static void run(const struct desk *desk, const char *script, const char *certificate, int output)
{
    char *folder = contract_format("%s/tests", getenv("SRCDIR"));
    char *port = contract_format("%d", server_port(desk->server));
    char *shown = contract_format("contract/certificates/%s", certificate);
    if (chdir(folder) == 0 && dup2(output, STDOUT_FILENO) >= 0)
        execlp("node", "node", script, "contract/certificates/key.pem", shown, port, (char *)NULL);
    _exit(127);
}

int front_start(const struct desk *desk, const char *script, const char *certificate, pid_t *pid)
{
    int pipes[2], port = 0;
    assert_int_equal(pipe(pipes), 0);
    *pid = fork();
    assert_true(*pid >= 0);
    if (*pid == 0)
        run(desk, script, certificate, pipes[1]);
    close(pipes[1]);
    FILE *said = fdopen(pipes[0], "r");
    bool heard = fscanf(said, "%d", &port) == 1;
    fclose(said);
    if (!heard)
        skip(); /* no node */
    return port;
}

void front_http2(struct desk *desk)
{
    int port = front_start(desk, "screen/http2.mjs", "good.pem", &desk->child);
    snprintf(desk->url, sizeof desk->url, "https://127.0.0.1:%d", port);
}
