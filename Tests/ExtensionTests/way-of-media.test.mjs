// The popup's line about where sound and packets are.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wayOfMedia } from '../../extension-manifest/popup/way-of-media.js';

test('without a remote desktop the host has them', () => {
  const [headline, line] = wayOfMedia({ place: 'in-process', channel: null });
  assert.equal(headline, 'On this machine, outside of the browser');
  assert.equal(line, 'No packet and no sample of a call is in the browser.');
});

test('in a remote desktop the line says what crosses the channel, by kind, and how often it was lost', () => {
  const kinds = { signalling: { bytesToDevice: 1000, bytesToDesktop: 2500 }, levels: { bytesToDevice: 0, bytesToDesktop: 0 }, data: { bytesToDevice: 7, bytesToDesktop: 0 } };
  const way = { place: 'device', channel: { bytesToDevice: 1_200_000, bytesToDesktop: 34_000, kinds, losses: 2 } };
  const [headline, line] = wayOfMedia(way);
  assert.equal(headline, 'On your device, none in this desktop');
  assert.equal(line, '1.2 MB through the channel · signalling 3.5 kB · data channels 7 bytes · lost and resumed 2 times');
});

test('before the engine was asked nothing is claimed about the channel', () => {
  assert.deepEqual(wayOfMedia({ place: 'device', channel: null }), ['On your device, none in this desktop', '']);
});
