import assert from 'node:assert/strict';
import test from 'node:test';
import { leavesNoGlobals } from './support/extension-files.mjs';
import { openPage, rejection, settle, snapshot, transceiver, transport } from './support/page.mjs';
import { watch } from './support/conversations.mjs';

const offerSDP = 'v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=sendrecv\r\na=ice-ufrag:near\r\na=ice-pwd:secret\r\n';

// MARK: the outside of the interfaces

test('the facade leaves nothing among the globals', async () => {
  await openPage();
  assert.ok(leavesNoGlobals());
});

test('every alias is the same object, and no name is a global that was not there', async () => {
  const { window } = await openPage();
  assert.equal(window.webkitRTCPeerConnection, window.RTCPeerConnection);
  assert.equal('mozRTCPeerConnection' in window, false);
  const { writable, configurable, enumerable } = Object.getOwnPropertyDescriptor(window, 'RTCPeerConnection');
  assert.deepEqual({ writable, configurable, enumerable }, { writable: true, configurable: true, enumerable: false });
});

test('members have the browser’s lengths and names', async () => {
  const { window } = await openPage();
  const { prototype } = window.RTCPeerConnection;
  const lengths = {
    addIceCandidate: 0, addStream: 1, addTrack: 1, addTransceiver: 1, close: 0, createAnswer: 0, createDTMFSender: 1,
    createDataChannel: 1, createOffer: 0, getConfiguration: 0, getLocalStreams: 0, getReceivers: 0, getRemoteStreams: 0,
    getSenders: 0, getStats: 0, getTransceivers: 0, removeStream: 1, removeTrack: 1, restartIce: 0, setConfiguration: 0,
    setLocalDescription: 0, setRemoteDescription: 1,
  };
  for (const [name, length] of Object.entries(lengths)) {
    const { value, enumerable, configurable, writable } = Object.getOwnPropertyDescriptor(prototype, name);
    assert.deepEqual([name, value.name, value.length, enumerable, configurable, writable], [name, name, length, true, true, true]);
  }
  assert.equal(window.RTCPeerConnection.length, 0);
  assert.equal(window.RTCTrackEvent.length, 2);
  assert.equal(window.RTCDTMFSender.prototype.insertDTMF.length, 1);
  assert.equal(window.RTCRtpSender.prototype.replaceTrack.length, 1);
  const { get, set } = Object.getOwnPropertyDescriptor(prototype, 'ontrack');
  assert.deepEqual([get.name, set.name], ['get ontrack', 'set ontrack']);
  assert.equal(Object.prototype.toString.call(new window.RTCPeerConnection()), '[object RTCPeerConnection]');
});

test('interfaces that pages cannot construct say so', async () => {
  const { window } = await openPage();
  for (const name of ['RTCRtpSender', 'RTCRtpReceiver', 'RTCRtpTransceiver', 'RTCDTMFSender', 'RTCDtlsTransport', 'RTCIceTransport', 'RTCStatsReport']) {
    assert.throws(() => new window[name](), { name: 'TypeError', message: `Failed to construct '${name}': Illegal constructor` });
  }
});

test('configurations of all ages are taken', async () => {
  const { window, sent } = await openPage();
  const connection = new window.RTCPeerConnection(
    { iceServers: [{ url: 'stun:one.example' }], rtcpMuxPolicy: 'negotiate', sdpSemantics: 'plan-b', certificates: undefined },
    { mandatory: {}, optional: [{ DtlsSrtpKeyAgreement: true }] },
  );
  assert.doesNotThrow(() => new window.RTCPeerConnection(null, null));
  await settle();
  assert.deepEqual(sent('createPeerConnection')[0].configuration, {
    iceServers: [{ urls: ['stun:one.example'] }], bundlePolicy: 'balanced', iceTransportPolicy: 'all', rtcpMuxPolicy: 'negotiate',
    iceCandidatePoolSize: 0,
  });
  assert.deepEqual(connection.getConfiguration().iceServers, [{ credential: '', urls: ['stun:one.example'], username: '' }]);
});

test('configurations that cannot be are refused as the browser refuses them', async () => {
  const { window } = await openPage();
  const refused = (configuration) => {
    try {
      return new window.RTCPeerConnection(configuration);
    } catch ({ name }) {
      return name;
    }
  };
  assert.equal(refused({ iceServers: [{ urls: 'foo:bar' }] }), 'SyntaxError');
  assert.equal(refused({ iceServers: [{ urls: 'turn:host.example' }] }), 'InvalidAccessError');
  assert.equal(refused({ iceServers: [{}] }), 'TypeError');
  assert.equal(refused({ iceTransportPolicy: 'none' }), 'TypeError');
  assert.equal(refused(5), 'TypeError');
  assert.equal(refused({ certificates: [{}] }), 'TypeError');
  assert.equal(refused({ certificates: null }), 'TypeError');
  assert.equal(refused({ iceServers: null }), 'TypeError');
  assert.equal(refused({ iceServers: [{ urls: [] }] }), 'SyntaxError');
  for (const urls of ['stun:', 'stun:::1', 'stun:host:65536', 'stun:host/path', 'stun:user@host', 'stun:host?transport=udp', 'turn:host?x=1']) {
    assert.equal(refused({ iceServers: [{ urls, username: 'u', credential: 'c' }] }), 'SyntaxError', urls);
  }
  for (const urls of ['stun:[::1]:3478', 'turn:host?transport=tcp', 'turns:192.0.2.1:443']) {
    assert.ok(refused({ iceServers: [{ urls, username: 'u', credential: 'c' }] }) instanceof window.RTCPeerConnection, urls);
  }
  assert.equal(refused({ iceServers: [{ urls: 'turn:host', username: 'u'.repeat(510), credential: 'c' }] }), 'InvalidAccessError');
  assert.equal(refused({ iceServers: [{ urls: 'turn:host', username: 'u', credential: '' }] }), 'InvalidAccessError');
  for (const iceCandidatePoolSize of [-1, 256, NaN]) assert.equal(refused({ iceCandidatePoolSize }), 'TypeError');
});

