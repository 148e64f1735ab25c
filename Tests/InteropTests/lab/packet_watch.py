"""Every UDP datagram that this network namespace sends or receives, sorted by what RFC 7983 makes of its first byte.

As a program, in any namespace: `python -m lab.packet_watch` tells at SIGTERM, in one line of JSON, what it has counted, and how long at most no RTP packet came.
"""

import asyncio
import json
import signal
import socket
import struct

_ALL = 0x0003
_FOR_US = 0  # PACKET_HOST of packet(7)
# SO_TIMESTAMPNS of socket(7), which Python does not name.
_TIMESTAMP = 35
_IPV4, _IPV6, _UDP = 0x0800, 0x86DD, 17


def kind(payload):
    """RFC 7983 §7, and `other` for what is none of those."""
    if not payload:
        return "other"
    first = payload[0]
    if first <= 3 and payload[4:8] == b"\x21\x12\xa4\x42":
        return "stun"
    if 20 <= first <= 63 and len(payload) > 13 and payload[1] == 254:
        return "dtls"
    return "rtp" if 128 <= first <= 191 else "other"


class PacketWatch:
    """`with`, inside an event loop: `counts` by kind. `port`: only what comes to it counts for `longest_gap`."""

    def __init__(self, port=None):
        self._port = port
        self.counts = {"rtp": 0, "dtls": 0, "stun": 0, "other": 0}
        self.longest_gap = 0.0
        """Seconds between two RTP packets that came; RTCP does not count."""
        self._last = None

    def __enter__(self):
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_ALL))
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        # When a packet came the kernel knows; we may be late.
        self._socket.setsockopt(socket.SOL_SOCKET, _TIMESTAMP, 1)
        self._socket.setblocking(False)
        asyncio.get_running_loop().add_reader(self._socket, self._read)
        return self

    def __exit__(self, *_):
        self._read()
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()

    @property
    def media(self):
        return sum(self.counts[name] for name in ("rtp", "dtls", "stun"))

    def _read(self):
        while True:
            try:
                packet, notes, _, (_, protocol, direction, *_) = self._socket.recvmsg(2048, 64)
            except BlockingIOError:
                return
            port, payload = self._payload(packet, protocol)
            if payload is not None:
                self.counts[kind(payload)] += 1
                is_for_us = direction == _FOR_US and self._port in (None, port)
                if is_for_us and kind(payload) == "rtp" and not 192 <= payload[1] <= 223:
                    seconds, nanoseconds = next(struct.unpack("qq", data) for _, kind_of_note, data in notes if kind_of_note == _TIMESTAMP)
                    self._note_arrival(seconds + nanoseconds / 1e9)

    def _note_arrival(self, now):
        if self._last is not None:
            self.longest_gap = max(self.longest_gap, now - self._last)
        self._last = now

    @staticmethod
    def _payload(packet, protocol):
        if protocol == _IPV4 and len(packet) >= 20 and packet[9] == _UDP:
            start = (packet[0] & 15) * 4
        elif protocol == _IPV6 and len(packet) >= 40 and packet[6] == _UDP:
            start = 40
        else:
            return None, None
        if len(packet) < start + 8:
            return None, None
        port, length = struct.unpack(">HH", packet[start + 2:start + 6])
        return port, packet[start + 8:start + length]


async def _main():
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    with PacketWatch() as watch:
        print("ready", flush=True)
        await ended.wait()
    print(json.dumps({**watch.counts, "longestGap": watch.longest_gap}), flush=True)


if __name__ == "__main__":
    asyncio.run(_main())
