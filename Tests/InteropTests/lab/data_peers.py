"""Both ends of data channels, with the test between them for a signalling server: descriptions are handed over whole.

Each end answers every message with the same message, so that one end can see what the other has understood.
"""

import asyncio
import json

from .chromium import Chromium
from .host import EXTENSION, HostInstallation
from . import extension

_PAGE = """
(() => {
  const text = async (data) => {
    if (typeof data === 'string') return `text ${data.length} ${await digest(new TextEncoder().encode(data))}`;
    return `bytes ${data.byteLength} ${await digest(new Uint8Array(data))}`;
  };
  const digest = async (bytes) =>
    [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const lab = globalThis.dataLab = {
    channels: {}, heard: {}, events: [],
    async make(withAudio) {
      lab.connection = new RTCPeerConnection();
      lab.connection.ondatachannel = ({ channel }) => {
        lab.events.push(`announced ${channel.label} ${channel.protocol} ${channel.ordered} ${channel.maxRetransmits}`);
        lab.adopt(channel, true);
      };
      if (withAudio) {
        const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
        for (const track of stream.getTracks()) lab.connection.addTrack(track, stream);
      }
    },
    create: (label, init) => { lab.adopt(lab.connection.createDataChannel(label, init), false); },
    adopt(channel, echoes) {
      lab.channels[channel.label] = channel;
      const heard = lab.heard[channel.label] = [];
      channel.binaryType = 'arraybuffer';
      channel.onmessage = async ({ data }) => {
        if (echoes) channel.send(data);
        const at = heard.push(null) - 1;
        heard[at] = await text(data);
      };
      for (const type of ['open', 'closing', 'close', 'error']) {
        channel.addEventListener(type, () => lab.events.push(`${type} ${channel.label}`));
      }
    },
    async describe(type) {
      const { connection } = lab;
      await connection.setLocalDescription(type === 'offer' ? await connection.createOffer() : await connection.createAnswer());
      while (connection.iceGatheringState !== 'complete') await new Promise((done) => setTimeout(done, 20));
      return connection.localDescription.sdp;
    },
    /** Sends so many messages of 16 KiB, as fast as the channel takes them. */
    async flood(label, count) {
      const channel = lab.channels[label];
      channel.bufferedAmountLowThreshold = 1 << 18;
      for (let number = 0; number < count; number += 1) {
        const message = new Uint8Array(16384).fill(number);
        new DataView(message.buffer).setUint32(0, number);
        if (channel.bufferedAmount > 1 << 20) await new Promise((done) => { channel.onbufferedamountlow = done; });
        channel.send(message);
      }
    },
    /** Counts messages of a flood, and those out of their order. */
    count(label) {
      const counted = { messages: 0, faults: 0 };
      lab.channels[label].onmessage = ({ data }) => {
        const bytes = new Uint8Array(data);
        if (new DataView(data).getUint32(0) !== counted.messages || bytes[16383] !== counted.messages % 256) counted.faults += 1;
        counted.messages += 1;
      };
      lab.counted = counted;
    },
    accept: (type, sdp) => lab.connection.setRemoteDescription({ type, sdp }),
    /** Sends, and says what the echo must be. */
    async send(label, kind, size) {
      const data = kind === 'text' ? 'ä'.repeat(size / 2) : Uint8Array.from({ length: size }, (_, index) => index * 7).buffer;
      lab.channels[label].send(data);
      return text(data);
    },
    async stats(type) {
      return [...(await lab.connection.getStats()).values()].filter((object) => object.type === type);
    },
  };
})()
"""


