import assert from 'node:assert/strict';
import test from 'node:test';
import { facade } from './support/extension-files.mjs';
import { openPage, origin, rejection, settle } from './support/page.mjs';

test('constraints of all ages say the same', () => {
  const read = facade.readAudioConstraints;
  const plain = {
    deviceId: { exact: [], ideal: [] }, groupId: { exact: [] }, echoCancellation: true, noiseSuppression: true, autoGainControl: true,
  };
  assert.deepEqual(read(true), plain);
  assert.deepEqual(read({ deviceId: 'a' }), { ...plain, deviceId: { exact: [], ideal: ['a'] } });
  assert.deepEqual(read({ deviceId: { exact: ['a', 'b'] } }), { ...plain, deviceId: { exact: ['a', 'b'], ideal: [] } });
  assert.deepEqual(read({ noiseSuppression: false, autoGainControl: { ideal: false }, echoCancellation: { exact: 'all' } }), {
    ...plain, noiseSuppression: false, autoGainControl: false,
  });
  assert.deepEqual(read({ mandatory: { googEchoCancellation: 'false', sourceId: 'a' }, optional: [{ googHighpassFilter: true }] }), {
    ...plain, echoCancellation: false, deviceId: { exact: [], ideal: ['a'] },
  });
});

test('nothing asked for, or a microphone that cannot be, is refused by name', async () => {
  const { window } = await openPage({ answers: { getUserMedia: () => Object.assign(new Error('busy'), { name: 'NotReadableError' }) } });
  const { mediaDevices } = window.navigator;
  assert.equal((await rejection(mediaDevices.getUserMedia())).name, 'TypeError');
  assert.equal((await rejection(mediaDevices.getUserMedia({ audio: true }))).name, 'NotReadableError');
  const error = await rejection(mediaDevices.getUserMedia({ audio: { deviceId: { exact: 'unknown' } } }));
  assert.deepEqual([error.name, error.constraint], ['OverconstrainedError', 'deviceId']);
});

test('sound and picture: the browser says first whether there is a camera', async () => {
  const { window, sent } = await openPage();
  const { mediaDevices } = window.navigator;
  assert.equal((await rejection(mediaDevices.getUserMedia({ audio: true, video: true }))).name, 'NotFoundError');
  assert.deepEqual(sent('getUserMedia'), []);
  mediaDevices.hasCamera = true;
  const stream = await mediaDevices.getUserMedia({ audio: true, video: true });
  assert.deepEqual(stream.getTracks().map(({ kind }) => kind), ['audio', 'video']);
});

test('devices: the default first, ids of the origin’s own, and each can be asked for', async () => {
  const { window, sent } = await openPage();
  const devices = await window.navigator.mediaDevices.enumerateDevices();
  assert.deepEqual(devices.map(({ kind, label }) => [kind, label]), [
    ['audioinput', 'Default - Headset'], ['audioinput', 'Headset'], ['audioinput', 'Desk'],
    ['audiooutput', 'Default - Headset'], ['audiooutput', 'Headset'],
  ]);
  assert.ok(devices[0] instanceof window.InputDeviceInfo && devices[3] instanceof window.MediaDeviceInfo);
  assert.deepEqual([devices[0].deviceId, devices[0].groupId === devices[1].groupId], ['default', true]);
  assert.deepEqual(Object.keys(devices[2].toJSON()), ['deviceId', 'kind', 'label', 'groupId']);
  const stream = await window.navigator.mediaDevices.getUserMedia({ audio: { deviceId: { exact: devices[2].deviceId } } });
  assert.equal(sent('getUserMedia')[0].constraints.deviceId, 'mic2');
  assert.equal(stream.getTracks()[0].getSettings().deviceId.length, 64);
  await window.navigator.mediaDevices.getUserMedia({ audio: { deviceId: { exact: 'default' } } });
  assert.equal(sent('getUserMedia')[1].constraints.deviceId, null);
});

test('before a grant a page learns only that there are devices', async () => {
  const { window } = await openPage({ local: { microphone: {} } });
  const devices = await window.navigator.mediaDevices.enumerateDevices();
  assert.deepEqual(devices.map((device) => device.toJSON()), [
    { deviceId: '', kind: 'audioinput', label: '', groupId: '' },
    { deviceId: '', kind: 'audiooutput', label: '', groupId: '' },
  ]);
});

test('devicechange tells of the agent’s devices', async () => {
  const { window, host, browser } = await openPage();
  const { mediaDevices } = window.navigator;
  await mediaDevices.enumerateDevices();
  const log = [];
  mediaDevices.addEventListener('devicechange', async () => log.push((await mediaDevices.enumerateDevices()).length));
  host.tell({ document: 0, event: 'devicesChanged', devices: [host.hello.devices[0]] });
  await settle(200);
  assert.deepEqual(log, [2]);
  assert.equal(browser.hosts.length, 1);
});

test('the microphone’s permission is the origin’s, and its changes are told', async () => {
  const { window, browser } = await openPage({ local: { microphone: {} } });
  const status = await window.navigator.permissions.query({ name: 'microphone' });
  const other = await window.navigator.permissions.query({ name: 'camera' });
  const log = [];
  status.addEventListener('change', () => log.push(status.state));
  assert.deepEqual([status.state, other.state], ['prompt', 'native']);
  await browser.command({ command: 'setMicrophone', origin, permission: 'granted' });
  await settle();
  assert.deepEqual(log, ['granted']);
});

test('the older getUserMedia calls back, and returns nothing', async () => {
  const { window } = await openPage();
  const { navigator } = window;
  assert.throws(() => navigator.getUserMedia({ audio: true }), { name: 'TypeError' });
  assert.throws(() => navigator.getUserMedia({}, () => {}, () => {}), { name: 'TypeError' });
  const stream = await new Promise((resolve, reject) => {
    assert.equal(navigator.getUserMedia({ audio: true }, resolve, reject), undefined);
  });
  assert.equal(stream.getAudioTracks().length, 1);
});
