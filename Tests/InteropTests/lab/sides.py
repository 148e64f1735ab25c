"""The sides of a call: each joins a room, plays a file, records what it hears, and tells what it saw."""

import asyncio
from abc import ABC, abstractmethod

from . import extension
from .aiortc_peer import AiortcPeer
from .chromium import Chromium
from .host import EXTENSION, HostInstallation
from .softphone import Softphone


class Side(ABC):
    """`async with` joins the room in its role (call or answer); then `connected`, and `finish` once."""

    def __init__(self, *, signalling, room, role, play, record):
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

    def __init__(self, *, parameters=None, **named):
        super().__init__(**named)
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


class RedirectedSide(Side):
    """The same page in a Chromium with the extension: the host captures, sends, receives and plays.

    `make_wrapper(installation)` gives a program to put between browser and host, or nothing; `arguments` are the browser's.
    """

    def __init__(self, *, parameters=None, headed=False, make_wrapper=None, arguments=(), environment=None, **named):
        super().__init__(**named)
        self._parameters = parameters or {}
        self.host = HostInstallation(microphone=self.play, loudspeaker=self.record, make_wrapper=make_wrapper)
        self.browser = Chromium(extension=EXTENSION, environment=self.host.environment | (environment or {}), headed=headed, arguments=arguments)
        self.host_log = ""
        """What the host said, once the browser has ended."""

    async def __aenter__(self):
        try:
            self.host.install(self.browser.profile)
            await self.browser.__aenter__()
            await extension.allow(self.browser, self.signalling.page)
            self.softphone = await Softphone.open(self.browser, self.signalling, room=self.room, role=self.role, **self._parameters)
            await self.softphone.reaches("calling", "waiting", "connecting", "connected")
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_):
        await self.browser.stop()
        self.host_log = self.host.log.read_text() if self.host.log.exists() else ""
        self.host.remove()

    async def connected(self):
        await self.softphone.reaches("connected")

    async def measure(self):
        self.figures = await self.softphone.figures()

    async def finish(self):
        await self.softphone.hang_up()


class AiortcSide(Side):
    """aiortc in a process of its own; `codec` is the only one it offers when it calls."""

    def __init__(self, *, codec=None, **named):
        super().__init__(**named)
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
