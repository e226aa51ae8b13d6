/* The edge of the screen by itself: `edge_probe FORM [THEME]` opens the terminal, draws the form,
 * and writes each event on the screen, and the last one once more when the terminal is given back.
 * Ends on q, QUIT and GONE. Other keys are in the table `presses`. */
#include "api/clock.h"
#include "tui/draw.h"
#include "tui/key.h"
#include "tui/terminal.h"

#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { EVENT_BYTES = 200, UNREAD = 200 };

struct probe {
    struct terminal *terminal;
    const char *form;
    char event[EVENT_BYTES];
    unsigned events;
    int64_t until_ms;
    int fd;   /* given to terminal_next */
    int told; /* gets a byte for each event; negative: nobody asks */
    int ticks;
    bool over;
    bool mouse;
    bool deaf;  /* goes on after QUIT and GONE for a while */
    bool heard; /* one of these */
    bool gone;
    clock_t heard_at; /* processor time */
};

/* So long a deaf probe lives on, and so much of it may be work. */
enum { DEAF_MS = 300, DEAF_CPU_MS = 100 };

/* ---- Forms */

static void draw_nothing(struct probe *probe)
{
    (void)probe;
}

/* Wide characters, marks and foreign bytes, cut at every edge. */
static void draw_texts(struct probe *probe)
{
    struct terminal *terminal = probe->terminal;
    int columns = terminal_columns(terminal);
    draw_text(terminal, 0, 0, 8, ROLE_TEXT, TEXT_LEFT, "left");
    draw_text(terminal, 0, 8, 8, ROLE_ST_ACTIVE, TEXT_RIGHT, "right");
    draw_text(terminal, 0, 16, 5, ROLE_TEXT, TEXT_LEFT, "cut here");
    int at = 22 + draw_words(terminal, 0, 22, 10, ROLE_TITLE, "words");
    draw_words(terminal, 0, at, 3, ROLE_TEXT, "|more");
    draw_text(terminal, 1, 0, 7, ROLE_TEXT, TEXT_LEFT, "中文字中文字");
    draw_words(terminal, 1, 7, 20, ROLE_TEXT, "e\u0301a\033[2Jb\nc\u202ed\xff|");
    draw_text(terminal, 2, columns - 5, 10, ROLE_TEXT, TEXT_LEFT, "中文字中文");
    draw_text(terminal, 2, -3, 8, ROLE_TEXT, TEXT_LEFT, "abcdef");
    draw_text(terminal, -1, 0, 8, ROLE_TEXT, TEXT_LEFT, "above");
    draw_text(terminal, 1000, 0, 8, ROLE_TEXT, TEXT_LEFT, "below");
    draw_text(terminal, 3, 0, 10, ROLE_TEXT, TEXT_LEFT, "中中中中中");
    draw_text(terminal, 3, 1, 2, ROLE_TEXT, TEXT_LEFT, "xy");
    draw_text(terminal, 3, 5, 2, ROLE_TEXT, TEXT_LEFT, "文");
    draw_text(terminal, terminal_rows(terminal) - 1, columns - 6, 6, ROLE_TEXT, TEXT_RIGHT,
              "corner");
}

static void draw_boxes(struct probe *probe)
{
    struct terminal *terminal = probe->terminal;
    draw_fill(terminal, (struct area){0, 0, 6, 40}, ROLE_TEXT, '.');
    draw_box(terminal, (struct area){0, 0, 4, 20}, ROLE_BORDER, "title");
    draw_box(terminal, (struct area){0, 22, 3, 12}, ROLE_DANGER, " a title that is too long ");
    draw_box(terminal, (struct area){1, 36, 2, 2}, ROLE_TEXT, "");
    draw_box(terminal, (struct area){4, 36, 1, 9}, ROLE_TEXT, "none");
    draw_rule(terminal, 4, 0, 20, ROLE_BORDER, "rule");
    draw_rule(terminal, 5, 0, 5, ROLE_BORDER, "");
    draw_box(terminal, (struct area){-1, -1, 3, 4}, ROLE_TEXT, "off");
}

