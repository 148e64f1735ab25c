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
from lab.processes import cpu_seconds, descendants, name_of
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


CLOCK = """
(() => {
  const { body } = document, timer = document.getElementById('timer'), before = timer.textContent;
  body.dataset.state = 'connected';
  let seconds = 0;
  const clock = setInterval(() => { seconds += 1; timer.textContent = '00:' + String(seconds %% 60).padStart(2, '0'); }, 1000);
  setTimeout(() => { clearInterval(clock); timer.textContent = before; body.dataset.state = 'idle'; }, %d);
})();
true
"""
"""What the page draws in a call, without one."""

DIAL = """
document.getElementById('room').value = '%s';
document.getElementById('dial').requestSubmit();
true
"""

TIDYING = 40
"""Seconds after which the browser has tidied up after pages that were loaded and closed: half a minute later it still collects their garbage."""

SETTLING = 12
"""Seconds after which a call that was set up, or a meter, runs evenly."""


async def percent_by_process(pids, seconds):
    """Percent of one core over so many seconds, by process. One that comes or goes meanwhile counts from then on, or until then."""
    before, start = {pid: cpu_seconds([pid]) for pid in pids()}, time.monotonic()
    await asyncio.sleep(seconds)
    after, passed = {pid: cpu_seconds([pid]) for pid in pids()}, time.monotonic() - start
    return {pid: 100 * (consumed - before.get(pid, 0)) / passed for pid, consumed in after.items()}


async def measure(browser, signalling, pids, seconds):
    """One page: without a call, with the clock that it draws in one, in a call, in a call with two level meters."""
    softphone = Softphone(await browser.open(signalling.page))
    await asyncio.sleep(TIDYING)
    taken = {"idle": await percent_by_process(pids, seconds)}
    await softphone.page.evaluate(CLOCK % (1000 * (seconds + 3)))
    await asyncio.sleep(1)
    taken["clock"] = await percent_by_process(pids, seconds)
    await softphone.page.until("document.body.dataset.state === 'idle'")
    await softphone.page.evaluate(DIAL % ROOM)
    await softphone.reaches("connected")
    await asyncio.sleep(SETTLING)
    taken["call"] = await percent_by_process(pids, seconds)
    await softphone.page.evaluate(METERS)
    await asyncio.sleep(SETTLING)
    taken["meters"] = await percent_by_process(pids, seconds)
    names = {pid: name_of(pid) for pid in pids()}
    await softphone.hang_up()
    await softphone.reaches("ended")
    idle = sum(taken["idle"].values())
    rises = {what: sum(taken[what].values()) - idle for what in ("clock", "call", "meters")}
    return {"idle": idle, **rises, "processes": {what: by_name(shares, taken["idle"], names) for what, shares in taken.items() if what != "idle"}}


def by_name(shares, idle, names):
    """The rise of each kind of process that has any to speak of."""
    rises = {}
    for pid, share in shares.items():
        rises[names.get(pid, "ended")] = rises.get(names.get(pid, "ended"), 0) + share - idle.get(pid, 0)
    return {name: round(rise, 2) for name, rise in sorted(rises.items(), key=lambda item: -item[1]) if abs(rise) >= 0.05}


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
    for what, name in (("call", "a call"), ("meters", "a call with two level meters at 20 Hz"), ("clock", "no call, but the clock of one")):
        native, redirected = median("native", what), median("redirected", what)
        print(f"  {name:40} redirected {redirected:+.2f}   not redirected {native:+.2f}   ratio {redirected / native:.3f}")
    if options.json:
        Path(options.json).write_text(json.dumps(rounds, indent=1))


if __name__ == "__main__":
    main()
