import assert from 'node:assert/strict';
import test from 'node:test';
import { contentScripts } from '../../extension-manifest/worker/content-scripts.js';
import { openPage, settle } from './support/page.mjs';

test('a page that looks for Microsoft’s call redirection finds it', async () => {
  const { window } = await openPage();
  const { mediaDevices } = window.navigator;
  assert.equal(mediaDevices.isCallRedirectionEnabled, true);
  assert.match(mediaDevices.activityId, /^[0-9a-f-]{36}$/);
  const states = [];
  mediaDevices.addEventListener('rdpClientConnectionStateChanged', ({ detail }) => states.push(detail.state));
  const logged = [];
  window.document.addEventListener('mmrExtensionLog', ({ detail }) => logged.push(detail.level));
  const before = mediaDevices.connectionId;
  await mediaDevices.enumerateDevices();
  await settle();
  assert.deepEqual(states, ['connected']);
  assert.deepEqual(logged, ['info']);
  assert.notEqual(mediaDevices.connectionId, before);
  for (const name of ['mmrClientVersion', 'mmrHostVersion', 'mmrExtensionVersion']) assert.match(mediaDevices[name], /^\d+\./, name);
});

test('a page may ask by which way its sound goes', async () => {
  const { window } = await openPage({ answers: { getStats: () => ({ timestamp: 1, changed: {}, removed: [] }) } });
  const { nearend } = window.navigator.mediaDevices;
  assert.equal(nearend.isRedirected, true);
  assert.equal(nearend.path, '');
  const { isConnected, path, host, unsentSounds } = await nearend.status();
  assert.deepEqual([isConnected, path, unsentSounds], [true, 'in-process', {}]);
  assert.match(host, /^\d+\./);
  assert.equal(nearend.path, 'in-process');
  const connection = new window.RTCPeerConnection();
  const [{ connectionState }] = await nearend.getStatistics();
  assert.equal(connectionState, connection.connectionState);
});

test('a page may ask what has crossed a remote desktop’s channel, and is not told which desktop that is', async () => {
  const kinds = { signalling: { bytesToDevice: 400, bytesToDesktop: 300 } };
  const channel = { desktop: 'agent@pool-7', bytesToDevice: 500, bytesToDesktop: 350, kinds, losses: 1 };
  const { window } = await openPage({ answers: { status: () => ({ documents: [], channel }) } });
  const { nearend } = window.navigator.mediaDevices;
  await window.navigator.mediaDevices.enumerateDevices();
  assert.deepEqual({ ...(await nearend.status()).channel }, { bytesToDevice: 500, bytesToDesktop: 350, kinds, losses: 1 });
});

test('an administrator may keep pages from knowing', () => {
  const files = (hasPageAPI) => contentScripts(['https://a.example'], { hasPageAPI })[1].js;
  assert.ok(files(true).includes('facade/page-api.js'));
  assert.ok(!files(false).includes('facade/page-api.js'));
  assert.equal(files(false).length, files(true).length - 1);
});
