// A call between two connections of one document, so that it needs no signalling. Served under `script-src 'self'`.

globalThis.wasRestored = false;
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) globalThis.wasRestored = true;
});

/** Where the connections are kept: the page leaves them open when it goes. */
globalThis.calls = [];

/**
 * @param {Window} window  whose interfaces make the call
 * @returns {Promise<{isOurs: boolean, states: string[]}>} once packets have come both ways
 */
globalThis.call = async (window = globalThis) => {
  const stream = await window.navigator.mediaDevices.getUserMedia({ audio: true });
  const pair = [new window.RTCPeerConnection(), new window.RTCPeerConnection()];
  calls.push(pair);
  for (const [index, connection] of pair.entries()) {
    connection.onicecandidate = ({ candidate }) => pair[1 - index].addIceCandidate(candidate ?? undefined);
    connection.addTrack(stream.getAudioTracks()[0], stream);
  }
  const [caller, callee] = pair;
  await caller.setLocalDescription();
  await callee.setRemoteDescription(caller.localDescription);
  await callee.setLocalDescription();
  await caller.setRemoteDescription(callee.localDescription);
  for (;;) {
    const received = await Promise.all(pair.map(packetsOf));
    if (Math.min(...received) > 0) {
      return {
        isOurs: !Function.prototype.toString.call(window.RTCPeerConnection).endsWith('{ [native code] }'),
        states: pair.map(({ connectionState }) => connectionState),
      };
    }
    if (pair.some(({ connectionState }) => connectionState === 'failed')) throw new Error('The call has failed.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

/** Ends the calls that this document's own interfaces made. */
globalThis.hangUp = () => {
  for (const connection of calls.flat()) {
    if (connection instanceof RTCPeerConnection) connection.close();
  }
};

async function packetsOf(connection) {
  const inbound = [...(await connection.getStats()).values()].find(({ type }) => type === 'inbound-rtp');
  return inbound?.packetsReceived ?? 0;
}

/**
 * A frame with a page of its own calls when it is asked to, and tells its opener.
 *
 * @param {Partial<HTMLIFrameElement>} members
 */
globalThis.callInFrame = async (members) => {
  const frame = Object.assign(document.createElement('iframe'), members);
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
  document.body.append(frame);
  await loaded;
  const answer = new Promise((resolve) => {
    addEventListener('message', function listen({ source, data }) {
      if (source !== frame.contentWindow) return;
      removeEventListener('message', listen);
      resolve(data);
    });
  });
  frame.contentWindow.postMessage('call', '*');
  return answer;
};

addEventListener('message', ({ data, source }) => {
  if (data === 'call') call().then((result) => source.postMessage(result, '*'), (error) => source.postMessage({ error: String(error) }, '*'));
});
