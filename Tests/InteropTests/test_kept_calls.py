"""Calls that outlive the page that made them, where the page asks for it."""

import asyncio
import re
from contextlib import asynccontextmanager

from conftest import run

from lab import extension
from lab.audio import score
from lab.own_pages import OwnPages
from lab.packet_watch import PacketWatch
from lab.sides import AiortcSide, RedirectedSide, join

TAKE_BACK = "navigator.mediaDevices.nearend.reclaim().then(({ length }) => length)"

STATE = """
(() => {
  const { connection } = softphone.call;
  const [{ sender, receiver, currentDirection }] = connection.getTransceivers();
  return {
    states: [connection.signalingState, connection.connectionState, currentDirection],
    descriptions: [connection.localDescription.type, connection.remoteDescription.type],
    tracks: [sender.track.readyState, sender.track.id, receiver.track.readyState, receiver.track.muted],
    streams: [connection.getLocalStreams(), connection.getRemoteStreams()].map((streams) => streams.map(({ id }) => id)),
  };
})()
"""


@asynccontextmanager
async def calling(serving, turns, folder, seconds):
    async with serving() as signalling:
        page = RedirectedSide(
            signalling=signalling, room="demo", role="call", play=turns.near, record=folder / "page.wav", parameters={"keep": seconds})
        peer = AiortcSide(signalling=signalling, room="demo", role="answer", play=turns.far, record=folder / "peer.wav")
        async with peer, page:
            await join(peer, page)
            yield signalling, page, peer


async def far_port(page):
    """The port at which the far end is sent to."""
    return int(re.search(r":(\d+) udp", (await page.softphone.figures())["candidatePair"]["remote"])[1])


async def engine_empties(browser, timeout=10):
    for _ in range(int(timeout / 0.2)):
        if not await extension.engine_documents(browser):
            return
        await asyncio.sleep(0.2)
    raise TimeoutError("the engine still has a call")


def test_a_tab_that_is_reloaded_in_a_call_takes_it_back_and_nobody_hears_of_it(serving, turns, tmp_path, tell):
    async def call():
        async with calling(serving, turns, tmp_path, 30) as (_, page, peer):
            softphone = page.softphone
            before = await softphone.page.evaluate(STATE)
            with PacketWatch(await far_port(page)) as packets:
                for _ in range(2):
                    await softphone.page.evaluate("globalThis.isOld = true")
                    await softphone.page.send("Page.reload")
                    await softphone.page.until("!globalThis.isOld && document.body?.dataset.state === 'connected'", timeout=15)
                after = await softphone.page.evaluate(STATE)
                # As long as it takes for each side to be heard once, after all that.
                await asyncio.sleep(turns.seconds)
            closings = page.host.log.read_text().count("closing “Virtual microphone”")
            await softphone.hang_up()
            await softphone.reaches("ended")
            await peer.peer.reaches("ended")
            await engine_empties(page.browser)
            return before, after, packets.longest_gap, closings

    before, after, gap, closings = run(call())
    to_far_end, to_agent = score(turns.near, tmp_path / "peer.wav"), score(turns.far, tmp_path / "page.wav")
    tell(f"reloaded twice in a call: no packet for {1000 * gap:.0f} ms at most; to far end {to_far_end}, to agent {to_agent}")
    assert after == before
    assert gap < 0.2
    assert closings == 0, "the microphone was open all the time"
    assert to_far_end.heard and to_agent.heard


def test_a_kept_call_is_no_other_origins_and_ends_when_its_time_is_over(serving, turns, tmp_path):
    async def call():
        async with calling(serving, turns, tmp_path, 6) as (signalling, page, peer):
            tab = page.softphone.page
            with OwnPages() as others:
                await extension.allow(page.browser, signalling.page, others.url)
                await tab.navigate(others.url)
                taken = await tab.evaluate(TAKE_BACK)
                documents = await extension.engine_documents(page.browser)
                # Nobody of its own origin comes: the far end's DTLS is closed, and the microphone.
                await peer.peer.reaches("ended", timeout=15)
                await tab.navigate(signalling.page)
                late = await tab.evaluate(TAKE_BACK)
            return taken, documents, late, page.host.log.read_text()

    taken, documents, late, log = run(call())
    assert taken == 0 and documents == []
    assert late == 0
    assert "closing “Virtual microphone”" in log


def test_a_closed_tab_ends_its_call_at_once(serving, turns, tmp_path):
    async def call():
        async with calling(serving, turns, tmp_path, 120) as (_, page, peer):
            await page.softphone.page.close()
            await peer.peer.reaches("ended", timeout=10)

    run(call())