// MARK: what is answered at once

test('addTrack gives a sender at once, and a transceiver in the list', async () => {
  const { window, sent } = await openPage();
  const stream = await window.navigator.mediaDevices.getUserMedia({ audio: true });
  const [track] = stream.getTracks();
  const connection = new window.RTCPeerConnection();
  // Extra arguments, as forEach() gives them.
  const sender = connection.addTrack(track, 0, [track]);
  const [only] = connection.getTransceivers();
  assert.equal(connection.getSenders()[0], sender);
  assert.equal(only.sender, sender);
  assert.deepEqual([only.mid, only.direction, only.currentDirection], [null, 'sendrecv', null]);
  assert.deepEqual([sender.track, sender.transport, sender.dtmf.canInsertDTMF], [track, null, false]);
  assert.deepEqual([only.receiver.track.muted, only.receiver.track.readyState], [true, 'live']);
  assert.throws(() => connection.addTrack(track), { name: 'InvalidAccessError' });
  await settle();
  const [{ trackId, receiverTrackId, streams, byAddTrack }] = sent('addTransceiver');
  assert.deepEqual([trackId, receiverTrackId, streams, byAddTrack], [track.id, only.receiver.track.id, [], true]);
});

test('removeTrack and addTrack use a transceiver again that has never sent', async () => {
  const { window, sent } = await openPage();
  const stream = await window.navigator.mediaDevices.getUserMedia({ audio: true });
  const [track] = stream.getTracks();
  const connection = new window.RTCPeerConnection();
  const sender = connection.addTrack(track, stream);
  connection.removeTrack(sender);
  assert.deepEqual([sender.track, connection.getTransceivers()[0].direction], [null, 'recvonly']);
  assert.equal(connection.addTrack(track, stream), sender);
  assert.equal(connection.getTransceivers()[0].direction, 'sendrecv');
  await settle();
  assert.deepEqual(sent('setTransceiver').map(({ direction, source }) => [direction, source]), [
    ['recvonly', {}],
    ['sendrecv', { track: 1, trackId: track.id }],
  ]);
});

test('a direction set while the engine answers something older stays as the page has set it', async () => {
  const page = await openPage({
    answers: {
      createOffer: () => ({ type: 'offer', sdp: offerSDP, snapshot: snapshot({ transceivers: [transceiver(2, { direction: 'sendrecv' })] }) }),
    },
  });
  const connection = new page.window.RTCPeerConnection();
  const only = connection.addTransceiver('audio');
  const offering = connection.createOffer();
  only.direction = 'sendonly';
  await offering;
  assert.equal(only.direction, 'sendonly');
  assert.ok(page.host.methods().includes('setTransceiver'));
});

test('a transceiver that the engine has not heard of yet survives a snapshot without it', async () => {
  let request;
  const opened = await openPage({
    answers: {
      setRemoteDescription: (_params, frame) => {
        request = frame;
        return undefined;
      },
    },
  });
  const connection = new opened.window.RTCPeerConnection();
  const setting = connection.setRemoteDescription({ type: 'offer', sdp: offerSDP });
  await settle();
  const ours = connection.addTransceiver('audio');
  const { document, id } = request;
  const result = { snapshot: snapshot({ signalingState: 'have-remote-offer', transceivers: [transceiver(-1, { mid: '0' })] }) };
  opened.host.say({ type: 'reply', document, id, result });
  await setting;
  const [theirs, second] = connection.getTransceivers();
  assert.deepEqual([theirs.mid, second], ['0', ours]);
});

test('a track that sounds elsewhere is negotiated under its id, and the engine has no source for it', async () => {
  const { window, sent } = await openPage();
  const connection = new window.RTCPeerConnection();
  const foreign = new window.MediaStreamTrackGenerator({ kind: 'audio' });
  connection.addTrack(foreign);
  await settle();
  const [{ track, trackId }] = sent('addTransceiver');
  assert.deepEqual([track, trackId], [null, foreign.id]);
});

test('what is not redirected says so', async () => {
  const { window } = await openPage();
  const connection = new window.RTCPeerConnection();
  const { sender, receiver } = connection.addTransceiver('audio');
  for (const use of [
    () => sender.createEncodedStreams(),
    () => receiver.createEncodedStreams(),
    () => (sender.transform = {}),
  ]) {
    assert.throws(use, { name: 'NotSupportedError' });
  }
});