class PageEnd:
    """A page's end: redirected, through the extension and the host, or the browser's own."""

    def __init__(self, signalling, *, is_redirected, microphone, record, with_audio=False):
        self._signalling = signalling
        self._with_audio = with_audio
        self._host = HostInstallation(microphone=microphone, loudspeaker=record) if is_redirected else None
        if self._host:
            self._browser = Chromium(extension=EXTENSION, environment=self._host.environment)
        else:
            self._browser = Chromium(microphone=microphone)

    async def __aenter__(self):
        try:
            if self._host:
                self._host.install(self._browser.profile)
            await self._browser.__aenter__()
            if self._host:
                await extension.allow(self._browser, self._signalling.page)
            self.page = await self._browser.open(self._signalling.page, bypass_csp=True)
            await self.page.evaluate(_PAGE)
            await self.page.evaluate(f"dataLab.make({json.dumps(self._with_audio)})")
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_):
        await self._browser.stop()
        if self._host:
            self._host.remove()

    async def create(self, label, **init):
        await self.page.evaluate(f"dataLab.create({json.dumps(label)}, {json.dumps(init)})")

    async def offer(self):
        return await self.page.evaluate("dataLab.describe('offer')")

    async def answer(self, offer):
        await self.page.evaluate(f"dataLab.accept('offer', {json.dumps(offer)})")
        return await self.page.evaluate("dataLab.describe('answer')")

    async def accept(self, answer):
        await self.page.evaluate(f"dataLab.accept('answer', {json.dumps(answer)})")

    async def is_open(self, label, timeout=60):
        await self.page.until(f"dataLab.channels[{json.dumps(label)}]?.readyState === 'open'", timeout=timeout)

    async def is_closed(self, label, timeout=60):
        await self.page.until(f"dataLab.events.includes({json.dumps(f'close {label}')})", timeout=timeout)

    async def echoes(self, label, kind, size, timeout=90):
        """Sends a message and waits for the same to come back."""
        count = await self.page.evaluate(f"dataLab.heard[{json.dumps(label)}].length")
        expected = await self.page.evaluate(f"dataLab.send({json.dumps(label)}, {json.dumps(kind)}, {size})")
        heard = await self.page.until(f"dataLab.heard[{json.dumps(label)}][{count}]", timeout=timeout)
        assert heard == expected

    async def close(self, label):
        await self.page.evaluate(f"dataLab.channels[{json.dumps(label)}].close()")

    async def events(self):
        return await self.page.evaluate("dataLab.events")

    async def stats(self, kind):
        return await self.page.evaluate(f"dataLab.stats({json.dumps(kind)})")


class AiortcEnd:
    """aiortc's end, in this process."""

    def __init__(self, *, with_audio=False):
        self._with_audio = with_audio
        self._channels = {}
        self._heard = {}

    async def __aenter__(self):
        from aiortc import RTCPeerConnection
        from aiortc.mediastreams import AudioStreamTrack

        self.connection = RTCPeerConnection()
        self.connection.on("datachannel", lambda channel: self._adopt(channel, echoes=True))
        if self._with_audio:
            self.connection.addTrack(AudioStreamTrack())
        return self

    async def __aexit__(self, *_):
        await self.connection.close()

    def _adopt(self, channel, echoes):
        self._channels[channel.label] = channel
        heard = self._heard[channel.label] = asyncio.Queue()

        @channel.on("message")
        def _(data):
            if echoes:
                channel.send(data)
            heard.put_nowait(data)

    async def create(self, label, **init):
        self._adopt(self.connection.createDataChannel(label, **init), echoes=False)

    async def offer(self):
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return self.connection.localDescription.sdp

    async def answer(self, offer):
        from aiortc import RTCSessionDescription

        await self.connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        return self.connection.localDescription.sdp

    async def accept(self, answer):
        from aiortc import RTCSessionDescription

        await self.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    async def _reaches(self, label, state, timeout):
        async def poll():
            while getattr(self._channels.get(label), "readyState", None) != state:
                await asyncio.sleep(0.05)
        await asyncio.wait_for(poll(), timeout)

    async def is_open(self, label, timeout=60):
        await self._reaches(label, "open", timeout)

    async def is_closed(self, label, timeout=60):
        await self._reaches(label, "closed", timeout)

    async def echoes(self, label, kind, size, timeout=90):
        data = "ä" * (size // 2) if kind == "text" else bytes(index * 7 % 256 for index in range(size))
        self._channels[label].send(data)
        assert await asyncio.wait_for(self._heard[label].get(), timeout) == data

    async def close(self, label):
        self._channels[label].close()
