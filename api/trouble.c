/* trouble: see trouble.h. */
#include "api/trouble.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define TROUBLE_ROW(name, chip, scope, retry, help) [TROUBLE_##name] = {chip, help, scope, retry},
static const struct {
    const char *chip, *help;
    enum trouble_scope scope;
    enum trouble_retry retry;
} kinds[TROUBLE_KINDS] = {TROUBLES(TROUBLE_ROW)};
#undef TROUBLE_ROW

const char *trouble_chip(enum trouble_kind kind)
{
    return kinds[kind].chip;
}

const char *trouble_help(enum trouble_kind kind)
{
    return kinds[kind].help;
}

enum trouble_scope trouble_scope(enum trouble_kind kind)
{
    return kinds[kind].scope;
}

enum trouble_retry trouble_retry(enum trouble_kind kind)
{
    return kinds[kind].retry;
}

static const struct {
    int first, last;
    enum trouble_kind kind;
} statuses[] = {
    {200, 205, TROUBLE_NONE},     {206, 299, TROUBLE_UNREADABLE}, {401, 401, TROUBLE_UNAUTHORISED},
    {402, 402, TROUBLE_QUOTA},    {403, 403, TROUBLE_FORBIDDEN},  {404, 404, TROUBLE_GONE},
    {409, 409, TROUBLE_CONFLICT}, {410, 410, TROUBLE_GONE},       {429, 429, TROUBLE_LIMITED},
    {300, 499, TROUBLE_REJECTED}, {500, 599, TROUBLE_SERVER},
};

enum trouble_kind trouble_of_status(int status)
{
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        if (status >= statuses[i].first && status <= statuses[i].last)
            return statuses[i].kind;
    }
    return TROUBLE_UNREADABLE;
}

/* Not among them: redirects, 406 and 424 (some servers say them when all is done), 408 and 499 (a
 * proxy, of a request that went on), 425. */
static bool refuses(int status)
{
    static const int refusals[] = {400, 401, 402, 403, 404, 405, 407, 409, 410, 411, 412, 413,
                                   414, 415, 417, 421, 422, 423, 426, 428, 429, 431, 451};
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        if (status == refusals[i])
            return true;
    }
    return false;
}

bool trouble_not_acted(enum trouble_kind kind, int status, bool request_sent)
{
    switch (kind) {
    case TROUBLE_SLOW:
    case TROUBLE_CUT:
    case TROUBLE_TLS:
    case TROUBLE_MEMORY:
        return !request_sent;
    case TROUBLE_SERVER:
    case TROUBLE_UNREADABLE:
    case TROUBLE_TOO_MUCH:
        return false;
    case TROUBLE_REJECTED:
        return status == 0 || refuses(status); /* 0: it was never built */
    default:
        return true;
    }
}

struct trouble *trouble_new(enum trouble_kind kind, const char *format, ...)
{
    struct trouble *trouble = calloc(1, sizeof *trouble);
    if (trouble == NULL)
        return NULL;
    trouble->references = 1;
    trouble->kind = kind;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(trouble->sentence, sizeof trouble->sentence, format, arguments);
    va_end(arguments);
    return trouble;
}

struct trouble *trouble_ref(const struct trouble *trouble)
{
    struct trouble *counted = (struct trouble *)trouble;
    if (counted != NULL)
        atomic_fetch_add_explicit(&counted->references, 1, memory_order_relaxed);
    return counted;
}

void trouble_unref(const struct trouble *trouble)
{
    struct trouble *counted = (struct trouble *)trouble;
    if (counted != NULL &&
        atomic_fetch_sub_explicit(&counted->references, 1, memory_order_acq_rel) == 1)
        free(counted);
}
