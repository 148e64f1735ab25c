"""Recordings of looped speech: cut into pieces, each found by itself, scored by PESQ wide-band."""

from dataclasses import dataclass

import numpy as np
import soundfile
from pesq import PesqError, pesq
from scipy.signal import fftconvolve, resample_poly

RATE = 16000
PIECE = 8.0
"""Seconds."""
MARGIN = 0.4
"""Seconds by which a piece may be off from where the loop says."""


@dataclass
class Piece:
    """One stretch of speech as it was heard: the loop and the place in it tell which it is, in both recordings."""

    loop: int
    place: int
    start: float
    """Seconds from the recording's beginning."""
    score: float


class Reference:
    """The file that the sender's microphone repeats."""

    def __init__(self, path):
        samples, rate = soundfile.read(path)
        self.period = len(samples) / rate
        self.samples = resample_poly(samples, RATE, rate)
        count = int(self.period / PIECE)
        step = (self.period - PIECE) / max(1, count - 1) if count > 1 else 0
        self.places = [min(index * step, self.period - PIECE) for index in range(count)]

    def piece(self, place):
        start = int(self.places[place] * RATE)
        return self.samples[start:start + int(PIECE * RATE)]


def read(path):
    samples, rate = soundfile.read(path)
    return resample_poly(samples, RATE, rate)


def score(reference, recording, first, last):
    """The pieces that lie wholly between two moments of the recording, in seconds. Its loops are counted from the first one found."""
    phase = _phase(reference, recording)
    pieces = []
    loop = 0
    while phase + loop * reference.period < last:
        for place, offset in enumerate(reference.places):
            due = phase + loop * reference.period + offset
            if due - MARGIN < first or due + PIECE + MARGIN > last:
                continue
            pieces.append(_piece(reference, recording, loop, place, due))
        loop += 1
    return pieces


def _phase(reference, recording):
    """Where the first whole repetition begins, in seconds."""
    likeness = fftconvolve(recording, reference.samples[::-1], mode="valid")
    period = int(reference.period * RATE)
    folded = np.zeros(period)
    for start in range(0, len(likeness) - period + 1, period):
        folded += np.maximum(likeness[start:start + period], 0)
    if len(likeness) < period:
        return int(np.argmax(likeness)) / RATE
    return int(np.argmax(folded)) / RATE


def _piece(reference, recording, loop, place, due):
    piece = reference.piece(place)
    start = max(0, int((due - MARGIN) * RATE))
    around = recording[start:int((due + PIECE + MARGIN) * RATE)]
    start += int(np.argmax(fftconvolve(around, piece[::-1], mode="valid")))
    heard = recording[start:start + len(piece)]
    try:
        value = float(pesq(RATE, piece, heard, "wb"))
    except PesqError:
        value = 1.0
    return Piece(loop, place, start / RATE, round(value, 3))


def bootstrap(differences, rounds=4000, seed=1):
    """The 95 % interval of the mean."""
    values = np.asarray(differences)
    picks = np.random.default_rng(seed).integers(0, len(values), (rounds, len(values)))
    return tuple(np.percentile(values[picks].mean(axis=1), [2.5, 97.5]))
