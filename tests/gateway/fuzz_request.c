/* Any bytes as a request: the first line is the method, the second the path, then headers up to an
 * empty line, and the rest is the body, given in pieces. Whatever comes, there is one answer of the
 * kinds there are, and a refusal changes nothing. With --enable-fuzzing a fuzzer makes them up;
 * without it, main replays the files of tests/gateway/requests, where a find of the fuzzer goes
 * too. */
#include "gateway/routes.h"
#include "tests/gateway/direct.h"
#include "tests/support/support.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* The next line, ended by a NUL in place; "" at the end. */
static char *next_line(char **at, const char *end)
{
    char *line = *at;
    char *stop = memchr(line, '\n', (size_t)(end - line));
    if (stop == NULL)
        stop = (char *)end;
    *at = stop == end ? stop : stop + 1;
    *stop = '\0';
    return line;
}

/* A $ in the path stands for the connections of the first runtime, whose ids a fuzzer would never
 * find. */
static const char *expand(const struct gateway *gateway, const char *path, char out[4096])
{
    char leases[256];
    const char *at = strchr(path, '$');
    if (at == NULL)
        return path;
    snprintf(out, 4096, "%.*s%s%s", (int)(at - path), path, direct_leases(gateway, 0, leases),
             at + 1);
    return out;
}

static void read_headers(struct request *request, char **at, const char *end)
{
    for (char *line; (line = next_line(at, end))[0] != '\0';) {
        char *value = strchr(line, ':');
        if (value == NULL)
            continue;
        *value++ = '\0';
        if (line[0] == '?')
            request_query_add(request, line + 1, value);
        else
            request_header_add(request, line, value);
    }
}

static void read_body(struct request *request, const char *at, const char *end)
{
    for (size_t piece = 1; at < end; piece = piece * 3 + 1) {
        size_t size = (size_t)(end - at) < piece ? (size_t)(end - at) : piece;
        if (!request_body_add(request, at, size))
            return;
        at += size;
    }
}

static void check(const struct request *request, size_t before, size_t after)
{
    static const unsigned statuses[] = {200, 400, 401, 402, 403, 404, 405, 409, 413, 415, 503};
    bool known = false;
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
        known |= request->answer.status == statuses[i];
    if (!known || request->answer.body == NULL)
        support_die("an answer of no kind: %u", request->answer.status);
    if (request->answer.status != 200 && before != after)
        support_die("a refused request changed something: %u", request->answer.status);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct gateway gateway;
    char path[4096];
    direct_open(&gateway);
    char *text = support_need(malloc(size + 1));
    char *at = text, *end = text + size;
    memcpy(text, bytes, size);
    text[size] = '\0';
    struct request *request = support_need(request_new(next_line(&at, end)));
    char *line = next_line(&at, end);
    answer_init(&request->answer, 1, 1);
    read_headers(request, &at, end);
    routes_admit(&gateway, request, expand(&gateway, line, path));
    read_body(request, at, end);
    size_t before = direct_live(&gateway);
    routes_answer(&gateway, request);
    check(request, before, direct_live(&gateway));
    request_free(request);
    free(text);
    direct_close(&gateway);
    return 0;
}

#ifndef FUZZING
static int is_seed(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void replay(const char *folder, const char *name)
{
    static uint8_t bytes[1 << 20];
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        support_die("cannot read %s", path);
    LLVMFuzzerTestOneInput(bytes, fread(bytes, 1, sizeof bytes, file));
    fclose(file);
}

int main(void)
{
    char folder[2048];
    struct dirent **entries;
    snprintf(folder, sizeof folder, "%s/tests/gateway/requests", getenv("SRCDIR"));
    int count = scandir(folder, &entries, is_seed, alphasort);
    if (count <= 0)
        support_die("no requests in %s", folder);
    printf("1..%d\n", count);
    for (int i = 0; i < count; i++) {
        replay(folder, entries[i]->d_name);
        printf("ok %d - %s\n", i + 1, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return 0;
}
#endif
