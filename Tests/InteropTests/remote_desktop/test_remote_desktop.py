"""Calls from a page inside a real remote desktop (xrdp, FreeRDP), and what they survive.

Runs as root in a network and a mount namespace of its own: scripts/test.sh --only remote-desktop enters one.
"""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import run

from lab import extension
from lab.audio import score
from lab.far_end import built
from lab.host_pipe import HostPipe
from lab.namespaces import Namespaces
from lab.packet_watch import PacketWatch
from lab.processes import is_alive
from lab.remote_desktop import RemoteDesktop
from lab.remote_side import DistantSignalling, RemoteSide
from lab.softphone import Softphone

PLUGIN = os.environ["NEAREND_PLUGIN"]
ROOM = "echo-demo"

RECONNECTIONS = 20

WATCH_CHANNEL = """
globalThis.channelStates = [];
navigator.mediaDevices.addEventListener('rdpClientConnectionStateChanged', ({ detail }) => channelStates.push(detail.state));
globalThis.connectionStates = [];
softphone.call.connection.addEventListener('connectionstatechange', () => connectionStates.push(softphone.call.connection.connectionState));
true
"""

POLL_STATISTICS = "globalThis.polling = setInterval(() => softphone.call.connection.getStats(), 1000); true"

SHOW_METERS = """
(() => {
  const context = new AudioContext();
  const meter = (stream) => {
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(analyser);
    return analyser;
  };
  const { connection } = softphone.call;
  const meters = [
    meter(new MediaStream(connection.getReceivers().map(({ track }) => track))), meter(new MediaStream(connection.getSenders().map(({ track }) => track)))];
  const samples = new Float32Array(2048);
  const draw = () => { for (const each of meters) each.getFloatTimeDomainData(samples); requestAnimationFrame(draw); };
  draw();
})();
true
"""

# Twelve seconds of noise, which no compression makes smaller: more than a megabyte on its way to the device.
PLAY_NOISE = """
(async () => {
  const rate = 48000, count = 12 * rate, bytes = new DataView(new ArrayBuffer(44 + 2 * count));
  const text = (at, word) => [...word].forEach((letter, i) => bytes.setUint8(at + i, letter.charCodeAt(0)));
  text(0, 'RIFF'); bytes.setUint32(4, 36 + 2 * count, true); text(8, 'WAVEfmt '); bytes.setUint32(16, 16, true);
  bytes.setUint16(20, 1, true); bytes.setUint16(22, 1, true); bytes.setUint32(24, rate, true); bytes.setUint32(28, 2 * rate, true);
  bytes.setUint16(32, 2, true); bytes.setUint16(34, 16, true); text(36, 'data'); bytes.setUint32(40, 2 * count, true);
  for (let i = 0; i < count; i++) bytes.setInt16(44 + 2 * i, (Math.random() - 0.5) * 65534, true);
  globalThis.noise = new Audio(URL.createObjectURL(new Blob([bytes.buffer], { type: 'audio/wav' })));
  noise.volume = 0.01;
  await noise.play();
  return true;
})()
"""

# Questions that go to the engine and back, one after the other: how long each took, in milliseconds.
ASK = """
(async () => {
  const took = [];
  for (let i = 0; i < 200; i++) {
    const start = performance.now();
    await softphone.call.connection.getStats();
    took.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return took;
})()
"""

# The whole window, anew in every frame.
CHURN = """
(() => {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: 900, height: 700 });
  canvas.style = 'position: fixed; inset: 0; z-index: 9';
  document.body.append(canvas);
  const context = canvas.getContext('2d'), image = context.createImageData(900, 700), pixels = new Uint32Array(image.data.buffer);
  const draw = () => {
    for (let i = 0; i < pixels.length; i++) pixels[i] = (Math.random() * 0xffffff) | 0xff000000;
    context.putImageData(image, 0, 0);
    requestAnimationFrame(draw);
  };
  draw();
})();
true
"""