test('a certificate that the page has had made is the engine’s, and that of its clones', async () => {
  const fingerprint = { algorithm: 'sha-256', value: 'ab:cd' };
  const { window, host } = await openPage({ answers: { generateCertificate: () => ({ fingerprint }) } });
  const { RTCPeerConnection, RTCCertificate } = window;
  const certificate = await RTCPeerConnection.generateCertificate({ name: 'RSASSA-PKCS1-v1_5', modulusLength: 4096 });
  assert.ok(certificate instanceof RTCCertificate);
  assert.deepEqual(certificate.getFingerprints(), [fingerprint]);
  const certificates = [certificate.clone()];
  const connection = new RTCPeerConnection({ certificates });
  await settle();
  const asked = (method) => host.requests.filter((request) => request.method === method).map(({ params }) => params);
  assert.deepEqual(asked('generateCertificate'), [{ certificate: 1, algorithm: 'RSA', modulusLength: 4096 }]);
  assert.equal(asked('createPeerConnection')[0].certificate, 1);
  assert.ok(!('certificates' in asked('createPeerConnection')[0].configuration));
  assert.deepEqual(connection.getConfiguration().certificates, certificates);
  connection.setConfiguration({ certificates });
  connection.setConfiguration({});
  assert.throws(() => connection.setConfiguration({ certificates: [certificate.clone()] }), { name: 'InvalidModificationError' });
});

test('an algorithm that the browser does not know is refused by it, and an expired certificate by the connection', async () => {
  const { window, host } = await openPage({ answers: { generateCertificate: () => ({ fingerprint: { algorithm: 'sha-256', value: 'ab' } }) } });
  await assert.rejects(window.RTCPeerConnection.generateCertificate({}), TypeError);
  assert.deepEqual(host?.methods() ?? [], []);
  const expired = await window.RTCPeerConnection.generateCertificate({ name: 'ECDSA', expires: 0 });
  assert.throws(() => new window.RTCPeerConnection({ certificates: [expired] }), { name: 'InvalidAccessError' });
});

// MARK: negotiation

test('descriptions are null while they are being set, and complete when they are', async () => {
  const { window } = await openPage({
    answers: {
      createOffer: () => ({ type: 'offer', sdp: offerSDP, snapshot: snapshot() }),
      setLocalDescription: ({ type, sdp }) => ({
        snapshot: snapshot({
          signalingState: 'have-local-offer',
          iceGatheringState: 'gathering',
          pendingLocalDescription: { type, sdp },
          transceivers: [transceiver(2, { mid: '0', transport: transport({ iceGatheringState: 'gathering' }) })],
        }),
      }),
    },
  });
  const connection = new window.RTCPeerConnection();
  const { sender } = connection.addTransceiver('audio');
  const offer = await connection.createOffer();
  assert.deepEqual(Object.keys(offer), ['sdp', 'type']);
  assert.equal(Object.getPrototypeOf(offer), Object.prototype);
  const setting = connection.setLocalDescription(offer);
  assert.deepEqual([connection.localDescription, connection.signalingState], [null, 'stable']);
  await setting;
  // States of transports come in tasks of their own, even if the reply has them already.
  assert.deepEqual([connection.signalingState, connection.iceGatheringState], ['have-local-offer', 'new']);
  assert.equal(connection.localDescription, connection.localDescription);
  assert.ok(connection.localDescription instanceof window.RTCSessionDescription);
  assert.equal(sender.transport.state, 'new');
  assert.equal(sender.transport, connection.getReceivers()[0].transport);
  await settle();
  assert.equal(connection.iceGatheringState, 'gathering');
  assert.equal(sender.transport.iceTransport.gatheringState, 'gathering');
});

test('createOffer’s older options make or change transceivers, and need no negotiation of their own', async () => {
  const { window, sent } = await openPage({
    answers: { createOffer: () => ({ type: 'offer', sdp: offerSDP, snapshot: undefined }) },
  });
  const log = [];
  const connection = new window.RTCPeerConnection();
  watch(connection, log);
  await connection.createOffer({ mandatory: { OfferToReceiveAudio: true } });
  assert.equal(connection.getTransceivers().length, 0);
  await connection.createOffer({ offerToReceiveAudio: true, offerToReceiveVideo: true });
  assert.deepEqual(sent('addTransceiver').map(({ kind, direction }) => [kind, direction]), [['audio', 'recvonly'], ['video', 'recvonly']]);
  await connection.createOffer({ offerToReceiveAudio: false });
  assert.equal(connection.getTransceivers()[0].direction, 'inactive');
  await settle();
  assert.deepEqual(log, []);
});

test('a page that wants no voice activity detection says so to the engine; one that does not care says nothing', async () => {
  const { window, sent } = await openPage({ answers: { createOffer: () => ({ type: 'offer', sdp: offerSDP, snapshot: undefined }) } });
  const connection = new window.RTCPeerConnection();
  await connection.createOffer();
  await connection.createOffer({ voiceActivityDetection: true });
  await connection.createOffer({ voiceActivityDetection: false });
  assert.deepEqual(sent('createOffer').map(({ voiceActivityDetection }) => voiceActivityDetection), [undefined, undefined, false]);
});

test('negotiationneeded comes once, in a task of its own, after the operations that are under way', async () => {
  const { window } = await openPage({ answers: { createOffer: () => ({ type: 'offer', sdp: offerSDP, snapshot: undefined }) } });
  const log = [];
  const connection = new window.RTCPeerConnection();
  watch(connection, log);
  const offering = connection.createOffer().then(() => log.push('offer'));
  connection.addTransceiver('audio');
  connection.addTransceiver('audio');
  assert.deepEqual(log, []);
  await offering;
  await settle();
  assert.deepEqual(log, ['offer', 'negotiationneeded']);
});

