// Calls that outlive their document: who may take them back, and what that one finds.

import assert from 'node:assert/strict';
import test from 'node:test';
import { openPage, origin, rejection, settle, snapshot, transceiver, transport } from './support/page.mjs';

const token = 'a'.repeat(64);
const other = 'b'.repeat(64);
const unknown = () => Object.assign(new Error('No such call is kept.'), { name: 'NotFoundError', code: 1109 });

const microphone = { label: 'Headset', deviceId: 'mic', groupId: 'g', settings: { sampleRate: 48000, echoCancellation: true } };
const live = snapshot({
  signalingState: 'stable',
  iceGatheringState: 'complete',
  iceConnectionState: 'connected',
  connectionState: 'connected',
  currentLocalDescription: { type: 'offer', sdp: 'v=0\r\n' },
  currentRemoteDescription: { type: 'answer', sdp: 'v=0\r\n' },
  transceivers: [
    transceiver(5, {
      mid: '0',
      currentDirection: 'sendrecv',
      sender: { canInsertDTMF: true },
      transport: transport({ dtlsState: 'connected', iceState: 'connected', iceGatheringState: 'complete' }),
    }),
  ],
});
const call = {
  connections: [
    {
      connection: 4,
      configuration: { iceServers: [{ urls: ['stun:stun.example'] }] },
      snapshot: live,
      transceivers: [
        { transceiver: 5, track: 3, streams: ['local'], isActive: true, maxBitrate: 32000, receiverStreams: ['far'], receiverMuted: false },
      ],
      channels: [{ channel: 6, described: { label: 'chat', protocol: '', ordered: true, id: 1 } }],
    },
  ],
  tracks: [
    { track: 3, trackId: 'mic-1', enabled: false, muted: false, microphone },
    { track: 7, enabled: true, muted: false, microphone },
  ],
};

const greeting = (place) => ({
  type: 'hello',
  protocol: 1,
  host: '0.1.0',
  engine: { version: '0.1.0', place },
  capabilities: [],
  devices: [{ deviceId: 'mic', kind: 'audioinput', label: 'Headset', groupId: 'g', isDefault: true }],
});

/** A page in a call that is to be kept; `seconds` is what the device grants. */
async function calling({ place = 'in-process', seconds = 30, tokens = [token], reclaim = () => call, ...options } = {}) {
  const given = [...tokens];
  const page = await openPage({
    answers: {
      hello: () => greeting(place),
      keepDocument: (params) => (params.seconds > 0 ? { token: given.shift(), seconds } : { seconds: 0 }),
      reclaim,
      ...options.answers,
    },
    ...options,
  });
  return page;
}

async function keep(page, document = page, number = 1) {
  const { window } = document;
  const connection = new window.RTCPeerConnection();
  await settle();
  const handle = page.host.requests.filter(({ method, document: its }) => method === 'createPeerConnection' && its === number).at(-1).params.connection;
  page.host.tell({ document: number, event: 'stateChanged', connection: handle, snapshot: live });
  await settle();
  const granted = await window.navigator.mediaDevices.nearend.keep(60);
  await settle();
  return { connection, granted };
}

test('a page learns for how long its calls are kept, and nothing of the token', async () => {
  const page = await calling();
  const { granted } = await keep(page);
  assert.equal(granted, 30);
  assert.deepEqual(page.sent('keepDocument'), [{ seconds: 60 }]);
  assert.deepEqual(page.browser.session.values.keptCalls.map((entry) => [entry.token, entry.origin]), [[token, origin]]);
  assert.equal(page.browser.local.values.keptCalls, undefined, 'what ends with the browser is not written to its disk');
});

test('no page asks for what only the worker may: there is a secret in the answers', async () => {
  const page = await calling();
  const document = page.browser.openDocument();
  await document.window.navigator.mediaDevices.enumerateDevices();
  const answers = [];
  for (const method of ['keepDocument', 'endKept', 'openDocument', 'closeDocument', 'status', 'collectLog']) {
    document.port.onMessage.addListener((message) => message.id === method && answers.push(message.error?.name));
    document.port.postMessage({ id: method, method, params: { seconds: 9, token } });
  }
  await settle();
  assert.deepEqual(answers, Array(6).fill('NotAllowedError'));
  assert.deepEqual(page.host.methods().filter((method) => ['keepDocument', 'endKept'].includes(method)), []);
});

