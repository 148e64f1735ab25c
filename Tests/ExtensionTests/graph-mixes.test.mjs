import assert from 'node:assert/strict';
import test from 'node:test';
import { openGraph } from './support/graph.mjs';

/** A graph with a destination and its track. */
function openMix() {
  const graph = openGraph();
  const destination = graph.context.createMediaStreamDestination();
  const [track] = destination.stream.getAudioTracks();
  const gain = (value, to = destination) => {
    const node = graph.context.createGain();
    node.gain.value = value;
    node.connect(to);
    return node;
  };
  const handle = () => graph.realm.tracks.stateOf(track).handle;
  const inputs = () => graph.mixes().at(-1).inputs;
  return { ...graph, destination, track, gain, handle, inputs };
}

test('a microphone that goes through a graph into a call is mixed by the engine, at the product of the gains', async () => {
  const { sourceOf, microphone, settle, sent, gain, handle, track } = openMix();
  const inner = gain(0.5);
  const outer = gain(0.5, inner);
  const source = sourceOf(microphone);
  source.connect(outer);
  await settle();
  assert.deepEqual(sent, [{ method: 'setMix', track: handle(), inputs: [{ input: 1, track: 1, gain: 0.25 }] }]);
  inner.gain.value = 3;
  await settle();
  assert.deepEqual(sent.at(-1), { method: 'setMix', track: handle(), inputs: [{ input: 1, track: 1, gain: 1.5 }] });
  inner.gain.value = 1000;
  await settle();
  assert.equal(sent.at(-1).inputs[0].gain, 16);
  inner.gain.value = 0;
  await settle();
  assert.equal(sent.at(-1).inputs[0].gain, 0);
  source.disconnect();
  await settle();
  assert.deepEqual(sent.at(-1), { method: 'setMix', track: handle(), inputs: [] });
  assert.equal(track.readyState, 'live');
});

test('several microphones and a far end are one mix; what is not sent and has no microphone is none', async () => {
  const { sourceOf, microphone, remote, settle, mixes, gain, inputs, track, sendOn } = openMix();
  sourceOf(remote).connect(gain(0.5));
  await settle();
  assert.deepEqual(mixes(), []);
  sendOn(track);
  assert.deepEqual(inputs(), [{ input: 1, connection: 7, transceiver: -1, gain: 0.5 }]);
  const twice = sourceOf(microphone);
  twice.connect(gain(0.5));
  twice.connect(gain(0.25));
  sourceOf(microphone.clone()).connect(gain(1));
  await settle();
  assert.deepEqual(inputs().map(({ gain: each }) => each), [0.5, 0.75, 1]);
  assert.equal(new Set(inputs().map(({ input }) => input)).size, 3);
  remote.enabled = false;
  await settle();
  assert.deepEqual(inputs().map(({ gain: each }) => each), [0.75, 1]);
});

test('an oscillator goes as an instruction, once its track is sent, and follows the page', async () => {
  const { context, settle, mixes, gain, inputs, track, sendOn, handle } = openMix();
  const tone = context.createOscillator();
  tone.connect(gain(0.2));
  tone.start();
  await settle();
  assert.deepEqual(mixes(), []);
  const { told } = sendOn(track);
  assert.deepEqual(mixes(), [{ method: 'setMix', track: handle(), inputs: [{ input: 1, tone: 'sine', frequency: 440, gain: 0.2 }] }]);
  assert.deepEqual(told, [track]);
  tone.frequency.value = 880;
  tone.detune.value = -1200;
  tone.type = 'square';
  await settle();
  assert.deepEqual(inputs(), [{ input: 1, tone: 'square', frequency: 440, gain: 0.2 }]);
  context.currentTime = 2;
  tone.stop(2.5);
  await settle();
  assert.deepEqual(inputs(), [{ input: 1, tone: 'square', frequency: 440, gain: 0.2, end: 0.5 }]);
  context.currentTime = 3;
  tone.dispatchEvent(new Event('ended'));
  gain(0.1);
  await settle();
  assert.deepEqual(inputs(), []);
});

