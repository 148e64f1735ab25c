"""Debian's Janus for one test: the echo test and the audio bridge, over a WebSocket of its own."""

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from .relay import free_port

_GATEWAY = """\
general: {{ configs_folder = "{folder}", plugins_folder = "{folder}/plugins", transports_folder = "{folder}/transports",
  events_folder = "{folder}/none", loggers_folder = "{folder}/none", debug_level = 4, session_timeout = 60 }}
media: {{ }}
nat: {{ }}
"""

_WEBSOCKETS = "general: {{ ws = true, ws_port = {port}, ws_interface = \"lo\", wss = false }}\n"

_AUDIO_BRIDGE = """\
general: {{ }}
room-1234: {{ description = "Recorded", sampling_rate = 16000, record = true, record_file = "{folder}/room.wav" }}
"""


class Janus:
    """`with Janus() as janus`: `url` is its WebSocket, `room_recording` what was said in room 1234 of the audio bridge."""

    def __enter__(self):
        self._folder = Path(tempfile.mkdtemp(prefix="nearend-janus."))
        self.room_recording = self._folder / "room.wav"
        port = free_port("127.0.0.1")
        self.url = f"ws://127.0.0.1:{port}"
        library = next(Path("/usr/lib").glob("*/janus"))
        for kind, names in (("plugins", ("echotest", "audiobridge")), ("transports", ("websockets",))):
            (self._folder / kind).mkdir()
            for name in names:
                [found] = library.glob(f"{kind}/libjanus_{name}.so")
                (self._folder / kind / found.name).symlink_to(found)
        for name, text in (("janus", _GATEWAY), ("janus.transport.websockets", _WEBSOCKETS), ("janus.plugin.audiobridge", _AUDIO_BRIDGE)):
            (self._folder / f"{name}.jcfg").write_text(text.format(folder=self._folder, port=port))
        self._log = self._folder / "janus.log"
        with open(self._log, "wb") as log:
            self._process = subprocess.Popen(
                ["janus", "--config", str(self._folder / "janus.jcfg"), "--configs-folder", str(self._folder)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + 20
        while not self._answers(port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Janus did not start:\n{self._log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def stop(self):
        """Ends it; what it records is complete then."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    @staticmethod
    def _answers(port):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0
