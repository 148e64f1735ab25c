"""The extension in a throw-away profile: which site it may act on, and whether that site may open the microphone."""

import asyncio
import base64
import hashlib
import json
from urllib.parse import urlsplit

from .host import EXTENSION

OPTIONS = "options/options.html"


def extension_id():
    """The first 32 hexadecimal digits of the key's SHA-256, as letters a…p."""
    key = json.loads((EXTENSION / "manifest.json").read_text())["key"]
    return "".join(chr(ord("a") + int(digit, 16)) for digit in hashlib.sha256(base64.b64decode(key)).hexdigest()[:32])


async def allow(browser, *urls):
    """Puts the sites of `urls` on the user's list and grants them the microphone, as the options page and the prompt do; returns when the
    sites' next documents will be redirected."""
    options = await open_options(browser)
    await options.evaluate(f"chrome.storage.local.set({json.dumps(_settings(*map(_origin, urls)))})")
    await until_registered(options)
    await options.close()


async def until_ready(browser):
    """Returns when the next document of an allowed site will be redirected: a host has answered, the scripts are registered."""
    options = await open_options(browser)
    await until_registered(options)
    await options.close()


_TITLE = "chrome.tabs.query({}).then((tabs) => chrome.action.getTitle({ tabId: tabs.find(({ url }) => url?.startsWith('http:')).id }))"


async def toolbar_title(page, expected):
    """The title of the toolbar's icon for the tab with a page of the web, told by a page of the extension's: as soon as it is as expected, since the
    icon is painted when there is time; else what it is after three seconds.
    """
    for _ in range(30):
        if (title := await page.evaluate(_TITLE)) == expected:
            break
        await asyncio.sleep(0.1)
    return title


async def open_worker(browser):
    """The running service worker, as something that commands can be sent to."""
    worker = next(target for target in await browser.targets() if target["type"] == "service_worker" and extension_id() in target["url"])
    return await Worker.attach(browser.cdp, worker["targetId"])


class Worker:
    """A service worker of the browser's."""

    @classmethod
    async def attach(cls, cdp, target):
        session = (await cdp.send("Target.attachToTarget", {"targetId": target, "flatten": True}))["sessionId"]
        return cls(cdp, session)

    def __init__(self, cdp, session):
        self._cdp = cdp
        self._session = session

    async def send(self, method, parameters=None, timeout=30):
        return await self._cdp.send(method, parameters, self._session, timeout)


async def open_popup(browser, url):
    """The popup, as a page of its own, about the tab that shows `url`."""
    options = await open_options(browser)
    tab = await options.evaluate(f"chrome.tabs.query({{}}).then((tabs) => tabs.find(({{url}}) => url?.startsWith({json.dumps(url)})).id)")
    await options.close()
    return await browser.open(f"chrome-extension://{extension_id()}/popup/popup.html?tab={tab}")


def _settings(*origins):
    """What the extension keeps in its storage."""
    return {"sites": list(origins), "microphone": dict.fromkeys(origins, "granted")}


async def engine_documents(browser):
    """What the engine has open: for each document with a connection, how many."""
    options = await open_options(browser)
    logs = await options.evaluate("chrome.runtime.sendMessage({ command: 'collectLogs' })")
    await options.close()
    documents = (logs["status"] or {}).get("documents", [])
    return sorted(len(document["connections"]) for document in documents if document["connections"])


def _origin(url):
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


async def open_options(browser):
    """The extension's options page, which may do what the extension may."""
    return await browser.open(f"chrome-extension://{extension_id()}/{OPTIONS}")


async def until_registered(options):
    """Returns when the browser has the facade's scripts."""
    await options.until("chrome.scripting.getRegisteredContentScripts().then((scripts) => scripts.length >= 2)", timeout=15)
