"""Stands between the browser and the host and counts what passes: `PipeMeter(folder, host).path` is what a manifest names."""

import json
import os
import sys
from pathlib import Path

_PROGRAM = """#!{python}
import json, os, subprocess, sys, threading, time
host = subprocess.Popen([{host!r}, *sys.argv[1:]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
events = []
def pump(source, sink, name):
    while chunk := os.read(source, 65536):
        events.append((time.time(), name, len(chunk)))
        view = memoryview(chunk)
        while view:
            view = view[os.write(sink, view):]
    os.close(sink)
def report():
    while True:
        time.sleep(0.5)
        new, events[:] = events[:], []
        with open({log!r}, "a") as log:
            for event in new:
                log.write(json.dumps(event) + "\\n")
threading.Thread(target=report, daemon=True).start()
threading.Thread(target=pump, args=(0, host.stdin.fileno(), "toHost"), daemon=True).start()
try:
    pump(host.stdout.fileno(), 1, "toBrowser")
except OSError:
    pass
os._exit(host.wait())
"""


class PipeMeter:
    """The counting program, written into `folder`."""

    def __init__(self, folder, host):
        self.path = Path(folder) / "pipe-meter"
        self._log = Path(folder) / "pipe.log"
        self.path.write_text(_PROGRAM.format(python=sys.executable, host=str(host), log=str(self._log)))
        os.chmod(self.path, 0o755)

    def total(self):
        """All bytes that have passed, in both directions."""
        return sum(json.loads(line)[2] for line in self._log.read_text().splitlines()) if self._log.exists() else 0

    def bytes_per_second(self, start, end):
        """What passed between two moments of `time.time()`, by direction."""
        totals = {"toHost": 0, "toBrowser": 0}
        for line in self._log.read_text().splitlines() if self._log.exists() else []:
            at, name, count = json.loads(line)
            if start <= at < end:
                totals[name] += count
        return {name: total / (end - start) for name, total in totals.items()}
