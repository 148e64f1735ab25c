"""Pages that call as the providers' clients do, natively and redirected: they see the same, and the far end hears the same.

The clients themselves belong to others. What each uses of WebRTC was noted from the real ones (`Tests/Softphones/run.py --uses`) and is in
`pages/softphones/uses`; a page that stands in for one uses all of it.
"""

import asyncio
import json
from urllib.parse import urlencode

import numpy as np
import pytest
import soundfile
from conftest import run

from lab import extension
from lab.chromium import Chromium
from lab.exchange import Exchange
from lab.host import EXTENSION, HostInstallation
from lab.own_pages import PAGES, OwnPages
from lab.relay import Relay

FOLDER = PAGES / "softphones"
CLIENTS = ["connect", "exotel", "jssip", "signalwire", "sip", "sipml5", "twilio", "verto"]
RECEIVES_ONLY = {"exotel"}
WITHOUT_HOLD = {"twilio", "connect"}
ROLES = ["makes", "takes"]
AT_ONCE = 4
VOICE_SECONDS = 4
DIGITS = "12#"
QUIET, LOUD = 0.003, 0.01

HEARD = """
(async () => {
  if (globalThis.meters) return meters.input && meters.output;
  const stream = document.getElementById('remote').srcObject;
  if (!stream) return false;
  const context = (globalThis.meterContext ??= new AudioContext());
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  for (let look = 0; look < 20; look++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    analyser.getFloatTimeDomainData(samples);
    if (samples.some((value) => Math.abs(value) > 0.02)) return true;
  }
  return false;
})()
"""


async def until(condition, what, timeout=20):
    """`what` went wrong is a sentence, or makes one when it is known."""
    for _ in range(int(timeout * 20)):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(what() if callable(what) else what)


async def converse(page, line, client, role):
    """One call with all that a call has; gives what the page noted, the wire, the directions, and its uses if they were observed."""
    await page.until("globalThis.phone !== undefined", timeout=15)
    await asyncio.wait_for(line.registered.wait(), 15)
    if role == "takes":
        await line.call()
        await page.until("events.includes('rings')")
        await page.evaluate("Promise.resolve(phone.answer()).then(() => true)")
    else:
        await page.evaluate("Promise.resolve(phone.call()).then(() => true)")
    await until(lambda: line.far_end and line.far_end.is_connected, "the far end has no connection")
    await until(lambda: line.far_end.loudness(0.5) > LOUD, "the far end hears nothing")
    await page.until(HEARD, timeout=30)
    await page.evaluate("phone.mute(true)")
    await until(lambda: line.far_end.loudness(0.5) < QUIET, "the far end hears a muted page")
    await page.evaluate("phone.mute(false)")
    await page.evaluate(f"Promise.resolve(phone.dtmf('{DIGITS}')).then(() => true)")
    await until(lambda: line.digits == DIGITS, lambda: f"the far end has other digits: {line.digits}")
    if client not in WITHOUT_HOLD:
        await page.evaluate("Promise.resolve(phone.hold()).then(() => true)")
        await page.evaluate("Promise.resolve(phone.unhold()).then(() => true)")
    await until(lambda: line.far_end.loudness(0.5) > LOUD, "the far end hears nothing at the end")
    await page.evaluate("phone.hangUp()")
    await asyncio.wait_for(line.ended.wait(), 10)
    return {
        "events": await page.evaluate("events"), "wire": line.wire, "directions": line.far_end.directions,
        "uses": await page.evaluate("globalThis.usesOfThePage?.() ?? []"),
    }


async def place(calls, voice, is_redirected):
    """All calls in one browser, a few at once. Gives what each was like, or what went wrong."""
    host = HostInstallation(microphone=voice, loudspeaker="/dev/null") if is_redirected else None
    browser = (
        Chromium(extension=EXTENSION, environment=host.environment) if host
        else Chromium(microphone=voice, arguments=["--disable-features=WebRtcHideLocalIpsWithMdns"]))
    turn = asyncio.Semaphore(AT_ONCE)
    observer = None if is_redirected else (FOLDER / "uses.js").read_text()
    try:
        if host:
            host.install(browser.profile)
        with OwnPages() as pages, Relay() as relay:
            async with Exchange(voice) as exchange, browser:
                if host:
                    await extension.allow(browser, pages.url)

                async def one(client, role):
                    async with turn:
                        name = f"{client}-{role}"
                        query = urlencode({"client": client, "signal": exchange.signal(name), "relay": json.dumps(relay.server("udp"))})
                        page = await browser.open(f"{pages.url}softphones/index.html?{query}", before=observer, bypass_csp=True)
                        try:
                            return await asyncio.wait_for(converse(page, exchange.line(name), client, role), 90)
                        except Exception as error:
                            events = await page.evaluate("globalThis.events ?? []")
                            return {"problem": f"{type(error).__name__}: {error}; it noted {events}; console: {page.console[-6:]}"}
                        finally:
                            await page.close()

                return dict(zip(calls, await asyncio.gather(*(one(*call) for call in calls))))
    finally:
        if host:
            host.remove()


CALLS = [(client, role) for client in CLIENTS for role in ROLES if not (role == "makes" and client in RECEIVES_ONLY)]


@pytest.fixture(scope="module")
def voice(turns, tmp_path_factory):
    """Somebody who never stops speaking, so that no test waits for a word."""
    samples, rate = soundfile.read(turns.near, dtype="int16")
    loud = np.flatnonzero(np.abs(samples) > 1000)[0]
    path = tmp_path_factory.mktemp("voice") / "voice.wav"
    soundfile.write(path, samples[loud:loud + VOICE_SECONDS * rate], rate, subtype="PCM_16")
    return path


@pytest.fixture(scope="module")
def calls(voice):
    async def both():
        return {kind: await place(CALLS, voice, kind == "redirected") for kind in ("native", "redirected")}
    return run(both(), 600)


def by_source(events):
    """The order of events that have one source, such as the connection's state; what different sources say may come in any order."""
    sources = {}
    for event in events:
        sources.setdefault(event.split()[0], []).append(event)
    return sources


@pytest.mark.parametrize("client, role", CALLS, ids=lambda value: value)
def test_a_page_sees_what_it_sees_natively(calls, client, role):
    native, redirected = calls["native"][client, role], calls["redirected"][client, role]
    assert "problem" not in native, f"natively: {native['problem']}"
    assert "problem" not in redirected, f"redirected: {redirected['problem']}"
    assert by_source(redirected["events"]) == by_source(native["events"])
    assert redirected["wire"] == native["wire"]
    assert redirected["directions"] == native["directions"]


@pytest.mark.parametrize("client", sorted(path.stem for path in (FOLDER / "uses").glob("*.txt")))
def test_a_page_uses_what_the_real_client_uses(calls, client):
    real = set((FOLDER / "uses" / f"{client}.txt").read_text().splitlines())
    ours = set().union(*(calls["native"][client, role].get("uses", []) for role in ROLES if (client, role) in CALLS))
    assert real <= ours, f"not used: {sorted(real - ours)}"
