/* input: see input.h. The first bytes of the queue are read as one token at a time; a token that
 * may go on waits for more bytes or for its time. */
#include "tui/input.h"

#include "api/secret.h"
#include "core/text.h"
#include "tui/key.h"

#include <stdlib.h>
#include <string.h>

enum {
    ESC = 27,
    QUEUE_BYTES = 4096,
    SEQUENCES_MAX = 128,
    OLD_MOUSE_BYTES = 6,
    PASTE_BEGINS = TUI_KEY_LAST /* beside the keys, and never given as one */
};

static const char paste_end[] = "\033[201~";
enum { PASTE_END_LENGTH = sizeof paste_end - 1 };

static const int64_t NEVER = INT64_MIN;

struct sequence {
    char bytes[INPUT_SEQUENCE_BYTES];
    uint32_t key;
};

struct input {
    int escape_ms;
    struct sequence sequences[SEQUENCES_MAX];
    size_t sequence_count;
    char queue[QUEUE_BYTES + INPUT_SEQUENCE_BYTES]; /* with room for what is put back */
    size_t length;
    int64_t came_ms;    /* when the last of these came */
    int64_t escaped_ms; /* when the byte came that was given as the key Esc and may yet be the
                           start of a sequence */
    char begun[INPUT_SEQUENCE_BYTES]; /* a sequence whose rest did not come in time, and may yet */
    size_t begun_length;
    int64_t deadline_ms; /* see input_deadline */
    bool pasting;
    bool unwanted; /* the paste that is coming in was dropped */
    char *paste;
    size_t paste_length;
};

/* What xterm, VTE, the Linux console, rxvt, screen and tmux send, in both cursor key modes. */
static const struct sequence common[] = {
    {"\033[A", TUI_KEY_UP},      {"\033OA", TUI_KEY_UP},       {"\033[B", TUI_KEY_DOWN},
    {"\033OB", TUI_KEY_DOWN},    {"\033[C", TUI_KEY_RIGHT},    {"\033OC", TUI_KEY_RIGHT},
    {"\033[D", TUI_KEY_LEFT},    {"\033OD", TUI_KEY_LEFT},     {"\033[H", TUI_KEY_HOME},
    {"\033OH", TUI_KEY_HOME},    {"\033[1~", TUI_KEY_HOME},    {"\033[7~", TUI_KEY_HOME},
    {"\033[F", TUI_KEY_END},     {"\033OF", TUI_KEY_END},      {"\033[4~", TUI_KEY_END},
    {"\033[8~", TUI_KEY_END},    {"\033[5~", TUI_KEY_PAGE_UP}, {"\033[6~", TUI_KEY_PAGE_DOWN},
    {"\033[2~", TUI_KEY_INSERT}, {"\033[3~", TUI_KEY_DELETE},  {"\033[Z", TUI_KEY_BACK_TAB},
    {"\033OP", TUI_KEY_F1},      {"\033[11~", TUI_KEY_F1},     {"\033[[A", TUI_KEY_F1},
    {"\033OQ", TUI_KEY_F2},      {"\033[12~", TUI_KEY_F2},     {"\033[[B", TUI_KEY_F2},
    {"\033OR", TUI_KEY_F3},      {"\033[13~", TUI_KEY_F3},     {"\033[[C", TUI_KEY_F3},
    {"\033OS", TUI_KEY_F4},      {"\033[14~", TUI_KEY_F4},     {"\033[[D", TUI_KEY_F4},
    {"\033[[E", TUI_KEY_F5},     {"\033[15~", TUI_KEY_F5},     {"\033[17~", TUI_KEY_F6},
    {"\033[18~", TUI_KEY_F7},    {"\033[19~", TUI_KEY_F8},     {"\033[20~", TUI_KEY_F9},
    {"\033[21~", TUI_KEY_F10},   {"\033[23~", TUI_KEY_F11},    {"\033[24~", TUI_KEY_F12},
    {"\033OM", TUI_KEY_ENTER},   {"\033OI", TUI_KEY_TAB},      {"\033OX", '='},
    {"\033[200~", PASTE_BEGINS},
};

