/* limits: every ceiling on what comes from outside, in one place. What is cut by one of these says
 * so on the screen. They are far above what a real fleet needs and far below what hurts. */
#ifndef API_LIMITS_H
#define API_LIMITS_H

enum {
    LIMIT_BODY_BYTES = 16 << 20,    /* one answer, after decompression */
    LIMIT_HEADER_BYTES = 128 << 10, /* all header lines of one answer */
    LIMIT_PAGES = 100,              /* nextCursor followed at most this often for one list */
    /* Items of one list, together with those of lists before that are remembered for a while (see
     * diff.h): ids that change with every answer take no more room than this. */
    LIMIT_SPACES = 1000,
    LIMIT_RUNTIMES = 10000,          /* in one space, and over all of them */
    LIMIT_LEASES = 20000,            /* of one runtime */
    LIMIT_TEXT_BYTES = 4096,         /* a name, an id, a status; a longer one is not readable */
    LIMIT_ENDPOINT_BYTES = 32 << 10, /* all strings of one endpoint */
    LIMIT_ENDPOINT_FIELDS = 64,
    LIMIT_ENDPOINT_DEPTH = 4,       /* composite in composite */
    LIMIT_KEY_BYTES = 4096,         /* an API key */
    LIMIT_URL_BYTES = 2048,         /* a base url */
    LIMIT_OPTIONS_BYTES = 16 << 10, /* the options object of a create */
    LIMIT_MESSAGES = 256,           /* of a kind, waiting for the screen; see mailbox.h */
    LIMIT_EVENTS = 4096,            /* the same for what happened elsewhere */
    LIMIT_IN_FLIGHT = 8,            /* reads under way at once */
    LIMIT_WRITES = 4,               /* writes under way at once (contract, Errors) */
    LIMIT_INTENTS = 20000,          /* writes remembered at once */
    LIMIT_KEEPS = 1000,             /* leases kept alive at once */
};

#endif
