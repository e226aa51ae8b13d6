/* message: see message.h. */
#include "api/message.h"

#include <stdlib.h>

struct message *message_new(enum message_kind kind)
{
    struct message *message = calloc(1, sizeof *message);
    if (message != NULL)
        message->kind = kind;
    return message;
}

void message_free(struct message *message)
{
    if (message == NULL)
        return;
    identity_clear(&message->identity);
    trouble_unref(message->trouble);
    endpoint_free(message->endpoint);
    free(message);
}
