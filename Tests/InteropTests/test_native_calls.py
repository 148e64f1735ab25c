"""The rig itself: the page and the signalling work with the browser's own WebRTC, and a clean call scores as one."""

import pytest
from conftest import run

from lab.calls import place_call_until_sure
from lab.sides import AiortcSide, NativeSide

PLAIN = {"processing": "off"}
"""Without Chromium's own processing, so that a score tells of the rig and nothing else."""


def native(**named):
    return NativeSide(parameters=PLAIN, **named)


@pytest.mark.parametrize(("caller", "called"), [(native, native), (native, AiortcSide), (AiortcSide, native)],
                         ids=["chromium calls chromium", "chromium calls aiortc", "aiortc calls chromium"])
def test_a_call_without_the_extension_is_heard_both_ways(caller, called, serving, turns, tmp_path, tell):
    async def call():
        async with serving() as signalling:
            def side(kind, name):
                return lambda **more: kind(signalling=signalling, room="demo", record=tmp_path / f"{name}.wav", **more)
            return await place_call_until_sure(side(caller, "caller"), side(called, "called"), turns, wanted=3)

    report = run(call())
    tell(f"native: {report}")
    assert report.sounds(3)
