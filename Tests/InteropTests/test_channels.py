"""The channels that need no remote desktop's software: TCP with TLS and certificates of both sides, and vsock. Real hosts, a real engine, real sockets."""

import asyncio
import json
import os
import signal
import socket
import ssl
import subprocess
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from conftest import SPEECH, run

from lab.far_end import built
from lab.host_pipe import HostPipe
from lab.processes import is_alive

NO_CHANNEL, NOT_ALLOWED, INSECURE = 1201, 1207, 1212


class Certificates:
    """An authority and what it has signed."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        self._make("authority")

    def sign(self, name, *, by="authority"):
        self._make(name, "-addext", f"subjectAltName=DNS:{name}", "-addext", "basicConstraints=critical,CA:FALSE", "-CA", self.path(f"{by}.pem"),
                   "-CAkey", self.path(f"{by}.key"))

    def path(self, name):
        return str(self.folder / name)

    def files(self, name, authority=None):
        return {"certificate": self.path(f"{name}.pem"), "key": self.path(f"{name}.key"), "authority": (authority or self).path("authority.pem")}

    def _make(self, name, *more):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", f"/CN={name}",
             "-keyout", self.path(f"{name}.key"), "-out", self.path(f"{name}.pem"), *more], check=True, capture_output=True)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    made = Certificates(tmp_path_factory.mktemp("certificates") / "ours")
    for name in ("device.test", "desktop.test", "other.test"):
        made.sign(name)
    return made


@pytest.fixture(scope="module")
def strangers(tmp_path_factory):
    """The same names, by another authority."""
    made = Certificates(tmp_path_factory.mktemp("certificates") / "others")
    for name in ("device.test", "desktop.test"):
        made.sign(name)
    return made


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@asynccontextmanager
async def engine(folder, listen):
    """`nearend engine` that listens there, too."""
    configuration, log = folder / "engine.json", folder / "engine.log"
    configuration.write_text(json.dumps({
        "devices": {"virtual": {"microphone": str(SPEECH), "loops": True, "loudspeaker": "/dev/null"}}, "engine": {"listen": listen}, "log": {"level": "info", "file": str(log)}}))
    process = await asyncio.create_subprocess_exec(
        str(built("nearend")), "engine", "--socket", str(folder / "engine.sock"), stderr=subprocess.PIPE,
        env={**os.environ, "NEAREND_CONFIG": str(configuration)})
    try:
        for _ in range(200):
            if process.returncode is not None or (log.exists() and "listening" in log.read_text()):
                break
            await asyncio.sleep(0.05)
        yield process, log
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 10)


def host(folder, channel, **described):
    """A host's environment, inside such a desktop."""
    configuration = folder / "host.json"
    configuration.write_text(json.dumps({"remoteDesktop": {"channel": channel, **described}}))
    return {"NEAREND_CONFIG": str(configuration)}


