"""Scores echo cancellers over the scenes of scenes.py and prints one table a measure. Started by run.sh."""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

import numpy
import soundfile

import peers
import score
from scenes import PAIRS, SCENES, write


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True, help="the built EchoBench")
    parser.add_argument("--sounds", required=True, type=pathlib.Path, help="folder of the prompts")
    parser.add_argument("--speech", required=True, type=pathlib.Path, help="folder of sense-48k.wav")
    parser.add_argument("--work", required=True, type=pathlib.Path, help="where scenes and outputs go; scenes found there are used again")
    parser.add_argument("--cancellers", default="nearend,aec2,speex16,aec3", help="of: none aec2 nearend speex16 speex48 aec3 aec3at16")
    parser.add_argument("--scenes", default=",".join(each.name for each in SCENES))
    parser.add_argument("--pairs", type=int, default=len(PAIRS), help="how many pairs of voices")
    parser.add_argument("--json", type=pathlib.Path, help="where every single score goes")
    return parser.parse_args()


def run(canceller, options, folder, kind):
    """One canceller over one half of a scene: the output, and the microseconds of a frame where they are measured."""
    output = folder / f"{kind}-{canceller}.wav"
    if canceller in ("none", "aec2") or canceller.startswith("nearend"):
        command = [options.binary, canceller, folder / f"{kind}-render.wav", folder / f"{kind}-capture.wav", output]
        cost = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        return soundfile.read(output)[0], cost
    render = soundfile.read(folder / f"{kind}-render.wav")[0]
    capture = soundfile.read(folder / f"{kind}-capture.wav")[0]
    function, rate = {
        "aec3": (peers.aec3, 48_000), "aec3at16": (peers.aec3, 16_000), "speex16": (peers.speex, 16_000), "speex48": (peers.speex, 48_000),
    }[canceller]  # fmt: skip
    before = time.thread_time()
    result = peers.at_rate(function, render, capture, rate)
    cost = (time.thread_time() - before) / (len(capture) / 480) * 1e6
    result = numpy.resize(result, len(capture))
    soundfile.write(output, result.astype("float32"), 48_000, subtype="FLOAT")
    return result, {"mean": cost, "p99": float("nan"), "worst": float("nan")}


def judge(canceller, scene, options, folder):
    capture = soundfile.read(folder / "single-capture.wav")[0]
    near = soundfile.read(folder / "double-near.wav")[0]
    output, cost = run(canceller, options, folder, "single")
    result = score.single(capture[: len(output)], output) if scene.return_loss is not None else {}
    output, second = run(canceller, options, folder, "double")
    result |= score.double(output, near[: len(output)])
    result |= {"cpu": (cost["mean"] + second["mean"]) / 2, "p99": max(cost["p99"], second["p99"]), "worst": max(cost["worst"], second["worst"])}
    return result


def table(title, key, form, names, scenes, results):
    print(f"\n{title}\n\n| scene | " + " | ".join(names) + " |\n|-|" + "-|" * len(names))
    for scene in scenes:
        cells = []
        for name in names:
            values = [each[key] for each in results[name][scene.name] if key in each]
            cells.append(form.format(numpy.mean(values)) if values else "")
        print(f"| {scene.title} | " + " | ".join(cells) + " |", flush=True)


def main():
    options = arguments()
    names = options.cancellers.split(",")
    wanted = options.scenes.split(",")
    scenes = [each for each in SCENES if each.name in wanted]
    results = {name: {scene.name: [] for scene in scenes} for name in names}
    for scene in scenes:
        for number, pair in enumerate(PAIRS[: options.pairs]):
            folder = options.work / f"{scene.name}-{number}"
            if not (folder / "double-near.wav").exists():
                write(folder, scene, pair, options.sounds, options.speech, number + 1)
            for name in names:
                results[name][scene.name].append(judge(name, scene, options, folder))
        print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    table("Echo return loss enhancement, 0-3 s, dB", "early", "{:.1f}", names, scenes, results)
    table("Echo return loss enhancement, 3-20 s, dB", "late", "{:.1f}", names, scenes, results)
    table("Converged (20 dB) after, s", "converged", "{:.1f}", names, scenes, results)
    table("Near end in double talk, PESQ wide band", "pesq", "{:.2f}", names, scenes, results)
    table("Near end in double talk, gain dB", "gain", "{:.1f}", names, scenes, results)
    table("Delay that is added, ms", "lag", "{:.1f}", names, scenes, results)
    table("Processor time of a 10 ms frame, mean µs", "cpu", "{:.0f}", names, scenes, results)
    if options.json:
        options.json.write_text(json.dumps(results, default=lambda value: numpy.asarray(value).tolist(), indent=1))
    return os.EX_OK


if __name__ == "__main__":
    sys.exit(main())
