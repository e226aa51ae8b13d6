/* horizon: see horizon.h. */
#include "core/horizon.h"

#include <stdio.h>
#include <string.h>

void horizon_count(const struct rows *rows, const struct moment *moment,
                   unsigned counts[HORIZON_BARS])
{
    memset(counts, 0, HORIZON_BARS * sizeof *counts);
    for (size_t i = 0; i < rows->count; i++) {
        const struct row *row = &rows->items[i];
        int64_t left_ms = row->sort_ms - moment->server_ms;
        if (row->lease == NULL || row->ended || left_ms < 0 ||
            left_ms >= (int64_t)HORIZON_BARS * HORIZON_BAR_S * 1000)
            continue;
        counts[left_ms / (HORIZON_BAR_S * 1000)]++;
    }
}

unsigned horizon_most(const unsigned counts[HORIZON_BARS])
{
    unsigned most = 0;
    for (int i = 0; i < HORIZON_BARS; i++)
        most = counts[i] > most ? counts[i] : most;
    return most;
}

char *horizon_bars(char out[HORIZON_BYTES], const unsigned counts[HORIZON_BARS],
                   enum text_charset charset)
{
    static const char *const eighths[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const digits[] = {" ", "1", "2", "3", "4", "5", "6", "7", "8", "9", "+"};
    unsigned most = horizon_most(counts);
    char *at = out;
    for (int i = 0; i < HORIZON_BARS; i++) {
        unsigned height = most > 0 ? (counts[i] * 8 + most - 1) / most : 0;
        at = stpcpy(at, charset == TEXT_ASCII ? digits[counts[i] < 10 ? counts[i] : 10]
                                              : eighths[height]);
    }
    return out;
}
