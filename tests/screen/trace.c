/* trace: see trace.h. */
#include "tests/screen/trace.h"

#include "tests/support/support.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool trace_bytes_hold(const char *bytes, size_t size, const char *mark)
{
    return bytes != NULL && memmem(bytes, size, mark, strlen(mark)) != NULL;
}

/* All of a file, also of one of /proc that has no size. */
static struct support_bytes read_all(const char *path)
{
    struct support_bytes all = {0};
    char some[4096];
    FILE *file = fopen(path, "re");
    for (size_t got; file != NULL && (got = fread(some, 1, sizeof some, file)) > 0;)
        support_bytes_add(&all, some, got);
    if (file != NULL)
        fclose(file);
    return all;
}

static bool file_holds(const char *path, const char *mark)
{
    struct support_bytes all = read_all(path);
    bool holds = trace_bytes_hold(all.bytes, all.size, mark);
    support_bytes_clear(&all);
    return holds;
}

/* ---- folders */

static const char *wanted; /* nftw has no context */

static int visit(const char *path, const struct stat *status, int flag, struct FTW *walk)
{
    (void)status;
    bool holds = strstr(path + walk->base, wanted) != NULL ||
                 (flag == FTW_F && S_ISREG(status->st_mode) && file_holds(path, wanted));
    if (holds)
        fprintf(stderr, "# found in %s\n", path);
    return holds;
}

bool trace_folder_holds(const char *folder, const char *mark)
{
    wanted = mark;
    return nftw(folder, visit, 8, FTW_PHYS) != 0;
}

/* ---- processes */

/* The parent and the session of a process; false when it is gone. */
static bool kin(pid_t pid, pid_t *parent, pid_t *session)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    struct support_bytes all = read_all(path);
    const char *rest = all.bytes != NULL ? strrchr(all.bytes, ')') : NULL;
    bool known = rest != NULL && sscanf(rest, ") %*c %d %*d %d", parent, session) == 2;
    support_bytes_clear(&all);
    return known;
}

/* Whether `pid` comes from `ancestor`. What was left by its parent is known by its session, whose
 * first process did. */
static bool comes_from(pid_t pid, pid_t ancestor)
{
    pid_t parent, session;
    for (int depth = 0; depth < 32 && pid > 1; depth++) {
        if (pid == ancestor)
            return true;
        if (!kin(pid, &parent, &session))
            return false;
        pid = parent;
    }
    return false;
}

static bool one_holds(pid_t pid, const char *mark)
{
    static const char *const files[] = {"cmdline", "environ"};
    bool holds = false;
    for (size_t i = 0; i < 2; i++) {
        char path[64];
        snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, files[i]);
        if (!file_holds(path, mark))
            continue;
        fprintf(stderr, "# found in %s\n", path);
        holds = true;
    }
    return holds;
}

bool trace_processes_hold(pid_t pid, const char *mark, size_t *looked_at)
{
    bool holds = false;
    size_t count = 0;
    DIR *folder = opendir("/proc");
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        pid_t one = (pid_t)atoi(entry->d_name);
        if (!isdigit((unsigned char)*entry->d_name) || !comes_from(one, pid))
            continue;
        count++;
        holds |= one_holds(one, mark);
    }
    if (folder != NULL)
        closedir(folder);
    if (looked_at != NULL)
        *looked_at = count;
    return holds;
}

/* ---- memory */

enum { PIECE = 1 << 20 };

struct mapping {
    unsigned long from, to;
    bool readable, protected;
    char line[256];
};

static size_t count_in(const char *bytes, size_t size, const char *mark, size_t length)
{
    size_t count = 0;
    for (const char *at = bytes;
         (at = memmem(at, size - (size_t)(at - bytes), mark, length)) != NULL; at++)
        count++;
    return count;
}

