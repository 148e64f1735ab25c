"""Pages on webrtc-adapter and janus.js, both Debian's and unchanged, against Debian's Janus."""

import asyncio
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode

import pytest
from conftest import run

from lab import extension
from lab.audio import score
from lab.chromium import Chromium
from lab.host import EXTENSION, HostInstallation
from lab.janus import Janus
from lab.own_pages import PAGES

LIBRARIES = {"/adapter.js": "/usr/share/javascript/webrtc-adapter/adapter.js", "/janus.js": "/usr/share/javascript/janus-gateway/janus.js"}


class Handler(SimpleHTTPRequestHandler):
    def translate_path(self, path):
        return LIBRARIES.get(path) or super().translate_path(path)

    def log_message(self, *_): ...


async def call(plugin, turns, folder):
    """The page calls Janus and speaks all turns; gives what webrtc-adapter took the browser for."""
    host = HostInstallation(microphone=turns.near, loudspeaker=folder / "page.wav")
    browser = Chromium(extension=EXTENSION, environment=host.environment)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(PAGES / "janus")))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        host.install(browser.profile)
        with Janus() as janus:
            url = f"http://127.0.0.1:{server.server_address[1]}/"
            async with browser:
                await extension.allow(browser, url)
                page = await browser.open(f"{url}?{urlencode({'url': janus.url, 'plugin': plugin})}")
                state = await page.until("['connected', 'failed'].includes(document.body.dataset.state) && document.body.dataset.state")
                assert state == "connected", f"{await page.evaluate('reason')}; console: {page.console[-10:]}"
                assert await page.evaluate("navigator.mediaDevices.nearend.isRedirected")
                await asyncio.sleep(turns.seconds)
                details = await page.evaluate("adapter.browserDetails.browser")
                await page.evaluate("handle.hangup(); true")
            janus.stop()
            if janus.room_recording.exists():
                (folder / "room.wav").write_bytes(janus.room_recording.read_bytes())
        return details
    finally:
        server.shutdown()
        thread.join()
        host.remove()


@pytest.mark.parametrize("plugin, recording", [("echotest", "page.wav"), ("audiobridge", "room.wav")])
def test_a_page_on_janus_js_is_heard(plugin, recording, turns, tmp_path, tell):
    assert run(call(plugin, turns, tmp_path)) == "chrome"
    heard = score(turns.near, tmp_path / recording)
    tell(f"Janus, {plugin}: {heard}")
    assert heard.heard
