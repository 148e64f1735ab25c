"""Speech in turns, and how well it arrived: PESQ wide-band of 8 s pieces, each aligned by itself."""

import statistics
from dataclasses import dataclass
from math import gcd
from pathlib import Path

import numpy as np
import soundfile
from pesq import PesqError, pesq
from scipy.signal import fftconvolve, hilbert, resample_poly

RATE = 48000
"""Of the files that are played and recorded."""

SCORE_RATE = 16000
"""Of PESQ wide-band."""

LEAD_IN = 3.0
"""Seconds before the first turn, in which the call comes up."""

TURN = 8.2
"""Seconds of speech in a turn, of which `PIECE` are scored."""

PIECE = 8.0

GUARD = 1.8
"""Seconds between turns: no side speaks while the other does, also when one started to play a second late."""

PERIOD = 2 * (TURN + GUARD)

_HOP = SCORE_RATE // 100

_LEAST_LIKENESS = 0.6
"""Below it a turn counts as not heard: two different turns of one speaker reach about a half of it."""


@dataclass
class Turns:
    """Two files of equal length; when one speaks the other is silent. Both may be looped."""

    near: Path
    far: Path
    pieces: int
    speech: Path
    """What they were cut of."""

    @property
    def seconds(self):
        """How long a call has to last for every turn to be heard once."""
        return LEAD_IN + self.pieces * PERIOD

    def in_pieces(self, pieces):
        """The same voice in another number of turns, in a folder beside."""
        folder = self.near.parent / f"turns-{pieces}"
        folder.mkdir(exist_ok=True)
        return make_turns(self.speech, folder, pieces)


def make_turns(speech, folder, pieces=3):
    """Cuts `speech` into turns: the near side speaks first, then the far side says the same."""
    voice = _mono(speech, RATE)
    voice = voice * (10 ** (-23 / 20) / np.sqrt(np.mean(voice**2)))
    count = int(TURN * RATE)
    step = (len(voice) - count) // max(1, pieces - 1) if pieces > 1 else 0
    length = int((LEAD_IN + pieces * PERIOD) * RATE)
    sides = {"near": 0.0, "far": TURN + GUARD}
    fade = np.minimum(1, np.arange(count) / (0.02 * RATE))
    envelope = fade * fade[::-1]
    for name, delay in sides.items():
        samples = np.zeros(length)
        for piece in range(pieces):
            start = int((LEAD_IN + delay + piece * PERIOD) * RATE)
            samples[start:start + count] = voice[piece * step:piece * step + count] * envelope
        soundfile.write(Path(folder) / f"{name}.wav", np.clip(samples, -1, 1), RATE, subtype="PCM_16")
    return Turns(Path(folder) / "near.wav", Path(folder) / "far.wav", pieces, speech)


@dataclass
class Score:
    """`pieces`: the PESQ of each turn (1.0 for one that was not found); `similarity`: how sure its place is, 0…1."""

    pieces: list
    similarity: list

    @property
    def median(self):
        return round(statistics.median(self.pieces), 2)

    @property
    def heard(self):
        """Whether every turn was found in the recording."""
        return min(self.similarity) > _LEAST_LIKENESS

    def __str__(self):
        return f"{self.median:.2f} (" + ", ".join(f"{piece:.2f}" for piece in self.pieces) + ")"


def score(played, recorded):
    """Scores every turn of the file that was played by where it is found in the recording."""
    reference = _mono(played, SCORE_RATE)
    degraded = _mono(recorded, SCORE_RATE)
    pieces, similarity = [], []
    for start in _turn_starts(reference):
        piece = reference[start:start + int(PIECE * SCORE_RATE)]
        place, certainty = _find(piece, degraded)
        similarity.append(round(certainty, 3))
        if certainty <= _LEAST_LIKENESS:
            pieces.append(1.0)
            continue
        try:
            pieces.append(round(float(pesq(SCORE_RATE, piece, degraded[place:place + len(piece)], "wb")), 3))
        except PesqError:
            pieces.append(1.0)
    return Score(pieces, similarity)


def _turn_starts(reference):
    """Where the speech of a file by `make_turns` begins, in samples."""
    loud = np.flatnonzero(np.abs(reference) > 1e-4)
    starts, last = [], None
    for position in loud:
        if last is None or position - last > GUARD * SCORE_RATE:
            starts.append(int(position))
        last = position
    return starts


def _find(piece, recording):
    """The place at which the recording resembles the piece most, in samples, and how much it does, 0…1.

    Echo cancellers and codecs turn phases, so wave forms resemble each other little in a call that sounds perfect: loudness
    over time finds the place to a hop, and the peak of the correlation's envelope then finds it to a sample.
    """
    pattern, track = _loudness(piece), _loudness(recording)
    if len(track) < len(pattern):
        return 0, 0.0
    pattern = pattern - pattern.mean()
    products = fftconvolve(track, pattern[::-1], mode="valid")
    count = len(pattern)
    sums = np.concatenate(([0.0], np.cumsum(track)))
    squares = np.concatenate(([0.0], np.cumsum(track**2)))
    variances = (squares[count:] - squares[:-count]) - (sums[count:] - sums[:-count]) ** 2 / count
    likeness = products / np.sqrt(np.maximum(variances, 1e-3 * np.sum(pattern**2)) * np.sum(pattern**2))
    best = int(np.argmax(likeness))
    start = max(0, (best - 4) * _HOP)
    around = recording[start:(best + 4) * _HOP + len(piece)]
    correlation = np.abs(hilbert(fftconvolve(around, piece[::-1], mode="valid"))) if len(around) >= len(piece) else np.zeros(1)
    return min(start + int(np.argmax(correlation)), max(0, len(recording) - len(piece))), float(likeness[best])


def _loudness(samples):
    """The level of every hop in dB, above a floor that hides what no ear would hear."""
    count = len(samples) // _HOP
    powers = np.mean(samples[:count * _HOP].reshape(count, _HOP) ** 2, axis=1)
    return 10 * np.log10(np.maximum(powers, 1e-6))


def _mono(path, rate):
    samples, actual = soundfile.read(path, dtype="float64", always_2d=True)
    samples = samples.mean(axis=1)
    if actual != rate:
        divisor = gcd(actual, rate)
        samples = resample_poly(samples, rate // divisor, actual // divisor)
    return samples


def write_wav(path, samples, rate=RATE):
    """16-bit mono samples into a file."""
    soundfile.write(path, np.asarray(samples, dtype=np.int16), rate, subtype="PCM_16")
