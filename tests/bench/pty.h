/* pty: a program in a pseudo terminal, read with the time at which each block of its output came,
 * and a terminal model that says what is on the screen then. Reading the clock comes before the
 * model, so that the model costs the program nothing. One thread. */
#ifndef TESTS_BENCH_PTY_H
#define TESTS_BENCH_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

enum { PTY_ROWS = 50, PTY_COLUMNS = 140 };

struct pty;

/* argv[0] without a slash is looked for in $BUILDDIR, then in PATH. The environment is PATH,
 * TERM=xterm-256color, LC_ALL=C.UTF-8, HOME in an empty folder, and what `env` (NULL: nothing)
 * adds. Ends the bench if it cannot be started. */
struct pty *pty_start(const char *const argv[], const char *const env[]);

/* Ends the program as a closing session would, and says what it and its children have used. */
struct rusage pty_end(struct pty *pty);

/* The same by these keys, which end the bench where they do not; and how long it took, from before
 * the write of them until the program was gone. */
struct rusage pty_quit(struct pty *pty, const char *keys, double *ms);

bool pty_installed(const char *program);

pid_t pty_pid(const struct pty *pty);
int64_t pty_exec_ns(const struct pty *pty);  /* just before execve */
int64_t pty_first_ns(const struct pty *pty); /* when the first block came; 0: none so far */
int64_t pty_read_ns(const struct pty *pty);  /* when the last block came */
size_t pty_bytes(const struct pty *pty);     /* all that came so far */

/* Reads one block, waiting for it until that time. False: none came. A program that has ended by
 * itself ends the bench with its last screen. */
bool pty_read(struct pty *pty, int64_t until_ns);

void pty_read_all(struct pty *pty, int64_t until_ns);

void pty_write(struct pty *pty, const char *keys);

bool pty_shows(struct pty *pty, const char *text);

/* Reads until the text is on the screen; after `timeout_ms` ends the bench with the screen. */
void pty_await(struct pty *pty, const char *text, int timeout_ms);

/* The rows, one bit each, that begin with a reversed or coloured ground: titles, and the cursor. */
uint64_t pty_marked(struct pty *pty);

/* Ends the bench: what is on the screen, the program and the sentence. */
void pty_fail(struct pty *pty, const char *sentence) __attribute__((noreturn));

#endif
