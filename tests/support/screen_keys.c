/* screen_keys: what a person does to the terminal: keys, pastes, clicks, another size, hanging up.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tests/support/screen_internal.h"

/* ncurses takes what follows an Esc within its delay (25 ms for us) as one key with it. */
enum { ESCAPE_MS = 100 };

static const struct {
    const char *name;
    VTermKey key;
    char letter; /* where it is not a key but a character */
} named_keys[] = {
    {"Enter", VTERM_KEY_ENTER, 0},
    {"Esc", VTERM_KEY_ESCAPE, 0},
    {"Tab", VTERM_KEY_TAB, 0},
    {"BS", VTERM_KEY_BACKSPACE, 0},
    {"Up", VTERM_KEY_UP, 0},
    {"Down", VTERM_KEY_DOWN, 0},
    {"Left", VTERM_KEY_LEFT, 0},
    {"Right", VTERM_KEY_RIGHT, 0},
    {"Home", VTERM_KEY_HOME, 0},
    {"End", VTERM_KEY_END, 0},
    {"PgUp", VTERM_KEY_PAGEUP, 0},
    {"PgDn", VTERM_KEY_PAGEDOWN, 0},
    {"Ins", VTERM_KEY_INS, 0},
    {"Del", VTERM_KEY_DEL, 0},
    {"F1", VTERM_KEY_FUNCTION(1), 0},
    {"F2", VTERM_KEY_FUNCTION(2), 0},
    {"F3", VTERM_KEY_FUNCTION(3), 0},
    {"F4", VTERM_KEY_FUNCTION(4), 0},
    {"F5", VTERM_KEY_FUNCTION(5), 0},
    {"F6", VTERM_KEY_FUNCTION(6), 0},
    {"F7", VTERM_KEY_FUNCTION(7), 0},
    {"F8", VTERM_KEY_FUNCTION(8), 0},
    {"F9", VTERM_KEY_FUNCTION(9), 0},
    {"F10", VTERM_KEY_FUNCTION(10), 0},
    {"F11", VTERM_KEY_FUNCTION(11), 0},
    {"F12", VTERM_KEY_FUNCTION(12), 0},
    {"Space", VTERM_KEY_NONE, ' '},
    {"lt", VTERM_KEY_NONE, '<'},
};

static void send_now(struct screen *screen)
{
    screen_flush(screen);
    screen->key_at_ms = screen_now_ms();
}

/* Until the program has taken the Esc and its delay has passed: a person is slower than this. */
static void after_escape(struct screen *screen)
{
    double deadline = screen_now_ms() + 1000;
    int unread = 1;
    if (!screen->escape_sent)
        return;
    screen->escape_sent = false;
    while (unread > 0 && screen_now_ms() < deadline && !screen->exited) {
        if (ioctl(screen->slave, FIONREAD, &unread) != 0)
            break;
        screen_poll(screen, 1);
    }
    double quiet = screen_now_ms() + ESCAPE_MS;
    while (screen_now_ms() < quiet && !screen->exited)
        screen_poll(screen, (int)(quiet - screen_now_ms()) + 1);
}

static void add_letter(struct screen *screen, char letter, VTermModifier modifier)
{
    if (modifier & VTERM_MOD_ALT)
        support_bytes_add(&screen->to_write, "\033", 1);
    if (modifier & VTERM_MOD_CTRL)
        letter &= 0x1f;
    support_bytes_add(&screen->to_write, &letter, 1);
}

static VTermModifier read_modifier(const char **name, size_t *size)
{
    static const struct {
        char letter;
        VTermModifier modifier;
    } modifiers[] = {{'C', VTERM_MOD_CTRL}, {'S', VTERM_MOD_SHIFT}, {'A', VTERM_MOD_ALT}};
    unsigned all = VTERM_MOD_NONE;
    for (size_t i = 0; i < 3 && *size > 2 && (*name)[1] == '-'; i++)
        if ((*name)[0] == modifiers[i].letter) {
            all |= modifiers[i].modifier;
            *name += 2;
            *size -= 2;
            i = (size_t)-1;
        }
    return (VTermModifier)all;
}

static void add_named(struct screen *screen, const char *name, size_t size)
{
    const char *whole = name;
    size_t whole_size = size;
    VTermModifier modifier = read_modifier(&name, &size);
    if (size == 1 && modifier != VTERM_MOD_NONE) {
        add_letter(screen, *name, modifier);
        return;
    }
    for (size_t i = 0; i < sizeof named_keys / sizeof *named_keys; i++) {
        if (strlen(named_keys[i].name) != size || strncasecmp(named_keys[i].name, name, size) != 0)
            continue;
        if (named_keys[i].letter != 0)
            add_letter(screen, named_keys[i].letter, modifier);
        else
            vterm_keyboard_key(screen->terminal, named_keys[i].key, modifier);
        screen->escape_sent = named_keys[i].key == VTERM_KEY_ESCAPE;
        return;
    }
    support_die("no key is called <%.*s>", (int)whole_size, whole);
}

void screen_keys(struct screen *screen, const char *keys)
{
    while (*keys != '\0') {
        size_t length = strcspn(keys, ">");
        after_escape(screen);
        if (*keys == '<' && keys[length] == '>') {
            add_named(screen, keys + 1, length - 1);
            keys += length + 1;
        } else {
            support_bytes_add(&screen->to_write, keys++, 1);
        }
        if (screen->escape_sent)
            send_now(screen);
    }
    send_now(screen);
}

void screen_bytes(struct screen *screen, const void *bytes, size_t size)
{
    support_bytes_add(&screen->to_write, bytes, size);
    send_now(screen);
}

void screen_paste(struct screen *screen, const char *text)
{
    vterm_keyboard_start_paste(screen->terminal);
    support_bytes_add(&screen->to_write, text, strlen(text));
    vterm_keyboard_end_paste(screen->terminal);
    send_now(screen);
}

void screen_click(struct screen *screen, int row, int col, int button)
{
    vterm_mouse_move(screen->terminal, row, col, VTERM_MOD_NONE);
    vterm_mouse_button(screen->terminal, button, true, VTERM_MOD_NONE);
    vterm_mouse_button(screen->terminal, button, false, VTERM_MOD_NONE);
    send_now(screen);
}

void screen_resize(struct screen *screen, int rows, int cols)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    screen_poll(screen, 0);
    screen->rows = rows;
    screen->cols = cols;
    vterm_set_size(screen->terminal, rows, cols);
    if (screen->master >= 0)
        ioctl(screen->master, TIOCSWINSZ, &size);
}

void screen_hangup(struct screen *screen)
{
    screen_poll(screen, 0);
    close(screen->master);
    screen->master = -1;
    screen->key_at_ms = screen_now_ms();
}
