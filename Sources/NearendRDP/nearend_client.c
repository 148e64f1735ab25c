/* libnearend-client.so: FreeRDP's door to the engine on the agent's device.
 *
 * For each channel that the remote session opens, bytes go to and fro between the dynamic virtual channel and a connection of its own
 * to the unix socket of `nearend engine`, which is started when nobody listens there. Nothing here understands the bytes, and nothing of a call
 * lives here: the client may end and come back, the engine keeps its calls.
 *
 * The client's own threads never wait for the engine: what they bring is copied into a bounded queue, and a thread per channel does the
 * rest. Where the engine does not read, the queue fills up and the channel is closed; the session layer goes on over the next.
 *
 * Written for FreeRDP 2 (2.0 and later) and, compiled anew, FreeRDP 3. Built by scripts/build-plugin.sh.
 *
 *   xfreerdp /dvc:nearend[,socket:PATH][,engine:PROGRAM]
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <freerdp/addin.h>
#include <freerdp/dvc.h>
#include <winpr/stream.h>

static const char channel_name[] = "nearend";

/* Bytes from the session that may wait for the engine. The session layer has a window of 1 MiB a session; this is for several. */
enum { queue_limit = 8 << 20, chunk_length = 16 << 10 };

/* How long a started engine may take until it listens, in milliseconds; the session has given up by then. */
enum { start_patience = 5000, start_interval = 50 };

/* How long an ended channel waits for the engine to take the last of it, in milliseconds. */
enum { finish_patience = 1000, finish_interval = 100 };

struct plugin {
    IWTSPlugin interface;
    IWTSListenerCallback listener;
    char socket_path[sizeof(((struct sockaddr_un*)0)->sun_path)];
    char engine[4096];
};

/* One channel. Two own it, the client (until OnClose) and the thread; the last one to go frees it. */
struct connection {
    IWTSVirtualChannelCallback callback;
    IWTSVirtualChannel* channel;
    char socket_path[sizeof(((struct sockaddr_un*)0)->sun_path)];
    char engine[4096];
    pthread_mutex_t lock;
    int owners;
    /* The client has closed the channel: it must not be written to any more. */
    bool is_closed;
    /* From the session, for the engine. */
    unsigned char* queue;
    size_t queued, capacity;
    bool is_overfull;
    /* Wakes the thread. */
    int wake[2];
};

static void complain(const char* what) { fprintf(stderr, "nearend: %s: %s\n", what, strerror(errno)); }

static void release(struct connection* connection) {
    pthread_mutex_lock(&connection->lock);
    bool is_last = --connection->owners == 0;
    pthread_mutex_unlock(&connection->lock);
    if (!is_last) return;
    close(connection->wake[0]);
    close(connection->wake[1]);
    pthread_mutex_destroy(&connection->lock);
    free(connection->queue);
    free(connection);
}

static void wake(struct connection* connection) {
    /* A full pipe has woken it already. */
    while (write(connection->wake[1], "", 1) < 0 && errno == EINTR) {}
}

/* ---- The thread ---- */

static bool is_closed(struct connection* connection) {
    pthread_mutex_lock(&connection->lock);
    bool answer = connection->is_closed || connection->is_overfull;
    pthread_mutex_unlock(&connection->lock);
    return answer;
}

/* A connection to an engine of the same user, or -1. */
static int connect_once(const char* path) {
    int handle = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (handle < 0) return -1;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, path);
    struct ucred peer;
    socklen_t length = sizeof peer;
    if (connect(handle, (struct sockaddr*)&address, sizeof address) == 0
        && getsockopt(handle, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0) {
        if (peer.uid == geteuid()) return handle;
        fprintf(stderr, "nearend: %s belongs to another user; not used\n", path);
    }
    close(handle);
    return -1;
}

/* Starts the engine as nobody's child: it outlives the client. Only async-signal-safe calls between fork and exec. */
static void start_engine(const char* program, const char* path) {
    char* const arguments[] = {(char*)program, "engine", "--socket", (char*)path, NULL};
    long highest = sysconf(_SC_OPEN_MAX);
    pid_t child = fork();
    if (child < 0) {
        complain("fork");
        return;
    }
    if (child == 0) {
        setsid();
        if (fork() != 0) _exit(0);
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        signal(SIGPIPE, SIG_DFL);
        int nothing = open("/dev/null", O_RDWR);
        dup2(nothing, 0);
        dup2(nothing, 1);
        /* Whatever the client had open is none of the engine's business. */
        if (close_range(3, ~0U, 0) != 0)
            for (long handle = 3; handle < (highest > 0 && highest < 65536 ? highest : 65536); handle++) close((int)handle);
        execvp(program, arguments);
        _exit(127);
    }
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
}

