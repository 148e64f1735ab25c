"""A page's AudioContext of meters: the browser computes nothing while only redirected sound is in it, and a ringtone in it sounds all the same."""

import asyncio

import pytest
from conftest import run

from lab import extension
from lab.chromium import Chromium
from lab.host import EXTENSION, HostInstallation
from lab.own_pages import OwnPages

METER = """
(async () => {
  globalThis.context = new AudioContext();
  globalThis.told = [];
  globalThis.times = [];
  context.onstatechange = () => told.push(context.state);
  const meter = new AnalyserNode(context);
  context.createMediaStreamSource(await navigator.mediaDevices.getUserMedia({ audio: true })).connect(meter);
  const waves = new Float32Array(meter.fftSize);
  globalThis.loudest = 0;
  setInterval(() => {
    times.push([performance.now() / 1000, context.currentTime]);
    meter.getFloatTimeDomainData(waves);
    loudest = Math.max(loudest, ...waves);
  }, 20);
})()
"""

RING = """
(async (makeSource) => {
  const source = makeSource();
  const gain = new GainNode(context, { gain: 0 });
  const meter = new AnalyserNode(context, { maxDecibels: 0 });
  source.connect(gain).connect(meter).connect(context.destination);
  const begin = context.currentTime + 0.2;
  gain.gain.setValueAtTime(0, begin);
  gain.gain.linearRampToValueAtTime(0.5, begin + 0.4);
  source.start(begin);
  source.stop(begin + 1);
  const waves = new Float32Array(meter.fftSize);
  const bytes = new Uint8Array(meter.frequencyBinCount);
  const seen = { loudest: 0, frequency: 0, gain: 0 };
  const looking = setInterval(() => {
    meter.getFloatTimeDomainData(waves);
    if (Math.max(...waves) < seen.loudest) return;
    meter.getByteFrequencyData(bytes);
    Object.assign(seen, { loudest: Math.max(...waves), gain: gain.gain.value });
    seen.frequency = bytes.indexOf(Math.max(...bytes)) * context.sampleRate / meter.fftSize;
  }, 10);
  await new Promise((resolve) => { source.onended = resolve; });
  clearInterval(looking);
  return { ...seen, lasted: context.currentTime - begin };
})(%s)
"""

OSCILLATOR = "() => new OscillatorNode(context, { frequency: 1000 })"
BUFFER = """() => {
  const buffer = context.createBuffer(1, context.sampleRate, context.sampleRate);
  buffer.copyToChannel(Float32Array.from({ length: buffer.length }, (_, index) => Math.sin(2 * Math.PI * 1000 * index / buffer.sampleRate)), 0);
  return new AudioBufferSourceNode(context, { buffer, loop: true });
}"""


async def until(condition, timeout=20):
    """What DevTools are told comes with other messages."""
    async with asyncio.timeout(timeout):
        while not condition():
            await asyncio.sleep(0.05)


def test_a_context_of_meters_rests_and_a_ringtone_in_it_sounds(turns, tmp_path, tell):
    async def look():
        host = HostInstallation(microphone=turns.near, loudspeaker=tmp_path / "page.wav")
        browser = Chromium(extension=EXTENSION, environment=host.environment)
        try:
            host.install(browser.profile)
            with OwnPages({}) as pages:
                async with browser:
                    await extension.allow(browser, pages.url)
                    page = await browser.open(pages.url)
                    states = []
                    page.listen("WebAudio.contextChanged", lambda event: states.append(event["context"]["contextState"]))
                    await page.send("WebAudio.enable")
                    await page.evaluate(METER)
                    await until(lambda: states and states[-1] == "suspended")
                    first = await page.evaluate("({ state: context.state, time: context.currentTime, latency: context.outputLatency })")
                    await page.until("loudest > 0.05")
                    second = await page.evaluate("context.resume().then(() => ({ state: context.state, time: context.currentTime }))")
                    resting = states[-1]
                    rings = [await page.evaluate(RING % source) for source in (OSCILLATOR, BUFFER)]
                    sounding = states[-1]
                    await until(lambda: states[-1] == "suspended")
                    told, times = await page.evaluate("[told, times]")
                    await page.evaluate("context.suspend()")
                    await page.evaluate("context.resume()")
                    await page.until("told.at(-1) === 'running'")
                    return first, second, resting, rings, sounding, told, times, await page.evaluate("told"), page.console
        finally:
            host.remove()

    first, second, resting, rings, sounding, told, times, at_last, console = run(look())
    steps = [(after[0] - before[0], after[1] - before[1]) for before, after in zip(times, times[1:])]
    behind = (times[-1][0] - times[0][0]) - (times[-1][1] - times[0][1])
    tell(f"rings {rings}; told {told}, then {at_last}; the context's clock is behind by {behind:.3f} s in {times[-1][0] - times[0][0]:.1f} s, of which "
         f"{max(wall - clock for wall, clock in steps):.3f} s at once")
    assert first["state"] == second["state"] == "running"
    assert first["latency"] > 0
    assert second["time"] > first["time"]
    assert (resting, sounding) == ("suspended", "running")
    for ring in rings:
        assert ring["loudest"] == pytest.approx(0.5, abs=0.05)
        assert ring["frequency"] == pytest.approx(1000, abs=30)
        assert ring["lasted"] == pytest.approx(1, abs=0.3)
    # The first is the browser's own, of the start.
    assert told in ([], ["running"])
    assert at_last[len(told):] == ["suspended", "running"]
    assert all(clock >= 0 for _, clock in steps)
    assert behind < 1.5
    assert not [line for line in console if line.startswith("uncaught")]
