"""The signalling of the pages of `pages/softphones`, and the far ends that they talk to."""

import asyncio
import json
import logging
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import serve

from .answering_party import FarEnd


class Line:
    """One page's: what it said, and whom it talks to."""

    def __init__(self, speech):
        self._speech = speech
        self._socket = None
        self.far_end = None
        self.wire = []
        """What the page sent, by kind: `invite`, `tell hold`."""
        self.told = {}
        self.registered = asyncio.Event()
        self.ended = asyncio.Event()

    async def serve(self, socket):
        self._socket = socket
        async for text in socket:
            message = json.loads(text)
            kind = message.pop("kind")
            self.wire.append(" ".join([kind, message.get("name", "")]).strip())
            await getattr(self, f"_{kind}")(**message)

    async def call(self):
        """The far end calls the page."""
        self.far_end = FarEnd(self._speech)
        await self._send("invite", sdp=await self.far_end.offer())

    @property
    def digits(self):
        return self.told.get("dtmf") or (self.far_end.digits if self.far_end else "")

    async def close(self):
        if self.far_end:
            await self.far_end.close()

    async def _send(self, kind, **members):
        await self._socket.send(json.dumps({"kind": kind, **members}))

    async def _register(self):
        await self._send("registered")
        self.registered.set()

    async def _invite(self, sdp, isEarly=False):
        self.far_end = self.far_end or FarEnd(self._speech)
        answer = await self.far_end.answer(sdp)
        if isEarly:
            await self._send("progress", sdp=answer)
            await asyncio.sleep(0.5)
        await self._send("answer", sdp=answer)

    async def _answer(self, sdp):
        await self.far_end.accept(sdp)

    async def _tell(self, name, value):
        self.told[name] = value
        await self._send("told")

    async def _bye(self):
        self.ended.set()


class Exchange:
    """`async with Exchange(speech) as exchange`: `exchange.line(name)` is that of the page which opens `exchange.signal(name)`."""

    def __init__(self, speech):
        self._speech = speech
        self._lines = {}

    async def __aenter__(self):
        quiet = logging.getLogger("lab.exchange")
        quiet.setLevel(logging.CRITICAL)
        self._listener = await serve(self._serve, "127.0.0.1", 0, ping_interval=None, max_size=None, logger=quiet)
        return self

    async def __aexit__(self, *_):
        self._listener.close()
        for line in self._lines.values():
            await line.close()

    def line(self, name):
        return self._lines.setdefault(name, Line(self._speech))

    def signal(self, name):
        return f"ws://127.0.0.1:{self._listener.sockets[0].getsockname()[1]}/?line={name}"

    async def _serve(self, socket):
        name = parse_qs(urlsplit(socket.request.path).query)["line"][0]
        await self.line(name).serve(socket)
