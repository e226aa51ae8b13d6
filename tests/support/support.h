/* support: what every part of the test support needs: ending a test that cannot go on, memory that
 * is there or ends it, the time. Any thread; no state. */
#ifndef TESTS_SUPPORT_SUPPORT_H
#define TESTS_SUPPORT_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define SUPPORT_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define SUPPORT_SANITIZED 1
#endif
#endif
#ifndef SUPPORT_SANITIZED
#define SUPPORT_SANITIZED 0
#endif

/* Says why on stderr and ends the process with status 99, which automake calls a hard error. */
void support_die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* Returns `memory`, or ends the process when it is NULL: support_need(malloc(n)). */
void *support_need(void *memory);

/* A copy of `text` from malloc; NULL of NULL. */
char *support_copy(const char *text);

/* CLOCK_MONOTONIC. */
long long support_now_ms(void);

/* Bytes that grow. All zero is empty; `bytes` ends in a NUL that `size` does not count. */
struct support_bytes {
    char *bytes;
    size_t size, room;
};
void support_bytes_add(struct support_bytes *to, const void *bytes, size_t size);
void support_bytes_clear(struct support_bytes *bytes);

#endif
