import assert from 'node:assert/strict';
import test from 'node:test';
import { openPage, settle, snapshot, transport } from './support/page.mjs';

const send = "Failed to execute 'send' on 'RTCDataChannel'";
const create = "Failed to execute 'createDataChannel' on 'RTCPeerConnection'";

/** A connection with a channel, and a log of the channel's events. */
async function openChannel({ init, answers, isOpen = true } = {}) {
  const page = await openPage({ answers });
  const connection = new page.window.RTCPeerConnection();
  const channel = connection.createDataChannel('chat', init);
  const log = logOf(channel);
  await settle();
  const { connection: handle, channel: number } = page.sent('createDataChannel')[0];
  const tell = async (event, members = {}) => {
    page.host.tell({ document: 1, event: `dataChannel${event}`, connection: handle, channel: number, ...members });
    await settle();
  };
  if (isOpen) await tell('Opened', { id: 1 });
  return { page, connection, channel, log, tell, handle, number };
}

function logOf(channel) {
  const log = [];
  for (const type of ['open', 'message', 'bufferedamountlow', 'closing', 'error', 'close']) {
    channel.addEventListener(type, (event) => log.push([type, channel.readyState, ...(type === 'message' ? [event.data] : [])].join(' ')));
  }
  return log;
}

// MARK: the outside

test('the interfaces have the browser’s members', async () => {
  const { window } = await openPage();
  const members = (name) => Object.keys(Object.getOwnPropertyDescriptors(window[name].prototype)).filter((key) => key !== 'constructor').sort();
  assert.deepEqual(members('RTCDataChannel'), [
    'binaryType', 'bufferedAmount', 'bufferedAmountLowThreshold', 'close', 'id', 'label', 'maxPacketLifeTime', 'maxRetransmits', 'negotiated',
    'onbufferedamountlow', 'onclose', 'onclosing', 'onerror', 'onmessage', 'onopen', 'ordered', 'protocol', 'readyState', 'reliable', 'send',
  ]);
  assert.deepEqual(members('RTCSctpTransport'), ['maxChannels', 'maxMessageSize', 'onstatechange', 'state', 'transport']);
  assert.deepEqual(members('RTCDataChannelEvent'), ['channel']);
  assert.equal(window.RTCDataChannel.length, 0);
  assert.equal(window.RTCDataChannelEvent.length, 2);
  assert.equal(window.RTCDataChannel.prototype.send.length, 1);
  assert.equal(window.RTCPeerConnection.prototype.createDataChannel.length, 1);
  for (const name of ['RTCDataChannel', 'RTCSctpTransport']) {
    assert.throws(() => new window[name](), { name: 'TypeError', message: `Failed to construct '${name}': Illegal constructor` });
  }
});

test('an event of ours can be made of a channel of ours, and of nothing else', async () => {
  const { page, channel } = await openChannel();
  const { RTCDataChannelEvent } = page.window;
  assert.equal(new RTCDataChannelEvent('datachannel', { channel }).channel, channel);
  assert.throws(() => new RTCDataChannelEvent('datachannel'), TypeError);
  assert.throws(() => new RTCDataChannelEvent('datachannel', {}), TypeError);
  assert.throws(() => new RTCDataChannelEvent('datachannel', { channel: {} }), TypeError);
});

// MARK: createDataChannel

test('a new channel has the defaults, and is asked for with what differs from them', async () => {
  const page = await openPage();
  const connection = new page.window.RTCPeerConnection();
  const { label, ordered, maxPacketLifeTime, maxRetransmits, protocol, negotiated, id, readyState, bufferedAmount, binaryType, reliable } =
    connection.createDataChannel('');
  assert.deepEqual(
    { label, ordered, maxPacketLifeTime, maxRetransmits, protocol, negotiated, id, readyState, bufferedAmount, binaryType, reliable },
    {
      label: '', ordered: true, maxPacketLifeTime: null, maxRetransmits: null, protocol: '', negotiated: false, id: null,
      readyState: 'connecting', bufferedAmount: 0, binaryType: 'arraybuffer', reliable: true,
    },
  );
  connection.createDataChannel('a', { ordered: false, maxRetransmits: 3, protocol: 'p', id: 9, priority: 'high' });
  connection.createDataChannel('b', { negotiated: true, id: 7, maxPacketLifeTime: 500 });
  await settle();
  assert.deepEqual(page.sent('createDataChannel').map(({ connection: _, channel: __, ...params }) => params), [
    { label: '', protocol: '', ordered: true, negotiated: false },
    { label: 'a', protocol: 'p', ordered: false, negotiated: false, maxRetransmits: 3 },
    { label: 'b', protocol: '', ordered: true, negotiated: true, maxPacketLifeTime: 500, id: 7 },
  ]);
});

