/* audit: own actions as lines of JSON, for a file that others read. Pure; whoever has the line
 * gives it to the clerk. Never a secret. */
#ifndef CORE_AUDIT_H
#define CORE_AUDIT_H

#include "api/message.h"

/* One action; all borrowed. A text that is NULL and a number below 0 become null. */
struct audit_entry {
    int64_t when_ms; /* server time */
    const char *profile, *base_url;
    const char *what;    /* "create", "revoke", "rotate", "keep"; of an endpoint that was let out
                            "copy", "reveal", "show", "exec" */
    const char *outcome; /* "confirmed", "sent", "done", "failed", "unknown", "undone" */
    struct identity identity;
    const char *space_name, *runtime_name, *replaces, *protocol;
    int ttl_s, latency_ms;
    bool by_itself; /* keep alive did it */
    const char *request_id, *error;
    /* Of an endpoint that was let out: by which door, "tmux", "screen"; what of it, NULL: all. */
    const char *route, *part;
};

/* An endpoint that was let out, with nothing else known of it so far. */
#define AUDIT_HANDOUT(...)                                                                         \
    {                                                                                              \
        .ttl_s = -1, .latency_ms = -1, __VA_ARGS__                                                 \
    }

/* What a message tells; false where it is no own action. */
bool audit_of(struct audit_entry *entry, const struct message *message);

/* The line, without its end, for the caller to free; NULL when memory ran out. ASCII only. */
char *audit_line(const struct audit_entry *entry);

#endif
