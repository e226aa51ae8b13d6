/* when: see when.h. */
#include "gateway/when.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

int64_t when_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * WHEN_SECOND_MS + now.tv_nsec / 1000000;
}

const char *when_print(int64_t when_ms, char out[WHEN_SIZE])
{
    if (when_ms == WHEN_NEVER)
        return NULL;
    time_t seconds = (time_t)(when_ms / WHEN_SECOND_MS);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    size_t used = strftime(out, WHEN_SIZE, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(out + used, WHEN_SIZE - used, ".%03dZ", (int)(when_ms % WHEN_SECOND_MS));
    return out;
}
