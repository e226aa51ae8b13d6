/* hitches: see hitches.h. */
#include "tests/faults/hitches.h"

#include "tests/contract/deaf.h"

#include <errno.h>
#include <time.h>

/* ---- The network. Going down also closes the connections that are kept. */

void begin_down(struct play *play)
{
    server_down(play->desk->server);
}

void mend_up(struct play *play)
{
    server_up(play->desk->server);
}

void begin_unreachable(struct play *play)
{
    play->shim->connect_errno = EHOSTUNREACH;
    server_down(play->desk->server);
}

void begin_names_stuck(struct play *play)
{
    play->shim->names = SHIM_NAMES_STUCK;
    server_down(play->desk->server);
}

/* What was said about the name is good for a minute of the clock that people set. */
void begin_names_stuck_later(struct play *play)
{
    play->shim->names = SHIM_NAMES_STUCK;
    play->shim->wall_ahead_ms = 90000;
    server_down(play->desk->server);
}

/* Its sockets live as long as this process does: one test. */
void begin_deaf(struct play *play)
{
    static struct deaf deaf;
    deaf_init(&deaf);
    play->shim->connect_port = atoi(strrchr(deaf.url, ':') + 1);
    server_down(play->desk->server);
}

void mend_network(struct play *play)
{
    play->shim->connect_errno = 0;
    play->shim->connect_port = 0;
    play->shim->names = SHIM_NAMES_HERE;
    play->shim->wall_ahead_ms = 0;
    server_up(play->desk->server);
}

/* ---- What nightly lists: the usual two leases, with something done to the first */

#define BRACKETS 5000

static char *times(const char *text, size_t count)
{
    size_t length = strlen(text);
    char *made = support_need(calloc(count + 1, length));
    for (size_t i = 0; i < count; i++)
        memcpy(made + i * length, text, length);
    return made;
}

/* `items` are JSON, in front of OVER. A later member of the same name counts. */
static void list_nightly(struct play *play, const char *items)
{
    char *over = contract_lease(
        server_now(play->desk->server),
        &(struct contract_lease){.id = UUID(OVER), .runtime = NIGHTLY, .revoked_s = 40});
    char *body = contract_format("{\"connections\":[%s,%s]}", items, over);
    server_on(play->desk->server, "GET", NIGHTLY_LEASES, ANSWER_MADE(200, body));
    free(over);
}

/* LATER with these members besides its own, or instead of them. */
static char *later_with(struct play *play, const char *members)
{
    struct contract_lease later = desk_lease(play->desk, UUID(LATER));
    char *usual = contract_lease(server_now(play->desk->server), &later);
    usual[strlen(usual) - 1] = '\0';
    char *made = contract_format("%s,%s}", usual, members);
    free(usual);
    return made;
}

static void list_changed(struct play *play, const char *members, const char *behind)
{
    char *later = later_with(play, members);
    char *items = contract_format("%s%s", later, behind);
    list_nightly(play, items);
    free(items);
    free(later);
}

void begin_deep_items(struct play *play)
{
    char *open = times("[", BRACKETS), *shut = times("]", BRACKETS);
    char *members = contract_format("\"metadata\":%s%s", open, shut);
    char *behind = contract_format(",%s%s", open, shut);
    list_changed(play, members, behind);
    free(members);
    free(behind);
    free(open);
    free(shut);
}

void begin_deep(struct play *play)
{
    server_on(play->desk->server, "GET", NIGHTLY_LEASES,
              ANSWER_STATUS(200, .type = "application/json", .body_take = times("[", 200000)));
}

void begin_wrong_types(struct play *play)
{
    list_changed(play,
                 "\"runId\":1,\"runtimeId\":[],\"protocol\":{},\"status\":true,\"createdAt\":5,"
                 "\"expiresAt\":{},\"closedAt\":null,\"revokedAt\":null,\"endpoint\":7",
                 ",{\"id\":7,\"protocol\":\"cdp\"}");
}

void begin_missing(struct play *play)
{
    list_nightly(play, "{\"id\":\"" UUID(LATER) "\"}");
}

void begin_unknown_words(struct play *play)
{
    list_changed(play, "\"protocol\":\"smoke\",\"status\":\"dreaming\"", "");
}

void begin_doubles(struct play *play)
{
    char *later = later_with(play, "\"x\":1"), *behind = contract_format(",%s", later);
    list_changed(play, "\"x\":2", behind);
    free(behind);
    free(later);
}

