import assert from 'node:assert/strict';
import test from 'node:test';
import { facade } from './support/extension-files.mjs';
import { makeAudio } from './support/fake-audio.mjs';
import { makeWindow } from './support/fake-window.mjs';

/** A context with a redirected microphone in it, and a machine whose time passes when it is told to. */
async function openContext() {
  const window = makeWindow();
  const { render, isRendering, ...audio } = makeAudio(window);
  Object.assign(window, audio);
  let now = 0;
  let timers = [];
  window.performance = { now: () => now };
  window.setTimeout = (callback, delay) => timers.push({ callback, at: now + delay });
  const link = { epoch: 0, mintHandle: () => 1, post() {}, request: async () => ({}), receive() {}, forget() {}, whenLost() {} };
  const realm = { window, webidl: new facade.WebIDL(window), link, tasks: { queue: queueMicrotask } };
  realm.tracks = new facade.MediaTracks(realm);
  realm.streams = new facade.MediaStreams(realm);
  realm.contexts = new facade.AudioContexts(realm);
  realm.webAudio = new facade.WebAudioPatch(realm);
  const context = new window.AudioContext();
  const told = [];
  context.addEventListener('statechange', () => told.push(context.state));
  const settle = async () => {
    for (let turn = 0; turn < 6; turn += 1) await Promise.resolve();
  };
  const pass = async (seconds) => {
    const end = now + seconds * 1000;
    while (now < end) {
      now += 10;
      render(0.01);
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { callback } of due) callback();
      await settle();
    }
  };
  const track = realm.tracks.makeLocal(1, { label: 'm', settings: {}, capabilities: {}, constraints: {} });
  const source = context.createMediaStreamSource(new window.MediaStream([track]));
  source.connect(context.createAnalyser());
  await settle();
  return { window, context, source, told, pass, settle, isRendering: (which = context) => isRendering(which), now: () => now / 1000 };
}

const near = (one, other) => assert.ok(Math.abs(one - other) < 0.02, `${one} is not near ${other}`);

test('a context of which only redirected sound is part rests, and the page sees it run', async () => {
  const { context, told, pass, isRendering, now } = await openContext();
  await pass(1.5);
  assert.equal(isRendering(), false);
  assert.equal(context.state, 'running');
  await pass(10);
  near(context.currentTime, now());
  assert.equal(Number.isInteger(Math.round(context.currentTime * 48000 * 1e6) / 1e6), true);
  near(context.getOutputTimestamp().contextTime, now() - 0.03);
  await context.resume();
  assert.equal(isRendering(), false);
  assert.deepEqual(told, []);
});

test('an oscillator is rendered, at the time that the page has named, and the context rests again when it has faded', async () => {
  const { context, told, pass, isRendering, now } = await openContext();
  await pass(5);
  assert.equal(isRendering(), false);
  const oscillator = context.createOscillator();
  const rendered = context.currentTime;
  oscillator.start(rendered + 0.5);
  assert.equal(isRendering(), true);
  // It had computed little more than a second when it went to rest.
  near(oscillator.startedAt, 1.5);
  near(context.currentTime, rendered);
  await pass(30);
  assert.equal(isRendering(), true);
  near(context.currentTime, now());
  oscillator.dispatchEvent(new Event('ended'));
  await pass(4);
  assert.equal(isRendering(), true);
  await pass(2);
  assert.equal(isRendering(), false);
  near(context.currentTime, now());
  assert.deepEqual(told, []);
});

test('a buffer source wakes as well, one that cannot be started again changes nothing', async () => {
  const { context, pass, isRendering } = await openContext();
  await pass(5);
  const player = context.createBufferSource();
  player.start();
  assert.equal(player.startedAt, 0);
  assert.equal(isRendering(), true);
  player.dispatchEvent(new Event('ended'));
  await pass(6);
  assert.equal(isRendering(), false);
  assert.throws(() => player.start(), { name: 'InvalidStateError' });
  await pass(6);
  assert.equal(isRendering(), false);
});

test('a gain that glides is computed until it is there, by times of the browser’s', async () => {
  const { context, pass, isRendering } = await openContext();
  const gain = context.createGain();
  gain.connect(context.destination);
  await pass(10);
  assert.equal(isRendering(), false);
  gain.gain.linearRampToValueAtTime(0.5, context.currentTime + 3);
  assert.equal(isRendering(), true);
  const [[, value, time]] = gain.gain.automation;
  assert.equal(value, 0.5);
  near(time, 4);
  await pass(3);
  assert.equal(isRendering(), true);
  await pass(2);
  assert.equal(isRendering(), false);
});

test('the page’s own suspend and resume are told as ever, also of a context that rests', async () => {
  const { context, told, pass, settle, isRendering } = await openContext();
  await pass(5);
  await context.suspend();
  assert.equal(context.state, 'suspended');
  await settle();
  assert.deepEqual(told, ['suspended']);
  const stopped = context.currentTime;
  near(stopped, 5);
  await pass(3);
  assert.equal(context.currentTime, stopped);
  await context.resume();
  await settle();
  assert.deepEqual(told, ['suspended', 'running']);
  await pass(0.5);
  near(context.currentTime, stopped + 0.5);
  await pass(5);
  assert.equal(isRendering(), false);
  near(context.currentTime, stopped + 5.5);
  await context.close();
  await settle();
  assert.equal(context.state, 'closed');
  assert.deepEqual(told, ['suspended', 'running', 'closed']);
  near(context.currentTime, stopped + 5.5);
});

test('a context with a program of the page’s never rests, nor one without redirected sound', async () => {
  const { window, context, pass, isRendering } = await openContext();
  await pass(5);
  context.createScriptProcessor().connect(context.destination);
  await pass(60);
  assert.equal(isRendering(), true);
  const other = new window.AudioContext();
  other.createOscillator().connect(other.destination);
  await pass(10);
  assert.equal(isRendering(other), true);
});

test('an element of the page’s in the graph is rendered while it plays', async () => {
  const { window, context, pass, isRendering } = await openContext();
  const element = Object.assign(new window.EventTarget(), { paused: true });
  context.createMediaElementSource(element).connect(context.destination);
  await pass(5);
  assert.equal(isRendering(), false);
  element.dispatchEvent(new Event('play'));
  await pass(20);
  assert.equal(isRendering(), true);
  element.dispatchEvent(new Event('pause'));
  await pass(6);
  assert.equal(isRendering(), false);
});

test('a stream of the browser’s own in the graph is always rendered', async () => {
  const { window, context, pass, isRendering } = await openContext();
  await pass(5);
  const other = new window.MediaStream([new window.MediaStreamTrackGenerator({ kind: 'audio' })]);
  context.createMediaStreamSource(other).connect(context.destination);
  await pass(20);
  assert.equal(isRendering(), true);
});

test('what is recorded is rendered, silence as well', async () => {
  const { window, context, source, pass, isRendering } = await openContext();
  source.connect(context.createMediaStreamDestination());
  await pass(5);
  assert.equal(isRendering(), false);
  new window.MediaRecorder().start();
  await pass(20);
  assert.equal(isRendering(), true);
  const later = new window.AudioContext();
  const [track] = source.mediaStream.getAudioTracks();
  later.createMediaStreamSource(new window.MediaStream([track])).connect(later.createMediaStreamDestination());
  await pass(20);
  assert.equal(isRendering(later), true);
});
