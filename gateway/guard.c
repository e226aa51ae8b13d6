/* guard: see guard.h. */
#include "gateway/guard.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *value(const struct request *request, enum header header)
{
    return request->headers[header].values[0];
}

static unsigned count(const struct request *request, enum header header)
{
    return request->headers[header].count;
}

static bool refuse_framing(struct request *request, const char *sentence)
{
    request->answer.close = true;
    return answer_refuse(&request->answer, REFUSAL_INVALID, NULL, sentence);
}

static bool check_framing(struct request *request)
{
    static const enum header once[] = {HEADER_HOST, HEADER_AUTHORIZATION, HEADER_CONTENT_TYPE,
                                       HEADER_CONTENT_LENGTH, HEADER_TRANSFER_ENCODING};
    if (request->malformed)
        return refuse_framing(request, "a header is malformed");
    for (size_t i = 0; i < sizeof once / sizeof once[0]; i++) {
        if (count(request, once[i]) > 1)
            return refuse_framing(request, "a header that must stand once stands twice");
    }
    const char *length = value(request, HEADER_CONTENT_LENGTH);
    const char *coding = value(request, HEADER_TRANSFER_ENCODING);
    if (length != NULL && coding != NULL)
        return refuse_framing(request, "Content-Length and Transfer-Encoding exclude each other");
    if (coding != NULL && strcasecmp(coding, "chunked") != 0)
        return refuse_framing(request, "the only Transfer-Encoding is chunked");
    if (length != NULL && (length[0] == '\0' || length[strspn(length, "0123456789")] != '\0'))
        return refuse_framing(request, "Content-Length is not a number");
    if (value(request, HEADER_HOST) == NULL)
        return refuse_framing(request, "the Host header is missing");
    return true;
}

bool guard_host_is_local(const char *host)
{
    static const char *const names[] = {"127.0.0.1", "localhost", "[::1]"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t size = strlen(names[i]);
        if (strncasecmp(host, names[i], size) != 0)
            continue;
        const char *port = host + size;
        if (*port == '\0')
            return true;
        size_t digits = strspn(port + 1, "0123456789");
        return *port == ':' && digits >= 1 && digits <= 5 && port[1 + digits] == '\0';
    }
    return false;
}

/* As some clients send it, which are no web page: that of the very url they attach to. */
static bool is_local_origin(const char *origin)
{
    static const char *const schemes[] = {"http://", "https://"};
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        size_t size = strlen(schemes[i]);
        if (strncasecmp(origin, schemes[i], size) == 0)
            return guard_host_is_local(origin + size);
    }
    return false;
}

static bool refuse_origin(struct request *request)
{
    return answer_refuse(&request->answer, REFUSAL_FORBIDDEN, NULL,
                         "requests of web pages are refused; see the Origin header");
}

bool guard_admits(struct request *request)
{
    if (!check_framing(request))
        return false;
    if (!guard_host_is_local(value(request, HEADER_HOST)))
        return answer_refuse(
            &request->answer, REFUSAL_FORBIDDEN, NULL,
            "this server answers to 127.0.0.1 and localhost only; see the Host header");
    unsigned origins = count(request, HEADER_ORIGIN);
    return origins == 0 || (origins == 1 && is_local_origin(value(request, HEADER_ORIGIN))) ||
           refuse_origin(request);
}

bool guard_origin(struct request *request)
{
    return count(request, HEADER_ORIGIN) == 0 || refuse_origin(request);
}

bool guard_key(struct request *request, const struct key *key)
{
    static const char scheme[] = "Bearer ";
    const char *text = value(request, HEADER_AUTHORIZATION);
    if (text == NULL || strncasecmp(text, scheme, sizeof scheme - 1) != 0)
        return answer_refuse(&request->answer, REFUSAL_KEY_MISSING, NULL,
                             "an API key is needed; send Authorization: Bearer and the key");
    text += sizeof scheme - 1;
    text += strspn(text, " ");
    if (!key_matches(key, text))
        return answer_refuse(&request->answer, REFUSAL_KEY_WRONG, NULL, "the API key is not valid");
    return true;
}

static bool is_json(const char *type)
{
    static const char json[] = "application/json";
    size_t size = sizeof json - 1;
    return type != NULL && strncasecmp(type, json, size) == 0 && strchr("; \t", type[size]) != NULL;
}

bool guard_body(struct request *request)
{
    const char *coding = value(request, HEADER_CONTENT_ENCODING);
    const char *length = value(request, HEADER_CONTENT_LENGTH);
    if (!is_json(value(request, HEADER_CONTENT_TYPE)))
        return answer_refuse(&request->answer, REFUSAL_MEDIA_TYPE, NULL,
                             "the body must be JSON; send Content-Type: application/json");
    if (coding != NULL && strcasecmp(coding, "identity") != 0)
        return answer_refuse(&request->answer, REFUSAL_MEDIA_TYPE, NULL,
                             "the body must not be encoded");
    if (length == NULL)
        return true;
    /* A length past the range of the type reads as its largest value. */
    unsigned long long size = strtoull(length, NULL, 10);
    if (size <= REQUEST_BODY_MAX)
        return true;
    request->answer.close = size > REQUEST_DRAIN_MAX;
    return answer_refuse(&request->answer, REFUSAL_TOO_LARGE, NULL,
                         "the body is larger than 65536 bytes");
}
