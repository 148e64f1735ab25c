import assert from 'node:assert/strict';
import test from 'node:test';
import { openPage, origin, rejection, settle, snapshot } from './support/page.mjs';
import { FakeBrowser } from './support/fake-browser.mjs';
import { AnsweringHost } from './support/scripted-host.mjs';

const sites = { sites: [origin], microphone: { [origin]: 'granted' } };

/** A browser whose host says hello as told. */
async function greet(hello) {
  const browser = new FakeBrowser({ makeHost: (port) => new AnsweringHost(port, { hello }), local: sites });
  await browser.start();
  return browser;
}

test('a host that speaks another protocol redirects nothing, and the sentence says why', async () => {
  const browser = await greet(() => ({ type: 'hello', protocol: 2 }));
  assert.deepEqual(browser.registered, []);
  assert.equal(browser.hosts[0].isOver, true);
  assert.equal(await browser.shownTitle(7), 'Nearend: something is wrong. Click for more.');
});

test('a host that refuses is believed', async () => {
  const browser = await greet(() => ({ type: 'hello', error: { code: 1001, name: 'NotAllowedError', message: 'Not for this extension.' } }));
  assert.deepEqual(browser.registered, []);
});

test('a host that does not answer is given up', async () => {
  const browser = await greet(() => undefined);
  assert.equal(browser.hosts[0].isOver, false);
  await browser.clock.advance(10_000);
  assert.equal(browser.hosts[0].isOver, true);
});

test('a message that comes again is dropped', async () => {
  const page = await openPage();
  const connection = new page.window.RTCPeerConnection();
  const log = [];
  connection.onconnectionstatechange = () => log.push(connection.connectionState);
  await settle();
  const event = (connectionState) => ({ type: 'event', document: 1, event: 'stateChanged', connection: 1, snapshot: snapshot({ connectionState }) });
  page.host.say(event('connecting'), 3);
  page.host.say(event('failed'), 3);
  page.host.say(event('connected'), 4);
  await settle();
  assert.deepEqual(log, ['connecting', 'connected']);
});

test('a remote desktop whose client goes and comes back: the page hears of it, and the call of nothing else', async () => {
  const page = await openPage();
  const connection = new page.window.RTCPeerConnection();
  const log = [];
  connection.onconnectionstatechange = () => log.push(connection.connectionState);
  page.window.navigator.mediaDevices.addEventListener('rdpClientConnectionStateChanged', ({ detail }) => log.push(detail.state));
  await settle();
  log.length = 0; // The engine is there: the page has heard of that.
  // A relay's words have no number, and leave those of the engine's messages as they are.
  page.host.say({ type: 'channel', state: 'disconnected', seq: undefined });
  await settle();
  assert.equal((await page.window.navigator.mediaDevices.nearend.status()).isConnected, false);
  page.host.say({ type: 'channel', state: 'connected', seq: undefined });
  await settle();
  page.host.say({ type: 'event', document: 1, event: 'stateChanged', connection: 1, snapshot: snapshot({ connectionState: 'connected' }) }, 3);
  await settle();
  assert.deepEqual(log, ['disconnected', 'connected', 'connected']);
});

test('a relay that has lost the engine for good says why', async () => {
  const page = await openPage();
  const connection = new page.window.RTCPeerConnection();
  await settle();
  const offering = connection.createOffer();
  const message = 'The agent came back from another device.';
  page.host.say({ type: 'end', seq: undefined, error: { code: 1204, name: 'OperationError', message } });
  assert.match((await rejection(offering)).message, /another device/);
});

test('a message that is missing ends the link, and with it the call', async () => {
  const page = await openPage();
  const connection = new page.window.RTCPeerConnection();
  await settle();
  const offering = connection.createOffer();
  page.host.say({ type: 'event', document: 1, event: 'stateChanged', connection: 1, snapshot: snapshot() }, 99);
  assert.match((await rejection(offering)).message, /A message of the Nearend host was lost/);
  assert.equal(connection.connectionState, 'failed');
  assert.equal(page.host.isOver, true);
});

test('what we send is numbered without a gap and says how far we have heard', async () => {
  const frames = [];
  const browser = new FakeBrowser({
    makeHost: (port) => {
      port.onMessage.addListener((frame) => frames.push(frame));
      return new AnsweringHost(port);
    },
    local: sites,
  });
  await browser.start();
  const { window } = browser.openDocument();
  await window.navigator.mediaDevices.getUserMedia({ audio: true });
  await new window.RTCPeerConnection().getStats().catch(() => {});
  const [hello, ...rest] = frames;
  assert.deepEqual([hello.type, hello.protocol, hello.extension, hello.browser, hello.resume], ['hello', 1, '0.1.0', 'Chromium 156', null]);
  assert.deepEqual(rest.map(({ seq }) => seq), rest.map((_, index) => index + 1));
  assert.deepEqual(rest.map(({ ack }) => ack), [0, 0, 2, 2]);
});
