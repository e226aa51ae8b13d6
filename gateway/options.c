/* options: see options.h. */
#include "gateway/options.h"

#include "gateway/browsers.h"
#include "gateway/order.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#define PORT_DEFAULT        8787
#define KEEP_ENDED_S        60
#define KEEP_ENDED_MAX_S    86400
#define PAGE_SIZE_MAX       10000
#define PROTOCOLS_OF_SERVER PROTOCOL_BIT(PROTOCOL_CDP)

/* Digits only; no sign, no space, nothing behind. */
static bool read_number(const char **text, unsigned max, unsigned *number)
{
    const char *at = *text;
    for (*number = 0; *at >= '0' && *at <= '9'; at++) {
        unsigned digit = (unsigned)(*at - '0');
        if (*number > (max - digit) / 10)
            return false;
        *number = *number * 10 + digit;
    }
    bool any = at != *text;
    *text = at;
    return any;
}

struct range {
    unsigned min, max;
};

static bool whole_number(const char *name, const char *value, struct range range, unsigned *number,
                         struct fault *fault)
{
    const char *at = value;
    if (read_number(&at, range.max, number) && *at == '\0' && *number >= range.min)
        return true;
    return fault_set(fault, FAULT_USAGE, "--%s takes a number from %u to %u, not '%.40s'", name,
                     range.min, range.max, value);
}

/* ---- what each option does */

static bool take_port(struct options *options, const char *value, struct fault *fault)
{
    unsigned number;
    if (!whole_number("port", value, (struct range){0, UINT16_MAX}, &number, fault))
        return false;
    options->port = (uint16_t)number;
    return true;
}

static bool take_key_file(struct options *options, const char *value, struct fault *fault)
{
    (void)fault;
    options->key_file = value;
    return true;
}

static bool take_protocols(struct options *options, const char *value, struct fault *fault)
{
    return protocol_set(value, &options->protocols, fault);
}

static bool take_keep_ended(struct options *options, const char *value, struct fault *fault)
{
    unsigned number;
    if (!whole_number("keep-ended", value, (struct range){0, KEEP_ENDED_MAX_S}, &number, fault))
        return false;
    options->keep_ended_ms = number * (int64_t)WHEN_SECOND_MS;
    return true;
}

static bool take_min_ttl(struct options *options, const char *value, struct fault *fault)
{
    unsigned number;
    if (!whole_number("min-ttl", value, (struct range){0, ORDER_TTL_MIN_S}, &number, fault))
        return false;
    options->ttl_min_s = number > 0 ? (int)number : 1;
    return true;
}

static bool take_page_size(struct options *options, const char *value, struct fault *fault)
{
    unsigned number;
    if (!whole_number("page-size", value, (struct range){0, PAGE_SIZE_MAX}, &number, fault))
        return false;
    options->page_size = number;
    return true;
}

static bool take_fleet(struct options *options, const char *value, struct fault *fault)
{
    struct roster_size *size = &options->fleet;
    const char *at = value;
    bool ok = read_number(&at, ROSTER_RUNTIMES_MAX, &size->runtimes) && *at++ == 'x' &&
              read_number(&at, ROSTER_LEASES_MAX, &size->leases) && *at == '\0' &&
              size->runtimes > 0 && size->runtimes * size->leases <= ROSTER_TOTAL_MAX;
    if (ok)
        return true;
    return fault_set(
        fault, FAULT_USAGE,
        "--fleet takes RUNTIMESxLEASES such as 1000x10, up to %d runtimes of %d leases and %d "
        "leases in all, not '%.40s'",
        ROSTER_RUNTIMES_MAX, ROSTER_LEASES_MAX, ROSTER_TOTAL_MAX, value);
}

static bool take_demo(struct options *options, const char *value, struct fault *fault)
{
    (void)value, (void)fault;
    options->demo = true;
    return true;
}

static bool take_browser(struct options *options, const char *value, struct fault *fault)
{
    (void)fault;
    options->browser = true;
    options->browser_path = value;
    return true;
}

static bool take_max_browsers(struct options *options, const char *value, struct fault *fault)
{
    return whole_number("max-browsers", value, (struct range){1, BROWSERS_MAX},
                        &options->browsers_max, fault);
}

static bool take_cut(struct options *options, const char *value, struct fault *fault)
{
    (void)value, (void)fault;
    options->cut = true;
    return true;
}

static bool take_until_eof(struct options *options, const char *value, struct fault *fault)
{
    (void)value, (void)fault;
    options->until_eof = true;
    return true;
}