class Cable:
    """Carries TCP connections to a port, until they are cut."""

    def __init__(self, port):
        self._to = port
        self._writers = set()

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self._server.close()
        self.cut()

    def cut(self):
        """All of them, with whatever is under way."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _carry(self, reader, writer):
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to)
        self._writers |= {writer, far_writer}
        try:
            await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        except ConnectionError:
            pass

    @staticmethod
    async def _pump(reader, writer):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()


def test_both_sides_show_their_certificates_and_the_session_survives_a_broken_connection(certificates, tmp_path):
    async def body():
        port = free_port()
        async with engine(tmp_path, {"tls": {"address": f"127.0.0.1:{port}", **certificates.files("device.test")}}) as (_, log):
            async with Cable(port) as cable:
                environment = host(
                    tmp_path, "tls", tls={"address": f"127.0.0.1:{cable.port}", "name": "device.test", **certificates.files("desktop.test")})
                pipe = HostPipe(environment)
                async with pipe as hello:
                    assert hello["engine"]["place"] == "device", hello
                    await pipe.send({"type": "request", "seq": 1, "ack": 0, "document": 0, "id": 1, "method": "enumerateDevices", "params": {}})
                    assert (await pipe.read())["id"] == 1
                    heard = []
                    for number in range(2, 7):
                        cable.cut()
                        request = {"type": "request", "seq": number, "ack": 0, "document": 0, "id": number, "method": "enumerateDevices", "params": {}}
                        await pipe.send(request)
                        while (message := await pipe.read()).get("id") != number:
                            heard.append(message.get("state"))
                    return heard, log.read_text()

    heard, log = run(body())
    assert heard.count("disconnected") >= 1 and heard.count("connected") >= 1
    assert log.count("session opened") == 1, "it is one session all the time"


@pytest.mark.parametrize("case", ["another authority's desktop", "another authority's device", "another name of the device", "a name that is not served"])
def test_a_certificate_that_is_not_right_is_refused_by_number(case, certificates, strangers, tmp_path):
    device, desktop, name, code = {
        "another authority's desktop": (certificates.files("device.test"), strangers.files("desktop.test", certificates), "device.test", INSECURE),
        "another authority's device": (strangers.files("device.test", certificates), certificates.files("desktop.test"), "device.test", INSECURE),
        "another name of the device": (certificates.files("device.test"), certificates.files("desktop.test"), "other.test", INSECURE),
        "a name that is not served": (certificates.files("device.test"), certificates.files("other.test"), "device.test", NOT_ALLOWED),
    }[case]

    async def body():
        port = free_port()
        listen = {"address": f"127.0.0.1:{port}", "names": ["desktop.test"], **device}
        async with engine(tmp_path, {"tls": listen}) as (process, log):
            described = {"address": f"127.0.0.1:{port}", "name": name, **desktop}
            async with HostPipe(host(tmp_path, "tls", tls=described)) as hello:
                refusal = hello.get("error", {})
            # Who was refused has disturbed nobody.
            assert is_alive(process.pid)
            return refusal, log.read_text()

    refusal, log = run(body())
    assert refusal.get("code") == code, refusal
    assert "certificate" in refusal["message"]
    assert "a connection was refused" in log and "session opened" not in log


def test_who_shows_no_certificate_or_speaks_no_tls_gets_nothing(certificates, tmp_path):
    async def body():
        port = free_port()
        async with engine(tmp_path, {"tls": {"address": f"127.0.0.1:{port}", **certificates.files("device.test")}}) as (_, log):
            context = ssl.create_default_context(cafile=certificates.path("authority.pem"))
            said = []
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname="device.test")
                writer.write(b"\0" * 64)
                said.append(await asyncio.wait_for(reader.read(), 10))
            except (ssl.SSLError, ConnectionError) as error:
                said.append(type(error))
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET / HTTP/1.1\r\n\r\n" * 10)
            said.append(await asyncio.wait_for(reader.read(), 10))
            # Silence is closed, too, and none of them has kept a place.
            silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(40)]
            await asyncio.gather(*(asyncio.wait_for(reader.read(), 10) for reader, _ in silent))
            environment = host(tmp_path, "tls", tls={"address": f"127.0.0.1:{port}", "name": "device.test", **certificates.files("desktop.test")})
            async with HostPipe(environment) as hello:
                return said, hello, log.read_text()

    said, hello, log = run(body())
    assert said[0] in (b"", ssl.SSLError, ConnectionResetError) or issubclass(said[0], ssl.SSLError)
    assert b"\x01" not in said[1][:1], "an alert at most"
    assert hello["engine"]["place"] == "device"
    assert log.count("a connection was refused") >= 2


def test_nobody_at_the_address_and_files_that_are_not_there_are_said(certificates, tmp_path):
    async def body(described):
        async with HostPipe(host(tmp_path, "tls", tls=described)) as hello:
            return hello["error"]

    nobody = run(body({"address": f"127.0.0.1:{free_port()}", **certificates.files("desktop.test")}))
    assert nobody["code"] == NO_CHANNEL
    missing = run(body({"address": "127.0.0.1:1", **certificates.files("missing")}))
    assert missing["code"] == 1006 and "missing.pem" in missing["message"]


def test_an_engine_that_cannot_use_its_files_says_so_and_ends(certificates, tmp_path):
    async def body():
        async with engine(tmp_path, {"tls": {"address": "127.0.0.1:0", **certificates.files("missing")}}) as (process, _):
            await asyncio.wait_for(process.wait(), 10)
            return process.returncode, (await process.stderr.read()).decode()

    status, words = run(body())
    assert status == 1 and "missing.pem" in words


needs_vsock = pytest.mark.skipif(not Path("/dev/vsock").exists(), reason="this system has no vsock")


def has_loopback():
    """Whether this kernel carries vsock to itself."""
    with socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM) as server, socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM) as client:
        server.bind((socket.VMADDR_CID_ANY, 4499))
        server.listen(1)
        client.settimeout(2)
        try:
            client.connect((1, 4499))
        except OSError:
            return False
        return True


@needs_vsock
def test_an_engine_listens_at_vsock_and_a_host_without_one_says_so(tmp_path):
    async def body():
        async with engine(tmp_path, {"vsock": {"port": 4498}}) as (process, _):
            # The port is the engine's.
            with socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM) as other, pytest.raises(OSError, match="in use"):
                other.bind((socket.VMADDR_CID_ANY, 4498))
            assert is_alive(process.pid)
        async with HostPipe(host(tmp_path, "vsock", vsock={"port": 4497})) as hello:
            return hello["error"]

    refusal = run(body())
    assert refusal["code"] == NO_CHANNEL and "vsock port 4497" in refusal["message"]


@needs_vsock
def test_a_session_over_vsock(tmp_path):
    if not has_loopback():
        pytest.skip("this kernel has no loopback for vsock")

    async def body():
        async with engine(tmp_path, {"vsock": {"port": 4496, "contextIDs": [1]}}):
            async with HostPipe(host(tmp_path, "vsock", vsock={"port": 4496, "contextID": 1})) as hello:
                return hello

    assert run(body())["engine"]["place"] == "device"
