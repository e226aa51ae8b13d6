/* text: foreign bytes to display text, and display text to a given number of cells. Pure, no
 * allocation; any thread once the locale is set. A cell is one column of the terminal, by wcwidth
 * of the C library, which curses asks too.
 *
 * Everything that did not come from this program goes through text_clean before it is drawn or
 * printed. */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the terminal can show: anything, or only ASCII (a locale that is not UTF-8, or --ascii). */
enum text_charset { TEXT_UTF8, TEXT_ASCII };

enum text_align { TEXT_LEFT, TEXT_RIGHT };

/* A mark is drawn on the character before it. A third one on the same character is shown as a
 * replacement. */
enum { TEXT_MARKS = 2 };

#define TEXT_INVALID UINT32_MAX

/* Bytes that always hold `cells` cells of cleaned text and the end of the string. */
#define TEXT_BYTES(cells) ((cells) * (4 + 4 * TEXT_MARKS) + 1)

/* Reads one character of UTF-8 by the strict grammar of RFC 3629 section 4: no overlong forms, no
 * surrogates, nothing over U+10FFFF. Returns the bytes taken, 0 only for length 0. What is no
 * character is TEXT_INVALID, and the bytes taken are then the longest start of a character, at
 * least one. */
size_t text_decode(const char *bytes, size_t length, uint32_t *code);

/* Makes any bytes safe to draw. Each control, escape, bidi, invisible, private-use or unassigned
 * character, each byte that is no UTF-8 and each mark without a character to stand on becomes one
 * U+FFFD, or one `?` in ASCII; there a character that is not ASCII becomes as many `?` as it has
 * cells. What only some terminals join to one sign (skin tones, flags, joined emoji) is taken
 * apart; a flag is its two letters. What does not fit `size` (at least 1) is cut, and the result
 * then ends in an ellipsis. Returns its length without the final NUL. */
size_t text_clean(char *out, size_t size, const char *bytes, size_t length,
                  enum text_charset charset);

/* True when every character is whole and none is a control or hidden one, whatever the locale: what
 * may be pasted elsewhere. */
bool text_plain(const char *bytes, size_t length);

/* Cells of a cleaned text. */
int text_width(const char *text);

/* A cleaned text in exactly `cells` cells: padded with spaces on the other side of `align`, or cut,
 * ending in an ellipsis (`~` in ASCII). A wide character is never split. Returns the length. A
 * `size` under TEXT_BYTES(cells) may cut the result short, never inside a character. */
size_t text_cut(char *out, size_t size, const char *text, int cells, enum text_align align,
                enum text_charset charset);

/* The bytes of the first line of a cleaned text that is broken between words to fit, or in the word
 * where not even one fits; all of it where not even a character does. */
size_t text_line(const char *text, int cells);

/* The same as text_cut with the ellipsis in the middle, for what is told apart by both its ends:
 * ids, urls. Aligned left. */
size_t text_cut_middle(char *out, size_t size, const char *text, int cells,
                       enum text_charset charset);

#endif
