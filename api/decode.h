/* decode: bytes from the server to the model, and the little that goes the other way. The one place
 * for JSON in api/. It takes what the contract promises and tolerates what it leaves open: a
 * missing or mistyped field spoils that field, an item without an id spoils that item, and only
 * what is no JSON at all spoils the answer. No state; any thread, after decode_global_init. */
#ifndef API_DECODE_H
#define API_DECODE_H

#include "api/endpoint.h"
#include "api/error.h"
#include "api/model.h"

/* Once in main, before any thread. */
void decode_global_init(void);

/* Where the endpoints go that come with leases: owned by the receiver from then on. `conceal`,
 * which may be NULL, takes out of a text what must not be shown; an id that it changes cannot be
 * asked about any more. */
struct decode_sink {
    void (*endpoint_put)(void *context, const char *lease_id, struct endpoint *endpoint);
    void *context;
    void (*conceal)(void *context, char *text);
};

/* Adds the items of one page to `part`: the array called `wrapper`, else `data`, else a bare array
 * (contract, List parsing). *cursor becomes an owned string where there is a next page, else NULL.
 * `sink` may be NULL for lists that hold no leases. */
bool decode_page(struct part *part, const char *wrapper, const char *body, size_t length,
                 const struct decode_sink *sink, char **cursor, struct error *error);

/* Adds the one lease that a create or revoke answered with. */
bool decode_lease(struct part *part, const char *body, size_t length,
                  const struct decode_sink *sink, struct error *error);

/* What a refusal says of itself, in any of the three shapes of the contract (Errors). Fields are ""
 * where it does not say; `json` is false where the body is no JSON object, as with a proxy's own
 * page. */
struct refusal {
    bool json;
    char code[64];
    char message[256];
    char request_id[128];
};
void decode_refusal(struct refusal *refusal, const char *body, size_t length);

/* What answers a revoke in place of the lease that it ended: an object that says nothing, or
 * nothing but `true`, beside its request id. A page, a list, another lease, or words that we do not
 * know (they may be a refusal) are no word of the API's that this one ended. */
bool decode_consent(const char *body, size_t length);

/* The body of a create, for the caller to free. `options` is a JSON object as text, or NULL;
 * `ttl_s` 0 leaves the choice to the server. */
char *decode_create_body(const char *protocol, int ttl_s, const char *options, struct error *error);

#endif
