/* server: see server.h. */
#include "gateway/server.h"

#include "gateway/attach.h"
#include "gateway/patience.h"
#include "gateway/portable.h"
#include "gateway/routes.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTIONS_MAX      (256 + RELAY_SESSIONS_MAX)
#define CONNECTION_BYTES     (32 * 1024) /* request line and headers, and the window of the body */
#define CONNECTION_TIMEOUT_S 75          /* longer than any client's pause between two polls */

struct server {
    struct MHD_Daemon *daemon;
    struct patience *patience;
    struct gateway *gateway;
    unsigned seed;         /* sets the request ids of two runs apart */
    unsigned long started; /* requests; server's thread */
};

/* ---- answers */

static struct MHD_Response *make_response(const struct answer *answer)
{
    char *text = json_dumps(answer->body, JSON_COMPACT);
    if (text == NULL)
        return NULL;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE);
    if (response == NULL)
        free(text);
    return response;
}

static enum MHD_Result add_headers(struct MHD_Response *response, const struct answer *answer)
{
    const struct {
        bool wanted;
        const char *name;
        const char *value;
    } headers[] = {
        {true, "Content-Type", "application/json"},
        {true, "Cache-Control", "no-store"},
        {true, "x-request-id", answer->request_id},
        {answer->allow[0] != '\0', "Allow", answer->allow},
        {answer->challenge, "WWW-Authenticate", "Bearer"},
        {answer->upgrade, "Upgrade", "websocket"},
        {answer->close, "Connection", "close"},
    };
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        if (headers[i].wanted &&
            MHD_add_response_header(response, headers[i].name, headers[i].value) == MHD_NO)
            return MHD_NO;
    }
    return MHD_YES;
}

/* MHD_NO cuts the connection: what is left when there is no memory for an answer. */
static enum MHD_Result send_answer(struct MHD_Connection *connection, const struct answer *answer)
{
    struct MHD_Response *response = make_response(answer);
    if (response == NULL)
        return MHD_NO;
    enum MHD_Result result = add_headers(response, answer);
    if (result == MHD_YES)
        result = MHD_queue_response(connection, answer->status, response);
    MHD_destroy_response(response);
    return result;
}

/* ---- how long it takes */

static void on_connection(void *closure, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct server *server = closure;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        patience_gone(server->patience, *context);
        return;
    }
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    *context = info != NULL ? patience_come(server->patience, info->connect_fd) : NULL;
}

static struct visitor *visitor_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info != NULL ? info->socket_context : NULL;
}

int server_turn(struct server *server)
{
    return patience_turn(server->patience);
}

int server_fd(const struct server *server)
{
    return patience_fd(server->patience);
}

/* ---- attaches */

void server_resume(void *connection)
{
    MHD_resume_connection(connection);
}

void server_hang_up(void *handle)
{
    MHD_upgrade_action(handle, MHD_UPGRADE_ACTION_CLOSE);
}

/* The connection sleeps until the relay has asked the browser; then on_request is called anew. */
static enum MHD_Result wait_for_browser(struct server *server, struct MHD_Connection *connection,
                                        struct request *request)
{
    request->exchange->connection = connection;
    MHD_suspend_connection(connection);
    if (relay_ask(server->gateway->relay, request->exchange))
        return MHD_YES;
    MHD_resume_connection(connection);
    return MHD_YES;
}

/* From here on the socket is the relay's. A lease that ended while the answer was on its way has
 * not had its sessions cut, so it is looked at once more. */
static void on_upgrade(void *closure, struct MHD_Connection *connection, void *context,
                       const char *extra, size_t extra_size, MHD_socket client,
                       struct MHD_UpgradeResponseHandle *handle)
{
    struct server *server = closure;
    struct request *request = context;
    struct session *session = request->session;
    struct relay *relay = server->gateway->relay;
    uint64_t serial = session->serial;
    enum session_end end;
    patience_let(server->patience, visitor_of(connection));
    session->handle = handle;
    if (!relay_attach(relay, request->exchange, session, client, extra, extra_size)) {
        MHD_upgrade_action(handle, MHD_UPGRADE_ACTION_CLOSE);
        return;
    }
    request->session = NULL;
    if (attach_is_over(server->gateway, request, server->gateway->now_ms(), &end))
        relay_cut(relay, serial, end);
}

static enum MHD_Result add_upgrade_headers(struct MHD_Response *response,
                                           const struct exchange *exchange)
{
    const struct {
        const char *name;
        const char *value;
    } headers[] = {
        {"Upgrade", "websocket"},
        {"Sec-WebSocket-Accept", exchange->accept},
        {"Sec-WebSocket-Extensions", exchange->extensions},
        {"Sec-WebSocket-Protocol", exchange->protocol},
    };
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        if (headers[i].value[0] != '\0' &&
            MHD_add_response_header(response, headers[i].name, headers[i].value) == MHD_NO)
            return MHD_NO;
    }
    return MHD_YES;
}

static enum MHD_Result send_upgrade(struct server *server, struct MHD_Connection *connection,
                                    const struct request *request)
{
    struct MHD_Response *response = MHD_create_response_for_upgrade(on_upgrade, server);
    if (response == NULL)
        return MHD_NO;
    enum MHD_Result result = add_upgrade_headers(response, request->exchange);
    if (result == MHD_YES)
        result = MHD_queue_response(connection, MHD_HTTP_SWITCHING_PROTOCOLS, response);
    MHD_destroy_response(response);
    return result;
}

