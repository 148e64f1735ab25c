"""A page's ringtone: heard on the device by the loudspeaker it names, silent in the browser, sent down once."""

import asyncio
import time

import numpy as np
import soundfile
from conftest import run

from lab import extension
from lab.chromium import Chromium
from lab.host import EXTENSION, HostInstallation
from lab.own_pages import OwnPages
from lab.pipe_meter import PipeMeter

RATE = 48000
TONE = 700
"""Hz."""
FILE_SECONDS = 2
VOLUME = 0.5

RING = """
(async () => {
  globalThis.ring = Object.assign(new Audio('/ring.wav'), { id: 'ring', loop: true, volume: %s });
  document.body.append(ring);
  await ring.play();
  await ring.setSinkId('default');
  return ring.setSinkId('nowhere').then(() => 'found', ({ name }) => name);
})()
""" % VOLUME


def tone_level(samples):
    """The amplitude of the tone, by 100 ms pieces."""
    size = RATE // 10
    pieces = samples[:len(samples) // size * size].reshape(-1, size)
    wave = np.exp(-2j * np.pi * TONE * np.arange(size) / RATE)
    return np.abs(pieces @ wave) * 2 / size


def test_a_ringtone_is_heard_on_the_device_and_sent_down_once(turns, tmp_path, tell):
    soundfile.write(tmp_path / "ring.wav", 0.4 * np.sin(2 * np.pi * TONE * np.arange(FILE_SECONDS * RATE) / RATE), RATE, subtype="PCM_16")
    meters = []

    def meter(installation):
        meters.append(PipeMeter(installation.folder, installation.binary))
        return meters[0].path

    async def ring(browser, url):
        page = await browser.open(url)
        start = time.time()
        unknown = await page.evaluate(RING)
        muted = await until_muted_by_us(page)
        await asyncio.sleep(3)
        seen = await page.evaluate("[ring.muted, ring.paused, ring.currentTime > 0]")
        await page.evaluate("ring.pause()")
        await asyncio.sleep(0.3)
        after = await native_muted(page)
        await page.close()
        await asyncio.sleep(1)  # The meter writes twice a second.
        end = time.time()
        return unknown, muted, seen, after, meters[0].bytes_per_second(start, end)["toHost"] * (end - start)

    async def look():
        host = HostInstallation(microphone=turns.near, loudspeaker=tmp_path / "page.wav", make_wrapper=meter)
        browser = Chromium(extension=EXTENSION, environment=host.environment)
        try:
            host.install(browser.profile)
            with OwnPages({"ring.wav": tmp_path / "ring.wav"}) as pages:
                async with browser:
                    await extension.allow(browser, pages.url)
                    return [await ring(browser, pages.url) for _ in range(2)]
        finally:
            host.remove()

    (*first, sent_first), (*second, sent_second) = run(look())
    samples, rate = soundfile.read(tmp_path / "page.wav", dtype="float64", always_2d=True)
    levels = tone_level(samples.mean(axis=1))
    heard = levels > 0.1
    tell(f"the tone was heard for {heard.sum() / 10} s at {np.median(levels[heard]):.2f} of 0.4; sent down: {sent_first:.0f} bytes, then {sent_second:.0f}")
    assert rate == RATE
    assert first == second == ["NotFoundError", True, [False, False, True], False]
    assert abs(np.median(levels[heard]) - 0.4 * VOLUME) < 0.02
    # Twice three seconds, less what a busy machine is late by; a file is two seconds long.
    assert heard.sum() > 10 * FILE_SECONDS
    assert sent_first > FILE_SECONDS * RATE * 2
    assert sent_second < 10_000


async def native_muted(page):
    """What the browser itself has for `muted`, seen from a world without a facade."""
    tree = await page.send("Page.getFrameTree")
    world = await page.send("Page.createIsolatedWorld", {"frameId": tree["frameTree"]["frame"]["id"]})
    result = await page.send("Runtime.evaluate", {
        "expression": "document.getElementById('ring').muted", "contextId": world["executionContextId"], "returnByValue": True})
    return result["result"]["value"]


async def until_muted_by_us(page, timeout=10):
    deadline = time.monotonic() + timeout
    while not await native_muted(page):
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.05)
    return True
