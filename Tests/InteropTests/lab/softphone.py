"""The softphone page, driven in a browser, and what its own WebRTC plays."""

import base64
from urllib.parse import urlencode

import numpy as np

from .audio import write_wav

_TAP = """
(async () => {
  const context = new AudioContext({ sampleRate: 48000 });
  const code = `registerProcessor('tap', class extends AudioWorkletProcessor {
    #block = new Float32Array(4800); #filled = 0;
    process([[channel]]) {
      for (let i = 0; i < 128; i++) {
        this.#block[this.#filled++] = channel ? channel[i] : 0;
        if (this.#filled === 4800) { this.port.postMessage(this.#block.slice()); this.#filled = 0; }
      }
      return true;
    }
  })`;
  await context.audioWorklet.addModule(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })));
  const node = new AudioWorkletNode(context, 'tap');
  const blocks = globalThis.tapped = [];
  node.port.onmessage = ({ data }) => blocks.push(data);
  context.createMediaStreamSource(document.getElementById('remote-audio').srcObject).connect(node);
  return context.state;
})()
"""

_TAKE = """
(() => {
  const blocks = globalThis.tapped, samples = new Int16Array(blocks.length * 4800);
  blocks.forEach((block, index) => block.forEach((value, i) => {
    samples[index * 4800 + i] = Math.max(-32768, Math.min(32767, Math.round(value * 32768)));
  }));
  const bytes = new Uint8Array(samples.buffer);
  let text = '';
  for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768));
  return btoa(text);
})()
"""


class Softphone:
    """One page in one browser. `role`: call, answer, or call-me (asks the other to call, and answers)."""

    @classmethod
    async def open(cls, browser, signalling, *, room, role, **parameters):
        return cls(await browser.open(cls.address(signalling, room=room, auto=role, **parameters), bypass_csp=True))

    @staticmethod
    def address(signalling, **parameters):
        """The page's, with its parameters."""
        return f"{signalling.page}?{urlencode(parameters)}"

    def __init__(self, page):
        self.page = page

    async def state(self):
        return await self.page.evaluate("document.body.dataset.state")

    async def reaches(self, *states, timeout=20):
        """Waits for one of the states; a call that failed instead says why."""
        wanted = [*states, "failed"]
        state = await self.page.until(
            f"{wanted}.includes(document.body.dataset.state) && document.body.dataset.state", timeout=timeout)
        if state not in states:
            reason = await self.page.evaluate("softphone.reason")
            raise AssertionError(f"the call failed: {reason}; console: {self.page.console[-10:]}")
        return state

    async def setup_ms(self):
        """From dialling to connected."""
        return round(await self.page.evaluate("softphone.entered.connected - softphone.entered.dialled"))

    async def figures(self):
        return await self.page.evaluate("softphone.readFigures()")

    async def tap(self):
        """Begins to record what arrives, by the browser's own Web Audio: for calls that are not redirected."""
        state = await self.page.evaluate(_TAP)
        assert state == "running", f"the tap's AudioContext is {state}"

    async def take(self, path):
        """Writes what was tapped."""
        samples = base64.b64decode(await self.page.evaluate(_TAKE, timeout=60))
        write_wav(path, np.frombuffer(samples, dtype=np.int16))

    async def hang_up(self):
        await self.page.evaluate("document.getElementById('hang-up').click()")