test('negotiationneeded comes before an offer that is asked for in the same breath, and not before a description', async () => {
  const answers = { createOffer: () => ({ type: 'offer', sdp: offerSDP, snapshot: undefined }) };
  const { window } = await openPage({ answers });
  const log = [];
  const offering = new window.RTCPeerConnection();
  watch(offering, log);
  offering.addTransceiver('audio');
  await offering.createOffer().then(() => log.push('offer'));
  await settle();
  assert.deepEqual(log, ['negotiationneeded', 'offer']);

  log.length = 0;
  const setting = new window.RTCPeerConnection();
  watch(setting, log);
  setting.addTransceiver('audio');
  setting.setLocalDescription().catch(() => {});
  await Promise.resolve();
  assert.deepEqual(log, []);
  setting.close();
});

test('the older form calls back, returns a promise that says nothing, and reports what the callbacks throw', async () => {
  const { window } = await openPage({
    answers: {
      createOffer: () => ({ type: 'offer', sdp: offerSDP, snapshot: undefined }),
      createAnswer: () => Object.assign(new Error('no offer'), { name: 'InvalidStateError' }),
    },
  });
  const connection = new window.RTCPeerConnection();
  const log = [];
  const returned = connection.createOffer(
    ({ type }) => {
      log.push(type);
      throw new Error('the page’s own');
    },
    () => log.push('failed'),
    { mandatory: {} },
  );
  assert.ok(returned instanceof Promise);
  assert.equal(await returned, undefined);
  await connection.createAnswer(() => log.push('answer'), ({ name }) => log.push(name));
  await settle();
  assert.deepEqual(log, ['offer', 'InvalidStateError']);
  assert.equal(window.reported[0].message, 'the page’s own');
});

test('an un-awaited description and an answer after it happen in that order', async () => {
  const { window, host } = await openPage({
    answers: {
      setRemoteDescription: () => ({ snapshot: snapshot({ signalingState: 'have-remote-offer', pendingRemoteDescription: { type: 'offer', sdp: offerSDP } }) }),
      createAnswer: () => ({ type: 'answer', sdp: offerSDP, snapshot: undefined }),
    },
  });
  const log = [];
  const connection = new window.RTCPeerConnection();
  connection.setRemoteDescription({ type: 'offer', sdp: offerSDP }).then(() => log.push('set'));
  await new Promise((resolve) => connection.createAnswer(resolve));
  log.push('answer');
  assert.deepEqual(log, ['set', 'answer']);
  assert.deepEqual(host.methods().slice(2), ['setRemoteDescription', 'createAnswer']);
});

test('tracks: mute, removetrack, removestream; then addstream and track before the promise', async () => {
  const answers = [
    { tracksAdded: [{ transceiver: -1, streams: ['s'] }] },
    { receiversMuted: [-1], tracksRemoved: [{ transceiver: -1, streams: ['s'] }] },
    { tracksAdded: [{ transceiver: -1, streams: ['s', 'other'] }] },
  ];
  const { window } = await openPage({
    answers: {
      setRemoteDescription: ({ sdp }) => ({
        snapshot: snapshot({ pendingRemoteDescription: { type: 'offer', sdp }, transceivers: [transceiver(-1, { mid: '0', direction: 'recvonly' })] }),
        receiversMuted: [], tracksRemoved: [], tracksAdded: [], transceiversRemoved: [],
        ...answers.shift(),
      }),
    },
  });
  const log = [];
  const connection = new window.RTCPeerConnection();
  watch(connection, log);
  await connection.setRemoteDescription({ type: 'offer', sdp: offerSDP });
  log.push('set');
  const [{ receiver }] = connection.getTransceivers();
  const [stream] = connection.getRemoteStreams();
  assert.equal(receiver.track.id, 'remote--1');
  assert.equal(stream.getTrackById('remote--1'), receiver.track);
  for (const type of ['mute', 'removetrack', 'addtrack']) {
    (type === 'mute' ? receiver.track : stream).addEventListener(type, () => log.push(type));
  }
  await connection.setRemoteDescription({ type: 'offer', sdp: offerSDP });
  log.push('set');
  await connection.setRemoteDescription({ type: 'offer', sdp: offerSDP });
  assert.notEqual(connection.getRemoteStreams()[0], stream);
  assert.deepEqual(log, [
    'addstream s', 'track remote--1 in s', 'set',
    'removetrack', 'removestream s', 'set',
    'addstream s', 'addstream other', 'track remote--1 in s,other',
  ]);
});

test('arguments that cannot be are rejected by name, and do not reach the engine', async () => {
  const { window, host } = await openPage();
  const connection = new window.RTCPeerConnection();
  await settle();
  const before = host.requests.length;
  const candidate = 'candidate:1 1 udp 1 192.0.2.1 5000 typ host';
  const errors = await Promise.all(
    [
      connection.setRemoteDescription(),
      connection.setRemoteDescription({ sdp: '' }),
      connection.setRemoteDescription({ type: 'wish', sdp: '' }),
      connection.addIceCandidate({ candidate }),
      connection.addIceCandidate({ candidate, sdpMid: '0' }),
    ].map(rejection),
  );
  assert.deepEqual(errors.map(({ name }) => name), ['TypeError', 'TypeError', 'TypeError', 'TypeError', 'InvalidStateError']);
  assert.throws(() => connection.addTrack({}), { name: 'TypeError' });
  assert.throws(() => connection.addTransceiver('smell'), { name: 'TypeError' });
  assert.throws(() => connection.removeTrack({}), { name: 'TypeError' });
  assert.throws(() => (connection.addTransceiver('audio').direction = 'stopped'), { name: 'TypeError' });
  const only = connection.getTransceivers()[0];
  only.direction = 'sideways';
  assert.equal(only.direction, 'sendrecv');
  await settle();
  assert.deepEqual(host.requests.slice(before).map(({ method }) => method), ['addTransceiver']);
});

