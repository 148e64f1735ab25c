"""Makes the scenes that echo cancellers are judged by: what the loudspeaker plays, what the microphone hears, what the near end said.

Speech is of real readers: Tests/Resources/speech, and the 16 kHz prompts of Debian's asterisk-core-sounds-*-g722 (CC BY-SA), fetched by
run.sh. Rooms are synthetic: decaying noise after a direct path, a loudspeaker's band. Everything follows from the seed.
"""
import pathlib
from dataclasses import dataclass

import av
import numpy
import scipy.signal
import soundfile

RATE = 48_000
#: Seconds of a scene; where both talk, the near end starts at NEAR_START.
LENGTH, NEAR_START = 20, 3
#: Active speech levels, dBFS, of what is played and of what the near end says.
FAR_LEVEL, NEAR_LEVEL = -20.0, -30.0
#: Where the delay jumps, seconds.
JUMP_AT = 10


@dataclass(frozen=True)
class Scene:
    """How a microphone hears a loudspeaker."""

    name: str
    title: str
    #: How much quieter the echo comes back than it was played, dB; None: not at all.
    return_loss: float | None = 6
    #: What the near end is louder by than NEAR_LEVEL, dB.
    near_gain: float = 0
    #: By how much the microphone's clock is faster than the loudspeaker's, parts per million.
    drift: float = 0
    #: What the delay changes by at JUMP_AT, milliseconds.
    jump: float = 0
    #: What comes between samples and air: "", "tanh", "clip".
    speaker: str = ""
    #: Whether somebody moves at JUMP_AT, so that the room's response becomes another one.
    moves: bool = False
    #: From being played to the direct sound, milliseconds.
    delay: float = 60
    #: The room's reverberation time, seconds.
    reverberation: float = 0.25
    #: Whether the far end says anything.
    far_end: bool = True
    #: The microphone's noise, dBFS.
    noise: float = -77


SCENES = [
    Scene("base", "base, return loss 6 dB"),
    Scene("near12", "near end 12 dB louder", near_gain=12),
    Scene("drift", "drift 100 ppm", drift=100),
    Scene("jump", "delay jumps by 25 ms", jump=25),
    Scene("tanh", "loudspeaker saturates", speaker="tanh"),
    Scene("loud", "return loss 0 dB, clipping", return_loss=0, speaker="clip"),
    Scene("quiet", "return loss 30 dB", return_loss=30),
    Scene("back", "delay jumps by -25 ms", jump=-25),
    Scene("moves", "somebody moves", moves=True),
    Scene("far", "delay 220 ms, drift -40 ppm", delay=220, drift=-40),
    Scene("none", "no echo: headset", return_loss=None),
    Scene("alone", "near end alone", return_loss=None, far_end=False),
]

#: The voices, near end first.
PAIRS = [("sense", "fr"), ("en", "ru"), ("it", "es"), ("fr", "en")]


