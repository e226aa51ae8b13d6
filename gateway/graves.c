/* graves: see graves.h. A ring. */
#include "gateway/graves.h"

#include "gateway/fleet.h"

#include <stdlib.h>
#include <string.h>

struct graves {
    size_t count; /* of all that were ever added */
    struct {
        const struct runtime *runtime;
        struct lease lease;
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

void graves_add(struct graves *graves, const struct runtime *runtime, const struct lease *lease)
{
    size_t place = graves->count++ % GRAVES_MAX;
    graves->ring[place].runtime = runtime;
    graves->ring[place].lease = *lease;
}

static size_t kept(const struct graves *graves)
{
    return graves->count < GRAVES_MAX ? graves->count : GRAVES_MAX;
}

const struct lease *graves_lease(const struct graves *graves, const struct runtime *runtime,
                                 const char *id)
{
    for (size_t i = 0; i < kept(graves); i++) {
        if (graves->ring[i].runtime == runtime && strcmp(graves->ring[i].lease.id, id) == 0)
            return &graves->ring[i].lease;
    }
    return NULL;
}

enum lease_end graves_find(const struct graves *graves, const char token[TOKEN_SIZE])
{
    enum lease_end found = LEASE_LIVE;
    for (size_t i = 0; i < kept(graves); i++) {
        const struct lease *lease = &graves->ring[i].lease;
        found = ids_same_token(lease->token, token) ? lease->end : found;
    }
    return found;
}
