"""What a page's audio graph leads into a call: the engine mixes microphone, tones and files, and the far end hears them; no sample passes the pipe."""

import asyncio
import base64
import io
import time

import numpy as np
import soundfile
from conftest import run

from lab.pipe_meter import PipeMeter
from lab.sides import AiortcSide, RedirectedSide, join

RATE = 48000
MICROPHONE, OSCILLATOR, FILE, ELEMENT = 1200, 440, 700, 950
"""Hz."""
FILE_SECONDS = 2
SECONDS = 3
"""For which microphone and oscillator are led together."""

GRAPH = """
(async () => {
  const context = globalThis.context = new AudioContext();
  const destination = globalThis.destination = context.createMediaStreamDestination();
  const microphone = context.createMediaStreamSource(await navigator.mediaDevices.getUserMedia(
    { audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } }));
  const voice = globalThis.voice = new GainNode(context, { gain: 0.5 });
  microphone.connect(voice).connect(destination);
  const tone = globalThis.tone = new OscillatorNode(context, { frequency: %d });
  tone.connect(new GainNode(context, { gain: 0.2 })).connect(destination);
  tone.start();
  await softphone.call.connection.getSenders()[0].replaceTrack(destination.stream.getAudioTracks()[0]);
  return context.state;
})()
""" % OSCILLATOR

PLAY_FILE = """
(async () => {
  tone.stop();
  voice.gain.value = 0;
  const bytes = Uint8Array.from(atob(%r), (letter) => letter.charCodeAt(0));
  const source = new AudioBufferSourceNode(context, { buffer: await context.decodeAudioData(bytes.buffer) });
  source.connect(new GainNode(context, { gain: 4 })).connect(destination);
  const ended = new Promise((resolve) => { source.onended = resolve; });
  source.start();
  await ended;
})()
"""

PLAY_ELEMENT = """
(async () => {
  const bytes = Uint8Array.from(atob(%r), (letter) => letter.charCodeAt(0));
  const element = new Audio(URL.createObjectURL(new Blob([bytes], { type: 'audio/wav' })));
  context.createMediaElementSource(element).connect(destination);
  const ended = new Promise((resolve) => { element.onended = resolve; });
  await element.play();
  await ended;
})()
"""

COUNT = """
(async () => {
  const unsent = async () => (await navigator.mediaDevices.nearend.status()).unsentSounds;
  const before = await unsent();
  globalThis.script = context.createScriptProcessor(1024, 1, 1);
  script.connect(destination);
  await new Promise((resolve) => setTimeout(resolve));
  return [before, await unsent()];
})()
"""


def wave(frequency, seconds, amplitude):
    return amplitude * np.sin(2 * np.pi * frequency * np.arange(int(seconds * RATE)) / RATE)


def wav(frequency, amplitude):
    file = io.BytesIO()
    soundfile.write(file, wave(frequency, FILE_SECONDS, amplitude), RATE, format="WAV", subtype="PCM_16")
    return base64.b64encode(file.getvalue()).decode()


def levels(samples, frequency):
    """The amplitude of a tone, by 100 ms pieces: whole periods of each of ours."""
    size = RATE // 10
    pieces = samples[:len(samples) // size * size].reshape(-1, size)
    return np.abs(pieces @ np.exp(-2j * np.pi * frequency * np.arange(size) / RATE)) * 2 / size


def test_the_far_end_hears_what_a_graph_leads_together(serving, tmp_path, tell):
    soundfile.write(tmp_path / "near.wav", wave(MICROPHONE, 5, 0.4), RATE, subtype="PCM_16")
    soundfile.write(tmp_path / "far.wav", np.zeros(RATE), RATE, subtype="PCM_16")

    async def call():
        meters = []

        def meter(installation):
            meters.append(PipeMeter(installation.folder, installation.binary))
            return meters[0].path

        async with serving() as signalling:
            page = RedirectedSide(
                signalling=signalling, room="demo", role="call", play=tmp_path / "near.wav", record=tmp_path / "page.wav",
                parameters={"processing": "off"}, make_wrapper=meter)
            peer = AiortcSide(signalling=signalling, room="demo", role="answer", play=tmp_path / "far.wav", record=tmp_path / "peer.wav")
            async with peer, page:
                await join(peer, page)
                evaluate = page.softphone.page.evaluate
                start = time.time()
                state = await evaluate(GRAPH)
                await asyncio.sleep(SECONDS)
                await evaluate(PLAY_FILE % wav(FILE, 0.05), timeout=60)
                await asyncio.sleep(1)
                await evaluate(PLAY_ELEMENT % wav(ELEMENT, 0.3), timeout=60)
                await asyncio.sleep(1)
                counted = await evaluate(COUNT)
                end = time.time()
                await page.softphone.hang_up()
                await peer.finish()
                await asyncio.sleep(1)  # The meter writes twice a second.
                sent = meters[0].bytes_per_second(start, end)["toHost"] * (end - start)
            return state, counted, sent

    state, counted, sent = run(call())
    samples, rate = soundfile.read(tmp_path / "peer.wav", dtype="float64", always_2d=True)
    assert rate == RATE
    samples = samples.mean(axis=1)
    heard = {}
    for name, frequency in (("microphone", MICROPHONE), ("oscillator", OSCILLATOR), ("file", FILE), ("element", ELEMENT)):
        level = levels(samples, frequency)
        # The microphone is heard alone, as loud as it is, before the graph: only what sounds with the oscillator is the graph's.
        during = levels(samples, OSCILLATOR) > 0.1 if name == "microphone" else level > 0.1
        heard[name] = (float(during.sum() / 10), float(np.median(level[during])) if during.any() else 0.0)
    tell("the far end heard " + ", ".join(f"{name} for {seconds:.1f} s at {level:.3f}" for name, (seconds, level) in heard.items())
         + f"; {sent:.0f} bytes to the host")
    assert state == "running"
    assert counted == [{}, {"ScriptProcessorNode": 1}]
    for name, level, seconds in (
        ("microphone", 0.4 * 0.5, SECONDS), ("oscillator", 0.2, SECONDS), ("file", 0.05 * 4, FILE_SECONDS), ("element", 0.3, FILE_SECONDS),
    ):
        # A codec is not exact, a busy machine is late, and an element is joined where it is when its file has got there.
        assert abs(heard[name][1] / level - 1) < 0.2, name
        assert heard[name][0] > (0.4 if name == "element" else 0.7) * seconds, name
    # Two files of two seconds, in base64, and words.
    assert 2 * FILE_SECONDS * RATE * 2 * 4 / 3 < sent < 2 * FILE_SECONDS * RATE * 2 * 4 / 3 + 60_000
