/* graves: see graves.h. A ring. */
#include "gateway/graves.h"

#include <stdlib.h>
#include <string.h>

struct graves {
    size_t count; /* of all that were ever added */
    struct {
        char token[TOKEN_SIZE];
        enum lease_end end;
    } ring[GRAVES_MAX];
};

struct graves *graves_new(void)
{
    return calloc(1, sizeof(struct graves));
}

void graves_free(struct graves *graves)
{
    free(graves);
}

void graves_add(struct graves *graves, const char token[TOKEN_SIZE], enum lease_end end)
{
    if (token[0] == '\0')
        return;
    size_t place = graves->count++ % GRAVES_MAX;
    memcpy(graves->ring[place].token, token, TOKEN_SIZE);
    graves->ring[place].end = end;
}

enum lease_end graves_find(const struct graves *graves, const char token[TOKEN_SIZE])
{
    enum lease_end found = LEASE_LIVE;
    size_t count = graves->count < GRAVES_MAX ? graves->count : GRAVES_MAX;
    for (size_t i = 0; i < count; i++)
        found = ids_same_token(graves->ring[i].token, token) ? graves->ring[i].end : found;
    return found;
}