# What a page finds in a call that it has taken back.
CALL_STATE = """
(() => {
  const { connection } = softphone.call;
  const [{ sender, receiver, currentDirection }] = connection.getTransceivers();
  return {
    states: [connection.signalingState, connection.iceConnectionState, connection.connectionState, currentDirection],
    descriptions: [connection.localDescription.type, connection.remoteDescription.type],
    tracks: [sender.track.readyState, sender.track.enabled, receiver.track.readyState, receiver.track.muted],
  };
})()
"""
LIVE = {"states": ["stable", "connected", "connected", "sendrecv"], "descriptions": ["offer", "answer"], "tracks": ["live", True, "live", False]}


class World:
    """A desktop, a device and a far end, with a call between the first and the last."""

    def __init__(self, namespaces, signalling, side):
        self.namespaces, self.signalling, self.side = namespaces, signalling, side
        self.desktop, self.browser = side.desktop, side.browser

    @property
    def page(self):
        return self.side.softphone.page

    def relays(self):
        return self.side.host.processes(self.browser)

    async def call_again(self, room=ROOM):
        await extension.until_ready(self.browser)
        self.side.softphone = await Softphone.open(self.browser, self.signalling, room=room, role="call")
        await self.side.connected()

    def traffic(self):
        [session] = self.desktop.report()["sessions"]
        return session["channel"]["bytesToDevice"] + session["channel"]["bytesToDesktop"]

    async def rate(self, seconds):
        """Bytes a second over the channel, both ways together."""
        before, start = self.traffic(), time.monotonic()
        await asyncio.sleep(seconds)
        return (self.traffic() - before) / (time.monotonic() - start)


@contextlib.asynccontextmanager
async def calling(turns, folder, parameters=None, **desktop):
    with Namespaces() as namespaces:
        async with DistantSignalling(namespaces=namespaces, folder=folder, play=turns.far, record=folder) as signalling:
            side = RemoteSide(
                namespaces=namespaces, plugin=PLUGIN, folder=folder, desktop=desktop, signalling=signalling, room=ROOM, role="call",
                play=turns.near, record=folder / "agent-heard.wav", parameters=parameters)
            async with side:
                await side.connected()
                yield World(namespaces, signalling, side)


@contextlib.contextmanager
def packets_at_far_end(world):
    """Counts what reaches the far end's machine; the dictionary is filled at the end."""
    counts = {}
    watch = subprocess.Popen(
        [*world.namespaces.far_end, sys.executable, "-m", "lab.packet_watch"], stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[1])
    watch.stdout.readline()
    try:
        yield counts
    finally:
        watch.terminate()
        counts.update(json.loads(watch.stdout.readline()))
        watch.wait()


async def until(condition, timeout, what):
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not in {timeout} s")
        await asyncio.sleep(0.05)


def test_a_call_is_heard_both_ways_and_no_media_enters_the_desktop(turns, tmp_path, tell):
    async def call():
        with PacketWatch() as packets:
            async with calling(turns, tmp_path) as world:
                await asyncio.sleep(turns.seconds)
                rates = {"call": await world.rate(10)}
                await world.page.evaluate(POLL_STATISTICS)
                rates["with statistics"] = await world.rate(10)
                await world.page.evaluate(SHOW_METERS)
                rates["with meters, too"] = await world.rate(10)
                reaches = world.namespaces.desktop_reaches_far_end()
                await world.side.finish()
                await world.side.softphone.reaches("ended")
            return rates, reaches, packets.media, packets.counts["other"]

    rates, reaches, media, other = run(call())
    to_far_end, to_agent = score(turns.near, tmp_path / f"{ROOM}.wav"), score(turns.far, tmp_path / "agent-heard.wav")
    tell(f"remote desktop: to far end {to_far_end}, to agent {to_agent}; "
         f"channel, bytes/s: {', '.join(f'{name} {rate:.0f}' for name, rate in rates.items())}; {media} media packets in the desktop, {other} others by UDP")
    assert to_far_end.heard and to_agent.heard
    assert not reaches
    assert media == 0
    assert rates["call"] <= 1000
    assert rates["with statistics"] <= 3000
    assert rates["with meters, too"] <= 4000


