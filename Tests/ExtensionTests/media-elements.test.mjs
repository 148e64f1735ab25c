import assert from 'node:assert/strict';
import test from 'node:test';
import { openPage, rejection, settle, snapshot, transceiver } from './support/page.mjs';

/** A page with a call, and an element for its sound. */
async function openCall() {
  const page = await openPage({
    answers: {
      setRemoteDescription: () => ({
        snapshot: snapshot({ transceivers: [transceiver(-1, { mid: '0' })] }),
        tracksAdded: [{ transceiver: -1, streams: ['s'] }],
      }),
    },
  });
  const connection = new page.window.RTCPeerConnection();
  await connection.setRemoteDescription({ type: 'offer', sdp: '' });
  const [stream] = connection.getRemoteStreams();
  return { page, connection, stream, element: new page.window.HTMLMediaElement() };
}

const last = (page) => page.sent('setPlayback').at(-1);

test('the engine plays what the element plays, as loud and as long', async () => {
  const { page, stream, element } = await openCall();
  element.srcObject = stream;
  assert.equal(element.srcObject, stream);
  await element.play();
  const sources = [{ connection: 1, transceiver: -1 }];
  await settle();
  assert.deepEqual(last(page), { playback: 2, sources, playing: true, volume: 1, muted: false, sinkId: '' });
  element.volume = 0.5;
  element.muted = true;
  element.dispatchEvent(new Event('volumechange'));
  element.pause();
  await settle();
  assert.deepEqual(last(page), { playback: 2, sources, playing: false, volume: 0.5, muted: true, sinkId: '' });
  element.srcObject = undefined;
  await settle();
  assert.equal(element.srcObject, null);
  assert.deepEqual(page.sent('closePlayback'), [{ playback: 2 }]);
});

test('a stream that gets its track later is heard then', async () => {
  const { page, stream, element } = await openCall();
  const own = new page.window.MediaStream();
  element.srcObject = own;
  await element.play();
  await settle();
  assert.deepEqual(page.sent('setPlayback'), []);
  own.addTrack(stream.getTracks()[0]);
  await settle();
  assert.equal(last(page).playing, true);
  own.removeTrack(stream.getTracks()[0]);
  await settle();
  assert.equal(page.sent('closePlayback').length, 1);
});

test('a remote track that is disabled is not heard', async () => {
  const { page, stream, element } = await openCall();
  element.srcObject = stream;
  await element.play();
  stream.getTracks()[0].enabled = false;
  await settle();
  assert.equal(page.sent('closePlayback').length, 1);
  stream.getTracks()[0].enabled = true;
  await settle();
  assert.equal(last(page).playing, true);
});

test('a page that captures may play without a gesture, as with the browser’s own microphone', async () => {
  const { page, stream, element } = await openCall();
  const refusal = new DOMException('no gesture', 'NotAllowedError');
  element.refusal = refusal;
  element.srcObject = stream;
  assert.equal(await rejection(element.play()), refusal);
  assert.equal(element.paused, true);
  await page.window.navigator.mediaDevices.getUserMedia({ audio: true });
  const log = [];
  for (const type of ['play', 'playing', 'pause']) element.addEventListener(type, () => log.push(type));
  await element.play();
  await settle();
  assert.deepEqual([element.paused, last(page).playing], [false, true]);
  element.pause();
  await settle();
  assert.deepEqual([element.paused, last(page).playing, log], [true, false, ['play', 'playing', 'pause']]);
});

test('an element with autoplay that the browser did not start is started, if the page captures', async () => {
  const { page, stream, element } = await openCall();
  await page.window.navigator.mediaDevices.getUserMedia({ audio: true });
  element.autoplay = true;
  element.srcObject = stream;
  element.dispatchEvent(new Event('canplaythrough'));
  await settle();
  assert.equal(last(page).playing, true);
});

test('sinks are the agent’s device’s for every element', async () => {
  const { page, stream, element } = await openCall();
  const devices = await page.window.navigator.mediaDevices.enumerateDevices();
  const { deviceId } = devices.at(-1);
  const ringtone = new page.window.HTMLMediaElement();
  await ringtone.setSinkId(deviceId);
  await ringtone.setSinkId('default');
  assert.equal(ringtone.sinkId, 'default');
  await element.setSinkId(deviceId);
  element.srcObject = stream;
  await element.play();
  await settle();
  assert.deepEqual([last(page).sinkId, element.sinkId], ['out', deviceId]);
  const error = await rejection(element.setSinkId('unknown'));
  assert.deepEqual([error.name, element.sinkId], ['NotFoundError', deviceId]);
});

test('an element with another source is the browser’s own', async () => {
  const { page } = await openCall();
  const element = new page.window.HTMLMediaElement();
  await element.play();
  element.srcObject = new page.window.MediaStream([new page.window.MediaStreamTrackGenerator({ kind: 'audio' })]);
  assert.throws(() => (element.srcObject = {}), { name: 'TypeError' });
  await settle();
  assert.deepEqual(page.sent('setPlayback'), []);
});

test('the time of an element goes on while redirected sound plays, and is told to whom it concerns', async () => {
  const { page, stream, element } = await openCall();
  let now = 5000;
  const timers = [];
  page.window.performance = { now: () => now };
  page.window.setTimeout = (callback) => timers.push(callback);
  element.srcObject = stream;
  assert.equal(element.currentTime, 0);
  await element.play();
  now += 1000;
  assert.equal(element.currentTime, 1);
  // Nobody listens.
  assert.equal(timers.length, 0);
  const told = [];
  element.addEventListener('timeupdate', () => told.push(element.currentTime));
  assert.equal(timers.length, 1);
  now += 250;
  timers.shift()();
  assert.deepEqual(told, [1.25]);
  element.pause();
  now += 250;
  timers.shift()();
  assert.deepEqual([told, timers.length, element.currentTime], [[1.25], 0, 1.25]);
  await element.play();
  assert.equal(timers.length, 1);
  now += 1000;
  assert.equal(element.currentTime, 2.25);
  element.srcObject = stream;
  assert.equal(element.currentTime, 0);
});
