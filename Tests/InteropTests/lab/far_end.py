"""`nearend echo` as a process: signalling, the softphone page, and the built-in far end."""

import asyncio
import json
import os
import signal
from pathlib import Path


def built(name):
    """The binary `name`, from NEAREND_COMMAND or NEAREND_HOST_BINARY or where scripts/test.sh builds it."""
    variable = {"nearend": "NEAREND_COMMAND", "nearend-host": "NEAREND_HOST_BINARY"}[name]
    if os.environ.get(variable):
        return Path(os.environ[variable]).resolve()
    root = Path(__file__).resolve().parents[3]
    for candidate in (root / ".build-release/release" / name, root / ".build/release" / name, root / ".build/debug" / name):
        if candidate.exists():
            return candidate
    raise FileNotFoundError(f"{name} is not built; build it or set {variable}")


class Signalling:
    """The server with its address; stopped at the end of the `async with`. `log`: a file for what it says meanwhile; `within`: words before
    its command, such as those that take it into a network namespace."""

    def __init__(self, *, play=None, record=None, log=None, within=()):
        self._arguments = ["--port", "0", "--json-ready"]
        self._log = log
        self._within = within
        if play:
            self._arguments += ["--play", str(play)]
        if record:
            self._arguments += ["--record", str(record)]
        self._process = None
        self.page = self.signal = ""

    async def __aenter__(self):
        with open(self._log or os.devnull, "wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._within, str(built("nearend")), "echo", *self._arguments, stdout=asyncio.subprocess.PIPE, stderr=log if self._log else None)
        line = await asyncio.wait_for(self._process.stdout.readline(), 20)
        ready = json.loads(line)
        self.page, self.signal = ready["page"], ready["signal"]
        return self

    async def __aexit__(self, *_):
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(self._process.wait(), 10)

    @property
    def pid(self):
        return self._process.pid