struct input *input_new(int escape_ms)
{
    struct input *input = calloc(1, sizeof *input);
    if (input == NULL)
        return NULL;
    input->paste = calloc(1, INPUT_PASTE_MAX + 1);
    if (input->paste == NULL) {
        free(input);
        return NULL;
    }
    memcpy(input->sequences, common, sizeof common);
    input->sequence_count = sizeof common / sizeof *common;
    input->escape_ms = escape_ms;
    input->escaped_ms = NEVER;
    input->deadline_ms = INT64_MAX;
    return input;
}

void input_free(struct input *input)
{
    if (input == NULL)
        return;
    secret_wipe(input->paste, INPUT_PASTE_MAX);
    free(input->paste);
    secret_wipe(input, sizeof *input);
    free(input);
}

void input_define(struct input *input, const char *sequence, uint32_t key)
{
    struct sequence *to = &input->sequences[input->sequence_count];
    if (sequence == NULL || *sequence == '\0' || strlen(sequence) >= sizeof to->bytes ||
        input->sequence_count == SEQUENCES_MAX)
        return;
    strcpy(to->bytes, sequence);
    to->key = key;
    input->sequence_count++;
}

size_t input_feed(struct input *input, const char *bytes, size_t length, int64_t now_ms)
{
    size_t room = input->length < QUEUE_BYTES ? QUEUE_BYTES - input->length : 0;
    size_t taken = length < room ? length : room;
    memcpy(input->queue + input->length, bytes, taken);
    input->length += taken;
    if (taken > 0)
        input->came_ms = now_ms;
    return taken;
}

/* The first bytes go. They may be of a key or a password: no copy stays. */
static void queue_take(struct input *input, size_t length)
{
    input->length -= length;
    memmove(input->queue, input->queue + length, input->length);
    secret_wipe(input->queue + input->length, length);
}

/* ---- Tokens */

struct token {
    size_t length;        /* bytes; 0: more must come */
    uint32_t key;         /* TUI_KEY_NONE: it is no key */
    enum input_kind kind; /* of what is no key and yet says something: mouse, focus */
    struct mouse mouse;
    bool focused;
    int patience_ms; /* so long more is awaited */
};

/* A known sequence that stands at the start of the queue, or that the queue is the start of. Those
 * of terminfo come last and count first. */
static struct token match(const struct input *input)
{
    struct token token = {0};
    for (size_t i = input->sequence_count; i-- > 0;) {
        const struct sequence *known = &input->sequences[i];
        size_t length = strlen(known->bytes);
        size_t there = length < input->length ? length : input->length;
        if (memcmp(known->bytes, input->queue, there) != 0)
            continue;
        if (length == there && length > token.length)
            token = (struct token){.length = length, .key = known->key};
        else if (length > there && token.length == 0)
            token.patience_ms = INPUT_TAIL_MS;
    }
    return token;
}

/* The number block in application mode sends its characters 64 higher. */
static uint32_t keypad_key(const char *bytes, size_t length)
{
    return length == 3 && bytes[1] == 'O' && bytes[2] >= 'j' && bytes[2] <= 'y'
               ? (uint32_t)(bytes[2] - 64)
               : TUI_KEY_NONE;
}

/* A whole sequence that no table knows. */
static struct token read_report(const char *bytes, size_t length)
{
    struct token token = {.length = length, .key = keypad_key(bytes, length)};
    bool focus = length == 3 && bytes[1] == '[' && (bytes[2] == 'I' || bytes[2] == 'O');
    if (focus) {
        token.kind = INPUT_FOCUS;
        token.focused = bytes[2] == 'I';
    } else if (mouse_read(&token.mouse, bytes, length)) {
        token.kind = INPUT_MOUSE;
    }
    return token;
}

