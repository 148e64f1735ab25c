"""A sound server of one's own with two cables, one for each direction of a call.

A cable is one stereo sink that plays into nothing: its left side is what the one who talks says (a loudspeaker for the rig, a microphone for
the call), its right side is what the other one's loudspeaker plays. So a single recording of it holds both, sample by sample.
"""

import asyncio
import os
import subprocess
import tempfile
import time
from pathlib import Path

RATE = 48000

_CABLE = """
load-module module-null-sink sink_name=cable-{talker} rate=48000 channels=2 channel_map=front-left,front-right format=s16le
load-module module-remap-sink sink_name=mouth-{talker} master=cable-{talker} channels=1 channel_map=mono master_channel_map=front-left remix=no
load-module module-remap-sink sink_name=ear-{listener} master=cable-{talker} channels=1 channel_map=mono master_channel_map=front-right remix=no \
 sink_properties=device.description=ear-{listener}
load-module module-remap-source source_name=microphone-{talker} master=cable-{talker}.monitor channels=1 channel_map=mono \
 master_channel_map=front-left remix=no source_properties=device.description=microphone-{talker}
"""
"""Descriptions are what Chromium shows of a device."""

SIDES = ("near", "far")

_WARMING_UP = 3
"""Seconds: a cable of which nobody has asked for short blocks yet has played two seconds ahead, and stands still until they have passed."""


class Cables:
    """`async with`: the server runs, and clients that have `environment` use it."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="nearend-delay."))
        self._server = None
        self._listeners = []
        self._socket = self.folder / "native"

    @property
    def environment(self):
        return {"PULSE_SERVER": f"unix:{self._socket}"}

    async def __aenter__(self):
        script = self.folder / "script.pa"
        script.write_text(
            f"load-module module-native-protocol-unix socket={self._socket} auth-anonymous=1\n"
            + _CABLE.format(talker="near", listener="far") + _CABLE.format(talker="far", listener="near"))
        self._server = subprocess.Popen(
            ["pulseaudio", "-n", "-F", str(script), "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--log-level=error"],
            env={"HOME": str(self.folder), "XDG_RUNTIME_DIR": str(self.folder), "PATH": os.environ["PATH"]},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while not self._socket.exists():
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("PulseAudio did not start")
            await asyncio.sleep(0.02)
        self._listeners = [self.record(talker, os.devnull) for talker in SIDES]
        await asyncio.sleep(_WARMING_UP)
        return self

    async def __aexit__(self, *_):
        for process in [*self._listeners, self._server]:
            process.terminate()
            process.wait(5)

    def play(self, talker, path):
        """Says a raw mono file into a side's microphone; ends with the file."""
        return self._client("pacat", "--playback", f"--device=mouth-{talker}", "--channels=1", stdin=open(path, "rb"))

    def record(self, talker, path):
        """Records a cable, raw stereo. Blocks of 10 ms, which the cable keeps as long as nobody asks for shorter ones."""
        return self._client("parec", f"--device=cable-{talker}.monitor", "--channels=2", "--latency-msec=10", stdout=open(path, "wb"))

    def _client(self, name, *arguments, **streams):
        return subprocess.Popen(
            [name, *arguments, f"--rate={RATE}", "--format=s16le"], env={**os.environ, **self.environment}, stderr=subprocess.DEVNULL, **streams)
