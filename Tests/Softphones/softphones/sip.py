"""SIP over WebSocket (RFC 7118), as much of it as one registered phone and one call need."""

import asyncio
import re
import uuid


class Message:
    """A request or a response; headers by their long names, in order."""

    _SHORT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length", "c": "content-type"}

    def __init__(self, text):
        head, _, self.body = text.partition("\r\n\r\n")
        self.start, *lines = head.split("\r\n")
        self.headers = []
        for line in lines:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            self.headers.append((self._SHORT.get(name, name), value.strip()))

    def all(self, name):
        return [value for known, value in self.headers if known == name]

    def __getitem__(self, name):
        return next(iter(self.all(name)), "")

    @property
    def method(self):
        return self["cseq"].split()[-1]

    @property
    def is_request(self):
        return not self.start.startswith("SIP/2.0")

    @property
    def status(self):
        return int(self.start.split()[1])


class SIPServer:
    """Registrar and far end in one. `make_far_end()` gives who answers, or calls."""

    protocol = "sip"

    def __init__(self, make_far_end):
        self._make = make_far_end
        self.far_end = None
        self.wire = []
        """What was sent and received: `> INVITE`, `< 200 INVITE`."""
        self.info = []
        """Digits of INFO requests (application/dtmf-relay), or their bodies."""
        self._tag = uuid.uuid4().hex[:8]
        self._socket = None
        self._contact = None
        self.registered = asyncio.Event()
        self.ended = asyncio.Event()

    async def serve(self, socket):
        self._socket = socket
        async for text in socket:
            if not text.strip():
                continue
            message = Message(text if isinstance(text, str) else text.decode())
            if message.is_request:
                self.wire.append(f"> {message.start.split()[0]}")
                await self._request(message)
            else:
                self.wire.append(f"> {message.status} {message.method}")
                await self._response(message)

    async def call(self):
        """The far end calls the phone."""
        self.far_end = self._make()
        self._invite = dict(call=uuid.uuid4().hex, branch="z9hG4bK" + uuid.uuid4().hex[:10], sequence=1)
        await self._send_request("INVITE", await self.far_end.offer())

    async def hang_up(self):
        self._invite["sequence"] += 1
        await self._send_request("BYE", "")

    async def _send_request(self, method, body, ack_to=""):
        call = self._invite
        lines = [
            f"{method} {self._contact} SIP/2.0", f"Via: SIP/2.0/WS far.invalid;branch={call['branch']}{call['sequence']}{method[0]}",
            "Max-Forwards: 70", f"From: \"Far\" <sip:far@phone.invalid>;tag={self._tag}", f"To: <sip:agent@phone.invalid>{ack_to or call.get('to', '')}",
            f"Call-ID: {call['call']}", f"CSeq: {call['sequence']} {method}", "Contact: <sip:far@phone.invalid;transport=ws>",
            "Allow: INVITE, ACK, CANCEL, BYE, INFO, OPTIONS, UPDATE",
        ]
        if body:
            lines.append("Content-Type: application/sdp")
        self.wire.append(f"< {method}")
        await self._socket.send("\r\n".join([*lines, f"Content-Length: {len(body.encode())}", "", body]))

    async def _response(self, message):
        if message.method == "INVITE" and message.status >= 200:
            tag = re.search(r";tag=[^;>\s]+", message["to"])
            self._invite["to"] = tag[0] if tag else ""
            contact = re.search(r"<([^>]+)>", message["contact"])
            if contact:
                self._contact = contact[1]
            await self._send_request("ACK", "")
            if message.status == 200:
                await self.far_end.accept(message.body)
        elif message.method == "BYE":
            self.ended.set()

    async def _request(self, request):
        method = request.start.split()[0]
        if method == "REGISTER":
            contact = request["contact"]
            self._contact = re.search(r"<([^>]+)>", contact)[1]
            await self._reply(request, "200 OK", [f"Contact: {contact if 'expires=' in contact else contact + ';expires=300'}"])
            self.registered.set()
        elif method == "INVITE":
            is_first = self.far_end is None
            if is_first:
                self.far_end = self._make()
                await self._reply(request, "100 Trying")
                await self._reply(request, "180 Ringing")
            answer = await self.far_end.answer(request.body)
            await self._reply(
                request, "200 OK", ["Contact: <sip:far@phone.invalid;transport=ws>", "Allow: INVITE, ACK, CANCEL, BYE, INFO, OPTIONS, UPDATE"], answer)
        elif method == "INFO":
            signal = re.search(r"Signal\s*=\s*(\S)", request.body)
            self.info.append(signal[1] if signal else request.body)
            await self._reply(request, "200 OK")
        elif method == "BYE":
            await self._reply(request, "200 OK")
            self.ended.set()
        elif method != "ACK":
            await self._reply(request, "200 OK")

    async def _reply(self, request, status, more=(), body=""):
        to = request["to"]
        if "tag=" not in to and not status.startswith("100"):
            to += f";tag={self._tag}"
        lines = [f"SIP/2.0 {status}", *(f"Via: {via}" for via in request.all("via")), *(f"Record-Route: {route}" for route in request.all("record-route")),
                 f"From: {request['from']}", f"To: {to}", f"Call-ID: {request['call-id']}", f"CSeq: {request['cseq']}", *more]
        if body:
            lines.append("Content-Type: application/sdp")
        self.wire.append(f"< {status.split()[0]} {request.method}")
        await self._socket.send("\r\n".join([*lines, f"Content-Length: {len(body.encode())}", "", body]))
