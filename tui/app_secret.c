/* app_secret: what a row's endpoint is to the person in front of the screen, in words: where it is,
 * or why it cannot be had. UI thread only. */
#include "tui/app_internal.h"

/* Why what was held is not any more, by what its row says now. */
static const char *wiped_words(const struct app *app, const struct row *row)
{
    static const char *const words[STATUS_COUNT] = {
        [STATUS_REVOKED] = "its endpoint was wiped when it was revoked",
        [STATUS_DISPUTED] = "its endpoint was wiped when its revoke was answered",
        [STATUS_EXPIRED] = "its endpoint was wiped when its time was over",
        [STATUS_CLOSED] = "its endpoint was wiped when it was closed",
        [STATUS_ENDED] = "its endpoint was wiped when it was not listed any more",
    };
    const char *why = words[row_status(row, &app->moment)];
    return why != NULL ? why : "the kernel keyring does not have its endpoint any more";
}

static bool keyring_works(const struct app *app)
{
    return app->snapshot->keyring == KEYRING_READY || app->snapshot->keyring == KEYRING_FULL;
}

const char *app_secret_words(const struct app *app, const struct row *row)
{
    static const char *const words[] = {
        [SECRET_NEVER] = "none: whoever made it saw it once",
        [SECRET_HELD] = "held in memory until it ends; {copy} copies",
        [SECRET_KEYRING] = "in the kernel keyring until it ends; {copy} copies",
        [SECRET_LOST] = "lost: the answer that should have carried it did not, or did not arrive",
        [SECRET_PAST] = "lost: the program that made the lease left no copy in the keyring",
        [SECRET_SOUGHT] = "being looked for in the keyring",
    };
    enum secret_state state = row_secret(row);
    if (state == SECRET_GONE)
        return wiped_words(app, row);
    if (state == SECRET_PAST && !keyring_works(app))
        return "not with this program, which has no keyring to find it in";
    return words[state];
}

/* Of a create: nothing was shown to anybody. */
static const char *no_lease_yet(const struct row *row)
{
    if (row->intent != NULL && row->intent->phase == INTENT_FAILED)
        return "it was not created: there is no endpoint to copy";
    if (row->intent != NULL && row->intent->phase == INTENT_UNKNOWN)
        return "it is not known whether it was created: there is no endpoint to copy";
    return "it is being created: its endpoint comes with the answer";
}

const char *app_no_endpoint(const struct app *app, const struct row *row)
{
    static const char *const words[] = {
        [SECRET_NEVER] =
            "its endpoint was shown once, to whoever made it: {create} makes a lease of your own",
        [SECRET_HELD] = NULL,
        [SECRET_KEYRING] = NULL,
        [SECRET_LOST] = "its endpoint never arrived, its answer did not or did not carry it: "
                        "{revoke} revokes it",
        [SECRET_PAST] = "the program that made it left no copy of its endpoint in the keyring: "
                        "{create} makes another lease",
        [SECRET_SOUGHT] = "its endpoint is being looked for in the keyring",
    };
    if (row == NULL)
        return "there is no lease here to copy from";
    if (row->lease == NULL)
        return no_lease_yet(row);
    enum secret_state state = row_secret(row);
    if (state == SECRET_GONE)
        return wiped_words(app, row);
    if (state == SECRET_PAST && !keyring_works(app))
        return "its endpoint is not with this program, which has no keyring to find it in: "
               "{create} makes another lease";
    return words[state];
}

bool app_worth_asking(const struct row *row)
{
    enum secret_state state = row != NULL && row->lease != NULL ? row_secret(row) : SECRET_GONE;
    return state == SECRET_NEVER || state == SECRET_PAST || state == SECRET_SOUGHT;
}