// MARK: states

test('gathering is complete when the candidates have ended, however early the engine was through', async () => {
  const candidate = { candidate: 'candidate:1 1 udp 1 192.0.2.1 5000 typ host', sdpMid: '0', sdpMLineIndex: 0 };
  const whole = snapshot({
    signalingState: 'have-local-offer', iceGatheringState: 'complete',
    transceivers: [transceiver(2, { mid: '0', transport: transport({ iceGatheringState: 'complete' }) })],
  });
  const page = await openPage({ answers: { setLocalDescription: () => ({ snapshot: whole }) } });
  const connection = new page.window.RTCPeerConnection();
  connection.addTransceiver('audio');
  const log = [];
  watch(connection, log);
  await connection.setLocalDescription();
  for (const event of [{ event: 'stateChanged' }, { event: 'iceCandidate', candidate }, { event: 'iceCandidate' }]) {
    page.host.tell({ document: 1, connection: 1, snapshot: whole, ...event });
  }
  await settle();
  assert.deepEqual(log, [
    'signalingstatechange have-local-offer', 'icegatheringstatechange gathering', 'icecandidate 0',
    'icegatheringstatechange complete', 'icecandidate none',
  ]);
});

test('a server that gives no candidate is an icecandidateerror', async () => {
  const page = await openPage({});
  const connection = new page.window.RTCPeerConnection();
  const errors = [];
  connection.onicecandidateerror = ({ type, address, port, url, errorCode, errorText }) =>
    errors.push({ type, address, port, url, errorCode, errorText });
  await settle();
  const failure = { url: 'turn:turn.example', errorCode: 401, errorText: 'Unauthorized' };
  page.host.tell({ document: 1, connection: 1, event: 'iceCandidateError', ...failure, address: '192.0.2.1', port: 5000 });
  page.host.tell({ document: 1, connection: 1, event: 'iceCandidateError', ...failure });
  await settle();
  assert.deepEqual(errors, [
    { type: 'icecandidateerror', ...failure, address: '192.0.2.1', port: 5000 },
    { type: 'icecandidateerror', ...failure, address: null, port: null },
  ]);
});

test('an event’s states are applied together and told in the order of the specification', async () => {
  const page = await openPage({
    answers: {
      setLocalDescription: () => ({
        snapshot: snapshot({ signalingState: 'have-local-offer', transceivers: [transceiver(2, { mid: '0', transport: transport() })] }),
      }),
    },
  });
  const connection = new page.window.RTCPeerConnection();
  const { sender } = connection.addTransceiver('audio');
  await connection.setLocalDescription();
  const log = [];
  watch(connection, log);
  const { transport: dtls } = sender;
  dtls.onstatechange = () => log.push(`dtls ${dtls.state}, connection ${connection.connectionState}`);
  dtls.iceTransport.onstatechange = () => log.push(`ice ${dtls.iceTransport.state}`);
  dtls.iceTransport.onselectedcandidatepairchange = () => log.push(`pair ${dtls.iceTransport.getSelectedCandidatePair().remote.candidate}`);
  page.host.tell({
    document: 1, event: 'stateChanged', connection: 1,
    snapshot: snapshot({
      signalingState: 'have-local-offer', iceGatheringState: 'complete', iceConnectionState: 'connected', connectionState: 'connected',
      transceivers: [
        transceiver(2, {
          mid: '0',
          transport: transport({ iceGatheringState: 'complete', iceState: 'connected', dtlsState: 'connected', selectedPair: { local: 'candidate:1', remote: 'candidate:2' } }),
        }),
      ],
    }),
  });
  await settle();
  assert.deepEqual(log, [
    'icegatheringstatechange gathering', 'iceconnectionstatechange connected', 'ice connected', 'pair candidate:2',
    'dtls connected, connection connected', 'connectionstatechange connected',
  ]);
  assert.equal(sender.transport, dtls);
});

test('a handler that closes the connection hears nothing more of it', async () => {
  const page = await openPage();
  const connection = new page.window.RTCPeerConnection();
  const log = [];
  watch(connection, log);
  connection.addEventListener('iceconnectionstatechange', () => connection.close());
  await settle();
  page.host.tell({ document: 1, event: 'stateChanged', connection: 1, snapshot: snapshot({ iceConnectionState: 'failed', connectionState: 'failed' }) });
  await settle();
  assert.deepEqual(log, ['iceconnectionstatechange failed']);
  assert.equal(connection.connectionState, 'closed');
});

test('close fires nothing at the connection, leaves pending promises alone, and ends the receivers’ tracks later', async () => {
  const { window, sent } = await openPage({ answers: { createOffer: () => undefined } });
  const connection = new window.RTCPeerConnection();
  const { receiver } = connection.addTransceiver('audio');
  const log = [];
  watch(connection, log);
  receiver.track.addEventListener('ended', () => log.push('ended'));
  connection.createOffer().then(() => log.push('offer'), () => log.push('refused'));
  connection.close();
  connection.close();
  const [only] = connection.getTransceivers();
  assert.deepEqual(
    [connection.signalingState, connection.iceConnectionState, connection.connectionState, only.direction, only.currentDirection, only.stopped],
    ['closed', 'closed', 'closed', 'stopped', 'stopped', true],
  );
  assert.equal(receiver.track.readyState, 'live');
  await settle();
  assert.deepEqual(log, ['ended']);
  assert.equal(sent('closePeerConnection').length, 1);
  assert.equal((await rejection(connection.createOffer())).name, 'InvalidStateError');
  assert.throws(() => connection.addTransceiver('audio'), { name: 'InvalidStateError' });
  assert.equal((await connection.getStats()).size, 0);
});

