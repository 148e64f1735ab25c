"""The first, empty document of a frame: no way leads a redirected page to the browser's own RTCPeerConnection."""

from conftest import run

from lab import extension
from lab.chromium import Chromium
from lab.host import EXTENSION, HostInstallation

WAYS = """
(() => {
  const isOurs = (child) => child.RTCPeerConnection === undefined
    || !Function.prototype.toString.call(child.RTCPeerConnection).endsWith('{ [native code] }');
  const found = {};
  const box = document.createElement('div');
  document.body.append(box);
  const add = (name, make) => {
    const before = frames.length;
    make();
    found[name] = frames.length > before && isOurs(frames[frames.length - 1]);
  };
  const frame = (members) => Object.assign(document.createElement('iframe'), members);
  add('about:blank', () => box.appendChild(frame({})));
  add('src', () => box.appendChild(frame({ src: '/?another' })));
  add('srcdoc', () => box.append(frame({ srcdoc: '<p>hello' })));
  add('javascript:', () => box.prepend(frame({ src: 'javascript:"hello"' })));
  add('insertBefore', () => document.body.insertBefore(frame({ src: '/?another' }), box));
  add('innerHTML', () => { box.insertAdjacentHTML('beforeend', '<iframe src="/?another"></iframe>'); });
  const replaced = frames.length;
  box.lastChild.replaceWith(frame({ src: '/?another' }));
  found.replaceWith = frames.length === replaced && isOurs(frames[frames.length - 1]);
  // Frames in a shadow tree are none of `frames`.
  const host = document.createElement('div');
  box.append(host);
  const shadow = host.attachShadow({ mode: 'closed' });
  shadow.innerHTML = '<iframe src="/?another"></iframe>';
  found.shadow = isOurs(shadow.firstChild.contentWindow);
  const late = frame({ src: '/?another' });
  box.append(late);
  found.contentWindow = isOurs(late.contentWindow) && isOurs(late.contentDocument.defaultView);
  const inner = late.contentDocument;
  inner.body.appendChild(Object.assign(inner.createElement('iframe'), { src: '/?another' }));
  found['a frame in a first document'] = isOurs(frames[frames.length - 1].frames[0]);
  Node.prototype.appendChild.call(inner.body, frame({ src: '/?another' }));
  found['a frame put there from outside'] = isOurs(late.contentWindow.frames[1]);
  const taken = new late.contentWindow.RTCPeerConnection();
  found['a connection taken there'] = taken instanceof RTCPeerConnection && taken.signalingState === 'stable';
  taken.close();
  return found;
})()
"""


def test_no_frame_leads_to_the_browser_s_own(serving, tmp_path, turns):
    async def look():
        host = HostInstallation(microphone=turns.near, loudspeaker=tmp_path / "page.wav")
        browser = Chromium(extension=EXTENSION, environment=host.environment)
        try:
            host.install(browser.profile)
            async with serving() as signalling, browser:
                await extension.allow(browser, signalling.page)
                page = await browser.open(signalling.page)
                return await page.evaluate(WAYS)
        finally:
            host.remove()

    found = run(look())
    assert found and all(found.values()), found