def test_twenty_reconnections_leave_the_call_as_it_is(turns, tmp_path, tell):
    async def call():
        async with calling(turns, tmp_path) as world:
            await world.page.evaluate(WATCH_CHANNEL)
            took = []
            with packets_at_far_end(world) as counts:
                for _ in range(RECONNECTIONS):
                    await world.desktop.stop_client()
                    world.desktop.start_client()
                    start = time.monotonic()
                    seen = len(took) * 2 + 2
                    await world.page.until(f"channelStates.length >= {seen}", timeout=30)
                    took.append(time.monotonic() - start)
                    assert await world.page.evaluate("channelStates.at(-1)") == "connected"
                    assert await world.side.softphone.state() == "connected"
            [session] = world.desktop.report()["sessions"]
            states = await world.page.evaluate("[channelStates.length, connectionStates.length]")
            await world.side.finish()
            await world.side.softphone.reaches("ended")
            return took, counts, session["channel"]["losses"], states

    took, counts, losses, (channel, connection) = run(call())
    tell(f"{RECONNECTIONS} reconnections: {sorted(took)[len(took) // 2]:.1f} s each, {max(took):.1f} s the longest; "
         f"no packet for {1000 * counts['longestGap']:.0f} ms at most, {counts['rtp']} in all")
    assert losses == RECONNECTIONS
    assert channel == 2 * RECONNECTIONS, "the page heard of each loss and each return once"
    assert connection == 0, "the page's call saw nothing of it"
    assert counts["longestGap"] < 0.2


def test_a_client_that_comes_back_before_the_relay_has_said_a_word(turns, tmp_path, tell):
    """The server then keeps the old channel open and drops what is written to it: nothing but silence tells the relay."""
    async def call():
        async with calling(turns, tmp_path) as world:
            await world.page.evaluate(WATCH_CHANNEL)
            [relay] = world.relays()
            with packets_at_far_end(world) as counts:
                os.kill(relay, signal.SIGSTOP)
                await world.desktop.stop_client()
                world.desktop.start_client()
                await world.desktop.channel_opens()
                os.kill(relay, signal.SIGCONT)
                start = time.monotonic()
                asked = asyncio.create_task(world.page.evaluate("softphone.call.connection.getStats().then(({ size }) => size)"))
                await world.page.until("channelStates.length >= 2", timeout=20)
                took = time.monotonic() - start
                states = await world.page.evaluate("channelStates")
                size = await asked
            await world.side.finish()
            await world.side.softphone.reaches("ended")
            return took, states, size, counts

    took, states, size, counts = run(call())
    tell(f"a channel that swallows everything: the session went on after {took:.1f} s; no packet for {1000 * counts['longestGap']:.0f} ms at most")
    assert states == ["disconnected", "connected"]
    assert size > 0, "what the page asked meanwhile is answered"
    assert counts["longestGap"] < 0.2


def test_an_agent_who_comes_back_from_another_device_is_told(turns, tmp_path):
    async def call():
        async with calling(turns, tmp_path, grace=6) as world:
            [first] = world.desktop.engines()
            await world.desktop.stop_client()
            former = world.desktop.change_device()
            world.desktop.start_client()
            await world.page.until("document.body.dataset.state === 'failed'", timeout=20)
            await world.call_again()
            assert len(world.desktop.engines()) == 2
            [session] = world.desktop.report()["sessions"]
            assert session["isConnected"]
            # The first device ends its call when the grace period does, and closes its microphone.
            words = ["report", "--json", "--socket", str(former / "nearend/engine.sock")]
            await until(lambda: not json.loads(subprocess.run([str(built("nearend")), *words], capture_output=True, text=True).stdout)["sessions"], 15,
                        "the first device's call ends")
            assert is_alive(first)
            await world.side.finish()
            await world.side.softphone.reaches("ended")

    run(call())


NO_PLUGIN, NUMBERS_GONE = 1202, 1211
REFUSED = 0xC0000001