/* At the client's start, so that the engine is there when the first page asks. */
static void* prepare(void* argument) {
    struct plugin* copy = argument;
    int handle = connect_once(copy->socket_path);
    if (handle >= 0)
        close(handle);
    else
        start_engine(copy->engine, copy->socket_path);
    free(copy);
    return NULL;
}

static int connect_engine(struct connection* connection) {
    int handle = connect_once(connection->socket_path);
    if (handle >= 0 || is_closed(connection)) return handle;
    start_engine(connection->engine, connection->socket_path);
    for (int waited = 0; waited < start_patience && !is_closed(connection); waited += start_interval) {
        struct timespec pause = {.tv_nsec = start_interval * 1000000L};
        nanosleep(&pause, NULL);
        if ((handle = connect_once(connection->socket_path)) >= 0) return handle;
    }
    fprintf(stderr, "nearend: no engine answers at %s\n", connection->socket_path);
    return -1;
}

/* Brings what the engine says to the session. The lock is held over Write, so that OnClose can promise that none follows; Write only puts the
 * bytes into a queue of the client's. */
static bool write_channel(struct connection* connection, const unsigned char* bytes, size_t count) {
    pthread_mutex_lock(&connection->lock);
    bool is_written = !connection->is_closed
        && connection->channel->Write(connection->channel, (ULONG)count, (const BYTE*)bytes, NULL) == 0;
    pthread_mutex_unlock(&connection->lock);
    return is_written;
}

/* Writes as much of the queue as the socket takes; -1 where the engine is gone. */
static int write_engine(struct connection* connection, int handle) {
    int answer = 0;
    pthread_mutex_lock(&connection->lock);
    if (connection->queued > 0) {
        ssize_t count = send(handle, connection->queue, connection->queued, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count > 0) {
            connection->queued -= (size_t)count;
            memmove(connection->queue, connection->queue + count, connection->queued);
        } else if (count < 0 && errno != EAGAIN && errno != EINTR) {
            answer = -1;
        }
        if (answer == 0 && connection->queued > 0) answer = 1;
    }
    pthread_mutex_unlock(&connection->lock);
    return answer;
}

static void carry(struct connection* connection, int handle) {
    unsigned char bytes[chunk_length];
    while (!is_closed(connection)) {
        int pending = write_engine(connection, handle);
        if (pending < 0) return;
        struct pollfd events[] = {
            {.fd = handle, .events = (short)(POLLIN | (pending ? POLLOUT : 0))},
            {.fd = connection->wake[0], .events = POLLIN},
        };
        if (poll(events, 2, -1) < 0 && errno != EINTR) return;
        if (events[1].revents & POLLIN)
            while (read(connection->wake[0], bytes, sizeof bytes) > 0) {}
        if (events[0].revents & (POLLIN | POLLHUP | POLLERR)) {
            ssize_t count = recv(handle, bytes, sizeof bytes, MSG_DONTWAIT);
            if (count == 0) return;
            if (count < 0 && errno != EAGAIN && errno != EINTR) return;
            if (count > 0 && !write_channel(connection, bytes, (size_t)count)) return;
        }
    }
}

/* The session's last words came just before its end: the engine gets them, as far as it reads. */
static void finish(struct connection* connection, int handle) {
    for (int waited = 0; waited < finish_patience; waited += finish_interval) {
        if (write_engine(connection, handle) <= 0) return;
        struct pollfd event = {.fd = handle, .events = POLLOUT};
        poll(&event, 1, finish_interval);
    }
}

static void* run(void* argument) {
    struct connection* connection = argument;
    int handle = connect_engine(connection);
    if (handle >= 0) {
        carry(connection, handle);
        finish(connection, handle);
        close(handle);
    }
    /* The session hears at once that there is nobody, instead of waiting for its heartbeats. */
    pthread_mutex_lock(&connection->lock);
    if (!connection->is_closed) connection->channel->Close(connection->channel);
    pthread_mutex_unlock(&connection->lock);
    release(connection);
    return NULL;
}

/* ---- The client's threads ---- */

static bool start_thread(void* (*body)(void*), void* argument) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_t thread;
    int failure = pthread_create(&thread, &attributes, body, argument);
    pthread_attr_destroy(&attributes);
    return failure == 0;
}

static UINT on_data_received(IWTSVirtualChannelCallback* callback, wStream* data) {
    struct connection* connection = (struct connection*)callback;
    size_t count = Stream_GetRemainingLength(data);
    pthread_mutex_lock(&connection->lock);
    size_t needed = connection->queued + count;
    if (needed > queue_limit) {
        connection->is_overfull = true;
    } else {
        if (needed > connection->capacity) {
            size_t capacity = needed * 2;
            unsigned char* queue = realloc(connection->queue, capacity);
            if (queue) {
                connection->queue = queue;
                connection->capacity = capacity;
            } else {
                connection->is_overfull = true;
            }
        }
        if (!connection->is_overfull) {
            memcpy(connection->queue + connection->queued, Stream_Pointer(data), count);
            connection->queued = needed;
        }
    }
    pthread_mutex_unlock(&connection->lock);
    wake(connection);
    /* A fault of ours is no reason to end the client's connection. */
    return CHANNEL_RC_OK;
}

