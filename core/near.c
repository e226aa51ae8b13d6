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

/* Letters to insert, delete, replace, or swap with the next (Damerau and Levenshtein's): the last
 * rows of the table, by turns. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][LONGEST + 1];
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *beyond = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t replaced = above[j - 1] + (lower(a[i - 1]) != lower(b[j - 1]));
            row[j] = least_of(replaced, above[j] + 1, row[j - 1] + 1);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                lower(a[i - 2]) == lower(b[j - 1]))
                row[j] = least_of(row[j], beyond[j - 2] + 1, row[j]);
        }
    }
    return rows[a_length % 3][b_length];
}

/* One letter in four; one in three where that is all there is; in two, that they changed places. */
static size_t allowed(const char *word, const char *name, size_t shorter, size_t longer)
{
    bool swapped =
        shorter == 2 && lower(word[0]) == lower(name[1]) && lower(word[1]) == lower(name[0]);
    return longer == 3 || (longer == 2 && swapped) ? 1 : longer / 4;
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
    return distance(word, word_length, name, name_length) <= allowed(word, name, shorter, longer);
}