test('what cannot be is refused as the browser refuses it', async () => {
  const page = await openPage();
  const connection = new page.window.RTCPeerConnection();
  const refusal = (...values) => {
    try {
      connection.createDataChannel(...values);
      return null;
    } catch ({ name, message }) {
      return `${name} ${message.replace(`${create}: `, '')}`;
    }
  };
  assert.equal(refusal(), 'TypeError 1 argument required, but only 0 present.');
  assert.equal(refusal('a', 5), "TypeError The provided value is not of type 'RTCDataChannelInit'.");
  assert.equal(refusal('a', { maxPacketLifeTime: 1, maxRetransmits: 1 }), 'TypeError RTCDataChannel cannot have both max retransmits and max lifetime');
  assert.equal(refusal('a', { negotiated: true }), 'TypeError RTCDataChannel must have id set if negotiated is true');
  assert.equal(refusal('a', { negotiated: true, id: 65535 }), 'TypeError RTCDataChannel cannot have id > 65534');
  assert.match(refusal('a', { id: 65536 }), /^TypeError Failed to read the 'id' property from 'RTCDataChannelInit'/);
  assert.match(refusal('a', { maxRetransmits: -1 }), /^TypeError .*'unsigned short' value range\.$/);
  assert.equal(refusal('ä'.repeat(32768)), 'TypeError RTCDataChannel label too long');
  assert.equal(refusal('a', { protocol: 'a'.repeat(65536) }), 'TypeError RTCDataChannel protocol too long');
  assert.equal(refusal('a', { negotiated: true, id: 5 }), null);
  assert.equal(refusal('a', { negotiated: true, id: 5 }), 'OperationError RTCDataChannel creation failed');
  connection.close();
  assert.equal(refusal('a'), "InvalidStateError The RTCPeerConnection's signalingState is 'closed'.");
});

test('the first channel needs a negotiation, the second none', async () => {
  const { window } = await openPage();
  const connection = new window.RTCPeerConnection();
  let count = 0;
  connection.onnegotiationneeded = () => (count += 1);
  connection.createDataChannel('one');
  await settle();
  connection.createDataChannel('two');
  await settle();
  assert.equal(count, 1);
});

test('a section that was refused is not asked for again', async () => {
  const sdp = (port) => `v=0\r\nm=application ${port} UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:0\r\n`;
  const agreed = snapshot({
    currentLocalDescription: { type: 'offer', sdp: sdp(9) }, currentRemoteDescription: { type: 'answer', sdp: sdp(0) },
  });
  const { window } = await openPage({ answers: { setLocalDescription: () => ({ snapshot: agreed }) } });
  const connection = new window.RTCPeerConnection();
  await connection.setLocalDescription();
  let count = 0;
  connection.onnegotiationneeded = () => (count += 1);
  connection.createDataChannel('one');
  await settle();
  assert.equal(count, 0);
});

test('an engine that refuses a channel closes it, with an error', async () => {
  const error = Object.assign(new Error('the id 3 is in use'), { name: 'OperationError' });
  const { log } = await openChannel({ isOpen: false, answers: { createDataChannel: () => error } });
  assert.deepEqual(log, ['error closed', 'close closed']);
});

// MARK: life

test('a channel opens, has its number, and tells of messages as what they are', async () => {
  const { channel, log, tell } = await openChannel();
  assert.equal(channel.id, 1);
  const data = [];
  channel.onmessage = (event) => data.push(event.data);
  await tell('Message', { text: 'grüß' });
  await tell('Message', { text: '' });
  await tell('Message', { data: 'AAEC/w==' });
  await tell('Message', { data: 'YQBi', isText: true });
  channel.binaryType = 'nonsense';
  assert.equal(channel.binaryType, 'arraybuffer');
  channel.binaryType = 'blob';
  await tell('Message', { data: 'AAEC/w==' });
  assert.deepEqual([data[0], data[1], data[3]], ['grüß', '', 'a\0b']);
  assert.ok(data[2] instanceof ArrayBuffer);
  assert.deepEqual([...new Uint8Array(data[2])], [0, 1, 2, 255]);
  assert.ok(data[4] instanceof Blob);
  assert.deepEqual([...new Uint8Array(await data[4].arrayBuffer())], [0, 1, 2, 255]);
  assert.equal(log[0], 'open open');
});

