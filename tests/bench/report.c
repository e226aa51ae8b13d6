/* report: see report.h. */
#include "tests/bench/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { WORDS_CELLS = 46, CELL_CELLS = 15 };

#define REPORT_ENTRY(name, words, aim) {words, aim},
static const struct {
    const char *words, *aim;
} lines[LINE_COUNT] = {REPORT_LINES(REPORT_ENTRY)};
#undef REPORT_ENTRY

void report_set(struct report *report, enum report_line line, enum report_column column,
                const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(report->cells[line][column], sizeof report->cells[line][column], format, arguments);
    va_end(arguments);
}

void report_absent(struct report *report, enum report_column column, const char *why)
{
    report_set(report, LINE_FRAME_MEDIAN, column, "%s", why);
}

/* The processor's name, as Linux says it. */
static void processor(char *name, size_t size)
{
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "r");
    snprintf(name, size, "unknown processor");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) == 0 && colon != NULL) {
            snprintf(name, size, "%.*s", (int)strcspn(colon + 2, "\n"), colon + 2);
            break;
        }
    }
    if (file != NULL)
        fclose(file);
}

static void print_machine(void)
{
    char name[120];
    struct utsname system;
    double load = 0;
    processor(name, sizeof name);
    uname(&system);
    getloadavg(&load, 1);
    printf("%s, %ld cores, %s %s, load %.1f\n\n", name, sysconf(_SC_NPROCESSORS_ONLN),
           system.sysname, system.release, load);
}

void report_print(const struct report *report)
{
    print_machine();
    printf("%-*s%*s%*s%*s%*s\n", WORDS_CELLS, "", CELL_CELLS, "leasetop", CELL_CELLS, "aim",
           CELL_CELLS, "htop", CELL_CELLS, "watch");
    for (int line = 0; line < LINE_COUNT; line++) {
        const char(*cells)[20] = report->cells[line];
        printf("%-*s%*s%*s%*s%*s\n", WORDS_CELLS, lines[line].words, CELL_CELLS,
               cells[COLUMN_LEASETOP], CELL_CELLS, lines[line].aim, CELL_CELLS, cells[COLUMN_HTOP],
               CELL_CELLS, cells[COLUMN_WATCH]);
    }
    puts(
        "\nhtop reads the system, waits 75 ms and reads it again before it draws its first frame.\n"
        "watch: watch -n1 'curl | jq' of one runtime's leases; its children are counted with it.");
}
