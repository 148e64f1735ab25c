"""Packets that one Chromium has sent, impaired from a seed, played to another Chromium at their times; what it plays of them is kept.

    replay.py --sent FOLDER --output FOLDER [--seeds N] [--together N] [POINT…]

The folder of what was sent is recorder.py's: the packets of a real sender, each with the redundancy that the loss of its point made it send.
They are put on the even clock of their own timestamps, so that no stall of the recording is taken for the network's; then the network of the
point and seed is applied, and a process with nothing else to do sends them. Encryption is off by a flag, so that the packets are the very same.

For each point and seed, as recorder.py writes them: NAME.trace (what was sent to Chromium, when it truly was), NAME.wav (what its jitter
buffer gave, block by block), NAME.json (its statistics every second, and the moments at which the rig was late, around which nothing is counted).
A run that is late too often is stopped and repeated, and none begins while the machine is busy.
"""

import argparse
import asyncio
import json
import multiprocessing
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile
import websockets
from lab.chromium import Chromium
from lab.pace import PaceWatch
from lab.plain_sender import CHROMIUM, PlainSender
from scipy.ndimage import minimum_filter1d

import traces
from impairments import POINTS, Network
from recorder_names import slug
from sent import sent_for

PAGE = (Path(__file__).parent / "recorder.js").read_text()
LINES = {"opus": ["a=rtpmap:111 opus/48000/2", "a=fmtp:111 minptime=10;useinbandfec=1", "a=rtpmap:63 red/48000/2", "a=fmtp:63 111/111"], "PCMU": ["a=rtpmap:0 PCMU/8000"], "PCMA": ["a=rtpmap:8 PCMA/8000"]}
TYPES = {"opus": "111 63", "PCMU": "0", "PCMA": "8"}
BLOCK = 0.01
MOST_LATE = 0.02
"""Seconds by which a packet may be sent too late; the trace has the time at which it truly was."""
MOST_STALLED = 0.03
"""Seconds by which Chromium may ask its jitter buffer too late."""


class Call(PlainSender):
    """One side of a call that sends and does not listen. `sent`: moments and packets, and their source; `name`: of the files."""

    def __init__(self, number, name, point, seed, sent, seconds):
        sent, source = sent
        super().__init__(number, source, TYPES[point.codec], LINES[point.codec])
        self.name, self.point, self.seed = name, point, seed
        network = Network(point, seed)
        self.packets = sorted(
            (arrival, packet) for moment, packet in sent if moment < seconds for arrival in network.arrivals(moment, len(packet)))
        self.blocks, self.figures = [], []


def send(calls, begin, results):
    """In a process of its own: every packet at its time; tells when each truly was sent."""
    schedule = sorted((arrival, index, packet) for index, call in enumerate(calls) for arrival, packet in call.packets)
    sent = [[] for _ in calls]
    for arrival, index, packet in schedule:
        due = begin + arrival
        while (left := due - time.monotonic()) > 0:
            time.sleep(left)
        moment = time.monotonic()
        try:
            calls[index].socket.sendto(packet, calls[index].peer)
            sent[index].append(moment - begin)
        except BlockingIOError:
            sent[index].append(None)
    results.send(sent)


def beginnings(call):
    """When the recording began, by each of its blocks: the one that was delivered soonest tells it best."""
    return np.array([moment - index * BLOCK for index, (moment, _) in enumerate(call.blocks)])


def late_moments(call, begin):
    """When Chromium asked its jitter buffer too late, on the clock of the call."""
    found = beginnings(call)
    if not len(found):
        return []
    # The habit is that of the seconds around: after a stall Chromium may stay behind.
    lateness = found - minimum_filter1d(found, 400)
    return [call.blocks[index][0] - begin for index in np.flatnonzero(lateness > MOST_STALLED)]


def hopeless(call, begin):
    """Whether more than a third of the seconds are spoilt already."""
    passed = time.monotonic() - begin
    return passed > 6 and len({int(moment) for moment in late_moments(call, begin) if moment > 0}) > max(3, passed / 12)


