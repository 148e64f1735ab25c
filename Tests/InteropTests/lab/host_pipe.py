"""A host at the pipe that a browser would hold: what it answers to the browser's first word."""

import asyncio
import json
import os
import struct
import subprocess

from .extension import extension_id
from .far_end import built


class HostPipe:
    """`async with HostPipe(environment) as hello`: the host's answer."""

    def __init__(self, environment):
        self._environment = environment

    async def __aenter__(self):
        self._process = await asyncio.create_subprocess_exec(
            str(built("nearend-host")), f"chrome-extension://{extension_id()}/", stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env={**os.environ, **self._environment})
        await self.send({"type": "hello", "protocol": 1, "extension": "0.1.0", "browser": "none"})
        return await self.read()

    async def __aexit__(self, *_):
        self._process.stdin.close()
        await asyncio.wait_for(self._process.wait(), 20)

    async def send(self, message):
        text = json.dumps(message).encode()
        self._process.stdin.write(struct.pack("=I", len(text)) + text)
        await self._process.stdin.drain()

    async def read(self, timeout=20):
        """The host's next message."""
        [length] = struct.unpack("=I", await asyncio.wait_for(self._process.stdout.readexactly(4), timeout))
        return json.loads(await self._process.stdout.readexactly(length))
