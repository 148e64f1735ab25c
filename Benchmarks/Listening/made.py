"""Packet traces that are made: what an encoder sends of the speech, on an even clock, through a network from a seed.

    made.py --speech WAV --player BINARY --output FOLDER [--sent FOLDER] [--seeds N] [--repeat N] [POINT…]

The encoder is ours, or with `--sent` that of a real sender whose packets recorder.py has kept.
"""

import argparse
import json
import subprocess
from pathlib import Path

import traces
from impairments import POINTS, Network
from recorder_names import slug
from sent import sent_for


def make(speech, player, folder, names, seeds, repeat, recorded):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        point = POINTS[name]
        # The encoder has heard of the loss, as it would by reports.
        sent = folder / f"sent.{point.codec}.{point.loss}"
        if not recorded and not sent.exists():
            subprocess.run([player, "make", speech, str(sent), "--codec", point.codec, "--loss", str(point.loss), "--repeat", str(repeat)], check=True)
        packets = sent_for(point, recorded)[0] if recorded else traces.read(sent)
        for seed in range(1, seeds + 1):
            network = Network(point, seed)
            arrived = sorted((arrival, packet) for moment, packet in packets for arrival in network.arrivals(moment, len(packet)))
            stem = folder / f"{slug(name)}.{seed}"
            traces.write(f"{stem}.trace", arrived)
            Path(f"{stem}.json").write_text(json.dumps({"point": name, "seed": seed, "seconds": packets[-1][0]}))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--speech", required=True)
    parser.add_argument("--player", required=True)
    parser.add_argument("--output", required=True, type=Path)
    parser.add_argument("--sent")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--repeat", type=int, default=6)
    parser.add_argument("points", nargs="*")
    options = parser.parse_args()
    make(options.speech, options.player, options.output, options.points or list(POINTS), options.seeds, options.repeat, options.sent)


if __name__ == "__main__":
    main()
