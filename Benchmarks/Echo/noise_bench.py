"""Scores noise suppressors over speech in the noises of noises.py. Started by run-noise.sh."""
import argparse
import json
import pathlib
import subprocess

import numpy
import pesq
import scipy.signal
import soundfile

import noises
import peers
import score
from scenes import LENGTH, RATE, active_level, levelled, voice

#: Who talks; nobody of them is in the babble at the same moment, though some of the readers are.
VOICES = ("sense", "fr", "it")
LEVEL = -26.0
#: Decibels by which the voice is louder than the noise; None: no noise but the microphone's, −77 dBFS.
RATIOS = {"clean": (None,), "fan": (5, 10, 15), "keyboard": (5, 10, 15), "babble": (5, 10, 15)}
#: Seconds that a suppressor has to learn the noise.
LEARNING = 3
SUPPRESSORS = ("none", "noise", "webrtc-noise", "speex", "webrtc", "rnnoise", "gain", "chain")


def scene(kind, ratio, index, options):
    """Near end and capture."""
    generator = numpy.random.default_rng(100 + index)
    near = levelled(voice(VOICES[index], options.sounds, options.speech, generator, LENGTH), LEVEL)
    capture = near + generator.standard_normal(len(near)) * 10 ** (-77 / 20)
    if ratio is not None:
        noise = noises.make(kind, 1_000 + index, len(near), options.sounds, options.speech)
        capture = capture + noise * 10 ** ((active_level(near) - ratio) / 20)
    return near, numpy.clip(capture, -1, 1)


def run(suppressor, capture, options):
    if suppressor in peers.SUPPRESSORS:
        return peers.SUPPRESSORS[suppressor](capture)
    folder = options.work
    soundfile.write(folder / "capture.wav", capture.astype("float32"), RATE, subtype="FLOAT")
    soundfile.write(folder / "render.wav", numpy.zeros(len(capture), "float32"), RATE, subtype="FLOAT")
    subprocess.run([options.binary, suppressor, folder / "render.wav", folder / "capture.wav", folder / "output.wav"], check=True, capture_output=True)
    return soundfile.read(folder / "output.wav")[0]


def judge(output, near, capture):
    """PESQ wide-band of all; and by how much less there is between the words than the microphone heard, in decibels."""
    later = score.alignment(output, near)
    start = LEARNING * RATE
    end = min(len(output) - later, len(near))
    heard, said, there = output[start + later : end + later], near[start:end], capture[start:end]
    count = len(said) // 960 * 960
    energies = [(each[:count].reshape(-1, 960) ** 2).mean(axis=1) for each in (heard, said, there)]
    pauses = energies[1] < 10 ** ((LEVEL - 35) / 10)
    taken = 10 * numpy.log10(energies[2][pauses].sum() / (energies[0][pauses].sum() + 1e-12))
    narrow = [scipy.signal.resample_poly(each, 1, 3) for each in (said, heard)]
    return pesq.pesq(16_000, *narrow, "wb"), taken


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--sounds", required=True, type=pathlib.Path)
    parser.add_argument("--speech", required=True, type=pathlib.Path)
    parser.add_argument("--work", required=True, type=pathlib.Path)
    parser.add_argument("--suppressors", default=",".join(SUPPRESSORS))
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    suppressors = options.suppressors.split(",")
    results = {}
    for kind, ratios in RATIOS.items():
        for ratio in ratios:
            name = kind if ratio is None else f"{kind} {ratio} dB"
            for index in range(len(VOICES)):
                near, capture = scene(kind, ratio, index, options)
                for suppressor in suppressors:
                    results.setdefault(name, {}).setdefault(suppressor, []).append(judge(run(suppressor, capture, options), near, capture))
    for place, title in enumerate(("PESQ wide-band", "taken out, dB")):
        print(f"\n{title:18}" + "".join(f"{name:>16}" for name in suppressors))
        for name, row in results.items():
            print(f"{name:18}" + "".join(f"{numpy.mean([value[place] for value in row[each]]):16.2f}" for each in suppressors), flush=True)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1, default=float))


if __name__ == "__main__":
    main()
