// One thread and `poll`: with as few connections as a bench has, asking for each is cheaper than keeping a queue of
// events in the kernel, and it is the same everywhere.
//
// Requests stand in line by number. One is taken by a connection as soon as it is due and the connection is free, so a
// slow answer makes the requests behind it late and not fewer, and their lateness counts.

#include "daybook_http_load.h"

#include "daybook_platform.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER_BYTES (256u << 10)
#define NONE UINT64_MAX

struct connection {
    int socket;
    /// What it asks for; `NONE` while it is free.
    uint64_t operation;
    uint64_t due;
    const uint8_t *request;
    size_t unsent;
    /// The answer's head as far as it has come, and how many bytes of the body are still to come; `NONE` before that is
    /// known.
    uint8_t *head;
    size_t head_bytes;
    uint64_t body_left;
    uint32_t body_bytes;
    int ends_with_connection;
};

struct client {
    struct daybook_http_load *load;
    struct connection *connections;
    struct pollfd *polled;
    uint8_t *buffer;
    uint64_t began;
    uint64_t next;
    uint64_t answered;
};

static int open_socket(uint16_t port, int *out) {
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int on = 1;
    int made = socket(AF_INET, SOCK_STREAM, 0);
    if (made < 0) return errno;
    if (connect(made, (struct sockaddr *)&address, sizeof address) != 0
        || setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0
        || fcntl(made, F_SETFL, fcntl(made, F_GETFL) | O_NONBLOCK) != 0) {
        int code = errno;
        close(made);
        return code;
    }
    *out = made;
    return 0;
}

static int reopen(struct client *client, struct connection *connection) {
    close(connection->socket);
    connection->socket = -1;
    return open_socket(client->load->port, &connection->socket);
}

static uint64_t due_at(const struct client *client, uint64_t operation) {
    double rate = client->load->per_second;
    return rate > 0 ? client->began + (uint64_t)((double)operation * 1e9 / rate) : 0;
}

static int send_rest(struct connection *connection) {
    while (connection->unsent > 0) {
        ssize_t sent = send(connection->socket, connection->request, connection->unsent, MSG_NOSIGNAL);
        if (sent < 0) return errno == EAGAIN ? 0 : errno;
        connection->request += sent;
        connection->unsent -= (size_t)sent;
    }
    return 0;
}

static int begin(struct client *client, struct connection *connection, uint64_t now) {
    struct daybook_http_load *load = client->load;
    uint64_t operation = client->next++;
    size_t which = (size_t)(operation % load->request_count);
    connection->operation = operation;
    connection->due = load->per_second > 0 ? due_at(client, operation) : now;
    connection->request = load->requests[which];
    connection->unsent = load->request_bytes[which];
    connection->head_bytes = 0;
    connection->body_left = NONE;
    connection->body_bytes = 0;
    connection->ends_with_connection = 0;
    return send_rest(connection);
}

/// The value of a field in a head that ends with a zero; NULL if it is not there.
static const char *field(const char *head, const char *name) {
    size_t count = strlen(name);
    for (const char *line = strstr(head, "\r\n"); line != NULL; line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, name, count) == 0 && line[2 + count] == ':') {
            const char *value = line + 3 + count;
            while (*value == ' ') value++;
            return value;
        }
    }
    return NULL;
}

/// Takes bytes of a head. Returns how many of them belonged to it, or -1 if this is no answer.
static ssize_t take_head(struct client *client, struct connection *connection, const uint8_t *bytes, size_t count) {
    for (size_t index = 0; index < count; index++) {
        if (connection->head_bytes + 1 >= BUFFER_BYTES) return -1;
        connection->head[connection->head_bytes++] = bytes[index];
        if (connection->head_bytes < 4
            || memcmp(connection->head + connection->head_bytes - 4, "\r\n\r\n", 4) != 0) continue;
        connection->head[connection->head_bytes] = 0;
        const char *head = (const char *)connection->head;
        if (strncmp(head, "HTTP/1.1 ", 9) != 0) return -1;
        client->load->statuses[connection->operation] = (uint16_t)atoi(head + 9);
        const char *length = field(head, "content-length");
        connection->ends_with_connection = length == NULL;
        connection->body_left = length == NULL ? UINT64_MAX - 1 : strtoull(length, NULL, 10);
        return (ssize_t)(index + 1);
    }
    return (ssize_t)count;
}

