"""Data channels of a redirected page with Chromium's and with aiortc's, offered and answered, alone and beside a call."""

import time

import pytest
from conftest import run

from lab.data_peers import AiortcEnd, PageEnd

KIND_AND_SIZE = [("text", 20), ("bytes", 3), ("text", 0), ("bytes", 0), ("text", 60_000), ("bytes", 60_000)]
LONG = 200_000
"""More than aiortc lets anybody send to it."""


async def exchange(page, peer, *, page_offers, sizes_to_peer):
    """Connects the two; each makes a channel and gets every message of its own back."""
    offerer, answerer = (page, peer) if page_offers else (peer, page)
    await page.create("of the page", protocol="lab", ordered=False, maxRetransmits=30)
    await peer.create("of the peer")
    await offerer.accept(await answerer.answer(await offerer.offer()))
    for end in (page, peer):
        for label in ("of the page", "of the peer"):
            await end.is_open(label)
    for kind, size in KIND_AND_SIZE + sizes_to_peer:
        await page.echoes("of the page", kind, size)
    for kind, size in KIND_AND_SIZE:
        await peer.echoes("of the peer", kind, size)
    # Each end closes one: its own, and that of the other.
    await page.close("of the page")
    await peer.close("of the peer")
    for end in (page, peer):
        for label in ("of the page", "of the peer"):
            await end.is_closed(label)
    await page.create("again")
    for end in (page, peer):
        await end.is_open("again")
    await page.echoes("again", "text", 20)
    await peer.close("again")
    await page.is_closed("again")


def test_ten_megabytes_arrive_whole_and_in_order_each_way(serving, turns, tmp_path, tell):
    count = 640

    async def converse():
        async with serving() as signalling:
            page_end = PageEnd(signalling, is_redirected=True, microphone=turns.near, record=tmp_path / "page.wav")
            peer_end = PageEnd(signalling, is_redirected=False, microphone=turns.far, record=tmp_path / "peer.wav")
            async with page_end as page, peer_end as peer:
                await page.create("flood")
                await page.accept(await peer.answer(await page.offer()))
                for end in (page, peer):
                    await end.is_open("flood")
                result = []
                for sender, receiver in ((page, peer), (peer, page)):
                    await receiver.page.evaluate("dataLab.count('flood')")
                    start = time.monotonic()
                    await sender.page.evaluate(f"dataLab.flood('flood', {count})", timeout=120)
                    await receiver.page.until(f"dataLab.counted.messages >= {count}", timeout=120)
                    result.append((await receiver.page.evaluate("dataLab.counted"), time.monotonic() - start))
                return result

    for direction, (counted, seconds) in zip(("to the peer", "to the page"), run(converse(), timeout=900)):
        tell(f"data {direction}: {count * 16 / 1024 / seconds:.1f} MB/s")
        assert counted == {"messages": count, "faults": 0}


@pytest.mark.parametrize("with_audio", [False, True], ids=["alone", "beside a call"])
@pytest.mark.parametrize("page_offers", [True, False], ids=["offers", "answers"])
@pytest.mark.parametrize("peer_name", ["chromium", "aiortc"])
def test_a_redirected_page_opens_data_channels(peer_name, page_offers, with_audio, serving, turns, tmp_path):
    async def converse():
        async with serving() as signalling:
            page_end = PageEnd(
                signalling, is_redirected=True, microphone=turns.near, record=tmp_path / "page.wav", with_audio=with_audio)
            if peer_name == "chromium":
                peer_end = PageEnd(
                    signalling, is_redirected=False, microphone=turns.far, record=tmp_path / "peer.wav", with_audio=with_audio)
            else:
                peer_end = AiortcEnd(with_audio=with_audio)
            async with page_end as page, peer_end as peer:
                long = [("text", LONG), ("bytes", LONG)] if peer_name == "chromium" else []
                await exchange(page, peer, page_offers=page_offers, sizes_to_peer=long)
                heard = [stats["packetsReceived"] for stats in await page.stats("inbound-rtp")]
                [counts] = await page.stats("peer-connection")
                return await page.events(), heard, counts

    events, heard, counts = run(converse(), timeout=900)
    assert "announced of the peer  true null" in events
    assert not [event for event in events if event.startswith("error")]
    assert counts["dataChannelsOpened"] == counts["dataChannelsClosed"] == 3
    assert bool(heard and min(heard) > 0) == with_audio