async def play(calls, folder):
    """All the calls at the same time; keeps those that were not late."""
    async def take_blocks(connection):
        async for message in connection:
            calls[int.from_bytes(message[:4], "little")].blocks.append((time.monotonic(), bytes(message[4:])))

    loop = asyncio.get_running_loop()
    with tempfile.TemporaryDirectory() as pages:
        async with websockets.serve(take_blocks, "127.0.0.1", 0, max_size=None, compression=None) as server, \
                Chromium(arguments=CHROMIUM) as browser:
            blank = Path(pages) / "blank.html"
            blank.write_text("<!doctype html><title>replay</title>")
            page = await browser.open(blank.as_uri())
            await page.evaluate(PAGE)
            await page.evaluate(f"connect({server.sockets[0].getsockname()[1]})")
            for call in calls:
                loop.add_reader(call.socket, call.receive)
                await page.evaluate(f"answer({call.number}, {json.dumps(call.offer())})")
            ends = time.monotonic() + 20
            while not all(call.peer for call in calls):
                if time.monotonic() > ends:
                    raise TimeoutError("Chromium does not connect")
                await asyncio.sleep(0.05)
            await asyncio.sleep(1)
            begin = time.monotonic() + 1
            results, theirs = multiprocessing.Pipe(duplex=False)
            sender = multiprocessing.get_context("fork").Process(target=send, args=(calls, begin, theirs))
            sender.start()
            async with PaceWatch() as watch:
                while sender.is_alive() and not results.poll():
                    await asyncio.sleep(1)
                    moment = time.monotonic()
                    for call, figures in zip(calls, await page.evaluate("figures()")):
                        call.figures.append({"time": moment - begin, **figures})
                    if hopeless(calls[0], begin):
                        break
            stopped = not results.poll()
            if stopped:
                sender.terminate()
            else:
                moments = results.recv()
            sender.join()
            for call in calls:
                loop.remove_reader(call.socket)
    if stopped:
        for call in calls:
            call.socket.close()
        print(f"stopped after {time.monotonic() - begin:.0f} s: Chromium was late too often", flush=True)
        return
    for call, sent in zip(calls, moments):
        call.socket.close()
        if None in sent:
            print(f"{call.name}: a packet could not be sent", flush=True)
            continue
        late = late_moments(call, begin) + [moment for (due, _), moment in zip(call.packets, sent) if moment - due > MOST_LATE]
        stem = Path(folder) / call.name
        samples = np.frombuffer(b"".join(block for _, block in call.blocks), dtype="<f4")
        soundfile.write(f"{stem}.wav", samples, 48000, subtype="PCM_16")
        traces.write(f"{stem}.trace", [(moment, packet) for (_, packet), moment in zip(call.packets, sent)])
        Path(f"{stem}.json").write_text(json.dumps({
            "point": call.point.name, "seed": call.seed, "codec": call.point.codec, "recordingBegins": float(np.percentile(beginnings(call), 1)) - begin,
            "figures": call.figures, "late": sorted({round(moment, 1) for moment in late}),
            "pace": {"worstMs": watch.pace.worst_ms, "p99Ms": watch.pace.p99_ms, "over40Ms": watch.pace.over_40_ms},
        }))
    print(f"{len(calls)} calls; late in {len({int(moment) for moment in late_moments(calls[0], begin)})} seconds; {watch.pace}", flush=True)


async def wait_for_calm():
    """Until three seconds have passed in which a process that asks to be woken was."""
    while True:
        async with PaceWatch() as watch:
            await asyncio.sleep(3)
        if watch.pace.worst_ms < 15:
            return
        await asyncio.sleep(2)


def play_all(wanted, make_call, folder, *, attempts=6, together=8):
    """Plays what is not there yet, and again what was spoilt. `wanted`: names of files and what `make_call(number, name, …)` takes; gives what is left."""
    folder.mkdir(parents=True, exist_ok=True)
    for _ in range(attempts):
        wanted = [one for one in wanted if not (folder / f"{one[0]}.json").exists()]
        for start in range(0, len(wanted), together):
            calls = [make_call(number, *one) for number, one in enumerate(wanted[start:start + together])]
            asyncio.run(wait_for_calm())
            asyncio.run(play(calls, folder))
    return [one for one in wanted if not (folder / f"{one[0]}.json").exists()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sent", required=True)
    parser.add_argument("--output", required=True, type=Path)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--together", type=int, default=8, help="calls at the same time")
    parser.add_argument("--seconds", type=float, default=62)
    parser.add_argument("--attempts", type=int, default=6)
    parser.add_argument("points", nargs="*")
    options = parser.parse_args()

    def make_call(number, name, point, seed):
        return Call(number, name, point, seed, sent_for(point, options.sent), options.seconds)

    wanted = [(f"{slug(name)}.{seed}", POINTS[name], seed) for seed in range(1, options.seeds + 1) for name in options.points or list(POINTS)]
    return 1 if play_all(wanted, make_call, options.output, attempts=options.attempts, together=options.together) else 0


if __name__ == "__main__":
    raise SystemExit(main())