test('a page that is loaded again finds its call as it is', async () => {
  const page = await calling();
  await keep(page);
  page.leave();
  const { window } = page.browser.openDocument();
  const { nearend } = window.navigator.mediaDevices;
  const events = [];
  const [connection] = await nearend.reclaim();
  connection.ondatachannel = ({ channel }) => events.push(`${channel.label} ${channel.readyState}`);
  assert.ok(connection instanceof window.RTCPeerConnection);
  assert.deepEqual(
    [connection.signalingState, connection.iceGatheringState, connection.iceConnectionState, connection.connectionState],
    ['stable', 'complete', 'connected', 'connected']);
  assert.deepEqual([connection.localDescription.type, connection.remoteDescription.type], ['offer', 'answer']);
  assert.deepEqual(connection.getConfiguration().iceServers[0].urls, ['stun:stun.example']);
  const [{ mid, currentDirection, sender, receiver }] = connection.getTransceivers();
  assert.deepEqual([mid, currentDirection], ['0', 'sendrecv']);
  assert.deepEqual([sender.track.id, sender.track.enabled, sender.track.label, sender.track.readyState], ['mic-1', false, 'Headset', 'live']);
  assert.equal(sender.getParameters().encodings[0].maxBitrate, 32000);
  assert.deepEqual([receiver.track.muted, receiver.track.readyState], [false, 'live']);
  assert.deepEqual(connection.getLocalStreams().map(({ id }) => id), ['local']);
  assert.deepEqual(connection.getLocalStreams()[0].getTracks(), [sender.track]);
  assert.deepEqual(connection.getRemoteStreams().map(({ id }) => id), ['far']);
  assert.deepEqual(connection.getRemoteStreams()[0].getTracks(), [receiver.track]);
  await settle();
  assert.deepEqual(events, ['chat open']);
  // A track that no connection sends has nobody any more.
  assert.deepEqual(page.sent('stopTrack'), [{ track: 7 }]);
  // It is the page's own from now on.
  sender.track.enabled = true;
  connection.close();
  await settle();
  assert.deepEqual(page.sent('setTrack'), [{ track: 3, enabled: true }]);
  assert.deepEqual(page.sent('closePeerConnection'), [{ connection: 4 }]);
});

test('events of a call that was taken back reach the page', async () => {
  const page = await calling();
  await keep(page);
  page.leave();
  const { window } = page.browser.openDocument();
  const [connection] = await window.navigator.mediaDevices.nearend.reclaim();
  const heard = [];
  connection.onconnectionstatechange = () => heard.push(connection.connectionState);
  connection.getSenders()[0].track.addEventListener('ended', () => heard.push('ended'));
  page.host.tell({ document: 2, event: 'stateChanged', connection: 4, snapshot: { ...live, connectionState: 'disconnected' } });
  page.host.tell({ document: 2, event: 'trackEnded', track: 3, reason: 'unplugged' });
  await settle();
  assert.deepEqual(heard, ['disconnected', 'ended']);
});

test('a token counts once, and where nothing is kept nothing is asked for', async () => {
  const page = await calling();
  await keep(page);
  page.leave();
  const { window } = page.browser.openDocument();
  const { nearend } = window.navigator.mediaDevices;
  assert.equal((await nearend.reclaim()).length, 1);
  assert.deepEqual(await nearend.reclaim(), []);
  assert.deepEqual(page.sent('reclaim'), [{ token }]);
  assert.deepEqual(page.browser.session.values.keptCalls, []);
});

test('another origin gets nothing, and what is kept stays for its own', async () => {
  const evil = 'https://evil.example';
  const page = await calling({ local: { sites: [origin, evil], microphone: { [origin]: 'granted', [evil]: 'granted' } } });
  await keep(page);
  page.leave();
  const stranger = page.browser.openDocument({ documentOrigin: evil });
  assert.deepEqual(await stranger.window.navigator.mediaDevices.nearend.reclaim(), []);
  assert.deepEqual(page.sent('reclaim'), [], 'the engine is not even asked');
  const own = page.browser.openDocument();
  assert.equal((await own.window.navigator.mediaDevices.nearend.reclaim()).length, 1);
});

test('a call whose page is still there is nobody else’s', async () => {
  const page = await calling();
  const { connection } = await keep(page);
  page.browser.tabs.push({ id: 8, url: `${origin}/phone` });
  const second = page.browser.openDocument({ tab: page.browser.tabs[1] });
  assert.deepEqual(await second.window.navigator.mediaDevices.nearend.reclaim(), []);
  assert.equal(connection.connectionState, 'connected');
});

test('a frame’s new document is believed before the end of the old one is heard of', async () => {
  const page = await calling();
  await keep(page);
  const { window } = page.browser.openDocument();
  assert.equal((await window.navigator.mediaDevices.nearend.reclaim()).length, 1);
  assert.deepEqual(page.host.methods(1).slice(-1), ['closeDocument']);
});

