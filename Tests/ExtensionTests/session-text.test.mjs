import assert from 'node:assert/strict';
import test from 'node:test';
import { facade } from './support/extension-files.mjs';

const { mediaSections, Direction } = facade;

const sdp = [
  'v=0',
  'a=group:BUNDLE a b',
  'a=ice-ufrag:both',
  'a=ice-pwd:secret',
  'a=sendonly',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 0 126',
  'a=mid:a',
  'a=msid:one track',
  'a=msid:two track',
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 minptime=10;useinbandfec=1',
  'a=rtpmap:126 telephone-event/8000',
  'a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid',
  'a=ssrc:1 cname:name',
  'm=video 0 UDP/TLS/RTP/SAVPF 96',
  'a=mid:b',
  'a=inactive',
];

test('a section has its own lines, and what it inherits from the session level', () => {
  const [audio, video] = mediaSections(sdp.join('\r\n'));
  assert.equal(audio.mid, 'a');
  assert.equal(audio.direction, 'sendonly');
  assert.deepEqual(audio.iceParameters, { usernameFragment: 'both', password: 'secret' });
  assert.deepEqual(audio.streams, ['one', 'two']);
  assert.equal(audio.cname, 'name');
  assert.equal(audio.isRejected, false);
  assert.equal(video.direction, 'inactive');
  assert.equal(video.isRejected, true);
});

test('codecs come in the order of the m-line, those without a map are left out', () => {
  const [audio] = mediaSections(sdp.join('\r\n'));
  assert.deepEqual(audio.codecs, [
    { clockRate: 48000, mimeType: 'audio/opus', payloadType: 111, channels: 2, sdpFmtpLine: 'minptime=10;useinbandfec=1' },
    { clockRate: 8000, mimeType: 'audio/telephone-event', payloadType: 126, channels: 1 },
  ]);
  assert.deepEqual(audio.headerExtensions, [{ encrypted: false, id: 4, uri: 'urn:ietf:params:rtp-hdrext:sdes:mid' }]);
});

test('lines may end in a line feed alone', () => {
  assert.equal(mediaSections(sdp.join('\n')).length, 2);
});

test('a stream of “-” is none', () => {
  assert.deepEqual(mediaSections('m=audio 9 X 0\r\na=msid:- track')[0].streams, []);
});

test('a section that has its port from its bundle is not refused', () => {
  assert.equal(mediaSections('m=audio 0 X 0\r\na=bundle-only')[0].isRejected, false);
});

test('no description has no sections', () => {
  assert.deepEqual(mediaSections(null), []);
});

test('directions reverse, intersect and take on sending', () => {
  assert.equal(Direction.reversed('sendonly'), 'recvonly');
  assert.equal(Direction.intersection('sendrecv', 'recvonly'), 'recvonly');
  assert.equal(Direction.intersection('sendonly', 'recvonly'), 'inactive');
  assert.equal(Direction.withSending('recvonly', true), 'sendrecv');
  assert.equal(Direction.withSending('sendrecv', false), 'recvonly');
});
