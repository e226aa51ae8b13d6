/* terminal: see terminal.h. Curses decides what to write; the modes of the line, the signals and
 * the writing are ours. */
#include "tui/terminal.h"

#include "tui/key.h"
#include "tui/terminal_internal.h"
#include "tui/terminal_type.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
    ESCAPE_MS = 25, /* as long as curses' ESCDELAY should be over a network of today */
    ESCAPE_MS_MAX = 1000,
    GIVE_BACK_MS = 50, /* for a terminal that does not take its bytes */
    ROWS_MAX = 300,    /* what is beyond stays unused: the size comes from outside */
    COLUMNS_MAX = 1000,
};

/* Pastes in brackets, and reports of the focus. */
static const char modes_on[] = "\033[?2004h\033[?1004h", modes_off[] = "\033[?1004l\033[?2004l";
static const char mouse_on[] = "\033[?1000h\033[?1006h", mouse_off[] = "\033[?1006l\033[?1000l";
static const char title_push[] = "\033[22;2t", title_pop[] = "\033[23;2t";

static bool put(struct terminal *terminal, const char *bytes)
{
    return output_put(&terminal->output, bytes, strlen(bytes));
}

/* A string of terminfo; NULL where the terminal has none. */
static const char *capability(const char *name)
{
    const char *string = tigetstr(name);
    return string == (const char *)-1 ? NULL : string;
}

/* Terminals that go by ECMA-48 pass over what they do not know; others show it. */
static bool speaks_ansi(void)
{
    const char *move = capability("cup");
    return move != NULL && strncmp(move, "\033[", 2) == 0;
}

/* ---- Size */

/* Lines scroll in a region that curses sets once, for the size it believes in at its start. Setting
 * it moves the cursor, so everything is painted anew; and the shell's cursor is nobody's to move:
 * only on the other screen. */
static void scroll_whole_screen(struct terminal *terminal)
{
    const char *region = capability("csr");
    output_collect(&terminal->output);
    if (region != NULL)
        put(terminal, tparm(region, 0, LINES - 1));
    terminal_repaint(terminal);
}

bool terminal_measure(struct terminal *terminal)
{
    struct winsize size;
    if (ioctl(terminal->output.terminal, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 ||
        size.ws_col == 0)
        return false;
    int rows = size.ws_row < ROWS_MAX ? size.ws_row : ROWS_MAX;
    int columns = size.ws_col < COLUMNS_MAX ? size.ws_col : COLUMNS_MAX;
    if (!is_term_resized(rows, columns))
        return false;
    resizeterm(rows, columns);
    if (terminal->entered)
        scroll_whole_screen(terminal);
    return true;
}

int terminal_rows(const struct terminal *terminal)
{
    (void)terminal;
    return LINES;
}

int terminal_columns(const struct terminal *terminal)
{
    (void)terminal;
    return COLS;
}

enum text_charset terminal_charset(const struct terminal *terminal)
{
    return terminal->charset;
}

/* ---- Modes of the line */

/* Keys come one by one and unchanged, Ctrl-C and Ctrl-Z stay signals, and Ctrl-S does not stop the
 * screen: it would show old data as if it were new. */
static void read_modes(struct terminal *terminal)
{
    tcgetattr(STDIN_FILENO, &terminal->shell);
    terminal->ours = terminal->shell;
    terminal->ours.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR | ISTRIP | INPCK | IXON | IXOFF);
    terminal->ours.c_oflag &= ~(tcflag_t)OPOST;
    terminal->ours.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ECHONL | IEXTEN);
    terminal->ours.c_lflag |= ISIG;
    terminal->ours.c_cc[VMIN] = 1;
    terminal->ours.c_cc[VTIME] = 0;
}

/* Setting the modes from the background stops a program that TTOU can stop: right before it draws,
 * wrong when it ends. */
static bool in_foreground(void)
{
    pid_t group = tcgetpgrp(STDIN_FILENO);
    return group < 0 || group == getpgrp();
}

/* ---- Keys */

