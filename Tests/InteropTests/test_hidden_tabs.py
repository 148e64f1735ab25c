"""A tab that nobody looks at keeps its call, and its page the pace of its timers."""

import asyncio
import os

from conftest import run

from lab.sides import AiortcSide, RedirectedSide, join

# Chromium lets a hidden page's timers fire once a minute after five minutes; here after ten seconds, unless NEAREND_HIDDEN_SECONDS has the test wait so long.
HIDDEN_SECONDS = float(os.environ.get("NEAREND_HIDDEN_SECONDS", "15"))
SOON = [] if HIDDEN_SECONDS > 300 else ["--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/10"]


def test_a_hidden_page_in_a_call_keeps_its_timers_and_its_call(serving, turns, tmp_path, tell):
    async def call():
        async with serving() as signalling:
            page = RedirectedSide(
                signalling=signalling, room="demo", role="call", play=turns.near, record=tmp_path / "page.wav", arguments=SOON)
            peer = AiortcSide(signalling=signalling, room="demo", role="answer", play=turns.far, record=tmp_path / "peer.wav")
            async with peer, page:
                await join(peer, page)
                await page.softphone.page.evaluate("window.beats = 0; setInterval(() => { window.beats += 1; }, 1000); true")
                front = await page.browser.open("about:blank")
                await front.send("Page.bringToFront")
                await asyncio.sleep(HIDDEN_SECONDS)
                before = await page.softphone.page.evaluate("window.beats")
                await asyncio.sleep(15)
                return (
                    await page.softphone.page.evaluate("document.visibilityState"), await page.softphone.page.evaluate("window.beats") - before,
                    await page.softphone.state())

    visibility, beats, state = run(call(), HIDDEN_SECONDS + 120)
    tell(f"{beats} beats of a timer in 15 s of a page that had been hidden for {HIDDEN_SECONDS:.0f} s")
    assert visibility == "hidden"
    # Slowed down it would be none or one in a quarter of a minute. A hidden page wakes on whole seconds, so that a timer of
    # one second that just misses one beats every other.
    assert beats > 4
    assert state == "connected"