/* A mouse's report in the form that came before SGR's has three bytes more. They are not keys. */
static bool old_mouse(const char *bytes, size_t length)
{
    return length == 3 && bytes[1] == '[' && bytes[2] == 'M';
}

/* A sequence by its grammar (ECMA-48 section 5.4): what no table knows is one token all the same.
 * Esc before anything else is the key Esc. */
static struct token read_sequence(const char *bytes, size_t length)
{
    if (length > 1 && bytes[1] != '[' && bytes[1] != 'O')
        return (struct token){.length = 1, .key = TUI_KEY_ESC};
    size_t at = length > 2 && bytes[1] == '[' && bytes[2] == '[' ? 3 : 2;
    while (at < length && bytes[at] >= 0x20 && bytes[at] <= 0x3f)
        at++;
    if (at >= length)
        return (struct token){.patience_ms = INPUT_TAIL_MS};
    if (bytes[at] < 0x40 || bytes[at] > 0x7e) /* broken off: another token begins here */
        return (struct token){.length = at};
    if (!old_mouse(bytes, at + 1))
        return read_report(bytes, at + 1);
    return length < OLD_MOUSE_BYTES ? (struct token){.patience_ms = INPUT_TAIL_MS}
                                    : (struct token){.length = OLD_MOUSE_BYTES};
}

static struct token read_character(const char *bytes, size_t length)
{
    uint32_t code;
    size_t taken = text_decode(bytes, length, &code);
    unsigned char first = (unsigned char)bytes[0];
    bool half = code == TEXT_INVALID && taken == length && first >= 0xc2 && first <= 0xf4;
    if (half && length < 4)
        return (struct token){.patience_ms = INPUT_TAIL_MS};
    if (code == TEXT_INVALID || (code > 0x7f && code < 0xa0))
        code = TUI_KEY_NONE;
    return (struct token){.length = taken, .key = code};
}

static struct token read_token(const struct input *input)
{
    bool escape = input->queue[0] == ESC;
    struct token token = match(input);
    if (token.length == 0 && token.patience_ms == 0)
        token = escape ? read_sequence(input->queue, input->length)
                       : read_character(input->queue, input->length);
    if (token.length == 0 && escape && input->length == 1)
        token.patience_ms = input->escape_ms;
    return token;
}

/* Nothing more came. A lone Esc is the key, the start of anything else is lost. */
static struct token end_token(struct input *input)
{
    struct token token = {.length = input->length};
    if (input->length == 1 && input->queue[0] == ESC) {
        token.key = TUI_KEY_ESC;
        input->escaped_ms = input->came_ms;
    } else if (input->queue[0] == ESC && input->length < sizeof input->begun) {
        input->begun_length = input->length;
        memcpy(input->begun, input->queue, input->length);
        input->escaped_ms = input->came_ms;
    }
    return token;
}

/* After a longer while a bracket may be one that was typed; but what came with it in one piece, and
 * as a sequence would, was not. */
static bool is_rest(const struct input *input, int64_t since_ms)
{
    const char *bytes = input->queue;
    bool number = bytes[0] >= 0x30 && bytes[0] <= 0x3f;
    if (input->begun_length > 0)
        return since_ms <= INPUT_LATE_MS && number && input->length > 1;
    if (since_ms <= INPUT_TAIL_MS)
        return bytes[0] == '[' || bytes[0] == 'O';
    return since_ms <= INPUT_LATE_MS && input->length > 1 && bytes[0] == '[' && bytes[1] >= 0x30 &&
           bytes[1] <= 0x7e;
}

/* A slow line splits sequences: the Esc that was given as a key turns out to be the first byte of
 * one. Put back, it makes the rest one token. */
static void put_back_escape(struct input *input)
{
    bool rest = input->escaped_ms != NEVER && is_rest(input, input->came_ms - input->escaped_ms);
    char begun[INPUT_SEQUENCE_BYTES] = {ESC};
    size_t length = input->begun_length > 0 ? input->begun_length : 1;
    memcpy(begun, input->begun, input->begun_length);
    input->escaped_ms = NEVER;
    input->begun_length = 0;
    if (!rest)
        return;
    memmove(input->queue + length, input->queue, input->length);
    memcpy(input->queue, begun, length);
    input->length += length;
}

