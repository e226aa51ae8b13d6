/* order: see order.h. */
#include "gateway/order.h"

#include <stdio.h>

static bool refuse(struct request *request, const char *field, const char *sentence)
{
    return answer_refuse(&request->answer, REFUSAL_INVALID, field, sentence);
}

static bool read_protocol(struct order *order, struct request *request, const json_t *member,
                          unsigned offered)
{
    if (member == NULL)
        return refuse(request, "protocol", "protocol is missing");
    if (!json_is_string(member))
        return refuse(request, "protocol", "protocol must be a string");
    if (!protocol_find(json_string_value(member), &order->protocol) ||
        (offered & PROTOCOL_BIT(order->protocol)) == 0)
        return refuse(request, "protocol", "protocol is not one that is offered here");
    return true;
}

static bool read_ttl(struct order *order, struct request *request, const json_t *member, int min_s)
{
    char sentence[64];
    order->ttl_s = ORDER_TTL_DEFAULT_S;
    if (member == NULL)
        return true;
    /* In JSON Schema 60.0 is an integer too; out of range first, so that the conversion is safe. */
    double number = json_number_value(member);
    bool in_range = number >= min_s && number <= ORDER_TTL_MAX_S;
    if (!json_is_integer(member) && (!json_is_real(member) || (in_range && number != (int)number)))
        return refuse(request, "ttlSeconds", "ttlSeconds must be an integer");
    if (!in_range) {
        snprintf(sentence, sizeof sentence, "ttlSeconds must be from %d to %d", min_s,
                 ORDER_TTL_MAX_S);
        return refuse(request, "ttlSeconds", sentence);
    }
    order->ttl_s = (int)number;
    return true;
}

bool order_read(struct order *order, struct request *request, unsigned offered, int ttl_min_s)
{
    json_t *body = json_loadb(request->body == NULL ? "" : request->body, request->body_size,
                              JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(body)) {
        bool is_json = body != NULL;
        json_decref(body);
        return refuse(request, NULL,
                      is_json ? "the body must be a JSON object" : "the body is not JSON");
    }
    const json_t *options = json_object_get(body, "options");
    bool ok = read_protocol(order, request, json_object_get(body, "protocol"), offered) &&
              read_ttl(order, request, json_object_get(body, "ttlSeconds"), ttl_min_s);
    if (ok && options != NULL && !json_is_object(options))
        ok = refuse(request, "options", "options must be an object");
    json_decref(body);
    return ok;
}
