/* relaying: what a client of a real browser notices of the gateway between them. The same client,
 * attached through the gateway and straight to the same browser, in turn. */
#ifndef TESTS_BENCH_RELAYING_H
#define TESTS_BENCH_RELAYING_H

/* Measures and prints a table; says why where there is no browser. */
void relaying_bench(void);

#endif
