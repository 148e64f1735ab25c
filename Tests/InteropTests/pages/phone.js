// A call between two connections of one document, so that it needs no signalling. Served under `script-src 'self'`.

globalThis.wasRestored = false;
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) globalThis.wasRestored = true;
});

/** Where the connections are kept: the page leaves them open when it goes. */
globalThis.calls = [];

/**
 * @param {Window} window  whose interfaces make the call
 * @param {RTCConfiguration} [configuration]  of both
 * @returns {Promise<{isOurs: boolean, states: string[]}>} once packets have come both ways
 */
globalThis.call = async (window = globalThis, configuration = {}) => {
  const stream = await window.navigator.mediaDevices.getUserMedia({ audio: true });
  const pair = [new window.RTCPeerConnection(configuration), new window.RTCPeerConnection(configuration)];
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

/** What a configuration gives: candidates as they come, and errors. */
globalThis.gather = async (configuration) => {
  const connection = new RTCPeerConnection(configuration);
  const found = { candidates: [], errors: [] };
  connection.onicecandidate = ({ candidate }) => candidate?.candidate && found.candidates.push(candidate.candidate);
  connection.onicecandidateerror = ({ url, errorCode, errorText }) => found.errors.push({ url, errorCode, errorText });
  connection.addTransceiver('audio');
  const complete = new Promise((resolve) => {
    connection.onicegatheringstatechange = () => connection.iceGatheringState === 'complete' && resolve();
  });
  await connection.setLocalDescription();
  await complete;
  connection.close();
  return found;
};

/** Restarts ICE in the last call; the call goes on meanwhile. */
globalThis.restart = async () => {
  const [caller, callee] = calls.at(-1);
  const fragment = () => /a=ice-ufrag:(.*)/.exec(caller.localDescription.sdp)[1];
  const fragments = new Set([fragment()]);
  const before = await packetsOf(caller);
  caller.restartIce();
  await caller.setLocalDescription(await caller.createOffer());
  fragments.add(fragment());
  await callee.setRemoteDescription(caller.localDescription);
  await callee.setLocalDescription();
  await caller.setRemoteDescription(callee.localDescription);
  while ((await packetsOf(caller)) < before + 50) await new Promise((resolve) => setTimeout(resolve, 50));
  const report = await caller.getStats();
  const pair = report.get([...report.values()].find(({ type }) => type === 'transport').selectedCandidatePairId);
  return {
    states: [caller, callee].map(({ connectionState }) => connectionState),
    fragments: fragments.size,
    relayed: report.get(pair.localCandidateId).candidateType === 'relay',
  };
};
