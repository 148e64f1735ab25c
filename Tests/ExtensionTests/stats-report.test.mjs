import assert from 'node:assert/strict';
import test from 'node:test';
import { facade } from './support/extension-files.mjs';
import { openPage, rejection } from './support/page.mjs';

const whole = {
  timestamp: 1,
  changed: {
    P: { type: 'peer-connection' },
    O: { type: 'outbound-rtp', mid: '0', codecId: 'C', transportId: 'T', remoteId: 'R' },
    R: { type: 'remote-inbound-rtp', localId: 'O' },
    I: { type: 'inbound-rtp', mid: '0', codecId: 'C', transportId: 'T', packetsReceived: 1, audioLevel: 0.5 },
    C: { type: 'codec' },
    T: { type: 'transport', selectedCandidatePairId: 'CP' },
    CP: { type: 'candidate-pair', localCandidateId: 'L' },
    L: { type: 'local-candidate' },
    other: { type: 'inbound-rtp', mid: '1' },
  },
  removed: [],
};

test('differences change members, take them away, and end objects', () => {
  const mirror = new facade.StatsMirror();
  mirror.merge(whole);
  mirror.merge({ timestamp: 2, changed: { I: { packetsReceived: 2, audioLevel: null } }, removed: ['other'] });
  const objects = mirror.select(null);
  assert.deepEqual(objects.get('I'), {
    id: 'I', timestamp: 2, type: 'inbound-rtp', mid: '0', codecId: 'C', transportId: 'T', packetsReceived: 2,
  });
  assert.equal(objects.has('other'), false);
  assert.equal(objects.get('C').timestamp, 2);
});

test('a report is the page’s: what it does to it changes nothing', () => {
  const mirror = new facade.StatsMirror();
  mirror.merge(whole);
  mirror.select(null).get('I').packetsReceived = 99;
  assert.equal(mirror.select(null).get('I').packetsReceived, 1);
});

test('a sender has its stream, what that refers to, and what the other side says of it', () => {
  const mirror = new facade.StatsMirror();
  mirror.merge(whole);
  assert.deepEqual([...mirror.select({ mid: '0', isSender: true }).keys()], ['O', 'R', 'C', 'T', 'CP', 'L']);
  assert.deepEqual([...mirror.select({ mid: '0', isSender: false }).keys()], ['I', 'C', 'T', 'CP', 'L']);
  assert.deepEqual([...mirror.select({ mid: null, isSender: true }).keys()], []);
});

test('the first report is asked for whole, and is like a map', async () => {
  const { window, sent } = await openPage({ answers: { getStats: ({ full }) => (full ? whole : { timestamp: 2, changed: {}, removed: [] }) } });
  const connection = new window.RTCPeerConnection();
  const report = await connection.getStats();
  const second = await connection.getStats(null);
  assert.deepEqual(sent('getStats').map(({ full }) => full), [true, false]);
  assert.deepEqual([report.size, report.has('I'), report.get('nobody'), second.get('I').timestamp], [9, true, undefined, 2]);
  assert.deepEqual([...report].length, 9);
  assert.equal(report[Symbol.iterator], report.entries);
  const seen = [];
  report.forEach(function each(object, id, map) {
    seen.push([object.id === id, map === report, this]);
  }, 'this');
  assert.deepEqual(seen[0].slice(0, 2), [true, true]);
  assert.equal((await rejection(connection.getStats(() => {}))).name, 'TypeError');
  const foreign = new window.MediaStreamTrackGenerator({ kind: 'audio' });
  assert.equal((await rejection(connection.getStats(foreign))).name, 'InvalidAccessError');
});