test('beeps that are scheduled together keep their distances', async () => {
  const { context, settle, inputs, track, sendOn, destination } = openMix();
  context.currentTime = 10;
  for (const start of [10.5, 11]) {
    const beep = context.createOscillator();
    beep.connect(destination);
    beep.start(start);
    beep.stop(start + 0.25);
  }
  sendOn(track);
  await settle();
  assert.deepEqual(inputs().map(({ delay, end }) => [delay, end]), [[0.5, 0.75], [1, 1.25]]);
});

test('a decoded file goes down once, plays from its offset, and is joined where it is', async () => {
  const { context, settle, inputs, files, track, sendOn, destination, mixes } = openMix();
  const buffer = await context.decodeAudioData(2);
  const play = (...times) => {
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(destination);
    source.start(...times);
    return source;
  };
  const early = play(0, 0.5);
  sendOn(track);
  assert.deepEqual(inputs(), []);
  assert.equal(files.length, 1);
  assert.equal(files[0].sampleRate, 48000);
  assert.equal(files[0].channels[0][0], 0.5);
  await settle();
  assert.deepEqual(inputs(), [{ input: 1, sound: 'hash 1', loops: false, gain: 1, position: 0.5 }]);
  context.currentTime = 1;
  early.disconnect();
  await settle();
  early.connect(destination);
  const looping = context.createBufferSource();
  Object.assign(looping, { buffer, loop: true, loopStart: 0.5, loopEnd: 1.5 });
  looping.connect(destination);
  looping.start(0.5, 0.25, 10);
  const later = play(1.5, 0, 0.25);
  await settle();
  assert.deepEqual(inputs(), [
    { input: 2, sound: 'hash 1', loops: false, gain: 1, position: 1.5 },
    { input: 3, sound: 'hash 1', loops: true, loopStart: 0.5, loopEnd: 1.5, gain: 1, position: 0.25, end: 10 },
    { input: 4, sound: 'hash 1', loops: false, gain: 1, delay: 0.5, end: 0.75 },
  ]);
  assert.equal(files.length, 1);
  later.stop();
  looping.loop = false;
  await settle();
  assert.deepEqual(inputs().map(({ input, loops }) => [input, loops]), [[2, false], [3, false]]);
  assert.ok(mixes().length < 8);
});

test('a file that takes its time to get there is heard from its beginning, and let finish', async () => {
  const { context, settle, inputs, track, sendOn, destination, link, clock } = openMix();
  let arrive;
  link.request = () => new Promise((resolve) => (arrive = () => resolve({ sound: 'late' })));
  const source = context.createBufferSource();
  source.buffer = await context.decodeAudioData(1);
  source.connect(destination);
  source.start();
  sendOn(track);
  context.currentTime = 1.2;
  source.dispatchEvent(new Event('ended'));
  arrive();
  await settle();
  assert.deepEqual(inputs(), [{ input: 1, sound: 'late', loops: false, gain: 1 }]);
  context.currentTime = 2.3;
  clock.timers.pop()();
  await settle();
  assert.deepEqual(inputs(), []);
});

test('a file of an element goes the same way, from where the element is', async () => {
  const { window, context, settle, inputs, files, track, sendOn, destination, clock } = openMix();
  const element = Object.assign(new window.HTMLAudioElement(), { currentSrc: 'https://agent.example.com/cowbell.mp3', duration: 2 });
  context.createMediaElementSource(element).connect(destination);
  sendOn(track);
  await settle();
  assert.deepEqual(inputs(), []);
  await element.play();
  await settle();
  assert.deepEqual(files, [{ address: element.currentSrc }]);
  assert.deepEqual(inputs(), [{ input: 1, sound: 'hash 1', loops: false, gain: 1 }]);
  element.volume = 0.5;
  element.dispatchEvent(new Event('volumechange'));
  await settle();
  assert.deepEqual(inputs(), [{ input: 1, sound: 'hash 1', loops: false, gain: 0.5 }]);
  element.currentTime = 1.25;
  element.dispatchEvent(new Event('seeked'));
  await settle();
  assert.deepEqual(inputs(), [{ input: 2, sound: 'hash 1', loops: false, gain: 0.5, position: 1.25 }]);
  element.pause();
  await settle();
  assert.deepEqual(inputs(), []);
  assert.equal(clock.timers.length, 0);
});

