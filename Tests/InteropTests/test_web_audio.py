"""A redirected page's Web Audio: meters move with the voices, a gain is the loudspeaker's, and no sample passes the pipe."""

import asyncio
import time

import numpy as np
import soundfile
from conftest import run

from lab.pipe_meter import PipeMeter
from lab.sides import AiortcSide, RedirectedSide, join

GAIN = 0.25
PIECE_SECONDS = 1.5
LOOKING_SECONDS = 7
"""Two turns of each side."""

METERS = """
(async () => {
  const context = new AudioContext();
  const remote = document.getElementById('remote-audio');
  remote.pause();
  const far = context.createMediaStreamSource(remote.srcObject);
  const gain = new GainNode(context, { gain: %s });
  far.connect(gain).connect(context.destination);
  const near = context.createMediaStreamSource(await navigator.mediaDevices.getUserMedia({ audio: true }));
  const meter = (source) => source.connect(new AnalyserNode(context, { fftSize: 1024 }));
  const analysers = { near: meter(near), far: meter(far) };
  const waves = new Float32Array(1024), bytes = new Uint8Array(512);
  const script = context.createScriptProcessor(1024, 1, 1);
  script.connect(context.destination);
  far.connect(script);
  globalThis.seen = { near: [], far: [], nearBytes: [], farBytes: [], script: [] };
  const rms = (samples) => Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
  script.onaudioprocess = ({ inputBuffer }) => seen.script.push(rms(inputBuffer.getChannelData(0)));
  globalThis.looking = setInterval(() => {
    for (const [name, analyser] of Object.entries(analysers)) {
      analyser.getFloatTimeDomainData(waves);
      seen[name].push(rms(waves));
      analyser.getByteFrequencyData(bytes);
      seen[`${name}Bytes`].push(bytes.reduce((sum, value) => sum + value, 0));
    }
  }, 50);
  return context.state;
})()
""" % GAIN


def short_turns(turns, folder):
    """Files in which each side speaks for a moment while the other is silent, over and over."""
    samples, rate = soundfile.read(turns.near, dtype="int16")
    loud = np.flatnonzero(np.abs(samples) > 1000)[0]
    voice = samples[loud:loud + int(PIECE_SECONDS * rate)]
    paths = folder / "near.wav", folder / "far.wav"
    for path, pieces in zip(paths, ((voice, voice * 0), (voice * 0, voice))):
        soundfile.write(path, np.concatenate(pieces), rate, subtype="PCM_16")
    return paths


def loudness(path):
    """The root mean square of the loud tenth of 20 ms pieces."""
    samples, rate = soundfile.read(path, dtype="float64", always_2d=True)
    samples = samples.mean(axis=1)
    size = rate // 50
    pieces = np.sqrt(np.mean(samples[:len(samples) // size * size].reshape(-1, size) ** 2, axis=1))
    return float(np.percentile(pieces[pieces > 1e-4], 90))


def test_meters_move_and_a_gain_is_heard(serving, turns, tmp_path, tell):
    near, far = short_turns(turns, tmp_path)

    async def call():
        meters = []

        def meter(installation):
            meters.append(PipeMeter(installation.folder, installation.binary))
            return meters[0].path

        async with serving() as signalling:
            page = RedirectedSide(
                signalling=signalling, room="demo", role="call", play=near, record=tmp_path / "page.wav", make_wrapper=meter)
            peer = AiortcSide(signalling=signalling, room="demo", role="answer", play=far, record=tmp_path / "peer.wav")
            async with peer, page:
                await join(peer, page)
                state = await page.softphone.page.evaluate(METERS)
                await asyncio.sleep(1)
                start = time.time()
                await asyncio.sleep(LOOKING_SECONDS)
                end = time.time()
                seen = await page.softphone.page.evaluate("(clearInterval(looking), seen)")
                await page.softphone.hang_up()
                await asyncio.sleep(1)  # The meter writes twice a second.
                pipe = meters[0].bytes_per_second(start, end)
            return state, seen, pipe

    state, seen, pipe = run(call())
    spread = {name: np.percentile(values, [5, 90]).round(4).tolist() for name, values in seen.items() if values}
    heard = loudness(tmp_path / "page.wav") / loudness(far)
    tell(f"meters (quiet, loud): {spread}; a gain of {GAIN} is heard as {heard:.2f}; "
         f"pipe {pipe['toHost']:.0f} bytes/s to the host, {pipe['toBrowser']:.0f} to the browser")
    assert state == "running"
    for name in ("near", "far", "script"):
        quiet, loud = spread[name]
        assert loud > 0.01, name
        assert loud > 5 * quiet, name
    for name in ("nearBytes", "farBytes"):
        assert spread[name][1] > spread[name][0], name
    assert GAIN * 0.5 < heard < GAIN * 1.6
    # Levels of two tracks and a receiver, 25 times a second; bare samples would be 96 000 bytes a second.
    assert pipe["toHost"] < 3000
    assert pipe["toBrowser"] < 8000
