/* create URL SPACE RUNTIME [TTL [OPTIONS]]: makes one lease as an operator's `n` does, with the key
 * in BCTRL_API_KEY and the CA of CA_FILE, and prints its id and the type of its endpoint, never
 * what the endpoint says. Ends with 1 where surely nothing was made, with 3 where that is not
 * known. For prism.sh, proxy.sh and tls.sh, which look at what it meets on its way. */
#include "tests/contract/viewer.h"

static struct client_options options_of(char *const *argv)
{
    const char *key = getenv("BCTRL_API_KEY"), *ca_file = getenv("CA_FILE");
    return (struct client_options){
        .base_url = argv[1],
        .ca_file = ca_file != NULL && *ca_file != '\0' ? ca_file : NULL,
        .key = secret_copy(key != NULL ? key : ""),
        .key_fd = -1,
    };
}

static int report(struct viewer *viewer, const struct message *message)
{
    if (message->phase != INTENT_DONE) {
        fprintf(stderr, "%s\n", message->trouble != NULL ? message->trouble->sentence : "unknown");
        return message->phase == INTENT_FAILED ? 1 : 3;
    }
    assert_true(client_secret(viewer->client, &message->identity, 1));
    struct message *secret = viewer_message(viewer, MESSAGE_ENDPOINT, 1);
    if (secret->endpoint != NULL)
        printf("%s %s\n", message->identity.lease_id,
               endpoint_type_word(endpoint_type(secret->endpoint)));
    int status = secret->endpoint != NULL ? 0 : 1;
    message_free(secret);
    return status;
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    viewer_global_setup(NULL);
    struct client_options options = options_of(argv);
    const struct identity runtime = {argv[2], argv[3], (char *)""};
    struct viewer *viewer = viewer_open(&options);
    uint64_t id = client_create(viewer->client, &runtime, "cdp", argc > 4 ? atoi(argv[4]) : 0,
                                argc > 5 ? argv[5] : NULL);
    struct message *message = viewer_message(viewer, MESSAGE_WRITE, id);
    int status = report(viewer, message);
    message_free(message);
    viewer_close(viewer);
    viewer_global_teardown(NULL);
    return status;
}
