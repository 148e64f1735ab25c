// usrsctp, and what of it Swift cannot call or would have to spell out: structures with flexible arrays, casts of addresses, variadic
// function pointers.
#ifndef NEAREND_CUSRSCTP_SHIM_H
#define NEAREND_CUSRSCTP_SHIM_H

#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <usrsctp.h>

/// Hands a packet to its association: the address it was opened with, the packet, its length.
typedef int (*nearend_sctp_output)(void *address, void *packet, size_t length, uint8_t service, uint8_t dont_fragment);

/// Starts the library without threads of its own. What it would answer strangers with stays unsaid.
static inline void nearend_sctp_start(nearend_sctp_output output) {
    usrsctp_init_nothreads(0, output, NULL);
    usrsctp_sysctl_set_sctp_blackhole(2);
    // None of these is of any use over DTLS, and what is off cannot be attacked.
    usrsctp_sysctl_set_sctp_no_csum_on_loopback(0);
    usrsctp_sysctl_set_sctp_ecn_enable(0);
    usrsctp_sysctl_set_sctp_auto_asconf(0);
    usrsctp_sysctl_set_sctp_asconf_enable(0);
    usrsctp_sysctl_set_sctp_auth_enable(0);
    usrsctp_sysctl_set_sctp_nrsack_enable(0);
    usrsctp_sysctl_set_sctp_pktdrop_enable(0);
    // A path that is gone is ICE's to find out, and may come back with a restart: SCTP never gives up on its own, as in browsers.
    usrsctp_sysctl_set_sctp_init_rtx_max_default(65535);
    usrsctp_sysctl_set_sctp_assoc_rtx_max_default(65535);
    usrsctp_sysctl_set_sctp_path_rtx_max_default(65535);
}

static inline int nearend_sctp_subscribe(struct socket *socket, uint16_t type) {
    struct sctp_event event;
    memset(&event, 0, sizeof event);
    event.se_assoc_id = SCTP_ALL_ASSOC;
    event.se_type = type;
    event.se_on = 1;
    return usrsctp_setsockopt(socket, IPPROTO_SCTP, SCTP_EVENT, &event, sizeof event);
}

static inline struct sockaddr_conn nearend_sctp_address(void *address, uint16_t port) {
    struct sockaddr_conn result;
    memset(&result, 0, sizeof result);
    result.sconn_family = AF_CONN;
    result.sconn_port = htons(port);
    result.sconn_addr = address;
    return result;
}

/// Sizes in bytes, times in milliseconds.
struct nearend_sctp_options {
    uint16_t streams;
    uint32_t packet_size;
    int send_buffer;
    int receive_buffer;
    uint32_t initial_timeout;
    uint32_t shortest_timeout;
    uint32_t longest_timeout;
};

/// A socket for one association, bound and ready to be connected; NULL where the library refuses.
static inline struct socket *nearend_sctp_open(void *address, uint16_t port, struct nearend_sctp_options options) {
    struct socket *socket = usrsctp_socket(AF_CONN, SOCK_STREAM, IPPROTO_SCTP, NULL, NULL, 0, NULL);
    if (socket == NULL) return NULL;
    int on = 1;
    // Closing aborts and forgets at once.
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    struct sctp_assoc_value resets = {
        .assoc_id = SCTP_ALL_ASSOC, .assoc_value = SCTP_ENABLE_RESET_STREAM_REQ | SCTP_ENABLE_CHANGE_ASSOC_REQ};
    struct sctp_initmsg streams;
    memset(&streams, 0, sizeof streams);
    streams.sinit_num_ostreams = options.streams;
    streams.sinit_max_instreams = options.streams;
    struct sctp_rtoinfo timeouts = {
        .srto_assoc_id = SCTP_FUTURE_ASSOC,
        .srto_initial = options.initial_timeout,
        .srto_max = options.longest_timeout,
        .srto_min = options.shortest_timeout};
    struct sctp_paddrparams path;
    memset(&path, 0, sizeof path);
    path.spp_address.ss_family = AF_CONN;
    path.spp_flags = SPP_PMTUD_DISABLE;
    // The library counts its common header apart.
    path.spp_pathmtu = options.packet_size - (uint32_t)sizeof(struct sctp_common_header);
    struct sockaddr_conn local = nearend_sctp_address(address, port);
    int refused = usrsctp_set_non_blocking(socket, 1) != 0
        || usrsctp_setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) != 0
        || usrsctp_setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &options.send_buffer, sizeof(int)) != 0
        || usrsctp_setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &options.receive_buffer, sizeof(int)) != 0
        || usrsctp_setsockopt(socket, IPPROTO_SCTP, SCTP_ENABLE_STREAM_RESET, &resets, sizeof resets) != 0
        || usrsctp_setsockopt(socket, IPPROTO_SCTP, SCTP_NODELAY, &on, sizeof on) != 0
        || usrsctp_setsockopt(socket, IPPROTO_SCTP, SCTP_RECVRCVINFO, &on, sizeof on) != 0
        || usrsctp_setsockopt(socket, IPPROTO_SCTP, SCTP_INITMSG, &streams, sizeof streams) != 0
        || usrsctp_setsockopt(socket, IPPROTO_SCTP, SCTP_RTOINFO, &timeouts, sizeof timeouts) != 0
        || usrsctp_setsockopt(socket, IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, &path, sizeof path) != 0
        || nearend_sctp_subscribe(socket, SCTP_ASSOC_CHANGE) != 0
        || nearend_sctp_subscribe(socket, SCTP_STREAM_RESET_EVENT) != 0
        || nearend_sctp_subscribe(socket, SCTP_PARTIAL_DELIVERY_EVENT) != 0
        || usrsctp_bind(socket, (struct sockaddr *)&local, sizeof local) != 0;
    if (!refused) return socket;
    usrsctp_close(socket);
    return NULL;
}