// MARK: handlers, as webrtc-adapter and old pages use them

test('a handler keeps its place, is called with the connection as this, and can be taken off', async () => {
  const { window } = await openPage();
  const connection = new window.RTCPeerConnection();
  const log = [];
  connection.ontrack = function first() {
    log.push(['handler', this === connection]);
  };
  connection.addEventListener('track', () => log.push('listener'));
  connection.ontrack = () => log.push('replaced');
  connection.dispatchEvent(new Event('track'));
  connection.ontrack = 5;
  assert.equal(connection.ontrack, null);
  connection.dispatchEvent(new Event('track'));
  assert.deepEqual(log, ['replaced', 'listener', 'listener']);
});

test('methods and handlers can be replaced on the prototype', async () => {
  const { window } = await openPage();
  const { prototype } = window.RTCPeerConnection;
  const native = prototype.addTrack;
  prototype.addTrack = function patched(...values) {
    return [native.apply(this, values)];
  };
  Object.defineProperty(prototype, 'ontrack', { configurable: true, get: () => 'patched', set() {} });
  const connection = new window.RTCPeerConnection();
  const stream = await window.navigator.mediaDevices.getUserMedia({ audio: true });
  assert.ok(connection.addTrack(stream.getTracks()[0], stream)[0] instanceof window.RTCRtpSender);
  assert.equal(connection.ontrack, 'patched');
});

// MARK: senders

test('capabilities are fresh objects, and preferences must be among them', async () => {
  const { window, sent } = await openPage();
  const { codecs } = window.RTCRtpReceiver.getCapabilities('audio');
  assert.notEqual(codecs, window.RTCRtpReceiver.getCapabilities('audio').codecs);
  assert.equal(window.RTCRtpSender.getCapabilities('smell'), null);
  const only = new window.RTCPeerConnection().addTransceiver('audio');
  only.setCodecPreferences([codecs[1], codecs[0]]);
  assert.throws(() => only.setCodecPreferences([{ mimeType: 'audio/G722', clockRate: 8000 }]), { name: 'InvalidModificationError' });
  assert.throws(() => only.setCodecPreferences([codecs[1]]), { name: 'InvalidModificationError' });
  await settle();
  assert.deepEqual(sent('setTransceiver')[0].codecPreferences.map(({ mimeType }) => mimeType), ['audio/red', 'audio/opus']);
});

test('parameters come back as they were given, once', async () => {
  const { window, sent } = await openPage();
  const { sender } = new window.RTCPeerConnection().addTransceiver('audio');
  assert.equal((await rejection(sender.setParameters({ ...sender.getParameters(), transactionId: 'other' }))).name, 'InvalidModificationError');
  const parameters = sender.getParameters();
  parameters.priority = 'high';
  parameters.encodings[0].networkPriority = 'high';
  parameters.encodings[0].maxBitrate = 20_000;
  await sender.setParameters(parameters);
  assert.deepEqual(sent('setParameters')[0].encodings, [{ active: true, maxBitrate: 20_000 }]);
  assert.equal(sender.getParameters().encodings[0].networkPriority, 'high');
  assert.equal((await rejection(sender.setParameters({}))).name, 'TypeError');
});

test('tones are normalized, clamped, and refused where they cannot be sent', async () => {
  const { window, sent } = await openPage({
    answers: { addTransceiver: ({ transceiver: handle }) => ({ snapshot: snapshot({ transceivers: [transceiver(handle, { sender: { canInsertDTMF: true } })] }) }) },
  });
  const connection = new window.RTCPeerConnection();
  const { dtmf } = connection.addTransceiver('audio').sender;
  assert.throws(() => dtmf.insertDTMF('1'), { name: 'InvalidStateError' });
  await settle();
  assert.throws(() => dtmf.insertDTMF('x'), { name: 'InvalidCharacterError' });
  dtmf.insertDTMF('1,a', 10, 5);
  assert.equal(dtmf.toneBuffer, '1,A');
  await settle();
  assert.deepEqual(sent('insertDTMF')[0], { connection: 1, transceiver: 2, tones: '1,A', duration: 40, interToneGap: 30 });
  assert.equal(connection.addTransceiver('video').sender.dtmf, null);
});

// MARK: as web-platform-tests has it

test('encodings are read member by member, and refused as the browser refuses them', async () => {
  const { window } = await openPage();
  const connection = new window.RTCPeerConnection();
  const encodings = (kind, sendEncodings) => connection.addTransceiver(kind, { sendEncodings }).sender.getParameters().encodings;
  const usual = { active: true, adaptivePtime: false, networkPriority: 'low', priority: 'low' };
  assert.deepEqual(encodings('audio', [{ rid: 'a', scaleResolutionDownBy: -1 }, { rid: 'b' }]), [usual]);
  assert.deepEqual(
    encodings('video', [{ rid: 'a' }, { rid: 'b' }]).map(({ rid, scaleResolutionDownBy }) => [rid, scaleResolutionDownBy]),
    [['a', 2], ['b', 1]],
  );
  const refused = (kind, sendEncodings) => {
    try {
      connection.addTransceiver(kind, { sendEncodings });
    } catch ({ name }) {
      return name;
    }
  };
  for (const wrong of [[{ rid: '' }], [{ rid: 'a-b' }], [{ rid: 'a'.repeat(17) }], [{ rid: 'a' }, {}], [{ rid: 'a' }, { rid: 'a' }]]) {
    assert.equal(refused('video', wrong), 'TypeError', JSON.stringify(wrong));
  }
  assert.equal(refused('video', [{ scaleResolutionDownBy: 0.5 }]), 'RangeError');
  assert.equal(refused('audio', [{ codec: { mimeType: 'audio/none', clockRate: 8000 } }]), 'OperationError');
});

