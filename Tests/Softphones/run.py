"""Runs real clients of providers, natively and through the extension, and prints a table.

  run.py BUNDLES [--only NAME]... [--json FILE] [--markdown FILE]
  run.py BUNDLES [--only NAME]... --uses FOLDER

With --uses it writes, for each client, what of WebRTC it uses, and in what form: natively, both roles, one list a client.

BUNDLES is a folder with the clients' own files, which are theirs and not in this project (README.md says which versions,
and where they are published). NEAREND_HOST_BINARY names the host. Needs Chromium and the Python of scripts/test.sh.
"""

import argparse
import asyncio
import json
import shutil
import statistics
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import soundfile

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[1] / "InteropTests")]

from lab import extension  # noqa: E402
from lab.audio import GUARD, LEAD_IN, TURN, make_turns, score  # noqa: E402
from lab.chromium import Chromium  # noqa: E402
from lab.host import EXTENSION, HostInstallation  # noqa: E402
from lab.answering_party import FarEnd  # noqa: E402
from softphones.connect import ConnectServer  # noqa: E402
from softphones.sip import SIPServer  # noqa: E402
from softphones.site import Site  # noqa: E402
from softphones.twilio import TwilioServer  # noqa: E402
from softphones.verto import VertoServer  # noqa: E402

USES = Path(__file__).resolve().parents[1] / "InteropTests/pages/softphones/uses.js"
SPEECH = Path(__file__).resolve().parents[1] / "Resources/speech/sense-48k.wav"
SERVERS = {
    "jssip": SIPServer, "sip": SIPServer, "exotel": SIPServer, "sipml5": SIPServer, "signalwire": VertoServer, "verto": VertoServer,
    "twilio": TwilioServer, "connect": ConnectServer}
WITHOUT_HOLD = {"twilio", "connect"}
WITHOUT_DIGITS = {"connect"}
ONLY_TAKES = {"exotel"}
ONLY_MAKES = {"connect"}
DIGITS = "12#"
SPEAKS = 0.01
"""Loudness (root mean square, 0…1) that only speech has."""


@dataclass
class Run:
    """What one call was like."""

    connected: bool = False
    events: list = field(default_factory=list)
    wire: list = field(default_factory=list)
    directions: list = field(default_factory=list)
    digits: str = ""
    muted: bool = False
    levels: dict = field(default_factory=dict)
    """By direction: what the page's meter showed in the quieter half of the call, and in its loudest tenth."""
    devices: dict = field(default_factory=dict)
    """What came of the change of microphone and loudspeaker, and whether speech went on."""
    problem: str = ""
    to_far_end: float | None = None
    from_far_end: float | None = None
    console: list = field(default_factory=list)


async def until(condition, what, timeout=20):
    for _ in range(int(timeout * 20)):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise TimeoutError(what)