def active_level(samples):
    """The level of the loudest 60 % of 20 ms frames, dBFS: near enough to ITU-T P.56 for continuous speech."""
    frames = samples[: len(samples) // 960 * 960].reshape(-1, 960)
    energies = numpy.sort((frames**2).mean(axis=1))
    return 10 * numpy.log10(energies[int(len(energies) * 0.4) :].mean() + 1e-12)


def trimmed(samples, rate):
    """Without the silence at both ends, but for 80 ms."""
    loud = numpy.flatnonzero(numpy.abs(samples) > 0.02)
    if len(loud) == 0:
        return samples[:0]
    return samples[max(0, loud[0] - rate // 25) : loud[-1] + rate // 25]


def voice(name, folder, speech, generator, seconds):
    """Continuous speech of one reader."""
    if name == "sense":
        samples, rate = soundfile.read(speech / "sense-48k.wav", dtype="float64")
        return numpy.resize(samples, seconds * RATE)
    pieces, total = [], 0
    roots = [each for each in folder.rglob("*") if each.is_dir() and each.name.startswith(name + "_")]
    files = sorted(each for root in roots for each in root.glob("*.g722"))
    for index in generator.permutation(len(files)):
        with av.open(str(files[index]), format="g722") as container:
            frames = [frame.to_ndarray().reshape(-1) for frame in container.decode(audio=0)]
        if not frames:
            continue
        piece = trimmed(numpy.concatenate(frames) / 32768.0, 16_000)
        if len(piece) < 24_000:
            continue
        pieces.append(scipy.signal.resample_poly(piece, 3, 1))
        total += len(pieces[-1])
        if total >= seconds * RATE:
            return numpy.concatenate(pieces)[: seconds * RATE]
    raise SystemExit(f"there are no prompts of “{name}” in {folder}")


def levelled(samples, level):
    return samples * 10 ** ((level - active_level(samples)) / 20)


def room(generator, reverberation):
    """An impulse response of half a second, without delay: a direct path, then noise that decays by 60 dB in the reverberation time."""
    length = RATE // 2
    response = generator.standard_normal(length) * 10 ** (-3 * numpy.arange(length) / RATE / reverberation) * 0.06
    response[: RATE // 1000] = 0
    response[0] = 1
    # The band of a small loudspeaker.
    band = scipy.signal.butter(2, [150, 14_000], "bandpass", fs=RATE, output="sos")
    response = scipy.signal.sosfilt(band, response)
    return response / numpy.sqrt((response**2).sum())


def delayed(samples, positions):
    """The samples at fractional positions, by a windowed sinc of 64 taps (far end's own interpolator, not the canceller's)."""
    taps = 32
    whole = numpy.floor(positions).astype(int)
    fraction = positions - whole
    result = numpy.zeros(len(positions))
    padded = numpy.concatenate([numpy.zeros(taps), samples, numpy.zeros(RATE)])
    for offset in range(-taps + 1, taps + 1):
        distance = offset - fraction
        weight = numpy.sinc(distance) * (0.5 + 0.5 * numpy.cos(numpy.pi * distance / (taps + 1)))
        index = whole + offset + taps
        result += weight * padded[numpy.clip(index, 0, len(padded) - 1)]
    return result


def make(scene, pair, folder, speech, seed, double_talk):
    """One scene as (render, capture, near): 48 kHz, float64."""
    generator = numpy.random.default_rng(seed)
    near = levelled(voice(pair[0], folder, speech, generator, LENGTH), NEAR_LEVEL + scene.near_gain)
    far = levelled(voice(pair[1], folder, speech, generator, LENGTH), FAR_LEVEL)
    near[: NEAR_START * RATE] = 0
    first, second = room(generator, scene.reverberation), room(generator, scene.reverberation)
    sent = far
    if scene.speaker == "tanh":
        sent = numpy.tanh(far * 3) / 3
    elif scene.speaker == "clip":
        sent = numpy.clip(numpy.tanh(far * 3) / 3, -0.15, 0.2)
    capture = generator.standard_normal(LENGTH * RATE) * 10 ** (scene.noise / 20)
    if scene.return_loss is not None:
        echo = scipy.signal.fftconvolve(sent, first)[: LENGTH * RATE]
        if scene.moves:
            fade = numpy.clip((numpy.arange(LENGTH * RATE) / RATE - JUMP_AT) / 0.05, 0, 1)
            other = scipy.signal.fftconvolve(sent, second)[: LENGTH * RATE]
            echo = echo * numpy.sqrt(1 - fade) + other * numpy.sqrt(fade)
        time = numpy.arange(LENGTH * RATE)
        positions = time * (1 - scene.drift * 1e-6) - scene.delay * RATE / 1000
        positions = positions - (time >= JUMP_AT * RATE) * scene.jump * RATE / 1000
        echo = delayed(echo, positions) if scene.drift else shifted(echo, positions)
        capture += echo * 10 ** ((FAR_LEVEL - scene.return_loss - active_level(echo)) / 20)
    if not scene.far_end:
        far = numpy.zeros_like(far)
    if double_talk:
        capture += near
    return far, numpy.clip(capture, -1, 1), near


def shifted(samples, positions):
    whole = numpy.round(positions).astype(int)
    result = samples[numpy.clip(whole, 0, len(samples) - 1)]
    result[whole < 0] = 0
    return result


def write(folder, scene, pair, sounds, speech, seed):
    """Writes one scene's four files into the folder: single talk (render, capture) and double talk (render, capture, near)."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for kind, double_talk in (("single", False), ("double", True)):
        render, capture, near = make(scene, pair, sounds, speech, seed, double_talk)
        for name, samples in (("render", render), ("capture", capture), ("near", near)):
            soundfile.write(folder / f"{kind}-{name}.wav", samples.astype("float32"), RATE, subtype="FLOAT")
