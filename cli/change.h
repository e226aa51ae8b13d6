/* change: what `leasetop watch` tells, a line for each: what lists showed, and what time brought.
 * Main thread. */
#ifndef CLI_CHANGE_H
#define CLI_CHANGE_H

#include "api/message.h"
#include "core/alert.h"
#include "core/text.h"

#include <stdio.h>

/* All borrowed. */
struct change {
    int64_t seen_ms, happened_ms; /* server time; the second MOMENT_NONE where it is not known */
    const char *event;            /* a word */
    struct identity identity;
    const char *space, *runtime; /* what they are called, or NULL */
    const char *before, *after;  /* foreign words, "" for none */
    bool dated;                  /* no words, but moments */
    int64_t before_ms, after_ms;
};

/* `message` is a MESSAGE_EVENT. */
struct change change_of_message(const struct message *message);

/* A lease that came to a threshold; not of ALERT_EXPIRED, which lists tell. */
struct change change_of_alert(const struct alert *alert, int64_t server_ms);

/* What it happened to, by what its identity holds: "lease", "runtime" or "space". */
const char *change_subject(const struct change *change);

void change_print(FILE *to, const struct change *change, enum text_charset charset);

#endif