def test_a_server_is_not_asked_in_vain_and_one_without_numbers_recovers(turns, tmp_path, tell):
    async def refusal(desktop):
        async with HostPipe(desktop.environment) as hello:
            return hello.get("error", {}).get("code")

    async def body():
        with Namespaces() as namespaces:
            async with RemoteDesktop(namespaces, plugin=PLUGIN, microphone=turns.near, loudspeaker="/dev/null", folder=tmp_path) as desktop:
                await desktop.stop_client()
                desktop.start_client(has_plugin=False)
                spent = 0
                while (answer := desktop.ask_for_channel()) != REFUSED:
                    assert answer is None
                    await asyncio.sleep(0.2)
                start = time.monotonic()
                refusals = [await refusal(desktop) for _ in range(8)]
                took = time.monotonic() - start
                while desktop.ask_for_channel() == REFUSED:
                    spent += 1
                await desktop.stop_client()
                desktop.start_client()
                # It is there when the server names its connection; the channel stays shut.
                code, deadline = None, time.monotonic() + 20
                while code != NUMBERS_GONE and time.monotonic() < deadline:
                    code = await refusal(desktop)
                await desktop.restart_channel_server()
                return refusals, took, spent, code, await refusal(desktop)

    refusals, took, spent, exhausted, recovered = run(body())
    tell(f"8 hosts in {took:.0f} s found no plugin; after them the server had {spent} channel numbers left")
    assert set(refusals) == {NO_PLUGIN}
    # Some 252 in all: one was this test's own question, and at 1, 2, 4 and 8 seconds the hosts may have asked.
    assert spent >= 252 - 8
    assert exhausted == NUMBERS_GONE
    assert recovered is None, "a host starts as ever"


def test_a_network_that_stops_for_half_a_minute(turns, tmp_path, tell):
    async def call():
        async with calling(turns, tmp_path) as world:
            await world.page.evaluate(WATCH_CHANNEL)
            with packets_at_far_end(world) as counts:
                subprocess.run(["ip", "link", "set", "nearend0", "down"], check=True)
                await world.page.until("channelStates.at(-1) === 'disconnected'", timeout=10)
                await asyncio.sleep(30)
                assert await world.side.softphone.state() == "connected"
                subprocess.run(["ip", "link", "set", "nearend0", "up"], check=True)
                start = time.monotonic()
                await world.page.until("channelStates.at(-1) === 'connected'", timeout=80)
                back = time.monotonic() - start
            await world.side.finish()
            await world.side.softphone.reaches("ended")
            return back, counts

    back, counts = run(call())
    tell(f"30 s without a network: the session went on after {back:.1f} s; no packet for {1000 * counts['longestGap']:.0f} ms at most")
    assert counts["longestGap"] < 0.2


def test_what_is_killed_ends_visibly_and_the_next_call_works(turns, tmp_path, tell):
    async def call():
        async with calling(turns, tmp_path, grace=8) as world:
            [engine] = world.desktop.engines()
            os.kill(engine, signal.SIGKILL)
            start = time.monotonic()
            await world.page.until("document.body.dataset.state === 'failed'", timeout=15)
            told = time.monotonic() - start
            await world.call_again()
            [again] = world.desktop.engines()
            assert again != engine

            [relay] = world.relays()
            os.kill(relay, signal.SIGKILL)
            await world.page.until("document.body.dataset.state === 'failed'", timeout=15)
            # A relay that is gone may come back, for all that the engine can know.
            await until(lambda: all(session["isConnected"] for session in world.desktop.report()["sessions"]), 20, "its call ends after the grace period")
            await world.call_again()
            assert world.desktop.engines() == [again]

            [relay] = world.relays()
            world.browser.kill()
            await until(lambda: not is_alive(relay), 5, "the relay ends with its browser")
            await until(lambda: not world.desktop.report()["sessions"], 5, "the engine ends the call of a browser that is gone")
            log = world.desktop.engine_log
            await until(lambda: log.read_text().count("closing “Virtual microphone”") == 2, 5, "the microphone of each call but the killed engine's is closed")
            return told

    tell(f"a killed engine: the page was told after {run(call()):.1f} s")


