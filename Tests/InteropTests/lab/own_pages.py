"""The pages of the folder `pages`, served under a strict Content Security Policy, at two origins."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PAGES = Path(__file__).resolve().parents[1] / "pages"


class _Handler(SimpleHTTPRequestHandler):
    files = {}

    def translate_path(self, path):
        return str(self.files.get(path.lstrip("/"), super().translate_path(path)))

    def end_headers(self):
        self.send_header("Content-Security-Policy", "default-src 'self'; script-src 'self'; frame-src http:")
        super().end_headers()

    def log_message(self, *_): ...


class OwnPages:
    """`with OwnPages() as pages`: the same files at `pages.url` and, as another origin, at `pages.other_url`.

    `files`: more of them, by name.
    """

    def __init__(self, files=None):
        self._handler = type("Handler", (_Handler,), {"files": files or {}})

    def __enter__(self):
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(self._handler, directory=str(PAGES)))
        port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{port}/"
        self.other_url = f"http://localhost:{port}/"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
