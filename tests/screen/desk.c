/* desk: see desk.h. */
#include "tests/screen/desk.h"

#include "tests/support/keys.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 24 };

static const struct contract_space spaces[] = {{.id = OPS, .name = "acme-ops"}, {.id = NULL}};

static const struct contract_runtime runtimes[] = {
    {.id = CHECKOUT, .name = "checkout"},
    {.id = NIGHTLY, .name = "nightly"},
    {.id = AGENTS, .name = "agents", .status = "stopped"},
    {.id = NULL},
};

static const struct contract_lease usual[] = {
    {.id = UUID(SOON), .runtime = CHECKOUT, .age_s = 3000, .left_s = 600},
    {.id = UUID(LATER), .runtime = NIGHTLY, .age_s = 2400, .left_s = 2 * 3600 + 3 * 60 + 45},
    {.id = UUID(ENDLESS), .runtime = CHECKOUT, .age_s = 90, .endless = true},
    {.id = UUID(OVER), .runtime = NIGHTLY, .age_s = 600, .left_s = 3000, .revoked_s = 40},
    {.id = NULL},
};

/* ---- The server's side */

static void publish_locked(struct desk *desk)
{
    contract_serve(desk->server, spaces, runtimes, desk->leases);
}

void desk_publish(struct desk *desk)
{
    pthread_mutex_lock(&desk->lock);
    publish_locked(desk);
    pthread_mutex_unlock(&desk->lock);
}

void desk_serve_leases(struct desk *desk, const struct contract_lease *leases)
{
    size_t count = 0;
    while (leases[count].id != NULL)
        count++;
    assert_true(count <= DESK_LEASES);
    pthread_mutex_lock(&desk->lock);
    memcpy(desk->leases, leases, (count + 1) * sizeof *leases);
    publish_locked(desk);
    pthread_mutex_unlock(&desk->lock);
}

void desk_serve(struct desk *desk)
{
    desk_serve_leases(desk, usual);
}

/* The one with this id, or the entry behind the last. */
static struct contract_lease *lease_locked(struct desk *desk, const char *id)
{
    struct contract_lease *lease = desk->leases;
    while (lease->id != NULL && strcmp(lease->id, id) != 0)
        lease++;
    return lease;
}

void desk_put(struct desk *desk, const struct contract_lease *lease)
{
    pthread_mutex_lock(&desk->lock);
    struct contract_lease *place = lease_locked(desk, lease->id);
    if (place < desk->leases + DESK_LEASES)
        *place = *lease;
    publish_locked(desk);
    pthread_mutex_unlock(&desk->lock);
}

struct contract_lease desk_lease(struct desk *desk, const char *id)
{
    pthread_mutex_lock(&desk->lock);
    struct contract_lease lease = *lease_locked(desk, id);
    pthread_mutex_unlock(&desk->lock);
    assert_non_null(lease.id);
    return lease;
}

static struct desk_change *change_new(struct desk *desk, const struct contract_lease *lease)
{
    assert_true(desk->change_count < DESK_CHANGES);
    struct desk_change *change = &desk->changes[desk->change_count++];
    *change = (struct desk_change){desk, *lease};
    return change;
}

/* On a thread of the server's. */
static void let_happen(struct server *server, const struct request *request, void *context)
{
    (void)server, (void)request;
    const struct desk_change *change = context;
    desk_put(change->desk, &change->lease);
}

void desk_creates(struct desk *desk, const struct contract_lease *lease)
{
    char *path = contract_format("/v1/spaces/%s/runtimes/%s/connections", OPS, lease->runtime);
    char *body = contract_created(server_now(desk->server), lease);
    struct contract_lease listed = *lease;
    listed.endpoint = NULL; /* it is shown once */
    server_on(desk->server, "POST", path,
              ANSWER_MADE(200, body, .before = let_happen, .context = change_new(desk, &listed)));
    free(path);
}

void desk_creates_fresh(struct desk *desk, const char *endpoint)
{
    desk_creates(desk, &(struct contract_lease){.id = UUID(FRESH),
                                                .runtime = CHECKOUT,
                                                .age_s = 1,
                                                .left_s = 3600,
                                                .endpoint = endpoint});
}

void desk_revokes(struct desk *desk, const char *id)
{
    struct contract_lease lease = desk_lease(desk, id);
    lease.revoked_s = 1;
    char *path =
        contract_format("/v1/spaces/%s/runtimes/%s/connections/%s", OPS, lease.runtime, lease.id);
    char *body = contract_lease(server_now(desk->server), &lease);
    server_on(desk->server, "DELETE", path,
              ANSWER_MADE(200, body, .before = let_happen, .context = change_new(desk, &lease)));
    free(path);
}

/* ---- The screen's side */