/* Each role by its name, plain and on the cursor bar. */
#define ROLE_NAME(name, word, like) word,
static const char *const role_names[] = {ROLES(ROLE_NAME)};
#undef ROLE_NAME

static void draw_roles(struct probe *probe)
{
    int half = (ROLE_COUNT + 1) / 2;
    for (int role = 0; role < ROLE_COUNT; role++) {
        int row = role % half, column = role < half ? 0 : 40;
        char over[32];
        snprintf(over, sizeof over, "%s+", role_names[role]);
        draw_words(probe->terminal, row, column, 20, (enum role)role, role_names[role]);
        draw_over(probe->terminal, ROLE_CURSOR);
        draw_text(probe->terminal, row, column + 16, 18, (enum role)role, TEXT_LEFT, over);
        draw_over(probe->terminal, ROLE_TEXT);
    }
}

/* Forty rows that count, as a table of leases does. */
static void draw_counting(struct probe *probe)
{
    for (int row = 0; row < terminal_rows(probe->terminal) - 3; row++) {
        char left[16];
        int seconds = 1000 + row * 37 - probe->ticks;
        snprintf(left, sizeof left, "%02d:%02d", seconds / 60, seconds % 60);
        draw_text(probe->terminal, row, 0, 12, ROLE_ST_ACTIVE, TEXT_LEFT, "active");
        draw_text(probe->terminal, row, 13, 30, ROLE_TEXT, TEXT_LEFT, "runtime");
        draw_text(probe->terminal, row, 50, 7, row % 7 == 0 ? ROLE_LEFT_CRIT : ROLE_LEFT_OK,
                  TEXT_RIGHT, left);
    }
}

/* As much as a terminal that does not read can hold, and more. */
static void draw_flood(struct probe *probe)
{
    char line[400];
    for (int row = 0; row < terminal_rows(probe->terminal); row++) {
        for (size_t i = 0; i < sizeof line - 1; i++)
            line[i] = (char)('!' + (i * 7 + (size_t)row + probe->events) % 90);
        line[sizeof line - 1] = '\0';
        draw_text(probe->terminal, row, 0, terminal_columns(probe->terminal),
                  row % 2 == 0 ? ROLE_TEXT : ROLE_ST_ACTIVE, TEXT_LEFT, line);
    }
}

/* Anything anywhere, but the same for the same number of ticks. No mark in the last column:
 * libvterm 0.1.4 would put it into the next row. */
static void draw_random(struct probe *probe)
{
    static const char *const texts[] = {"a",       "word",     "two words", "中文",
                                        "e\u0301", "        ", "0123"};
    unsigned chance = (unsigned)probe->ticks / 3;
    for (int i = 0; i < 120; i++) {
        chance = chance * 1103515245u + 12345u;
        unsigned of = chance >> 8;
        const char *text = texts[of % (sizeof texts / sizeof *texts)];
        draw_words(probe->terminal, (int)(of / 8 % 26) - 1, (int)(of / 256 % 79) - 2, 9,
                   (enum role)(of / 4096 % ROLE_COUNT), text);
    }
}

static const struct {
    const char *name;
    bool alone; /* without the last event */
    void (*draw)(struct probe *probe);
} forms[] = {
    {"events", false, draw_nothing},   {"texts", false, draw_texts},
    {"boxes", false, draw_boxes},      {"roles", false, draw_roles},
    {"counting", true, draw_counting}, {"flood", false, draw_flood},
    {"random", true, draw_random},
};

