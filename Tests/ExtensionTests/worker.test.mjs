// What the worker decides: which documents are redirected, who may listen, and what happens when the host comes and goes.

import assert from 'node:assert/strict';
import test from 'node:test';
import { openPage, origin, rejection, settle } from './support/page.mjs';
import { FakeBrowser } from './support/fake-browser.mjs';
import { AnsweringHost } from './support/scripted-host.mjs';

const local = { sites: [origin], microphone: { [origin]: 'granted' } };
const makeHost = (port) => new AnsweringHost(port);

// MARK: registration

test('with a host, the scripts are registered for the sites on the list, relay first', async () => {
  const browser = new FakeBrowser({ makeHost, local, managed: { Sites: ['https://*.example.org', 'nonsense'] } });
  await browser.start();
  assert.deepEqual(browser.registered.map(({ id, world, matches }) => [id, world, matches]), [
    ['nearend-1-relay', 'ISOLATED', ['https://*.example.org:443/*', 'https://agent.example.com:443/*']],
    ['nearend-2-facade', 'MAIN', ['https://*.example.org:443/*', 'https://agent.example.com:443/*']],
  ]);
  for (const { runAt, allFrames, matchOriginAsFallback } of browser.registered) {
    assert.deepEqual([runAt, allFrames, matchOriginAsFallback], ['document_start', true, true]);
  }
  assert.equal(await browser.shownTitle(7), 'Nearend: calls of this site run on your device');
});

test('the icon is painted after a call has begun, once for all that changed, and anew after a navigation', async () => {
  const { window, browser } = await openPage({ local: { microphone: { [origin]: 'granted' } } });
  await browser.clock.advance(1_000);
  const before = browser.iconsPainted.length;
  await window.navigator.mediaDevices.getUserMedia({ audio: true });
  await settle();
  assert.equal(browser.iconsPainted.length, before);
  await browser.clock.advance(1_000);
  assert.deepEqual(browser.iconsPainted.slice(before), ['call']);
  await Promise.all(browser.chrome.tabs.onUpdated.fire(7, { status: 'loading' }, browser.tabs[0]));
  await settle();
  await browser.clock.advance(1_000);
  assert.deepEqual(browser.iconsPainted.slice(before), ['call', 'call']);
});

test('without a host nothing is registered; once there is one, a page of the site finds it', async () => {
  const browser = new FakeBrowser({ makeHost: null, local });
  await browser.start();
  assert.deepEqual(browser.registered, []);
  browser.makeHost = makeHost;
  await browser.clock.advance(6_000);
  await Promise.all(browser.chrome.tabs.onUpdated.fire(7, { status: 'loading' }, browser.tabs[0]));
  await settle();
  assert.equal(browser.registered.length, 2);
});

test('without sites no host is started', async () => {
  const browser = new FakeBrowser({ makeHost, local: {} });
  await browser.start();
  assert.equal(browser.hosts.length, 0);
});

test('a site that is added or taken off counts at once, and ends the calls of the page', async () => {
  const page = await openPage();
  const connection = new page.window.RTCPeerConnection();
  await settle();
  await page.browser.local.set({ sites: ['https://other.example'] });
  await settle(200);
  assert.deepEqual(page.browser.registered[0].matches, ['https://other.example:443/*']);
  assert.equal(connection.connectionState, 'failed');
});

test('a frame of no origin keeps the browser’s own', async () => {
  const { browser } = await openPage();
  assert.equal(browser.openDocument({ documentOrigin: 'null' }).isNative, true);
});

test('a document of a site that is not on the list gets nothing from the worker, however it asks', async () => {
  const { browser } = await openPage();
  const { window } = browser.openDocument({ documentOrigin: 'https://evil.example' });
  const error = await rejection(new window.RTCPeerConnection().createOffer());
  assert.match(error.message, /is not a site that Nearend may act on/);
  assert.equal((await rejection(window.navigator.mediaDevices.getUserMedia({ audio: true }))).name, 'NotReadableError');
  assert.deepEqual(browser.hosts[0].requests, []);
});

// MARK: policies

