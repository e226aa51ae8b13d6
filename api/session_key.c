/* session_key: the key in use, those before it, and what a server must not be repeated with. API
 * thread only. */
#include "api/session_internal.h"

#include "api/conceal.h"

#include <stdlib.h>
#include <string.h>

/* A key that was in use: a server may repeat it as long as a request that bore it is under way. */
struct past_key {
    struct past_key *next;
    struct secret *key;
    unsigned serial;
};

static void past_key_free(struct past_key *past)
{
    secret_free(past->key);
    free(past);
}

/* The key in use becomes one before. Without memory it is wiped at once. */
static void put_aside(struct session *session)
{
    struct past_key *past = session->key != NULL ? calloc(1, sizeof *past) : NULL;
    if (past == NULL) {
        secret_free(session->key);
    } else {
        *past = (struct past_key){session->past_keys, session->key, session->key_serial};
        session->past_keys = past;
    }
    session->key = NULL;
}

static bool awaited(const struct session *session, unsigned serial)
{
    const struct call *call = session->calls;
    while (call != NULL && call->key_serial != serial)
        call = call->next;
    return call != NULL;
}

void session_keys_forget(struct session *session)
{
    for (struct past_key **link = &session->past_keys, *past; (past = *link) != NULL;) {
        if (awaited(session, past->serial)) {
            link = &past->next;
            continue;
        }
        *link = past->next;
        past_key_free(past);
    }
}

void session_keys_clear(struct session *session)
{
    for (struct past_key *past; (past = session->past_keys) != NULL;) {
        session->past_keys = past->next;
        past_key_free(past);
    }
    secret_free(session->key);
    session->key = NULL;
}

void session_conceal(const struct session *session, char *text)
{
    const char *key = secret_bytes(session->key);
    if (key != NULL)
        conceal(text, key);
    for (const struct past_key *past = session->past_keys; past != NULL; past = past->next)
        conceal(text, secret_bytes(past->key));
    vault_conceal(session->vault, text);
}

void session_conceal_keys(const struct session *session, char *text)
{
    const char *key = secret_bytes(session->key);
    if (key != NULL)
        conceal_whole(text, key);
    for (const struct past_key *past = session->past_keys; past != NULL; past = past->next)
        conceal_whole(text, secret_bytes(past->key));
}

void session_use_key(struct session *session, struct secret *key)
{
    put_aside(session);
    session->key = key;
    session->key_serial++;
    session_keys_forget(session);
    http_renew(session->http);
    if (session->unauthorised) {
        session->unauthorised = false;
        session_server_good(session);
    }
    schedule_resume(session->schedule, clock_boot_now_ms());
    session->dirty = true;
}

bool session_wants_key(const struct session *session)
{
    return session->unauthorised && session->options.key_read != NULL;
}

static void use_if_other(struct session *session, struct secret *key)
{
    if (session->key != NULL && strcmp(secret_bytes(key), secret_bytes(session->key)) == 0)
        secret_free(key);
    else
        session_use_key(session, key);
}

void session_key_changed(struct session *session)
{
    struct error error = {0};
    if (!session_wants_key(session))
        return;
    struct secret *key = session->options.key_read(session->options.key_context, &error);
    if (key == NULL)
        session_notice(session, "the key cannot be read again: %s", error.sentence);
    else
        use_if_other(session, key);
}

void session_key_look(struct session *session)
{
    struct error error = {0};
    struct secret *key = session->options.key_read(session->options.key_context, &error);
    if (key != NULL)
        use_if_other(session, key);
    else if (strcmp(error.sentence, session->key_error.sentence) != 0)
        session_notice(session, "the key cannot be read again: %s", error.sentence);
    session->key_error = error;
}