def test_a_browser_that_was_killed_takes_its_call_back(turns, tmp_path, tell):
    """The engine on the device keeps it; the browser's disk has the secret, and the far end hears nothing of it all."""
    shown = stand_in_for_notifications(tmp_path)

    async def call():
        async with calling(turns, tmp_path, parameters={"keep": 60}, path=tmp_path / "bin") as world:
            softphone = world.side.softphone
            wrong = "navigator.mediaDevices.nearend.reclaim().then(({ length }) => length)"
            with packets_at_far_end(world) as counts:
                [relay] = world.relays()
                world.browser.kill()
                await until(lambda: not is_alive(relay), 5, "the relay ends with its browser")
                await until(lambda: not world.desktop.report()["sessions"], 10, "the engine hears of it")
                [kept] = world.desktop.report()["kept"]
                closed = shown().count("Microphone closed")
                start = time.monotonic()
                await world.browser.start_again()
                await extension.until_ready(world.browser)
                # A page of another origin comes first, and gets nothing.
                stranger = world.signalling.page.replace("127.0.0.1", "localhost")
                await extension.allow(world.browser, world.signalling.page, stranger)
                page = await world.browser.open(stranger)
                assert await page.evaluate(wrong) == 0
                await page.close()
                world.side.softphone = await Softphone.open(
                    world.browser, world.signalling, room=ROOM, role="call", keep=60)
                await world.side.softphone.reaches("connected")
                back = time.monotonic() - start
                state = await world.page.evaluate(CALL_STATE)
                remaining = world.desktop.report()["kept"]
                assert await world.page.evaluate(wrong) == 0, "a token counts once"
                await asyncio.sleep(turns.seconds)
            await world.side.finish()
            await world.side.softphone.reaches("ended")
            log = world.desktop.engine_log
            await until(lambda: log.read_text().count("closing “Virtual microphone”") == 1, 5, "the microphone is closed at the end, once")
            return kept, closed, state, remaining, back, counts

    kept, closed, state, remaining, back, counts = run(call())
    to_far_end = score(turns.near, tmp_path / f"{ROOM}.wav")
    tell(f"a killed browser: {back:.1f} s later its call was the new one's; no packet for {1000 * counts['longestGap']:.0f} ms at most, to far end {to_far_end}")
    assert kept["isMicrophoneOpen"] and kept["origin"].startswith("http://127.0.0.1")
    assert closed == 0, "while the microphone is open, the device says so"
    assert state == LIVE
    assert remaining == []
    assert counts["longestGap"] < 0.2
    assert to_far_end.heard


def test_a_relay_that_was_killed_leaves_its_call_to_the_page(turns, tmp_path):
    """It could not say goodbye: the engine waits for it, and gives the call to who shows the secret."""
    async def call():
        async with calling(turns, tmp_path, parameters={"keep": 60}) as world:
            [relay] = world.relays()
            with packets_at_far_end(world) as counts:
                os.kill(relay, signal.SIGKILL)
                await world.page.until("document.body.dataset.state === 'failed'", timeout=15)
                await until(lambda: not any(session["isConnected"] for session in world.desktop.report()["sessions"]), 10, "the engine misses the relay")
                assert world.desktop.report()["kept"] == []
                await extension.until_ready(world.browser)
                await world.page.send("Page.reload")
                await world.page.until("document.body?.dataset.state === 'connected'", timeout=20)
                state = await world.page.evaluate(CALL_STATE)
                documents = [document for session in world.desktop.report()["sessions"] for document in session["status"]["documents"]]
            await world.side.finish()
            await world.side.softphone.reaches("ended")
            return state, documents, counts

    state, documents, counts = run(call())
    assert state == LIVE
    assert [len(document["connections"]) for document in documents if document["connections"]] == [1], "one document has the call"
    assert counts["longestGap"] < 0.2


def test_a_call_that_nobody_takes_back_ends_with_its_time(turns, tmp_path):
    async def call():
        async with calling(turns, tmp_path, parameters={"keep": 600}, grace=4) as world:
            world.browser.kill()
            await until(lambda: world.desktop.report()["kept"], 10, "the call is kept")
            assert world.desktop.report()["kept"][0]["seconds"] <= 4, "the device's policy says for how long"
            await until(lambda: not world.desktop.report()["kept"], 10, "it ends")
            log = world.desktop.engine_log
            await until(lambda: "closing “Virtual microphone”" in log.read_text(), 5, "the microphone is closed")

    run(call())