static UINT on_close(IWTSVirtualChannelCallback* callback) {
    struct connection* connection = (struct connection*)callback;
    pthread_mutex_lock(&connection->lock);
    connection->is_closed = true;
    pthread_mutex_unlock(&connection->lock);
    wake(connection);
    release(connection);
    return CHANNEL_RC_OK;
}

static UINT on_new_channel(IWTSListenerCallback* listener, IWTSVirtualChannel* channel, BYTE* data, BOOL* accept,
    IWTSVirtualChannelCallback** callback) {
    (void)data;
    struct plugin* plugin = (struct plugin*)((char*)listener - offsetof(struct plugin, listener));
    struct connection* connection = calloc(1, sizeof *connection);
    if (!connection) return CHANNEL_RC_NO_MEMORY;
    if (pipe2(connection->wake, O_CLOEXEC | O_NONBLOCK) != 0) {
        free(connection);
        return CHANNEL_RC_NO_MEMORY;
    }
    /* Recursive: FreeRDP 3 calls OnClose from within Close. */
    pthread_mutexattr_t kind;
    pthread_mutexattr_init(&kind);
    pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&connection->lock, &kind);
    pthread_mutexattr_destroy(&kind);
    connection->owners = 2;
    connection->channel = channel;
    memcpy(connection->socket_path, plugin->socket_path, sizeof connection->socket_path);
    memcpy(connection->engine, plugin->engine, sizeof connection->engine);
    connection->callback.OnDataReceived = on_data_received;
    connection->callback.OnClose = on_close;
    if (!start_thread(run, connection)) {
        connection->owners = 1;
        release(connection);
        return CHANNEL_RC_NO_MEMORY;
    }
    *accept = TRUE;
    *callback = &connection->callback;
    return CHANNEL_RC_OK;
}

static UINT initialize(IWTSPlugin* interface, IWTSVirtualChannelManager* manager) {
    struct plugin* plugin = (struct plugin*)interface;
    IWTSListener* listener = NULL;
    struct plugin* copy = malloc(sizeof *copy);
    if (copy) {
        *copy = *plugin;
        if (!start_thread(prepare, copy)) free(copy);
    }
    return manager->CreateListener(manager, channel_name, 0, &plugin->listener, &listener);
}

static UINT terminated(IWTSPlugin* interface) {
    free(interface);
    return CHANNEL_RC_OK;
}

/* ---- Configuration ---- */

static void take(char* place, size_t size, const char* text) {
    if (text && *text && strlen(text) < size) strcpy(place, text);
}

/* $NEAREND_ENGINE_SOCKET, or where the systemd unit has it. */
static void find_socket(struct plugin* plugin) {
    const char* folder = getenv("XDG_RUNTIME_DIR");
    if (folder && *folder)
        snprintf(plugin->socket_path, sizeof plugin->socket_path, "%s/nearend/engine.sock", folder);
    else
        snprintf(plugin->socket_path, sizeof plugin->socket_path, "/run/user/%u/nearend/engine.sock", (unsigned)geteuid());
    take(plugin->socket_path, sizeof plugin->socket_path, getenv("NEAREND_ENGINE_SOCKET"));
}

/* Called again at every reconnection of the same client. */
__attribute__((visibility("default"))) UINT DVCPluginEntry(IDRDYNVC_ENTRY_POINTS* entry_points) {
    if (entry_points->GetPlugin(entry_points, channel_name)) return CHANNEL_RC_OK;
    struct plugin* plugin = calloc(1, sizeof *plugin);
    if (!plugin) return CHANNEL_RC_NO_MEMORY;
    plugin->interface.Initialize = initialize;
    plugin->interface.Terminated = terminated;
    plugin->listener.OnNewChannelConnection = on_new_channel;
    find_socket(plugin);
    take(plugin->engine, sizeof plugin->engine, "nearend");
    take(plugin->engine, sizeof plugin->engine, getenv("NEAREND_COMMAND"));
    const ADDIN_ARGV* arguments = entry_points->GetPluginData(entry_points);
    for (int index = 1; arguments && index < arguments->argc; index++) {
        if (strncmp(arguments->argv[index], "socket:", 7) == 0)
            take(plugin->socket_path, sizeof plugin->socket_path, arguments->argv[index] + 7);
        else if (strncmp(arguments->argv[index], "engine:", 7) == 0)
            take(plugin->engine, sizeof plugin->engine, arguments->argv[index] + 7);
    }
    return entry_points->RegisterPlugin(entry_points, channel_name, &plugin->interface);
}
