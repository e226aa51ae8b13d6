/* answer: see answer.h. */
#include "gateway/answer.h"

#include <stdio.h>

/* The codes of the contract's table of errors; those it has no word for are made in its manner. */
static const struct {
    unsigned status;
    const char *code;
} refusals[REFUSAL_COUNT] = {
    [REFUSAL_INVALID] = {400, "request.invalid"},
    [REFUSAL_KEY_MISSING] = {401, "auth.required"},
    [REFUSAL_KEY_WRONG] = {401, "auth.invalid"},
    [REFUSAL_QUOTA] = {402, "browser.concurrent_quota_exceeded"},
    [REFUSAL_FORBIDDEN] = {403, "permission.denied"},
    [REFUSAL_NO_ROUTE] = {404, "route.not_found"},
    [REFUSAL_NO_SPACE] = {404, "space.not_found"},
    [REFUSAL_NO_RUNTIME] = {404, "runtime.not_found"},
    [REFUSAL_NO_LEASE] = {404, "connection.not_found"},
    [REFUSAL_METHOD] = {405, "method.not_allowed"},
    [REFUSAL_EXPIRED] = {410, "connection.expired"},
    [REFUSAL_REVOKED] = {410, "connection.revoked"},
    [REFUSAL_CLOSED] = {410, "connection.closed"},
    [REFUSAL_UPGRADE] = {426, "request.upgrade_required"},
    [REFUSAL_NOT_ACTIVE] = {409, "runtime.not_active"},
    [REFUSAL_TOO_LARGE] = {413, "request.too_large"},
    [REFUSAL_MEDIA_TYPE] = {415, "request.media_type"},
    [REFUSAL_BROKEN] = {500, "server.error"},
    [REFUSAL_NO_HOST] = {503, "runtime.host_unavailable"},
};

void answer_init(struct answer *answer, unsigned seed, unsigned long number)
{
    *answer = (struct answer){0};
    snprintf(answer->request_id, sizeof answer->request_id, "req_%08x%08lx", seed, number);
}

void answer_clear(struct answer *answer)
{
    json_decref(answer->body);
    answer->body = NULL;
}

void answer_put(struct answer *answer, json_t *body)
{
    if (body == NULL) {
        answer_refuse(answer, REFUSAL_BROKEN, NULL, "out of memory");
        return;
    }
    answer_clear(answer);
    answer->status = 200;
    answer->body = body;
}

bool answer_refuse(struct answer *answer, enum refusal refusal, const char *field,
                   const char *sentence)
{
    answer_clear(answer);
    answer->status = refusals[refusal].status;
    answer->challenge = answer->status == 401;
    answer->upgrade = answer->status == 426;
    answer->body =
        json_pack("{s:s, s:s, s:s, s:{s:s*}}", "error", sentence, "code", refusals[refusal].code,
                  "requestId", answer->request_id, "details", "field", field);
    return false;
}
