"""The two sides of a call through the cables: a softphone page whose browser, or whose host, uses one microphone and one loudspeaker."""

from lab import extension
from lab.chromium import Chromium
from lab.host import EXTENSION, HostInstallation
from lab.softphone import Softphone

_DEVICES = """
(() => {
  const media = navigator.mediaDevices, open = media.getUserMedia.bind(media), play = HTMLMediaElement.prototype.play;
  // A browser that has just started may not know its devices yet.
  const soon = async (attempt) => {
    for (let left = 50; ; left--) {
      try {
        return await attempt();
      } catch (error) {
        if (left === 0) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  };
  const find = (kind, label) => soon(async () => (await media.enumerateDevices()).find((device) => device.kind === kind && device.label === label).deviceId);
  media.getUserMedia = async ({ audio }) => {
    // Labels are told to whoever has had a microphone.
    for (const track of (await soon(() => open({ audio: true }))).getTracks()) track.stop();
    return open({ audio: { ...audio, deviceId: { exact: await find('audioinput', 'microphone-SIDE') } } });
  };
  HTMLMediaElement.prototype.play = async function () {
    await this.setSinkId(await find('audiooutput', 'ear-SIDE'));
    return play.call(this);
  };
})()
"""


class NativeSide:
    """Chromium's own WebRTC. `parameters` are the page's."""

    def __init__(self, cables, side, signalling, room, role, parameters):
        self._side = side
        self._open = dict(room=room, auto=role, **parameters)
        self._signalling = signalling
        self._browser = Chromium(environment=cables.environment, arguments=["--use-fake-ui-for-media-stream"])

    async def __aenter__(self):
        await self._browser.__aenter__()
        url = Softphone.address(self._signalling, **self._open)
        self.softphone = Softphone(await self._browser.open(url, before=_DEVICES.replace("SIDE", self._side)))
        await self.softphone.reaches("calling", "waiting", "connecting", "connected")
        return self

    async def __aexit__(self, *_):
        await self._browser.stop()


class RedirectedSide:
    """The same page with the extension: nearend-host has the devices."""

    def __init__(self, cables, side, signalling, room, role, parameters):
        self._open = dict(room=room, auto=role, **parameters)
        self._signalling = signalling
        self.host = HostInstallation(devices={"alsa": {"capture": f"pulse:microphone-{side}", "playback": f"pulse:ear-{side}"}})
        self._browser = Chromium(extension=EXTENSION, environment=cables.environment | self.host.environment)

    async def __aenter__(self):
        self.host.install(self._browser.profile)
        await self._browser.__aenter__()
        await extension.allow(self._browser, self._signalling.page)
        self.softphone = Softphone(await self._browser.open(Softphone.address(self._signalling, **self._open)))
        await self.softphone.reaches("calling", "waiting", "connecting", "connected")
        return self

    async def __aexit__(self, *_):
        await self._browser.stop()
        self.host.remove()
