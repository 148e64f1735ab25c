// Loads a provider's bundle and the few lines that drive it. Knows nothing of Nearend.
'use strict';

const name = new URLSearchParams(location.search).get('client');
/** What happened, in order. */
const events = [];
/** @param {string} event */
const note = (event) => events.push(event);
const signalling = location.origin.replace('http', 'ws');
const remote = document.getElementById('remote');

// Twilio's SDK knows no other scheme than wss, and keeps the class that it finds when it is loaded.
window.WebSocket = class extends WebSocket {
  constructor(url, ...rest) {
    super(String(url).replace(/^wss:/, 'ws:'), ...rest);
  }
};

/** Plays what a connection receives, as most softphones do. */
function playRemote(connection) {
  const play = (stream) => {
    if (remote.srcObject === stream) return;
    remote.srcObject = stream;
    remote.play().then(() => note('remote plays'), (error) => note(`remote does not play: ${error.name}`));
  };
  for (const receiver of connection.getReceivers()) {
    if (receiver.track?.kind === 'audio') play(new MediaStream([receiver.track]));
  }
  connection.addEventListener('track', ({ track, streams }) => {
    if (track.kind === 'audio') play(streams[0] ?? new MediaStream([track]));
  });
}

const load = (source) =>
  new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = source;
    script.onload = resolve;
    script.onerror = () => reject(new Error(`no ${source}`));
    document.head.append(script);
  });

/** The client's own `phone`: start, call, answer (when it rings), dtmf, mute, hold, unhold, hangUp. */
let phone;
const ready = load(`bundle/${name}.js`).then(() => load(`${name}.js`));
