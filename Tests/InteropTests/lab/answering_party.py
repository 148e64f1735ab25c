"""Who is called: aiortc, which speaks a file, records what it hears, and reads the digits that it is sent."""

import asyncio
import fractions
import re
import time

import av
import numpy as np
import soundfile
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

_FRAME = 960
_DIGITS = "0123456789*#ABCD"


class Speech(MediaStreamTrack):
    """A WAV file of 48 kHz, over and over, in real time."""

    kind = "audio"

    def __init__(self, path):
        super().__init__()
        self._samples, rate = soundfile.read(path, dtype="int16")
        assert rate == 48000, "the speech is 48 kHz"
        self._start = None
        self._count = 0

    async def recv(self):
        self._start = self._start or time.monotonic()
        await asyncio.sleep(max(0, self._start + self._count * _FRAME / 48000 - time.monotonic()))
        at = np.arange(self._count * _FRAME, (self._count + 1) * _FRAME) % len(self._samples)
        frame = av.AudioFrame.from_ndarray(self._samples[at].reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = 48000
        frame.pts = self._count * _FRAME
        frame.time_base = fractions.Fraction(1, 48000)
        self._count += 1
        return frame


class FarEnd:
    """One call. Descriptions are texts; candidates are all inside them."""

    def __init__(self, speech):
        self.connection = RTCPeerConnection()
        self.digits = ""
        """RFC 4733 events that ended, in order."""
        self.directions = []
        """Of the audio section of every description that came."""
        self._speech = Speech(speech)
        self._blocks = []
        self._rate = 48000
        self._recordings = []
        self._event_types = set()
        self._last_event = None
        self.connection.on("track", lambda track: self._recordings.append(asyncio.ensure_future(self._record(track))))

    @property
    def is_connected(self):
        return self.connection.connectionState == "connected"

    async def answer(self, offer):
        """Takes an offer, the first or a later one; gives the answer's text."""
        self._note(offer)
        await self.connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        if self._speech not in [sender.track for sender in self.connection.getSenders()]:
            self.connection.addTrack(self._speech)
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        self._listen_for_events()
        return self._with_events(self.connection.localDescription.sdp, offer)

    async def offer(self):
        self.connection.addTrack(self._speech)
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return self._with_events(self.connection.localDescription.sdp, None)

    async def accept(self, answer):
        self._note(answer)
        await self.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        self._listen_for_events()

    async def close(self):
        await self.connection.close()
        for recording in self._recordings:
            recording.cancel()

    def write(self, path):
        """What was heard, on the time line of its packets."""
        length = max((at + len(samples) for at, samples in self._blocks), default=1)
        whole = np.zeros(length)
        for at, samples in self._blocks:
            if at >= 0:
                whole[at:at + len(samples)] = samples
        soundfile.write(path, whole.astype(np.int16), self._rate, subtype="PCM_16")

    def loudness(self, seconds):
        """Root mean square of what was heard last, 0…1."""
        recent, count = [], 0
        for _, samples in reversed(self._blocks):
            recent.append(samples)
            count += len(samples)
            if count >= seconds * self._rate:
                break
        return float(np.sqrt(np.mean(np.concatenate(recent) ** 2)) / 32768) if recent else 0.0

    async def _record(self, track):
        first = None
        try:
            while True:
                frame = await track.recv()
                self._rate = frame.sample_rate
                first = frame.pts if first is None else first
                self._blocks.append((frame.pts - first, frame.to_ndarray().reshape(-1, len(frame.layout.channels)).mean(axis=1)))
        except MediaStreamError:
            pass

    def _note(self, sdp):
        audio = sdp[sdp.index("m=audio"):]
        self.directions.append((re.findall(r"^a=(sendrecv|sendonly|recvonly|inactive)\r?$", audio, re.M) or ["sendrecv"])[0])

    # aiortc knows nothing of RFC 4733: the types are added to its descriptions, and the packets are read as they come out of SRTP.

    def _with_events(self, sdp, offer):
        found = re.findall(r"^a=rtpmap:(\d+) telephone-event/(\d+)", offer or "a=rtpmap:101 telephone-event/8000", re.M)
        self._event_types |= {int(number) for number, _ in found}
        numbers = "".join(f" {number}" for number, _ in found)
        lines = "".join(f"a=rtpmap:{number} telephone-event/{rate}\r\na=fmtp:{number} 0-15\r\n" for number, rate in found)
        sdp = re.sub(r"^(m=audio [^\r\n]*)", lambda match: match[1] + numbers, sdp, count=1, flags=re.M)
        return re.sub(r"^(a=rtpmap:\d+ [^\r\n]*\r\n)", lambda match: match[1] + lines, sdp, count=1, flags=re.M)

    def _listen_for_events(self):
        transport = self.connection.getTransceivers()[0].receiver.transport
        if getattr(transport, "nearend_listens", False):
            return
        transport.nearend_listens = True
        handle = transport._handle_rtp_data

        async def listen(data, arrival_time_ms):
            if data[1] & 0x7F in self._event_types:
                header = 12 + 4 * (data[0] & 0x0F)
                if data[0] & 0x10:
                    header += 4 + 4 * int.from_bytes(data[header + 2:header + 4], "big")
                event, flags = data[header], data[header + 1]
                stamp = data[4:8]
                if flags & 0x80 and stamp != self._last_event and event < len(_DIGITS):
                    self._last_event = stamp
                    self.digits += _DIGITS[event]
                return
            await handle(data, arrival_time_ms=arrival_time_ms)

        transport._handle_rtp_data = listen
