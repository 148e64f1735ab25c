"""Was the rig itself late? A process that asks to be woken every 10 ms and notes how late it was."""

import asyncio
import json
import signal
import sys
from dataclasses import dataclass

_WATCH = """
import json, signal, sys, time
late, done = [], False
def end(*_):
    global done
    done = True
signal.signal(signal.SIGTERM, end)
print("ready", flush=True)
while not done:
    before = time.monotonic()
    time.sleep(0.01)
    late.append(time.monotonic() - before - 0.01)
late.sort()
print(json.dumps({"worstMs": round(1000 * late[-1], 1), "p99Ms": round(1000 * late[int(len(late) * 0.99)], 1),
    "over40Ms": sum(1 for l in late if l > 0.04)}))
"""


@dataclass
class Pace:
    """How late the watch was woken."""

    worst_ms: float
    p99_ms: float
    over_40_ms: int

    @property
    def is_late(self):
        """A machine that stalls this long makes calls stutter that nobody is to blame for."""
        return self.worst_ms > 80 or self.over_40_ms > 3

    def __str__(self):
        return f"rig late by {self.worst_ms} ms at worst, {self.p99_ms} ms in 1 of 100, {self.over_40_ms} times over 40 ms"


class PaceWatch:
    """`async with PaceWatch() as watch: …` and then `watch.pace`."""

    def __init__(self):
        self.pace = None
        self._process = None

    async def __aenter__(self):
        self._process = await asyncio.create_subprocess_exec(sys.executable, "-c", _WATCH, stdout=asyncio.subprocess.PIPE)
        await self._process.stdout.readline()
        return self

    async def __aexit__(self, *_):
        self._process.send_signal(signal.SIGTERM)
        output, _ = await self._process.communicate()
        seen = json.loads(output)
        self.pace = Pace(seen["worstMs"], seen["p99Ms"], seen["over40Ms"])
