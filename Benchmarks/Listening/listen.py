"""Ours beside Chromium on the very same packets: one table, and plots.

    listen.py --speech WAV --traces FOLDER --player BINARY [--neteq PROGRAM] [--plots FOLDER] [--json FILE] [POINT…]

The folder is what recorder.py or made.py wrote. Chromium's scores are kept beside its recordings, since they do not change.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path

import numpy as np

import scoring
import traces
from impairments import POINTS

FIRST = 5.0
"""Seconds at the beginning of a call that are not scored: rates and redundancy find their level."""

AFTERMATH = 4.0
"""Seconds after the rig was late that are not counted either."""

COUNTED = ("jitterBufferDelay", "jitterBufferEmittedCount", "totalSamplesReceived", "concealedSamples", "concealmentEvents",
           "insertedSamplesForDeceleration", "removedSamplesForAcceleration", "jitterBufferTargetDelay", "playoutDelay")


def chromium(stem, reference, told):
    """What Chromium played of a run; its pieces are kept in a file of their own."""
    begins = told["recordingBegins"]
    last = told["figures"][-1]["time"]
    kept = Path(f"{stem}.scores.json")
    if kept.exists():
        pieces = [scoring.Piece(**piece) for piece in json.loads(kept.read_text())]
    else:
        pieces = scoring.score(reference, scoring.read(f"{stem}.wav"), FIRST - begins, last - begins)
        kept.write_text(json.dumps([asdict(piece) for piece in pieces]))
    return [(piece.start + begins, piece.score) for piece in pieces], between(told["figures"], last, told.get("late", ()))


def neteq(stem, reference, told, program):
    """What libwebrtc's jitter buffer plays of a run, in virtual time."""
    kept = Path(f"{stem}.neteq.json")
    if not kept.exists():
        with tempfile.TemporaryDirectory() as folder:
            wav = Path(folder) / "neteq.wav"
            report = json.loads(subprocess.check_output([program, f"{stem}.trace", str(wav), str(length(told)), phase(told)]))
            pieces = scoring.score(reference, scoring.read(wav), FIRST, length(told) - report["phase"])
        kept.write_text(json.dumps({
            "pieces": [(piece.start + report["phase"], piece.score) for piece in pieces],
            "figures": between(report["seconds"], length(told))}))
    report = json.loads(kept.read_text())
    return report["pieces"], report["figures"]


def length(told):
    return told["seconds"] if "seconds" in told else told["figures"][-1]["time"]


def phase(told):
    """When, within its ten milliseconds, the device asks: another moment for every seed."""
    return str((3.7 * told["seed"]) % 10)


def ours(stem, reference, told, player, options):
    last = length(told)
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "ours.wav"
        report = json.loads(subprocess.check_output(
            [player, "play", f"{stem}.trace", "--wav", str(wav), "--seconds", str(last), "--phase", phase(told), *options]))
        pieces = scoring.score(reference, scoring.read(wav), FIRST - report["phase"], last - report["phase"])
    return [(piece.start + report["phase"], piece.score) for piece in pieces], between(report["seconds"], last, told.get("late", ())), report


def between(figures, last, late=()):
    """What was counted from FIRST until the end, the seconds apart in which the rig was late."""
    total = dict.fromkeys(COUNTED, 0)
    for one, other in zip(figures, figures[1:]):
        if one["time"] < FIRST - 0.5 or other["time"] > last + 0.5 or is_spoilt(one["time"], other["time"], late):
            continue
        for name in COUNTED:
            total[name] += other.get(name, 0) - one.get(name, 0)
    return total


def is_spoilt(begin, end, late):
    """Whether the rig was late then, or shortly before: what a jitter buffer has learnt of a stall it forgets within seconds."""
    return any(begin - AFTERMATH < moment < end + 0.1 for moment in late)


def read(stem):
    """What is known of a run, as long as packets came: what is made up after the last of them is nobody's fault."""
    told = json.loads(Path(f"{stem}.json").read_text())
    if "figures" in told:
        end = traces.read(Path(f"{stem}.trace"))[-1][0]
        told["figures"] = [figures for figures in told["figures"] if figures["time"] < end]
    return told


def run(job):
    stem, speech, player, program, options = job
    reference = scoring.Reference(speech)
    told = read(stem)
    theirs, their_figures = neteq(stem, reference, told, program) if program else chromium(stem, reference, told)
    mine, my_figures, report = ours(stem, reference, told, player, options)
    pairs = []
    for start, value in mine:
        near = min(theirs, key=lambda piece: abs(piece[0] - start), default=None)
        if near and abs(near[0] - start) < 1 and not is_spoilt(start, start + scoring.PIECE, told.get("late", ())):
            pairs.append((value, near[1], start - near[0]))
    return told["point"], told["seed"], pairs, my_figures, their_figures, report["microsecondsPerTick"], told.get("pace", {"over40Ms": 0})


