/* samples: many measurements of one thing, and what is said of them. */
#ifndef TESTS_BENCH_SAMPLES_H
#define TESTS_BENCH_SAMPLES_H

#include <stddef.h>

/* All zero is empty. */
struct samples {
    double *values;
    size_t count, room;
};

void samples_add(struct samples *samples, double value);

/* The value below which this share of them lies; the samples get sorted. Not of none. */
double samples_quantile(struct samples *samples, double share);

void samples_clear(struct samples *samples);

#endif
