"""Many agents' relays on one desktop host: processor time and memory of each, idle, and while the engine streams it levels as a page with meters wants them.

The relays are the real ones, each with a session of its own in a real engine; pages and browsers are left out, since they are there without Nearend, too.
"""

import argparse
import asyncio
import json
import os
import signal
import struct
import subprocess
import tempfile
import time
from pathlib import Path

from lab.audio import make_turns
from lab.extension import extension_id
from lab.far_end import built
from lab.processes import cpu_seconds

SECONDS = 20


class Agent:
    """A relay, and at its pipe what a browser would say."""

    def __init__(self, configuration):
        self._configuration = configuration
        self.bytes = 0
        self._sequence = 0

    async def start(self):
        self._process = await asyncio.create_subprocess_exec(
            str(built("nearend-host")), f"chrome-extension://{extension_id()}/", stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env={**os.environ, "NEAREND_CONFIG": str(self._configuration)})
        self._write({"type": "hello", "protocol": 1, "extension": "0.1.0", "browser": "none"})
        hello = await self._read()
        assert hello["type"] == "hello" and "error" not in hello, hello
        self._replies = {}
        self._reading = asyncio.create_task(self._keep_reading())
        await self.request("openDocument", {"origin": "https://phone.example", "topOrigin": "https://phone.example", "url": "https://phone.example/",
                                            "tab": 1, "frame": 0, "documentId": "1"})

    @property
    def pid(self):
        return self._process.pid

    async def request(self, method, params):
        self._sequence += 1
        reply = self._replies[self._sequence] = asyncio.get_running_loop().create_future()
        self._write({"type": "request", "seq": self._sequence, "ack": 0, "document": 1, "id": self._sequence, "method": method, "params": params})
        answer = await asyncio.wait_for(reply, 20)
        assert "error" not in answer, answer

    async def stop(self):
        self._process.stdin.close()
        await self._process.wait()
        self._reading.cancel()

    def _write(self, message):
        text = json.dumps(message).encode()
        self._process.stdin.write(struct.pack("=I", len(text)) + text)

    async def _read(self):
        [length] = struct.unpack("=I", await self._process.stdout.readexactly(4))
        self.bytes += 4 + length
        return json.loads(await self._process.stdout.readexactly(length))

    async def _keep_reading(self):
        try:
            while message := await self._read():
                if message["type"] == "reply":
                    self._replies.pop(message["id"]).set_result(message)
        except asyncio.IncompleteReadError:
            pass


def resident_kib(pid):
    """Of its own, shared pages by their share."""
    return next(int(line.split()[1]) for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines() if line.startswith("Pss:"))


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--speech", required=True)
    parser.add_argument("--agents", type=int, default=30, help="at most 32, which is what one engine serves")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="nearend-agents."))
    turns = make_turns(options.speech, folder, 1)
    socket = folder / "engine.sock"
    engine_configuration, relay_configuration = folder / "engine.json", folder / "host.json"
    engine_configuration.write_text(json.dumps({
        "devices": {"virtual": {"microphone": str(turns.near), "loops": True, "loudspeaker": str(folder / "heard.wav")}}, "engine": {"microphone": {"default": "allow"}}}))
    relay_configuration.write_text(json.dumps({"remoteDesktop": {"channel": "unix", "socket": str(socket)}}))
    engine = subprocess.Popen(
        [str(built("nearend")), "engine", "--socket", str(socket)], stderr=subprocess.DEVNULL,
        env={**os.environ, "NEAREND_CONFIG": str(engine_configuration)})
    agents = [Agent(relay_configuration) for _ in range(options.agents)]
    try:
        while not socket.exists():
            await asyncio.sleep(0.05)
        for agent in agents:
            await agent.start()
        pids = [agent.pid for agent in agents]

        async def measure(name):
            await asyncio.sleep(3)
            cpu, start, sent = cpu_seconds(pids), time.monotonic(), sum(agent.bytes for agent in agents)
            await asyncio.sleep(SECONDS)
            took = time.monotonic() - start
            each = 100 * (cpu_seconds(pids) - cpu) / took / len(agents)
            print(f"  {name:34} {each:.3f} % of a core and {(sum(agent.bytes for agent in agents) - sent) / took / len(agents):.0f} bytes/s at the pipe, for each of "
                  f"{len(agents)} agents", flush=True)

        await measure("connected, no call's news")
        for agent in agents:
            await agent.request("getUserMedia", {"track": 1, "constraints": {}})
            await agent.request("watch", {"levels": 40, "levelsAtOnce": 5})
        await measure("levels, as two meters want them")
        print(f"  memory                             {sum(map(resident_kib, pids)) / len(pids) / 1024:.1f} MiB for each, shared pages by their share")
        for agent in agents:
            await agent.stop()
    finally:
        engine.send_signal(signal.SIGTERM)
        engine.wait()


if __name__ == "__main__":
    asyncio.run(main())
