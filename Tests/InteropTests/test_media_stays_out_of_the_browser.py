"""While a redirected call is up the browser holds no peer connection and no media socket, and no sample passes the pipe."""

import asyncio
import time

from conftest import run

from lab.pipe_meter import PipeMeter
from lab.processes import udp_sockets
from lab.sides import AiortcSide, NativeSide, RedirectedSide, join

SPEECH_BYTES_PER_SECOND = 3000
"""Opus at its default speaks with some 4000 bytes a second, bare samples with 96 000."""


async def peer_connections(browser):
    """How many the browser itself knows of, by chrome://webrtc-internals."""
    page = await browser.open("chrome://webrtc-internals")
    await asyncio.sleep(1.5)  # The page asks the browser once when it opens, and does not say when it has heard.
    count = await page.evaluate("[...document.querySelectorAll('div[id]')].filter((part) => /^\\d+-\\d+$/.test(part.id)).length")
    await page.close()
    return count


def sides(kind, signalling, turns, folder, **more):
    page = kind(signalling=signalling, room="demo", role="call", play=turns.near, record=folder / "page.wav", **more)
    peer = AiortcSide(signalling=signalling, room="demo", role="answer", play=turns.far, record=folder / "peer.wav")
    return page, peer


def test_a_call_of_the_browser_itself_shows_what_is_looked_for(serving, turns, tmp_path):
    async def call():
        async with serving() as signalling:
            page, peer = sides(NativeSide, signalling, turns, tmp_path)
            async with peer, page:
                await join(peer, page)
                return len(udp_sockets(page.browser.processes())), await peer_connections(page.browser)

    sockets, connections = run(call())
    assert sockets > 0
    assert connections == 1


def test_a_redirected_call_leaves_no_trace_of_media_in_the_browser(serving, turns, tmp_path, tell):
    async def call():
        meters = []

        def meter(installation):
            meters.append(PipeMeter(installation.folder, installation.binary))
            return meters[0].path

        async with serving() as signalling:
            page, peer = sides(RedirectedSide, signalling, turns, tmp_path, make_wrapper=meter)
            async with peer, page:
                await join(peer, page)
                await asyncio.sleep(2)
                start = time.time()
                await asyncio.sleep(10)
                end = time.time()
                await asyncio.sleep(1)  # The meter writes twice a second.
                hosts = page.host.processes(page.browser)
                browser = set(page.browser.processes()) - set(hosts)
                return (
                    udp_sockets(browser), udp_sockets(hosts), await peer_connections(page.browser),
                    meters[0].bytes_per_second(start, end), meters[0].total(), await page.softphone.state())

    in_browser, in_host, connections, pipe, setup_bytes, state = run(call())
    tell(f"the pipe of a redirected call: {pipe['toHost']:.0f} bytes/s to the host, {pipe['toBrowser']:.0f} to the browser; "
         f"{setup_bytes} bytes since the browser started")
    assert state == "connected"
    assert in_host, "the host holds the media sockets"
    assert in_browser == []
    assert setup_bytes > 1000, "the meter saw the call being set up"
    assert connections == 0
    assert pipe["toHost"] < SPEECH_BYTES_PER_SECOND
    assert pipe["toBrowser"] < SPEECH_BYTES_PER_SECOND
