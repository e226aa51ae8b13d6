/* app_internal: what the files of the dashboard share. Not for anyone else; UI thread.
 *     app.c           the event loop and the order of start and stop
 *     app_say.c       what is said in the line for messages, and for how long
 *     app_data.c      what came from the API thread
 *     app_act.c       what each action does, and why it is off
 *     app_find.c      the filter, its prompt, and sorting
 *     app_mouse.c     clicks and the wheel
 *     app_mark.c      marks, and what an action is about
 *     app_revoke.c    ending leases: which, and the box that asks
 *     app_batch.c     those that were confirmed together, and undo
 *     app_box_leases.c  the leases that a box is about
 *     app_left.c      how long a lease lives still, in words
 *     app_rotate.c    a new lease in the place of one, once or again and again
 *     app_palette.c   all actions, by typing
 *     reveal.c        an endpoint on the screen
 *     app_views.c     how each view begins
 *     app_create.c    the form for making one
 *     app_write.c     what becomes of what was confirmed; another key
 *     app_config.c    the configuration and the theme, and edits of them
 *     app_end.c       what is still to be done when the screen is gone
 *     app_profile.c   from one profile to another
 *     app_profile_box.c  which one
 *     app_event.c     what is remembered, and whom it is told to
 *     app_names.c     what shells are to know of it
 *     app_copy.c      the way of an endpoint to the clipboard
 *     app_handout.c   what is told of that, and of an endpoint on the screen
 *     head.c          the top of a frame, and the title of the terminal
 *     foot.c          the keys at its foot
 *     frame.c         the rest of it: table, details, lines at the foot
 *     view_*.c        one view each */
#ifndef TUI_APP_INTERNAL_H
#define TUI_APP_INTERNAL_H

#include "api/client.h"
#include "core/alert.h"
#include "core/clerk.h"
#include "core/clipboard.h"
#include "core/events.h"
#include "core/hooks.h"
#include "core/key_command.h"
#include "core/marks.h"
#include "core/shown.h"
#include "core/snippet.h"
#include "core/state.h"
#include "core/view_state.h"
#include "tui/app.h"
#include "tui/dialog.h"
#include "tui/keymap.h"
#include "tui/layout.h"
#include "tui/list.h"
#include "tui/terminal.h"

enum view_name { VIEW_LEASES, VIEW_RUNTIMES, VIEW_EVENTS, VIEW_COUNT };

struct app;
struct details;

/* A key in the footer; where there is no room those with the highest number go first. */
struct hint {
    enum action action;
    int priority;
};

/* A screen is one table of functions. Items are what its columns take. */
struct view {
    const char *title;
    const struct hint *hints; /* for the footer, as they stand there; ends with ACTION_NONE */
    /* Made anew after each snapshot; false when memory ran out. */
    bool (*build)(struct app *app, struct error *error);
    struct shown_source (*source)(const struct app *app);        /* the items there are */
    struct identity (*identity)(const void *item);               /* borrowed */
    const struct snapshot_runtime *(*runtime)(const void *item); /* NULL: items are of none */
    struct columns (*columns)(const struct app *app);            /* all there are */
    /* Leaves out what would say the same in every row. */
    void (*narrow)(const struct app *app, struct columns *columns);
    const char *const *filter_hints; /* what can be typed as a filter; ends with NULL */
    const char *own_order;           /* the column its items come sorted by, or NULL */
    bool own_inverted;               /* and the other way round */
    void (*open)(struct app *app);   /* Enter */
    const char *open_word;           /* what that shows, for the footer */
    const char *open_again_word;     /* the same where details are open; NULL: left out */
    /* What details say of the item under the cursor, and what they are of; NULL: there are none. */
    void (*tell)(struct details *details);
    const char *details_title;
};

const struct view *view_leases(void);
const struct view *view_runtimes(void);
const struct view *view_events(void);

