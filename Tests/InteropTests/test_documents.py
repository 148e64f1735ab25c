"""Calls of every kind of document, and what a document leaves behind: under a strict policy, in frames, reloaded, kept for the way back,
in two tabs at once."""

import asyncio
import time
from contextlib import asynccontextmanager

import pytest
from conftest import run

from lab import extension
from lab.chromium import Chromium
from lab.host import EXTENSION, HostInstallation
from lab.own_pages import OwnPages

GOOD = {"isOurs": True, "states": ["connected", "connected"]}


@pytest.fixture
def open_browser(turns, tmp_path):
    @asynccontextmanager
    async def opened():
        host = HostInstallation(microphone=turns.near, loudspeaker=tmp_path / "page.wav")
        browser = Chromium(extension=EXTENSION, environment=host.environment)
        try:
            host.install(browser.profile)
            with OwnPages() as pages:
                async with browser:
                    await extension.allow(browser, pages.url, pages.other_url)
                    yield browser, pages
        finally:
            host.remove()

    return opened


async def engine_has(browser, expected, timeout=10):
    """Waits until the engine has these numbers of connections, by document."""
    deadline = time.monotonic() + timeout
    while (found := await extension.engine_documents(browser)) != expected:
        assert time.monotonic() < deadline, f"the engine has {found}, not {expected}"
        await asyncio.sleep(0.1)


FRAMES = {
    "the page itself": "call()",
    "another origin": "callInFrame({{ src: '{other}', allow: 'microphone' }})",
    "the same origin": "callInFrame({{ src: '/' }})",
    "srcdoc": "callInFrame({{ srcdoc: '<script src=\"/phone.js\"></script>' }})",
    "about:blank": """(() => {{
      const frame = document.createElement('iframe');
      document.body.append(frame);
      return call(frame.contentWindow);
    }})()""",
}


def test_calls_work_in_every_frame_under_a_strict_policy(open_browser):
    async def look():
        async with open_browser() as (browser, pages):
            page = await browser.open(pages.url)
            # DevTools may evaluate text; the page itself may not, or the policy tested nothing.
            inline = await page.evaluate(
                "(() => { const script = document.createElement('script'); script.textContent = 'globalThis.inline = true';"
                " document.body.append(script); return globalThis.inline ?? false; })()")
            found = {}
            for name, code in FRAMES.items():
                found[name] = await page.evaluate(code.format(other=pages.other_url))
                await engine_has(browser, [2])
                # Frames that are taken out of the page take their calls along.
                await page.evaluate("hangUp(), document.querySelector('iframe')?.remove()")
                await engine_has(browser, [])
            return inline, found

    inline, found = run(look())
    assert not inline
    assert found == dict.fromkeys(FRAMES, GOOD)


def test_a_document_that_goes_closes_its_calls_in_the_engine(open_browser):
    async def look():
        async with open_browser() as (browser, pages):
            page = await browser.open(pages.url)
            found = [await page.evaluate("call()")]
            # Reloaded, with the call up.
            await page.navigate(pages.url)
            await engine_has(browser, [])
            found.append(await page.evaluate("call()"))
            await engine_has(browser, [2])
            # Left, and kept by the browser for the way back.
            await page.navigate(f"{pages.url}?elsewhere")
            await engine_has(browser, [])
            history = await page.send("Page.getNavigationHistory")
            await page.send("Page.navigateToHistoryEntry", {"entryId": history["entries"][history["currentIndex"] - 1]["id"]})
            await page.until("location.search === '' && document.readyState === 'complete'")
            restored = await page.until("globalThis.wasRestored || null", timeout=5)
            states = await page.evaluate("calls.flat().map(({ connectionState }) => connectionState)")
            found.append(await page.evaluate("call()"))
            await engine_has(browser, [2])
            return restored, states, found

    restored, states, found = run(look())
    assert restored
    assert states == ["failed", "failed"]
    assert found == [GOOD] * 3


def test_two_tabs_call_at_once_and_one_that_closes_leaves_the_other(open_browser):
    async def look():
        async with open_browser() as (browser, pages):
            tabs = [await browser.open(pages.url) for _ in range(2)]
            found = list(await asyncio.gather(*(tab.evaluate("call()") for tab in tabs)))
            await engine_has(browser, [2, 2])
            await tabs[0].close()
            await engine_has(browser, [2])
            before, after = [await tabs[1].evaluate(PACKETS) for _ in range(2)]
            return found, before, after

    found, before, after = run(look())
    assert found == [GOOD] * 2
    assert after > before


PACKETS = """
new Promise((resolve) => setTimeout(resolve, 500)).then(() => calls[0][0].getStats())
  .then((report) => [...report.values()].find(({ type }) => type === 'inbound-rtp').packetsReceived)
"""
