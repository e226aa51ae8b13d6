/* app_left: how long a lease lives still, and of one that has ended how and when, in words. */
#include "tui/app_internal.h"

#include "core/format.h"

#include <stdio.h>
#include <string.h>

/* As far as the server, or that it was listed no more, says. */
static int64_t ended_ms(const struct lease *lease, enum status status)
{
    return status == STATUS_EXPIRED   ? lease->expires_ms
           : status == STATUS_CLOSED  ? lease->closed_ms
           : status == STATUS_REVOKED ? lease->revoked_ms
                                      : lease->vanished_ms;
}

bool app_ended_words(const struct app *app, const struct row *row, char *out, size_t size)
{
    enum status status = row_status(row, &app->moment);
    bool silent = status == STATUS_ENDED;
    const char *word = silent ? "ended, not known how" : status_word(status);
    char when[FORMAT_BYTES];
    if (status_tally(status) != TALLY_ENDED)
        return false;
    int64_t at_ms = ended_ms(row->lease, status);
    if (moment_known(at_ms))
        snprintf(out, size, "%s%s %s", word, silent ? "; not listed since" : " at",
                 format_clock(when, at_ms, app->moment.server_ms, app->zone,
                              terminal_charset(app->terminal)));
    else
        snprintf(out, size, "%s%s", word, silent ? " or when" : ", not known when");
    return true;
}

void app_left_words(const struct app *app, const struct row *row, char *out, size_t size)
{
    char left[FORMAT_BYTES];
    int64_t left_s = row_left_s(row, &app->moment);
    if (app_ended_words(app, row, out, size))
        return;
    format_left(left, left_s, row_stale(row, &app->moment), terminal_charset(app->terminal));
    if (left_s == FORMAT_NEVER)
        snprintf(out, size, "no expiry is known");
    else if (left_s == FORMAT_UNKNOWN)
        snprintf(out, size, "not known how long it lives");
    else
        snprintf(out, size, "%s left", left + strspn(left, " "));
}