/* The one box that may be open, and what is done when it is decided. What it needs for that is
 * fixed when it opens, owned, and freed when it closes. */
struct box {
    bool open;
    struct dialog dialog;
    void (*decide)(struct app *app,
                   int pressed); /* may set dialog.problem and return with the box open */
    struct {
        struct identity *targets;
        size_t target_count;
        size_t named, first; /* how many of many have a line, and the first of them */
        char protocol[32];   /* of one */
    } about;                 /* the leases of revoke and rotate */
    struct {
        bool urgent;    /* no grace */
        bool then_quit; /* when all is done */
    } revoke;
    uint64_t intent; /* of the box about a lost create */
    struct {
        struct identity *runtimes;
        char **names;
        size_t runtime_count;
    } make; /* on which runtime: what can be chosen */
    struct {
        char **choices, **meanings;
        size_t choice_count;
    } pick; /* a profile */
    struct {
        struct endpoint *endpoint;
        struct menu *menu; /* or NULL */
    } copy;
};

/* Revokes that were confirmed together: their ids, and how many have come to which end. */
struct batch {
    uint64_t first, last;
    char what[24]; /* the lease, or how many */
    size_t done, failed, undone;
    size_t unsaid; /* of those done: where the server never said "revoked" */
};

enum { BATCHES_MAX = 8 };

/* Values of the buttons that boxes share. */
enum { PRESS_YES = 1, PRESS_NO };

/* What an endpoint was asked for. */
enum purpose { PURPOSE_COPY, PURPOSE_MENU, PURPOSE_REVEAL };

/* An endpoint on its way out, for the log and the audit. */
struct handout {
    struct identity lease;           /* owned; NULLs: there is none */
    char *space_name, *runtime_name; /* owned; NULL: not known */
    char part[64];                   /* "": all of it */
    struct app_account account;      /* whose it is */
};

/* The copy menu: what can be chosen, as a list shows it. */
struct menu {
    struct snippet_choice choices[SNIPPET_CHOICES_MAX];
    const char *words[SNIPPET_CHOICES_MAX], *details[SNIPPET_CHOICES_MAX];
    size_t count;
    char *lease_id;
};

/* An endpoint on the screen, for a short time. */
struct reveal {
    struct secret *text; /* lines; NULL: nothing is shown */
    int64_t until_ms;    /* boot clock */
};

/* The filter while it is typed. */
struct prompt {
    bool open;
    struct field field;
    struct filter before; /* what Esc goes back to */
    char problem[192];    /* what is wrong with what was typed; "" */
};

/* The line below the table: what just happened. */
struct toast {
    char text[STATE_SENTENCE_BYTES];
    enum role role;
    int64_t until_ms; /* boot clock; 0: none */
    uint64_t write;   /* the one it is the news of; 0: of none */
    int64_t said_ms;  /* boot clock */
    bool keep;        /* what comes by itself waits until it has been read */
    bool grace;       /* counts down while the newest batch can be undone, and goes with that */
    bool gate;        /* that the server asked to wait: a state says it better */
    /* Where the keys for what can be done with a lease begin in the text, 0: nowhere; they are said
     * only while the cursor is on it. */
    size_t hint_at;
    char lease_id[256];
};

/* What cannot be written now; "": all can. */
struct audit_state {
    struct error error;
    bool given, lacks; /* an action, for ever */
};

