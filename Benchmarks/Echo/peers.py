"""Other echo cancellers and noise suppressors, run over the same scenes: libspeexdsp's through ctypes, libwebrtc's of today as the PyPI package
livekit carries them, and RNNoise as pyrnnoise does.

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


def webrtc_noise(capture):
    """libwebrtc's noise suppression of today, at the level it has."""
    from livekit.rtc import AudioFrame
    from livekit.rtc.apm import AudioProcessingModule

    module = AudioProcessingModule(noise_suppression=True, high_pass_filter=True)
    near = to_integers(capture)
    output = numpy.zeros(len(near))
    for start in range(0, len(near) - 479, 480):
        heard = AudioFrame(bytearray(near[start : start + 480].tobytes()), 48_000, 1, 480)
        module.process_stream(heard)
        output[start : start + 480] = numpy.frombuffer(bytes(heard.data), "int16") / 32767
    return output


def speex_noise(capture):
    """libspeexdsp's at 16 kHz, as it comes."""
    library = ctypes.CDLL(ctypes.util.find_library("speexdsp") or "libspeexdsp.so.1")
    library.speex_preprocess_state_init.restype = ctypes.c_void_p
    cleaner = ctypes.c_void_p(library.speex_preprocess_state_init(320, 16_000))
    near = to_integers(scipy.signal.resample_poly(capture, 1, 3))
    output = numpy.zeros(len(near))
    for start in range(0, len(near) - 319, 320):
        buffer = (ctypes.c_int16 * 320)(*near[start : start + 320].tolist())
        library.speex_preprocess_run(cleaner, buffer)
        output[start : start + 320] = numpy.frombuffer(buffer, "int16") / 32767
    return scipy.signal.resample_poly(output, 3, 1)


def rnnoise(capture):
    from pyrnnoise import RNNoise

    denoiser = RNNoise(sample_rate=48_000)
    near = to_integers(capture)
    pieces = [numpy.asarray(frame).reshape(-1) for _, frame in denoiser.denoise_chunk(near[numpy.newaxis, :])]
    return numpy.concatenate(pieces) / 32767


SUPPRESSORS = {"webrtc": webrtc_noise, "speex": speex_noise, "rnnoise": rnnoise}
