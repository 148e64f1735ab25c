"""aiortc as a member of a room, in a process of its own: `python -m lab.aiortc_peer --signal ws://… --room r --role call …`.

Prints one line of JSON for every state, and ends at SIGTERM or when the other side hangs up, with its recording written.
"""

import argparse
import asyncio
import fractions
import json
import signal
import sys
import time
from pathlib import Path

_FRAME = 960


async def _main(options):
    import av
    import numpy as np
    import soundfile
    import websockets
    from aiortc import MediaStreamTrack, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
    from aiortc.mediastreams import MediaStreamError
    from aiortc.sdp import candidate_from_sdp

    class Speech(MediaStreamTrack):
        """A WAV file at its pace, over and over, from when the first frame is asked for."""

        kind = "audio"

        def __init__(self, path):
            super().__init__()
            self._samples, rate = soundfile.read(path, dtype="int16")
            assert rate == 48000 and self._samples.ndim == 1, "the speech is 48 kHz mono"
            self._start = None
            self._count = 0

        async def recv(self):
            if self._start is None:
                self._start = time.monotonic()
            wait = self._start + self._count * _FRAME / 48000 - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            at = np.arange(self._count * _FRAME, (self._count + 1) * _FRAME) % len(self._samples)
            frame = av.AudioFrame.from_ndarray(self._samples[at].reshape(1, -1), format="s16", layout="mono")
            frame.sample_rate = 48000
            frame.pts = self._count * _FRAME
            frame.time_base = fractions.Fraction(1, 48000)
            self._count += 1
            return frame

    class Recorder:
        """What a track delivers, on the time line of its timestamps."""

        def __init__(self, path):
            self._path = path
            self._blocks = []
            self.rate = 48000

        async def record(self, track):
            first = None
            try:
                while True:
                    frame = await track.recv()
                    self.rate = frame.sample_rate
                    samples = frame.to_ndarray().reshape(-1, len(frame.layout.channels)).mean(axis=1)
                    first = frame.pts if first is None else first
                    self._blocks.append((frame.pts - first, samples))
            except MediaStreamError:
                pass

        def write(self):
            if not self._blocks:
                return
            length = max(at + len(samples) for at, samples in self._blocks)
            whole = np.zeros(length)
            for at, samples in self._blocks:
                if at >= 0:
                    whole[at:at + len(samples)] = samples
            soundfile.write(self._path, whole.astype(np.int16), self.rate, subtype="PCM_16")

    def say(**members):
        print(json.dumps(members), flush=True)

    connection = RTCPeerConnection()
    speech = Speech(options.play)
    recorder = Recorder(options.record)
    recordings = []
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)

    @connection.on("track")
    def _(track):
        recordings.append(asyncio.create_task(recorder.record(track)))

    @connection.on("connectionstatechange")
    def _():
        say(state=connection.connectionState)
        if connection.connectionState in ("failed", "closed"):
            over.set()

    def prefer_codec():
        if options.codec:
            wanted = [codec for codec in RTCRtpSender.getCapabilities("audio").codecs if codec.mimeType.lower() == f"audio/{options.codec}"]
            for transceiver in connection.getTransceivers():
                transceiver.setCodecPreferences(wanted)

    async with websockets.connect(options.signal, proxy=None) as socket:
        async def send_local():
            description = connection.localDescription
            await socket.send(json.dumps({"type": "description", "description": {"type": description.type, "sdp": description.sdp}}))

        async def offer():
            connection.addTrack(speech)
            prefer_codec()
            await connection.setLocalDescription(await connection.createOffer())
            await send_local()

        async def converse():
            waiting = []
            await socket.send(json.dumps({"type": "join", "room": options.room, "name": "aiortc"}))
            async for text in socket:
                message = json.loads(text)
                kind = message["type"]
                if kind == "joined":
                    say(state="joined")
                if options.role == "call" and (kind == "arrived" or (kind == "joined" and message["members"])):
                    await offer()
                elif kind == "description":
                    description = RTCSessionDescription(**message["description"])
                    await connection.setRemoteDescription(description)
                    for candidate in waiting:
                        await connection.addIceCandidate(candidate)
                    waiting = []
                    if description.type == "offer":
                        if speech not in [sender.track for sender in connection.getSenders()]:
                            connection.addTrack(speech)
                        await connection.setLocalDescription(await connection.createAnswer())
                        await send_local()
                elif kind == "candidate" and message["candidate"] and message["candidate"]["candidate"]:
                    parsed = candidate_from_sdp(message["candidate"]["candidate"].partition(":")[2])
                    parsed.sdpMid = message["candidate"]["sdpMid"]
                    parsed.sdpMLineIndex = message["candidate"]["sdpMLineIndex"]
                    if connection.remoteDescription:
                        await connection.addIceCandidate(parsed)
                    else:
                        waiting.append(parsed)
                elif kind in ("bye", "left"):
                    return
                elif kind == "error":
                    say(state="refused", reason=message["message"])
                    return

        talking = asyncio.create_task(converse())
        ending = asyncio.create_task(over.wait())
        await asyncio.wait([talking, ending], return_when=asyncio.FIRST_COMPLETED)
        if talking.done() and talking.exception():
            say(state="error", reason=repr(talking.exception()))
        talking.cancel()
        ending.cancel()
    packets = {}
    for stats in (await connection.getStats()).values():
        if stats.type == "inbound-rtp":
            packets.update(packetsReceived=stats.packetsReceived, packetsLost=stats.packetsLost)
        if stats.type == "outbound-rtp":
            packets.update(packetsSent=stats.packetsSent)
    await connection.close()
    for recording in recordings:
        recording.cancel()
    recorder.write()
    say(state="ended", **packets)


class AiortcPeer:
    """The process, seen from a test: `async with AiortcPeer(…) as peer`."""

    def __init__(self, signalling, *, room, role, play, record, codec=None):
        self._arguments = ["--signal", signalling.signal, "--room", room, "--role", role, "--play", str(play), "--record", str(record)]
        if codec:
            self._arguments += ["--codec", codec]
        self._process = None
        self.last = {}

    async def __aenter__(self):
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "lab.aiortc_peer", *self._arguments, stdout=asyncio.subprocess.PIPE,
            cwd=Path(__file__).resolve().parents[1])
        await self.reaches("joined")
        return self

    async def __aexit__(self, *_):
        if self._process.returncode is None:
            self._process.terminate()
            await asyncio.wait_for(self._process.wait(), 20)

    async def reaches(self, state, timeout=20):
        """Waits for a line with this state."""
        async def read():
            while line := await self._process.stdout.readline():
                self.last = json.loads(line)
                if self.last["state"] == state:
                    return self.last
                if self.last["state"] in ("error", "refused", "failed"):
                    break
            raise AssertionError(f"aiortc did not reach “{state}”: {self.last}")
        return await asyncio.wait_for(read(), timeout)

    async def finish(self):
        """Ends the call from this side and gives its packet counts; the recording is on disk then."""
        if self._process.returncode is None:
            self._process.terminate()
        return await self.reaches("ended")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="aiortc as a member of a signalling room")
    parser.add_argument("--signal", required=True)
    parser.add_argument("--room", required=True)
    parser.add_argument("--role", choices=["call", "answer"], required=True)
    parser.add_argument("--play", required=True)
    parser.add_argument("--record", required=True)
    parser.add_argument("--codec", help="offer only this audio codec, such as PCMU", type=str.lower)
    asyncio.run(_main(parser.parse_args()))
