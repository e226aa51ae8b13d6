/* http_failure: see http_failure.h. */
#include "api/http_failure.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The library's failures as ours; what is not listed is a cut connection. */
static const struct {
    CURLcode code;
    enum trouble_kind trouble;
    const char *words; /* NULL: found out below */
} failures[] = {
    {CURLE_COULDNT_RESOLVE_HOST, TROUBLE_NAME, "the name of the host cannot be found"},
    {CURLE_COULDNT_RESOLVE_PROXY, TROUBLE_NAME, "the name of the proxy cannot be found"},
    {CURLE_COULDNT_CONNECT, TROUBLE_REFUSED, NULL},
    {CURLE_OPERATION_TIMEDOUT, TROUBLE_TIMEOUT, NULL},
    {CURLE_PEER_FAILED_VERIFICATION, TROUBLE_TLS, NULL},
    {CURLE_SSL_CONNECT_ERROR, TROUBLE_TLS, "the TLS handshake failed"},
    {CURLE_SSL_CACERT_BADFILE, TROUBLE_TLS, "the CA file cannot be read"},
    {CURLE_SSL_CERTPROBLEM, TROUBLE_TLS, "the client certificate or its key cannot be used"},
    {CURLE_BAD_CONTENT_ENCODING, TROUBLE_UNREADABLE, "the answer cannot be unpacked"},
    {CURLE_WEIRD_SERVER_REPLY, TROUBLE_UNREADABLE, "the answer is not HTTP"},
    {CURLE_UNSUPPORTED_PROTOCOL, TROUBLE_UNREADABLE, "the answer is not HTTP"},
    {CURLE_OUT_OF_MEMORY, TROUBLE_MEMORY, "out of memory"},
    {CURLE_PARTIAL_FILE, TROUBLE_CUT, "the connection was cut in the middle of the answer"},
    {CURLE_GOT_NOTHING, TROUBLE_CUT, "the connection was closed without an answer"},
    {CURLE_SEND_ERROR, TROUBLE_CUT, "the connection was cut while sending"},
    {CURLE_RECV_ERROR, TROUBLE_CUT, "the connection was cut"},
    {CURLE_HTTP2, TROUBLE_CUT, "the server broke the rules of HTTP/2"},
    {CURLE_HTTP2_STREAM, TROUBLE_CUT, "the server gave up its answer"},
};

/* All certificate failures have one code; what the TLS library found tells them apart
 * (X509_V_ERR_*). */
static const char *tls_words(CURL *easy)
{
    static const struct {
        long result;
        const char *words;
    } results[] = {
        {10, "the server's certificate has expired"},
        {9, "the server's certificate is not valid yet"},
        {18, "the server's certificate is signed by itself: trust it with --ca-file"},
        {19, "the server's certificate is signed by an unknown CA: trust it with --ca-file"},
        {20, "the server's certificate is signed by an unknown CA: trust it with --ca-file"},
        {62, "the server's certificate is for another host"},
        {64, "the server's certificate is for another host"},
        {1, "the server's certificate is for another host"}, /* what the library found by itself */
    };
    long result = 0;
    curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &result);
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
        if (results[i].result == result)
            return results[i].words;
    }
    return "the server's certificate cannot be checked";
}

static const char *connect_words(CURL *easy)
{
    long number = 0;
    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &number);
    return number == ECONNREFUSED ? "the connection is refused" : "the host cannot be reached";
}

/* How far it came before the time was up. */
static const char *timeout_words(CURL *easy)
{
    curl_off_t found_us = 0;
    curl_easy_getinfo(easy, CURLINFO_NAMELOOKUP_TIME_T, &found_us);
    return found_us > 0 ? "no answer in time" : "the name of the host was not found in time";
}

static const char *words_of(CURL *easy, CURLcode code)
{
    static const struct {
        CURLcode code;
        const char *(*words)(CURL *);
    } askers[] = {
        {CURLE_COULDNT_CONNECT, connect_words},
        {CURLE_OPERATION_TIMEDOUT, timeout_words},
        {CURLE_PEER_FAILED_VERIFICATION, tls_words},
    };
    for (size_t i = 0; i < sizeof askers / sizeof *askers; i++) {
        if (askers[i].code == code)
            return askers[i].words(easy);
    }
    return "the connection failed";
}

/* A proxy that lets nobody through to the server. */
static bool proxy_refused(CURL *easy, char *reason, size_t size)
{
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &status);
    if (status == 0 || status / 100 == 2)
        return false;
    snprintf(reason, size, "the proxy refuses, with HTTP %ld", status);
    return true;
}

/* With TLS 1.3 a server refuses a client after the handshake, in the place of an answer; only the
 * text tells which alert it sent (RFC 8446, section 6.2). */
static bool client_refused(const struct http_failure *failure, char *reason, size_t size)
{
    static const char not_taken[] = "the server does not accept the client certificate";
    static const struct {
        const char *alert, *words;
    } alerts[] = {
        {"certificate required",
         "the server wants a client certificate: give one with --client-cert"},
        {"alert unknown ca", not_taken},
        {"alert bad certificate", not_taken},
        {"alert unsupported certificate", not_taken},
        {"alert certificate ", not_taken}, /* expired, revoked, unknown */
    };
    for (size_t i = 0; i < sizeof alerts / sizeof *alerts; i++) {
        if (strstr(failure->message, alerts[i].alert) != NULL) {
            snprintf(reason, size, "%s", alerts[i].words);
            return true;
        }
    }
    return false;
}

enum trouble_kind http_failure_explain(CURL *easy, const struct http_failure *failure, char *reason,
                                       size_t size)
{
    enum trouble_kind trouble = TROUBLE_CUT;
    const char *words = NULL;
    if (proxy_refused(easy, reason, size))
        return TROUBLE_REFUSED;
    if (client_refused(failure, reason, size))
        return TROUBLE_TLS;
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
        if (failures[i].code == failure->code) {
            trouble = failures[i].trouble;
            words = failures[i].words;
        }
    }
    snprintf(reason, size, "%s", words != NULL ? words : words_of(easy, failure->code));
    /* A server that takes the request and then keeps silent is another matter than one that cannot
     * be reached. */
    return trouble == TROUBLE_TIMEOUT && failure->sent ? TROUBLE_SLOW : trouble;
}