static bool take_help(struct options *options, const char *value, struct fault *fault)
{
    (void)value, (void)fault;
    options->task = OPTIONS_HELP;
    return true;
}

static bool take_version(struct options *options, const char *value, struct fault *fault)
{
    (void)value, (void)fault;
    options->task = OPTIONS_VERSION;
    return true;
}

static bool take_complete(struct options *options, const char *value, struct fault *fault)
{
    (void)value, (void)fault;
    options->task = OPTIONS_COMPLETE;
    return true;
}

/* ---- the table */

static const struct {
    const char *name;
    const char *argument; /* NULL: takes none; in brackets: may be left out */
    bool (*take)(struct options *options, const char *value, struct fault *fault);
    const char *help;
    const char *more; /* for the man page; NULL: nothing */
} table[] = {
    {"port", "N", take_port, "listen on this port of 127.0.0.1; 0: any free (8787)", NULL},
    {"api-key-file", "FILE", take_key_file, "read the API key from FILE, yours alone to read",
     "It must be a regular file that only its owner may use. White space at its end is ignored."},
    {"protocols", "LIST", take_protocols, "offer these, as in cdp,vnc (cdp; all with --demo)",
     "Names from the table below, with commas between."},
    {"keep-ended", "SECONDS", take_keep_ended, "list ended leases so long; 0: not at all (60)",
     "At most 86400."},
    {"min-ttl", "SECONDS", take_min_ttl, "make leases as short as this, for tests (60)",
     "To see a client through an expiry without waiting for it. What holds without it is the "
     "contract's, and the largest value."},
    {"page-size", "N", take_page_size, "cut lists into pages of N; 0: no pages (0)",
     "Each page but the last has a nextCursor."},
    {"demo", NULL, take_demo, "serve a made-up fleet that lives",
     "Two spaces, a dozen runtimes, and leases of every protocol that others take and end while "
     "one watches. Leases made by a request are left alone, unless their runtime stops."},
    {"fleet", "RUNTIMESxLEASES", take_fleet, "serve a fleet of this size, for measuring",
     "So many active runtimes with so many leases each, which expire evenly spread between one "
     "hour and one day from now. The same size gives the same ids. At most 10000 runtimes, 1000 "
     "leases each, and 1000000 leases in all."},
    {"browser", "[PATH]", take_browser, "let a Chromium stand behind each browser runtime",
     "The program PATH, or the first of these that is installed: chromium, chromium-browser, "
     "google-chrome, google-chrome-stable, chrome, microsoft-edge and brave-browser. If none is "
     "this is said once, and attaches are answered with 503."},
    {"max-browsers", "N", take_max_browsers, "run so many browsers at a time (8)",
     "1 to 64, with --browser. An attach that would need one more is answered with 402."},
    {"cut", NULL, take_cut, "end the sessions of a lease with the lease",
     "Which it does when it expires or is revoked. Otherwise they go on, and only new ones are "
     "refused. With --browser."},
    {"until-eof", NULL, take_until_eof, "end when standard input ends",
     "So a parent that holds the other end of a pipe is never outlived: when it ends, however that "
     "comes, the gateway does."},
    {"help", NULL, take_help, "print this and exit", NULL},
    {"version", NULL, take_version, "print the version and exit", NULL},
    {"complete", NULL, take_complete, "print what the last of the words behind -- could be",
     "Shells ask this at Tab."},
};

#define OPTION_COUNT (sizeof table / sizeof table[0])

/* What getopt_long returns for the first: above all characters. */
#define VALUES 256

bool options_entry(size_t place, struct options_entry *entry)
{
    if (place >= OPTION_COUNT)
        return false;
    *entry = (struct options_entry){table[place].name, table[place].argument, table[place].help,
                                    table[place].more};
    return true;
}

void options_help(FILE *out)
{
    fprintf(out, "Usage: leasetop-gateway [options]\n"
                 "A local server of the connection-lease API, for leasetop and for tests.\n\n");
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        char left[40];
        snprintf(left, sizeof left, "--%s %s", table[i].name,
                 table[i].argument == NULL ? "" : table[i].argument);
        fprintf(out, "  %-24s  %s\n", left, table[i].help);
    }
    fprintf(out, "\nThe API key comes from --api-key-file, else from BCTRL_API_KEY; without one a\n"
                 "key is made, and the line that exports it is printed on standard error.\n");
}

/* They begin alike, or are one slip of a finger apart: a letter more, less or another, or two that
 * changed places. */
