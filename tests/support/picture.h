/* picture: a terminal screen as an SVG file, for eyes: the README's pictures and the ones that are
 * looked at before a theme is believed. No state. */
#ifndef TESTS_SUPPORT_PICTURE_H
#define TESTS_SUPPORT_PICTURE_H

#include "tests/support/screen.h"

/* What the terminal's owner chose: default colours and the first sixteen. */
enum picture_background { PICTURE_DARK, PICTURE_LIGHT };

/* Writes the screen as it is now. Cells become rectangles, runs of text and, for box drawing and
 * block characters, lines and rectangles, so that columns meet whatever the font does. Errors stay
 * on the stream, for ferror or fclose to tell. */
void picture_write(struct screen *screen, FILE *file, enum picture_background background);

#endif