/* ---- requests */

/* A NUL would hide what follows it. */
static enum MHD_Result take_header(void *context, enum MHD_ValueKind kind, const char *name,
                                   size_t name_size, const char *value, size_t value_size)
{
    struct request *request = context;
    (void)kind;
    request_header_add(request, name, value == NULL ? "" : value);
    request->malformed |=
        strlen(name) != name_size || (value != NULL && strlen(value) != value_size);
    return MHD_YES;
}

static enum MHD_Result take_query(void *request, enum MHD_ValueKind kind, const char *name,
                                  const char *value)
{
    (void)kind;
    request_query_add(request, name, value == NULL ? "" : value);
    return MHD_YES;
}

static enum MHD_Result begin(struct server *server, struct MHD_Connection *connection,
                             const char *path, const char *method, void **context)
{
    struct request *request = request_new(method);
    if (request == NULL)
        return MHD_NO;
    *context = request;
    answer_init(&request->answer, server->seed, ++server->started);
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, take_header, request);
    MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, take_query, request);
    bool admitted = routes_admit(server->gateway, request, path);
    /* Other refusals wait for the body, so that the connection lives on; this one must not read it.
     */
    if (!admitted && request->answer.close)
        return send_answer(connection, &request->answer);
    return MHD_YES;
}

/* Called once with the headers, once for each piece of the body, and once more after it. */
static enum MHD_Result on_request(void *closure, struct MHD_Connection *connection,
                                  const char *path, const char *method, const char *version,
                                  const char *bytes, size_t *size, void **context)
{
    struct server *server = closure;
    struct request *request = *context;
    (void)version;
    if (request == NULL)
        return begin(server, connection, path, method, context);
    if (*size > 0) {
        bool ok = request_body_add(request, bytes, *size);
        *size = 0;
        return ok ? MHD_YES : MHD_NO;
    }
    routes_answer(server->gateway, request);
    if (request->answer.status == 0)
        return wait_for_browser(server, connection, request);
    if (request->answer.status == MHD_HTTP_SWITCHING_PROTOCOLS)
        return send_upgrade(server, connection, request);
    return send_answer(connection, &request->answer);
}

static void on_end(void *closure, struct MHD_Connection *connection, void **context,
                   enum MHD_RequestTerminationCode code)
{
    struct server *server = closure;
    struct request *request = *context;
    (void)code;
    patience_again(server->patience, visitor_of(connection));
    if (request != NULL && request->exchange != NULL)
        relay_let_go(server->gateway->relay, request->exchange);
    request_free(request);
    *context = NULL;
}

/* Paths are split before they are unescaped, so the library must leave them alone. */
static size_t leave_escaped(void *closure, struct MHD_Connection *connection, char *text)
{
    (void)closure, (void)connection;
    return strlen(text);
}

/* ---- start and stop */

/* A socket of our own: the library would not say why it could not get one. */
static int listen_on(uint16_t port, uint16_t *bound, struct fault *fault)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int yes = 1;
    int listener = portable_socket();
    if (listener >= 0 && fcntl(listener, F_SETFL, O_NONBLOCK) == 0 &&
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
        bind(listener, (struct sockaddr *)&address, size) == 0 &&
        listen(listener, SOMAXCONN) == 0 &&
        getsockname(listener, (struct sockaddr *)&address, &size) == 0) {
        *bound = ntohs(address.sin_port);
        return listener;
    }
    fault_set(fault, FAULT_SYSTEM, "cannot listen on 127.0.0.1:%u: %s", port, strerror(errno));
    if (listener >= 0)
        close(listener);
    return -1;
}

/* With poll(2): in its epoll mode the library (0.9.75) does not see the end of a connection when it
 * comes together with the last bytes, and keeps it until the timeout. */
static struct MHD_Daemon *start(struct server *server, int listener)
{
    return MHD_start_daemon(
        MHD_USE_POLL_INTERNAL_THREAD | MHD_ALLOW_UPGRADE | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
        on_request, server, MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_NOTIFY_COMPLETED, on_end,
        server, MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_UNESCAPE_CALLBACK,
        leave_escaped, NULL, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)CONNECTION_TIMEOUT_S, MHD_OPTION_END);
}

struct server *server_new(struct gateway *gateway, uint16_t port, struct fault *fault)
{
    struct server *server = calloc(1, sizeof *server);
    if (server == NULL) {
        fault_memory(fault);
        return NULL;
    }
    server->gateway = gateway;
    server->patience = patience_new();
    if (server->patience == NULL) {
        fault_set(fault, FAULT_SYSTEM, "cannot start the HTTP server: %s", strerror(errno));
        goto fail;
    }
    if (!ids_random(&server->seed, sizeof server->seed)) {
        fault_set(fault, FAULT_SYSTEM, "no random numbers: %s", strerror(errno));
        goto fail;
    }
    int listener = listen_on(port, &gateway->port, fault);
    if (listener < 0)
        goto fail;
    server->daemon = start(server, listener);
    if (server->daemon != NULL)
        return server;
    /* The listener is the library's by now, also when it fails: closing it here might close
     * another's. */
    fault_set(fault, FAULT_SYSTEM, "cannot start the HTTP server: %s", strerror(errno));
fail:
    patience_free(server->patience);
    free(server);
    return NULL;
}

void server_free(struct server *server)
{
    if (server == NULL)
        return;
    MHD_stop_daemon(server->daemon);
    patience_free(server->patience);
    free(server);
}
