"""Chromium with a throw-away profile: started, driven, photographed, stopped."""

import asyncio
import base64
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from .cdp import CDPConnection, CDPError
from .processes import descendants, is_alive

BINARIES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

QUIET = [
    "--no-first-run", "--no-default-browser-check", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-default-apps", "--password-store=basic", "--disable-features=MediaRouter,Translate",
    "--autoplay-policy=no-user-gesture-required", "--allow-loopback-in-peer-connection", "--window-size=900,900",
]


class Chromium:
    """One browser process tree.

    `microphone`: a WAV file that Chromium's own WebRTC takes for its microphone. `extension`: a folder to load unpacked.
    `environment`: what the browser, and so the native-messaging host, finds in its environment. `policies`: the administrator's, seen by
    this browser alone (root only: it gets an /etc/chromium of its own).
    """

    def __init__(self, *, microphone=None, extension=None, environment=None, headed=False, arguments=(), policies=None):
        self.profile = Path(tempfile.mkdtemp(prefix="nearend-profile."))
        self.process = None
        self.cdp = None
        self._environment = environment or {}
        self._log = self.profile / "browser.log"
        binary = os.environ.get("NEAREND_BROWSER") or next(filter(None, map(shutil.which, BINARIES)), None)
        if binary is None:
            raise FileNotFoundError("no Chromium: install the package “chromium” or name one in NEAREND_BROWSER")
        self._command = [binary, *QUIET, "--remote-debugging-port=0", f"--user-data-dir={self.profile}"]
        if not headed:
            self._command.append("--headless=new")
        if os.geteuid() == 0:
            self._command.append("--no-sandbox")
        if microphone:
            self._command += [
                "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
                f"--use-file-for-fake-audio-capture={microphone}",
            ]
        if extension:
            self._command += [f"--load-extension={extension}", f"--disable-extensions-except={extension}"]
        self._command += [*arguments, "about:blank"]
        if policies:
            managed = self.profile / "etc/policies/managed"
            managed.mkdir(parents=True)
            (managed / "policies.json").write_text(json.dumps(policies))
            mount = 'mount --bind "$0" /etc/chromium && exec "$@"'
            self._command = ["unshare", "--mount", "sh", "-c", mount, str(self.profile / "etc"), *self._command]

    async def __aenter__(self):
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *_):
        await self.stop()

    async def _start(self, timeout=30):
        with open(self._log, "wb") as log:
            self.process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env={**os.environ, **self._environment})
        port_file = self.profile / "DevToolsActivePort"
        deadline = time.monotonic() + timeout
        while not (port_file.exists() and len(port_file.read_text().splitlines()) == 2):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise CDPError(f"Chromium did not start:\n{self._log.read_text(errors='replace')[-2000:]}")
            await asyncio.sleep(0.05)
        port, path = port_file.read_text().splitlines()
        self.cdp = await CDPConnection.open(f"ws://127.0.0.1:{port}{path}")

    async def open(self, url, *, before=None, bypass_csp=False):
        """A new tab at `url`. `before` runs in every document of the tab before its own scripts."""
        target = (await self.cdp.send("Target.createTarget", {"url": "about:blank"}))["targetId"]
        page = await Page.attach(self.cdp, target)
        if before:
            await page.send("Page.addScriptToEvaluateOnNewDocument", {"source": before})
        if bypass_csp:
            await page.send("Page.setBypassCSP", {"enabled": True})
        await page.navigate(url)
        return page

    async def targets(self):
        return (await self.cdp.send("Target.getTargets"))["targetInfos"]

    def processes(self):
        """The browser's process and all below it."""
        return [self.process.pid, *descendants(self.process.pid)] if self.process else []

    async def start_again(self):
        """After `kill`: the same profile, as a user would start the browser anew."""
        await asyncio.to_thread(self.process.wait)
        for child in filter(is_alive, self._family):
            os.kill(child, signal.SIGKILL)
        await self.cdp.close()
        for name in ("DevToolsActivePort", "SingletonLock", "SingletonSocket", "SingletonCookie"):
            (self.profile / name).unlink(missing_ok=True)
        await self._start()

    def kill(self):
        """SIGKILL for the browser's main process, as a crash would end it."""
        self._family = self.processes()
        os.kill(self.process.pid, signal.SIGKILL)

    async def stop(self):
        if self.process:
            family = self.processes()
            if self.cdp:
                try:
                    await self.cdp.send("Browser.close", timeout=5)
                except CDPError:
                    pass
                await self.cdp.close()
            deadline = time.monotonic() + 5
            while any(map(is_alive, family)) and time.monotonic() < deadline:
                self.process.poll()
                await asyncio.sleep(0.05)
            for pid in filter(is_alive, family):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            self.process.wait()
            self.process = None
        shutil.rmtree(self.profile, ignore_errors=True)