test('of two calls, that of the own tab and address comes first; one that is over is passed by', async () => {
  const page = await calling({
    tokens: [token, other],
    reclaim: (params) => (params.token === token ? unknown() : call),
  });
  await keep(page);
  page.leave();
  page.browser.tabs.push({ id: 8, url: `${origin}/phone` });
  const second = page.browser.openDocument({ tab: page.browser.tabs[1] });
  await keep(page, second, 2);
  second.leave();
  await settle();
  const { window } = page.browser.openDocument();
  assert.equal((await window.navigator.mediaDevices.nearend.reclaim()).length, 1);
  assert.deepEqual(page.sent('reclaim'), [{ token }, { token: other }]);
});

test('what the engine refuses for another reason the page hears, and may try again', async () => {
  let isBusy = true;
  const page = await calling({ reclaim: () => (isBusy ? Object.assign(new Error('First.'), { name: 'InvalidStateError', code: 2101 }) : call) });
  await keep(page);
  page.leave();
  const { window } = page.browser.openDocument();
  const { nearend } = window.navigator.mediaDevices;
  assert.equal((await rejection(nearend.reclaim())).name, 'InvalidStateError');
  isBusy = false;
  assert.equal((await nearend.reclaim()).length, 1);
});

test('who closes the tab hangs up', async () => {
  for (const order of ['the tab first', 'the document first']) {
    const page = await calling();
    await keep(page);
    const remove = () => page.browser.chrome.tabs.onRemoved.fire(7, {});
    if (order === 'the tab first') {
      remove();
      page.leave();
    } else {
      page.leave();
      await settle();
      remove();
    }
    await settle();
    const ending = order === 'the tab first' ? page.sent('keepDocument').at(-1) : page.sent('endKept')[0];
    assert.deepEqual(ending, order === 'the tab first' ? { seconds: 0 } : { token });
    assert.deepEqual(page.browser.session.values.keptCalls, [], order);
  }
});

test('a document without a call leaves nothing to be kept', async () => {
  const page = await calling();
  const { connection } = await keep(page);
  connection.close();
  await settle();
  page.leave();
  await settle();
  assert.deepEqual(page.sent('keepDocument'), [{ seconds: 60 }, { seconds: 0 }]);
  assert.deepEqual(page.browser.session.values.keptCalls, []);
});

test('while a call is kept the host stays and its tab is in a call; when the time is over, neither', async () => {
  const page = await calling({ seconds: 50 });
  await keep(page);
  page.leave();
  await settle();
  const inCall = 'Nearend: in a call, or the microphone is open';
  assert.equal(await page.browser.shownTitle(7), inCall);
  await page.browser.clock.advance(49_000);
  assert.deepEqual([page.host.isOver, await page.browser.shownTitle(7)], [false, inCall]);
  await page.browser.clock.advance(32_000);
  assert.equal(page.host.isOver, true);
  assert.notEqual(await page.browser.shownTitle(7), inCall);
});

test('an engine on the device is asked by the browser that comes after one that crashed', async () => {
  const first = await calling({ place: 'device' });
  await keep(first);
  assert.equal(first.browser.session.values.keptCalls, undefined);
  const { keptCalls } = first.browser.local.values;
  assert.deepEqual(keptCalls.map((entry) => [entry.token, entry.gone]), [[token, null]]);
  // The other browser has the profile's disk, and nothing else.
  const second = await calling({ place: 'device', local: { keptCalls } });
  const [connection] = await second.window.navigator.mediaDevices.nearend.reclaim();
  assert.equal(connection.connectionState, 'connected');
  assert.deepEqual(second.browser.local.values.keptCalls, []);
});

test('a microphone that was taken back meanwhile closes when its call is reclaimed', async () => {
  const page = await calling();
  await keep(page);
  page.leave();
  await settle();
  await page.browser.local.set({ microphone: { [origin]: 'denied' } });
  await settle();
  const { window } = page.browser.openDocument();
  const [connection] = await window.navigator.mediaDevices.nearend.reclaim();
  await settle();
  assert.equal(connection.getSenders()[0].track.readyState, 'ended');
  assert.ok(page.sent('stopTrack').some(({ track }) => track === 3));
});

test('a page that asks for no time gets a TypeError', async () => {
  const { window } = await calling();
  for (const wrong of [undefined, -1, 'soon', NaN]) {
    const error = await rejection(window.navigator.mediaDevices.nearend.keep(wrong));
    assert.equal(error.name, 'TypeError');
  }
});
