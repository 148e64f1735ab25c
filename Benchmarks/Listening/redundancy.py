"""What a sender should spend where packets are lost: bitrate, in-band FEC and copies of frames, heard through our own receiving side or libwebrtc's.

    redundancy.py --speech WAV --player BINARY [--neteq PROGRAM] [--seeds N] [--repeat N] [--codings CODING,…] [POINT…]

A coding is `engine`, the engine's own sender, which hears of the losses by feedback on the transport a tenth of a second later; or
RATE/FEC/AGES[/COPIES]: the encoder's bitrate in bits a second, whether its own redundancy (in-band FEC) is on, the frames that are sent again beside
each (bits: 1 is the one before, 2 the one before that), and the bits a second of these copies, if they are encoded for themselves. The payloads' bits a second are
told beside the scores, and those on the wire, with all headers.
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
from impairments import PACKET, POINTS, Network
from listen import FIRST, between

CODINGS = "32000/1/0,engine"
LOSSES = ["clean", "loss 5 %", "loss 10 %", "loss 20 %", "bursts 60–120 ms"]
HEADER = 12
"""Bytes of RTP before the payload."""
OVERHEAD = 28 + HEADER + 12 + 10
"""Bytes of a packet around its payload: UDP and IPv4, RTP, our three header extensions, what SRTP adds."""


def options_of(coding, point, seed, folder, packets):
    if coding == "engine":
        network = Network(point, seed)
        lost = folder / "lost"
        lost.write_bytes(bytes(not network.arrivals((index + 1) * PACKET, 0) for index in range(packets)))
        return ["--lost", str(lost)]
    rate, fec, ages, *copies = coding.split("/")
    told = ["--loss", str(point.loss if fec == "1" else 0), "--bitrate", rate, "--fec", fec, "--ages", ages]
    return told + (["--copies", copies[0]] if copies else [])


def make(coding, point, seed, reference, options):
    """What a sender of such a coding sends over such a network: moments and packets."""
    with tempfile.TemporaryDirectory() as folder:
        sent = Path(folder) / "sent"
        most = int(options.repeat * reference.period / PACKET) + 1
        subprocess.run(
            [options.player, "make", options.speech, str(sent), "--repeat", str(options.repeat), *options_of(coding, point, seed, Path(folder), most)],
            check=True)
        return traces.read(sent)


def bitrates(packets, last):
    """Of payloads and on the wire, in bits a second. As the scores, without the beginning: there a sender does not know yet."""
    counted = [packet for moment, packet in packets if FIRST <= moment <= last]
    return [8 * sum(len(packet) - HEADER + extra for packet in counted) / (last - FIRST) for extra in (0, OVERHEAD)]


def run(job):
    name, seed, coding, options = job
    point = POINTS[name]
    reference = scoring.Reference(options.speech)
    packets = make(coding, point, seed, reference, options)
    with tempfile.TemporaryDirectory() as folder:
        trace, wav = (Path(folder) / part for part in ("trace", "heard.wav"))
        network = Network(point, seed)
        traces.write(trace, sorted((arrival, packet) for moment, packet in packets for arrival in network.arrivals(moment, len(packet))))
        last, phase = packets[-1][0], str(3.7 * seed % 10)
        if options.neteq:
            command = [options.neteq, str(trace), str(wav), str(last), phase]
        else:
            command = [options.player, "play", str(trace), "--wav", str(wav), "--seconds", str(last), "--phase", phase]
        report = json.loads(subprocess.check_output(command))
        pieces = scoring.score(reference, scoring.read(wav), FIRST - report["phase"], last - report["phase"])
    return name, coding, [piece.score for piece in pieces], between(report["seconds"], last), bitrates(packets, last)


def print_table(found):
    """`found`: of each point and coding, what its runs gave: scores, figures, and bits."""
    print("| Point | coding | pieces | PESQ | payload, kb/s | wire, kb/s | made up, % | stretched, % | waiting, ms |\n|---|---|---|---|---|---|---|---|---|", flush=True)
    for (name, coding), runs in found.items():
        def share(above, below):
            return sum(figures[above] for _, figures, _ in runs) / sum(figures[below] for _, figures, _ in runs)

        scores = np.concatenate([scores for scores, _, _ in runs])
        payload, wire = np.mean([bits for _, _, bits in runs], axis=0) / 1000
        print(f"| {name} | {coding} | {len(scores)} | {scores.mean():.2f} | {payload:.1f} | {wire:.1f} "
              f"| {100 * share('concealedSamples', 'totalSamplesReceived'):.2f} "
              f"| {100 * (share('insertedSamplesForDeceleration', 'totalSamplesReceived') + share('removedSamplesForAcceleration', 'totalSamplesReceived')):.2f} "
              f"| {1000 * share('jitterBufferDelay', 'jitterBufferEmittedCount'):.1f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--speech", required=True)
    parser.add_argument("--player", required=True)
    parser.add_argument("--neteq", help="build-neteq.sh's program: what libwebrtc plays, in place of ours")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--codings", default=CODINGS)
    parser.add_argument("points", nargs="*")
    options = parser.parse_args()
    jobs = [(name, seed, coding, options) for name in options.points or LOSSES for coding in options.codings.split(",") for seed in range(1, options.seeds + 1)]
    found = {}
    with ProcessPoolExecutor() as pool:
        for name, coding, scores, figures, bits in pool.map(run, jobs):
            found.setdefault((name, coding), []).append((scores, figures, bits))
    print_table(found)


if __name__ == "__main__":
    main()
