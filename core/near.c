/* near: see near.h. */
#include "core/near.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { LONGEST = 64 };

static int lower(char c)
{
    return tolower((unsigned char)c);
}

static size_t least_of(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Letters to insert, delete or replace (Levenshtein), one row of the table at a time. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t row[LONGEST + 1];
    for (size_t j = 0; j <= b_length; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t replaced = diagonal + (lower(a[i - 1]) != lower(b[j - 1]));
            diagonal = row[j];
            row[j] = least_of(replaced, row[j] + 1, row[j - 1] + 1);
        }
    }
    return row[b_length];
}

bool near_name(const char *word, const char *name)
{
    size_t word_length = strlen(word), name_length = strlen(name);
    if (word_length == 0 || name_length == 0 || word_length > LONGEST || name_length > LONGEST)
        return false;
    size_t shorter = word_length < name_length ? word_length : name_length;
    size_t longer = word_length < name_length ? name_length : word_length;
    if (shorter >= 2 && strncasecmp(word, name, shorter) == 0)
        return true;
    /* Something must be left of the one in the other: of single letters nothing would be. */
    size_t letters = distance(word, word_length, name, name_length);
    return letters <= 1 + shorter / 4 && letters < longer;
}