/// Sends INIT: 0, or -1 where the library refuses.
static inline int nearend_sctp_connect(struct socket *socket, void *address, uint16_t port) {
    struct sockaddr_conn remote = nearend_sctp_address(address, port);
    return usrsctp_connect(socket, (struct sockaddr *)&remote, sizeof remote) == 0 || errno == EINPROGRESS ? 0 : -1;
}

/// One whole message: 0, or the error's number (`EAGAIN`: no room for now). `policy` is one of `SCTP_PR_SCTP_…`.
static inline int nearend_sctp_send(
    struct socket *socket, const void *bytes, size_t length, uint16_t stream, uint32_t protocol, int is_unordered, uint16_t policy,
    uint32_t policy_value) {
    struct sctp_sendv_spa info;
    memset(&info, 0, sizeof info);
    info.sendv_flags = SCTP_SEND_SNDINFO_VALID;
    info.sendv_sndinfo.snd_sid = stream;
    info.sendv_sndinfo.snd_ppid = htonl(protocol);
    info.sendv_sndinfo.snd_flags = SCTP_EOR | (is_unordered ? SCTP_UNORDERED : 0);
    if (policy != SCTP_PR_SCTP_NONE) {
        info.sendv_flags |= SCTP_SEND_PRINFO_VALID;
        info.sendv_prinfo.pr_policy = policy;
        info.sendv_prinfo.pr_value = policy_value;
    }
    return usrsctp_sendv(socket, bytes, length, NULL, 0, &info, sizeof info, SCTP_SENDV_SPA, 0) >= 0 ? 0 : errno;
}

/// What `nearend_sctp_receive` found besides the bytes.
struct nearend_sctp_received {
    uint16_t stream;
    uint32_t protocol;
    int is_notification;
    int is_end;
};

/// The next piece of a message or notification: its length; 0 at the end of the association; -1 where nothing is there.
static inline ssize_t nearend_sctp_receive(struct socket *socket, void *room, size_t length, struct nearend_sctp_received *received) {
    struct sctp_rcvinfo info;
    socklen_t info_length = sizeof info;
    unsigned int info_type = SCTP_RECVV_NOINFO;
    int flags = 0;
    memset(&info, 0, sizeof info);
    ssize_t count = usrsctp_recvv(socket, room, length, NULL, NULL, &info, &info_length, &info_type, &flags);
    received->stream = info_type == SCTP_RECVV_RCVINFO ? info.rcv_sid : 0;
    received->protocol = info_type == SCTP_RECVV_RCVINFO ? ntohl(info.rcv_ppid) : 0;
    received->is_notification = (flags & MSG_NOTIFICATION) != 0;
    received->is_end = (flags & MSG_EOR) != 0;
    return count;
}

/// Asks to reset our side of one stream: 0, or the error's number (`EINPROGRESS`, `EALREADY`: another request is on its way).
static inline int nearend_sctp_reset(struct socket *socket, uint16_t stream) {
    union {
        struct sctp_reset_streams request;
        uint8_t room[sizeof(struct sctp_reset_streams) + sizeof(uint16_t)];
    } reset;
    memset(&reset, 0, sizeof reset);
    reset.request.srs_assoc_id = SCTP_ALL_ASSOC;
    reset.request.srs_flags = SCTP_STREAM_RESET_OUTGOING;
    reset.request.srs_number_streams = 1;
    memcpy(reset.room + offsetof(struct sctp_reset_streams, srs_stream_list), &stream, sizeof stream);
    socklen_t length = (socklen_t)(offsetof(struct sctp_reset_streams, srs_stream_list) + sizeof stream);
    return usrsctp_setsockopt(socket, IPPROTO_SCTP, SCTP_RESET_STREAMS, &reset, length) == 0 ? 0 : errno;
}

/// What the association knows of itself and its path; 0, or -1 where there is none.
static inline int nearend_sctp_status(struct socket *socket, struct sctp_status *status) {
    socklen_t length = sizeof *status;
    memset(status, 0, sizeof *status);
    return usrsctp_getsockopt(socket, IPPROTO_SCTP, SCTP_STATUS, status, &length);
}

#endif
