"""What Chromium makes of our way to send where packets are lost: frames that are sent again beside later ones (RED, RFC 2198), and numbers across the
transport, on which it gives feedback.

The packets are made here, since the path must lose the same ones with and without.
"""

import asyncio
import fractions

import av
import numpy as np
import pytest
import soundfile
from aiortc.codecs.opus import OpusEncoder
from conftest import SPEECH, run

from lab.chromium import Chromium
from lab.plain_sender import CHROMIUM, PlainSender

OPUS, RED, FRAME, SOURCE = 111, 63, 960, 0x4E454152
LINES = [
    "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
    f"a=rtpmap:{OPUS} opus/48000/2", f"a=rtcp-fb:{OPUS} transport-cc", f"a=rtpmap:{RED} red/48000/2", f"a=fmtp:{RED} {OPUS}/{OPUS}",
]
PAGE = """
globalThis.answer = async (sdp) => {
  globalThis.connection = new RTCPeerConnection();
  connection.ontrack = ({ track }) => {
    const player = document.createElement("audio");
    player.srcObject = new MediaStream([track]);
    player.autoplay = true;
    document.body.append(player);
  };
  await connection.setRemoteDescription({ type: "offer", sdp });
  await connection.setLocalDescription();
  while (connection.iceGatheringState !== "complete") await new Promise((next) => setTimeout(next, 20));
};
globalThis.inbound = async () => {
  for (const report of (await connection.getStats()).values()) if (report.type === "inbound-rtp") return report;
  return {};
};
"""


def frames(seconds):
    samples, _ = soundfile.read(SPEECH, dtype="int16", frames=seconds * 48000)
    encoder, encoded = OpusEncoder(), []
    for start in range(0, len(samples) - FRAME, FRAME):
        stereo = np.repeat(samples[start:start + FRAME], 2).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(stereo, format="s16", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = 48000, start, fractions.Fraction(1, 48000)
        encoded += encoder.encode(frame)[0]
    return encoded


def packets(encoded, ages):
    for index, own in enumerate(encoded):
        repeats = [age for age in sorted(ages, reverse=True) if age <= index]
        heads = b"".join((1 << 31 | OPUS << 24 | age * FRAME << 10 | len(encoded[index - age])).to_bytes(4, "big") for age in repeats)
        payload = heads + bytes([OPUS]) + b"".join(encoded[index - age] for age in repeats) + own if repeats else own
        head = bytes([0x90, RED if repeats else OPUS]) + (index + 1).to_bytes(2, "big") + (index * FRAME).to_bytes(4, "big")
        number = bytes.fromhex("bede0001") + bytes([0x31]) + index.to_bytes(2, "big") + b"\0"
        yield head + SOURCE.to_bytes(4, "big") + number + payload


async def play(ages, is_lost, seconds=12):
    """What Chromium counted, and the feedback that it gave."""
    sender = PlainSender(1, SOURCE, f"{OPUS} {RED}", LINES)
    loop = asyncio.get_running_loop()
    loop.add_reader(sender.socket, sender.receive)
    try:
        async with Chromium(arguments=CHROMIUM) as browser:
            page = await browser.open("data:text/html,<title>replay</title>")
            await page.evaluate(PAGE)
            await page.evaluate(f"answer({sender.offer()!r})")
            while sender.peer is None:
                await asyncio.sleep(0.05)
            begin = loop.time()
            for index, packet in enumerate(packets(frames(seconds), ages)):
                await asyncio.sleep(max(0, begin + index * 0.02 - loop.time()))
                if not is_lost(index):
                    sender.socket.sendto(packet, sender.peer)
            await asyncio.sleep(0.5)
            return await page.evaluate("inbound()"), sender.feedback
    finally:
        loop.remove_reader(sender.socket)
        sender.socket.close()


def five_of_forty(index):
    return index >= 50 and index % 40 < 5


def test_chromium_tells_which_packets_came():
    _, feedback = run(play((1, 2), five_of_forty, seconds=6))
    told = set()
    for fci in feedback:
        first, count = int.from_bytes(fci[0:2], "big"), int.from_bytes(fci[2:4], "big")
        told.update(range(first, first + count))
    # Of the last fifth of a second some may have come while the page was closing.
    assert len(feedback) > 10 and set(range(1, 280)) <= told


@pytest.mark.parametrize("ages", [(1, 2), (6,)], ids=["two frames before", "the sixth before"])
def test_repeats_spare_chromium_concealment(ages, tell):
    async def both():
        return await asyncio.gather(play((), five_of_forty), play(ages, five_of_forty))

    (without, _), (figures, _) = run(both())
    alone, repeated = (100 * one["concealedSamples"] / one["totalSamplesReceived"] for one in (without, figures))
    tell(f"made up by Chromium without repeats {alone:.1f} %, with those of {ages} frames before {repeated:.1f} %")
    # Two before tell of two of the burst's five, the sixth before of all. What a busy machine makes Chromium conceal is in both figures.
    assert repeated < alone * (1 if ages == (1, 2) else 0.8)