test('what cannot be described is not sent, and counted once for each that makes it', async () => {
  const { window, context, sourceOf, microphone, settle, inputs, track, sendOn, destination, realm } = openMix();
  const script = context.createScriptProcessor();
  script.connect(destination);
  sourceOf(microphone).connect(script);
  const made = context.createBufferSource();
  made.buffer = context.createBuffer(1, 480, 48000);
  made.connect(destination);
  made.start();
  const long = context.createBufferSource();
  long.buffer = await context.decodeAudioData(61);
  long.connect(destination);
  long.start();
  const fast = context.createBufferSource();
  fast.buffer = await context.decodeAudioData(1);
  fast.playbackRate.value = 2;
  fast.connect(destination);
  fast.start();
  class Effect extends window.ScriptProcessorNode {}
  new Effect(context).connect(destination);
  const custom = context.createOscillator();
  custom.type = 'custom';
  custom.connect(destination);
  custom.start();
  await settle();
  assert.deepEqual(realm.webAudio.unsentSounds, {}, 'nothing is sent yet');
  sendOn(track);
  sendOn(new window.MediaStreamTrackGenerator({ kind: 'audio' }));
  await settle();
  script.disconnect();
  script.connect(destination);
  await settle();
  assert.deepEqual(realm.webAudio.unsentSounds, {
    AudioBufferSourceNode: 3,
    OscillatorNode: 1,
    ScriptProcessorNode: 2,
    MediaStreamTrackGenerator: 1,
  });
  // The agent is heard without what the page's program does to the voice.
  assert.deepEqual(inputs(), [{ input: 1, track: 1, gain: 1 }]);
});

test('a mix of a mix, a clone of its track, and its own enabled', async () => {
  const { context, sourceOf, microphone, settle, sent, gain, handle, track, sendOn, realm, inputs, destination } = openMix();
  // The inner one is the younger.
  const inner = context.createMediaStreamDestination();
  const [innerTrack] = inner.stream.getAudioTracks();
  const tone = context.createOscillator();
  tone.connect(gain(0.5, inner));
  tone.start();
  sourceOf(innerTrack).connect(destination);
  await settle();
  sendOn(track);
  await settle();
  assert.deepEqual(inputs(), [{ input: 1, track: realm.tracks.stateOf(innerTrack).handle, gain: 1 }]);
  sourceOf(microphone).connect(destination);
  await settle();
  assert.deepEqual(inputs().map(({ track: each }) => each), [realm.tracks.stateOf(innerTrack).handle, 1]);
  const clone = track.clone();
  clone.enabled = false;
  sendOn(clone);
  await settle();
  const state = realm.tracks.stateOf(clone);
  assert.deepEqual(sent.slice(-2), [
    { method: 'cloneTrack', track: state.handle, from: handle() },
    { method: 'setTrack', track: state.handle, enabled: false },
  ]);
  track.stop();
  assert.deepEqual(sent.at(-1), { method: 'stopTrack', track: handle() });
});

test('a context that the page suspends sends nothing of its graph, and goes on later', async () => {
  const { context, sourceOf, microphone, settle, gain, inputs, track, sendOn } = openMix();
  const tone = context.createOscillator();
  tone.connect(gain(0.5));
  tone.start();
  sourceOf(microphone).connect(gain(1));
  sendOn(track);
  await context.suspend();
  context.dispatchEvent(new Event('statechange'));
  await settle();
  assert.deepEqual(inputs(), []);
  await context.resume();
  context.dispatchEvent(new Event('statechange'));
  await settle();
  assert.equal(inputs().length, 2);
});

test('a lost engine is asked for nothing until something of it is sent again', async () => {
  const { context, sourceOf, microphone, settle, gain, mixes, sendOn, track, lose, handle, inputs } = openMix();
  sourceOf(microphone).connect(gain(1));
  const tone = context.createOscillator();
  tone.connect(gain(0.5));
  tone.start();
  const { connection } = sendOn(track);
  await settle();
  const before = { count: mixes().length, handle: handle() };
  connection.isLost = true;
  lose();
  await settle();
  assert.equal(mixes().length, before.count);
  sendOn(track);
  await settle();
  assert.notEqual(handle(), before.handle);
  assert.deepEqual(inputs().map(({ tone: each }) => each), ['sine']);
});
