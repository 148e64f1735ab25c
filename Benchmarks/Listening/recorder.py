"""Chromium calls Chromium through relays that impair; what arrives and what is heard are kept.

    recorder.py --speech WAV --output FOLDER --seconds N [--first-seed N] [POINT…]

Every point is a call of its own; all calls run at the same time, so that the same stall of the machine, should there be one, meets all of them.
For each point and run: NAME.sent (what the sender sent, when), NAME.trace (what arrived at Chromium, when, in the clear), NAME.wav (what its jitter buffer gave, block by block, before
any other part of it), NAME.json (its statistics, every second, and the time at which the recording begins on the trace's clock).
"""

import argparse
import asyncio
import json
import time
from pathlib import Path

import numpy as np
import soundfile
import websockets
from lab.chromium import Chromium
from lab.pace import PaceWatch

import traces
from impairments import POINTS, Network
from recorder_names import slug

PAGE = (Path(__file__).parent / "recorder.js").read_text()


class Relay(asyncio.DatagramProtocol):
    """One side of a call as the other side sees it."""

    def __init__(self, call, is_sender):
        self.call, self.is_sender, self.peer = call, is_sender, None

    def connection_made(self, transport):
        self.transport = transport
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data, address):
        self.peer = address
        self.call.relay(data, self.is_sender)


class Call:
    """Two relays with an impairment between them."""

    def __init__(self, point, seed):
        self.point, self.network = point, Network(point, seed)
        self.sent, self.arrived, self.blocks, self.figures = [], [], [], []
        self.begin, self.worst_lateness = None, 0.0

    async def open(self):
        loop = asyncio.get_running_loop()
        for name, is_sender in (("sender", True), ("receiver", False)):
            _, relay = await loop.create_datagram_endpoint(lambda: Relay(self, is_sender), local_addr=("127.0.0.1", 0))
            setattr(self, name, relay)

    def relay(self, data, from_sender):
        now = time.monotonic()
        target = self.receiver if from_sender else self.sender
        is_media = len(data) >= 12 and data[0] >> 6 == 2 and not 192 <= data[1] <= 223
        if not (from_sender and is_media):
            self.forward(target, data)
            return
        if self.begin is None:
            self.begin = now
        self.sent.append((now - self.begin, data))
        for arrival in self.network.arrivals(now - self.begin, len(data)):
            asyncio.get_running_loop().call_at(self.begin + arrival, self.deliver, data, self.begin + arrival)

    def deliver(self, data, due):
        now = time.monotonic()
        self.worst_lateness = max(self.worst_lateness, now - due)
        self.arrived.append((now, data))
        self.forward(self.receiver, data)

    def forward(self, relay, data):
        if relay.peer:
            relay.transport.sendto(data, relay.peer)

    def close(self):
        for relay in (self.sender, self.receiver):
            relay.transport.close()


def through(description, port):
    """The description with one candidate: the relay."""
    lines = [line for line in description.split("\r\n") if not line.startswith("a=candidate:") and line]
    place = max(index for index, line in enumerate(lines) if line.startswith("m=")) + 1
    lines[place + 1:place + 1] = [f"a=candidate:1 1 udp 2122260223 127.0.0.1 {port} typ host generation 0"]
    return "\r\n".join(lines) + "\r\n"


async def record(speech, folder, seconds, names, seed):
    calls = [Call(POINTS[name], seed) for name in names]
    start = None

    async def take_blocks(socket):
        async for message in socket:
            number = int.from_bytes(message[:4], "little")
            calls[number].blocks.append((time.monotonic(), bytes(message[4:])))

    arguments = ["--disable-webrtc-encryption", "--disable-features=WebRtcHideLocalIpsWithMdns,MediaRouter,Translate"]
    async with websockets.serve(take_blocks, "127.0.0.1", 0, max_size=None) as server, \
            Chromium(microphone=speech, arguments=arguments) as browser:
        port = server.sockets[0].getsockname()[1]
        blank = Path(folder).resolve() / "blank.html"
        blank.write_text("<!doctype html><title>recorder</title>")
        pages = [await browser.open(blank.as_uri()) for _ in range(2)]
        for page in pages:
            await page.evaluate(PAGE)
        sender, receiver = pages
        await receiver.evaluate(f"connect({port})")
        await sender.evaluate("takeMicrophone()")
        for number, call in enumerate(calls):
            await call.open()
            offer = await sender.evaluate(f"offer({number}, {json.dumps(call.point.codec)})")
            answer = await receiver.evaluate(f"answer({number}, {json.dumps(through(offer, call.receiver.port))})")
            await sender.evaluate(f"accept({number}, {json.dumps(through(answer, call.sender.port))})")
        for number in range(len(calls)):
            await receiver.until(f"isFlowing({number})")
        async with PaceWatch() as watch:
            ends = time.monotonic() + seconds
            while time.monotonic() < ends:
                await asyncio.sleep(1)
                moment = time.monotonic()
                for call, figures in zip(calls, await receiver.evaluate("figures()")):
                    call.figures.append({"time": moment, **figures})
        rates = await sender.evaluate("sent()")
    for call, rate in zip(calls, rates):
        call.close()
        # The block that was delivered soonest tells when the recording began.
        period = 0.01
        start = min(moment - index * period for index, (moment, _) in enumerate(call.blocks)) if call.blocks else 0
        samples = np.frombuffer(b"".join(block for _, block in call.blocks), dtype="<f4")
        stem = Path(folder) / f"{slug(call.point.name)}.{seed}"
        soundfile.write(f"{stem}.wav", samples, 48000, subtype="PCM_16")
        traces.write(f"{stem}.sent", call.sent)
        traces.write(f"{stem}.trace", [(moment - call.begin, packet) for moment, packet in call.arrived])
        Path(f"{stem}.json").write_text(json.dumps({
            "point": call.point.name, "seed": seed, "codec": call.point.codec, "recordingBegins": start - call.begin,
            "callBegins": call.begin, "sent": rate, "figures": [{**f, "time": f["time"] - call.begin} for f in call.figures],
            "relayLateMs": 1000 * call.worst_lateness,
            "pace": {"worstMs": watch.pace.worst_ms, "p99Ms": watch.pace.p99_ms, "over40Ms": watch.pace.over_40_ms},
        }))
    print(f"seed {seed}: {watch.pace}; relay late by {1000 * max(c.worst_lateness for c in calls):.0f} ms at worst", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--speech", required=True, type=lambda path: str(Path(path).resolve()))
    parser.add_argument("--output", required=True)
    parser.add_argument("--seconds", type=float, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("points", nargs="*", default=list(POINTS))
    options = parser.parse_args()
    Path(options.output).mkdir(parents=True, exist_ok=True)
    asyncio.run(record(options.speech, options.output, options.seconds, options.points or list(POINTS), options.seed))


if __name__ == "__main__":
    main()
