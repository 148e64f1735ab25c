"""A remote desktop with real software: xrdp and its channel server before an Xvnc, FreeRDP with libnearend-client.so on the agent's device.

Runs as root in a mount and a network namespace of its own (scripts/demo.sh --remote-desktop): the folders that xrdp and FreeRDP insist on are
then nobody else's.
"""

import asyncio
import json
import os
import signal
import shutil
import socket
import struct
import subprocess
import tempfile
import time
import zlib
from pathlib import Path

from .far_end import built
from .namespaces import DESKTOP_ADDRESS
from .processes import running

RDP_PORT, VNC_PORT = 3389, 5970
SOCKETS = Path("/run/xrdp/sockdir")

_XRDP_INI = """\
[Globals]
ini_version=1
fork=true
port=tcp://{address}:{port}
tcp_nodelay=true
security_layer=tls
certificate={folder}/cert.pem
key_file={folder}/key.pem
ssl_protocols=TLSv1.2, TLSv1.3
autorun=lean
allow_channels=true
bitmap_compression=true
max_bpp=32
use_fastpath=both
[Logging]
LogFile={folder}/xrdp.log
LogLevel=INFO
EnableSyslog=false
[Channels]
drdynvc=true
[lean]
name=lean
lib=libvnc.so
ip=127.0.0.1
port={vnc}
username=na
password=na
chansrvport=DISPLAY({display})
enable_dynamic_resizing=false
"""


def _free_display():
    return next(number for number in range(70, 200) if not Path(f"/tmp/.X11-unix/X{number}").exists() and not Path(f"/tmp/.X{number}-lock").exists())


def _own_folder(path):
    """An empty folder at a place that others may use, too: seen in this mount namespace only."""
    path.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", str(path)], check=True)
    return path


def plugin_folder():
    """Where this FreeRDP looks for plugins: compiled in, and the same on all of Debian."""
    multiarch = subprocess.run(["gcc", "-print-multiarch"], capture_output=True, text=True).stdout.strip() or "x86_64-linux-gnu"
    return Path(f"/usr/lib/{multiarch}/freerdp2")


