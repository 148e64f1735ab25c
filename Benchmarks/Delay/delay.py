"""From mouth to ear, in milliseconds: through the sound server alone, through Chromium's calls and through ours, interleaved in one run."""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
from contextlib import AsyncExitStack
from pathlib import Path

import chirps
from cables import SIDES, Cables
from lab.far_end import Signalling
from lab.pace import PaceWatch
from sides import NativeSide, RedirectedSide

SETTLING = 8
"""Seconds at the beginning of a call that are not measured: buffers find their length."""

CALLS = {
    "chromium": (NativeSide, NativeSide),
    "nearend": (RedirectedSide, RedirectedSide),
    "mixed": (RedirectedSide, NativeSide),
}
"""What is at the near side, and what at the far side."""

OFF = {"processing": "off"}


async def measure(kind, processing, cables, signalling, options, number):
    """One call: for each direction its chirps' delays; and the sides' own figures."""
    name = f"{kind}-{'on' if processing else 'off'}-{number}"
    async with AsyncExitStack() as stack:
        figures = {}
        if kind == "bare":
            for talker, listener in (SIDES, SIDES[::-1]):
                client = subprocess.Popen(
                    [options.bare, f"microphone-{talker}", f"ear-{listener}"], env={**os.environ, **cables.environment})
                stack.callback(client.terminate)
        else:
            sides = [
                await stack.enter_async_context(make(cables, side, signalling, name, role, {} if processing else OFF))
                for make, side, role in zip(CALLS[kind], SIDES, ("answer", "call"))]
            await asyncio.gather(*(side.softphone.reaches("connected") for side in sides))
        clients = []
        for seed, talker in enumerate(SIDES):
            chirps.make(options.speech, cables.folder / talker, options.seconds + SETTLING, seed=2 * number + seed)
            clients.append(cables.record(talker, cables.folder / f"{name}-{talker}"))
            clients.append(cables.play(talker, cables.folder / talker))
        async with PaceWatch() as watch:
            await asyncio.sleep(SETTLING + options.seconds)
        if kind != "bare":
            figures = {side: await each.softphone.figures() for side, each in zip(SIDES, sides)}
        for client in clients:
            client.terminate()
            client.wait(5)
    directions = {talker: chirps.delays(cables.folder / f"{name}-{talker}", SETTLING) for talker in SIDES}
    for talker in SIDES:
        (cables.folder / f"{name}-{talker}").unlink()
    return {
        "kind": kind, "processing": processing, "pace": str(watch.pace),
        "said by": {talker: {"chirps": found, "missing": missing} for talker, (found, missing) in directions.items()},
        "concealedPercent": {side: each.get("concealedPercent") for side, each in figures.items()},
        "jitterBufferMs": {side: each.get("jitterBufferMs") for side, each in figures.items()},
    }


def percentiles(values):
    """Median and the value that 5 of 100 exceed."""
    ordered = sorted(values)
    return (statistics.median(ordered), ordered[int(0.95 * len(ordered))]) if ordered else (float("nan"), float("nan"))


def describe(result):
    lines = []
    for talker, direction in result["said by"].items():
        median, high = percentiles(direction["chirps"])
        listener = SIDES[1 - SIDES.index(talker)]
        lines.append(
            f"    {result['kind']:9} {'on ' if result['processing'] else 'off'} said by {talker:4}: median {median:6.1f}, p95 {high:6.1f} ms; "
            f"{len(direction['chirps'])} chirps, {direction['missing']} not heard; made up {result['concealedPercent'].get(listener)} %, "
            f"jitter buffer {result['jitterBufferMs'].get(listener)} ms")
    return "\n".join([*lines, f"    {'':13} {result['pace']}"])


def table(results):
    """A row for each kind: median over runs and directions of the medians, and all chirps pooled."""
    rows = {}
    for result in results:
        for talker, direction in result["said by"].items():
            way = f", said by {talker}" if result["kind"] == "mixed" else ""
            key = result["kind"] + way, "-" if result["kind"] == "bare" else "on" if result["processing"] else "off"
            rows.setdefault(key, []).append(direction["chirps"])
    floors = [statistics.median(chirps) for key, runs in rows.items() if key[0] == "bare" for chirps in runs if chirps]
    floor = statistics.median(floors) if floors else 0.0
    print(f"| path | processing | runs | chirps | median, ms | p95, ms | less the bare path's {floor:.1f} |\n|---|---|--:|--:|--:|--:|--:|")
    shares = {}
    for (kind, processing), runs in rows.items():
        runs = [run for run in runs if run]
        if not runs:
            continue
        median = statistics.median(statistics.median(run) for run in runs)
        high = percentiles([delay for run in runs for delay in run])[1]
        shares[kind, processing] = median - floor
        print(f"| {kind} | {processing} | {len(runs)} | {sum(map(len, runs))} | {median:.1f} | {high:.1f} | {median - floor:.1f} |")
    for processing in ("on", "off"):
        if ("nearend", processing) in shares and ("chromium", processing) in shares:
            ours, theirs = shares["nearend", processing], shares["chromium", processing]
            print(f"Our own share with processing {processing}: {ours:.1f} of {theirs:.1f} ms, ratio {ours / theirs:.2f}")


async def run(options):
    results = json.loads(options.json.read_text()) if options.json and options.json.exists() else []
    async with Cables() as cables, Signalling() as signalling:
        for number in range(len(results), len(results) + options.rounds):
            for processing in {"on": [True], "off": [False], "both": [True, False]}[options.processing]:
                for kind in options.kinds:
                    if kind == "bare" and not processing and options.processing == "both":
                        continue
                    results.append(await measure(kind, processing, cables, signalling, options, number))
                    print(describe(results[-1]), flush=True)
                    if options.json:
                        options.json.write_text(json.dumps(results, indent=1) + "\n")
    table(results)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="delay from mouth to ear")
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"of bare, {', '.join(CALLS)}; without one all")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=40)
    parser.add_argument("--processing", choices=["on", "off", "both"], default="both")
    parser.add_argument("--json", type=Path, help="results are added to what is there")
    parser.add_argument("--speech", type=Path, required=True)
    parser.add_argument("--bare", required=True)
    options = parser.parse_args()
    options.kinds = options.kinds or ["bare", *CALLS]
    if unknown := set(options.kinds) - {"bare", *CALLS}:
        parser.error(f"no path is called {', '.join(sorted(unknown))}")
    asyncio.run(run(options))