test('a site that must be redirected is so without a host, and its page hears why nothing works', async () => {
  const browser = new FakeBrowser({ makeHost: null, local, managed: { RequiredSites: [origin] } });
  await browser.start();
  assert.deepEqual(browser.registered.map(({ matches }) => matches), Array(2).fill(['https://agent.example.com:443/*']));
  assert.equal(await browser.shownTitle(7), 'Nearend: something is wrong. Click for more.');
  const { window } = browser.openDocument();
  const error = await rejection(window.navigator.mediaDevices.getUserMedia({ audio: true }));
  assert.deepEqual([error.name, error.message], ['NotReadableError', 'The Nearend host is not installed on this computer.']);
  const connection = new window.RTCPeerConnection();
  await settle();
  assert.equal(connection.connectionState, 'failed');
  const { situation, problem } = await browser.panel(7);
  assert.deepEqual([situation, problem], ['required', 'The Nearend host is not installed on this computer.']);
});

test('a site that an administrator excludes is redirected by no list', async () => {
  const browser = new FakeBrowser({ makeHost, local, managed: { Sites: [origin], RequiredSites: [origin], ExcludedSites: ['https://*.example.com'] } });
  await browser.start();
  assert.deepEqual(browser.registered.map(({ excludeMatches }) => excludeMatches), Array(2).fill(['https://*.example.com:443/*']));
  assert.equal(await browser.shownTitle(7), 'Nearend does not act on this site');
  const { window } = browser.openDocument();
  const error = await rejection(window.navigator.mediaDevices.getUserMedia({ audio: true }));
  assert.match(error.message, /is not a site that Nearend may act on/);
});

test('Microsoft’s policies count beside ours', async () => {
  const managed = { Sites: ['https://a.example'], AllowedCallRedirectionSites: 'b.example;c.example/phone;a.example/x', HideAdvancedSettings: 1 };
  const browser = new FakeBrowser({ makeHost: (port) => new AnsweringHost(port, { status: () => ({ documents: [] }) }), managed });
  await browser.start();
  assert.deepEqual(browser.registered.map(({ matches, matchOriginAsFallback }) => [matches, matchOriginAsFallback]), [
    ...Array(2).fill([['https://a.example:443/*', 'https://b.example:443/*'], true]),
    // The browser refuses a folder together with the fallback.
    ...Array(2).fill([['https://c.example:443/phone', 'https://c.example:443/phone/*', 'https://c.example:443/phone?*'], undefined]),
  ]);
  const { hidesAdvanced } = await browser.panel(7);
  assert.equal(hidesAdvanced, true);
});

// MARK: the host comes and goes

test('a host that nobody uses is let go, and started again by the next page that needs it', async () => {
  const { browser, window } = await openPage();
  await browser.clock.advance(30_000);
  assert.equal(browser.hosts[0].isOver, true);
  assert.equal(browser.registered.length, 2);
  await window.navigator.mediaDevices.getUserMedia({ audio: true });
  assert.equal(browser.hosts.length, 2);
  await browser.clock.advance(60_000);
  assert.equal(browser.hosts[1].isOver, false);
});

test('a host lost in a call: promises are rejected, connections fail, tracks end, later documents are native', async () => {
  const microphone = { label: 'Headset', deviceId: 'mic', groupId: 'g', settings: {} };
  const getUserMedia = ({ track }) => (track === 1 ? microphone : undefined);
  const page = await openPage({ answers: { createOffer: () => undefined, getStats: () => undefined, getUserMedia } });
  const { window, browser } = page;
  const stream = await window.navigator.mediaDevices.getUserMedia({ audio: true });
  const [track] = stream.getTracks();
  const connection = new window.RTCPeerConnection();
  connection.addTrack(track, stream);
  const { track: remote } = connection.getReceivers()[0];
  const log = [];
  for (const each of [track, remote]) each.addEventListener('ended', () => log.push(`${each === track ? 'local' : 'remote'} ended`));
  for (const type of ['iceconnectionstatechange', 'connectionstatechange']) {
    connection.addEventListener(type, () => log.push(`${type} ${connection.connectionState}`));
  }
  const pending = [connection.createOffer(), connection.getStats(), window.navigator.mediaDevices.getUserMedia({ audio: true })].map(rejection);
  await settle();
  browser.makeHost = null;
  page.host.die();
  assert.deepEqual((await Promise.all(pending)).map(({ name }) => name), ['OperationError', 'OperationError', 'NotReadableError']);
  await settle();
  assert.deepEqual(log, ['local ended', 'iceconnectionstatechange failed', 'connectionstatechange failed', 'remote ended']);
  assert.deepEqual(browser.registered, []);
  assert.equal((await rejection(connection.createAnswer())).name, 'OperationError');
  assert.equal(await browser.shownTitle(7), 'Nearend: something is wrong. Click for more.');
});