static int end(struct client *client, struct connection *connection) {
    struct daybook_http_load *load = client->load;
    uint64_t now = daybook_monotonic_nanoseconds();
    load->latencies_nanoseconds[connection->operation] = now - connection->due;
    load->body_bytes[connection->operation] = connection->body_bytes;
    connection->operation = NONE;
    client->answered++;
    const char *goes_on = field((const char *)connection->head, "connection");
    int is_over = connection->ends_with_connection || (goes_on != NULL && strncasecmp(goes_on, "close", 5) == 0);
    return is_over ? reopen(client, connection) : 0;
}

static int receive(struct client *client, struct connection *connection) {
    ssize_t count = recv(connection->socket, client->buffer, BUFFER_BYTES, 0);
    if (count < 0) return errno == EAGAIN || errno == EINTR ? 0 : errno;
    if (count == 0) {
        // Between two requests a server may let a connection go.
        if (connection->operation == NONE) return reopen(client, connection);
        return connection->body_left != NONE && connection->ends_with_connection ? end(client, connection) : EPROTO;
    }
    if (connection->operation == NONE) return EPROTO;
    size_t taken = 0;
    if (connection->body_left == NONE) {
        ssize_t head = take_head(client, connection, client->buffer, (size_t)count);
        if (head < 0) return EPROTO;
        taken = (size_t)head;
    }
    if (connection->body_left == NONE) return 0;
    uint64_t body = (uint64_t)count - taken;
    if (body > connection->body_left) return EPROTO;
    connection->body_left -= body;
    connection->body_bytes += (uint32_t)body;
    return connection->body_left == 0 ? end(client, connection) : 0;
}

/// How long there is nothing to do unless an answer comes, in milliseconds; -1 for ever.
static int patience(const struct client *client, uint64_t now, int any_free) {
    if (client->next >= client->load->operations || !any_free) return -1;
    uint64_t due = due_at(client, client->next);
    if (due <= now) return 0;
    // The last stretch is spent asking: a request that is sent late is no fault of the server's.
    return (int)((due - now) / 1000000);
}

static int run(struct client *client) {
    struct daybook_http_load *load = client->load;
    while (client->answered < load->operations) {
        uint64_t now = daybook_monotonic_nanoseconds();
        int any_free = 0;
        for (uint32_t index = 0; index < load->connections; index++) {
            struct connection *connection = &client->connections[index];
            if (connection->operation == NONE) {
                if (client->next < load->operations && due_at(client, client->next) <= now) {
                    int code = begin(client, connection, now);
                    if (code != 0) return code;
                } else {
                    any_free = 1;
                }
            }
            short writes = connection->operation != NONE && connection->unsent > 0 ? POLLOUT : 0;
            client->polled[index] = (struct pollfd){.fd = connection->socket, .events = POLLIN | writes};
        }
        int ready = poll(client->polled, load->connections, patience(client, now, any_free));
        if (ready < 0 && errno != EINTR) return errno;
        for (uint32_t index = 0; ready > 0 && index < load->connections; index++) {
            struct connection *connection = &client->connections[index];
            short happened = client->polled[index].revents;
            int code = 0;
            if (happened & POLLOUT) code = send_rest(connection);
            if (code == 0 && (happened & (POLLIN | POLLHUP | POLLERR))) code = receive(client, connection);
            if (code != 0) return code;
        }
    }
    return 0;
}

int daybook_http_load_run(struct daybook_http_load *load) {
    struct client client = {.load = load};
    client.connections = calloc(load->connections, sizeof *client.connections);
    client.polled = calloc(load->connections, sizeof *client.polled);
    client.buffer = malloc(BUFFER_BYTES);
    int code = client.connections == NULL || client.polled == NULL || client.buffer == NULL ? ENOMEM : 0;
    for (uint32_t index = 0; client.connections != NULL && index < load->connections; index++) {
        client.connections[index].socket = -1;
    }
    for (uint32_t index = 0; code == 0 && index < load->connections; index++) {
        client.connections[index].operation = NONE;
        client.connections[index].head = malloc(BUFFER_BYTES);
        code = client.connections[index].head == NULL ? ENOMEM
                                                      : open_socket(load->port, &client.connections[index].socket);
    }
    if (code == 0) {
        client.began = daybook_monotonic_nanoseconds();
        code = run(&client);
        load->elapsed_nanoseconds = daybook_monotonic_nanoseconds() - client.began;
    }
    for (uint32_t index = 0; client.connections != NULL && index < load->connections; index++) {
        if (client.connections[index].socket >= 0) close(client.connections[index].socket);
        free(client.connections[index].head);
    }
    free(client.connections);
    free(client.polled);
    free(client.buffer);
    return code;
}
