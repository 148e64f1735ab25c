// webrtc-pc §4.7.3, step by step.

import assert from 'node:assert/strict';
import test from 'node:test';
import { facade } from './support/extension-files.mjs';

const description = (type, direction, ...lines) => ({
  type,
  sdp: ['v=0', 'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=mid:0', `a=${direction}`, ...lines].join('\r\n'),
});

const isNeeded = (transceiver, members = {}) =>
  facade.isNegotiationNeeded({
    currentLocalDescription: description('offer', 'sendrecv', 'a=msid:stream track'),
    currentRemoteDescription: description('answer', 'sendrecv'),
    credentialsToReplace: new Set(),
    transceivers: [
      { mid: '0', direction: 'sendrecv', isStopping: false, isStopped: false, senderStreams: ['stream'], ...transceiver },
    ],
    ...members,
  });

test('nothing has changed: it is not needed', () => assert.equal(isNeeded({}), false));
test('no transceivers: it is not needed', () => assert.equal(isNeeded({}, { transceivers: [] }), false));
test('an ICE restart needs it', () => assert.equal(isNeeded({}, { credentialsToReplace: new Set(['abcd']) }), true));
test('a transceiver without a section needs it', () => assert.equal(isNeeded({ mid: null }), true));
test('stopping one that has a section needs it', () => assert.equal(isNeeded({ isStopping: true }), true));
test('stopping one that has none does not', () => assert.equal(isNeeded({ mid: null, isStopping: true }), false));
test('one that is stopped does not count', () => assert.equal(isNeeded({ isStopping: true, isStopped: true }), false));
test('another stream needs it', () => assert.equal(isNeeded({ senderStreams: ['other'] }), true));
test('a stream more needs it', () => assert.equal(isNeeded({ senderStreams: ['stream', 'other'] }), true));
test('streams do not matter to one that does not send', () =>
  assert.equal(
    isNeeded(
      { direction: 'recvonly', senderStreams: ['other'] },
      { currentLocalDescription: description('offer', 'recvonly'), currentRemoteDescription: description('answer', 'sendonly') },
    ),
    false,
  ));
test('a direction that neither side has in its description needs it', () => assert.equal(isNeeded({ direction: 'sendonly' }), true));
test('we offered sendrecv and they take recvonly: sendonly is as agreed', () =>
  assert.equal(isNeeded({ direction: 'sendonly' }, { currentRemoteDescription: description('answer', 'recvonly') }), false));
test('we answered with less than we want because less was offered: it is not needed', () =>
  assert.equal(
    isNeeded(
      { direction: 'sendrecv' },
      {
        currentLocalDescription: description('answer', 'recvonly', 'a=msid:stream track'),
        currentRemoteDescription: description('offer', 'sendonly'),
      },
    ),
    false,
  ));
test('we answered with less than was offered and now want more: it is needed', () =>
  assert.equal(
    isNeeded(
      { direction: 'sendrecv' },
      {
        currentLocalDescription: description('answer', 'recvonly', 'a=msid:stream track'),
        currentRemoteDescription: description('offer', 'sendrecv'),
      },
    ),
    true,
  ));
