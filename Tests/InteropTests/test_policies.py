"""The administrator's policies in a real browser: which pages are redirected, and what their users are told."""

import os
import subprocess

import pytest
from conftest import run

from lab import extension
from lab.chromium import Chromium
from lab.host import EXTENSION, HostInstallation

IS_OURS = "!Function.prototype.toString.call(RTCPeerConnection).endsWith('{ [native code] }')"
REFUSAL = "navigator.mediaDevices.getUserMedia({ audio: true }).then(() => 'granted', ({ name, message }) => `${name}: ${message}`)"
FAILURE = """
new Promise((resolve) => {
  const connection = new RTCPeerConnection();
  connection.onconnectionstatechange = () => resolve(connection.connectionState);
  connection.createOffer({ offerToReceiveAudio: true }).catch(() => {});
})
"""
TEXT = "document.body.innerText"
BROKEN = "Nearend: something is wrong. Click for more."
ELSEWHERE = "Nearend does not act on this site"


def may_mount():
    return os.geteuid() == 0 and os.path.isdir("/etc/chromium") and subprocess.run(
        ["unshare", "--mount", "true"], capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(not may_mount(), reason="only root can give a browser policies of its own")


def policies(**ours):
    return {"3rdparty": {"extensions": {extension.extension_id(): ours}}}


def test_a_required_site_without_a_host_is_told_why_nothing_works(serving):
    async def look():
        browser = Chromium(extension=EXTENSION, policies=policies(RequiredSites=["http://127.0.0.1:*"], HideAdvancedSettings=1))
        async with serving() as signalling, browser:
            await extension.until_ready(browser)
            page = await browser.open(signalling.page)
            found = [await page.evaluate(each) for each in (IS_OURS, REFUSAL, FAILURE)]
            popup = await extension.open_popup(browser, signalling.page)
            text = await popup.until(f"{TEXT}.includes('Reason') && {TEXT}")
            if folder := os.environ.get("NEAREND_PICTURES"):
                await popup.screenshot(f"{folder}/popup-required.png")
            return found, text, await extension.toolbar_title(popup, BROKEN)

    (is_ours, refusal, failure), text, title = run(look())
    assert is_ours
    assert refusal == "NotReadableError: The Nearend host is not installed on this computer."
    assert failure == "failed"
    assert "(Reason 3006)" in text and "The Nearend host is not installed" in text
    assert "Collect logs" not in text and "Sites" not in text
    assert title == BROKEN


def test_an_excluded_site_keeps_the_browser_s_own(serving, turns, tmp_path):
    async def look():
        host = HostInstallation(microphone=turns.near, loudspeaker=tmp_path / "page.wav")
        browser = Chromium(extension=EXTENSION, environment=host.environment, policies=policies(
            Sites=["http://127.0.0.1:*"], AllowedCallRedirectionSites="example.org/softphone", ExcludedSites=["http://127.0.0.1:*"]))
        try:
            host.install(browser.profile)
            async with serving() as signalling, browser:
                await extension.until_ready(browser)
                page = await browser.open(signalling.page)
                is_ours = await page.evaluate(IS_OURS)
                popup = await extension.open_popup(browser, signalling.page)
                text = await popup.until(f"{TEXT}.includes('Reason') && {TEXT}")
                scripts = await popup.evaluate("chrome.scripting.getRegisteredContentScripts()")
                return is_ours, text, [match for script in scripts for match in script["matches"]], await extension.toolbar_title(popup, ELSEWHERE)
        finally:
            host.remove()

    is_ours, text, matches, title = run(look())
    assert not is_ours
    assert "(Reason 3005)" in text and "Collect logs" in text
    assert "https://example.org:443/softphone/*" in matches
    assert title == ELSEWHERE