def share(runs, whose, above, below):
    total = sum(one[whose][below] for one in runs)
    return sum(one[whose][above] for one in runs) / total if total else float("nan")


def summary(runs):
    """Of all runs of a point."""
    pairs = [pair for one in runs for pair in one["pairs"]]
    mine, theirs, later = (np.array([pair[index] for pair in pairs]) for index in range(3))
    low, high = scoring.bootstrap(mine - theirs)
    return {
        "pieces": len(pairs), "ours": float(mine.mean()), "chromium": float(theirs.mean()), "difference": float((mine - theirs).mean()),
        "low": float(low), "high": float(high), "oursMedian": float(np.median(mine)), "chromiumMedian": float(np.median(theirs)),
        "oursConcealed": 100 * share(runs, "ours", "concealedSamples", "totalSamplesReceived"),
        "chromiumConcealed": 100 * share(runs, "chromium", "concealedSamples", "totalSamplesReceived"),
        "oursDelay": 1000 * share(runs, "ours", "playoutDelay", "jitterBufferEmittedCount"),
        "oursWaiting": 1000 * share(runs, "ours", "jitterBufferDelay", "jitterBufferEmittedCount"),
        "chromiumWaiting": 1000 * share(runs, "chromium", "jitterBufferDelay", "jitterBufferEmittedCount"),
        "later": 1000 * float(later.mean()),
        "oursStretched": 100 * (share(runs, "ours", "insertedSamplesForDeceleration", "totalSamplesReceived")
                                + share(runs, "ours", "removedSamplesForAcceleration", "totalSamplesReceived")),
        "chromiumStretched": 100 * (share(runs, "chromium", "insertedSamplesForDeceleration", "totalSamplesReceived")
                                    + share(runs, "chromium", "removedSamplesForAcceleration", "totalSamplesReceived")),
        "tick": float(np.mean([one["tick"] for one in runs])),
        "late": sum(one["pace"]["over40Ms"] for one in runs),
    }


HEAD = (f"{'point':26}{'n':>4} {'ours':>5} {'Chr.':>5} {'diff':>6} {'95 % interval':>15} {'concealed %':>13} {'waiting ms':>12} "
        f"{'later ms':>8} {'stretched %':>12} {'µs/tick':>8}")


def line(name, point):
    return (f"{name:26}{point['pieces']:4d} {point['ours']:5.2f} {point['chromium']:5.2f} {point['difference']:+6.2f} "
            f"{point['low']:+7.2f}…{point['high']:+5.2f}  {point['oursConcealed']:5.2f} {point['chromiumConcealed']:6.2f} "
            f"{point['oursWaiting']:6.1f} {point['chromiumWaiting']:5.1f} {point['later']:+8.1f} "
            f"{point['oursStretched']:6.2f} {point['chromiumStretched']:5.2f} {point['tick']:8.1f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--speech", required=True)
    parser.add_argument("--traces", required=True)
    parser.add_argument("--player", required=True)
    parser.add_argument("--neteq", help="build-neteq.sh's program, in place of what Chromium was recorded to play")
    parser.add_argument("--plots")
    parser.add_argument("--json")
    parser.add_argument("--option", action="append", default=[], help="handed to the player: NAME=VALUE")
    parser.add_argument("points", nargs="*")
    options = parser.parse_args()
    extra = [word for option in options.option for word in ("--" + option.split("=")[0], option.split("=")[1])]
    stems = sorted(str(path.with_suffix("")) for path in Path(options.traces).glob("*.trace"))
    if options.points:
        stems = [stem for stem in stems if json.loads(Path(f"{stem}.json").read_text())["point"] in options.points]
    runs = {}
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for point, seed, pairs, mine, theirs, tick, pace in pool.map(run, [(s, options.speech, options.player, options.neteq, extra) for s in stems]):
            runs.setdefault(point, []).append(
                {"seed": seed, "pairs": pairs, "ours": mine, "chromium": theirs, "tick": tick, "pace": pace})
    points = {name: summary(runs[name]) for name in POINTS if name in runs and any(one["pairs"] for one in runs[name])}
    print(HEAD)
    for name, point in points.items():
        print(line(name, point), flush=True)
    if options.json:
        Path(options.json).write_text(json.dumps(points, indent=1, ensure_ascii=False))
    if options.plots:
        import plots
        plots.draw(points, "libwebrtc" if options.neteq else "Chromium", Path(options.plots))
    return 0 if points else 1


if __name__ == "__main__":
    sys.exit(main())
