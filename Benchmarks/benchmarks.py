"""The measurements of run.sh. Each compares two things in one run, interleaved, and gives medians and their ratio."""

import argparse
import asyncio
import hashlib
import json
import os
import statistics
import struct
import subprocess
import tempfile
import time
from pathlib import Path

from lab import extension
from lab.audio import make_turns
from lab.chromium import Chromium
from lab.far_end import Signalling
from lab.host import HostInstallation
from lab.processes import cpu_seconds
from lab.sides import AiortcSide, NativeSide, RedirectedSide, join

ROOT = Path(__file__).resolve().parents[1]
ECHO_HOST = ROOT / ".build-benchmarks/echo-host"
ECHO_EXTENSION = ROOT / "Benchmarks/echo-extension"
SPEECH = ROOT / "Tests/Resources/speech/sense-48k.wav"


def frame(message):
    text = json.dumps(message).encode()
    return struct.pack("=I", len(text)) + text


def read_frame(stream):
    (length,) = struct.unpack("=I", stream.read(4))
    return json.loads(stream.read(length))


def start_to_answer(command, environment):
    """Milliseconds from starting a host to its answer to the first frame."""
    hello = frame({"type": "hello", "protocol": 1, "extension": "0.1.0", "browser": "benchmark", "resume": None})
    before = time.perf_counter()
    host = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, **environment})
    host.stdin.write(hello)
    host.stdin.flush()
    answer = read_frame(host.stdout)
    elapsed = 1000 * (time.perf_counter() - before)
    host.stdin.close()
    host.wait(10)
    assert "error" not in answer, answer
    return elapsed


def start(repetitions=40):
    """From starting the host to its answered hello."""
    with tempfile.TemporaryDirectory() as folder:
        installation = HostInstallation(microphone=SPEECH, loudspeaker=Path(folder) / "heard.wav")
        ours, bare = [], []
        for _ in range(repetitions):
            ours.append(start_to_answer(
                [str(installation.binary), f"chrome-extension://{extension.extension_id()}/"], installation.environment))
            bare.append(start_to_answer([str(ECHO_HOST)], {}))
        installation.remove()
    return compare("ms, median", statistics.median(ours[2:]), "bare echo host", statistics.median(bare[2:]))


_TIMES = """
(async () => {{
  const times = [];
  for (let i = 0; i < {count}; i++) {{
    const before = performance.now();
    await {call};
    times.push(performance.now() - before);
  }}
  return times;
}})()
"""


async def round_trips(page, call, count=300):
    return await page.evaluate(_TIMES.format(count=count, call=call), timeout=120)


async def measure_round_trip(blocks=4):
    with tempfile.TemporaryDirectory() as folder:
        installation = HostInstallation(microphone=SPEECH, loudspeaker=Path(folder) / "heard.wav")
        ours_browser = Chromium(extension=extension.EXTENSION, environment=installation.environment)
        bare_browser = Chromium(extension=ECHO_EXTENSION)
        installation.install(ours_browser.profile)
        # An unpacked extension without a key has its id of its folder's path.
        bare_id = "".join(chr(ord("a") + int(digit, 16)) for digit in hashlib.sha256(str(ECHO_EXTENSION).encode()).hexdigest()[:32])
        manifests = bare_browser.profile / "NativeMessagingHosts"
        manifests.mkdir(parents=True)
        (manifests / "com.nearend.echo_benchmark.json").write_text(json.dumps({
            "name": "com.nearend.echo_benchmark", "description": "echo", "path": str(ECHO_HOST), "type": "stdio",
            "allowed_origins": [f"chrome-extension://{bare_id}/"]}))
        async with Signalling() as signalling, ours_browser, bare_browser:
            await extension.allow(ours_browser, signalling.page)
            ours_page = await ours_browser.open(signalling.page)
            bare_page = await bare_browser.open(signalling.page)
            ours, bare = [], []
            for _ in range(blocks):
                ours += await round_trips(ours_page, "navigator.mediaDevices.enumerateDevices()")
                bare += await round_trips(bare_page, "echo({method: 'enumerateDevices', params: {}})")
        installation.remove()
    p99 = compare("ms, 1 of 100 slower", percentile(ours, 99), "bare echo host", percentile(bare, 99))
    return compare("ms, median", statistics.median(ours), "bare echo host", statistics.median(bare)) | {"p99": p99}


