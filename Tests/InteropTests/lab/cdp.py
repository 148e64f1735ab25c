"""The Chrome DevTools Protocol over one WebSocket, with flattened sessions."""

import asyncio
import itertools
import json

import websockets


class CDPError(Exception):
    """A command was refused, or the browser is gone."""


class CDPConnection:
    """Commands out, replies and events in. `sessionId` tells the targets apart."""

    @classmethod
    async def open(cls, url):
        return cls(await websockets.connect(url, proxy=None, max_size=None, ping_interval=None))

    def __init__(self, socket):
        self._socket = socket
        self._ids = itertools.count(1)
        self._waiting = {}
        self._listeners = {}
        self._reader = asyncio.create_task(self._read())

    async def send(self, method, parameters=None, session=None, timeout=30):
        number = next(self._ids)
        message = {"id": number, "method": method, "params": parameters or {}}
        if session:
            message["sessionId"] = session
        reply = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            await self._socket.send(json.dumps(message))
            return await asyncio.wait_for(reply, timeout)
        except (websockets.ConnectionClosed, TimeoutError) as error:
            raise CDPError(f"{method}: {type(error).__name__}") from error
        finally:
            self._waiting.pop(number, None)

    def on(self, session, method, listener):
        """Calls `listener(params)` for every such event of the session."""
        self._listeners.setdefault((session, method), []).append(listener)

    async def close(self):
        self._reader.cancel()
        await self._socket.close()

    async def _read(self):
        try:
            async for text in self._socket:
                message = json.loads(text)
                if "id" in message:
                    reply = self._waiting.get(message["id"])
                    if reply is None or reply.done():
                        continue
                    if "error" in message:
                        reply.set_exception(CDPError(message["error"].get("message", str(message["error"]))))
                    else:
                        reply.set_result(message["result"])
                else:
                    for listener in self._listeners.get((message.get("sessionId"), message["method"]), []):
                        listener(message["params"])
        except websockets.ConnectionClosed:
            pass
        finally:
            for reply in self._waiting.values():
                if not reply.done():
                    reply.set_exception(CDPError("the browser is gone"))