/* In pieces that overlap by one mark. */
static size_t count_mapping(int fd, const struct mapping *mapping, const char *mark, size_t length)
{
    char *piece = support_need(malloc(PIECE));
    size_t count = 0;
    for (unsigned long at = mapping->from; at < mapping->to;) {
        size_t size = mapping->to - at < PIECE ? mapping->to - at : PIECE;
        ssize_t got = pread(fd, piece, size, (off_t)at);
        if (got <= 0)
            break;
        count += count_in(piece, (size_t)got, mark, length);
        at += (size_t)got;
        if (at < mapping->to && (size_t)got >= length)
            at -= length - 1;
    }
    free(piece);
    return count;
}

static void note(struct trace_memory *memory, const struct mapping *mapping, size_t count)
{
    memory->found += count;
    if (count == 0 || mapping->protected)
        return;
    if (memory->unprotected == 0)
        snprintf(memory->where, sizeof memory->where, "%s", mapping->line);
    memory->unprotected += count;
}

/* The next mapping of /proc/PID/smaps with its flags; false at the end. */
static bool next_mapping(FILE *maps, struct mapping *mapping)
{
    char line[1024], mode;
    bool begun = false;
    while (fgets(line, sizeof line, maps) != NULL) {
        if (!begun && sscanf(line, "%lx-%lx %c", &mapping->from, &mapping->to, &mode) == 3) {
            begun = true;
            mapping->readable = mode == 'r';
            line[strcspn(line, "\n")] = '\0';
            snprintf(mapping->line, sizeof mapping->line, "%.255s", line);
        } else if (begun && strncmp(line, "VmFlags:", 8) == 0) {
            mapping->protected = strstr(line, " lo") != NULL && strstr(line, " dd") != NULL;
            return true;
        }
    }
    return false;
}

/* As HTTP/2 writes it (RFC 7541, appendix B) behind "Bearer ", which takes five whole bytes; only
 * what keys of tests are made of, and without the last byte, which need not be whole. */
static size_t pack(char *packed, size_t size, const char *mark)
{
    static const char *const of_length[] = {
        [5] = "012aceiost", [6] = " %-./3456789=A_bdfghlmnpru", [7] = "jkqvwxyz"};
    static const unsigned first[] = {[5] = 0, [6] = 0x14, [7] = 0x74};
    unsigned held = 0, bits = 0;
    size_t count = 0;
    for (; *mark != '\0' && count < size; mark++) {
        unsigned length = 5;
        while (length < 8 && strchr(of_length[length], *mark) == NULL)
            length++;
        if (length == 8)
            return 0;
        held = held << length |
               (first[length] + (unsigned)(strchr(of_length[length], *mark) - of_length[length]));
        bits += length;
        for (; bits >= 8 && count < size; bits -= 8)
            packed[count++] = (char)(held >> (bits - 8));
    }
    return count;
}

bool trace_memory_look(pid_t pid, const char *mark, struct trace_memory *memory, const char **why)
{
    char path[64], packed[64];
    uint32_t wide[128];
    size_t length = strlen(mark), packed_length = pack(packed, sizeof packed, mark);
    for (size_t i = 0; i < length; i++)
        wide[i] = (unsigned char)mark[i];
    *memory = (struct trace_memory){0};
    snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    *why = strerror(errno);
    snprintf(path, sizeof path, "/proc/%d/smaps", (int)pid);
    FILE *maps = fd >= 0 ? fopen(path, "re") : NULL;
    struct mapping mapping = {0};
    while (maps != NULL && next_mapping(maps, &mapping)) {
        if (!mapping.readable)
            continue;
        note(memory, &mapping, count_mapping(fd, &mapping, mark, length));
        note(memory, &mapping, count_mapping(fd, &mapping, (const char *)wide, length * 4));
        if (packed_length > 0)
            memory->packed += count_mapping(fd, &mapping, packed, packed_length);
    }
    bool done = maps != NULL;
    if (maps != NULL)
        fclose(maps);
    if (fd >= 0)
        close(fd);
    return done;
}