static bool is_near(const char *word, const char *name)
{
    size_t word_size = strlen(word), name_size = strlen(name);
    size_t shorter = word_size < name_size ? word_size : name_size, front = 0, back = 0;
    while (front < shorter && word[front] == name[front])
        front++;
    while (front + back < shorter && word[word_size - back - 1] == name[name_size - back - 1])
        back++;
    word_size -= front + back;
    name_size -= front + back;
    bool swapped = word_size == 2 && name_size == 2 && word[front] == name[front + 1] &&
                   word[front + 1] == name[front];
    return shorter >= 2 && (front == shorter || (word_size <= 1 && name_size <= 1) || swapped);
}

/* The word up to its `=`: what is behind may be a secret. */
static bool refuse_name(const char *word, struct fault *fault)
{
    char name[64];
    word += strspn(word, "-");
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (is_near(name, table[i].name))
            return fault_set(fault, FAULT_USAGE, "there is no option --%s; did you mean --%s?",
                             name, table[i].name);
    }
    return fault_set(fault, FAULT_USAGE, "there is no option --%s: see --help", name);
}

/* getopt says in optopt what it stumbled over: an option of the table, a letter, or neither; then
 * it is in `word`. */
static bool refuse(int found, const char *word, struct fault *fault)
{
    if (optopt >= VALUES)
        return fault_set(fault, FAULT_USAGE,
                         found == ':' ? "--%s needs a value: see --help" : "--%s takes no value",
                         table[optopt - VALUES].name);
    if (optopt != 0)
        return fault_set(fault, FAULT_USAGE, "there is no option -%c: see --help",
                         optopt > ' ' && optopt < 0x7f ? optopt : '?');
    return refuse_name(word, fault);
}

/* getopt takes the start of a name for the name: a key behind --api-key would be the name of a file
 * that is not there, which is said, and what is unique today is not when there is one more. */
static bool check_whole(int found, char **argv, struct fault *fault)
{
    bool apart = optarg != NULL && optarg == argv[optind - 1];
    const char *word = argv[optind - 1 - apart];
    return table[found - VALUES].name[strcspn(word + 2, "=")] == '\0' || refuse_name(word, fault);
}

/* getopt takes such a value only behind `=`; here it may stand by itself, as nothing else may. */
static const char *value_of(int found, int argc, char **argv)
{
    const char *argument = table[found - VALUES].argument;
    bool may_follow = argument != NULL && argument[0] == '[' && optarg == NULL && optind < argc &&
                      argv[optind][0] != '-';
    return may_follow ? argv[optind++] : optarg;
}

static bool check_together(struct options *options, struct fault *fault)
{
    if (options->demo && options->fleet.runtimes > 0)
        return fault_set(fault, FAULT_USAGE, "--demo and --fleet exclude each other");
    if (!options->browser && (options->cut || options->browsers_max > 0))
        return fault_set(fault, FAULT_USAGE, "--%s says nothing without --browser",
                         options->cut ? "cut" : "max-browsers");
    if (options->browsers_max == 0)
        options->browsers_max = BROWSERS_MAX_DEFAULT;
    if (options->protocols == 0)
        options->protocols = options->demo ? PROTOCOL_ALL : PROTOCOLS_OF_SERVER;
    return true;
}

bool options_read(struct options *options, int argc, char **argv, struct fault *fault)
{
    struct option list[OPTION_COUNT + 1] = {0};
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        list[i].name = table[i].name;
        list[i].has_arg = table[i].argument == NULL     ? no_argument
                          : table[i].argument[0] == '[' ? optional_argument
                                                        : required_argument;
        list[i].val = VALUES + (int)i;
    }
    *options = (struct options){.port = PORT_DEFAULT,
                                .ttl_min_s = ORDER_TTL_MIN_S,
                                .keep_ended_ms = KEEP_ENDED_S * (int64_t)WHEN_SECOND_MS};
    opterr = 0;
    for (int found; (found = getopt_long(argc, argv, ":", list, NULL)) != -1;) {
        if (found < VALUES)
            return refuse(found, argv[optind - 1], fault);
        if (!check_whole(found, argv, fault))
            return false;
        if (!table[found - VALUES].take(options, value_of(found, argc, argv), fault))
            return false;
        if (options->task != OPTIONS_SERVE) {
            options->words = argv + optind;
            options->word_count = (size_t)(argc - optind);
            return true;
        }
    }
    if (optind < argc)
        return fault_set(fault, FAULT_USAGE, "it takes options only, not '%.80s': see --help",
                         argv[optind]);
    return check_together(options, fault);
}