class RemoteDesktop:
    """`async with`: the desktop is up and its client has connected. `environment` is what programs in the desktop find."""

    size = (1280, 960)

    def __init__(self, namespaces, *, plugin, microphone, loudspeaker, folder, grace=120, decision="allow", path=None):
        self._namespaces = namespaces
        self._plugin = plugin
        self._folder = Path(tempfile.mkdtemp(prefix="nearend-desktop."))
        self._logs = Path(folder)
        self._processes = []
        self._client = None
        self.display = _free_display()
        self.engine_log = self._folder / "engine.log"
        self._engine_configuration = self._folder / "engine.json"
        self._engine_configuration.write_text(json.dumps({
            "devices": {"virtual": {"microphone": str(microphone), "loops": True, "loudspeaker": str(loudspeaker)}},
            "engine": {"graceSeconds": grace, "microphone": {"default": decision}},
            "log": {"level": "debug", "file": str(self.engine_log)},
        }))
        self._path = path
        self._mounts = []
        self.runtime = self._folder / "runtime"
        """The device's; another device has another."""
        self.session_runtime = self._folder / "session"
        for folder in (self.runtime, self.session_runtime):
            folder.mkdir(mode=0o700)

    @property
    def environment(self):
        return {"DISPLAY": f":{self.display}", "XDG_RUNTIME_DIR": str(self.session_runtime)}

    async def __aenter__(self):
        try:
            self._prepare()
            self._start_desktop()
            await self._until(SOCKETS.joinpath(f"xrdpapi_{self.display}").exists, "xrdp's channel server")
            # xrdp tries for three seconds to connect to it, and then gives up.
            await self._until(lambda: self._answers(VNC_PORT, "127.0.0.1"), "the desktop's screen")
            await self._until(lambda: self._answers(RDP_PORT, DESKTOP_ADDRESS), "xrdp")
            self._start_screen()
            await self._until(Path(f"/tmp/.X11-unix/X{self._screen}").exists, "the client's screen")
            self.start_client()
            await self.channel_opens()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_):
        await self.stop_client()
        for pid in self.engines():
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + 5
        while self.engines() and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        for process in reversed(self._processes):
            process.terminate()
        for process in self._processes:
            try:
                await asyncio.to_thread(process.wait, 5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for path in self._mounts:
            subprocess.run(["umount", "--lazy", str(path)], check=False)
        for log in self._folder.glob("*.log"):
            shutil.copy(log, self._logs)
        shutil.rmtree(self._folder, ignore_errors=True)

    def engines(self):
        """The engines on the devices, by their sockets' names."""
        return [pid for pid in running(built("nearend")) if b"engine" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                and str(self._folder).encode() in Path(f"/proc/{pid}/environ").read_bytes()]

    def server_pids(self):
        """What runs on the desktop's machine for it: screen, channel server, xrdp."""
        return [process.pid for process in self._processes[:3]]

    def command(self, *words):
        """What `nearend` prints on the agent's device, the one that is in use."""
        done = subprocess.run(
            [str(built("nearend")), *words, "--socket", str(self.runtime / "nearend/engine.sock")], capture_output=True, text=True, timeout=20)
        if done.returncode != 0:
            raise RuntimeError(f"nearend {' '.join(words)}: {done.stderr}")
        return done.stdout

    def report(self):
        """Whom the engine serves, and what has crossed the channel."""
        return json.loads(self.command("report", "--json"))

    # The client, which may go and come back.

    def change_device(self):
        """The next client is that of another device, with an engine of its own. Gives the former's runtime folder."""
        former, self.runtime = self.runtime, self._folder / f"runtime-{len(list(self._folder.glob('runtime*')))}"
        self.runtime.mkdir(mode=0o700)
        return former

    def start_client(self, has_plugin=True):
        runtime = {
            "DISPLAY": f":{self._screen}", "HOME": str(self._folder), "XDG_RUNTIME_DIR": str(self.runtime),
            "NEAREND_COMMAND": str(built("nearend")), "NEAREND_CONFIG": str(self._engine_configuration), "XDG_STATE_HOME": str(self._folder),
            **({"PATH": f"{self._path}:{os.environ['PATH']}"} if self._path else {}),
        }
        self._client = self._start(
            [*self._namespaces.device, "xfreerdp", f"/v:{DESKTOP_ADDRESS}:{RDP_PORT}", "/u:na", "/p:na", "/cert:ignore", "/sec:tls",
             f"/size:{self.size[0]}x{self.size[1]}", "/bpp:32", "/dvc:nearend" if has_plugin else "/echo", "-decorations",
             "+auto-reconnect", "/auto-reconnect-max-retries:20"], "client", runtime)

    async def stop_client(self, how=signal.SIGKILL):
        """The client is gone at once, as when the agent's network fails."""
        if self._client:
            self._client.send_signal(how)
            await asyncio.to_thread(self._client.wait)
            self._processes.remove(self._client)
            self._client = None

    async def channel_opens(self, timeout=20):
        """Waits until the channel server opens a channel to the plugin. An attempt before a client is connected costs the server nothing."""
        deadline = time.monotonic() + timeout
        while await asyncio.to_thread(self.ask_for_channel) != 0:
            if self._client.poll() is not None:
                raise RuntimeError(f"the client has ended:\n{self._log('client')}")
            if time.monotonic() > deadline:
                raise TimeoutError(f"no channel in {timeout} s:\n{self._log('client')}\n{self._log('xrdp')}")
            await asyncio.sleep(0.2)

    def ask_for_channel(self):
        """What the channel server answers to who wants a channel to the plugin: 0 for yes, nothing if it hangs up."""
        name = b"nearend"
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            try:
                connection.connect(str(SOCKETS / f"xrdpapi_{self.display}"))
                connection.sendall(struct.pack("<III", 16 + len(name), 0, len(name)) + name + struct.pack("<I", 1))
                answer = connection.recv(4)
                return int.from_bytes(answer, "little") if len(answer) == 4 else None
            except OSError:
                return None

    def screenshot(self, path):
        """What the agent sees: the client's screen, as Xvfb keeps it (XWD, version 7)."""
        data = (self._folder / "Xvfb_screen0").read_bytes()
        header = struct.unpack(">25I", data[:100])
        size, width, height, line, colours = header[0], header[4], header[5], header[12], header[19]
        pixels = data[size + colours * 12:]
        rows = bytearray()
        for y in range(height):
            row = pixels[y * line:y * line + width * 4]
            rows += b"\0" + b"".join(bytes((row[x + 2], row[x + 1], row[x])) for x in range(0, len(row), 4))

        def chunk(name, content):
            return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

        Path(path).write_bytes(
            b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(bytes(rows), 6)) + chunk(b"IEND", b""))

    # Parts

    def _prepare(self):
        self._mounts = [_own_folder(SOCKETS.parent), _own_folder(plugin_folder())]
        SOCKETS.mkdir()
        SOCKETS.chmod(0o3777)
        shutil.copy(self._plugin, plugin_folder() / "libnearend-client.so")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", "/CN=localhost", "-keyout",
             str(self._folder / "key.pem"), "-out", str(self._folder / "cert.pem")], check=True, stderr=subprocess.DEVNULL)
        (self._folder / "xrdp.ini").write_text(_XRDP_INI.format(
            address=DESKTOP_ADDRESS, port=RDP_PORT, vnc=VNC_PORT, display=self.display, folder=self._folder))

    async def restart_channel_server(self):
        """As a user would who runs out of channel numbers; clients must connect anew."""
        await self.stop_client()
        self._channel_server.kill()
        self._channel_server.wait()
        self._processes.remove(self._channel_server)
        socket = SOCKETS / f"xrdpapi_{self.display}"
        socket.unlink()
        self._start_channel_server()
        await self._until(socket.exists, "xrdp's channel server")
        self.start_client()
        await self.channel_opens()

    def _start_channel_server(self):
        self._channel_server = self._start(["/usr/sbin/xrdp-chansrv"], "chansrv", {
            "DISPLAY": f":{self.display}", "CHANSRV_LOG_PATH": str(self._folder), "HOME": str(self._folder), "XDG_RUNTIME_DIR": str(self.runtime)})

    def _start_desktop(self):
        self._start(["Xvnc", f":{self.display}", "-geometry", "{}x{}".format(*self.size), "-depth", "24", "-SecurityTypes", "None", "-localhost",
                     "-rfbport", str(VNC_PORT), "-nolisten", "tcp", "-AlwaysShared"], "xvnc")
        self._start_channel_server()
        self._start(["/usr/sbin/xrdp", "--nodaemon", "-c", str(self._folder / "xrdp.ini")], "xrdp-output")

    def _start_screen(self):
        self._screen = _free_display()
        self._start([*self._namespaces.device, "Xvfb", f":{self._screen}", "-screen", "0", "{}x{}x24".format(*self.size), "-fbdir",
                     str(self._folder), "-nolisten", "tcp"], "xvfb")

    def _start(self, command, name, environment=None):
        with open(self._folder / f"{name}.log", "ab") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **(environment or {})}, start_new_session=True)
        self._processes.append(process)
        return process

    def _log(self, name):
        path = self._folder / f"{name}.log"
        return path.read_text(errors="replace")[-2000:] if path.exists() else ""

    @staticmethod
    def _answers(port, address):
        with socket.socket() as connection:
            connection.settimeout(1)
            return connection.connect_ex((address, port)) == 0

    @staticmethod
    async def _until(condition, what, timeout=15):
        deadline = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{what} did not start in {timeout} s")
            await asyncio.sleep(0.05)
