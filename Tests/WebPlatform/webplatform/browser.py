"""Chromium as the tests want it, with or without the extension, and one document run in it."""

import asyncio
import json
import re
from contextlib import asynccontextmanager

from lab import extension
from lab.chromium import Chromium, Page
from lab.host import EXTENSION, HostInstallation

from .selection import subtests_not_run

# What wpt's own runner gives Chromium: devices that are always there, and a user who always consents. Candidates with addresses,
# since a machine in a test has no multicast DNS. A document in a window behind others must not be slowed down.
ARGUMENTS = [
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
    "--disable-features=MediaRouter,Translate,WebRtcHideLocalIpsWithMdns",
    "--disable-background-timer-throttling", "--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows",
    "--disable-ipc-flooding-protection", "--expose-gc", "--js-flags=--expose-gc",
]

STATUSES = "PFTN"
"""Of a subtest, by testharness.js's number: passed, failed, timed out, not run."""

MULTIPLIER = 2
"""As in testharnessreport.js: the machine may be busy."""


class NativeBrowser:
    """Chromium with its own WebRTC."""

    def __init__(self, speech):
        self.browser = Chromium(microphone=None, arguments=ARGUMENTS)

    async def __aenter__(self):
        await self.browser.__aenter__()
        return self

    async def __aexit__(self, *_):
        await self.browser.stop()

    async def prepare(self, origins):
        """Each origin is asked for its permission in the browser's own way."""

    async def set_permission(self, origin, name, state):
        await self.browser.cdp.send(
            "Browser.setPermission", {"permission": {"name": name}, "setting": state, "origin": origin})


class RedirectedBrowser(NativeBrowser):
    """The same Chromium with the extension and a host that has files for sound devices."""

    def __init__(self, speech):
        self.host = HostInstallation(microphone=speech, loudspeaker="/dev/null")
        self.browser = Chromium(extension=EXTENSION, environment=self.host.environment, arguments=ARGUMENTS)
        self._options = None

    async def __aenter__(self):
        self.host.install(self.browser.profile)
        return await super().__aenter__()

    async def __aexit__(self, *_):
        await super().__aexit__()
        self.host.remove()

    async def prepare(self, origins):
        self._options = await extension.open_options(self.browser)
        settings = {"sites": list(origins), "microphone": {origin: "granted" for origin in origins}}
        await self._options.evaluate(f"chrome.storage.local.set({json.dumps(settings)})")
        await extension.until_registered(self._options)

    async def set_permission(self, origin, name, state):
        await super().set_permission(origin, name, state)
        if name == "microphone":
            await self._options.evaluate(
                "chrome.storage.local.get(['microphone']).then(({ microphone }) => chrome.storage.local.set({ microphone: "
                f"{{ ...microphone, {json.dumps(origin)}: {json.dumps(state)} }} }}))")


class Outcome:
    """What one document said. `subtests`: name → (letter, message). `harness`: why there may be fewer than there should be."""

    def __init__(self, harness="", subtests=None):
        self.harness = harness
        self.subtests = subtests or {}


async def run_document(browser, origin, document):
    """Loads one document in a tab of its own and waits for its results."""
    async with _tab(browser.browser) as page:
        results = asyncio.get_running_loop().create_future()

        async def answer(message):
            error = None
            try:
                await _perform(browser, page, origin, message)
            except Exception as exception:
                error = str(exception)
            await page.send("Runtime.evaluate", {"expression": f"nearendWebPlatformReply({message['id']}, {json.dumps(error)})"})

        pending = set()

        def hear(event):
            if event["name"] != "nearendWebPlatform":
                return
            message = json.loads(event["payload"])
            if not message.get("isDone"):
                task = asyncio.create_task(answer(message))
                pending.add(task)
                task.add_done_callback(pending.discard)
            elif not results.done():
                results.set_result(message)

        page.listen("Runtime.bindingCalled", hear)
        await page.send("Runtime.addBinding", {"name": "nearendWebPlatform"})
        sources = [_expression(pattern) for pattern in subtests_not_run(document.path)]
        if sources:
            await page.send(
                "Page.addScriptToEvaluateOnNewDocument", {"source": f"globalThis.nearendWebPlatformLeavesOut = {json.dumps(sources)};"})
        await page.send("Page.navigate", {"url": f"{origin}/{document.path}"})
        try:
            said = await asyncio.wait_for(results, (60 if document.is_long else 10) * MULTIPLIER + 15)
        except asyncio.TimeoutError:
            return Outcome("no result: " + "; ".join(page.console[-3:]))
        harness = "" if said["status"] == 0 else f"{['OK', 'ERROR', 'TIMEOUT', 'PRECONDITION_FAILED'][said['status']]} {said['message']}"
        subtests = {}
        for name, status, message in said["subtests"]:
            # A name that comes twice is told apart by its number.
            unique, count = name, 1
            while unique in subtests:
                count += 1
                unique = f"{name} ({count})"
            subtests[unique] = (STATUSES[status] if status < 4 else "O", message)
        return Outcome(harness, subtests)


@asynccontextmanager
async def _tab(chromium):
    target = (await chromium.cdp.send("Target.createTarget", {"url": "about:blank", "newWindow": True}))["targetId"]
    page = await Page.attach(chromium.cdp, target)
    try:
        yield page
    finally:
        await page.close()


def _expression(glob):
    """JavaScript's regular expression for a glob pattern of `*` and `[[]`."""
    parts = {"*": ".*", "[[]": r"\["}
    return "^" + "".join(parts.get(part) or re.escape(part) for part in re.split(r"(\*|\[\[\])", glob)) + "$"


async def _perform(browser, page, origin, message):
    """What a test asks of the browser's driver."""
    parameters = message["parameters"]
    match message["action"]:
        case "click":
            for kind in ("mousePressed", "mouseReleased"):
                await page.send("Input.dispatchMouseEvent", {
                    "type": kind, "x": parameters["x"], "y": parameters["y"], "button": "left", "clickCount": 1})
        case "set_permission":
            await browser.set_permission(origin, parameters["descriptor"]["name"], parameters["state"])
