"""The call of scripts/demo.sh: placed, watched, scored and summed up."""

import argparse
import asyncio
import contextlib
import json
import re
import sys
import time
from pathlib import Path

from lab.audio import make_turns, score
from lab.far_end import Signalling
from lab.namespaces import Namespaces
from lab.pace import PaceWatch
from lab.packet_watch import PacketWatch
from lab.processes import udp_sockets
from lab.remote_side import DistantSignalling, RemoteSide
from lab.sides import NativeSide, RedirectedSide

ROOM = "echo-demo"


def tell(text):
    print(text, flush=True)


class Narration:
    """Tells who speaks, turn by turn, while the call is up."""

    def __init__(self, turns):
        self._turns = turns
        self._start = time.monotonic()

    async def run(self):
        while (elapsed := time.monotonic() - self._start) < self._turns.seconds:
            done = int(30 * elapsed / self._turns.seconds)
            line = f"    [{'#' * done}{'.' * (30 - done)}] {int(elapsed):3d} of {int(self._turns.seconds)} s"
            if sys.stdout.isatty():
                print(f"\r{line}", end="", flush=True)
                await asyncio.sleep(0.5)
            else:
                tell(line)
                await asyncio.sleep(10)
        if sys.stdout.isatty():
            print()


def make_side(options, namespaces, folder, **named):
    """The agent's side of the call, as the options have it."""
    if options.remote_desktop:
        tell("==> Starting xrdp and a desktop, the agent's client with the plugin, and Chromium with the extension in the desktop")
        return RemoteSide(namespaces=namespaces, plugin=options.plugin, folder=folder, **named)
    tell(f"==> Starting Chromium {'without' if options.native else 'with'} the extension, in a throw-away profile")
    return NativeSide(**named) if options.native else RedirectedSide(headed=options.headed, **named)


def make_signalling(namespaces, folder, turns):
    named = {"play": turns.far, "record": folder, "log": folder / "far-end.log"}
    return DistantSignalling(namespaces=namespaces, folder=folder, **named) if namespaces else Signalling(**named)


async def place(options, turns, folder):
    """One call with the built-in far end. Gives the summary's members, and how late the rig was."""
    heard_here = folder / "agent-heard.wav"
    screenshot = folder / "call.png"
    native, remote = options.native, options.remote_desktop
    split = {}
    async with contextlib.AsyncExitStack() as stack:
        namespaces = stack.enter_context(Namespaces()) if remote else None
        packets = stack.enter_context(PacketWatch()) if remote else None
        signalling = await stack.enter_async_context(make_signalling(namespaces, folder, turns))
        side = make_side(options, namespaces, folder, signalling=signalling, room=ROOM, role="call", play=turns.near, record=heard_here,
                         parameters={"details": 1})
        async with side:
            tell("==> Calling")
            await side.connected()
            setup = await side.softphone.setup_ms()
            tell(f"    connected after {setup} ms; {turns.pieces} turns of speech each way")
            async with PaceWatch() as watch:
                await Narration(turns).run()
                await side.measure()
                await side.softphone.page.until("document.querySelectorAll('#figures dd').length > 0")
                if remote:
                    side.desktop.screenshot(screenshot)
                    split["desktopReachesFarEnd"] = namespaces.desktop_reaches_far_end()
                else:
                    await side.softphone.page.screenshot(screenshot)
                media_sockets = len(udp_sockets(set(side.browser.processes()) - set(() if native else side.host.processes(side.browser))))
            tell("==> Hanging up")
            await side.finish()
            await side.softphone.reaches("ended")
        if remote:
            split |= {"packetsInDesktop": packets.counts, **relayed(side.relay_log)}
    heard_there = folder / f"{ROOM}.wav"
    tell("==> Listening to both recordings")
    to_far_end, from_far_end = score(turns.near, heard_there), score(turns.far, heard_here)
    figures = side.figures
    worst_tick = None if native else re.search(r"worstLatenessMs=([0-9.]+)", side.host_log)
    return {
        "connected": True,
        "setupMs": setup,
        "codec": figures.get("codec"),
        "srtpProfile": figures.get("srtpProfile"),
        "candidatePair": figures.get("candidatePair"),
        "packetsSent": figures.get("packetsSent"),
        "packetsReceived": figures.get("packetsReceived"),
        "packetsLost": figures.get("packetsLost"),
        "concealedPercent": figures.get("concealedPercent"),
        "pesqToFarEnd": to_far_end.median,
        "pesqFromFarEnd": from_far_end.median,
        "piecesToFarEnd": to_far_end.pieces,
        "piecesFromFarEnd": from_far_end.pieces,
        "browserMediaSockets": media_sockets,
        "worstTickMs": float(worst_tick[1]) if worst_tick else None,
        "rigWorstMs": watch.pace.worst_ms,
        **({"split": split} if split else {}),
        "recordings": [str(heard_there), str(heard_here)],
        "screenshot": str(screenshot),
    }, watch.pace