static void draw(struct probe *probe)
{
    struct terminal *terminal = probe->terminal;
    int rows = terminal_rows(terminal);
    char size[32];
    if (probe->heard) /* writing would tell too that the terminal is gone */
        return;
    draw_clear(terminal);
    size_t form = 0;
    while (strcmp(forms[form].name, probe->form) != 0)
        form++;
    forms[form].draw(probe);
    if (!forms[form].alone) {
        snprintf(size, sizeof size, "%dx%d", rows, terminal_columns(terminal));
        draw_words(terminal, rows - 2, 0, 20, ROLE_DIM, size);
        draw_text(terminal, rows - 3, 0, terminal_columns(terminal), ROLE_TEXT, TEXT_LEFT,
                  probe->event);
    }
    draw_cursor(terminal, rows - 2, 9, strcmp(probe->event, "1 key i.") == 0);
    terminal_flush(terminal);
}

/* ---- Keys with a meaning */

static void press_quit(struct probe *probe)
{
    probe->over = true;
}

static void press_bell(struct probe *probe)
{
    terminal_bell(probe->terminal);
}

static void press_title(struct probe *probe)
{
    terminal_title(probe->terminal, "a title\033\a with\nbytes");
}

static void press_write(struct probe *probe)
{
    static const char osc[] = "\033]52;c;c2VjcmV0\a";
    terminal_write(probe->terminal, osc, sizeof osc - 1);
}

static void press_drop(struct probe *probe)
{
    terminal_drop_input(probe->terminal);
}

/* The same, when what the test types at the bell is there but was not read. */
static void press_drop_unread(struct probe *probe)
{
    int unread = 0;
    terminal_bell(probe->terminal);
    /* It comes in few pieces: each is waited for, as far as none is there. */
    struct pollfd typed = {.fd = STDIN_FILENO, .events = POLLIN};
    for (int64_t end_ms = clock_boot_now_ms() + 5000;
         unread < UNREAD && clock_boot_now_ms() < end_ms;) {
        poll(&typed, 1, 5000);
        ioctl(STDIN_FILENO, FIONREAD, &unread);
    }
    terminal_drop_input(probe->terminal);
}

static void press_theme(struct probe *probe)
{
    struct theme theme;
    if (theme_load(&theme, "mono", NULL))
        terminal_theme(probe->terminal, &theme);
}

static void press_wait(struct probe *probe)
{
    probe->until_ms = clock_boot_now_ms() + 50;
}

static void press_tick(struct probe *probe)
{
    probe->ticks++;
}

static void press_repaint(struct probe *probe)
{
    terminal_repaint(probe->terminal);
}

static void press_events(struct probe *probe)
{
    probe->form = "events";
}

static void press_deaf(struct probe *probe)
{
    probe->deaf = true;
}

/* On, or off when it was on. */
static void press_mouse(struct probe *probe)
{
    if (terminal_mouse(probe->terminal, !probe->mouse))
        probe->mouse = !probe->mouse;
    else
        terminal_bell(probe->terminal);
}

static void press_fork(struct probe *probe)
{
    (void)probe;
    if (fork() == 0)
        _exit(0);
}

static const struct {
    uint32_t key;
    void (*press)(struct probe *probe);
} presses[] = {
    {'q', press_quit}, {'b', press_bell},        {'t', press_title},   {'o', press_write},
    {'d', press_drop}, {'D', press_drop_unread}, {'m', press_theme},   {'w', press_wait},
    {'+', press_tick}, {'z', press_deaf},        {'l', press_repaint}, {'e', press_events},
    {'f', press_fork}, {'M', press_mouse},
};

static void press(struct probe *probe, uint32_t key)
{
    for (size_t i = 0; i < sizeof presses / sizeof *presses; i++)
        if (presses[i].key == key)
            presses[i].press(probe);
}

