'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /**
   * A transceiver as the page knows it: the truth behind an `RTCRtpTransceiver`, its sender and its receiver.
   *
   * `direction`, the sender's track and streams, and stopping are the page's own, and no snapshot overrides them; the rest is what
   * the engine said last.
   */
  class TransceiverRecord {
    /** Positive where the page has made it, negative where the engine has. */
    handle;
    kind;
    connection;
    mid = null;
    direction = 'sendrecv';
    currentDirection = null;
    /** webrtc-pc §5.4 [[Stopping]]: the page has stopped it. */
    isStopping = false;
    /** webrtc-pc §5.4 [[Stopped]]: it is out of the session. */
    isStopped = false;
    /** The engine has confirmed it: from then on it is gone when a snapshot does not have it. */
    isConfirmed = false;
    /** Was agreed to send at some time: `addTrack` does not take it again (webrtc-pc §5.1). */
    hasSent = false;
    canInsertDTMF = false;
    /** @type {MediaStreamTrack | null} */
    senderTrack = null;
    /** The streams the sender's track was added with. @type {MediaStream[]} */
    localStreams = [];
    /** @type {MediaStreamTrack} */
    receiverTrack;
    /** Clones of the receiver's track: their sound is the same. @type {Set<MediaStreamTrack>} */
    clones = new Set();
    /** @type {MediaStream[]} */
    receiverStreams = [];
    /** What it goes over (transports.js); `null` before a description says so. */
    transport = null;
    /** What the page has wished for, in milliseconds. @type {number | null} */
    jitterBufferTarget = null;
    /** What `getParameters` last gave out (webrtc-pc §5.2 [[LastReturnedParameters]]). */
    lastParameters = null;
    /** webrtc-pc §5.2 [[SendEncodings]] @type {any[]} */
    encodings = [];
    /** @type {(tone: string) => void} */
    whenTone = () => {};
    /** What the page would negotiate. @type {{direction: string, uri: string}[]} */
    headerExtensions;
    sender;
    receiver;
    transceiver;

    constructor(connection, handle, kind) {
      this.connection = connection;
      this.handle = handle;
      this.kind = kind;
      // webrtc-extensions §6: as the first of its kind has it.
      const first = connection.transceivers?.find((other) => other.kind === kind && !other.isStopping);
      const { headerExtensions } = first ?? facade.rtpCapabilities(kind);
      this.headerExtensions = headerExtensions.map((extension) => ({ ...extension }));
    }

    /** webrtc-pc §5.2 [[AssociatedMediaStreamIds]] */
    get senderStreams() {
      return [...new Set(this.localStreams.map((stream) => stream.id))];
    }

    /** URIs, for the engine; nothing where all are wanted. */
    get wantedExtensions() {
      const wanted = this.headerExtensions.filter(({ direction }) => direction !== 'stopped');
      return wanted.length === this.headerExtensions.length ? undefined : wanted.map(({ uri }) => uri);
    }

    /** Tells the engine of the encodings, of which audio has one. */
    sendEncodings(encodings = this.encodings) {
      const said = encodings.map(({ active, maxBitrate }) => ({ active, maxBitrate }));
      return this.connection.request('setParameters', { transceiver: this.handle, encodings: said });
    }

    /** Asks the engine for a change of this transceiver, and takes the state that comes back. */
    async change(changes) {
      const result = await this.connection.request('setTransceiver', { transceiver: this.handle, ...changes });
      this.connection.takeSnapshot(result.snapshot);
    }
  }

  facade.TransceiverRecord = TransceiverRecord;
}
