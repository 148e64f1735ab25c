"""The sides of a call: each joins a room, plays a file, records what it hears, and tells what it saw."""

import asyncio
from abc import ABC, abstractmethod

from .aiortc_peer import AiortcPeer
from .chromium import Chromium
from .softphone import Softphone


class Side(ABC):
    """`async with` joins the room in its role (call or answer); then `connected`, and `finish` once."""

    def __init__(self, signalling, *, room, role, play, record):
        self.signalling = signalling
        self.room = room
        self.role = role
        self.play = play
        self.record = record
        """Where the recording is after `finish`."""
        self.figures = {}
        """What the side's own statistics said last."""

    @abstractmethod
    async def __aenter__(self): ...

    @abstractmethod
    async def __aexit__(self, *_): ...

    @abstractmethod
    async def connected(self):
        """Returns when media can flow; raises when the call fails."""

    async def measure(self):
        """Asks the side for its statistics, while the call is up."""

    @abstractmethod
    async def finish(self):
        """Hangs up and leaves the recording on disk."""


class NativeSide(Side):
    """The softphone page in a Chromium that uses its own WebRTC; `parameters` are the page's."""

    def __init__(self, *arguments, parameters=None, **named):
        super().__init__(*arguments, **named)
        self._parameters = parameters or {}

    async def __aenter__(self):
        self.browser = Chromium(microphone=self.play)
        await self.browser.__aenter__()
        self.softphone = await Softphone.open(self.browser, self.signalling, room=self.room, role=self.role, **self._parameters)
        await self.softphone.reaches("calling", "waiting", "connecting", "connected")
        return self

    async def __aexit__(self, *_):
        await self.browser.stop()

    async def connected(self):
        await self.softphone.reaches("connected")
        await self.softphone.tap()

    async def measure(self):
        self.figures = await self.softphone.figures()

    async def finish(self):
        await self.softphone.take(self.record)
        await self.softphone.hang_up()


class AiortcSide(Side):
    """aiortc in a process of its own."""

    def __init__(self, *arguments, codec=None, **named):
        super().__init__(*arguments, **named)
        self._codec = codec

    async def __aenter__(self):
        self.peer = AiortcPeer(
            self.signalling, room=self.room, role=self.role, play=self.play, record=self.record, codec=self._codec)
        await self.peer.__aenter__()
        return self

    async def __aexit__(self, *_):
        await self.peer.__aexit__()

    async def connected(self):
        await self.peer.reaches("connected")

    async def finish(self):
        self.figures = await self.peer.finish()


async def join(first, second, *, timeout=30):
    """Both are in a call: the first has joined its room already when the second comes."""
    await asyncio.wait_for(asyncio.gather(first.connected(), second.connected()), timeout)