test('what a page may only give back to setParameters cannot be changed', async () => {
  const { window } = await openPage();
  const { sender } = new window.RTCPeerConnection().addTransceiver('audio');
  for (const change of [
    (parameters) => (parameters.rtcp.cname = 'another'),
    (parameters) => parameters.codecs.push({ mimeType: 'audio/opus', clockRate: 48000, payloadType: 1 }),
    (parameters) => parameters.encodings.push({}),
    (parameters) => (parameters.encodings[0].codec = { mimeType: 'audio/none', clockRate: 8000 }),
  ]) {
    const parameters = sender.getParameters();
    change(parameters);
    assert.equal((await rejection(sender.setParameters(parameters))).name, 'InvalidModificationError');
  }
});

test('header extensions can be stopped but for the one that bundles need, and the next transceiver begins so', async () => {
  const { window, sent } = await openPage();
  const connection = new window.RTCPeerConnection();
  const first = connection.addTransceiver('audio');
  const wanted = first.getHeaderExtensionsToNegotiate();
  const [level, numbers, mid] = wanted;
  assert.throws(() => first.setHeaderExtensionsToNegotiate([level, numbers, { ...mid, direction: 'stopped' }]), { name: 'InvalidModificationError' });
  assert.throws(() => first.setHeaderExtensionsToNegotiate([mid]), { name: 'InvalidModificationError' });
  assert.throws(() => first.setHeaderExtensionsToNegotiate([{ ...level, uri: '' }, numbers, mid]), { name: 'TypeError' });
  first.setHeaderExtensionsToNegotiate([{ ...level, direction: 'stopped' }, numbers, mid]);
  assert.equal(connection.addTransceiver('audio').getHeaderExtensionsToNegotiate()[0].direction, 'stopped');
  await settle();
  const asked = sent('setTransceiver').map(({ headerExtensions }) => headerExtensions);
  assert.deepEqual(asked, [[numbers.uri, mid.uri], [numbers.uri, mid.uri]]);
});

test('what the state forbids fails at once, without asking the engine', async () => {
  const { window, host } = await openPage();
  const connection = new window.RTCPeerConnection();
  await settle();
  const before = host.requests.length;
  for (const refused of [
    connection.createAnswer(),
    connection.setLocalDescription({ type: 'answer', sdp: '' }),
    connection.setRemoteDescription({ type: 'pranswer', sdp: '' }),
    connection.setLocalDescription({ type: 'rollback' }),
  ]) {
    assert.equal((await rejection(refused)).name, 'InvalidStateError');
  }
  assert.equal(host.requests.length, before);
});

test('a remote offer in the place of a local one takes that back first, in an event of its own', async () => {
  const offered = snapshot({ signalingState: 'have-local-offer', pendingLocalDescription: { type: 'offer', sdp: 'v=0\r\n' } });
  const other = snapshot({ signalingState: 'have-remote-offer', pendingRemoteDescription: { type: 'offer', sdp: 'v=0\r\n' } });
  const { window } = await openPage({
    answers: { setLocalDescription: () => ({ snapshot: offered }), setRemoteDescription: () => ({ snapshot: other }) },
  });
  const connection = new window.RTCPeerConnection();
  const states = [];
  connection.onsignalingstatechange = () => states.push(connection.signalingState);
  await connection.setLocalDescription();
  await connection.setRemoteDescription({ type: 'offer', sdp: 'v=0\r\n' });
  assert.deepEqual(states, ['have-local-offer', 'stable', 'have-remote-offer']);
});

test('what waits for an offer to be taken back goes on before the other side’s is there, and misses no event', async () => {
  const offered = snapshot({ signalingState: 'have-local-offer', pendingLocalDescription: { type: 'offer', sdp: 'v=0\r\n' } });
  const other = snapshot({ signalingState: 'have-remote-offer', pendingRemoteDescription: { type: 'offer', sdp: 'v=0\r\n' } });
  const page = await openPage({
    answers: { setLocalDescription: () => ({ snapshot: offered }), setRemoteDescription: () => ({ snapshot: other }) },
  });
  const connection = new page.window.RTCPeerConnection();
  await connection.setLocalDescription();
  const isStable = new Promise((resolve) => {
    connection.onsignalingstatechange = resolve;
  });
  const isSet = connection.setRemoteDescription({ type: 'offer', sdp: 'v=0\r\n' });
  await isStable;
  assert.deepEqual([connection.signalingState, connection.pendingLocalDescription], ['stable', null]);
  page.host.tell({ document: 1, event: 'stateChanged', connection: 1, snapshot: { ...other, iceConnectionState: 'checking' } });
  await isSet;
  assert.equal(connection.signalingState, 'have-remote-offer');
  await settle();
  assert.equal(connection.iceConnectionState, 'checking');
});

test('a track that is added in the same breath as a remote offer is there before it', async () => {
  const page = await openPage();
  const connection = new page.window.RTCPeerConnection();
  connection.setRemoteDescription({ type: 'offer', sdp: offerSDP }).catch(() => {});
  connection.addTransceiver('audio');
  await settle();
  assert.deepEqual(page.host.methods().slice(2), ['addTransceiver', 'setRemoteDescription']);
});