test('a channel of the other side is announced, then open', async () => {
  const { page, connection, handle } = await openChannel();
  const log = [];
  connection.ondatachannel = ({ channel }) => {
    const { label, protocol, ordered, maxPacketLifeTime, maxRetransmits, id, negotiated, readyState } = channel;
    log.push({ label, protocol, ordered, maxPacketLifeTime, maxRetransmits, id, negotiated, readyState });
    channel.onopen = () => log.push(`open ${channel.readyState}`);
    channel.onmessage = ({ data }) => log.push(data);
  };
  const members = { document: 1, connection: handle, channel: -1 };
  page.host.tell({ ...members, event: 'dataChannelAnnounced', label: 'theirs', protocol: 'p', ordered: false, maxRetransmits: 0, id: 2 });
  page.host.tell({ ...members, event: 'dataChannelMessage', text: 'at once' });
  await settle();
  assert.deepEqual(log, [
    { label: 'theirs', protocol: 'p', ordered: false, maxPacketLifeTime: null, maxRetransmits: 0, id: 2, negotiated: false, readyState: 'open' },
    'open open',
    'at once',
  ]);
});

test('a channel has its number as soon as it is agreed which side has which', async () => {
  const { page, connection, channel, handle, number } = await openChannel({ isOpen: false });
  assert.equal(channel.id, null);
  const sctp = { state: 'connecting', ids: { [number]: 4 } };
  page.host.tell({ document: 1, event: 'stateChanged', connection: handle, snapshot: snapshot({ sctp }) });
  await settle();
  assert.deepEqual([channel.id, channel.readyState], [4, 'connecting']);
  assert.throws(() => connection.createDataChannel('same', { negotiated: true, id: 4 }), { name: 'OperationError' });
});

// MARK: send

test('messages are sent in the order of the calls, and a blob holds up what comes after it', async () => {
  const { page, channel } = await openChannel();
  channel.send('one');
  channel.send(new Blob(['two']));
  channel.send(new Uint8Array([9, 3, 4]).subarray(1));
  channel.send(new DataView(new ArrayBuffer(1)));
  channel.send('a\0b');
  channel.send('half \ud800');
  channel.send({ toString: () => 'object' });
  channel.send(new ArrayBuffer(0));
  assert.equal(channel.bufferedAmount, 3 + 3 + 2 + 1 + 3 + 8 + 6);
  await settle();
  assert.deepEqual(page.sent('sendData').map(({ connection: _, channel: __, ...params }) => params), [
    { text: 'one' }, { data: 'dHdv' }, { data: 'AwQ=' }, { data: 'AA==' }, { data: 'YQBi', isText: true }, { text: 'half \ufffd' },
    { text: 'object' }, { data: '' },
  ]);
});

test('what is sent is what it was when it was sent', async () => {
  const { page, channel } = await openChannel();
  const bytes = new Uint8Array([1]);
  channel.send(new Blob(['x']));
  channel.send(bytes);
  bytes[0] = 2;
  await settle();
  assert.equal(page.sent('sendData')[1].data, 'AQ==');
});

test('what cannot be sent is refused as the browser refuses it', async () => {
  const { connection, channel, tell, page } = await openChannel({
    isOpen: false, answers: { createDataChannel: () => ({ snapshot: snapshot({ sctp: { state: 'connected', maxMessageSize: 10 } }) }) },
  });
  const refused = (data) => assert.throws(() => channel.send(...data));
  refused([]);
  assert.throws(() => channel.send('x'), { name: 'InvalidStateError', message: `${send}: RTCDataChannel.readyState is not 'open'` });
  await tell('Opened', { id: 1 });
  assert.equal(connection.sctp.maxMessageSize, 10);
  channel.send('x'.repeat(10));
  assert.throws(() => channel.send('x'.repeat(11)), { name: 'TypeError', message: `${send}: Trying to send message larger than max-message-size` });
  assert.equal(page.sent('sendData').length, 0);
  assert.equal(channel.bufferedAmount, 10);
});

test('sixteen megabytes wait, and no more', async () => {
  const { channel } = await openChannel();
  const message = new ArrayBuffer(1024 * 1024);
  for (let count = 0; count < 16; count += 1) channel.send(message);
  assert.throws(() => channel.send('x'), { name: 'OperationError', message: `${send}: RTCDataChannel send queue is full` });
});

test('bufferedamountlow fires when the amount falls to the threshold, and only then', async () => {
  const { channel, log, tell } = await openChannel();
  channel.bufferedAmountLowThreshold = 5;
  channel.send('x'.repeat(20));
  await tell('Drained', { bytes: 10 });
  assert.equal(channel.bufferedAmount, 10);
  await tell('Drained', { bytes: 5 });
  await tell('Drained', { bytes: 5 });
  assert.equal(channel.bufferedAmount, 0);
  assert.deepEqual(log.slice(1), ['bufferedamountlow open']);
  channel.bufferedAmountLowThreshold = -1;
  assert.equal(channel.bufferedAmountLowThreshold, 4294967295);
});

