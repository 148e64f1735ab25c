"""What a sender should spend where packets are lost: bitrate, in-band FEC and repeated frames, heard through our own receiving side.

    redundancy.py --speech WAV --player BINARY [--seeds N] [--repeat N] [--codings RATE/FEC/AGES,…] [POINT…]

A coding is the encoder's bitrate in bits a second, whether its own redundancy (in-band FEC) is on, and the frames that are repeated beside each
(bits: 1 is the one before, 2 the one before that). The payloads' bits a second are told beside the scores.
"""

import argparse
import json
import subprocess
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

import scoring
import traces
from impairments import POINTS, Network
from listen import FIRST, between

CODINGS = "32000/1/0,32000/0/1,28000/0/1,24000/0/1,20000/0/3,20000/0/9,24000/0/4"
HEADER = 12
"""Bytes of RTP before the payload."""


def run(job):
    name, seed, coding, options = job
    point = POINTS[name]
    rate, fec, ages = coding.split("/")
    reference = scoring.Reference(options.speech)
    with tempfile.TemporaryDirectory() as folder:
        sent, trace, wav = (Path(folder) / part for part in ("sent", "trace", "heard.wav"))
        subprocess.run(
            [options.player, "make", options.speech, str(sent), "--loss", str(point.loss if fec == "1" else 0), "--bitrate", rate, "--fec", fec,
             "--ages", ages, "--repeat", str(options.repeat)], check=True)
        packets = traces.read(sent)
        network = Network(point, seed)
        traces.write(trace, sorted((arrival, packet) for moment, packet in packets for arrival in network.arrivals(moment, len(packet))))
        last = packets[-1][0]
        report = json.loads(subprocess.check_output(
            [options.player, "play", str(trace), "--wav", str(wav), "--seconds", str(last), "--phase", str(3.7 * seed % 10)]))
        pieces = scoring.score(reference, scoring.read(wav), FIRST - report["phase"], last - report["phase"])
    bits = 8 * sum(len(packet) - HEADER for _, packet in packets) / last
    return name, coding, [piece.score for piece in pieces], between(report["seconds"], last), bits


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--speech", required=True)
    parser.add_argument("--player", required=True)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--codings", default=CODINGS)
    parser.add_argument("points", nargs="*")
    options = parser.parse_args()
    points = options.points or ["clean", "loss 5 %", "loss 10 %", "loss 20 %", "bursts 60–120 ms"]
    jobs = [(name, seed, coding, options) for name in points for coding in options.codings.split(",") for seed in range(1, options.seeds + 1)]
    found = {}
    with ProcessPoolExecutor() as pool:
        for name, coding, scores, figures, bits in pool.map(run, jobs):
            found.setdefault((name, coding), []).append((scores, figures, bits))
    print("| Point | bit/s / FEC / repeats | PESQ | payload, kb/s | made up, % | stretched, % | waiting, ms |\n|---|---|---|---|---|---|---|", flush=True)
    for (name, coding), runs in found.items():
        def share(above, below):
            return sum(figures[above] for _, figures, _ in runs) / sum(figures[below] for _, figures, _ in runs)

        scores = np.concatenate([scores for scores, _, _ in runs])
        print(f"| {name} | {coding} | {scores.mean():.2f} | {np.mean([bits for _, _, bits in runs]) / 1000:.1f} "
              f"| {100 * share('concealedSamples', 'totalSamplesReceived'):.2f} "
              f"| {100 * (share('insertedSamplesForDeceleration', 'totalSamplesReceived') + share('removedSamplesForAcceleration', 'totalSamplesReceived')):.2f} "
              f"| {1000 * share('jitterBufferDelay', 'jitterBufferEmittedCount'):.1f} |", flush=True)


if __name__ == "__main__":
    main()
