/* decoding: how fast api/decode reads a large list, in this process. */
#ifndef TESTS_BENCH_DECODING_H
#define TESTS_BENCH_DECODING_H

struct decoding {
    double megabytes_per_s, leases_per_s;
};

struct decoding decoding_measure(int leases, double seconds);

#endif
