"""What is left of an echo, and what became of the near end.

    return loss enhancement  energy of what the microphone heard to energy of the output while only the far end talks, 0-3 s and 3-20 s, dB
    convergence              the first moment after which the enhancement, over half a second, stays above 20 dB for a second
    near gain                projection of the output on the near end where both talk, dB
    PESQ                     wide band, output against the near end alone, 3-20 s
"""
import numpy
import pesq
import scipy.signal

from scenes import LENGTH, NEAR_START, RATE


def decibels(ratio):
    return 10 * numpy.log10(ratio + 1e-12)


def alignment(output, near):
    """By how many samples the output is later than the near end; up to 60 ms."""
    size = 1 << 21
    spectrum = numpy.fft.rfft(output, size) * numpy.conj(numpy.fft.rfft(near, size))
    return int(numpy.argmax(numpy.fft.irfft(spectrum, size)[: RATE * 60 // 1000]))


def single(capture, output):
    """Scores of a scene in which only the far end talks."""
    start = NEAR_START * RATE
    early = decibels((capture[:start] ** 2).sum() / (output[:start] ** 2).sum())
    late = decibels((capture[start:] ** 2).sum() / (output[start:] ** 2).sum())
    step = RATE // 10
    heard = numpy.add.reduceat(capture**2, range(0, len(capture), step))
    left = numpy.add.reduceat(output**2, range(0, len(output), step))
    window = numpy.ones(5)
    course = decibels(numpy.convolve(heard, window, "valid") / numpy.convolve(left, window, "valid"))
    good = course > 20
    converged = next((index / 10 for index in range(len(good) - 10) if good[index : index + 10].all()), float("nan"))
    return {"early": early, "late": late, "converged": converged, "course": course}


def double(output, near, lag=None):
    """Scores of a scene in which both talk."""
    lag = alignment(output, near) if lag is None else lag
    start = NEAR_START * RATE
    end = LENGTH * RATE - lag
    said, heard = near[start:end], output[start + lag : end + lag]
    gain = decibels(max(0, (said @ heard) / (said @ said)) ** 2)
    said, heard = (scipy.signal.resample_poly(each, 1, 3) for each in (said, heard))
    scale = 0.5 / max(abs(said).max(), 1e-9)
    quality = pesq.pesq(16_000, said * scale, numpy.clip(heard * scale, -1, 1), "wb")
    return {"gain": gain, "pesq": quality, "lag": lag * 1000 / RATE}
