"""What the popup tells of a call, with the real host behind it."""

import asyncio
import json
import os

from conftest import run

from lab import extension
from lab.sides import AiortcSide, RedirectedSide, join

_TEXT = "document.body.innerText"


def test_the_popup_shows_the_call_how_it_sounds_and_what_the_host_logged(serving, turns, tmp_path):
    async def call():
        async with serving() as signalling:
            page = RedirectedSide(signalling=signalling, room="demo", role="call", play=turns.near, record=tmp_path / "page.wav")
            peer = AiortcSide(signalling=signalling, room="demo", role="answer", play=turns.far, record=tmp_path / "peer.wav")
            async with peer, page:
                await join(peer, page)
                popup = await extension.open_popup(page.browser, signalling.page)
                await popup.until(f"{_TEXT}.includes('MOS')")
                await asyncio.sleep(3)
                text = await popup.evaluate(_TEXT)
                points = await popup.evaluate("[...document.querySelectorAll('polyline')].map((line) => line.points.length)")
                logs = await popup.evaluate("chrome.runtime.sendMessage({command: 'collectLogs'})")
                # For a look at it: NEAREND_PICTURES names a folder.
                if folder := os.environ.get("NEAREND_PICTURES"):
                    await asyncio.sleep(10)
                    await popup.send("Emulation.setDeviceMetricsOverride", {"width": 360, "height": 600, "deviceScaleFactor": 2, "mobile": False})
                    await popup.screenshot(f"{folder}/popup.png")
                return text, points, logs

    text, points, logs = run(call())
    assert "Calls of this page run on your device." in text
    assert "Connected" in text and "opus" in text and "SRTP_AEAD_AES_128_GCM" in text
    assert "Virtual microphone" in text
    assert len(points) == 6 and min(points) >= 2, "each curve has grown"
    assert logs["status"]["documents"][0]["connections"][0]["quality"]["packetsReceived"] > 0
    assert any("nearend" in line for line in logs["log"])
    assert "a=candidate" not in json.dumps(logs["log"]), "descriptions are not logged"
