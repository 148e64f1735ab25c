"""What a real Chromium plays of our sender where packets are lost, in real time, beside the sender that Chromium is: Opus at 32 kb/s with in-band FEC.

    sending.py --speech WAV --player BINARY --output FOLDER [--seeds N] [--codings CODING,…] [POINT…]

Codings are those of redundancy.py; replay.py plays the packets. The codings of a point and seed meet the same losses.
"""

import argparse
import json
from pathlib import Path

import redundancy
import scoring
from impairments import POINTS
from listen import FIRST, between, is_spoilt, read
from recorder_names import slug
from replay import Call, play_all

SECONDS = 62


def heard(stem, reference):
    """The scores of the pieces in which the rig was not late, and what Chromium counted."""
    told = read(stem)
    begins, last = told["recordingBegins"], told["figures"][-1]["time"]
    pieces = scoring.score(reference, scoring.read(f"{stem}.wav"), FIRST - begins, last - begins)
    scores = [piece.score for piece in pieces if not is_spoilt(piece.start + begins, piece.start + begins + scoring.PIECE, told["late"])]
    return scores, between(told["figures"], last, told["late"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--speech", required=True)
    parser.add_argument("--player", required=True)
    parser.add_argument("--output", required=True, type=Path)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--codings", default=redundancy.CODINGS)
    parser.add_argument("points", nargs="*")
    options = parser.parse_args()
    reference = scoring.Reference(options.speech)
    options.repeat = int(SECONDS / reference.period) + 1

    def make_call(number, name, point, seed, coding):
        packets = redundancy.make(coding, point, seed, reference, options)
        (options.output / f"{name}.bitrates").write_text(json.dumps(redundancy.bitrates(packets, SECONDS)))
        return Call(number, name, point, seed, (packets, int.from_bytes(packets[0][1][8:12], "big")), SECONDS)

    wanted = [(f"{slug(name)}.{slug(coding)}.{seed}", POINTS[name], seed, coding)
              for seed in range(1, options.seeds + 1) for name in options.points or redundancy.LOSSES for coding in options.codings.split(",")]
    left = play_all(wanted, make_call, options.output)
    found = {}
    for name, point, _, coding in wanted:
        if (options.output / f"{name}.json").exists():
            bitrates = json.loads((options.output / f"{name}.bitrates").read_text())
            found.setdefault((point.name, coding), []).append((*heard(options.output / name, reference), bitrates))
    redundancy.print_table(dict(sorted(found.items(), key=lambda entry: list(POINTS).index(entry[0][0]))))
    return 1 if left else 0


if __name__ == "__main__":
    raise SystemExit(main())