// MARK: closing

test('closing from here: closing at once, closed when the engine says so', async () => {
  const { page, channel, log, tell } = await openChannel();
  channel.send(new Blob(['last words']));
  channel.close();
  channel.close();
  assert.equal(channel.readyState, 'closing');
  assert.throws(() => channel.send('x'), { name: 'InvalidStateError' });
  await settle();
  assert.deepEqual(page.host.methods().slice(-2), ['sendData', 'closeDataChannel']);
  await tell('Message', { text: 'still coming' });
  await tell('Closed');
  assert.equal(channel.readyState, 'closed');
  assert.deepEqual(log, ['open open', 'message closing still coming', 'close closed']);
});

test('closing from there, and by an error', async () => {
  const first = await openChannel();
  await first.tell('Closing');
  await first.tell('Closed');
  assert.deepEqual(first.log, ['open open', 'closing closing', 'close closed']);
  const second = await openChannel();
  let error;
  second.channel.onerror = (event) => (error = event.error);
  await second.tell('Closed', { reason: 'User-Initiated Abort' });
  assert.deepEqual(second.log, ['open open', 'closing closing', 'error closed', 'close closed']);
  assert.deepEqual([error.name, error.errorDetail, error.message], ['OperationError', 'sctp-failure', 'User-Initiated Abort']);
});

test('closing the connection closes the channels, and nothing of the engine’s is told after it', async () => {
  const { connection, channel, log, tell } = await openChannel();
  connection.close();
  assert.equal(channel.readyState, 'closed');
  await tell('Message', { text: 'too late' });
  assert.deepEqual(log, ['open open', 'close closed']);
});

test('losing the engine closes the channels with an error', async () => {
  const { page, log, channel } = await openChannel();
  page.host.die();
  await settle();
  assert.equal(channel.readyState, 'closed');
  assert.deepEqual(log, ['open open', 'closing closing', 'error closed', 'close closed']);
});

// MARK: sctp

test('pc.sctp is there with the section, and follows the association', async () => {
  const { page, connection, handle } = await openChannel();
  assert.equal(connection.sctp, null);
  const tell = async (members) => {
    page.host.tell({ document: 1, event: 'stateChanged', connection: handle, snapshot: snapshot(members) });
    await settle();
  };
  await tell({ sctp: { state: 'connecting', transport: transport() } });
  const { sctp } = connection;
  assert.deepEqual([sctp.state, sctp.maxMessageSize, sctp.maxChannels], ['connecting', Infinity, null]);
  assert.equal(connection.createDataChannel('later').id, null);
  assert.ok(sctp.transport instanceof page.window.RTCDtlsTransport);
  const log = [];
  sctp.onstatechange = () => log.push(sctp.state);
  sctp.transport.onstatechange = () => log.push(`dtls ${sctp.transport.state}`);
  await tell({ sctp: { state: 'connected', maxMessageSize: 262144, maxChannels: 1024, transport: transport({ dtlsState: 'connected' }) } });
  assert.equal(connection.sctp, sctp);
  assert.deepEqual([sctp.maxMessageSize, sctp.maxChannels], [262144, 1024]);
  assert.deepEqual(log, ['dtls connected', 'connected']);
  log.length = 0;
  connection.close();
  assert.equal(sctp.state, 'closed');
  await settle();
  assert.deepEqual(log, ['closed']);
});

test('a channel that is made while the association is up has its number at once', async () => {
  for (const [type, setup, ids] of [
    ['currentRemote', 'active', [3, 5]],
    ['currentRemote', 'passive', [0, 2]],
    ['currentLocal', 'active', [0, 2]],
    ['currentLocal', 'passive', [3, 5]],
  ]) {
    const { page, connection, handle } = await openChannel();
    const answer = { type: 'answer', sdp: `v=0\r\na=setup:${setup}\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:0\r\n` };
    const other = { type: 'offer', sdp: answer.sdp.replace(setup, 'actpass') };
    const descriptions = { currentLocalDescription: other, currentRemoteDescription: other, [`${type}Description`]: answer };
    const sctp = { state: 'connected', maxMessageSize: 262144, maxChannels: 1024, transport: transport({ dtlsState: 'connected' }) };
    page.host.tell({ document: 1, event: 'stateChanged', connection: handle, snapshot: snapshot({ sctp, ...descriptions }) });
    await settle();
    assert.deepEqual([connection.createDataChannel('a').id, connection.createDataChannel('b').id], ids);
    connection.close();
  }
});