struct app {
    const struct app_options *options;
    struct terminal *terminal;
    struct keymap *keymap;
    struct action_keys keys; /* of it, for sentences: they may hold {ACTION}, see action_fill */
    struct client *client;
    struct app_account account; /* whose client it is */
    struct aside *asides;       /* other accounts, see app_profile.c */
    struct clipboard *clipboard;
    struct clerk *clerk;
    struct events *events;
    struct ledger *ledger;
    struct audit_state audit;
    struct error ledger_error; /* why it cannot be written; "": it can */
    struct alerts *alerts;
    struct hooks *hooks;
    char *names;                 /* what the file of names holds; or NULL */
    bool names_known;            /* that file was read */
    int64_t names_ms;            /* boot clock: when it may be written again */
    struct config *config;       /* the last good one */
    struct settings settings;    /* what holds now */
    struct theme theme, painted; /* the second with the profile's accent */
    bool config_known;           /* the clerk has read its file, too */
    char clipboard_route[16];
    struct clerk *errand; /* what reads the files of a profile that was chosen; or NULL */
    struct key_command *key_command; /* running, for this profile; or NULL */
    char key_profile[64];
    int64_t key_tried_ms; /* when a rejected key was asked for anew by itself; 0: not since then */
    struct thresholds thresholds;
    char key_tail[8]; /* the last characters of the key in use, or "" */
    /* What is known. */
    const struct snapshot *snapshot; /* NULL before the first */
    struct rows rows;
    struct runtimes runtimes;
    struct moment moment;           /* of the frame being drawn */
    bool names_twice;               /* two runtimes have the same name */
    int runtime_cells, space_cells; /* of the widest names */
    bool resumed;                   /* from suspend, and nothing fresh since */
    int64_t asleep_ms;              /* how long this machine has slept since it started */
    /* What is looked at. */
    enum view_name view;
    struct list lists[VIEW_COUNT];
    struct shown shown[VIEW_COUNT]; /* of the view that is looked at only */
    struct sort sorts[VIEW_COUNT];
    struct view_states view_states; /* what was kept */
    struct filter filters[VIEW_COUNT];
    int64_t hold_ms;       /* the order is held until then, by the boot clock */
    bool held;             /* and something came meanwhile */
    bool whole;            /* what is shown was built when no first list was still to come */
    struct identity scope; /* the runtime whose leases are shown; NULLs: all */
    char scope_name[128];  /* what it is called */
    bool details, help, strip, wide[VIEW_COUNT];
    bool mouse;         /* is ours; else the terminal's */
    int64_t clicked_ms; /* boot clock: when a row was clicked last, for a double click */
    bool unfocused;
    enum format_zone zone;
    int clock;                 /* what the configuration said of it */
    int help_top, details_top; /* lines above the first that is seen */
    bool details_more;         /* the last frame had more of them than room */
    struct layout layout;      /* of the last frame */
    struct marks marks;
    struct identity anchor; /* where the last mark was set, for a range */
    struct prompt prompt;
    struct box box;
    struct toast toast, later;        /* the second when the first is over; see app_tell */
    char last_chip[STATE_CHIP_BYTES]; /* of the worst state, when the last frame was drawn */
    /* What is under way. */
    uint64_t revoke; /* confirmed, and in no snapshot yet; 0: none */
    struct batch batches[BATCHES_MAX];
    size_t batch_count;            /* the newest is at batch_count % BATCHES_MAX */
    uint64_t created;              /* select its lease when it is there ... */
    unsigned moves, created_moves; /* ... unless the cursor was moved since */
    uint64_t followed;             /* the last one that was selected */
    size_t created_top;            /* the row at the top when it was asked for */
    bool copy_created;
    uint64_t copy_token;
    enum purpose purpose;
    bool copy_shows; /* what is being copied is of the endpoint, which can be revealed instead */
    struct reveal reveal;
    struct handout asked, going; /* what an endpoint was asked for of; what is being copied */
    char copy_name[64];          /* of the lease whose endpoint was asked for, for the line */
    char going_name[64];         /* of the one that is being copied */
    struct identity *told;
    size_t told_count; /* what the client was told is on the screen */
    bool quit_after;   /* when the newest batch has settled */
    bool quit;
};

