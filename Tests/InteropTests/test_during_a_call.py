"""What agents do during a call: another microphone and loudspeaker, hold and unhold, mute; between two connections of one page. And what
page and toolbar say of it meanwhile.
"""

import asyncio

import numpy as np
import soundfile
from conftest import run

from lab import extension
from lab.chromium import Chromium
from lab.host import EXTENSION, HostInstallation
from lab.own_pages import OwnPages

READY = "Nearend: calls of this site run on your device"
IN_A_CALL = "Nearend: in a call, or the microphone is open"
DURING = """
(async () => {
  await call();
  const [[caller, callee]] = calls;
  const inbound = async (connection) => {
    const found = [...(await connection.getStats()).values()].find(({ type }) => type === 'inbound-rtp');
    return { packets: found.packetsReceived, energy: found.totalAudioEnergy };
  };
  const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  /** What comes within a moment, once what was under way has come. */
  const growth = async (connection) => {
    await wait(0.4);
    const before = await inbound(connection);
    await wait(0.8);
    const after = await inbound(connection);
    return { packets: after.packets - before.packets, energy: after.energy - before.energy };
  };
  const negotiate = async () => {
    await caller.setLocalDescription();
    await callee.setRemoteDescription(caller.localDescription);
    await callee.setLocalDescription();
    await caller.setRemoteDescription(callee.localDescription);
  };
  const found = {};

  const audio = new Audio();
  audio.srcObject = new MediaStream([callee.getReceivers()[0].track]);
  await audio.play();
  const playing = { time: audio.currentTime, clock: performance.now() };
  for (let count = 0; count < 4; count += 1) await new Promise((resolve) => audio.addEventListener('timeupdate', resolve, { once: true }));
  found.time = { played: audio.currentTime - playing.time, passed: (performance.now() - playing.clock) / 1000 };
  const devices = await navigator.mediaDevices.enumerateDevices();
  const another = (kind) => devices.find((device) => device.kind === kind && !['default', 'communications'].includes(device.deviceId)).deviceId;
  const [sender] = caller.getSenders();
  const former = sender.track;
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { deviceId: { exact: another('audioinput') } } });
  await sender.replaceTrack(stream.getAudioTracks()[0]);
  former.stop();
  await audio.setSinkId(another('audiooutput'));
  found.switched = await growth(callee);
  found.isSwitched = sender.track.getSettings().deviceId === another('audioinput') && audio.sinkId === another('audiooutput');

  const [transceiver] = caller.getTransceivers();
  transceiver.direction = 'inactive';
  await negotiate();
  found.held = await growth(callee);
  found.heldDirections = [transceiver.currentDirection, callee.getTransceivers()[0].currentDirection];
  transceiver.direction = 'sendrecv';
  await negotiate();
  found.unheld = await growth(callee);
  found.unheldDirections = [transceiver.currentDirection, callee.getTransceivers()[0].currentDirection];

  sender.track.enabled = false;
  found.muted = await growth(callee);
  sender.track.enabled = true;
  found.unmuted = await growth(callee);
  found.states = [caller.connectionState, callee.connectionState];
  return found;
})()
"""


MMR = """
(() => {
  const { mediaDevices } = navigator;
  const { isCallRedirectionEnabled, mmrClientVersion, mmrHostVersion, mmrExtensionVersion, activityId, connectionId } = mediaDevices;
  return { isCallRedirectionEnabled, versions: [mmrClientVersion, mmrHostVersion, mmrExtensionVersion], ids: [activityId, connectionId] };
})()
"""


def test_devices_hold_and_mute_during_a_call(tmp_path):
    async def look():
        # A tone without pauses: each moment has to be as loud as the next.
        host = HostInstallation(microphone=make_tone(tmp_path), loudspeaker=tmp_path / "page.wav")
        browser = Chromium(extension=EXTENSION, environment=host.environment)
        try:
            host.install(browser.profile)
            with OwnPages() as pages:
                async with browser:
                    await extension.allow(browser, pages.url)
                    page = await browser.open(pages.url)
                    options = await extension.open_options(browser)
                    assert await extension.toolbar_title(options, READY) == READY
                    found = await page.evaluate(DURING)
                    assert await extension.toolbar_title(options, IN_A_CALL) == IN_A_CALL
                    api = await page.evaluate(MMR)
                    await page.evaluate("hangUp(), calls[0][0].getSenders()[0].track.stop()")
                    assert await extension.toolbar_title(options, READY) == READY
                    return found, api
        finally:
            host.remove()

    found, api = run(look())
    assert api["isCallRedirectionEnabled"] is True
    assert all(version[0].isdigit() for version in api["versions"]), api
    assert all(len(each) == 36 for each in api["ids"]), api
    for name in ("switched", "unheld", "unmuted"):
        assert found[name]["packets"] > 0 and found[name]["energy"] > 1e-4, found
    assert found["held"]["packets"] == 0, found
    assert found["muted"]["energy"] < found["unmuted"]["energy"] / 100, found
    assert found["isSwitched"]
    assert abs(found["time"]["played"] - found["time"]["passed"]) < 0.1, found
    assert found["heldDirections"] == ["inactive", "inactive"]
    assert found["unheldDirections"] == ["sendrecv", "sendrecv"]
    assert found["states"] == ["connected", "connected"]


def make_tone(folder):
    # Voice-like, so that no noise suppressor takes it for noise: a buzz that swells five times a second.
    time = np.arange(2 * 48000) / 48000
    buzz = sum(np.sin(2 * np.pi * 150 * harmonic * time) / harmonic for harmonic in range(1, 15))
    soundfile.write(folder / "buzz.wav", 0.15 * buzz * (0.6 + 0.4 * np.sin(2 * np.pi * 5 * time)), 48000, subtype="PCM_16")
    return folder / "buzz.wav"
