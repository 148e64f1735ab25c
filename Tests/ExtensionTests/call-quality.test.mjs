// The popup's numbers: rates out of sums, and the E-model.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallHistory, estimateMOS } from '../../extension-manifest/worker/call-quality.js';

const status = (quality, connection = 1) => ({ documents: [{ document: 2, connections: [{ connection, quality }] }] });
const sums = (seconds, more = {}) => ({
  packetsReceived: 50 * seconds, packetsLost: 0, playedSamples: 48_000 * seconds, concealedSamples: 0, playoutDelay: 48_000 * 0.04 * seconds,
  emittedSamples: 48_000 * seconds, roundTripMs: 40, jitterMs: 3, microphoneLevel: 0.1, farEndLevel: 0.2, ...more,
});

test('the E-model gives 4.4 for a perfect call and less for delay and loss (ITU-T G.107 annex B)', () => {
  assert.ok(Math.abs(estimateMOS({ lossPercent: 0, delayMs: 0 }) - 4.41) < 0.01);
  assert.ok(estimateMOS({ lossPercent: 0, delayMs: 150 }) > 4.2);
  assert.ok(estimateMOS({ lossPercent: 0, delayMs: 400 }) < 3.6);
  assert.ok(estimateMOS({ lossPercent: 5, delayMs: 50 }) < 4);
  assert.ok(estimateMOS({ lossPercent: 100, delayMs: 1000 }) >= 1);
});

test('rates are differences of two looks', () => {
  const history = new CallHistory();
  history.add(status(sums(1)), 1_000);
  assert.deepEqual(history.samples(2, 1), []);
  history.add(status(sums(2, { packetsReceived: 95, packetsLost: 5, concealedSamples: 4_800 })), 2_000);
  const [sample] = history.samples(2, 1);
  assert.equal(sample.lossPercent, 10);
  assert.equal(Math.round(sample.playoutMs), 40);
  assert.ok(sample.mos < estimateMOS({ lossPercent: 5, delayMs: 0 }));
});

test('two popups do not count twice, a minute is kept, and what has ended is forgotten', () => {
  const history = new CallHistory();
  for (let second = 0; second < 100; second += 1) {
    history.add(status(sums(second)), 1_000 * second);
    history.add(status(sums(second)), 1_000 * second + 10);
  }
  assert.equal(history.samples(2, 1).length, 60);
  history.add(status(sums(1), 7), 200_000);
  assert.deepEqual(history.samples(2, 1), []);
  history.add(null, 201_000);
  assert.deepEqual(history.samples(2, 7), []);
});

test('of a call in which nothing comes no opinion is given', () => {
  const history = new CallHistory();
  history.add(status(sums(1)), 1_000);
  history.add(status(sums(1)), 2_000);
  assert.equal(history.samples(2, 1)[0].mos, null);
});
