/* trace: where bytes are found that should be nowhere: in files, in the words and the environment
 * of a process and of all it has started, and in its memory. One thread. */
#ifndef TESTS_SCREEN_TRACE_H
#define TESTS_SCREEN_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

bool trace_bytes_hold(const char *bytes, size_t size, const char *mark);

/* In any file of the folder, or in any name. */
bool trace_folder_holds(const char *folder, const char *mark);

/* In the command line or the environment of the process, or of any process below it or in a session
 * that it made; *looked_at of them (may be NULL). An environment that may not be read holds
 * nothing.
 */
bool trace_processes_hold(pid_t pid, const char *mark, size_t *looked_at);

/* How often the mark stands in the readable memory of a process: in all, and outside of what is
 * locked and left out of cores. Also where every character has four bytes, as in wide text. And how
 * often as a header of HTTP/2 has it, in few bits. */
struct trace_memory {
    size_t found, unprotected, packed;
    char where[256]; /* the first unprotected place, as /proc/PID/maps has it */
};

/* False where the memory of another process may not be read: `why` says it. */
bool trace_memory_look(pid_t pid, const char *mark, struct trace_memory *memory, const char **why);

#endif
