"""Amazon Connect's softphone: JSON-RPC 2.0 over WebSocket, candidates beside the description, media through a relay alone."""

import asyncio
import json
import re

from lab.relay import Relay


class ConnectServer:
    """Signalling, far end, and the relay that the client insists on."""

    protocol = None

    def __init__(self, make_far_end):
        self._make = make_far_end
        self.far_end = None
        self.wire = []
        self.info = []
        self.registered = asyncio.Event()
        self.registered.set()  # There is no registration: a socket is a call.
        self.ended = asyncio.Event()
        self._relay = Relay()

    def __enter__(self):
        self._relay.__enter__()
        return self

    def __exit__(self, *problem):
        self._relay.__exit__(*problem)

    @property
    def files(self):
        """What the page may fetch, by name."""
        return {"ice-servers": json.dumps([self._relay.server("udp")])}

    async def serve(self, socket):
        async for text in socket:
            message = json.loads(text)
            method = message.get("method")
            self.wire.append(f"> {method or 'result'}")
            match method:
                case "invite":
                    self.far_end = self._make()
                    result = await self._answer(message["params"])
                case "accept":
                    result = {"clientToken": "token"}
                case "bye":
                    result = {}
                    self.ended.set()
                case _:
                    continue
            self.wire.append(f"< {method}")
            await socket.send(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}))

    async def _answer(self, params):
        """The answer without candidates, and they beside it."""
        candidates = "".join(f"a={candidate['candidate']}\r\n" for candidate in params["candidates"])
        answer = await self.far_end.answer(params["sdp"].rstrip("\r\n") + "\r\n" + candidates)
        line = re.compile(r"^a=(candidate:[^\r\n]*)\r\n", re.M)
        own = [{"candidate": text, "sdpMLineIndex": 0} for text in line.findall(answer)]
        return {"sdp": re.sub(r"^a=end-of-candidates\r\n", "", line.sub("", answer), flags=re.M), "candidates": own}
