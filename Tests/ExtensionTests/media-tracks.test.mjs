import assert from 'node:assert/strict';
import test from 'node:test';
import { openPage, settle } from './support/page.mjs';

const microphone = async ({ window }, audio = true) => {
  const stream = await window.navigator.mediaDevices.getUserMedia({ audio });
  return { stream, track: stream.getAudioTracks()[0] };
};

test('a microphone’s track is a genuine one, of the class that pages know', async () => {
  const page = await openPage();
  const { track, stream } = await microphone(page);
  assert.ok(page.window.MediaStreamTrack.isGenuine(track));
  assert.equal(Object.getPrototypeOf(track), page.window.MediaStreamTrack.prototype);
  assert.ok(stream instanceof page.window.MediaStream);
  assert.deepEqual([track.label, track.kind, track.readyState, track.muted, track.enabled], ['Headset', 'audio', 'live', false, true]);
  const { deviceId, groupId, latency, sampleRate } = track.getSettings();
  assert.deepEqual([deviceId, groupId.length, latency, sampleRate], ['default', 64, 0.01, 48000]);
});

test('tracks of the browser’s own keep their own ways', async () => {
  const { window } = await openPage();
  const track = new window.MediaStreamTrackGenerator({ kind: 'audio' });
  assert.deepEqual([track.label, track.muted, track.readyState], ['native', false, 'live']);
  track.stop();
  assert.equal(track.readyState, 'ended');
});

test('members of the prototype keep their names, lengths and places', async () => {
  const { window } = await openPage();
  const enabled = Object.getOwnPropertyDescriptor(window.MediaStreamTrack.prototype, 'enabled');
  assert.deepEqual([enabled.get.name, enabled.set.name, enabled.configurable], ['get enabled', 'set enabled', true]);
  assert.equal(window.MediaStreamTrack.prototype.stop.name, 'stop');
  assert.equal(window.MediaDevices.prototype.getUserMedia.name, 'getUserMedia');
  assert.equal(window.Navigator.prototype.webkitGetUserMedia.length, 3);
});

test('enabled is told to the engine, once per change', async () => {
  const page = await openPage();
  const { track } = await microphone(page);
  track.enabled = false;
  track.enabled = false;
  track.enabled = true;
  await settle();
  assert.deepEqual(page.sent('setTrack'), [{ track: 1, enabled: false }, { track: 1, enabled: true }]);
});

test('stop ends the track without an event and closes the microphone', async () => {
  const page = await openPage();
  const { track } = await microphone(page);
  const log = [];
  track.onended = () => log.push('ended');
  track.addEventListener('ended', () => log.push('ended'));
  track.stop();
  track.stop();
  await settle();
  assert.equal(track.readyState, 'ended');
  assert.deepEqual(log, []);
  assert.deepEqual(page.sent('stopTrack'), [{ track: 1 }]);
});

test('a microphone that goes ends its track with an event', async () => {
  const page = await openPage();
  const { track } = await microphone(page);
  const log = [];
  for (const type of ['mute', 'unmute', 'ended']) track.addEventListener(type, () => log.push(`${type} ${track.muted} ${track.readyState}`));
  page.host.tell({ document: 1, event: 'trackMuted', track: 1, muted: true });
  page.host.tell({ document: 1, event: 'trackMuted', track: 1, muted: false });
  page.host.tell({ document: 1, event: 'trackEnded', track: 1, reason: 'unplugged' });
  await settle();
  assert.deepEqual(log, ['mute true live', 'unmute false live', 'ended false ended']);
});

test('a clone has an id of its own, the same source, and its own enabled', async () => {
  const page = await openPage();
  const { track, stream } = await microphone(page);
  track.enabled = false;
  const copy = track.clone();
  copy.enabled = true;
  const [ofStream] = stream.clone().getTracks();
  await settle();
  assert.notEqual(copy.id, track.id);
  assert.deepEqual([copy.label, track.enabled, copy.enabled, ofStream.label], ['Headset', false, true, 'Headset']);
  assert.deepEqual(page.sent('cloneTrack'), [{ track: 2, from: 1 }, { track: 3, from: 1 }]);
  copy.stop();
  assert.deepEqual([track.readyState, copy.readyState], ['live', 'ended']);
  assert.equal(copy.clone().readyState, 'ended');
});

test('a track can be sent on by a copy of its settings only: what the page gets is its own', async () => {
  const page = await openPage();
  const { track } = await microphone(page, { echoCancellation: { exact: false } });
  track.getSettings().echoCancellation = 'changed';
  assert.deepEqual([track.getSettings().echoCancellation, track.getConstraints()], [false, { echoCancellation: { exact: false } }]);
  await track.applyConstraints({ noiseSuppression: true });
  assert.deepEqual(track.getConstraints(), { noiseSuppression: true });
});
