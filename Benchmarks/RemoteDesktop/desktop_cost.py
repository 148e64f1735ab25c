"""Processor time of a remote desktop's side in a call: as rise over the same page without one, redirected and not."""

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import time
from pathlib import Path

from lab import extension
from lab.audio import make_turns
from lab.chromium import Chromium
from lab.far_end import Signalling
from lab.host import EXTENSION, HostInstallation
from lab.namespaces import Namespaces
from lab.processes import cpu_seconds, descendants
from lab.remote_desktop import RemoteDesktop
from lab.remote_side import DistantSignalling
from lab.softphone import Softphone

ROOM = "echo-cost"

METERS = """
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
  setInterval(() => { for (const each of meters) each.getFloatTimeDomainData(samples); }, 50);
})();
true
"""


async def percent(pids, seconds):
    """Of one core, over so many seconds. Processes that come or go meanwhile count from then on, or until then."""
    before, start = cpu_seconds(pids()), time.monotonic()
    await asyncio.sleep(seconds)
    return 100 * (cpu_seconds(pids()) - before) / (time.monotonic() - start)


async def measure(browser, signalling, pids, seconds):
    """The page without a call, in a call, in a call with two level meters."""
    idle_page = await browser.open(signalling.page)
    await asyncio.sleep(5)
    idle = await percent(pids, seconds)
    await idle_page.close()
    softphone = await Softphone.open(browser, signalling, room=ROOM, role="call")
    await softphone.reaches("connected")
    await asyncio.sleep(5)
    call = await percent(pids, seconds)
    await softphone.page.evaluate(METERS)
    await asyncio.sleep(2)
    meters = await percent(pids, seconds)
    await softphone.hang_up()
    await softphone.reaches("ended")
    return {"idle": idle, "call": call - idle, "meters": meters - idle}


async def round_of(options, turns, folder):
    """One call redirected, one not, in the same desktop."""
    with Namespaces() as namespaces:
        desktop = RemoteDesktop(
            namespaces, plugin=os.environ["NEAREND_PLUGIN"], microphone=turns.near, loudspeaker=folder / "heard.wav", folder=folder)
        async with desktop:
            def chromium(**named):
                return Chromium(headed=True, arguments=["--window-position=20,20", "--disable-gpu"], **named)

            def pids_of(browser):
                servers = [pid for server in desktop.server_pids() for pid in (server, *descendants(server))]
                return lambda: [*servers, *browser.processes()]

            async with Signalling(play=turns.far, record=folder, log=folder / "native.log") as signalling:
                browser = chromium(microphone=turns.near, environment=desktop.environment)
                async with browser:
                    native = await measure(browser, signalling, pids_of(browser), options.seconds)
            host = HostInstallation()
            async with DistantSignalling(namespaces=namespaces, folder=folder, play=turns.far, record=folder, log=folder / "far.log") as signalling:
                browser = chromium(extension=EXTENSION, environment={**host.environment, **desktop.environment})
                host.install(browser.profile)
                async with browser:
                    await extension.allow(browser, signalling.page)
                    redirected = await measure(browser, signalling, pids_of(browser), options.seconds)
            host.remove()
    return {"native": native, "redirected": redirected}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--speech", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--json")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="nearend-cost."))
    turns = make_turns(options.speech, folder, 1)
    rounds = []
    for number in range(options.rounds):
        rounds.append(asyncio.run(round_of(options, turns, folder)))
        print(f"round {number + 1}: {json.dumps(rounds[-1])}", flush=True)

    def median(side, what):
        return statistics.median(each[side][what] for each in rounds)

    print("\nRise of the desktop's processor time over the same page without a call, % of a core (median)")
    for what, name in (("call", "a call"), ("meters", "a call with two level meters at 20 Hz")):
        native, redirected = median("native", what), median("redirected", what)
        print(f"  {name:40} redirected {redirected:+.2f}   not redirected {native:+.2f}   ratio {redirected / native:.3f}")
    if options.json:
        Path(options.json).write_text(json.dumps(rounds, indent=1))


if __name__ == "__main__":
    main()
