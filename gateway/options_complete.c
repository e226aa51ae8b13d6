/* options_complete: see options.h. What a shell asks at Tab. */
#include "gateway/options.h"

#include "gateway/protocol.h"

#include <string.h>

/* The word, if what was typed is a start of it; `kept` bytes of that stay. */
static void offer(FILE *out, const char *typed, size_t kept, const char *word, const char *help)
{
    if (strncmp(word, typed + kept, strlen(typed + kept)) == 0)
        fprintf(out, "%.*s%s\t%s\n", (int)kept, typed, word, help);
}

static bool is_value_of(const char *argument, const char *name)
{
    return argument != NULL && strcmp(argument, name) == 0;
}

static void offer_values(FILE *out, const char *argument, const char *typed, size_t kept)
{
    const char *comma = strrchr(typed + kept, ',');
    if (is_value_of(argument, "FILE") || is_value_of(argument, "[PATH]"))
        fputs("\tfiles\n", out);
    if (!is_value_of(argument, "LIST"))
        return;
    if (comma != NULL)
        kept = (size_t)(comma + 1 - typed);
    for (int i = 0; i < PROTOCOL_COUNT; i++)
        offer(out, typed, kept, protocol_name((enum protocol)i), "");
}

/* The option that a word names, before its `=`. */
static bool find(const char *word, struct options_entry *entry)
{
    size_t length = strcspn(word, "=");
    for (size_t i = 0; length > 2 && options_entry(i, entry); i++) {
        if (strlen(entry->name) == length - 2 && strncmp(entry->name, word + 2, length - 2) == 0)
            return true;
    }
    return false;
}

void options_complete(FILE *out, char **words, size_t count)
{
    struct options_entry entry;
    const char *typed = count > 0 ? words[count - 1] : "", *equals = strchr(typed, '=');
    bool value = count > 1 && strchr(words[count - 2], '=') == NULL &&
                 find(words[count - 2], &entry) && entry.argument != NULL;
    if (value && (*entry.argument != '[' || *typed != '-')) {
        offer_values(out, entry.argument, typed, 0);
        return;
    }
    if (equals != NULL && find(typed, &entry)) {
        offer_values(out, entry.argument, typed, (size_t)(equals + 1 - typed));
        return;
    }
    for (size_t i = 0; count > 0 && options_entry(i, &entry); i++) {
        char word[40];
        snprintf(word, sizeof word, "--%s", entry.name);
        offer(out, typed, 0, word, entry.help);
    }
}