def roundtrip():
    """Page → host → page."""
    return asyncio.run(measure_round_trip())


async def rise(kind, signalling, turns, folder, name, idle=15, call=30):
    """Percent of one core that a call adds to a browser whose page has hung up, host included."""
    peer = AiortcSide(signalling=signalling, room=name, role="answer", play=turns.far, record=folder / f"{name}-peer.wav")
    page = kind(signalling=signalling, room=name, role="call", play=turns.near, record=folder / f"{name}.wav")

    async def load(seconds):
        before = cpu_seconds(page.browser.processes())
        await asyncio.sleep(seconds)
        return 100 * (cpu_seconds(page.browser.processes()) - before) / seconds

    async with peer, page:
        await join(peer, page)
        await asyncio.sleep(5)
        busy = await load(call)
        await page.softphone.hang_up()
        await asyncio.sleep(5)
        waiting = await load(idle)
    return busy - waiting


async def measure_cpu(repetitions=3):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        turns = make_turns(SPEECH, folder, 2)
        ours, theirs = [], []
        async with Signalling() as signalling:
            for number in range(repetitions):
                ours.append(await rise(RedirectedSide, signalling, turns, folder, f"redirected-{number}"))
                theirs.append(await rise(NativeSide, signalling, turns, folder, f"native-{number}"))
    return compare("% of a core over idle, median", statistics.median(ours), "Chromium's own call", statistics.median(theirs))


def cpu():
    """Processor time of one call, browser and host together."""
    return asyncio.run(measure_cpu())


_SOFTPHONE_WORK = """
(() => {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context);
  context.createMediaStreamSource(document.getElementById('remote-audio').srcObject).connect(analyser);
  const bytes = new Uint8Array(analyser.frequencyBinCount);
  setInterval(() => analyser.getByteFrequencyData(bytes), 50);
  setInterval(() => softphone.call.connection.getStats(), 1000);
})()
"""
"""A level meter at 20 Hz, and statistics once a second."""


async def page_cost(kind, signalling, turns, folder, name, call=20, loads=15):
    """Milliseconds to the end of parsing, JavaScript heap in MiB and processor time in % of a core: of the page's own process in a call."""
    peer = AiortcSide(signalling=signalling, room=name, role="answer", play=turns.far, record=folder / f"{name}-peer.wav")
    page = kind(signalling=signalling, room=name, role="call", play=turns.near, record=folder / f"{name}.wav")
    async with peer, page:
        await join(peer, page)
        tab = page.softphone.page
        await tab.evaluate(_SOFTPHONE_WORK)
        await tab.send("Performance.enable")

        async def process_seconds():
            metrics = (await tab.send("Performance.getMetrics"))["metrics"]
            return next(metric["value"] for metric in metrics if metric["name"] == "ProcessTime")

        await asyncio.sleep(5)
        before, start = await process_seconds(), time.monotonic()
        await asyncio.sleep(call)
        load = 100 * (await process_seconds() - before) / (time.monotonic() - start)
        used = await heap(tab)
        await page.softphone.hang_up()
        times = []
        other = await page.browser.open(signalling.page)
        for _ in range(loads):
            await other.navigate(signalling.page)
            times.append(await other.evaluate("performance.getEntriesByType('navigation')[0].domInteractive"))
    return statistics.median(times), used, load


