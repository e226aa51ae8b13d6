/* clock: what time the server has. Pure but for the two readings at the end; no state of its own.
 *
 * An answer that carries `Date: D` was made between the moment we sent the request and the moment
 * the answer came, by a clock that showed D to D+1s. So the offset from our clock to the server's
 * lies in D - received  <=  offset  <=  D + 1s - sent, and every answer narrows it. Our side is a
 * clock that counts from boot and goes on through suspend: nobody sets it. */
#ifndef API_CLOCK_H
#define API_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* A cache repeats a Date, and must not be believed for the time until it has to. So a first claim,
 * and one after a step, is sure only if this machine's wall clock says the same, or once a later
 * answer agrees: so much later that a Date which stands still would not. Until then LEFT is marked.
 *
 * Claims that contradict each other again within the first time are no step but a dispute; so long
 * they must agree for it to be over. The second is when the first lists are asked: no clock steps
 * just then, and what contradicts is a dispute at once. */
enum { CLOCK_DISPUTE_MS = 300000, CLOCK_START_MS = 700, CLOCK_SURE_MS = 1100 };

/* Open: it travels inside snapshots. {0} knows nothing yet. */
struct clock {
    int64_t low_ms, high_ms; /* server minus boot clock, bounds */
    int64_t drifted_ms;      /* boot clock, until when drift is in the bounds */
    bool known;              /* a Date was seen */
    unsigned steps;          /* how often the server's clock jumped under us */
    bool disputed;           /* the bounds are the hull of what was claimed */
    bool unsure;             /* one claim stands alone */
    int64_t claimed_ms;      /* boot clock, when what the bounds come from was claimed first */
    bool assumed;            /* the wall clock was asked, and this is its offset: */
    int64_t assumed_ms;
    int64_t contradicted_ms; /* boot clock, when a claim contradicted the others last */
    /* In a dispute what all claims since then agree on, else the bounds that were given up then. */
    int64_t other_low_ms, other_high_ms;
};

/* Takes one Date into account; times by the boot clock. An observation that contradicts the bounds
 * means that the server's clock stepped: it starts anew from this one. Where contradictions go back
 * and forth it did not: several servers behind one name disagree, or a cache answers for some. Then
 * nobody is believed: the bounds hold all that was claimed, until all have agreed for a while. */
void clock_observe(struct clock *clock, int64_t sent_ms, int64_t received_ms, int64_t date_ms);

/* Without a Date we have only this machine's wall clock to go by; it never replaces what a server
 * said. */
void clock_assume(struct clock *clock, int64_t boot_ms, int64_t wall_ms);

/* Server time in ms since 1970 at the boot-clock moment `boot_ms`. */
int64_t clock_server_ms(const struct clock *clock, int64_t boot_ms);

/* The last moment that was told to anybody; {0}: none. */
struct clock_told {
    int64_t server_ms;
    unsigned steps;
    bool known;
};

/* The same for what is told, one thing after the other: a better estimate may lie before the last,
 * and what came later must not look as if it came first. Where the server's clock jumped, it does.
 */
int64_t clock_tell_ms(const struct clock *clock, struct clock_told *told, int64_t boot_ms);

/* The boot-clock moment at which the server's clock will show `server_ms`. */
int64_t clock_boot_of(const struct clock *clock, int64_t server_ms);

/* True where LEFT may be wrong by a second or more, so that it must be marked. Where nobody has
 * asked the wall clock, the server's word is enough. */
bool clock_vague(const struct clock *clock);

/* How far the server's clock is ahead of this machine's wall clock, as far as that is certain: 0
 * within bounds. */
int64_t clock_skew_ms(const struct clock *clock, int64_t boot_ms, int64_t wall_ms);

/* This machine's clocks. */
int64_t clock_boot_now_ms(void);
int64_t clock_wall_now_ms(void);

#endif
