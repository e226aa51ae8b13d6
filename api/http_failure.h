/* http_failure: why an exchange came to nothing, as trouble and in words for a person. Part of
 * http: API thread, libcurl. */
#ifndef API_HTTP_FAILURE_H
#define API_HTTP_FAILURE_H

#include "api/trouble.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

struct http_failure {
    CURLcode code;       /* not CURLE_OK */
    bool sent;           /* some of the request left this machine */
    const char *message; /* what CURLOPT_ERRORBUFFER holds */
};

/* Writes the reason; returns its kind. */
enum trouble_kind http_failure_explain(CURL *easy, const struct http_failure *failure, char *reason,
                                       size_t size);

#endif
