/* word: texts as words of a line, in the files of ours that hold ids and names: what is not plain
 * ASCII, blanks among it, is % and two hexadecimal digits. Pure; any thread. */
#ifndef CORE_WORD_H
#define CORE_WORD_H

#include <stdbool.h>

/* How many bytes one byte of a text becomes at most. */
enum { WORD_ROOM = 3 };

/* Writes it behind `to`, which has WORD_ROOM for each byte and one more; returns the end. */
char *word_put(char *to, const char *text);

/* Back to what it stands for, in place. False for an end in the middle of a sign, or a NUL. */
bool word_take(char *word);

#endif
