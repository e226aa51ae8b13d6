/* file: whole files, read and written in one go. Each call may wait for the disk: for main before
 * the screen is there, and for the clerk's thread (core/clerk.h). No state. */
#ifndef CORE_FILE_H
#define CORE_FILE_H

#include "api/error.h"

#include <stddef.h>

/* A regular file of at most `most` bytes, for the caller to free, with a NUL behind its `length`
 * bytes. NULL with the error set; errno is ENOENT then only where there is no such file. */
char *file_read(const char *path, size_t most, size_t *length, struct error *error);

/* Adds `line` and a line end in one write, so that lines of several programs do not mix; before it
 * a line end where the last line has none, so that it is no part of what was torn. Makes the file,
 * for its owner alone, and the folders before it where they are missing. */
bool file_append(const char *path, const char *line, struct error *error);

/* Whether file_append could write there: what is missing is not made. */
bool file_appendable(const char *path, struct error *error);

/* Puts these bytes in the place of the file, whole or not at all, for its owner alone. Makes the
 * folders before it where they are missing. */
bool file_replace(const char *path, const void *bytes, size_t length, struct error *error);

#endif
