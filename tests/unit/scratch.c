/* scratch: see scratch.h. */
#include "tests/unit/scratch.h"

#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

void scratch_make(struct scratch *scratch)
{
    const char *base = getenv("TMPDIR");
    int length = snprintf(scratch->path, sizeof scratch->path, "%s/leasetop-test-XXXXXX",
                          base != NULL ? base : "/tmp");
    assert_true(length < (int)sizeof scratch->path);
    assert_non_null(mkdtemp(scratch->path));
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *place)
{
    (void)about, (void)kind, (void)place;
    return remove(path);
}

void scratch_remove(struct scratch *scratch)
{
    assert_int_equal(nftw(scratch->path, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

const char *scratch_file(const struct scratch *scratch, const char *name)
{
    static char paths[8][384];
    static unsigned turn;
    char *path = paths[turn++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", scratch->path, name);
    return path;
}

void scratch_program(const struct scratch *scratch, const char *name, const char *script)
{
    int fd = open(scratch_file(scratch, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
    assert_true(fd >= 0);
    dprintf(fd, "#!/bin/sh\nhere=${0%%/*}\n%s\n", script);
    assert_int_equal(close(fd), 0);
}

char *scratch_read(const char *path, size_t *length)
{
    enum { ROOM = 64 << 10 };
    char *bytes = calloc(1, ROOM + 1);
    assert_non_null(bytes);
    FILE *file = fopen(path, "re");
    size_t taken = file != NULL ? fread(bytes, 1, ROOM, file) : 0;
    if (file != NULL)
        fclose(file);
    if (length != NULL)
        *length = taken;
    return bytes;
}

char *scratch_line(const char *path)
{
    int64_t until_ms = scratch_now_ms() + SCRATCH_PATIENCE_MS;
    for (;;) {
        size_t length;
        char *line = scratch_read(path, &length);
        if (length > 0 && line[length - 1] == '\n') {
            line[length - 1] = '\0';
            return line;
        }
        free(line);
        if (scratch_now_ms() > until_ms)
            fail_msg("%s never came", path);
        scratch_pause();
    }
}

bool scratch_process_lives(pid_t pid)
{
    char path[64], state = 'X';
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
        state = 'X';
    fclose(file);
    return state != 'Z' && state != 'X';
}

void scratch_wait_gone(pid_t pid)
{
    int64_t until_ms = scratch_now_ms() + SCRATCH_PATIENCE_MS;
    while (scratch_process_lives(pid)) {
        if (scratch_now_ms() > until_ms)
            fail_msg("process %d is still there", (int)pid);
        scratch_pause();
    }
}

int64_t scratch_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void scratch_pause(void)
{
    poll(NULL, 0, 2);
}
