/* report: the table that the bench prints: a line for each figure, a column for each program, and
 * the aim beside them. */
#ifndef TESTS_BENCH_REPORT_H
#define TESTS_BENCH_REPORT_H

/* Name, what it says, the aim. */
#define REPORT_LINES(LINE)                                                                         \
    LINE(FRAME_MEDIAN, "first frame after exec, median", "15 ms")                                  \
    LINE(FRAME_P99, "  99 of 100 within", "")                                                      \
    LINE(FIRST_BYTE, "  first byte of anything, median", "")                                       \
    LINE(FRAME_CPU, "  processor time by then, median", "")                                        \
    LINE(QUIT_MEDIAN, "q to the end while the server hangs, median", "200 ms")                     \
    LINE(QUIT_P99, "  99 of 100 within", "200 ms")                                                 \
    LINE(LOADING_MEDIAN, "key to screen while leases are read, median", "2 ms")                    \
    LINE(LOADING_P99, "  99 of 100 within", "16 ms")                                               \
    LINE(KEY_MEDIAN, "key to screen when all are read, median", "2 ms")                            \
    LINE(KEY_P99, "  99 of 100 within", "16 ms")                                                   \
    LINE(IDLE_CPU, "idle: share of a core", "0.20 %")                                              \
    LINE(IDLE_WAKEUPS, "  wake-ups a second", "")                                                  \
    LINE(IDLE_BYTES, "  bytes a second to the terminal", "")                                       \
    LINE(IDLE_PEAK, "  memory, peak", "")                                                          \
    LINE(MEMORY_PEAK, "memory with 10,000 leases, peak", "20 MB")                                  \
    LINE(MEMORY_OWN, "  of it its own, not its libraries'", "")                                    \
    LINE(READ_TIME, "time to read 10,000 leases of 1,000 runtimes", "")                            \
    LINE(DECODE_BYTES, "decoding, bytes a second", "")                                             \
    LINE(DECODE_LEASES, "  leases a second", "")

#define REPORT_NAME(name, words, aim) LINE_##name,
enum report_line { REPORT_LINES(REPORT_NAME) LINE_COUNT };
#undef REPORT_NAME

enum report_column { COLUMN_LEASETOP, COLUMN_HTOP, COLUMN_WATCH, COLUMN_COUNT };

/* All zero is empty. */
struct report {
    char cells[LINE_COUNT][COLUMN_COUNT][20];
};

void report_set(struct report *report, enum report_line line, enum report_column column,
                const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Every cell of the column that has no figure says why. */
void report_absent(struct report *report, enum report_column column, const char *why);

/* On stdout, with a line about the machine. */
void report_print(const struct report *report);

#endif