static void define_keys(struct terminal *terminal)
{
    static const struct {
        const char *name;
        uint32_t key;
    } keys[] = {
        {"kcuu1", TUI_KEY_UP},      {"kcud1", TUI_KEY_DOWN},    {"kcub1", TUI_KEY_LEFT},
        {"kcuf1", TUI_KEY_RIGHT},   {"khome", TUI_KEY_HOME},    {"kend", TUI_KEY_END},
        {"kpp", TUI_KEY_PAGE_UP},   {"knp", TUI_KEY_PAGE_DOWN}, {"kich1", TUI_KEY_INSERT},
        {"kdch1", TUI_KEY_DELETE},  {"kcbt", TUI_KEY_BACK_TAB}, {"kent", TUI_KEY_ENTER},
        {"kbs", TUI_KEY_BACKSPACE},
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        input_define(terminal->input, capability(keys[i].name), keys[i].key);
    for (uint32_t i = 0; i <= TUI_KEY_F12 - TUI_KEY_F1; i++) {
        char name[8];
        snprintf(name, sizeof name, "kf%u", (unsigned)i + 1);
        input_define(terminal->input, capability(name), TUI_KEY_F1 + i);
    }
    char erase[] = {(char)terminal->shell.c_cc[VERASE], '\0'};
    if (erase[0] == '\b')
        input_define(terminal->input, erase, TUI_KEY_BACKSPACE);
}

static int escape_ms(void)
{
    const char *given = getenv("ESCDELAY");
    char *end = NULL;
    long number = given == NULL ? -1 : strtol(given, &end, 10);
    if (number < 0 || end == given || *end != '\0')
        return ESCAPE_MS;
    return number < ESCAPE_MS_MAX ? (int)number : ESCAPE_MS_MAX;
}

/* ---- Open */

static bool start_curses(struct terminal *terminal, struct error *error)
{
    if (!terminal_type_check(STDOUT_FILENO, error))
        return false;
    terminal->screen = newterm(NULL, terminal->output.stream, stdin);
    if (terminal->screen == NULL)
        return error_memory(error);
    nonl();
    typeahead(-1); /* keys that wait are no reason to draw half a frame */
    idcok(stdscr, FALSE);
    terminal_colours(terminal);
    terminal_measure(terminal);
    return true;
}

static bool open_files(struct terminal *terminal, struct error *error)
{
    terminal->output.terminal = terminal->keyboard = terminal->timer = -1;
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return error_set(error, ERROR_USAGE,
                         "standard %s is not a terminal; --once prints the table without one",
                         isatty(STDIN_FILENO) ? "output" : "input");
    terminal->keyboard = output_reopen(STDIN_FILENO, O_RDONLY);
    if (terminal->keyboard < 0)
        return error_set(error, ERROR_SYSTEM, "the terminal cannot be read: %s", strerror(errno));
    terminal->input = input_new(escape_ms());
    if (terminal->input == NULL)
        return error_memory(error);
    return output_init(&terminal->output, STDOUT_FILENO, error);
}

/* What curses holds goes with the process, for which it has no second screen: its delscreen crashes
 * when memory had run out before, and what was confirmed is not sent yet. */
static void free_terminal(struct terminal *terminal)
{
    if (terminal->keyboard >= 0)
        close(terminal->keyboard);
    if (terminal->timer >= 0)
        close(terminal->timer);
    input_free(terminal->input);
    output_clear(&terminal->output);
    free(terminal);
}

/* The fonts of the Linux console have a few hundred signs; all others look the same there. */
static bool is_console(void)
{
    const char *type = getenv("TERM");
    return type != NULL && strncmp(type, "linux", 5) == 0;
}

struct terminal *terminal_open(enum text_charset charset, struct error *error)
{
    struct terminal *terminal = calloc(1, sizeof *terminal);
    if (terminal == NULL) {
        error_memory(error);
        return NULL;
    }
    terminal->charset = is_console() ? TEXT_ASCII : charset;
    if (!open_files(terminal, error)) {
        free_terminal(terminal);
        return NULL;
    }
    terminal_timer_open(terminal);
    read_modes(terminal);
    signals_take(&terminal->signals); /* before curses, which leaves alone what is taken */
    if (!start_curses(terminal, error)) {
        signals_give_back(&terminal->signals);
        free_terminal(terminal);
        return NULL;
    }
    define_keys(terminal);
    tcsetattr(STDIN_FILENO, TCSANOW, &terminal->ours);
    return terminal;
}

/* ---- Leave and enter */

/* Some terminals bring back, with the first screen, whether the cursor was seen when it was saved
 * last; curses saves it on the way, so what it says before it leaves does not last. */
static void show_cursor(struct terminal *terminal)
{
    const char *normal = capability("cnorm");
    if (normal != NULL)
        put(terminal, normal);
}

void terminal_leave(struct terminal *terminal)
{
    if (terminal->entered) {
        output_finish(&terminal->output, GIVE_BACK_MS);
        if (terminal->mouse)
            put(terminal, mouse_off);
        if (speaks_ansi())
            put(terminal, modes_off);
        if (terminal->title_pushed)
            put(terminal, title_pop);
        /* tmux folds what stands on the other screen into the shell's when the window has changed
         * meanwhile. */
        if (capability("rmcup") != NULL && capability("clear") != NULL)
            put(terminal, capability("clear"));
        endwin();
        output_collect(&terminal->output);
        show_cursor(terminal);
        output_finish(&terminal->output, GIVE_BACK_MS);
    }
    terminal->entered = terminal->title_pushed = false;
    if (in_foreground())
        tcsetattr(STDIN_FILENO, TCSANOW, &terminal->shell);
}

/* Somebody else may have written on the screen: it is left first if it was not. */
void terminal_enter(struct terminal *terminal)
{
    if (terminal->entered) {
        endwin();
        output_collect(&terminal->output);
        terminal->entered = terminal->title_pushed = false;
    }
    tcsetattr(STDIN_FILENO, TCSANOW, &terminal->ours);
    terminal->moved = true;
    terminal_repaint(terminal);
}

void terminal_close(struct terminal *terminal)
{
    if (terminal == NULL)
        return;
    terminal_leave(terminal);
    signals_give_back(&terminal->signals);
    free_terminal(terminal);
}

/* ---- Frames */

static void send_title(struct terminal *terminal)
{
    char bytes[TERMINAL_TITLE_BYTES + 32];
    if (terminal->title[0] == '\0' || !terminal_type_titles())
        return;
    int length = snprintf(bytes, sizeof bytes, "%s\033]2;%s\a",
                          terminal->title_pushed ? "" : title_push, terminal->title);
    terminal->title_pushed |= output_put(&terminal->output, bytes, (size_t)length);
}

/* The first frame, also after a stop, puts up the other screen: nothing is written before it. */
static void send_frame(struct terminal *terminal)
{
    bool entering = !terminal->entered;
    if (entering) {
        keypad(stdscr, TRUE);
        doupdate();
        scroll_whole_screen(terminal);
    }
    if (entering || terminal->cursor_visible != terminal->cursor_shown)
        curs_set(terminal->cursor_visible ? 1 : 0);
    terminal->cursor_shown = terminal->cursor_visible;
    wmove(stdscr, terminal->cursor_row, terminal->cursor_column);
    wnoutrefresh(stdscr);
    doupdate();
    if (!output_collect(&terminal->output))
        terminal_repaint(terminal);
    if (entering && speaks_ansi())
        put(terminal, modes_on);
    if (entering && terminal->mouse)
        put(terminal, mouse_on);
    if (entering)
        send_title(terminal);
    terminal->entered = true;
    terminal->owed = false;
    output_send(&terminal->output);
}

/* What a stalled terminal has missed comes in one frame when it goes on. */
void terminal_flush(struct terminal *terminal)
{
    output_send(&terminal->output);
    terminal->owed = output_waits(&terminal->output);
    if (!terminal->owed)
        send_frame(terminal);
}

void terminal_repaint(struct terminal *terminal)
{
    (void)terminal;
    clearok(curscr, TRUE);
}

/* ---- Beside the frames */

bool terminal_write(struct terminal *terminal, const char *bytes, size_t length)
{
    if (!terminal->entered)
        terminal_flush(terminal);
    if (!output_put(&terminal->output, bytes, length))
        return false;
    output_send(&terminal->output);
    return !terminal->output.failed;
}

void terminal_bell(struct terminal *terminal)
{
    terminal_write(terminal, "\a", 1);
}

void terminal_title(struct terminal *terminal, const char *title)
{
    char clean[TERMINAL_TITLE_BYTES];
    text_clean(clean, sizeof clean, title, strlen(title), terminal->charset);
    if (strcmp(clean, terminal->title) == 0)
        return;
    strcpy(terminal->title, clean);
    if (terminal->entered)
        send_title(terminal);
}

bool terminal_mouse(struct terminal *terminal, bool on)
{
    if (capability("kmous") == NULL || !speaks_ansi())
        return false;
    if (terminal->entered && terminal->mouse != on)
        put(terminal, on ? mouse_on : mouse_off);
    terminal->mouse = on;
    return true;
}