test('after a loss the next call of the same page starts a new host under a new number', async () => {
  const page = await openPage();
  const { window, browser } = page;
  const old = new window.RTCPeerConnection();
  await settle();
  browser.hosts[0].die();
  await settle();
  const stream = await window.navigator.mediaDevices.getUserMedia({ audio: true });
  const connection = new window.RTCPeerConnection();
  connection.addTrack(stream.getTracks()[0], stream);
  old.close();
  await settle();
  assert.equal(browser.hosts.length, 2);
  assert.deepEqual(browser.hosts[1].methods(2), ['openDocument', 'getUserMedia', 'createPeerConnection', 'addTransceiver']);
  assert.deepEqual([stream.getTracks()[0].readyState, connection.connectionState, browser.registered.length], ['live', 'new', 2]);
});

test('after a loss the worker looks for a new host, less and less often', async () => {
  const { browser, window } = await openPage();
  new window.RTCPeerConnection();
  await settle();
  browser.makeHost = null;
  browser.hosts[0].die();
  await settle();
  assert.deepEqual(browser.registered, []);
  browser.makeHost = makeHost;
  await browser.clock.advance(1_000);
  assert.equal(browser.registered.length, 2);
});

test('a page that is left ends its document at the host', async () => {
  const page = await openPage();
  const connection = new page.window.RTCPeerConnection();
  await settle();
  page.leave();
  await settle();
  assert.deepEqual(page.host.methods(), ['openDocument', 'createPeerConnection', 'closeDocument']);
  // Kept for the way back, it finds its call failed, not hanging.
  assert.equal(connection.connectionState, 'failed');
});

test('documents are numbered, and each hears its own', async () => {
  const page = await openPage();
  const other = page.browser.openDocument();
  const connections = [page, other].map(({ window }) => new window.RTCPeerConnection());
  await settle();
  page.host.tell({
    document: 2, event: 'stateChanged', connection: 1,
    snapshot: { signalingState: 'stable', iceGatheringState: 'new', iceConnectionState: 'failed', connectionState: 'failed', transceivers: [] },
  });
  await settle();
  assert.deepEqual(connections.map(({ connectionState }) => connectionState), ['new', 'failed']);
});

// MARK: the microphone

test('the first request asks the user, once for all that wait, and the grant is kept', async () => {
  const { browser, window } = await openPage({ local: { microphone: {} } });
  const { mediaDevices } = window.navigator;
  const streams = [mediaDevices.getUserMedia({ audio: true }), mediaDevices.getUserMedia({ audio: true })];
  await settle();
  assert.equal(browser.windowsOpened.length, 1);
  assert.match(browser.windowsOpened[0], /prompt\.html\?origin=https%3A%2F%2Fagent\.example\.com$/);
  await browser.command({ command: 'answerMicrophone', origin, answer: 'granted' });
  assert.equal((await Promise.all(streams)).length, 2);
  assert.deepEqual(browser.local.values.microphone, { [origin]: 'granted' });
  assert.equal(await browser.shownTitle(7), 'Nearend: in a call, or the microphone is open');
});

test('a window that is closed leaves the question open; a block is kept', async () => {
  const { browser, window, sent } = await openPage({ local: { microphone: {} } });
  const { mediaDevices } = window.navigator;
  const dismissed = rejection(mediaDevices.getUserMedia({ audio: true }));
  await settle();
  browser.chrome.windows.onRemoved.fire(1);
  assert.equal((await dismissed).name, 'NotAllowedError');
  const blocked = rejection(mediaDevices.getUserMedia({ audio: true }));
  await settle();
  assert.equal(browser.windowsOpened.length, 2);
  await browser.command({ command: 'answerMicrophone', origin, answer: 'denied' });
  assert.equal((await blocked).name, 'NotAllowedError');
  assert.equal((await rejection(mediaDevices.getUserMedia({ audio: true }))).name, 'NotAllowedError');
  assert.equal(browser.windowsOpened.length, 2);
  assert.deepEqual(sent('getUserMedia'), []);
});

test('the administrator’s grant needs no question and cannot be taken back', async () => {
  const page = await openPage({ local: { microphone: { [origin]: 'denied' } }, managed: { MicrophoneAllowedOrigins: ['https://*.example.com'] } });
  await page.window.navigator.mediaDevices.getUserMedia({ audio: true });
  assert.equal(page.browser.windowsOpened.length, 0);
});