async def measure_page(repetitions=3):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        turns = make_turns(SPEECH, folder, 2)
        ours, theirs = [], []
        async with Signalling() as signalling:
            for number in range(repetitions):
                ours.append(await page_cost(RedirectedSide, signalling, turns, folder, f"redirected-{number}"))
                theirs.append(await page_cost(NativeSide, signalling, turns, folder, f"native-{number}"))
    medians = [[statistics.median(column) for column in zip(*rows)] for rows in (ours, theirs)]
    units = {"load": "ms to the end of parsing", "heap": "MiB", "cpu": "% of a core, the page's process"}
    return {part: compare(unit, our, "the native page", native) for (part, unit), our, native in zip(units.items(), *medians)}


def page():
    """What the facade costs in the page: loading, memory, and processor time in a call with a meter and statistics."""
    return asyncio.run(measure_page())


async def measure_life(minutes, every=30):
    """Memory of the page, the extension and the host while one call is up, in MiB: after the first tenth and at the end."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        turns = make_turns(SPEECH, folder, 2)
        async with Signalling() as signalling:
            peer = AiortcSide(signalling=signalling, room="life", role="answer", play=turns.far, record=folder / "peer.wav")
            page = RedirectedSide(signalling=signalling, room="life", role="call", play=turns.near, record=folder / "page.wav")
            async with peer, page:
                await join(peer, page)
                worker = await extension.open_worker(page.browser)
                # As softphones do.
                await page.softphone.page.evaluate("setInterval(() => softphone.call.connection.getStats(), 1000)")
                samples = []
                end = time.monotonic() + 60 * minutes
                while time.monotonic() < end:
                    await asyncio.sleep(every)
                    heaps = [await heap(page.softphone.page), await heap(worker)]
                    samples.append([*heaps, sum(map(resident, page.host.processes(page.browser)))])
                    print("    page {:.2f}, extension {:.2f}, host {:.2f} MiB".format(*samples[-1]), flush=True)
                assert await page.softphone.state() == "connected"
                statistics_of_call = await page.softphone.figures()
    tenth = max(1, len(samples) // 10)
    result = {"unit": "MiB", "minutes": minutes, "packetsLost": statistics_of_call.get("packetsLost")}
    for index, part in enumerate(["page", "extension", "host"]):
        first, last = (statistics.median(sample[index] for sample in some) for some in (samples[tenth:2 * tenth], samples[-tenth:]))
        result[part] = {"early": round(first, 2), "late": round(last, 2), "growth": round(last - first, 2)}
    return result


async def heap(target):
    """Used JavaScript heap after a collection, in MiB."""
    await target.send("HeapProfiler.collectGarbage")
    return (await target.send("Runtime.getHeapUsage"))["usedSize"] / 2**20


def resident(pid):
    """Resident memory of a process, in MiB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def life():
    """Memory over one call of NEAREND_LIFE_MINUTES (60)."""
    return asyncio.run(measure_life(float(os.environ.get("NEAREND_LIFE_MINUTES", "60"))))


def percentile(values, percent):
    return sorted(values)[int(len(values) * percent / 100)]


def compare(unit, ours, other_name, other):
    return {"unit": unit, "nearend": round(ours, 2), other_name: round(other, 2), "ratio": round(ours / other, 2) if other else None}


if __name__ == "__main__":
    benchmarks = {"start": start, "roundtrip": roundtrip, "cpu": cpu, "page": page, "life": life}
    parser = argparse.ArgumentParser(description="ratios of Nearend against bare or native counterparts")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(benchmarks)}; without one all but life")
    parser.add_argument("--json")
    options = parser.parse_args()
    if unknown := set(options.names) - set(benchmarks):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    results = {}
    for name in options.names or [name for name in benchmarks if name != "life"]:
        print(f"==> {benchmarks[name].__doc__}", flush=True)
        results[name] = benchmarks[name]()
        print("    " + json.dumps(results[name], ensure_ascii=False), flush=True)
    if options.json:
        Path(options.json).write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")