def relayed(log):
    """What the relay in the desktop counted on the channel."""
    counts = re.search(r"relayed .*?fromDevice=([0-9]+).*?seconds=([0-9.]+).*?toDevice=([0-9]+)", log)
    if not counts:
        return {}
    from_device, seconds, to_device = float(counts[1]), float(counts[2]), float(counts[3])
    return {"channelBytesToDevice": int(to_device), "channelBytesFromDevice": int(from_device), "channelSeconds": seconds}


def summarise_split(split):
    """Where what ran, and what crossed."""
    counts = split["packetsInDesktop"]
    return [
        "",
        "The split",
        "  in the desktop        Chromium, the page, the extension, nearend-host as relay; "
        + ("a route to the far end" if split["desktopReachesFarEnd"] else "no route to the far end"),
        "  on the device         xfreerdp with libnearend-client.so, nearend engine: ICE, DTLS-SRTP, Opus, the microphone",
        f"  media in the desktop  {counts['rtp']} RTP, {counts['dtls']} DTLS, {counts['stun']} STUN packets",
        *([f"  over the channel      {split['channelBytesToDevice']} bytes to the device, {split['channelBytesFromDevice']} back, "
           f"in {split['channelSeconds']:.0f} s (page's statistics every second included)"] if "channelSeconds" in split else []),
    ]


def summarise(report):
    """For a person."""
    pair = report["candidatePair"] or {}
    score_line = "{:.2f}  ({})".format
    return "\n".join([
        "",
        "The call",
        f"  connected after       {report['setupMs']} ms",
        f"  codec                 {report['codec']}",
        f"  encryption            {report['srtpProfile']}",
        f"  path                  {pair.get('local')}  ↔  {pair.get('remote')}{', nominated' if pair.get('nominated') else ''}",
        f"  packets               {report['packetsSent']} sent, {report['packetsReceived']} received, {report['packetsLost']} lost",
        f"  concealed             {report['concealedPercent']} % of what was played",
        f"  sockets for media     {report['browserMediaSockets']} in the browser",
        *(summarise_split(report["split"]) if "split" in report else []),
        "",
        "How it sounded (PESQ wide-band, 1.0 to 4.64; the median of 8 s pieces)",
        f"  agent → far end       {score_line(report['pesqToFarEnd'], ', '.join(map(str, report['piecesToFarEnd'])))}",
        f"  far end → agent       {score_line(report['pesqFromFarEnd'], ', '.join(map(str, report['piecesFromFarEnd'])))}",
        *([f"  worst tick            {report['worstTickMs']} ms late, of the host's audio thread"] if report["worstTickMs"] is not None else []),
        f"  this machine was late by {report['rigWorstMs']} ms at worst",
        "",
        "  recordings            " + "\n                        ".join(report["recordings"]),
        f"  screenshot            {report['screenshot']}",
    ])


async def main(options):
    folder = Path(options.output).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    turns = make_turns(options.speech, folder, options.turns)
    report, pace = await place(options, turns, folder)
    if pace.is_late:
        tell(f"\nThis machine itself was late during the call ({pace}), so the scores say little; once more.\n")
        report, pace = await place(options, turns, folder)
    tell(summarise(report))
    return report


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="the call of scripts/demo.sh")
    parser.add_argument("--speech", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--json")
    parser.add_argument("--headed", action="store_true")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--remote-desktop", action="store_true", help="the page in a remote desktop, the engine on the device")
    parser.add_argument("--plugin", help="libnearend-client.so, for the remote desktop's client")
    parser.add_argument("--native", action="store_true", help="with the browser's own WebRTC, for comparison")
    options = parser.parse_args()
    try:
        report = asyncio.run(main(options))
    except Exception as error:
        report = {"connected": False, "error": f"{type(error).__name__}: {error}"}
        tell(f"\nThe call did not come about. {report['error']}")
        tell("docs/troubleshooting.md goes by the text of the error.")
    if options.json:
        Path(options.json).write_text(json.dumps(report, indent=2) + "\n")
    sys.exit(0 if report["connected"] else 1)
