/* gateway_tables: prints the options of leasetop-gateway(1) in mdoc, off the list of the program.
 * Run by the build, as man/tables.c is. */
#include "gateway/options.h"

#include <string.h>

/* A line for each sentence, as mdoc wants it, and a stop at the end; nothing in it may look like an
 * escape. */
static void put(const char *text)
{
    size_t length = strlen(text);
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '-')
            fputs("\\-", stdout);
        else
            putchar(at > text && *at == ' ' && at[-1] == '.' ? '\n' : *at);
    }
    puts(length > 0 && text[length - 1] == '.' ? "" : ".");
}

/* An argument in brackets may be left out. */
static void print_option(const struct options_entry *entry)
{
    const char *argument = entry->argument;
    printf(".It Fl -%s", entry->name);
    if (argument != NULL && *argument == '[')
        printf(" Op Ar %.*s", (int)strlen(argument) - 2, argument + 1);
    else if (argument != NULL)
        printf(" Ar %s", argument);
    putchar('\n');
    put(entry->help);
    if (entry->more == NULL)
        return;
    puts(".br");
    put(entry->more);
}

int main(void)
{
    struct options_entry entry;
    for (size_t i = 0; options_entry(i, &entry); i++)
        print_option(&entry);
    return ferror(stdout) != 0;
}