static void describe(struct probe *probe, const struct terminal_event *event)
{
    static const char *const names[] = {
        [TERMINAL_NOTHING] = "nothing", [TERMINAL_KEY] = "key",     [TERMINAL_PASTE] = "paste",
        [TERMINAL_RESIZE] = "resize",   [TERMINAL_READY] = "ready", [TERMINAL_CHILD] = "child",
        [TERMINAL_MOUSE] = "mouse",     [TERMINAL_FOCUS] = "focus", [TERMINAL_RESUMED] = "resumed",
        [TERMINAL_QUIT] = "quit",       [TERMINAL_GONE] = "gone"};
    char label[KEY_LABEL_BYTES], what[EVENT_BYTES - 20] = "";
    if (event->kind == TERMINAL_KEY)
        snprintf(what, sizeof what, "%s", key_label(label, event->key));
    if (event->kind == TERMINAL_PASTE)
        snprintf(what, sizeof what, "%zu bytes <%.100s>", strlen(event->paste), event->paste);
    if (event->kind == TERMINAL_MOUSE)
        snprintf(what, sizeof what, "%d at %d,%d", (int)event->mouse.kind, event->mouse.row,
                 event->mouse.column);
    if (event->kind == TERMINAL_FOCUS)
        snprintf(what, sizeof what, "%s", event->focused ? "in" : "out");
    if (event->kind == TERMINAL_QUIT)
        snprintf(what, sizeof what, "%d", event->signal);
    probe->events++;
    snprintf(probe->event, sizeof probe->event, "%u %s %s.", probe->events, names[event->kind],
             what);
}

static void end(struct probe *probe)
{
    probe->over = !probe->deaf;
    if (!probe->heard) {
        probe->until_ms = clock_boot_now_ms() + DEAF_MS;
        probe->heard_at = clock();
    }
    probe->heard = true;
}

/* Whoever goes on after the terminal is gone is told, and not kept busy by it. */
static bool kept_quiet(const struct probe *probe)
{
    return probe->gone && (clock() - probe->heard_at) * 1000 / CLOCKS_PER_SEC < DEAF_CPU_MS;
}

static void take(struct probe *probe, const struct terminal_event *event)
{
    char byte;
    describe(probe, event);
    probe->gone |= event->kind == TERMINAL_GONE;
    if (event->kind == TERMINAL_KEY)
        press(probe, event->key);
    if (event->kind == TERMINAL_QUIT || event->kind == TERMINAL_GONE)
        end(probe);
    if (event->kind == TERMINAL_NOTHING) {
        probe->until_ms = INT64_MAX;
        probe->over = probe->heard;
    }
    if (event->kind == TERMINAL_READY && read(probe->fd, &byte, 1) == 0)
        probe->fd = -1;
}

static int fd_of(const char *name)
{
    const char *number = getenv(name);
    return number == NULL ? -1 : atoi(number);
}

static int run(const char *form, const char *name)
{
    struct probe probe = {.form = form, .until_ms = INT64_MAX};
    struct error error = {0};
    struct theme theme;
    const char *ascii = getenv("PROBE_ASCII");
    probe.fd = fd_of("PROBE_FD");
    probe.told = fd_of("PROBE_TOLD");
    if (!theme_load(&theme, name, &error) ||
        (probe.terminal = terminal_open(ascii == NULL ? TEXT_UTF8 : TEXT_ASCII, &error)) == NULL) {
        fprintf(stderr, "%s\n", error.sentence);
        return 2;
    }
    terminal_theme(probe.terminal, &theme);
    for (draw(&probe); !probe.over; draw(&probe)) {
        if (probe.told >= 0 && write(probe.told, "e", 1) != 1)
            break;
        struct terminal_event event;
        terminal_next(probe.terminal, &probe.fd, 1, probe.until_ms, &event);
        take(&probe, &event);
    }
    terminal_close(probe.terminal);
    if (strcmp(form, "flood") != 0) /* a terminal that stalls would hold this */
        printf("%s\n", probe.event);
    return probe.deaf && !kept_quiet(&probe) ? 1 : 0;
}

int main(int argc, char *argv[])
{
    setlocale(LC_ALL, "");
    return run(argc > 1 ? argv[1] : "events", argc > 2 ? argv[2] : "default");
}
