"""A far end of a call to Chromium that sends RTP packets as they are given, without encryption, and keeps the RTCP that comes back."""

import random
import socket

from aioice import stun

CHROMIUM = ["--disable-webrtc-encryption", "--disable-features=WebRtcHideLocalIpsWithMdns,MediaRouter,Translate"]
"""What the Chromium at the other end is started with."""


class PlainSender:
    """ICE lite (RFC 8445 §2.5), one section of audio, RTP/AVPF."""

    def __init__(self, number, source, types, lines):
        self.number, self.source, self.types, self.lines = number, source, types, lines
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.password = f"{random.getrandbits(128):032x}"
        self.peer = None
        self.feedback = []
        """The FCI of each transport-wide feedback that came (RTPFB, FMT 15)."""

    def offer(self):
        port = self.socket.getsockname()[1]
        return "\r\n".join([
            "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=ice-lite", "a=group:BUNDLE 0",
            f"m=audio {port} RTP/AVPF {self.types}", "c=IN IP4 127.0.0.1",
            f"a=candidate:1 1 udp 2122260223 127.0.0.1 {port} typ host", f"a=ice-ufrag:call{self.number}", f"a=ice-pwd:{self.password}",
            "a=mid:0", "a=sendonly", "a=rtcp-mux", "a=rtcp-rsize", *self.lines, f"a=ssrc:{self.source} cname:replay", ""])

    def receive(self):
        """Answers checks of connectivity, and keeps feedback."""
        try:
            data, address = self.socket.recvfrom(2048)
        except BlockingIOError:
            return
        if data[0] >> 6 == 2:
            self._keep_feedback(data)
            return
        try:
            request = stun.parse_message(data)
        except ValueError:
            return
        if request.message_method != stun.Method.BINDING or request.message_class != stun.Class.REQUEST:
            return
        answer = stun.Message(
            message_method=stun.Method.BINDING, message_class=stun.Class.RESPONSE, transaction_id=request.transaction_id)
        answer.attributes["XOR-MAPPED-ADDRESS"] = address
        answer.add_message_integrity(self.password.encode())
        self.socket.sendto(bytes(answer), address)
        if "USE-CANDIDATE" in request.attributes:
            self.peer = address

    def _keep_feedback(self, data):
        while len(data) >= 4:
            length = 4 * (int.from_bytes(data[2:4], "big") + 1)
            if data[1] == 205 and data[0] & 31 == 15:
                self.feedback.append(data[12:length])
            data = data[length:]