/* ---- Pastes */

static void paste_add(struct input *input, size_t length)
{
    size_t room = INPUT_PASTE_MAX - input->paste_length;
    size_t kept = length < room ? length : room;
    memcpy(input->paste + input->paste_length, input->queue, kept);
    input->paste_length += kept;
    queue_take(input, length);
}

/* Only whole characters stay. */
static void paste_clean(struct input *input)
{
    size_t from = 0, to = 0;
    uint32_t code;
    for (size_t taken; from < input->paste_length; from += taken) {
        taken = text_decode(input->paste + from, input->paste_length - from, &code);
        if (code == TEXT_INVALID || code == 0)
            continue;
        memmove(input->paste + to, input->paste + from, taken);
        to += taken;
    }
    input->paste[to] = '\0';
}

static void paste_begin(struct input *input)
{
    input->pasting = true;
    input->unwanted = false;
}

/* Bytes at the end of the queue that may be the start of the end marker. */
static size_t paste_tail(const struct input *input)
{
    size_t length = input->length < PASTE_END_LENGTH ? input->length : PASTE_END_LENGTH - 1;
    while (length > 0 && memcmp(input->queue + input->length - length, paste_end, length) != 0)
        length--;
    return length;
}

/* True when the paste is complete. */
static bool paste_go_on(struct input *input, int64_t quiet_ms)
{
    const char *end = memmem(input->queue, input->length, paste_end, PASTE_END_LENGTH);
    if (end != NULL) {
        paste_add(input, (size_t)(end - input->queue));
        queue_take(input, PASTE_END_LENGTH);
        input->pasting = false;
    } else {
        paste_add(input, input->length - paste_tail(input));
        input->deadline_ms = input->came_ms + INPUT_SILENCE_MS;
        input->pasting = quiet_ms < input->deadline_ms;
    }
    return !input->pasting;
}

static enum input_kind paste_next(struct input *input, int64_t quiet_ms, struct input_event *event)
{
    if (!paste_go_on(input, quiet_ms))
        return INPUT_NOTHING;
    if (input->unwanted)
        return input_next(input, quiet_ms, event);
    paste_clean(input);
    event->paste = input->paste;
    return INPUT_PASTE;
}

/* ---- Out */

enum input_kind input_next(struct input *input, int64_t quiet_ms, struct input_event *event)
{
    *event = (struct input_event){0};
    input->deadline_ms = INT64_MAX;
    if (!input->pasting) {
        secret_wipe(input->paste, input->paste_length);
        input->paste_length = 0;
    }
    while (!input->pasting && input->length > 0) {
        put_back_escape(input);
        struct token token = read_token(input);
        if (token.length == 0) {
            input->deadline_ms = input->came_ms + token.patience_ms;
            if (quiet_ms < input->deadline_ms)
                return INPUT_NOTHING;
            token = end_token(input);
        }
        queue_take(input, token.length);
        event->key = token.key;
        event->mouse = token.mouse;
        event->focused = token.focused;
        if (token.key == PASTE_BEGINS)
            paste_begin(input);
        else if (token.key != TUI_KEY_NONE || token.kind != INPUT_NOTHING)
            return token.key != TUI_KEY_NONE ? INPUT_KEY : token.kind;
    }
    return input->pasting ? paste_next(input, quiet_ms, event) : INPUT_NOTHING;
}

int64_t input_deadline(const struct input *input)
{
    return input->deadline_ms;
}

void input_drop(struct input *input)
{
    struct input_event ignored;
    while (input_next(input, NEVER, &ignored) != INPUT_NOTHING)
        ;
    if (input->length == 1 && input->queue[0] == ESC)
        queue_take(input, end_token(input).length);
    input->unwanted = input->pasting;
}