void begin_capitals(struct play *play)
{
    list_changed(play, "\"id\":\"" UUID("77AB01C4") "\"", "");
}

/* Each answer has LATER under another name; the last of them stays. */
void begin_new_ids(struct play *play)
{
    enum { TURNS = 4 };
    struct answer answers[TURNS];
    for (int i = 0; i < TURNS; i++) {
        char *id = contract_format("\"id\":\"f000000%d-0000-4000-8000-000000000000\"", i);
        char *later = later_with(play, id);
        char *body = contract_format("{\"connections\":[%s,{\"id\":\"" UUID(
                                         OVER) "\",\"revokedAt\":\"2020-01-01T00:00:00Z\"}]}",
                                     later);
        answers[i] = ANSWER_MADE(200, body);
        free(later);
        free(id);
    }
    server_on_each(play->desk->server, "GET", NIGHTLY_LEASES, answers, TURNS);
}

/* ---- Refusals */

void begin_redirect(struct play *play)
{
    struct server *other = play_other(play);
    server_on(other, "*", "**", ANSWER_JSON(200, "[]"));
    char *header = contract_format("Location: %s/v1/spaces\r\n", server_url(other));
    play_answer_all(play, ANSWER_STATUS(307, .headers = header));
    free(header);
}

void mend_redirect(struct play *play)
{
    assert_int_equal(server_count(play->other, "*", "**"), 0);
    assert_int_equal(server_connections(play->other), 0);
    desk_publish(play->desk);
}

static void type_key(struct play *play, const char *key)
{
    struct screen *screen = play->desk->screen;
    screen_keys(screen, "K");
    assert_true(screen_wait(screen, "Use it"));
    screen_keys(screen, key);
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait_gone(screen, "Use it"));
}

/* One request finds out that the second is no better; then the third. */
void mend_keys(struct play *play)
{
    struct server *server = play->desk->server;
    struct screen *screen = play->desk->screen;
    play_answer_all(play, ANSWER_JSON(401, "{\"error\":\"nor is this one\"}"));
    size_t asked = server_count(server, "*", "**");
    type_key(play, "bctrl_second_2222");
    assert_true(screen_wait(screen, "nor is this one"));
    assert_true(screen_wait(screen, "2222"));
    assert_int_equal(server_count(server, "*", "**"), asked + 1);
    desk_publish(play->desk);
    type_key(play, "bctrl_third_3333");
    assert_true(server_wait(server, "*", "**", asked + 2, DESK_PATIENCE_MS));
    assert_true(screen_wait_gone(screen, "[unauthorised]"));
    const struct request *last = server_last(server, "GET", "**");
    assert_string_equal(request_header(last, "authorization"), "Bearer bctrl_third_3333");
}

void begin_vanished(struct play *play)
{
    server_on(play->desk->server, "GET", NIGHTLY_LEASES,
              ANSWER_MADE(404, contract_error("runtime.not_found", "no such one", "req_404")));
    server_on(play->desk->server, "GET", "/v1/spaces/" OPS "/runtimes",
              ANSWER_MADE(200, contract_runtimes(RUNTIMES({.id = CHECKOUT, .name = "checkout"}))));
}

/* The list of runtimes is asked again in half a minute, or now. */
void mend_vanished(struct play *play)
{
    desk_publish(play->desk);
    screen_keys(play->desk->screen, "r");
}

void begin_limit_by_date(struct play *play)
{
    char text[64];
    time_t until = server_now(play->desk->server) + 5;
    struct tm tm;
    gmtime_r(&until, &tm);
    strftime(text, sizeof text, "Retry-After: %a, %d %b %Y %H:%M:%S GMT\r\n", &tm);
    play_answer_all(play, ANSWER_JSON(429, "{}", .headers = text));
}

void begin_flapping(struct play *play)
{
    enum { TURNS = 30 };
    struct answer answers[TURNS];
    char *good = later_with(play, "\"x\":1");
    char *body = contract_format(
        "{\"connections\":[%s,{\"id\":\"" UUID(OVER) "\",\"revokedAt\":\"2020-01-01T00:00:00Z\"}]}",
        good);
    for (size_t i = 0; i < TURNS; i++)
        answers[i] = i % 2 == 0 ? ANSWER_STATUS(503) : ANSWER_JSON(200, body);
    server_on_each(play->desk->server, "GET", NIGHTLY_LEASES, answers, TURNS);
    free(body);
    free(good);
}
