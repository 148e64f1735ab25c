// What the pages of the golden conversations do. They note what they see; the host's side is in golden/.

/** What the other side would say. */
const farDescription = (type, direction = 'sendrecv') => ({
  type,
  sdp: [
    'v=0',
    'o=- 7 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111 126',
    'c=IN IP4 0.0.0.0',
    'a=ice-ufrag:farU',
    'a=ice-pwd:farfarfarfarfarfarfarfar',
    'a=fingerprint:sha-256 11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00',
    `a=setup:${type === 'offer' ? 'actpass' : 'active'}`,
    'a=mid:0',
    `a=${direction}`,
    'a=msid:far-stream far-track',
    'a=rtcp-mux',
    'a=rtpmap:111 opus/48000/2',
    'a=rtpmap:126 telephone-event/8000',
    '',
  ].join('\r\n'),
});

const connectionEvents = [
  'negotiationneeded',
  'signalingstatechange',
  'icegatheringstatechange',
  'icecandidate',
  'iceconnectionstatechange',
  'connectionstatechange',
  'track',
  'addstream',
  'removestream',
];

/** Notes every event of a connection, with the state it shows. */
export function watch(connection, log) {
  const words = {
    signalingstatechange: () => connection.signalingState,
    icegatheringstatechange: () => connection.iceGatheringState,
    iceconnectionstatechange: () => connection.iceConnectionState,
    connectionstatechange: () => connection.connectionState,
    icecandidate: ({ candidate }) => (candidate ? candidate.sdpMid : 'none'),
    track: ({ track, streams }) => `${track.id} in ${streams.map(({ id }) => id).join()}`,
    addstream: ({ stream }) => stream.id,
    removestream: ({ stream }) => stream.id,
  };
  for (const type of connectionEvents) {
    connection.addEventListener(type, (event) => log.push([type, words[type]?.(event)].filter(Boolean).join(' ')));
  }
}

const event = (target, type, condition = () => true) =>
  new Promise((resolve) => {
    const listener = (dispatched) => {
      if (!condition(dispatched)) return;
      target.removeEventListener(type, listener);
      resolve(dispatched);
    };
    target.addEventListener(type, listener);
  });

const connected = (connection) => event(connection, 'connectionstatechange', () => connection.connectionState === 'connected');

/** A call to somebody: with tones, the microphone muted for a while, statistics, and the end. */
async function outgoingCall({ window, log }) {
  const stream = await window.navigator.mediaDevices.getUserMedia({ audio: true });
  const [track] = stream.getAudioTracks();
  log.push(`microphone ${track.label}`);
  const connection = new window.RTCPeerConnection({ iceServers: [{ urls: 'stun:stun.example.com' }] });
  watch(connection, log);
  const sender = connection.addTrack(track, stream);
  await event(connection, 'negotiationneeded');
  const offer = await connection.createOffer();
  const gathered = event(connection, 'icecandidate', ({ candidate }) => candidate === null);
  await connection.setLocalDescription(offer);
  log.push(`local description set, gathering ${connection.iceGatheringState}, transport ${sender.transport.state}`);
  await gathered;
  const isUp = connected(connection);
  const { receiver } = connection.getTransceivers()[0];
  const unmuted = event(receiver.track, 'unmute');
  await connection.setRemoteDescription(farDescription('answer'));
  log.push('remote description set');
  const element = new window.HTMLMediaElement();
  element.srcObject = connection.getRemoteStreams()[0];
  await element.play();
  await isUp;
  await unmuted;
  log.push('unmute');
  track.enabled = false;
  track.enabled = true;
  const toneEnd = event(sender.dtmf, 'tonechange', ({ tone }) => tone === '');
  sender.dtmf.addEventListener('tonechange', ({ tone }) => log.push(`tone ${tone || 'end'}, then ${sender.dtmf.toneBuffer || 'none'}`));
  sender.dtmf.insertDTMF('1#', 160, 70);
  await toneEnd;
  const report = await receiver.getStats();
  log.push(`statistics ${[...report.values()].map(({ type }) => type).join()}`);
  element.srcObject = null;
  connection.close();
  track.stop();
  log.push(`closed ${connection.connectionState}`);
}

/** A call from somebody, answered the older way: callbacks, and nobody waits. */
async function incomingCall({ window, log }) {
  const connection = new window.webkitRTCPeerConnection();
  watch(connection, log);
  const isUp = connected(connection);
  connection.setRemoteDescription(
    farDescription('offer'),
    () => log.push('remote description set'),
    (error) => log.push(error.name),
  );
  const stream = await new Promise((resolve, reject) => {
    window.navigator.webkitGetUserMedia({ audio: { mandatory: { echoCancellation: false } } }, resolve, reject);
  });
  connection.addStream(stream);
  log.push(`transceivers ${connection.getTransceivers().map(({ direction, mid }) => `${mid} ${direction}`).join()}`);
  await new Promise((resolve, reject) => {
    connection.createAnswer((answer) => connection.setLocalDescription(answer, resolve, reject), reject);
  });
  log.push('local description set');
  await connection.addIceCandidate({ candidate: 'candidate:1 1 udp 2130706431 192.0.2.9 6000 typ host', sdpMid: '0', sdpMLineIndex: 0 });
  await connection.addIceCandidate(null);
  await isUp;
  connection.close();
}

/** Hold, and what the engine refuses. */
async function holdAndRefusals({ window, log }) {
  const connection = new window.RTCPeerConnection();
  const transceiver = connection.addTransceiver('audio');
  const gathered = event(connection, 'icecandidate', ({ candidate }) => candidate === null);
  await connection.setLocalDescription();
  await gathered;
  const isUp = connected(connection);
  const unmuted = event(transceiver.receiver.track, 'unmute');
  await connection.setRemoteDescription(farDescription('answer'));
  await isUp;
  await unmuted;
  watch(connection, log);
  transceiver.direction = 'sendonly';
  await event(connection, 'negotiationneeded');
  await connection.setLocalDescription();
  await connection.setRemoteDescription(farDescription('answer', 'recvonly'));
  log.push(`held ${transceiver.currentDirection}`);
  for (const refused of [
    () => connection.setRemoteDescription({ type: 'offer', sdp: 'garbage' }),
    () => connection.createAnswer(),
  ]) {
    await refused().catch((error) => log.push(`${error.name}: ${error.message}`));
  }
  connection.close();
}

export const conversations = {
  'outgoing-call': outgoingCall,
  'incoming-call': incomingCall,
  'hold-and-refusals': holdAndRefusals,
};
