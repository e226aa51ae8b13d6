/* say: a line for a person on standard error, which may be a terminal: whatever is named in it, a
 * server's words, those of the command line, a line of a file, it holds nothing but printable
 * characters. Any thread; takes no memory. */
#ifndef CORE_SAY_H
#define CORE_SAY_H

/* Without a line end, which it gets; what is too long for a line is cut. */
void say_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What is being waited for, where standard error is a terminal; how many cells it took there. Then
 * the same is taken back, before anything else is written. */
int say_waiting(const char *format, ...) __attribute__((format(printf, 1, 2)));
void say_waited(int cells);

#endif
