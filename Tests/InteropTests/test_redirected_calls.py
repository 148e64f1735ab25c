"""The softphone page, through the extension and the host, calls peers that nobody here wrote, and is called by them."""

import pytest
from conftest import run

from lab.calls import place_call_until_sure
from lab.sides import AiortcSide, NativeSide, RedirectedSide


def chromium(**named):
    """Chromium's own WebRTC in a profile without the extension, and without its own processing of the voice."""
    return NativeSide(parameters={"processing": "off"}, **named)


def test_frames_that_are_sent_twice_are_understood_both_ways(serving, turns, tmp_path, tell):
    """RED (RFC 2198): both pages prefer it, so that both sides repeat each frame."""
    async def call():
        async with serving() as signalling:
            def side(kind, name, **parameters):
                return lambda **more: kind(
                    signalling=signalling, room="demo", record=tmp_path / f"{name}.wav", parameters={"codec": "red", **parameters}, **more)
            return await place_call_until_sure(
                side(RedirectedSide, "caller"), side(NativeSide, "called", processing="off"), turns, wanted=3)

    report = run(call())
    tell(f"repeated frames: {report}")
    assert report.sounds(3)
    ours, theirs = report.caller_figures, report.called_figures
    assert ours["framesRepeated"] > 100
    # Chromium counts what it did not need again as discarded.
    assert theirs["packetsDiscarded"] > 100
    assert theirs["concealedPercent"] < 2


def aiortc_with_g711(**named):
    return AiortcSide(codec="pcmu", **named)


@pytest.mark.parametrize(("role", "peer", "codec"), [
    ("caller", chromium, "audio/opus"), ("called", chromium, "audio/opus"),
    ("caller", AiortcSide, "audio/opus"), ("called", AiortcSide, "audio/opus"),
    ("called", aiortc_with_g711, "audio/PCMU"),
], ids=["calls chromium", "is called by chromium", "calls aiortc", "is called by aiortc", "is called by aiortc with G.711"])
def test_a_redirected_page_is_heard_both_ways(role, peer, codec, serving, turns, tmp_path, tell):
    async def call():
        async with serving() as signalling:
            def side(kind, name):
                return lambda **more: kind(signalling=signalling, room="demo", record=tmp_path / f"{name}.wav", **more)
            caller, called = (RedirectedSide, peer) if role == "caller" else (peer, RedirectedSide)
            return await place_call_until_sure(side(caller, "caller"), side(called, "called"), turns, wanted=3)

    report = run(call())
    tell(f"redirected, {role}: {report}")
    # The score that is printed is 3.8 and more; the margin is for what a shared machine spoils.
    assert report.sounds(3)
    ours = report.caller_figures if role == "caller" else report.called_figures
    assert ours["codec"] == codec
    assert ours["candidatePair"] and ours["srtpProfile"]
    assert ours["packetsSent"] > 0 and ours["packetsReceived"] > 0
