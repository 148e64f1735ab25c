"""Serves a wpt checkout on loopback: what of wpt's own server these tests use (substitutions, headers, generated documents)."""

import html
import mimetypes
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from .selection import scripts_of

_PAGE = Path(__file__).resolve().parent / "page"

_REWRITTEN = {"/resources/WebIDLParser.js": "/resources/webidl2/lib/webidl2.js"}

_OURS = {
    "/resources/testharnessreport.js": _PAGE / "testharnessreport.js",
    "/resources/testdriver-vendor.js": _PAGE / "testdriver-vendor.js",
}

_SUBSTITUTION = re.compile(r"\{\{([^}]*)\}\}")


class WebPlatformServer:
    """A server for each of `origins` origins, all of one checkout. `localhost` counts as secure, so `.https` needs no certificate."""

    def __init__(self, checkout, origins):
        handler = type("Handler", (_Handler,), {"checkout": checkout})
        self._servers = [_Server(("127.0.0.1", 0), handler) for _ in range(origins)]
        self.origins = [f"http://localhost:{server.server_port}" for server in self._servers]

    def __enter__(self):
        for server in self._servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        for server in self._servers:
            server.shutdown()
            server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        """A browser that closes a tab resets connections; that is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    checkout = Path()

    def do_GET(self):
        url = urlsplit(self.path)
        path = unquote(url.path)
        path = _REWRITTEN.get(path, path)
        if path in _OURS:
            return self._answer(200, _OURS[path].read_bytes(), "text/javascript")
        file = (self.checkout / path.lstrip("/")).resolve()
        if not file.is_relative_to(self.checkout):
            return self._answer(404, b"", "text/plain")
        if file.is_file():
            return self._send_file(file, url)
        source = file.with_suffix(".js")
        if path.endswith((".window.html", ".any.html")) and source.is_file():
            return self._answer(200, _wrap(source).encode(), "text/html; charset=utf-8")
        return self._answer(404, b"", "text/plain")

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()

    def _send_file(self, file, url):
        body = file.read_bytes()
        if ".sub." in file.name:
            body = self._substitute(body.decode(), url).encode()
        headers = []
        beside = file.with_name(f"{file.name}.headers")
        if beside.is_file():
            headers = [tuple(map(str.strip, line.split(":", 1))) for line in beside.read_text().splitlines() if ":" in line]
        self._answer(200, body, mimetypes.guess_type(file.name)[0] or "application/octet-stream", headers)

    def _substitute(self, text, url):
        port = str(self.server.server_port)
        query = parse_qs(url.query)

        def value(match):
            name = match[1].strip()
            if name.startswith("GET["):
                return html.escape(query.get(name[4:-1], [""])[0])
            if name.startswith("ports["):
                return port
            sub = re.search(r"\[(www\d?)\]", name)
            if name == "host" or name.startswith(("domains", "hosts")):
                return f"{sub[1]}.localhost" if sub else "localhost"
            return {"location[server]": f"http://localhost:{port}", "location[scheme]": "http"}.get(name, "")

        return _SUBSTITUTION.sub(value, text)

    def _answer(self, status, body, kind, headers=()):
        self.send_response(status)
        names = {name.lower() for name, _ in headers}
        if "content-type" not in names:
            self.send_header("Content-Type", kind)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=3600" if self.path.startswith("/resources/") else "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def _wrap(source):
    """The document wpt's server makes for a test that is only a script."""
    text = source.read_text()
    timeout = '<meta name="timeout" content="long">' if re.search(r"^//\s*META:\s*timeout=long", text, re.MULTILINE) else ""
    scripts = "".join(f'<script src="{script}"></script>\n' for script in scripts_of(text))
    return (
        f'<!doctype html><meta charset="utf-8">{timeout}\n'
        '<script>self.GLOBAL = { isWindow: () => true, isWorker: () => false, isShadowRealm: () => false };</script>\n'
        '<script src="/resources/testharness.js"></script>\n<script src="/resources/testharnessreport.js"></script>\n'
        f'{scripts}<div id="log"></div><script src="{source.name}"></script>\n'
    )