/* app.c */
const struct view *app_view(const struct app *app);
struct list *app_list(struct app *app);
/* How many items the view shows, and one of them. */
size_t app_count(const struct app *app);
const void *app_item_at(const struct app *app, size_t place);
/* For lists: `app` is a struct app. */
struct identity app_identity_at(const void *app, size_t place);
/* The item under the cursor of the view, or NULL. */
const void *app_item(const struct app *app);
const struct row *app_row(const struct app *app); /* NULL outside the view of leases */
/* The runtime that a new lease would be on: of the row, or of the leases that are looked at. */
const struct snapshot_runtime *app_runtime(const struct app *app);
/* In the format keys stand by their actions: `{undo}`. */
void app_say(struct app *app, enum role role, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same of what comes by itself: it waits where what is said has to be read first. */
void app_tell(struct app *app, enum role role, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* What is said has passed: what waited comes. */
void app_hush(struct app *app);
/* Adds which keys do what with this lease: they do it with the one under the cursor. */
void app_say_hint(struct app *app, const char *lease_id, const char *hint);
/* What is said, as far as it is true where the cursor is. */
const char *app_said(const struct app *app, char out[STATE_SENTENCE_BYTES]);
/* Puts this one in the place of what is said; both are kept where `app_tell` keeps both. */
void app_toast_put(struct app *app, const struct toast *before);
/* What goes by itself: with its time, or with what it speaks of. */
void app_toast_step(struct app *app);
/* How bad: 2 an error, 1 a warning, 0 news. */
int app_badness(enum role role);
void app_box_open(struct app *app, void (*decide)(struct app *, int));
void app_box_close(struct app *app);

/* app_data.c */
void app_take_news(struct app *app);
void app_rebuild(struct app *app);
/* The same in the order that was asked for, whatever was held. */
void app_rearrange(struct app *app);
/* An order that was held for a while is let go of. */
void app_settle(struct app *app);
/* Drops what is known of the fleet. */
void app_forget(struct app *app);
/* Gives names no more room than they need. */
void app_narrow_names(const struct app *app, struct columns *columns);
/* That, and the space only where there are several, before others where names need it. */
void app_narrow_spaces(const struct app *app, struct columns *columns);
void app_show(struct app *app); /* tells the client what is on the screen */

/* app_event.c */
enum { FILE_CONFIG = 1, FILE_THEME, FILE_LEDGER, FILE_NAMES }; /* files that the clerk watches */
bool app_event_begin(struct app *app, struct error *error);    /* once there is a clerk */
void app_event_use(struct app *app);                           /* the settings are other ones */
/* What a message tells, of the account that is looked at or of one that was left. */
void app_event(struct app *app, const struct app_account *account, const struct message *message);
/* An endpoint was let out here, of that account. */
void app_event_handout(struct app *app, const struct app_account *account,
                       const struct audit_entry *handout);
void app_event_overflow(struct app *app);
void app_event_look(struct app *app); /* the snapshot is another one, or time has passed */
void app_event_step(struct app *app);
void app_event_file(struct app *app, const struct clerk_result *result);
/* What was written, or could not be. */
void app_event_written(struct app *app, const struct clerk_result *result);
/* When nothing is done any more: waits for what is to be written, and says what was not. */
void app_event_finish(struct app *app);
void app_event_end(struct app *app);

/* app_names.c */
void app_names_begin(struct app *app);                             /* once there is a clerk */
void app_names_file(struct app *app, struct clerk_result *result); /* takes what it holds */
void app_names_step(struct app *app);
void app_names_end(struct app *app);

/* app_act.c */
void app_act(struct app *app, enum action action);
/* Why an action is off now, one sentence, for action_fill; NULL where it is on. */
const char *app_off(const struct app *app, enum action action);
/* Says why it is not done, of this row; NULL: of none. */
void app_refuse(struct app *app, enum action action, const struct row *row, const char *why);
/* What {back} would do now, in a word or two; NULL: nothing. */
const char *app_back_word(const struct app *app);

/* app_find.c */
void app_filter(struct app *app);
void app_filter_clear(struct app *app);
void app_prompt_key(struct app *app, uint32_t key);
bool app_prompt_paste(struct app *app, const char *text);
void app_sort_step(struct app *app, int step);
void app_sort_invert(struct app *app);
/* By this one, or the other way round where it is that already; NULL is fine. */
void app_sort_by(struct app *app, const char *column);
/* The column a view is sorted by; NULL: in its own order. */
const struct column *app_sorted_by(const struct app *app, const struct columns *columns);

/* app_mouse.c */
void app_mouse_toggle(struct app *app);
void app_mouse(struct app *app, const struct mouse *mouse);

/* app_mark.c */
void app_mark(struct app *app);
void app_mark_range(struct app *app);
void app_unmark(struct app *app);
bool app_marked(const struct app *app, const void *item);
/* How many rows are marked, and how many of them the filter hides. */
size_t app_marks(const struct app *app, size_t *hidden);
/* What an action is about: the marked rows that are shown, else the one under the cursor. Returns
 * how many; the rows are for the caller to free. */
size_t app_targets(const struct app *app, const struct row ***rows);
/* Marks of what is no longer there go. */
void app_marks_settle(struct app *app);

/* app_revoke.c */
void app_revoke(struct app *app, bool urgent);
void app_revoke_runtime(struct app *app);
void app_revoke_space(struct app *app);
void app_quit_revoke(struct app *app);
/* Why there is nothing to revoke; NULL where there is. */
const char *app_no_revoke(const struct app *app);

/* app_batch.c */
/* Sends what the open box is about, or gives it its grace. */
void app_batch_send(struct app *app);
/* Counts what became of a revoke; true where it is one of many, and needs no line of its own. */
bool app_batch_written(struct app *app, const struct message *message);
void app_undo(struct app *app);
/* "revoking 77ab01c4 in 4 s": of the newest batch. */
void app_batch_say(struct app *app);
/* Seconds until the newest batch is sent; -1: nothing of it can be undone. */
int app_batch_left_s(const struct app *app);
/* Why there is nothing to undo; NULL where there is. */
const char *app_no_undo(const struct app *app);

/* app_left.c */
/* "revoked at 10:02:11"; false of a lease that has not ended. */
bool app_ended_words(const struct app *app, const struct row *row, char *out, size_t size);
/* That, or "41:07 left"; of a row with a lease. */
void app_left_words(const struct app *app, const struct row *row, char *out, size_t size);

/* app_box_leases.c */
/* Fixes what a box is about; false when memory ran out. */
bool app_box_target(struct app *app, const struct row **rows, size_t count);
/* The row of one of them, wherever the cursor is by now; NULL if it is not listed any more. */
const struct row *app_box_row(const struct app *app, size_t place);
/* All that tells which lease it is, and where. */
void app_lease_lines(struct app *app, const struct row *row);
/* A line for each of many, as far as there is room; the first lines of the box. */
void app_many_lines(struct app *app, size_t count);
/* What counts down in an open box steps with the rows. */
void app_box_count(struct app *app);
/* Shows others of many; false where the key is none for that. */
bool app_box_scroll(struct app *app, uint32_t key);

/* app_end.c: sends what was confirmed, and names on standard error what stays open and what is
 * lost. */
enum exit_code app_end(struct app *app);

/* app_rotate.c */
void app_rotate(struct app *app);
void app_keep(struct app *app);
const char *app_no_rotate(const struct app *app);
/* True of a create whose answer was lost; asks what is to become of it. */
bool app_unresolved(const struct row *row);
void app_resolve(struct app *app);

/* app_palette.c */
void app_palette(struct app *app);

/* reveal.c: shows the lines of an endpoint until its time is over or a key is pressed. */
bool reveal_open(struct app *app, const struct endpoint *endpoint);
void reveal_close(struct app *app);
void reveal_draw(struct app *app, struct area screen);

/* app_create.c */
void app_create(struct app *app);

/* app_write.c */
const char *app_runtime_name(const struct snapshot_runtime *runtime);
/* Its name, with its space where another has the same name. Foreign text; returns `out`. */
char *app_runtime_words(const struct app *app, const struct snapshot_runtime *runtime, char *out,
                        size_t size);
/* In a box: profile, host and key, where what is confirmed will act. */
void app_where_line(struct app *app);
/* In a box: how long a lease is to live. */
void app_life_field(struct app *app, int ttl_s);
void app_key_box(struct app *app);
void app_written(struct app *app, const struct message *message);

/* app_config.c */
/* Before the first frame; and once there is a clerk. */
bool app_config_begin(struct app *app, struct error *error);
void app_config_watch(struct app *app);
void app_theme_use(struct app *app, const struct theme *theme);
/* The settings are others now. */
void app_config_apply(struct app *app);
void app_take_files(struct app *app);
/* The columns that were chosen for this view; NULL: the usual ones. */
const char *const *app_columns(const struct app *app);

/* app_profile_box.c */
void app_profile_box(struct app *app);
const char *app_profile_off(const struct app *app);

/* app_profile.c */
const char *app_profile_name(const struct app *app); /* of the one that is looked at; "" for none */
/* What holds for a profile ("" for none): config_settle. */
bool app_settle_profile(const struct app *app, const struct config *config, const char *profile,
                        struct settings *settings, struct error *error);
void app_profile_choose(struct app *app, const char *profile);
void app_profile_step(struct app *app);
/* Asks the key command for the key; false where the key is not a command's. */
bool app_key_again(struct app *app);
/* The clients of the profiles that were left: their news, their end all at once, and one after the
 * other for the caller to stop and free. */
void app_asides_take(struct app *app);
void app_asides_hurry(struct app *app, int linger_ms);
void app_profile_end(struct app *app);
bool app_asides_next(struct app *app, struct app_account *account, struct client **client,
                     const struct snapshot **snapshot);

/* app_views.c */
void app_views_begin(struct app *app);
void app_view_keep(struct app *app);

/* app_copy.c */
void app_copy(struct app *app, const struct identity *lease);
void app_copy_menu(struct app *app);
void app_reveal(struct app *app);
void app_endpoint(struct app *app, struct message *message);
void app_copy_step(struct app *app);
void app_copy_end(struct app *app); /* before its client ends: what became of it is not known */

/* app_secret.c: sentences, for action_fill */
/* What is known of a lease's endpoint. */
const char *app_secret_words(const struct app *app, const struct row *row);
/* Why it cannot be copied or revealed; NULL: it can. `row` may be NULL. */
const char *app_no_endpoint(const struct app *app, const struct row *row);
/* Whether another run may have left a copy that is not known of here: asking for it finds it. */
bool app_worth_asking(const struct row *row);

/* app_handout.c */
void handout_begin(struct handout *handout, const struct app *app, const struct identity *lease);
void handout_clear(struct handout *handout);
/* Tells it to the log and the audit, if there is one. `outcome` and `what` as in audit.h. */
void handout_tell(struct app *app, const struct handout *handout, const char *what,
                  const char *outcome, const char *route, const char *why);

/* head.c */
void head_title(const struct app *app);
void head_draw(const struct app *app, struct area area, const struct state *states, size_t count);
/* Nothing where no lease expires in the next hour. */
void head_horizon(const struct app *app, struct area area);

/* foot.c */
void foot_draw(const struct app *app, struct area area);

/* frame.c */
void frame_draw(struct app *app);

/* view_events.c: the newest of what happened, below another table. */
void strip_draw(struct app *app, struct area area);

/* details.c, view_help.c */
void details_draw(struct app *app, struct area area);
/* Scrolls by a part of a screen; false where all of it is seen. */
bool details_scroll(struct app *app, int by);
void help_draw(struct app *app, struct area area);
void help_key(struct app *app, enum action action);

#endif