class Page:
    """One tab: its JavaScript, its console, its picture."""

    @classmethod
    async def attach(cls, cdp, target):
        session = (await cdp.send("Target.attachToTarget", {"targetId": target, "flatten": True}))["sessionId"]
        page = cls(cdp, target, session)
        await page.send("Page.enable")
        await page.send("Runtime.enable")
        return page

    def __init__(self, cdp, target, session):
        self._cdp = cdp
        self.target = target
        self.session = session
        self.console = []
        self._loaded = asyncio.Event()
        cdp.on(session, "Page.loadEventFired", lambda _: self._loaded.set())
        cdp.on(session, "Runtime.consoleAPICalled", self._keep_console)
        cdp.on(session, "Runtime.exceptionThrown", self._keep_exception)

    async def send(self, method, parameters=None, timeout=30):
        return await self._cdp.send(method, parameters, self.session, timeout)

    def listen(self, method, listener):
        """Calls `listener(parameters)` for each such event of this tab."""
        self._cdp.on(self.session, method, listener)

    async def navigate(self, url, timeout=20):
        self._loaded.clear()
        result = await self.send("Page.navigate", {"url": url})
        if result.get("errorText"):
            raise CDPError(f"{url}: {result['errorText']}")
        await asyncio.wait_for(self._loaded.wait(), timeout)

    async def evaluate(self, expression, *, timeout=30):
        """The value of a JavaScript expression; a promise is awaited, a user's gesture is simulated."""
        result = await self.send("Runtime.evaluate", {
            "expression": expression, "awaitPromise": True, "returnByValue": True, "userGesture": True,
        }, timeout)
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise CDPError(details.get("exception", {}).get("description") or details["text"])
        return result["result"].get("value")

    async def until(self, expression, *, timeout=20, every=0.1):
        """Waits until the expression is true, and gives its value."""
        deadline = time.monotonic() + timeout
        while True:
            value = await self.evaluate(expression)
            if value:
                return value
            if time.monotonic() > deadline:
                raise TimeoutError(f"{expression} did not become true in {timeout} s; console: {json.dumps(self.console[-10:])}")
            await asyncio.sleep(every)

    async def screenshot(self, path):
        """The whole page, also what has to be scrolled to."""
        size = (await self.send("Page.getLayoutMetrics"))["cssContentSize"]
        picture = await self.send("Page.captureScreenshot", {
            "format": "png", "captureBeyondViewport": True,
            "clip": {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1},
        })
        Path(path).write_bytes(base64.b64decode(picture["data"]))

    async def close(self):
        await self._cdp.send("Target.closeTarget", {"targetId": self.target})

    def _keep_console(self, event):
        self.console.append(" ".join(str(argument.get("value", argument.get("description", ""))) for argument in event["args"]))

    def _keep_exception(self, event):
        details = event["exceptionDetails"]
        self.console.append("uncaught: " + (details.get("exception", {}).get("description") or details["text"]))
