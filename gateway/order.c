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

/* Why it cannot be read. The library's own sentences quote the body. */
static const char *reason_of(const json_error_t *error)
{
    static const char *const reasons[] = {
        [json_error_duplicate_key] = "the body names a member twice",
        [json_error_null_character] = "the body holds \\u0000, which is not taken here",
        [json_error_numeric_overflow] = "the body holds a number that is too large",
        [json_error_stack_overflow] = "the body is nested too deep",
        [json_error_invalid_utf8] = "the body is not UTF-8",
    };
    size_t code = (size_t)json_error_code(error);
    bool known = code < sizeof reasons / sizeof *reasons && reasons[code] != NULL;
    return known ? reasons[code] : "the body is not JSON";
}

/* The object, or NULL: then it has been refused. A number that is too large for an integer is one
 * like another, for what is wrong with it depends on where it stands. */
static json_t *read_body(struct request *request)
{
    enum { FLAGS = JSON_DECODE_ANY | JSON_REJECT_DUPLICATES };
    json_error_t error;
    const char *bytes = request->body != NULL ? request->body : "";
    if (request->body_size == 0) {
        refuse(request, NULL, "there is no body");
        return NULL;
    }
    json_t *body = json_loadb(bytes, request->body_size, FLAGS, &error);
    if (body == NULL && json_error_code(&error) == json_error_numeric_overflow)
        body = json_loadb(bytes, request->body_size, FLAGS | JSON_DECODE_INT_AS_REAL, &error);
    if (json_is_object(body))
        return body;
    refuse(request, NULL, body != NULL ? "the body must be a JSON object" : reason_of(&error));
    json_decref(body);
    return NULL;
}

bool order_read(struct order *order, struct request *request, unsigned offered, int ttl_min_s)
{
    json_t *body = read_body(request);
    if (body == NULL)
        return false;
    const json_t *options = json_object_get(body, "options");
    bool ok = read_protocol(order, request, json_object_get(body, "protocol"), offered) &&
              read_ttl(order, request, json_object_get(body, "ttlSeconds"), ttl_min_s);
    if (ok && options != NULL && !json_is_object(options))
        ok = refuse(request, "options", "options must be an object");
    json_decref(body);
    return ok;
}
