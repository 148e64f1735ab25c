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

/** What the page's level meters showed, 20 times a second, 0…1. */
const levels = { local: [], remote: [] };

/** A level meter of a stream, as most softphones draw one. */
function meter(context, stream, direction) {
  const analyser = context.createAnalyser();
  const samples = new Uint8Array(analyser.fftSize);
  context.createMediaStreamSource(stream).connect(analyser);
  setInterval(() => {
    analyser.getByteTimeDomainData(samples);
    levels[direction].push(Math.sqrt(samples.reduce((sum, sample) => sum + ((sample - 128) / 128) ** 2, 0) / samples.length));
  }, 50);
}

/** Meters of what the call sends and receives. A client that has its own brings `phone.startMeters`. */
async function startMeters() {
  if (phone.startMeters) return phone.startMeters();
  const context = new AudioContext();
  await context.resume();
  const audio = (ends) => new MediaStream(ends.map(({ track }) => track).filter((track) => track?.kind === 'audio'));
  meter(context, audio(phone.connection.getSenders()), 'local');
  meter(context, audio(phone.connection.getReceivers()), 'remote');
}

/** The name of an error, or what a callback gave in its place; nothing if there was none. */
const outcome = (promise) => Promise.resolve(promise).then(() => 'changed', (error) => error?.name ?? String(error));

/** Another device of a kind than the one in use: the last, by its own id. */
async function anotherDevice(kind) {
  const devices = (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === kind && device.deviceId !== 'default');
  return devices.at(-1);
}

/** Changes microphone and loudspeaker during the call. A client that can do so itself brings `phone.setMicrophone`, `phone.setLoudspeaker`. */
async function changeDevices() {
  const microphone = (await anotherDevice('audioinput')).deviceId;
  const loudspeaker = (await anotherDevice('audiooutput')).deviceId;
  return {
    microphone: await outcome(phone.setMicrophone ? phone.setMicrophone(microphone) : replaceMicrophone(microphone)),
    loudspeaker: await outcome(phone.setLoudspeaker ? phone.setLoudspeaker(loudspeaker) : remote.setSinkId(loudspeaker)),
  };
}

async function replaceMicrophone(deviceId) {
  const sender = phone.connection.getSenders().find(({ track }) => track?.kind === 'audio');
  const former = sender.track;
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { deviceId: { exact: deviceId } } });
  await sender.replaceTrack(stream.getAudioTracks()[0]);
  former.stop();
}

const load = (source) =>
  new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = source;
    script.onload = resolve;
    script.onerror = () => reject(new Error(`no ${source}`));
    document.head.append(script);
  });

/** What else a bundle needs, before it. */
const NEEDS = { verto: ['jquery-2.1.1.min.js', 'jquery.json-2.4.min.js', 'jquery.cookie.js'] };

/** The client's own `phone`: start, call, answer (when it rings), dtmf, mute, hold, unhold, hangUp, and its `connection`. */
let phone;
const ready = [...(NEEDS[name] ?? []), `${name}.js`]
  .reduce((before, file) => before.then(() => load(`bundle/${file}`)), Promise.resolve())
  .then(() => load(`${name}.js`));