test('a transceiver that the other side has stopped stays in the list until the answer', async () => {
  let transceivers = [];
  const page = await openPage({
    answers: {
      addTransceiver: ({ transceiver: handle }) => {
        transceivers = [transceiver(handle, { mid: '0' })];
        return { snapshot: snapshot({ transceivers }) };
      },
    },
  });
  const connection = new page.window.RTCPeerConnection();
  const own = connection.addTransceiver('audio');
  await settle();
  const tell = async (members) => {
    page.host.tell({ document: 1, event: 'stateChanged', connection: 1, snapshot: snapshot(members) });
    await settle();
  };
  await tell({ signalingState: 'have-remote-offer', transceivers: [{ ...transceivers[0], stopped: true }] });
  assert.deepEqual(connection.getTransceivers(), [own]);
  assert.deepEqual([own.mid, own.direction, own.currentDirection, own.receiver.track.readyState], ['0', 'stopped', 'stopped', 'ended']);
  await tell({ transceivers: [] });
  assert.deepEqual([connection.getTransceivers(), connection.getSenders(), own.mid], [[], [], null]);
});

test('where no transport is left, nothing is gathered any more when the promise is settled', async () => {
  const page = await openPage({ answers: { setLocalDescription: () => ({ snapshot: snapshot() }) } });
  const connection = new page.window.RTCPeerConnection();
  page.host.tell({ document: 1, event: 'iceCandidate', connection: 1, candidate: null, snapshot: snapshot({ iceGatheringState: 'complete' }) });
  await settle();
  const states = [connection.iceGatheringState];
  connection.onicegatheringstatechange = () => states.push(connection.iceGatheringState);
  await connection.setLocalDescription();
  assert.deepEqual(states, ['complete', 'new']);
});

test('what a page appends to the tone buffer goes in one piece with what is in it', async () => {
  const { window, sent } = await openPage({
    answers: { addTransceiver: ({ transceiver: handle }) => ({ snapshot: snapshot({ transceivers: [transceiver(handle, { sender: { canInsertDTMF: true } })] }) }) },
  });
  const { dtmf } = new window.RTCPeerConnection().addTransceiver('audio').sender;
  await settle();
  for (const digit of '12#') dtmf.insertDTMF(dtmf.toneBuffer + digit);
  assert.equal(dtmf.toneBuffer, '12#');
  await settle();
  assert.deepEqual(sent('insertDTMF').map(({ tones }) => tones), ['12#']);
});

test('no tone is told of after the transceiver is stopped', async () => {
  const page = await openPage({
    answers: { addTransceiver: ({ transceiver: handle }) => ({ snapshot: snapshot({ transceivers: [transceiver(handle, { sender: { canInsertDTMF: true } })] }) }) },
  });
  const connection = new page.window.RTCPeerConnection();
  const own = connection.addTransceiver('audio');
  await settle();
  const tones = [];
  own.sender.dtmf.ontonechange = ({ tone }) => tones.push(tone);
  own.sender.dtmf.insertDTMF('12');
  const tell = async (tone) => {
    page.host.tell({ document: 1, event: 'toneChange', connection: 1, transceiver: 2, tone });
    await settle();
  };
  await tell('1');
  own.stop();
  await tell('2');
  await tell('');
  assert.deepEqual(tones, ['1']);
});

test('the far side’s certificate is there with the connected association, a copy for each who asks', async () => {
  const page = await openPage();
  const connection = new page.window.RTCPeerConnection();
  const { sender } = connection.addTransceiver('audio');
  await settle();
  const tell = async (members) => {
    const transceivers = [transceiver(2, { mid: '0', transport: transport(members) })];
    page.host.tell({ document: 1, event: 'stateChanged', connection: 1, snapshot: snapshot({ transceivers }) });
    await settle();
  };
  await tell({});
  assert.deepEqual(sender.transport.getRemoteCertificates(), []);
  const seen = [];
  sender.transport.onstatechange = () => seen.push(sender.transport.getRemoteCertificates().length);
  await tell({ dtlsState: 'connected', remoteCertificate: 'MIIB/w==' });
  assert.deepEqual(seen, [1]);
  const [first] = sender.transport.getRemoteCertificates();
  assert.deepEqual([...new Uint8Array(first)], [0x30, 0x82, 0x01, 0xff]);
  assert.notEqual(sender.transport.getRemoteCertificates()[0], first);
});

test('synchronization sources have their time in milliseconds since 1970, for ten seconds', async () => {
  const { timeOrigin } = globalThis.performance;
  const now = () => timeOrigin + globalThis.performance.now();
  let arrival = now() - 1000;
  const inbound = () => ({ id: 'I', type: 'inbound-rtp', kind: 'audio', mid: '0', ssrc: 7, timestamp: now(), lastPacketReceivedTimestamp: arrival });
  const page = await openPage({
    answers: {
      addTransceiver: ({ transceiver: handle }) => ({ snapshot: snapshot({ transceivers: [transceiver(handle, { mid: '0' })] }) }),
      getStats: () => ({ changed: { I: inbound() }, removed: [] }),
    },
  });
  const connection = new page.window.RTCPeerConnection();
  const { receiver } = connection.addTransceiver('audio');
  await settle();
  await connection.getStats();
  assert.deepEqual(receiver.getSynchronizationSources().map(({ source, timestamp }) => [source, timestamp]), [[7, arrival]]);
  arrival = now() - 11_000;
  await connection.getStats();
  assert.deepEqual(receiver.getSynchronizationSources(), []);
});
