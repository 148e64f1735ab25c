"""The agent in a remote desktop: Chromium with the extension there, the engine on the device."""

import asyncio
import sys
from pathlib import Path

from . import extension
from .bridge import serve_port
from .chromium import Chromium
from .far_end import Signalling
from .host import EXTENSION, HostInstallation
from .remote_desktop import RemoteDesktop
from .sides import Side
from .softphone import Softphone


class DistantSignalling(Signalling):
    """The far end in its own network namespace. Its page and its WebSocket come to the desktop's loopback interface through a bridge, so
    that the page may use a microphone; its media does not."""

    def __init__(self, *, namespaces, folder, **named):
        super().__init__(within=namespaces.far_end, **named)
        self._namespaces = namespaces
        self._socket = Path(folder) / "signalling.sock"

    async def __aenter__(self):
        await super().__aenter__()
        port = self.page.split(":")[2].strip("/")
        self._socket.unlink(missing_ok=True)
        self._bridge = await asyncio.create_subprocess_exec(
            *self._namespaces.far_end, sys.executable, "-m", "lab.bridge", str(self._socket), "127.0.0.1", port,
            stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[1])
        await asyncio.wait_for(self._bridge.stdout.readline(), 20)
        self._server, here = await serve_port(str(self._socket))
        self.page, self.signal = (url.replace(f":{port}", f":{here}") for url in (self.page, self.signal))
        return self

    async def __aexit__(self, *error):
        self._server.close()
        self._bridge.terminate()
        await self._bridge.wait()
        self._socket.unlink(missing_ok=True)
        await super().__aexit__(*error)


class RemoteSide(Side):
    """The softphone page in a Chromium inside the remote desktop. `desktop` can lose its client and get it back meanwhile."""

    def __init__(self, *, namespaces, plugin, folder, parameters=None, desktop=None, **named):
        super().__init__(**named)
        self._parameters = parameters or {}
        self._folder = folder
        self.desktop = RemoteDesktop(
            namespaces, plugin=plugin, microphone=self.play, loudspeaker=self.record, folder=folder, **(desktop or {}))
        self.host = HostInstallation()
        self.browser = Chromium(
            extension=EXTENSION, environment={**self.host.environment, **self.desktop.environment}, headed=True,
            arguments=["--window-position=20,20", "--disable-gpu"])
        self.host_log = self.relay_log = ""
        """What the engine on the device said, and the relay in the desktop."""

    async def __aenter__(self):
        try:
            await self.desktop.__aenter__()
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
        await self.desktop.__aexit__()
        engine_log = Path(self._folder) / "engine.log"
        self.host_log = engine_log.read_text() if engine_log.exists() else ""
        self.relay_log = self.host.log.read_text() if self.host.log.exists() else ""
        self.host.remove()

    async def connected(self):
        await self.softphone.reaches("connected")

    async def measure(self):
        self.figures = await self.softphone.figures()

    async def finish(self):
        await self.softphone.hang_up()
