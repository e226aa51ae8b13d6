/* schema: what the JSON of commands and of the audit holds. One list: the tables of the man pages
 * are read off it, and a test holds what is printed to those pages. Fields are added, never taken
 * away, and never become something else. No state; any thread. */
#ifndef CLI_SCHEMA_H
#define CLI_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

/* object, field, type, what it is. A type is "text", "number", "time" (RFC 3339), "flag" (true or
 * false), words between bars, another object, or "list of" one; "optional" before it: not always
 * there; "or null" behind it. */
#define SCHEMA(X)                                                                                  \
    X("document", "asOf", "time or null", "the server's time; null where it did not say it")       \
    X("document", "source", "source", "how the reading went")                                      \
    X("document", "runtimes", "optional list of runtime", "with leases, and of runtimes")          \
    X("document", "leases", "optional list of lease", "of the dashboard and of list")              \
    X("document", "spaces", "optional list of space", "of spaces")                                 \
                                                                                                   \
    X("source", "url", "text or null", "the API's address; null where none is settled")            \
    X("source", "state", "text", "fresh, partial, loading, failed, or what is the matter")         \
    X("source", "error", "text or null", "a sentence about that")                                  \
    X("source", "unreadable", "number",                                                            \
      "listed items, of all lists, without an id or with one that came twice, which "              \
      "are left out, or with a time that is no date")                                              \
                                                                                                   \
    X("lease", "id", "text", "its id")                                                             \
    X("lease", "runtimeId", "text", "its runtime")                                                 \
    X("lease", "runtime", "text or null", "what that is called")                                   \
    X("lease", "spaceId", "text", "the space of that")                                             \
    X("lease", "space", "text or null", "what that is called")                                     \
    X("lease", "protocol", "text or null", "cdp and the like")                                     \
    X("lease", "status", "text", "what the table says")                                            \
    X("lease", "serverStatus", "text or null", "what the server says")                             \
    X("lease", "createdAt", "time or null", "when it was made")                                    \
    X("lease", "expiresAt", "time or null", "null: never, as far as is known")                     \
    X("lease", "secondsLeft", "number or null",                                                    \
      "by the server's clock; 0 when expired, null without an expiry or when ended otherwise")     \
    X("lease", "endpointType", "text or null", "where it is known")                                \
    X("lease", "by", "me or null", "null: made by somebody else, as far as is known")              \
    X("lease", "unreadable", "text or null",                                                       \
      "which of its times are no dates, and null for that: expiresAt and so on, with "             \
      "blanks between")                                                                            \
                                                                                                   \
    X("runtime", "id", "text", "its id")                                                           \
    X("runtime", "spaceId", "text", "its space")                                                   \
    X("runtime", "space", "text or null", "what that is called")                                   \
    X("runtime", "name", "text or null", "what it is called")                                      \
    X("runtime", "kind", "text or null", "browser and the like")                                   \
    X("runtime", "status", "text or null", "active and the like")                                  \
    X("runtime", "leases", "number or null", "how many are listed; null: they could not be read")  \
    X("runtime", "unreadable", "number", "items of its list of which that is true")                \
    X("runtime", "error", "text or null", "why its list could not be read")                        \
                                                                                                   \
    X("space", "id", "text", "its id")                                                             \
    X("space", "name", "text or null", "what it is called")                                        \
    X("space", "region", "text or null", "where it is")                                            \
    X("space", "runtimes", "number or null", "how many; null: they could not be read")             \
    X("space", "error", "text or null", "why not")                                                 \
                                                                                                   \
    X("write", "what", "create|revoke|rotate", "rotate: a create in the place of another")         \
    X("write", "outcome", "done|failed|unknown|found|ended|unsent",                                \
      "found: probably a lost one, could be another's; ended: it had ended before")                \
    X("write", "id", "text or null",                                                               \
      "the lease, or what was given for one; null where there is none")                            \
    X("write", "spaceId", "text or null", "its space; null where nothing of that name was found")  \
    X("write", "space", "text or null", "what that is called")                                     \
    X("write", "runtimeId", "text or null", "its runtime")                                         \
    X("write", "runtime", "text or null", "what that is called")                                   \
    X("write", "replaces", "text or null", "the lease in whose place it is")                       \
    X("write", "requestId", "text or null", "the server's name for the request")                   \
    X("write", "error", "text or null", "why it failed, or is not known")                          \
    X("write", "unreadable", "text or null",                                                       \
      "what of its endpoint leasetop cannot read, and has not kept, by name")                      \
    X("write", "lease", "lease or null", "as far as it is known")                                  \
    X("write", "endpoint", "optional endpoint", "with --show-secret")                              \
                                                                                                   \
    X("endpoint", "type", "text", "websocket, http, rdp or composite")                             \
    X("endpoint", "*", "text",                                                                     \
      "its fields: url, or host, port and so on; of a composite with "                             \
      "dots, as in browser.url")                                                                   \
                                                                                                   \
    X("change", "seenAt", "time", "when it was noticed, by the server's clock")                    \
    X("change", "happenedAt", "time or null", "when it happened, where the server says so")        \
    X("change", "what", "lease|runtime|space", "to what it happened")                              \
    X("change", "event", "text",                                                                   \
      "made, expiring, critical, expired, closed, revoked, ended, listed again, appeared, "        \
      "vanished, status or expiry")                                                                \
    X("change", "spaceId", "text", "the space")                                                    \
    X("change", "space", "text or null", "what it is called")                                      \
    X("change", "runtimeId", "text or null", "the runtime; null of a space")                       \
    X("change", "runtime", "text or null", "what it is called")                                    \
    X("change", "id", "text or null", "the lease; null of others")                                 \
    X("change", "before", "text or null", "of status and expiry: from what")                       \
    X("change", "after", "text or null",                                                           \
      "to what; of made: its protocol; of expiring and critical: when it expires")                 \
                                                                                                   \
    X("report", "findings", "list of finding", "in the order in which they stand on each other")   \
                                                                                                   \
    X("finding", "what", "config|server|key|answer|clock|keyring|audit|clipboard|terminal",        \
      "what was looked at")                                                                        \
    X("finding", "health", "ok|note|bad|skipped", "skipped: what it stands on is bad")             \
    X("finding", "words", "text", "what was found, and what to do")                                \
                                                                                                   \
    X("audit", "when", "time", "by the server's clock")                                            \
    X("audit", "profile", "text or null", "the profile")                                           \
    X("audit", "url", "text", "the API's address")                                                 \
    X("audit", "what", "create|revoke|rotate|keep|copy|reveal|show|exec",                          \
      "rotate: a create in the place of another; the last four: an endpoint was let out")          \
    X("audit", "outcome", "confirmed|waiting|sent|done|failed|unknown|undone",                     \
      "confirmed: by a person; undone: before it was sent; sent, of a copy: to a terminal, which " \
      "does not say whether it took it")                                                           \
    X("audit", "space", "text or null", "the id of the space")                                     \
    X("audit", "spaceName", "text or null", "what it is called")                                   \
    X("audit", "runtime", "text or null", "the id of the runtime")                                 \
    X("audit", "runtimeName", "text or null", "what it is called")                                 \
    X("audit", "lease", "text or null", "its id")                                                  \
    X("audit", "replaces", "text or null", "the lease in whose place it is")                       \
    X("audit", "protocol", "text or null", "of a create or keep")                                  \
    X("audit", "ttlSeconds", "number or null", "of a create or keep")                              \
    X("audit", "byItself", "flag", "keep alive did it")                                            \
    X("audit", "latencyMs", "number or null", "how long the answer took")                          \
    X("audit", "requestId", "text or null", "the server's name for the request")                   \
    X("audit", "error", "text or null", "why it failed, or is not known")                          \
    X("audit", "route", "text or null",                                                            \
      "by which door an endpoint was let out: command, tmux, osc52, wl-copy, xclip, xsel, "        \
      "pbcopy, screen, stdout, environment, stdin; null of all else")                              \
    X("audit", "part", "text or null", "what of the endpoint: url, env; null: all of it")

struct schema_field {
    const char *object, *name, *type, *help;
};

/* False beyond the last. Fields of one object stand together. */
bool schema_field(size_t place, struct schema_field *field);

#endif
