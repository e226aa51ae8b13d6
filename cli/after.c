/* after: see after.h. */
#include "cli/after.h"

#include "api/clock.h"
#include "api/portable.h"
#include "cli/interrupt.h"
#include "core/hooks.h"
#include "core/say.h"

#include <poll.h>
#include <time.h>

extern char **environ;

static bool begin(struct program *program)
{
    const struct settings *settings = &program->account.settings;
    if (program->hooks != NULL)
        return true;
    if (settings->on_created == NULL && settings->on_revoked == NULL)
        return false;
    program->hooks = hooks_new((const char *const *)environ);
    if (program->hooks == NULL)
        return false;
    hooks_use(program->hooks, HOOK_CREATED, settings->on_created);
    hooks_use(program->hooks, HOOK_REVOKED, settings->on_revoked);
    return true;
}

void after_step(struct program *program)
{
    struct error error;
    if (program->hooks == NULL)
        return;
    hooks_step(program->hooks, clock_boot_now_ms());
    if (hooks_problem(program->hooks, &error))
        say_line("leasetop: %s", error.sentence);
}

void after_message(struct program *program, const struct message *message)
{
    if (message->kind != MESSAGE_WRITE || message->phase != INTENT_DONE || !begin(program))
        return;
    hooks_put_write(program->hooks, program->account.settings.profile, program->account.base.text,
                    message);
    after_step(program);
}

void after_finish(struct program *program)
{
    bool sent;
    after_step(program);
    for (;;) {
        int64_t now_ms = clock_boot_now_ms();
        int64_t due_ms =
            program->hooks != NULL ? hooks_deadline_ms(program->hooks, now_ms) : INT64_MAX;
        if (due_ms == INT64_MAX || interrupt_came(&sent) != 0)
            break;
        int64_t left_ms = due_ms > now_ms ? due_ms - now_ms : 0;
        struct timespec left = {left_ms / 1000, left_ms % 1000 * 1000000};
        portable_ppoll(NULL, 0, &left, interrupt_mask());
        after_step(program);
    }
    hooks_free(program->hooks);
    program->hooks = NULL;
}
