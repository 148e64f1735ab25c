"""Other echo cancellers, run over the same scenes: libspeexdsp's through ctypes, and AEC3 as the PyPI package livekit carries it.

Both take 16 bit. Each runs at 16 kHz or at 48 kHz; what is given and returned is 48 kHz, float.
"""
import ctypes
import ctypes.util

import numpy
import scipy.signal


def to_integers(samples):
    return (numpy.clip(samples, -1, 1) * 32767).astype("int16")


def at_rate(function, render, capture, rate):
    if rate == 48_000:
        return function(render, capture, rate)
    down, up = 48_000 // rate, rate // 16_000
    assert up == 1
    result = function(scipy.signal.resample_poly(render, 1, down), scipy.signal.resample_poly(capture, 1, down), rate)
    return scipy.signal.resample_poly(result, down, 1)


def aec3(render, capture, rate):
    from livekit.rtc import AudioFrame
    from livekit.rtc.apm import AudioProcessingModule

    module = AudioProcessingModule(echo_cancellation=True, high_pass_filter=True)
    size = rate // 100
    far, near = to_integers(render), to_integers(capture)
    output = numpy.zeros(len(near))
    for start in range(0, len(near) - size + 1, size):
        played = AudioFrame(bytearray(far[start : start + size].tobytes()), rate, 1, size)
        heard = AudioFrame(bytearray(near[start : start + size].tobytes()), rate, 1, size)
        module.process_reverse_stream(played)
        module.set_stream_delay_ms(0)
        module.process_stream(heard)
        output[start : start + size] = numpy.frombuffer(bytes(heard.data), "int16") / 32767
    return output


def speex(render, capture, rate):
    library = ctypes.CDLL(ctypes.util.find_library("speexdsp") or "libspeexdsp.so.1")
    library.speex_echo_state_init.restype = ctypes.c_void_p
    library.speex_preprocess_state_init.restype = ctypes.c_void_p
    size = rate // 100
    echo = ctypes.c_void_p(library.speex_echo_state_init(size, rate // 5))
    value = ctypes.c_int(rate)
    library.speex_echo_ctl(echo, 24, ctypes.byref(value))  # SPEEX_ECHO_SET_SAMPLING_RATE
    cleaner = ctypes.c_void_p(library.speex_preprocess_state_init(size, rate))
    library.speex_preprocess_ctl(cleaner, 24, echo)  # SPEEX_PREPROCESS_SET_ECHO_STATE
    far, near = to_integers(render), to_integers(capture)
    output = numpy.zeros(len(near))
    buffer = (ctypes.c_int16 * size)()
    for start in range(0, len(near) - size + 1, size):
        heard = near[start : start + size].tobytes()
        played = far[start : start + size].tobytes()
        library.speex_echo_cancellation(echo, heard, played, buffer)
        library.speex_preprocess_run(cleaner, buffer)
        output[start : start + size] = numpy.frombuffer(buffer, "int16") / 32767
    return output