test('an insecure page, and a frame that its page has not allowed it, get no microphone', async () => {
  const { browser } = await openPage();
  for (const facts of [{ isSecure: false }, { mayUseMicrophone: false }]) {
    const { window } = browser.openDocument(facts);
    assert.equal((await rejection(window.navigator.mediaDevices.getUserMedia({ audio: true }))).name, 'NotAllowedError');
    assert.equal((await window.navigator.permissions.query({ name: 'microphone' })).state, 'denied');
  }
  assert.equal(browser.windowsOpened.length, 0);
});

test('a grant that is taken back closes the microphone', async () => {
  const page = await openPage();
  const stream = await page.window.navigator.mediaDevices.getUserMedia({ audio: true });
  const [track] = stream.getTracks();
  const log = [];
  track.addEventListener('ended', () => log.push('ended'));
  await page.browser.command({ command: 'setMicrophone', origin, permission: 'prompt' });
  await settle();
  assert.deepEqual([track.readyState, log, page.sent('stopTrack')], ['ended', ['ended'], [{ track: 1 }]]);
  assert.equal(await page.browser.shownTitle(7), 'Nearend: calls of this site run on your device');
});

test('a page’s process has no commands', async () => {
  const { browser } = await openPage({ local: { microphone: {} } });
  browser.chrome.runtime.onMessage.fire({ command: 'setMicrophone', origin, permission: 'granted' }, { url: `${origin}/phone` }, () => {});
  await settle();
  assert.deepEqual(browser.local.values.microphone, {});
});

// MARK: while a call is up

const connected = (connection, connectionState = 'connected') => ({
  document: 1, event: 'stateChanged', connection,
  snapshot: { signalingState: 'stable', iceGatheringState: 'new', iceConnectionState: connectionState, connectionState, transceivers: [] },
});

test('a tab in a call is not discarded, and may be afterwards', async () => {
  const { window, browser, host } = await openPage();
  new window.RTCPeerConnection();
  await settle();
  assert.equal(browser.tabs[0].autoDiscardable, true);
  host.tell(connected(1));
  await settle();
  assert.equal(browser.tabs[0].autoDiscardable, false);
  host.tell(connected(1, 'failed'));
  await settle();
  assert.equal(browser.tabs[0].autoDiscardable, true);
});

test('a tab that its owner keeps from being discarded stays so', async () => {
  const { window, browser, host } = await openPage();
  browser.tabs[0].autoDiscardable = false;
  new window.RTCPeerConnection();
  await settle();
  host.tell(connected(1));
  await settle();
  host.tell(connected(1, 'closed'));
  await settle();
  assert.equal(browser.tabs[0].autoDiscardable, false);
});

test('an update of the extension waits for the end of the call', async () => {
  const { window, browser, host } = await openPage();
  const connection = new window.RTCPeerConnection();
  await settle();
  host.tell(connected(1));
  await settle();
  browser.chrome.runtime.onUpdateAvailable.fire({ version: '9' });
  await settle();
  assert.equal(browser.reloads, 0);
  connection.close();
  await settle();
  assert.equal(browser.reloads, 1);
});

test('without a call an update is taken at once', async () => {
  const { browser } = await openPage();
  browser.chrome.runtime.onUpdateAvailable.fire({ version: '9' });
  assert.equal(browser.reloads, 1);
});

// MARK: the popup

test('the popup hears of the call, and keeps the host', async () => {
  const page = await openPage({
    answers: { status: () => ({ documents: [{ document: 1, connections: [{ connection: 1, state: 'connected', codec: 'opus' }] }] }) },
  });
  const { window, browser } = page;
  new window.RTCPeerConnection();
  await settle();
  page.host.tell({
    document: 1, event: 'stateChanged', connection: 1,
    snapshot: { signalingState: 'stable', iceGatheringState: 'new', iceConnectionState: 'connected', connectionState: 'connected', transceivers: [] },
  });
  await settle();
  const heard = [];
  const listeners = [];
  browser.chrome.runtime.onConnect.fire({
    name: 'panel 7',
    sender: { url: browser.chrome.runtime.getURL('popup/popup.html') },
    postMessage: (state) => heard.push(state),
    onDisconnect: { addListener: (listener) => listeners.push(listener) },
  });
  await settle();
  const { situation, calls, microphones, host } = heard.at(-1);
  assert.equal(situation, 'redirected');
  assert.deepEqual(calls.map(({ state, details }) => [state, details.codec]), [['connected', 'opus']]);
  assert.deepEqual(microphones, [{ origin, permission: 'granted', isManaged: false, isOpen: false }]);
  assert.equal(host.version, '0.1.0');
  const before = heard.length;
  await browser.clock.advance(1_000);
  assert.ok(heard.length > before);
  for (const listener of listeners) listener();
});
