"""What ends when the host or the browser ends, and that the next call works."""

import asyncio
import os
import signal
import time

from conftest import run

from lab import extension
from lab.processes import holders, is_alive
from lab.sides import AiortcSide, RedirectedSide, join
from lab.softphone import Softphone


PENDING = """
globalThis.outcomes = {};
for (const [name, call] of Object.entries({
  getStats: (connection) => connection.getStats(),
  createOffer: (connection) => connection.createOffer(),
  addIceCandidate: (connection) => connection.addIceCandidate(),
  enumerateDevices: () => navigator.mediaDevices.enumerateDevices(),
  getUserMedia: () => navigator.mediaDevices.getUserMedia({ audio: true }),
})) {
  outcomes[name] = 'pending';
  call(softphone.call.connection).then(() => { outcomes[name] = 'fulfilled'; }, () => { outcomes[name] = 'rejected'; });
}
0  // evaluate() would wait for the last promise.
"""


async def wait_until(condition, timeout):
    """Seconds until the condition held; raises TimeoutError after `timeout`."""
    start = time.monotonic()
    while not condition():
        if time.monotonic() - start > timeout:
            raise TimeoutError
        await asyncio.sleep(0.02)
    return time.monotonic() - start


def sides(signalling, turns, folder):
    page = RedirectedSide(signalling=signalling, room="demo", role="call", play=turns.near, record=folder / "page.wav")
    peer = AiortcSide(signalling=signalling, room="demo", role="answer", play=turns.far, record=folder / "peer.wav")
    return page, peer


def test_a_killed_host_fails_the_call_visibly_and_the_next_call_starts_a_new_one(serving, turns, tmp_path):
    async def call():
        async with serving() as signalling:
            page, peer = sides(signalling, turns, tmp_path)
            async with page:
                async with peer:
                    await join(peer, page)
                    [host] = page.host.processes(page.browser)
                    # Stopped, the host answers nothing: all of these are pending when it dies.
                    os.kill(host, signal.SIGSTOP)
                    await page.softphone.page.evaluate(PENDING)
                    os.kill(host, signal.SIGKILL)
                    await page.softphone.page.until("document.body.dataset.state === 'failed'", timeout=10)
                    await page.softphone.page.until("Object.values(outcomes).every((outcome) => outcome !== 'pending') || null", timeout=5)

                again = AiortcSide(signalling=signalling, room="again", role="answer", play=turns.far, record=tmp_path / "again.wav")
                async with again:
                    await extension.until_ready(page.browser)
                    page.softphone = await Softphone.open(page.browser, signalling, room="again", role="call")
                    await join(again, page)
                    [new] = page.host.processes(page.browser)
                    assert new != host
                    await page.finish()

    run(call())


def test_a_killed_browser_takes_its_host_along_within_two_seconds(serving, turns, tmp_path, tell):
    async def call():
        async with serving() as signalling:
            page, peer = sides(signalling, turns, tmp_path)
            async with peer, page:
                await join(peer, page)
                [host] = page.host.processes(page.browser)
                page.browser.kill()
                return await wait_until(lambda: not is_alive(host), timeout=5), tmp_path / "page.wav"

    seconds, recording = run(call())
    tell(f"the host was gone {seconds:.2f} s after its browser was killed")
    assert seconds < 2
    assert holders(recording) == [], "the loudspeaker is closed"
