/* scratch: a folder of one's own for a test that starts programs, and waiting for what they do. One
 * thread. */
#ifndef TESTS_UNIT_SCRATCH_H
#define TESTS_UNIT_SCRATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Ten times what anything here should take, on a busy machine under a sanitizer. */
enum { SCRATCH_PATIENCE_MS = 20000 };

struct scratch {
    char path[256];
};

/* A new folder under TMPDIR or /tmp; scratch_remove takes it away with its files. Both assert. */
void scratch_make(struct scratch *scratch);
void scratch_remove(struct scratch *scratch);

/* The path of a file in it; valid until the eighth call from now. */
const char *scratch_file(const struct scratch *scratch, const char *name);

/* Makes it a program of /bin/sh; $0's folder is where it may write. */
void scratch_program(const struct scratch *scratch, const char *name, const char *script);

/* A file's content up to 64 KiB, to be freed; "" for one that is not there. The length in *length
 * unless NULL. */
char *scratch_read(const char *path, size_t *length);

/* Waits until the file ends in a newline, then returns it without that; fails the test when it
 * never does. */
char *scratch_line(const char *path);

/* Waits until the process is gone (or a zombie), or fails the test. */
void scratch_wait_gone(pid_t pid);
bool scratch_process_lives(pid_t pid);

/* CLOCK_MONOTONIC, and giving up the processor for a moment between two looks at something. */
int64_t scratch_now_ms(void);
void scratch_pause(void);

#endif
