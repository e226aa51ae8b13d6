/* theme_words: the words of a look. See theme.h for what they are. Pure. */
#include "tui/theme_internal.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct word {
    const char *name;
    int32_t value;
};

static const struct word attributes[] = {
    {"bold", LOOK_BOLD},       {"dim", LOOK_DIM},       {"underline", LOOK_UNDERLINE},
    {"reverse", LOOK_REVERSE}, {"italic", LOOK_ITALIC},
};

static const struct word colours[] = {
    {"default", LOOK_DEFAULT},
    {"black", 0},
    {"red", 1},
    {"green", 2},
    {"yellow", 3},
    {"blue", 4},
    {"magenta", 5},
    {"cyan", 6},
    {"white", 7},
};

static const char bright[] = "bright-";
enum { BRIGHT_LENGTH = sizeof bright - 1, BRIGHT_FIRST = 8 };

static const struct word *find(const struct word *words, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i].name, name) == 0)
            return &words[i];
    return NULL;
}

/* The digits of one base and no others, at most `most` in value. */
static bool read_number(const char *digits, size_t length, int base, long most, int32_t *value)
{
    static const char known[] = "0123456789abcdefABCDEF";
    size_t take = base == 10 ? 10 : sizeof known - 1;
    size_t i = 0;
    while (digits[i] != '\0' && memchr(known, digits[i], take) != NULL)
        i++;
    if (i == 0 || i > length || digits[i] != '\0')
        return false;
    long number = strtol(digits, NULL, base);
    *value = (int32_t)number;
    return number <= most;
}

static bool read_colour(const char *name, int32_t *colour)
{
    size_t count = sizeof colours / sizeof *colours;
    bool is_bright = strncmp(name, bright, BRIGHT_LENGTH) == 0;
    const struct word *word = find(colours, count, is_bright ? name + BRIGHT_LENGTH : name);
    if (word != NULL && is_bright && word->value != LOOK_DEFAULT) {
        *colour = word->value + BRIGHT_FIRST;
        return true;
    }
    if (word != NULL && !is_bright) {
        *colour = word->value;
        return true;
    }
    if (*name != '#')
        return read_number(name, 3, 10, 255, colour);
    bool good = strlen(name) == 7 && read_number(name + 1, 6, 16, 0xffffff, colour);
    *colour |= LOOK_RGB;
    return good;
}

/* The next word of `*words` into `word`; false: there is none. What is too long is cut: it is no
 * word then. */
static bool next_word(const char **words, char word[THEME_WORD_BYTES])
{
    *words += strspn(*words, " \t");
    size_t length = strcspn(*words, " \t");
    snprintf(word, THEME_WORD_BYTES, "%.*s", (int)length, *words);
    *words += length;
    return length > 0;
}

bool theme_words(struct look *look, const char *words, char bad[THEME_WORD_BYTES])
{
    struct look read = {LOOK_DEFAULT, LOOK_DEFAULT, 0};
    bool text = false, ground = false;
    while (next_word(&words, bad)) {
        const struct word *attribute =
            find(attributes, sizeof attributes / sizeof *attributes, bad);
        bool on = strcmp(bad, "on") == 0 && !ground;
        if (attribute != NULL)
            read.attributes |= (unsigned)attribute->value;
        else if (on)
            ground = next_word(&words, bad) && read_colour(bad, &read.ground);
        else
            text = !text && read_colour(bad, &read.text);
        if (attribute == NULL && !(on ? ground : text))
            return false;
    }
    *look = read;
    return true;
}
