/* dialog_list: see dialog.h. Which words of a list are shown for what was typed, and in which
 * order.
 */
#include "tui/dialog.h"

#include <string.h>
#include <strings.h>

/* How well a word matches; each once for what is grave. */
enum { RANK_WORD, RANK_ALIAS, RANK_BEGINNING, RANK_WITHIN, RANK_MEANING, RANK_WORDS, RANKS };

/* Case counts: keys differ by it. */
static bool has_alias(const char *aliases, const char *typed)
{
    size_t length = strlen(typed);
    for (const char *at = aliases; *at != '\0';) {
        size_t one = strcspn(at, " ");
        if (one == length && memcmp(at, typed, length) == 0)
            return true;
        at += one + strspn(at + one, " ");
    }
    return false;
}

static bool says(const char *text, const char *piece, size_t length)
{
    for (; text != NULL && *text != '\0'; text++)
        if (strncasecmp(text, piece, length) == 0)
            return true;
    return false;
}

/* Is each of the words that were typed in it, or in what it means, wherever? */
static bool says_all(const struct dialog_item *item, size_t word)
{
    for (const char *at = item->field.text + strspn(item->field.text, " "); *at != '\0';) {
        size_t length = strcspn(at, " ");
        if (!says(item->words[word], at, length) &&
            !says(item->details != NULL ? item->details[word] : NULL, at, length))
            return false;
        at += length + strspn(at + length, " ");
    }
    return true;
}

static int match(const struct dialog_item *item, size_t word)
{
    const char *text = item->words[word], *typed = item->field.text;
    if (strcasecmp(text, typed) == 0)
        return RANK_WORD;
    if (item->aliases != NULL && has_alias(item->aliases[word], typed))
        return RANK_ALIAS;
    if (strncasecmp(text, typed, strlen(typed)) == 0)
        return RANK_BEGINNING;
    if (strcasestr(text, typed) != NULL)
        return RANK_WITHIN;
    if ((item->details != NULL && strcasestr(item->details[word], typed) != NULL) ||
        (item->aliases != NULL && strcasestr(item->aliases[word], typed) != NULL))
        return RANK_MEANING;
    return says_all(item, word) ? RANK_WORDS : RANKS;
}

/* The lower the better; 2 * RANKS and more: not shown. Where nothing was typed all are alike. */
static int rank(const struct dialog_item *item, size_t word)
{
    if (*item->field.text == '\0')
        return 0;
    return 2 * match(item, word) + (item->grave != NULL && item->grave[word]);
}

size_t dialog_list_shown(const struct dialog_item *item)
{
    size_t shown = 0;
    for (size_t i = 0; i < item->count; i++)
        shown += rank(item, i) < 2 * RANKS;
    return shown;
}

size_t dialog_list_at(const struct dialog_item *item, size_t place)
{
    for (int wanted = 0; wanted < 2 * RANKS; wanted++) {
        for (size_t i = 0; i < item->count; i++) {
            if (rank(item, i) == wanted && place-- == 0)
                return i;
        }
    }
    return item->count;
}

size_t dialog_list_place(const struct dialog_item *item)
{
    size_t place = 0;
    if (item->chosen >= item->count)
        return 0;
    int own = rank(item, item->chosen);
    for (size_t i = 0; i < item->count; i++) {
        int other = rank(item, i);
        place += other < own || (other == own && i < item->chosen);
    }
    return place;
}

void dialog_list_best(struct dialog_item *item)
{
    item->chosen = dialog_list_at(item, 0);
}

void dialog_list_step(struct dialog_item *item, int step)
{
    size_t shown = dialog_list_shown(item);
    if (shown > 0)
        item->chosen =
            dialog_list_at(item, (dialog_list_place(item) + shown + (size_t)step) % shown);
}
