/* repair: makes an answer acceptable to a strict JSON parser without changing what is well formed
 * in it, so that one hostile name does not blind a whole list. Pure; any thread.
 *
 * What a strict parser refuses a whole document for, and what becomes of it here:
 *     a byte order mark at the start          dropped
 *     a byte that is no UTF-8 (RFC 3629)      U+FFFD
 *     a control character in a string        U+FFFD
 *     \ud800 without its other half, \u0000   \ufffd
 *     a number too large for a double         null
 * Integers over 64 bits are left: the parser is told to take them. */
#ifndef API_REPAIR_H
#define API_REPAIR_H

#include <stddef.h>

/* A fresh buffer of *repaired_length bytes for the caller to free, or NULL when memory ran out. */
char *repair_json(const char *bytes, size_t length, size_t *repaired_length);

/* The length in bytes of the UTF-8 character at `at`, 0 if it is none. */
size_t repair_utf8_length(const char *at, const char *end);

#endif
