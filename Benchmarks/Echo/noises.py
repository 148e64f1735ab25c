"""Noises of an office, made from a seed: a fan with its hum, somebody typing, other people talking."""
import numpy
import scipy.signal

from scenes import RATE, voice

KINDS = ("fan", "keyboard", "babble")


def fan(generator, count, folder, speech):
    """Air, falling by 6 dB an octave above 400 Hz, that swells a little, and the mains' harmonics."""
    air = scipy.signal.sosfilt(scipy.signal.butter(1, [60, 400], "bandpass", fs=RATE, output="sos"), generator.standard_normal(count))
    time = numpy.arange(count) / RATE
    swell = 1 + 0.15 * numpy.sin(2 * numpy.pi * 0.7 * time + generator.uniform(0, 6))
    hum = sum(numpy.sin(2 * numpy.pi * 50 * order * time + generator.uniform(0, 6)) / order for order in (2, 3, 4, 6, 8))
    return air / air.std() * swell + 0.4 * hum / hum.std()


def keyboard(generator, count, folder, speech):
    """Seven strokes a second in runs, each a click of a few milliseconds, a ringing case and a softer release."""
    sound = numpy.zeros(count + RATE)
    moment = 0.2
    while moment * RATE < count:
        moment += generator.exponential(1 / 7) + 0.05 + (generator.uniform(0.5, 2) if generator.uniform() < 0.06 else 0)
        for delay, loudness in ((0, 1), (generator.uniform(0.06, 0.11), 0.35)):
            time = numpy.arange(RATE // 20) / RATE
            click = generator.standard_normal(len(time)) * numpy.exp(-time / 0.003)
            click = scipy.signal.sosfilt(scipy.signal.butter(2, [1_500, 9_000], "bandpass", fs=RATE, output="sos"), click)
            thump = numpy.sin(2 * numpy.pi * generator.uniform(180, 320) * time) * numpy.exp(-time / 0.012) * 0.25
            start = int((moment + delay) * RATE)
            if start < count:
                sound[start : start + len(time)] += loudness * generator.uniform(0.5, 1) * (click / click.std() * 0.2 + thump)
    return sound[:count]


def babble(generator, count, folder, speech):
    """Eight others, who talk at once."""
    sound = numpy.zeros(count)
    for name in ("en", "es", "fr", "it", "ru", "en", "es", "it"):
        one = voice(name, folder, speech, generator, count // RATE + 4)
        sound += numpy.roll(one, int(generator.integers(len(one))))[:count] / (one.std() + 1e-9)
    return sound


def make(kind, seed, count, folder, speech):
    """Of root mean square 1."""
    sound = {"fan": fan, "keyboard": keyboard, "babble": babble}[kind](numpy.random.default_rng(seed), count, folder, speech)
    return sound / numpy.sqrt((sound**2).mean())
