'use strict';
// A call with Janus by its own library, on top of webrtc-adapter: ?url=ws://…&plugin=echotest or audiobridge. The state is body's data-state.

const query = new URLSearchParams(location.search);
const show = (state) => {
  document.body.dataset.state = state;
};
const fail = (error) => {
  globalThis.reason = String(error?.message ?? error);
  show('failed');
};

function offer(handle, message) {
  handle.createOffer({
    tracks: [{ type: 'audio', capture: true, recv: true }],
    success: (jsep) => handle.send({ message, jsep }),
    error: fail,
  });
}

const calls = {
  echotest: (handle) => offer(handle, { audio: true, video: false }),
  audiobridge: (handle) => handle.send({ message: { request: 'join', room: 1234, display: 'agent' } }),
};

function attach(gateway) {
  const plugin = query.get('plugin');
  gateway.attach({
    plugin: `janus.plugin.${plugin}`,
    success(handle) {
      globalThis.handle = handle;
      calls[plugin](handle);
    },
    error: fail,
    onmessage(message, jsep) {
      if (message.audiobridge === 'joined' && message.id && !globalThis.isJoined) {
        globalThis.isJoined = true;
        offer(handle, { request: 'configure', muted: false });
      }
      if (message.error) fail(message.error);
      if (jsep) handle.handleRemoteJsep({ jsep, error: fail });
    },
    onremotetrack(track, _mid, isOn) {
      if (isOn) document.getElementById('remote').srcObject = new MediaStream([track]);
    },
    webrtcState: (isUp) => show(isUp ? 'connected' : 'ended'),
  });
}

show('starting');
Janus.init({
  debug: ['error'],
  dependencies: Janus.useDefaultDependencies({ adapter: globalThis.adapter }),
  callback() {
    const gateway = new Janus({ server: query.get('url'), success: () => attach(gateway), error: fail });
  },
});
