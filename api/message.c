/* message: see message.h. */
#include "api/message.h"

#include <stdlib.h>

struct message *message_new(enum message_kind kind)
{
    struct message *message = calloc(1, sizeof *message);
    if (message != NULL)
        *message = (struct message){
            .kind = kind, .latency_ms = -1, .created_ms = MOMENT_NONE, .expires_ms = MOMENT_NONE};
    return message;
}

void message_free(struct message *message)
{
    if (message == NULL)
        return;
    identity_clear(&message->identity);
    free(message->replaces);
    free(message->space_name);
    free(message->runtime_name);
    free(message->protocol);
    trouble_unref(message->trouble);
    endpoint_free(message->endpoint);
    free(message);
}
