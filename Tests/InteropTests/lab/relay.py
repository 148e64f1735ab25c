"""A coturn of one's own, with certificates made for the run."""

import datetime
import ipaddress
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, CREDENTIAL = "agent", "secret of the relay"


def own_address():
    """An address of this machine that others could reach: engines do not ask loopback from elsewhere."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("198.51.100.1", 9))
            return probe.getsockname()[0]
        except OSError:
            return "127.0.0.1"


def free_port(address):
    with socket.socket() as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


def certificate(folder, address):
    """An authority, and a server's certificate for this machine's address by it: `authority.pem`, `server.pem`, `server.key`."""
    now = datetime.datetime.now(datetime.timezone.utc)

    def build(name, key, issuer, signer, *extensions):
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer or subject).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(hours=1))
        builder = builder.not_valid_after(now + datetime.timedelta(days=1))
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(signer, hashes.SHA256())

    authority_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = build("Authority of the test", authority_key, None, authority_key, (x509.BasicConstraints(ca=True, path_length=0), True))
    server = build(
        "relay", server_key, authority.subject, authority_key, (x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), False))
    (folder / "authority.pem").write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    (folder / "server.pem").write_bytes(server.public_bytes(serialization.Encoding.PEM))
    (folder / "server.key").write_bytes(server_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))


class Relay:
    """`with Relay() as relay`: listens by UDP, TCP and TLS; `relay.server(transport)` is an entry of `iceServers`.

    `named` is the address that its certificate bears, if it shall be another's.
    """

    def __init__(self, *, named=None):
        self.address = own_address()
        self._named = named or self.address

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="nearend-relay."))
        certificate(self.folder, self._named)
        self.port, self.tls_port = free_port(self.address), free_port(self.address)
        self._log = (self.folder / "log").open("w+")
        self._process = subprocess.Popen([
            shutil.which("turnserver") or "/usr/bin/turnserver", "-n", "--listening-ip", self.address, "--relay-ip", self.address,
            "--listening-port", str(self.port), "--tls-listening-port", str(self.tls_port), "--cert", str(self.folder / "server.pem"),
            "--pkey", str(self.folder / "server.key"), "--lt-cred-mech", "--user", f"{USER}:{CREDENTIAL}", "--realm", "test",
            "--allow-loopback-peers", "--no-cli", "--no-dtls", "--simple-log", "--log-file", "stdout",
            "--pidfile", str(self.folder / "pid"), "--userdb", str(self.folder / "users"), "--verbose",
        ], stdout=self._log, stderr=subprocess.STDOUT, cwd=self.folder)
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection((self.address, self.tls_port), 1).close()
                return self
            except OSError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    said = (self.folder / "log").read_text()[-2000:]
                    self.__exit__()
                    raise RuntimeError(f"The relay does not listen: {said}") from None
                time.sleep(0.1)

    def __exit__(self, *_):
        self.stop()
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def stop(self):
        self._process.kill()
        self._process.wait()

    @property
    def environment(self):
        """By which OpenSSL trusts the relay's authority."""
        return {"SSL_CERT_FILE": str(self.folder / "authority.pem")}

    def url(self, transport):
        return f"turns:{self.address}:{self.tls_port}" if transport == "tls" else f"turn:{self.address}:{self.port}?transport={transport}"

    def server(self, transport, credential=CREDENTIAL):
        return {"urls": self.url(transport), "username": USER, "credential": credential}
