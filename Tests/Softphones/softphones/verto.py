"""Verto: JSON-RPC 2.0 over WebSocket, as FreeSWITCH and SignalWire speak it."""

import asyncio
import json
import uuid


class VertoServer:
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
        self._requests = 0

    async def serve(self, socket):
        self._socket = socket
        async for text in socket:
            if text.startswith("#"):
                # A test of the line's speed, which may go unanswered.
                continue
            message = json.loads(text)
            if method := message.get("method"):
                self.wire.append(f"> {method}")
                await self._request(method, message)

    async def call(self):
        """The far end calls the phone."""
        self.far_end = self._make()
        self._call = str(uuid.uuid4())
        await self._ask("verto.invite", {
            "callID": self._call, "sdp": await self.far_end.offer(), "caller_id_name": "Far", "caller_id_number": "100",
            "callee_id_name": "Agent", "callee_id_number": "200", "display_direction": "outbound"})

    async def hang_up(self):
        await self._ask("verto.bye", {"callID": self._call, "causeCode": 16, "cause": "NORMAL_CLEARING"})

    async def _ask(self, method, params):
        self._requests += 1
        self.wire.append(f"< {method}")
        await self._socket.send(json.dumps({"jsonrpc": "2.0", "id": f"far-{self._requests}", "method": method, "params": params}))

    async def _result(self, message, result):
        await self._socket.send(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}))

    async def _request(self, method, message):
        params = message.get("params", {})
        dialog = params.get("dialogParams", {})
        call = dialog.get("callID", self._call)
        match method:
            case "login":
                await self._result(message, {"message": "logged in", "sessid": params.get("sessid", "s")})
                await self._ask("verto.clientReady", {"reattached_sessions": []})
                self.registered.set()
            case "verto.invite":
                self.far_end = self._make()
                self._call = call
                await self._result(message, {"message": "CALL CREATED", "callID": call, "sessid": params.get("sessid")})
                await self._ask("verto.media", {"callID": call, "sdp": await self.far_end.answer(params["sdp"])})
                await self._ask("verto.answer", {"callID": call})
            case "verto.answer":
                await self._result(message, {"message": "CALL ANSWERED", "callID": call, "sessid": params.get("sessid")})
                await self.far_end.accept(params["sdp"])
            case "verto.modify":
                action = params.get("action")
                await self._result(message, {
                    "message": "CALL MODIFIED", "callID": call, "action": action, "holdState": "held" if action == "hold" else "active",
                    "sessid": params.get("sessid")})
            case "verto.info":
                self.info.append(params.get("dtmf"))
                await self._result(message, {"message": "SENT", "callID": call})
            case "verto.bye":
                await self._result(message, {"message": "CALL ENDED", "callID": call})
                self.ended.set()
            case _:
                await self._result(message, {})