def test_two_tabs_hold_two_calls(turns, tmp_path):
    async def call():
        async with calling(turns, tmp_path) as world:
            first = world.side.softphone
            second = await Softphone.open(world.browser, world.signalling, room="echo-second", role="call")
            await second.reaches("connected")
            [session] = world.desktop.report()["sessions"]
            documents = session["status"]["documents"]
            assert [len(document["connections"]) for document in documents if document["connections"]] == [1, 1]
            await second.hang_up()
            await second.reaches("ended")
            assert await first.state() == "connected"
            await first.hang_up()
            await first.reaches("ended")

    run(call())


def test_a_megabyte_passes_and_a_busy_screen_does_not_cut_the_call(turns, tmp_path, tell):
    async def call():
        async with calling(turns, tmp_path) as world:
            await world.page.evaluate(WATCH_CHANNEL)
            quiet = await world.page.evaluate(ASK)
            before = world.traffic()
            await world.page.evaluate(PLAY_NOISE)
            await until(lambda: world.traffic() - before > 1 << 20, 20, "a megabyte crosses the channel")
            await world.page.evaluate(CHURN)
            busy = await world.page.evaluate(ASK, timeout=120)
            states = await world.page.evaluate("[...channelStates, ...connectionStates]")
            await world.side.finish()
            await world.side.softphone.reaches("ended")
            return sorted(quiet), sorted(busy), states

    quiet, busy, states = run(call())
    tell("page → engine → page through the channel: " + "; ".join(
        f"{name} median {took[100]:.1f} ms, p99 {took[198]:.0f} ms" for name, took in (("quiet", quiet), ("a screen that changes in every frame", busy))))
    assert states == [], "neither cut the channel or the call"


def test_the_device_mutes_and_the_desktop_cannot_undo_it(turns, tmp_path):
    async def call():
        async with calling(turns, tmp_path) as world:
            track = "softphone.call.connection.getSenders()[0].track"
            assert not await world.page.evaluate(f"{track}.muted")
            world.desktop.command("mute")
            await world.page.until(f"{track}.muted", timeout=5)
            # What the page wants does not matter any more: nothing but silence leaves the device.
            await world.page.evaluate(f"{track}.enabled = false; {track}.enabled = true; true")
            await asyncio.sleep(turns.seconds)
            world.desktop.command("unmute")
            await world.page.until(f"!{track}.muted", timeout=5)
            await world.side.finish()
            await world.side.softphone.reaches("ended")

    run(call())
    assert not score(turns.near, tmp_path / f"{ROOM}.wav").heard


def stand_in_for_notifications(folder, answer=""):
    """A program in the place of notify-send. What it was told is read by the function that this gives."""
    asked = folder / "asked"
    (folder / "bin").mkdir()
    program = folder / "bin/notify-send"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >>"{asked}"\ncase $* in *--print-id*) echo 7 ;; *) echo {answer} ;; esac\n')
    program.chmod(0o755)
    return lambda: asked.read_text() if asked.exists() else ""


@pytest.mark.parametrize("answer", ["always", "notNow"])
def test_the_person_at_the_device_is_asked(answer, turns, tmp_path):
    """A program in the place of notify-send answers as a person would."""
    said = stand_in_for_notifications(tmp_path, answer)

    async def call():
        async with calling(turns, tmp_path, decision="ask", path=tmp_path / "bin") as world:
            await world.side.finish()
            await world.side.softphone.reaches("ended")
            await world.call_again()
            await world.side.finish()

    if answer == "always":
        run(call())
        said = said()
        assert said.count("--wait") == 1, "who has answered for good is not asked again"
        assert said.count("Microphone in use") == 2, "while the microphone is open, the device says so"
        assert said.count("--replace-id=7") == 2 and said.count("Microphone closed") == 2
    else:
        with pytest.raises(AssertionError, match="does not let"):
            run(call())
        said = said()
    assert "wants to use the microphone" in said