int desk_setup(void **state)
{
    struct desk *desk = support_need(calloc(1, sizeof *desk));
    desk->server = server_start();
    pthread_mutex_init(&desk->lock, NULL);
    scratch_make(&desk->folder);
    *state = desk;
    return 0;
}

int desk_teardown(void **state)
{
    struct desk *desk = *state;
    screen_free(desk->screen);
    if (desk->child > 0) {
        kill(desk->child, SIGKILL);
        waitpid(desk->child, NULL, 0);
    }
    if (desk->server != NULL)
        keys_forget(server_port(desk->server));
    server_stop(desk->server);
    scratch_remove(&desk->folder);
    pthread_mutex_destroy(&desk->lock);
    free(desk);
    return 0;
}

struct screen *desk_open(struct desk *desk, int rows, int cols, const char *const *arguments,
                         const char *const *environment)
{
    const char *argv[ARGUMENTS_MAX] = {
        "leasetop", "--api-url", server_url(desk->server), "--interval", "1", "--keyring", "off"};
    const char *env[ARGUMENTS_MAX] = {"BCTRL_API_KEY=" DESK_KEY};
    size_t count = 0;
    for (; arguments != NULL && arguments[count] != NULL; count++)
        argv[7 + count] = arguments[count];
    char *ca = contract_format("--ca-file=%s/tests/contract/certificates/ca.pem", getenv("SRCDIR"));
    if (*desk->url != '\0') {
        argv[2] = desk->url;
        argv[7 + count] = ca;
    }
    for (size_t i = 0; environment != NULL && environment[i] != NULL; i++)
        env[1 + i] = environment[i];
    screen_free(desk->screen);
    desk->screen = screen_start(rows, cols, argv, env);
    free(ca);
    screen_deadline(desk->screen, DESK_PATIENCE_MS);
    return desk->screen;
}

struct screen *desk_watch(struct desk *desk, int rows, int cols)
{
    desk_serve(desk);
    desk_open(desk, rows, cols, NULL, NULL);
    assert_true(screen_wait(desk->screen, SOON));
    assert_true(screen_wait(desk->screen, OVER)); /* the last row: all of them are there */
    return desk->screen;
}

const char *desk_file(struct desk *desk, const char *name, int mode, const char *text)
{
    const char *path = scratch_file(&desk->folder, name);
    const char *draft = scratch_file(&desk->folder, "draft");
    int fd = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(fchmod(fd, (mode_t)mode), 0);
    assert_int_equal(close(fd), 0);
    assert_int_equal(rename(draft, path), 0);
    return path;
}

/* ---- What is on the screen */

int desk_row(struct screen *screen, const char *text)
{
    int row;
    return screen_find(screen, text, &row, NULL) ? row : -1;
}

struct wanted {
    const char *text, *word;
};

/* Only the cursor gives a row of the table a ground of its own, or turns it around. */
static bool has_cursor(struct screen *screen, int row)
{
    struct cell cell = screen_cell(screen, row, 0);
    return cell.reverse || cell.bg.kind != COLOUR_DEFAULT;
}

static bool is_selected(struct screen *screen, void *context)
{
    const struct wanted *wanted = context;
    for (int row = 0; row < screen_rows(screen); row++)
        if (strstr(screen_row(screen, row), wanted->text) != NULL && has_cursor(screen, row))
            return true;
    return false;
}

bool desk_selects(struct screen *screen, const char *text)
{
    struct wanted wanted = {text, NULL};
    char what[100];
    snprintf(what, sizeof what, "the cursor on %s", text);
    return screen_wait_until(screen, is_selected, &wanted, what);
}

static bool row_says(struct screen *screen, void *context)
{
    const struct wanted *wanted = context;
    for (int row = 0; row < screen_rows(screen); row++)
        if (strstr(screen_row(screen, row), wanted->text) != NULL &&
            strstr(screen_row(screen, row), wanted->word) != NULL)
            return true;
    return false;
}

bool desk_row_says(struct screen *screen, const char *text, const char *word)
{
    struct wanted wanted = {text, word};
    char what[200];
    snprintf(what, sizeof what, "\"%s\" in the row of %s", word, text);
    return screen_wait_until(screen, row_says, &wanted, what);
}

static bool header_says(struct screen *screen, void *word)
{
    return strstr(screen_row(screen, 0), word) != NULL;
}

bool desk_header_says(struct screen *screen, const char *word)
{
    char what[200];
    snprintf(what, sizeof what, "\"%s\" in the header", word);
    return screen_wait_until(screen, header_says, (void *)word, what);
}

void desk_quit(struct desk *desk)
{
    screen_keys(desk->screen, "q");
    assert_int_equal(screen_wait_exit(desk->screen), 0);
    assert_true(screen_given_back(desk->screen));
}

bool desk_only_read(struct desk *desk)
{
    return server_count(desk->server, "GET", "**") == server_count(desk->server, "*", "**");
}
