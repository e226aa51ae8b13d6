/* shoot: runs a program in the terminal model and takes a picture of its screen. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/picture.h"
#include "tests/support/server.h"
#include "tests/support/support.h"

static const char usage[] =
    "usage: shoot [OPTION]... -- PROGRAM [ARGUMENT]...\n"
    "Runs the program in a terminal and writes its screen as SVG, or as text to a file in .txt.\n"
    "  -r ROWS  -c COLS          size of the terminal (24, 80)\n"
    "  -o FILE                   where to (standard output)\n"
    "  -e NAME=VALUE, -e NAME    adds to the program's environment, takes away from it\n"
    "  -b, --background light|dark\n"
    "  -d SECONDS                deadline of each wait (5)\n"
    "  -s                        a server that never answers; its address stands for URL\n"
    "Steps, done in the order given:\n"
    "  -w TEXT    wait until the text is shown\n"
    "  -g TEXT    wait until it is gone\n"
    "  -k KEYS    press keys, such as 'jj<Down><Enter>'\n"
    "  -p MS      go on reading for so long\n";

enum { STEPS_MAX = 64, QUIET_MS = 100, SETTLE_MS = 1000 };

struct step {
    int kind;
    const char *text;
};

struct wish {
    int rows, cols, deadline_ms;
    enum picture_background background;
    const char *file;
    const char *environment[STEPS_MAX + 1];
    size_t environment_count;
    struct step steps[STEPS_MAX];
    size_t step_count;
    bool silent_server;
};

static void refuse(void)
{
    fputs(usage, stderr);
    exit(2);
}

static int number_of(const char *text, int least, int most)
{
    char *end;
    long number = strtol(text, &end, 10);
    if (end == text || *end != '\0' || number < least || number > most) {
        fprintf(stderr, "shoot: %s is not a number from %d to %d\n", text, least, most);
        exit(2);
    }
    return (int)number;
}

static enum picture_background background_of(const char *text)
{
    if (strcmp(text, "light") != 0 && strcmp(text, "dark") != 0)
        refuse();
    return text[0] == 'l' ? PICTURE_LIGHT : PICTURE_DARK;
}

static void wish_add_step(struct wish *wish, int kind, const char *text)
{
    if (wish->step_count == STEPS_MAX)
        refuse();
    wish->steps[wish->step_count++] = (struct step){kind, text};
}

static void wish_add_environment(struct wish *wish, const char *entry)
{
    if (wish->environment_count == STEPS_MAX)
        refuse();
    wish->environment[wish->environment_count++] = entry;
}

static void wish_read(struct wish *wish, int argc, char *argv[])
{
    static const struct option options[] = {{"background", required_argument, NULL, 'b'}, {0}};
    for (int kind; (kind = getopt_long(argc, argv, "+r:c:o:e:b:d:sw:g:k:p:", options, NULL)) != -1;)
        switch (kind) {
        case 'r':
            wish->rows = number_of(optarg, 1, 500);
            break;
        case 'c':
            wish->cols = number_of(optarg, 1, 1000);
            break;
        case 'o':
            wish->file = optarg;
            break;
        case 'e':
            wish_add_environment(wish, optarg);
            break;
        case 'b':
            wish->background = background_of(optarg);
            break;
        case 'd':
            wish->deadline_ms = number_of(optarg, 1, 600) * 1000;
            break;
        case 's':
            wish->silent_server = true;
            break;
        case '?':
            refuse();
            break;
        default:
            wish_add_step(wish, kind, optarg);
        }
    if (optind == argc)
        refuse();
}

static struct server *silent_server(char *argv[])
{
    static char url[64];
    struct server *server = server_start();
    server_on(server, "*", "**", ANSWER_NEVER);
    snprintf(url, sizeof url, "%s", server_url(server));
    for (; *argv != NULL; argv++)
        if (strcmp(*argv, "URL") == 0)
            *argv = url;
    return server;
}

static void read_for(struct screen *screen, int time_ms, int quiet_ms)
{
    long long end = support_now_ms() + time_ms;
    for (long long now; (now = support_now_ms()) < end;) {
        int left_ms = (int)(end - now);
        if (!screen_poll(screen, quiet_ms < left_ms ? quiet_ms : left_ms))
            break;
    }
}

static bool step_do(struct screen *screen, const struct step *step)
{
    if (step->kind == 'w')
        return screen_wait(screen, step->text);
    if (step->kind == 'g')
        return screen_wait_gone(screen, step->text);
    if (step->kind == 'k')
        screen_keys(screen, step->text);
    else
        read_for(screen, number_of(step->text, 0, 600000), number_of(step->text, 0, 600000));
    return true;
}

static void write_screen(struct screen *screen, const struct wish *wish)
{
    FILE *file = wish->file == NULL ? stdout : fopen(wish->file, "w");
    const char *suffix = wish->file == NULL ? NULL : strrchr(wish->file, '.');
    if (file == NULL)
        support_die("%s: %s", wish->file, strerror(errno));
    if (suffix != NULL && strcmp(suffix, ".txt") == 0) {
        char *text = screen_text(screen);
        fputs(text, file);
        free(text);
    } else {
        picture_write(screen, file, wish->background);
    }
    if (ferror(file) || fclose(file) != 0)
        support_die("%s: %s", wish->file == NULL ? "standard output" : wish->file, strerror(errno));
}

int main(int argc, char *argv[])
{
    struct wish wish = {.rows = 24, .cols = 80, .deadline_ms = 5000};
    wish_read(&wish, argc, argv);
    struct server *server = wish.silent_server ? silent_server(&argv[optind]) : NULL;
    struct screen *screen =
        screen_start(wish.rows, wish.cols, (const char *const *)&argv[optind], wish.environment);
    screen_deadline(screen, wish.deadline_ms);
    bool all = true;
    for (size_t i = 0; i < wish.step_count && all; i++)
        all = step_do(screen, &wish.steps[i]);
    read_for(screen, SETTLE_MS, QUIET_MS);
    write_screen(screen, &wish);
    screen_free(screen);
    server_stop(server);
    return all ? 0 : 1;
}
