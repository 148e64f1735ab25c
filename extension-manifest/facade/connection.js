'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];
  const { OperationsChain, TransceiverRecord, RemoteStreams, StatsMirror, DataChannels } = facade;
  const { Direction, mediaSections, isNegotiationNeeded } = facade;

  const closedMessage = "The RTCPeerConnection's signalingState is 'closed'.";

  /**
   * A connection as the page knows it: the mirror that its synchronous members answer from, and its line to the engine.
   *
   * Rules: the page mints handles and posts in order; a reply or event brings the state it belongs to, which is applied, then told
   * by events in the order of the specification, and only then is a promise settled.
   */
  class Connection {
    /** What the engine calls it. */
    handle;
    /** The page's `RTCPeerConnection`. @type {EventTarget} */
    target;
    realm;
    configuration;
    chain = new OperationsChain(() => this.#chainEmptied());
    /** In the order of `getTransceivers()`. @type {TransceiverRecord[]} */
    transceivers = [];
    /** @type {Record<'currentLocal' | 'pendingLocal' | 'currentRemote' | 'pendingRemote', {type: string, sdp: string} | null>} */
    descriptions = { currentLocal: null, pendingLocal: null, currentRemote: null, pendingRemote: null };
    signalingState = 'stable';
    iceGatheringState = 'new';
    iceConnectionState = 'new';
    connectionState = 'new';
    canTrickleIceCandidates = null;
    /** Local credentials have changed, and the candidates under them are not all told. */
    isGatheringAnew = false;
    isClosed = false;
    /** Its engine is gone; nothing can be done with it any more but close it. */
    isLost = false;
    stats = new StatsMirror();
    /** By the engine's number (transports.js). @type {Map<number, any>} */
    transports = new Map();
    remoteStreams;
    dataChannels = new DataChannels(this);
    /** While a description has a section for data channels (sctp-transport.js). */
    sctp = null;

    #needsNegotiation = false;
    #updateWhenChainEmpties = false;
    /** webrtc-pc §4.4.1 [[LocalIceCredentialsToReplace]]: user name fragments. @type {Set<string>} */
    #credentialsToReplace = new Set();
    /** What the engine has told while the page sees its offer taken back; `null` at all other times. @type {any[] | null} */
    #heldEvents = null;
    /** States that came with a reply and wait for its promise to be settled. */
    #deferredStates = null;
    #stopReceiving;
    #lossReason = '';
    #isRefreshing = false;

    /** @param {number | null} [handle]  of a connection that the engine has already */
    constructor(realm, target, configuration, handle = null) {
      this.realm = realm;
      this.target = target;
      this.configuration = configuration;
      this.handle = handle ?? realm.link.mintHandle();
      this.remoteStreams = new RemoteStreams(realm, target);
      const subject = `connection ${this.handle}`;
      realm.link.receive(subject, (event) => this.#receive(event));
      const forgetLoss = realm.link.whenLost((reason) => this.#lose(reason));
      this.#stopReceiving = () => {
        // Once: whoever takes the call over later has the same subject.
        this.#stopReceiving = () => {};
        realm.link.forget(subject);
        forgetLoss();
      };
      // One that is taken over is there already.
      if (handle === null) {
        this.post('createPeerConnection', {
          configuration: facade.engineConfiguration(configuration),
          certificate: realm.certificates.handleFor(configuration.certificates),
        });
      }
      realm.webAudio?.followConnection(this);
    }

    // MARK: requests

    /** @returns {Promise<any>} rejected with an `EngineError` */
    request(method, params = {}) {
      if (this.isLost) return Promise.reject(new facade.EngineError({ message: this.#lossReason }));
      return this.realm.link.request(method, { connection: this.handle, ...params });
    }

    post(method, params = {}) {
      if (!this.isLost) this.realm.link.post(method, { connection: this.handle, ...params });
    }

    requireOpen(context, reason = closedMessage) {
      if (this.isClosed) throw this.realm.webidl.exception('InvalidStateError', `${context}: ${reason}`);
    }

    /** An operation of the chain, with the engine's errors as the page is to see them. `changesNothing`: as for the chain. */
    perform(context, operation, changesNothing) {
      const { webidl } = this.realm;
      if (this.isClosed) return Promise.reject(webidl.exception('InvalidStateError', `${context}: ${closedMessage}`));
      return this.chain.enqueue(async () => {
        try {
          return await operation();
        } catch (error) {
          throw webidl.engineException(error, context);
        }
      }, changesNothing);
    }

    // MARK: transceivers

    /** webrtc-pc §5.1 “create an RTCRtpTransceiver”. */
    addTransceiver(kind, { direction = 'sendrecv', track = null, streams = [], byAddTrack = false, source, encodings, isQuiet = false }) {
      const record = new TransceiverRecord(this, this.realm.link.mintHandle(), kind);
      record.direction = direction;
      record.senderTrack = track;
      record.localStreams = streams;
      record.encodings = encodings ?? this.realm.encodings.initial(kind, undefined, '');
      record.receiverTrack = this.realm.tracks.makeRemote(kind, record);
      this.realm.makeObjects(record);
      this.transceivers.push(record);
      const { handle: transceiver, senderStreams } = record;
      const receiverTrackId = record.receiverTrack.id;
      const params = { transceiver, kind, direction, ...source, streams: senderStreams, byAddTrack, receiverTrackId };
      this.#postForSnapshot('addTransceiver', params);
      const headerExtensions = record.wantedExtensions;
      if (headerExtensions) this.changeTransceiver(record, { headerExtensions });
      if (!isQuiet) this.updateNegotiationNeeded();
      return record;
    }

    /** Changes what the page has set already; nothing waits for it. */
    changeTransceiver(record, changes) {
      this.#postForSnapshot('setTransceiver', { transceiver: record.handle, ...changes });
    }

    /** An audio graph has led other sound into a track of the browser's own; what sends it goes on with that. */
    sourceChanged(track) {
      for (const record of this.transceivers) {
        if (record.senderTrack === track && !record.isStopping) this.changeTransceiver(record, { source: this.senderSource(track) });
      }
    }

    // webrtc-pc §5.4 stop
    stopTransceiver(record) {
      if (record.isStopping) return;
      record.isStopping = true;
      record.canInsertDTMF = false;
      this.realm.tasks.queue(() => this.#endReceiver(record));
      this.#postForSnapshot('stopTransceiver', { transceiver: record.handle });
      this.updateNegotiationNeeded();
    }

    /**
     * What the engine is to send for a track. Sound that is neither the agent's device's nor an audio graph's that can be described cannot get
     * there: for such a track the engine sends silence, so that the call comes about all the same.
     *
     * @returns {{track: number | null, trackId: string | null}}
     */
    senderSource(track) {
      if (!track) return { track: null, trackId: null };
      if (track.kind === 'audio') this.realm.webAudio.willSend(track);
      const state = this.realm.tracks.stateOf(track);
      const isKnown = state?.isLocal && state.epoch === this.realm.link.epoch;
      return { track: isKnown ? state.handle : null, trackId: track.id };
    }

    #postForSnapshot(method, params) {
      const epoch = this.realm.link.epoch;
      this.request(method, params).then(
        ({ snapshot }) => this.takeSnapshot(snapshot),
        (error) => {
          if (epoch === this.realm.link.epoch) console.warn(`Nearend: ${method}: ${error.name}: ${error.message}`);
        },
      );
    }

    // MARK: descriptions

    async setDescription(method, params) {
      const result = await this.request(method, params);
      if (this.isClosed) return;
      const fragments = new Set(this.#localFragments());
      await this.#showRollback(result.snapshot);
      if (this.isClosed || this.isLost) return;
      this.#applyDescriptionResult(result);
      // Other credentials are other candidates, however fast the engine has them all.
      if (this.#localFragments().some((fragment) => !fragments.has(fragment))) this.isGatheringAnew = true;
      // Where no transport is left, nothing is gathered any more, and the page finds it so.
      const { snapshot } = result;
      const hasTransport = Boolean(snapshot.sctp?.transport) || snapshot.transceivers.some(({ transport }) => transport);
      if (hasTransport || this.iceGatheringState === snapshot.iceGatheringState) this.#deferStates(snapshot);
      else this.#applyStates(snapshot);
    }

    /**
     * A remote offer in the place of one of ours: the page sees it taken back first, in a task of its own, so that what waits for that
     * can go on before the offer is there (webrtc-pc §4.4.1.5, step 4.4).
     */
    async #showRollback(snapshot) {
      if (this.signalingState !== 'have-local-offer' || snapshot.signalingState !== 'have-remote-offer') return;
      this.#heldEvents = [];
      const { tasks, webidl } = this.realm;
      const isOver = new Promise((resolve) => tasks.queue(resolve));
      this.signalingState = 'stable';
      this.descriptions.pendingLocal = null;
      webidl.fire(this.target, 'signalingstatechange');
      await isOver;
    }

    /** webrtc-pc §4.4.1.5, the part after a description was applied: all state first, then the events in their order. */
    #applyDescriptionResult({ snapshot, receiversMuted = [], tracksRemoved = [], tracksAdded = [] }) {
      const { webidl, tracks } = this.realm;
      const before = this.signalingState;
      const known = new Map(this.transceivers.map((record) => [record.handle, record]));
      const gone = this.#applyNegotiation(snapshot);
      for (const record of this.transceivers) known.set(record.handle, record);

      const isStable = this.signalingState === 'stable';
      if (isStable) {
        // Step 10: what was needed is done, or not yet.
        this.#forgetReplacedCredentials();
        this.#needsNegotiation = false;
      }
      if (this.signalingState !== before) webidl.fire(this.target, 'signalingstatechange');
      for (const handle of receiversMuted) {
        const record = known.get(handle);
        if (record) tracks.setMuted(record.receiverTrack, true);
      }
      const resolve = (changes) =>
        changes.flatMap(({ transceiver, streams }) => {
          const record = known.get(transceiver);
          return record ? [{ record, streams }] : [];
        });
      this.remoteStreams.change(resolve(tracksRemoved), resolve(tracksAdded), (record) => this.#fireTrack(record));
      for (const record of gone) this.#endReceiver(record);
      if (isStable) this.updateNegotiationNeeded();
      const held = this.#heldEvents;
      this.#heldEvents = null;
      for (const event of held ?? []) this.#receive(event);
    }

    #fireTrack(record) {
      if (this.isClosed) return;
      const { webidl, RTCTrackEvent } = this.realm;
      const { receiver, receiverTrack: track, receiverStreams: streams, transceiver } = record;
      webidl.dispatch(this.target, new RTCTrackEvent('track', { receiver, track, streams, transceiver }));
    }

    #endReceiver(record) {
      this.realm.tracks.end(record.receiverTrack);
      for (const clone of record.clones) this.realm.tracks.end(clone);
    }

    /**
     * Takes up a call that another document has left: becomes, without an event, what that one's connection was.
     *
     * @param {any} said  of the reply to `reclaim`
     * @param {(handle: number | undefined) => MediaStreamTrack | null} trackOf
     * @param {(id: string) => MediaStream} streamOf  a stream of that id, the same each time
     */
    takeOver({ snapshot, transceivers, channels }, trackOf, streamOf) {
      const { tracks, tasks } = this.realm;
      this.#applyNegotiation(snapshot);
      facade.applyStates(this, snapshot, snapshot.iceGatheringState === 'complete');
      const added = [];
      for (const { transceiver, track, streams, isActive, maxBitrate, receiverStreams, receiverMuted } of transceivers) {
        const record = this.transceivers.find(({ handle }) => handle === transceiver);
        if (!record) continue;
        record.senderTrack = trackOf(track);
        record.localStreams = streams.map(streamOf);
        const [encoding] = record.encodings;
        if (encoding) Object.assign(encoding, { active: isActive }, maxBitrate === undefined ? {} : { maxBitrate });
        if (!receiverMuted) tracks.setMuted(record.receiverTrack, false);
        if (receiverStreams.length > 0) added.push({ record, streams: receiverStreams });
      }
      this.remoteStreams.change([], added, () => {});
      // The page has the connection in its hands before it hears of channels.
      tasks.queue(() => {
        for (const { channel, described } of channels) this.#receive({ event: 'dataChannelAnnounced', channel, ...described });
      });
    }

    // MARK: what the engine says

    /** The state that came with a reply which tells nothing else. */
    takeSnapshot(snapshot) {
      if (this.isClosed || !snapshot) return;
      for (const record of this.#applyNegotiation(snapshot)) this.#endReceiver(record);
      this.#deferStates(snapshot);
    }

    #receive(event) {
      if (this.isClosed || this.isLost) return;
      if (this.#heldEvents) {
        this.#heldEvents.push(event);
        return;
      }
      this.#flushStates();
      const record = this.transceivers.find(({ handle }) => handle === event.transceiver);
      switch (event.event) {
        case 'stateChanged':
          this.#applyEvent(event.snapshot);
          return;
        case 'iceCandidate':
          this.#applyEvent(event.snapshot, !event.candidate);
          this.#fireCandidate(event.candidate);
          return;
        case 'iceCandidateError':
          this.#fireCandidateError(event);
          return;
        case 'receiverMuted':
          if (!record) return;
          for (const track of [record.receiverTrack, ...record.clones]) this.realm.tracks.setMuted(track, event.muted);
          return;
        case 'toneChange':
          record?.whenTone(event.tone);
          return;
        case 'stats':
          this.stats.merge(event.report);
          return;
        default:
          this.dataChannels.receive(event);
      }
    }

    #applyEvent(snapshot, endsCandidates = false) {
      for (const record of this.#applyNegotiation(snapshot)) this.#endReceiver(record);
      this.#applyStates(snapshot, endsCandidates);
    }

    #fireCandidate(candidate) {
      if (this.isClosed) return;
      const { window, webidl } = this.realm;
      const init = { candidate: candidate ? new window.RTCIceCandidate(candidate) : null };
      webidl.dispatch(this.target, new window.RTCPeerConnectionIceEvent('icecandidate', init));
    }

    // webrtc-pc §4.8.3
    #fireCandidateError({ address = null, port = null, url, errorCode, errorText }) {
      const { window, webidl } = this.realm;
      const init = { address, port, url, errorCode, errorText };
      webidl.dispatch(this.target, new window.RTCPeerConnectionIceErrorEvent('icecandidateerror', init));
    }

    /**
     * Takes over what negotiation decides. Fires nothing.
     *
     * @returns {TransceiverRecord[]} those that are no longer part of the connection
     */
    #applyNegotiation(snapshot) {
      this.signalingState = snapshot.signalingState;
      this.canTrickleIceCandidates = snapshot.canTrickleIceCandidates ?? null;
      for (const name of Object.keys(this.descriptions)) {
        const said = snapshot[`${name}Description`] ?? null;
        const known = this.descriptions[name];
        // An object of the page's stays the same while its description does.
        if (said?.type !== known?.type || said?.sdp !== known?.sdp) this.descriptions[name] = said;
      }
      const byHandle = new Map(this.transceivers.map((record) => [record.handle, record]));
      const listed = snapshot.transceivers.map((said) => {
        const record = byHandle.get(said.transceiver) ?? this.#adopt(said);
        byHandle.delete(said.transceiver);
        this.#update(record, said);
        return record;
      });
      const gone = [];
      for (const record of byHandle.values()) {
        // Made by the page after the engine took this snapshot: it comes with a later one.
        if (!record.isConfirmed) listed.push(record);
        else gone.push(record);
      }
      for (const record of gone) {
        Object.assign(record, { isStopping: true, isStopped: true, mid: null, transport: null, canInsertDTMF: false });
      }
      this.transceivers = listed;
      this.#applySctp(snapshot.sctp);
      return gone;
    }

    #applySctp(said) {
      if (said) {
        this.sctp ??= this.realm.makeSctpTransport();
        this.sctp.update(said, said.transport ? this.#transport(said.transport.id) : null);
        this.dataChannels.number(said.ids ?? {});
      } else {
        this.sctp = null;
      }
    }

    /** A transceiver that a remote description has made. */
    #adopt({ transceiver, kind, direction, receiver }) {
      const record = new TransceiverRecord(this, transceiver, kind);
      record.direction = direction;
      record.encodings = this.realm.encodings.initial(kind, undefined, '');
      record.receiverTrack = this.realm.tracks.makeRemote(kind, record, receiver.trackId);
      this.realm.makeObjects(record);
      return record;
    }

    #update(record, said) {
      record.isConfirmed = true;
      record.mid = said.mid ?? null;
      record.currentDirection = said.currentDirection ?? null;
      if (Direction.sends(record.currentDirection)) record.hasSent = true;
      record.canInsertDTMF = said.sender.canInsertDTMF && !record.isStopping;
      if (said.stopped && !record.isStopping) {
        // The other side has refused its section: it stops without the page's doing, and at once (webrtc-pc §4.4.1.5).
        record.isStopping = true;
        record.isStopped = true;
        this.realm.tasks.queue(() => this.#endReceiver(record));
      }
      record.transport = said.transport ? this.#transport(said.transport.id) : null;
    }

    #transport(id) {
      if (!this.transports.has(id)) this.transports.set(id, this.realm.makeTransport(id, this));
      return this.transports.get(id);
    }

    // MARK: states of transports

    /** A promise is settled with the states of before: those of transports change in tasks of their own (webrtc-pc §4.4.1.5). */
    #deferStates(snapshot) {
      this.#deferredStates = snapshot;
      this.realm.tasks.queue(() => this.#flushStates());
    }

    #flushStates() {
      const snapshot = this.#deferredStates;
      this.#deferredStates = null;
      if (snapshot && !this.isClosed && !this.isLost) this.#applyStates(snapshot);
    }

    #applyStates(snapshot, endsCandidates = false) {
      const changes = facade.applyStates(this, snapshot, endsCandidates);
      for (const [target, type] of changes) {
        if (this.isClosed) return;
        this.realm.webidl.fire(target, type);
      }
    }

    // MARK: negotiation needed

    // webrtc-pc §4.7.3
    updateNegotiationNeeded() {
      if (this.isClosed || this.isLost) return;
      if (!this.chain.isEmpty) {
        this.#updateWhenChainEmpties = true;
        return;
      }
      this.realm.tasks.queue(() => {
        if (this.isClosed || this.isLost) return;
        // An offer that the page has asked for since is made at once in Chromium, and its event comes before the offer.
        if (this.chain.isChanging) {
          this.#updateWhenChainEmpties = true;
          return;
        }
        if (this.signalingState !== 'stable') return;
        const isNeeded = isNegotiationNeeded({
          currentLocalDescription: this.descriptions.currentLocal,
          currentRemoteDescription: this.descriptions.currentRemote,
          credentialsToReplace: this.#credentialsToReplace,
          transceivers: this.transceivers,
          wantsDataChannels: this.dataChannels.isWanted,
        });
        const wasNeeded = this.#needsNegotiation;
        this.#needsNegotiation = isNeeded;
        if (isNeeded && !wasNeeded) this.realm.webidl.fire(this.target, 'negotiationneeded');
      });
    }

    #chainEmptied() {
      if (!this.#updateWhenChainEmpties) return;
      this.#updateWhenChainEmpties = false;
      this.updateNegotiationNeeded();
    }

    // webrtc-pc §4.4.2 restartIce
    restartIce() {
      if (this.isClosed) return;
      for (const fragment of this.#localFragments()) this.#credentialsToReplace.add(fragment);
      this.post('restartIce');
      this.updateNegotiationNeeded();
    }

    #localFragments() {
      const { currentLocal, pendingLocal } = this.descriptions;
      return [currentLocal, pendingLocal]
        .flatMap((description) => mediaSections(description?.sdp))
        .flatMap((section) => section.iceParameters?.usernameFragment ?? []);
    }

    // webrtc-pc §4.4.1.5 step 9.3: none of those to be replaced is in use any more.
    #forgetReplacedCredentials() {
      const inUse = this.#localFragments();
      if (!inUse.some((fragment) => this.#credentialsToReplace.has(fragment))) this.#credentialsToReplace.clear();
    }

    // MARK: statistics

    /** @param {{mid: string | null, isSender: boolean} | null} selector */
    async getStats(selector) {
      if (!this.isClosed && !this.isLost) {
        try {
          this.stats.merge(await this.request('getStats', { full: this.stats.isEmpty }));
        } catch (error) {
          if (!this.isClosed) throw this.realm.webidl.engineException(error, "Failed to execute 'getStats'");
        }
      }
      return this.realm.makeStatsReport(this.stats.select(selector));
    }

    /** Has the next statistics soon, for those who cannot wait. */
    refreshStats() {
      if (this.#isRefreshing || this.isClosed || this.isLost) return;
      this.#isRefreshing = true;
      this.getStats(null)
        .catch(() => {})
        .then(() => {
          this.#isRefreshing = false;
        });
    }

    // MARK: ending

    // webrtc-pc §4.4.2 close: no event is fired at the connection.
    close() {
      if (this.isClosed) return;
      this.post('closePeerConnection');
      this.isClosed = true;
      this.chain.close();
      this.#stopReceiving();
      this.signalingState = 'closed';
      this.iceConnectionState = 'closed';
      this.connectionState = 'closed';
      for (const transport of this.transports.values()) Object.assign(transport, { dtlsState: 'closed', iceState: 'closed' });
      for (const record of this.transceivers) {
        Object.assign(record, { isStopping: true, isStopped: true, mid: null, canInsertDTMF: false });
      }
      this.dataChannels.end();
      const { transceivers, sctp } = this;
      const closesAssociation = sctp && sctp.state !== 'closed';
      if (sctp) sctp.state = 'closed';
      this.realm.tasks.queue(() => {
        // The association says that it is closed, as Chromium has it; the connection says nothing.
        if (closesAssociation) this.realm.webidl.fire(sctp.sctpTransport, 'statechange');
        for (const record of transceivers) this.#endReceiver(record);
      });
    }

    /** The engine is gone: what depends on it fails where the page can see it. */
    #lose(reason) {
      // Before any event: a page that hears of the failure closes the connection, and what is pending then would stay so.
      this.chain.rejectAll(this.realm.webidl.exception('OperationError', reason));
      this.#flushStates();
      this.isLost = true;
      this.#lossReason = reason;
      this.#stopReceiving();
      for (const record of this.transceivers) record.canInsertDTMF = false;
      this.dataChannels.lose(reason);
      const transport = { dtlsState: 'failed', iceState: 'failed' };
      this.#applyStates({
        iceGatheringState: this.iceGatheringState,
        iceConnectionState: 'failed',
        connectionState: 'failed',
        sctp: this.sctp ? { state: 'closed' } : undefined,
        transceivers: [...this.transports.values()].map(({ id, iceRole, gatheringState, pair }) => ({
          transport: { ...transport, id, iceRole, iceGatheringState: gatheringState, selectedPair: pair },
        })),
      });
      for (const record of this.transceivers) this.#endReceiver(record);
    }
  }

  facade.Connection = Connection;
}