async def place(client, bundles, turns, folder, *, is_incoming, is_redirected, observed=None):
    """One call. `observed` takes what the client uses of WebRTC."""
    run = Run()
    server = SERVERS[client](lambda: FarEnd(turns.far))
    host = HostInstallation(microphone=turns.near, loudspeaker=folder / "heard.wav") if is_redirected else None
    browser = (
        Chromium(extension=EXTENSION, environment=host.environment) if host
        else Chromium(microphone=turns.near, arguments=["--disable-features=WebRtcHideLocalIpsWithMdns"]))
    page = None
    resources = ExitStack()
    try:
        if host:
            host.install(browser.profile)
        if isinstance(server, ConnectServer):
            resources.enter_context(server)
        async with Site(server, bundles) as site, browser:
            if host:
                await extension.allow(browser, site.page)
            page = await browser.open(f"{site.page}?client={client}", before=None if observed is None else USES.read_text())
            try:
                await page.evaluate("ready.then(() => phone.start())")
                await asyncio.wait_for(server.registered.wait(), 15)
                await asyncio.sleep(0.5)
                if is_incoming:
                    await server.call()
                    await page.until("events.includes('rings') || events.includes('ringing')", timeout=15)
                    # A person takes a moment to answer.
                    await asyncio.sleep(1)
                    await page.evaluate("Promise.resolve(phone.answer()).then(() => true)")
                else:
                    await page.evaluate("Promise.resolve(phone.call()).then(() => true)")
                await until(lambda: server.far_end and server.far_end.is_connected, "no media connection")
                run.connected = True
                if observed is None:  # Meters and other devices are the rig's doing.
                    await page.evaluate("startMeters()")
                await asyncio.sleep(turns.seconds if observed is None else 3)
                run.levels = {direction: shown_levels(seen) for direction, seen in (await page.evaluate("levels")).items()}
                await page.evaluate("phone.mute(true); true")
                await asyncio.sleep(1.5)
                await until(lambda: server.far_end.loudness(0.5) < 0.003, "not silent when muted", 10)
                run.muted = True
                await page.evaluate("phone.mute(false); true")
                if client not in WITHOUT_DIGITS:
                    await page.evaluate(f"phone.dtmf('{DIGITS}'); true")
                    await until(lambda: "".join([server.far_end.digits, *map(str, server.info)]).endswith(DIGITS), "digits", 10)
                    run.digits = server.far_end.digits or "".join(map(str, server.info))
                if observed is None:
                    run.devices = await page.evaluate("changeDevices()")
                    await asyncio.sleep(1)
                    await until(lambda: server.far_end.loudness(0.5) > SPEAKS, "no speech after the change of devices", turns.seconds)
                    run.devices["speech"] = "goes on"
                if client not in WITHOUT_HOLD:
                    await page.evaluate("Promise.resolve(phone.hold()).then(() => true)")
                    await asyncio.sleep(1)
                    await page.evaluate("Promise.resolve(phone.unhold()).then(() => true)")
                    await asyncio.sleep(1)
                await page.evaluate("phone.hangUp(); true")
                await asyncio.wait_for(server.ended.wait(), 10)
                await asyncio.sleep(0.5)
            finally:
                run.events = await page.evaluate("events")
            if observed is not None:
                observed.update(await page.evaluate("usesOfThePage()"))
    except Exception as error:  # The table says what went wrong.
        run.problem = f"{type(error).__name__}: {error}"[:300]
    finally:
        run.console = page.console[-8:] if page else []
        run.wire = server.wire
        if server.far_end:
            run.directions = server.far_end.directions
            await server.far_end.close()
            server.far_end.write(folder / "far.wav")
            if run.connected:
                run.to_far_end = heard(turns.near, folder / "far.wav")
        if host and run.connected and (folder / "heard.wav").exists():
            run.from_far_end = heard(turns.far, folder / "heard.wav")
        await browser.stop()
        if host:
            host.remove()
        resources.close()
    return run


def shown_levels(seen):
    tenths = statistics.quantiles(seen, n=10) if len(seen) > 1 else [0.0] * 9
    return {"quiet": round(tenths[4], 4), "loud": round(tenths[8], 4)}


def moves(run):
    """Whether both meters follow speech: each side speaks for less than half of the call."""
    return bool(run.levels) and all(each["loud"] > SPEAKS and each["loud"] > 3 * each["quiet"] for each in run.levels.values())


def changes(run):
    """Whether both devices changed and speech went on; otherwise what came of it."""
    is_well = run.devices == {"microphone": "changed", "loudspeaker": "changed", "speech": "goes on"}
    return is_well or ", ".join(f"{what} {came}" for what, came in run.devices.items()) or False


def heard(reference, recording):
    try:
        result = score(reference, recording)
        return result.median if result.heard else 1.0
    except Exception:
        return 1.0


def make_conversation(folder):
    """Turns in which the agent says a word now and then while the other talks: Twilio's client warns of an agent who is silent for ten seconds."""
    turns = make_turns(SPEECH, folder, 1)
    samples, rate = soundfile.read(turns.near)
    word = samples[int(LEAD_IN * rate):][:rate] / 2
    for share in 0.35, 0.85:
        at = int((LEAD_IN + TURN + GUARD + share * TURN) * rate)
        samples[at:at + rate] += word
    soundfile.write(turns.near, samples, rate, subtype="PCM_16")
    return turns


