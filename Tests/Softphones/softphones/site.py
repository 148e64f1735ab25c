"""The page, the bundle and the signalling, on one loopback port."""

import asyncio
import logging
from pathlib import Path

from websockets.asyncio.server import serve
from websockets.datastructures import Headers
from websockets.http11 import Response

PAGES = Path(__file__).resolve().parents[1] / "pages"
WAY = 0.2
"""Seconds until a socket is open: no provider is as near as loopback, where opening it and gathering would be a race."""
_TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".wav": "audio/wav"}


class Site:
    """`async with Site(server, bundle) as site`; `site.page` is the address."""

    def __init__(self, server, bundles):
        self._signalling = server
        self._bundles = Path(bundles)

    async def __aenter__(self):
        protocols = [self._signalling.protocol] if self._signalling.protocol else None
        quiet = logging.getLogger("softphones.site")
        quiet.setLevel(logging.CRITICAL)
        self._listener = await serve(
            self._signalling.serve, "127.0.0.1", 0, subprotocols=protocols, process_request=self._file, ping_interval=None, max_size=None, logger=quiet)
        port = self._listener.sockets[0].getsockname()[1]
        self.page = f"http://127.0.0.1:{port}/phone.html"
        return self

    async def __aexit__(self, *_):
        self._listener.close()

    async def _file(self, _connection, request):
        if request.headers.get("Upgrade"):
            await asyncio.sleep(WAY)
            return None
        name = request.path.partition("?")[0].lstrip("/")
        folder, name = (self._bundles, name[7:]) if name.startswith("bundle/") else (PAGES, name)
        path = folder / Path(name).name
        made = getattr(self._signalling, "files", {}).get(name)
        if made is None and not path.is_file():
            return Response(404, "Not Found", Headers({"Content-Length": "0"}), b"")
        body = path.read_bytes() if made is None else made.encode()
        return Response(200, "OK", Headers({"Content-Type": _TYPES.get(path.suffix, "application/octet-stream"), "Content-Length": str(len(body))}), body)
