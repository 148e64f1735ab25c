'use strict';
// RTCPeerConnection (webrtc-pc §4.4), the page's side: arguments, overloads, exceptions. What it does is in connection.js.
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];
  const { Connection, Direction, engineConfiguration, readConfiguration, publicConfiguration, unchangeable } = facade;

  // The words are Chromium's: pages have been seen to look at them.
  const cannotOffer = 'PeerConnection cannot create an offer in a state other than stable or have-local-offer.';
  const cannotAnswer =
    'PeerConnection cannot create an answer in a state other than have-remote-offer or have-local-pranswer.';
  const wrongState = (side, { type }) => `Failed to set ${side} ${type} sdp: Called in wrong state: `;

  /** In which states which description may be set (webrtc-pc §4.3.1, with implicit rollback). */
  const statesFor = {
    local: {
      offer: ['stable', 'have-local-offer'],
      answer: ['have-remote-offer', 'have-local-pranswer'],
      pranswer: ['have-remote-offer', 'have-local-pranswer'],
      rollback: ['have-local-offer', 'have-remote-offer'],
    },
    remote: {
      offer: ['stable', 'have-local-offer', 'have-remote-offer'],
      answer: ['have-local-offer', 'have-remote-pranswer'],
      pranswer: ['have-local-offer', 'have-remote-pranswer'],
      rollback: ['have-local-offer', 'have-remote-offer'],
    },
  };
  const sdpTypes = new Set(['offer', 'pranswer', 'answer', 'rollback']);

  function definePeerConnection(realm) {
    const { window, webidl, native } = realm;
    const { TypeError } = window;
    const failed = (method) => `Failed to execute '${method}' on 'RTCPeerConnection'`;

    class RTCPeerConnection extends window.EventTarget {
      /** @type {InstanceType<typeof Connection>} */
      #connection;
      /** Page objects of the descriptions. @type {WeakMap<object, RTCSessionDescription>} */
      #descriptions = new WeakMap();

      // The second argument of old, “constraints”, has no meaning any more.
      constructor() {
        const context = "Failed to construct 'RTCPeerConnection'";
        const isKept = arguments[0] === webidl.constructionKey;
        const configuration = readConfiguration(isKept ? arguments[1].configuration : arguments[0], realm, context);
        super();
        this.#connection = new Connection(realm, this, configuration, isKept ? arguments[1].connection : null);
        if (isKept) this.#connection.takeOver(...Array.from(arguments).slice(1));
      }

      static generateCertificate(keygenAlgorithm) {
        return realm.certificates.generate(keygenAlgorithm);
      }

      get localDescription() {
        const { pendingLocal, currentLocal } = this.#connection.descriptions;
        return this.#description(pendingLocal ?? currentLocal);
      }
      get currentLocalDescription() {
        return this.#description(this.#connection.descriptions.currentLocal);
      }
      get pendingLocalDescription() {
        return this.#description(this.#connection.descriptions.pendingLocal);
      }
      get remoteDescription() {
        const { pendingRemote, currentRemote } = this.#connection.descriptions;
        return this.#description(pendingRemote ?? currentRemote);
      }
      get currentRemoteDescription() {
        return this.#description(this.#connection.descriptions.currentRemote);
      }
      get pendingRemoteDescription() {
        return this.#description(this.#connection.descriptions.pendingRemote);
      }
      get signalingState() {
        return this.#connection.signalingState;
      }
      get iceGatheringState() {
        return this.#connection.iceGatheringState;
      }
      get iceConnectionState() {
        return this.#connection.iceConnectionState;
      }
      get connectionState() {
        return this.#connection.connectionState;
      }
      get canTrickleIceCandidates() {
        return this.#connection.canTrickleIceCandidates;
      }
      get sctp() {
        return this.#connection.sctp?.sctpTransport ?? null;
      }

      // MARK: negotiation

      async createOffer() {
        const connection = this.#connection;
        const [options, callbacks] = callbackForm(arguments, 0);
        const { offerToReceiveAudio, offerToReceiveVideo, iceRestart, voiceActivityDetection } = options ?? {};
        const promise = connection.perform(failed('createOffer'), async () => {
          requireState(connection, ['stable', 'have-local-offer'], 'createOffer', cannotOffer);
          offerToReceive(connection, 'audio', offerToReceiveAudio);
          offerToReceive(connection, 'video', offerToReceiveVideo);
          const params = { iceRestart: Boolean(iceRestart), ...voiceActivity(voiceActivityDetection) };
          const { sdp, type, snapshot } = await connection.request('createOffer', params);
          connection.takeSnapshot(snapshot);
          return { sdp, type };
        }, true);
        return settle(promise, callbacks);
      }

      async createAnswer() {
        const connection = this.#connection;
        const [options, callbacks] = callbackForm(arguments, 0);
        const { voiceActivityDetection } = options ?? {};
        const promise = connection.perform(failed('createAnswer'), async () => {
          requireState(connection, ['have-remote-offer', 'have-local-pranswer'], 'createAnswer', cannotAnswer);
          const { sdp, type, snapshot } = await connection.request('createAnswer', voiceActivity(voiceActivityDetection));
          connection.takeSnapshot(snapshot);
          return { sdp, type };
        }, true);
        return settle(promise, callbacks);
      }

      async setLocalDescription() {
        const connection = this.#connection;
        const [, callbacks] = callbackForm(arguments, 1);
        const description = readDescription(arguments[0], 'setLocalDescription', false);
        const promise = connection.perform(failed('setLocalDescription'), async () => {
          requireState(connection, statesFor.local[description.type], 'setLocalDescription', wrongState('local', description));
          await connection.setDescription('setLocalDescription', description);
        });
        return settle(promise, callbacks);
      }

      async setRemoteDescription(description) {
        const connection = this.#connection;
        requireArguments(arguments, 1, 'setRemoteDescription');
        const [, callbacks] = callbackForm(arguments, 1);
        const read = readDescription(description, 'setRemoteDescription', true);
        const promise = connection.perform(failed('setRemoteDescription'), async () => {
          requireState(connection, statesFor.remote[read.type], 'setRemoteDescription', wrongState('remote', read));
          // A track that is added in the same breath is there when the offer looks for a transceiver to take.
          await undefined;
          if (connection.isClosed) return;
          await connection.setDescription('setRemoteDescription', read);
        });
        return settle(promise, callbacks);
      }

      // webrtc-pc §4.4.2 addIceCandidate
      async addIceCandidate() {
        const connection = this.#connection;
        const context = failed('addIceCandidate');
        const [, callbacks] = callbackForm(arguments, 1);
        const candidate = readCandidate(arguments[0], context);
        const promise = connection.perform(context, async () => {
          const { pendingRemote, currentRemote } = connection.descriptions;
          if (!pendingRemote && !currentRemote) {
            throw webidl.exception('InvalidStateError', `${context}: The remote description was null`);
          }
          const { snapshot } = await connection.request('addIceCandidate', { candidate });
          connection.takeSnapshot(snapshot);
        });
        return settle(promise, callbacks);
      }

      restartIce() {
        this.#connection.restartIce();
      }

      getConfiguration() {
        return publicConfiguration(this.#connection.configuration);
      }

      setConfiguration() {
        const connection = this.#connection;
        const context = failed('setConfiguration');
        connection.requireOpen(context);
        const configuration = readConfiguration(arguments[0], realm, context);
        const { pendingLocal, currentLocal } = connection.descriptions;
        if (unchangeable(connection.configuration, configuration, Boolean(pendingLocal ?? currentLocal))) {
          const reason = `Attempted to modify the PeerConnection's configuration in an unsupported way.`;
          throw webidl.exception('InvalidModificationError', `${context}: ${reason}`);
        }
        const { certificates } = connection.configuration;
        connection.configuration = { ...configuration, certificates };
        connection.post('setConfiguration', { configuration: engineConfiguration(configuration) });
      }

      close() {
        this.#connection.close();
      }

      // MARK: tracks

      getSenders() {
        return this.#active().map(({ sender }) => sender);
      }
      getReceivers() {
        return this.#active().map(({ receiver }) => receiver);
      }
      getTransceivers() {
        return this.#active().map(({ transceiver }) => transceiver);
      }

      // webrtc-pc §5.1 addTrack
      addTrack(track) {
        const connection = this.#connection;
        const context = failed('addTrack');
        requireArguments(arguments, 1, 'addTrack');
        webidl.requireTrack(track, 'addTrack', 'RTCPeerConnection');
        connection.requireOpen(context);
        // Some callers hand this to forEach(), which adds an index and an array: what is no stream is none.
        const streams = Array.from(arguments)
          .slice(1)
          .filter((stream) => stream instanceof window.MediaStream);
        if (connection.transceivers.some((record) => !record.isStopped && record.senderTrack === track)) {
          throw webidl.exception('InvalidAccessError', `${context}: A sender already exists for the track.`);
        }
        const source = connection.senderSource(track);
        const free = connection.transceivers.find(
          (record) => record.senderTrack === null && record.kind === track.kind && !record.isStopping && !record.hasSent,
        );
        if (!free) return connection.addTransceiver(track.kind, { track, streams, byAddTrack: true, source }).sender;
        free.senderTrack = track;
        free.localStreams = streams;
        free.direction = Direction.withSending(free.direction, true);
        const { direction, senderStreams } = free;
        connection.changeTransceiver(free, { direction, source, streams: senderStreams, byAddTrack: true });
        connection.updateNegotiationNeeded();
        return free.sender;
      }

      // webrtc-pc §5.1 removeTrack
      removeTrack(sender) {
        const connection = this.#connection;
        const context = failed('removeTrack');
        requireArguments(arguments, 1, 'removeTrack');
        connection.requireOpen(context);
        const record = connection.transceivers.find((candidate) => candidate.sender === sender);
        if (!record) {
          if (!(sender instanceof realm.RTCRtpSender)) {
            throw new TypeError(`${context}: parameter 1 is not of type 'RTCRtpSender'.`);
          }
          throw webidl.exception('InvalidAccessError', `${context}: The sender was not created by this peer connection.`);
        }
        if (record.isStopping || record.senderTrack === null) return;
        record.senderTrack = null;
        record.direction = Direction.withSending(record.direction, false);
        connection.changeTransceiver(record, { direction: record.direction, source: {} });
        connection.updateNegotiationNeeded();
      }

      // webrtc-pc §5.1 addTransceiver
      addTransceiver(trackOrKind) {
        const connection = this.#connection;
        const context = failed('addTransceiver');
        requireArguments(arguments, 1, 'addTransceiver');
        const isTrack = trackOrKind instanceof window.MediaStreamTrack;
        const kind = isTrack ? trackOrKind.kind : String(trackOrKind);
        if (kind !== 'audio' && kind !== 'video') {
          const reason = "The argument provided as parameter 1 is not a valid MediaStreamTrack kind ('audio' or 'video').";
          throw new TypeError(`${context}: ${reason}`);
        }
        connection.requireOpen(context);
        const { direction = 'sendrecv', streams = [], sendEncodings } = arguments[1] ?? {};
        if (!['sendrecv', 'sendonly', 'recvonly', 'inactive'].includes(direction)) {
          const reason = `The provided value '${direction}' is not a valid enum value of type RTCRtpTransceiverDirection.`;
          throw new TypeError(`${context}: Failed to read the 'direction' property from 'RTCRtpTransceiverInit': ${reason}`);
        }
        const track = isTrack ? trackOrKind : null;
        const source = connection.senderSource(track);
        const encodings = realm.encodings.initial(kind, sendEncodings, context);
        const record = connection.addTransceiver(kind, { direction, track, streams: [...streams], source, encodings });
        if (kind === 'audio' && sendEncodings?.length > 0) record.sendEncodings().catch(() => {});
        return record.transceiver;
      }

      async getStats() {
        const [selector] = arguments;
        const connection = this.#connection;
        if (selector === undefined || selector === null) return connection.getStats(null);
        return statsOfTrack(connection, selector);
      }

      // MARK: data channels

      // webrtc-pc §6.1 createDataChannel
      createDataChannel(label) {
        const connection = this.#connection;
        const context = failed('createDataChannel');
        requireArguments(arguments, 1, 'createDataChannel');
        const init = realm.readDataChannelInit(label, arguments[1], context);
        connection.requireOpen(context);
        return connection.dataChannels.create(init, context);
      }

      // MARK: the older interface (webrtc-pc §10, and what Chromium keeps)

      addStream(stream) {
        requireArguments(arguments, 1, 'addStream');
        for (const track of stream.getTracks()) {
          if (!this.getSenders().some((sender) => sender.track === track)) this.addTrack(track, stream);
        }
      }

      removeStream(stream) {
        requireArguments(arguments, 1, 'removeStream');
        const tracks = stream.getTracks();
        for (const sender of this.getSenders()) {
          if (sender.track && tracks.includes(sender.track)) this.removeTrack(sender);
        }
      }

      getLocalStreams() {
        return [...new Set(this.#active().flatMap(({ senderTrack, localStreams }) => (senderTrack ? localStreams : [])))];
      }

      getRemoteStreams() {
        return this.#connection.remoteStreams.all;
      }

      createDTMFSender(track) {
        requireArguments(arguments, 1, 'createDTMFSender');
        const sender = this.getSenders().find((candidate) => candidate.track === track);
        if (sender?.dtmf) return sender.dtmf;
        throw webidl.exception('SyntaxError', `${failed('createDTMFSender')}: No local stream is available for the track provided.`);
      }

      // MARK: parts

      #active() {
        // One that the other side's offer has stopped leaves with the answer (webrtc-pc §4.4.1.5); the engine says when.
        return this.#connection.transceivers;
      }

      #description(description) {
        if (!description) return null;
        let object = this.#descriptions.get(description);
        if (!object) {
          object = new window.RTCSessionDescription(description);
          this.#descriptions.set(description, object);
        }
        return object;
      }
    }

    async function statsOfTrack(connection, track) {
      const context = failed('getStats');
      webidl.requireTrack(track, 'getStats', 'RTCPeerConnection');
      const selectors = connection.transceivers.flatMap(({ mid, senderTrack, receiverTrack }) => [
        ...(senderTrack === track ? [{ mid, isSender: true }] : []),
        ...(receiverTrack === track ? [{ mid, isSender: false }] : []),
      ]);
      if (selectors.length !== 1) {
        const number = selectors.length === 0 ? 'no' : 'more than one';
        throw webidl.exception('InvalidAccessError', `${context}: There is ${number} sender or receiver for the track.`);
      }
      return connection.getStats(selectors[0]);
    }

    /** Chromium's `voiceActivityDetection`: whether pauses may be described instead of sent, which is said only where they may not. */
    function voiceActivity(isWanted) {
      return isWanted === undefined || isWanted ? {} : { voiceActivityDetection: false };
    }

    /** webrtc-pc §4.4.3.1: `offerToReceiveAudio` and `offerToReceiveVideo`, which count for the transceivers that are there. */
    function offerToReceive(connection, kind, isWanted) {
      if (isWanted === undefined) return;
      const ofKind = connection.transceivers.filter((record) => record.kind === kind && !record.isStopping);
      if (!isWanted) {
        for (const record of ofKind.filter(({ direction }) => Direction.receives(direction))) {
          record.direction = Direction.sends(record.direction) ? 'sendonly' : 'inactive';
          connection.changeTransceiver(record, { direction: record.direction });
        }
      } else if (!ofKind.some(({ direction }) => Direction.receives(direction))) {
        const source = { track: null, trackId: null };
        connection.addTransceiver(kind, { direction: 'recvonly', source, isQuiet: true });
      }
    }

    /** What cannot be in this state fails at once, without asking the engine (webrtc-pc §4.4.1.2 “chain an asynchronous operation”). */
    function requireState({ signalingState, isLost }, states, method, reason) {
      // Without a type, the state chooses it. What has lost its engine says that.
      if (!states || isLost || states.includes(signalingState)) return;
      throw webidl.exception('InvalidStateError', `${failed(method)}: ${reason}${method.startsWith('set') ? signalingState : ''}`);
    }

    /** Splits off the callbacks of the older form: after `position` arguments, success and failure. */
    function callbackForm(values, position) {
      const [success, failure] = [values[position], values[position + 1]];
      if (typeof success !== 'function') return [values[position], null];
      return [values[position + 2], { success, failure: typeof failure === 'function' ? failure : () => {} }];
    }

    /** In the older form the callbacks are told, and the promise says nothing (webrtc-pc §4.4.3.2). */
    function settle(promise, callbacks) {
      if (!callbacks) return promise;
      const call = (callback) => (value) => {
        try {
          callback(value);
        } catch (error) {
          window.reportError(error);
        }
      };
      promise.then(call(callbacks.success), call(callbacks.failure));
      return undefined;
    }

    function readDescription(value, method, isTypeRequired) {
      const { type, sdp } = value ?? {};
      if (type === undefined && !isTypeRequired) return { sdp: sdp === undefined ? undefined : String(sdp) };
      if (!sdpTypes.has(type)) {
        const reason =
          type === undefined
            ? 'Required member is undefined.'
            : `The provided value '${type}' is not a valid enum value of type RTCSdpType.`;
        throw new TypeError(`${failed(method)}: Failed to read the 'type' property from 'RTCSessionDescriptionInit': ${reason}`);
      }
      return { type, sdp: sdp === undefined ? '' : String(sdp) };
    }

    function readCandidate(value, context) {
      if (value === null || value === undefined) return null;
      const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = value;
      const text = candidate === undefined ? '' : String(candidate);
      if (text === '' && (sdpMid ?? null) === null && (sdpMLineIndex ?? null) === null) return null;
      if ((sdpMid ?? null) === null && (sdpMLineIndex ?? null) === null) {
        throw new TypeError(`${context}: Candidate missing values for both sdpMid and sdpMLineIndex`);
      }
      return {
        candidate: text,
        sdpMid: sdpMid ?? null,
        sdpMLineIndex: sdpMLineIndex ?? null,
        usernameFragment: usernameFragment ?? null,
      };
    }

    function requireArguments(values, count, method) {
      if (values.length >= count) return;
      throw new TypeError(`${failed(method)}: ${count} argument required, but only ${values.length} present.`);
    }

    webidl.finish(RTCPeerConnection);
    webidl.eventHandlers(RTCPeerConnection, [
      'negotiationneeded',
      'icecandidate',
      'signalingstatechange',
      'iceconnectionstatechange',
      'connectionstatechange',
      'icegatheringstatechange',
      'icecandidateerror',
      'track',
      'datachannel',
      'addstream',
      'removestream',
    ]);
    return { RTCPeerConnection };
  }

  facade.definePeerConnection = definePeerConnection;
}
