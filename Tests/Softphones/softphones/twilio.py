"""Twilio's “pstream”: JSON over WebSocket, version 1.6."""

import asyncio
import json
import uuid


class TwilioServer:
    protocol = None

    def __init__(self, make_far_end):
        self._make = make_far_end
        self.far_end = None
        self.wire = []
        self.info = []
        self.registered = asyncio.Event()
        self.ended = asyncio.Event()
        self._call = None
        self._socket = None

    async def serve(self, socket):
        self._socket = socket
        beating = asyncio.create_task(self._beat(socket))
        try:
            async for text in socket:
                if not text.strip():
                    continue  # The client's answer to a heartbeat.
                message = json.loads(text)
                self.wire.append(f"> {message['type']}")
                await self._message(message["type"], message.get("payload") or {})
        finally:
            beating.cancel()

    @staticmethod
    async def _beat(socket):
        """The client gives a server up that says nothing for fifteen seconds."""
        while True:
            await asyncio.sleep(5)
            await socket.send("\n")

    async def call(self):
        self.far_end = self._make()
        self._call = "CA" + uuid.uuid4().hex
        await self._send("invite", {
            "callsid": self._call, "sdp": await self.far_end.offer(), "parameters": {"CallSid": self._call, "From": "client:far", "To": "client:agent"}})

    async def hang_up(self):
        await self._send("hangup", {"callsid": self._call})

    async def _send(self, kind, payload):
        self.wire.append(f"< {kind}")
        await self._socket.send(json.dumps({"type": kind, "version": "1.6", "payload": payload}))

    async def _message(self, kind, payload):
        match kind:
            case "listen":
                await self._send("connected", {"region": "us1", "edge": "ashburn", "token": {"identity": "agent", "ttl": 3600}})
            case "register":
                await self._send("ready", {})
                self.registered.set()
            case "invite":
                self.far_end = self._make()
                self._call = "CA" + uuid.uuid4().hex
                await self._send("ringing", {"callsid": self._call})
                await self._send("answer", {"callsid": self._call, "sdp": await self.far_end.answer(payload["sdp"])})
            case "answer":
                await self.far_end.accept(payload["sdp"])
                await self._send("answer", {"callsid": self._call})
            case "reinvite":
                await self._send("answer", {"callsid": self._call, "sdp": await self.far_end.answer(payload["sdp"])})
            case "dtmf":
                self.info.append(payload.get("dtmf"))
            case "hangup":
                self.ended.set()
