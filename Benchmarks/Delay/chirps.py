"""A chirp once a second over speech, and how much later it is heard."""

import numpy as np
import soundfile
from scipy.signal import fftconvolve

from cables import RATE

_LENGTH = 0.03
_BAND = (700, 3300)
"""Hertz: what codecs and noise suppressors hold to be speech."""

_LATEST = 0.6
"""Seconds after which a chirp counts as not heard."""

_LEAST_LIKENESS = 0.5


def _chirp(phase=0.0):
    time = np.arange(int(_LENGTH * RATE)) / RATE
    low, high = _BAND
    sweep = 2 * np.pi * (low * time + (high - low) * time**2 / (2 * _LENGTH)) + phase
    return np.sin(sweep) * np.hanning(len(time))


def make(speech, path, seconds, seed):
    """Writes what one side says: speech, quiet enough for chirps to stand out, from a place that goes with the seed."""
    voice, rate = soundfile.read(speech)
    assert rate == RATE and voice.ndim == 1
    generator = np.random.default_rng(seed)
    count = int(seconds * RATE)
    start = int(generator.integers(len(voice)))
    samples = np.tile(voice, 2 + count // len(voice))[start:start + count]
    samples *= 10 ** (-30 / 20) / np.sqrt(np.mean(samples**2))
    for second in range(int(seconds) - 1):
        place = int((second + generator.uniform(0.2, 0.3)) * RATE)
        chirp = 0.4 * _chirp()
        samples[place:place + len(chirp)] += chirp
    (np.clip(samples, -1, 1) * 32767).astype("<i2").tofile(path)


def _likeness(samples):
    """How like a chirp, whatever its phase, what begins at each sample is: 0…1."""
    sine, cosine = _chirp(), _chirp(np.pi / 2)
    products = [fftconvolve(samples, pattern[::-1], mode="valid") / np.sqrt(np.sum(pattern**2)) for pattern in (sine, cosine)]
    energy = np.maximum(fftconvolve(samples**2, np.ones(len(sine)), mode="valid"), 1e-6)
    return np.hypot(*products) / np.sqrt(energy)


def delays(recording, start):
    """Milliseconds by which each chirp of a cable's recording comes out later than it went in, from `start` seconds on; and how many were not
    recognised."""
    both = np.fromfile(recording, dtype="<i2").reshape(-1, 2) / 32768
    said, heard = (_likeness(both[:, side]) for side in (0, 1))
    found, missing = [], 0
    place = int(start * RATE)
    while place + RATE < len(said) - _LATEST * RATE:
        spoken = place + int(np.argmax(said[place:place + RATE]))
        window = heard[spoken:spoken + int(_LATEST * RATE)]
        if said[spoken] > 0.8:
            if window.max() > _LEAST_LIKENESS:
                found.append(1000 * int(np.argmax(window)) / RATE)
            else:
                missing += 1
        # Chirps are a second and at most 0.1 s apart.
        place = spoken + int(0.5 * RATE)
    return found, missing
