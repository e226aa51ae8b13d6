/* hush: the terminal while something is waited for before the screen opens: it does not show what
 * is typed, and one key is enough to leave. Main thread, one at a time. */
#ifndef CLI_HUSH_H
#define CLI_HUSH_H

#include <stdbool.h>

/* Standard input must be a terminal. It gets back what was set there with hush_end, and from any
 * signal that ends or stops this program meanwhile. */
void hush_begin(void);
void hush_end(void);

/* Whether q or Esc was typed, or the terminal is gone. Does not wait. What else was typed before
 * there was anything to see is dropped. */
bool hush_left(void);

#endif