async def compare(client, bundles, is_incoming):
    with tempfile.TemporaryDirectory() as name:
        turns = make_conversation(name)
        runs = []
        for is_redirected in (False, True):
            folder = Path(name) / str(is_redirected)
            folder.mkdir()
            runs.append(await place(client, bundles, turns, folder, is_incoming=is_incoming, is_redirected=is_redirected))
            if runs[-1].problem:
                print(f"    {'redirected' if is_redirected else 'native'}: {runs[-1].problem}; console: {runs[-1].console}", flush=True)
    return runs


def directions(client):
    """Whether its calls come in: one of each, for a client that makes and takes them."""
    return [*([False] if client not in ONLY_TAKES else []), *([True] if client not in ONLY_MAKES else [])]


async def write_uses(client, bundles, folder):
    """Writes what `client` uses in calls of both directions; says whether both were made."""
    observed = set()
    with tempfile.TemporaryDirectory() as name:
        turns = make_conversation(name)
        runs = [
            await place(client, bundles, turns, Path(name), is_incoming=is_incoming, is_redirected=False, observed=observed)
            for is_incoming in directions(client)]
    for run in runs:
        if run.problem:
            print(f"    {run.problem}; console: {run.console}", flush=True)
    (folder / f"{client}.txt").write_text("".join(f"{use}\n" for use in sorted(observed)))
    return not any(run.problem for run in runs)


def shown_claim(value):
    return {True: "yes", False: "no"}.get(value, value)


def row(client, is_incoming, native, redirected):
    same = lambda what: "same" if getattr(native, what) == getattr(redirected, what) else "differ"  # noqa: E731
    shown = lambda value: "–" if value is None else f"{value:.2f}"  # noqa: E731

    def both(look):
        natively, here = (shown_claim(look(run)) for run in (native, redirected))
        return here if here == natively else f"{here} (natively {natively})"

    return [
        client, "takes" if is_incoming else "makes", "yes" if native.connected and not native.problem else "no",
        "yes" if redirected.connected and not redirected.problem else "no", same("events"), same("wire"), same("directions"),
        shown(redirected.to_far_end), shown(redirected.from_far_end), redirected.digits or "–",
        "yes" if redirected.muted else "no",
        both(moves), both(changes)]


HEAD = ["client", "call", "native", "redirected", "events", "wire", "directions", "PESQ to far end", "PESQ back", "digits", "mute", "meters", "devices"]


async def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundles", type=Path)
    parser.add_argument("--only", action="append", choices=sorted(SERVERS))
    parser.add_argument("--json", type=Path)
    parser.add_argument("--markdown", type=Path)
    parser.add_argument("--uses", type=Path)
    options = parser.parse_args()
    rows, details = [], {}
    for client in options.only or SERVERS:
        if not (options.bundles / f"{client}.js").exists():
            print(f"{client}: no bundle in {options.bundles}", flush=True)
            continue
        if options.uses:
            print(f"==> what {client} uses", flush=True)
            rows.append([None] * 3 + ["yes" if await write_uses(client, options.bundles, options.uses) else "no"])
            continue
        for is_incoming in directions(client):
            print(f"==> {client} {'takes' if is_incoming else 'makes'} a call", flush=True)
            native, redirected = await compare(client, options.bundles, is_incoming)
            rows.append(row(client, is_incoming, native, redirected))
            details[f"{client} {'in' if is_incoming else 'out'}"] = {"native": native.__dict__, "redirected": redirected.__dict__}
            print("    " + ", ".join(f"{name} {value}" for name, value in zip(HEAD[2:], rows[-1][2:])), flush=True)
            for what in ("events", "wire", "directions"):
                if getattr(native, what) != getattr(redirected, what):
                    print(f"    native     {what}: {getattr(native, what)}\n    redirected {what}: {getattr(redirected, what)}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(details, indent=1) + "\n")
    if options.markdown:
        lines = ["| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD), *("| " + " | ".join(map(str, each)) + " |" for each in rows)]
        options.markdown.write_text("\n".join(lines) + "\n")
    return 0 if rows and all(each[3] == "yes" for each in rows) else 1


if __name__ == "__main__":
    if not shutil.which("chromium"):
        sys.exit("There is no Chromium: run scripts/test.sh first.")
    sys.exit(asyncio.run(main()))
