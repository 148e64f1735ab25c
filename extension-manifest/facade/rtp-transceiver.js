'use strict';
// RTCRtpTransceiver (webrtc-pc §5.4) and RTCTrackEvent (§5.7).
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];
  const { isKnownCodec } = facade;

  const directions = new Set(['sendrecv', 'sendonly', 'recvonly', 'inactive']);

  /** Without it bundled sections cannot be told apart. */
  const mandatoryExtension = 'urn:ietf:params:rtp-hdrext:sdes:mid';

  function defineRtpTransceiver({ window, webidl, RTCRtpSender, RTCRtpReceiver }) {
    const failed = (method) => `Failed to execute '${method}' on 'RTCRtpTransceiver'`;

    class RTCRtpTransceiver {
      /** @type {InstanceType<typeof facade.TransceiverRecord>} */
      #record;

      constructor() {
        webidl.illegalConstructor(arguments[0], 'RTCRtpTransceiver');
        this.#record = arguments[1];
      }

      get mid() {
        return this.#record.mid;
      }
      get sender() {
        return this.#record.sender;
      }
      get receiver() {
        return this.#record.receiver;
      }
      get stopped() {
        return this.#record.isStopping;
      }
      get direction() {
        return this.#record.isStopping ? 'stopped' : this.#record.direction;
      }
      set direction(value) {
        const record = this.#record;
        const direction = String(value);
        const context = "Failed to set the 'direction' property on 'RTCRtpTransceiver'";
        if (direction === 'stopped') {
          throw new window.TypeError(`${context}: Invalid RTCRtpTransceiverDirection.`);
        }
        // Web IDL §3.7.6: an attribute ignores what is no value of its enumeration.
        if (!directions.has(direction)) return;
        requireActive(record, context);
        if (direction === record.direction) return;
        record.direction = direction;
        record.connection.changeTransceiver(record, { direction });
        record.connection.updateNegotiationNeeded();
      }
      get currentDirection() {
        return this.#record.isStopped ? 'stopped' : this.#record.currentDirection;
      }

      // webrtc-extensions §6
      getHeaderExtensionsToNegotiate() {
        return this.#record.headerExtensions.map((extension) => ({ ...extension }));
      }

      getNegotiatedHeaderExtensions() {
        const negotiated = new Set(this.#record.receiver.getParameters().headerExtensions.map(({ uri }) => uri));
        return this.getHeaderExtensionsToNegotiate().map(({ uri }) => ({
          direction: negotiated.has(uri) ? 'sendrecv' : 'stopped',
          uri,
        }));
      }

      // webrtc-pc §5.4.1
      setCodecPreferences(codecs) {
        const record = this.#record;
        const context = failed('setCodecPreferences');
        if (arguments.length === 0) throw new window.TypeError(`${context}: 1 argument required, but only 0 present.`);
        const preferences = Array.from(codecs, ({ mimeType, clockRate, channels, sdpFmtpLine }) => ({
          mimeType,
          clockRate,
          channels,
          sdpFmtpLine,
        }));
        if (preferences.some((codec) => !isKnownCodec(record.kind, codec))) {
          const reason = 'Invalid codec preferences: Missing codec from codec capabilities.';
          throw webidl.exception('InvalidModificationError', `${context}: ${reason}`);
        }
        // What only accompanies others sends nothing by itself. Chromium lets a lone telephone-event pass.
        if (preferences.length > 0 && preferences.every(({ mimeType }) => mimeType.toLowerCase() === 'audio/red')) {
          const reason = 'Invalid codec preferences: codec list must have a non RTX, RED or FEC entry.';
          throw webidl.exception('InvalidModificationError', `${context}: ${reason}`);
        }
        record.connection.changeTransceiver(record, { codecPreferences: preferences });
      }

      setHeaderExtensionsToNegotiate(extensions) {
        const record = this.#record;
        const context = failed('setHeaderExtensionsToNegotiate');
        webidl.requireArguments(arguments, 1, context);
        const wanted = Array.from(extensions, (extension) => {
          const { uri, direction = 'sendrecv' } = extension ?? {};
          if (uri === undefined || uri === '') throw new window.TypeError(`${context}: The extension URL is missing.`);
          if (direction !== 'stopped' && !directions.has(direction)) {
            throw new window.TypeError(
              `${context}: The provided value '${direction}' is not a valid enum value of type RTCRtpTransceiverDirection.`,
            );
          }
          return { direction, uri: String(uri) };
        });
        const refuse = (reason) => {
          throw webidl.exception('InvalidModificationError', `${context}: ${reason}`);
        };
        const known = record.headerExtensions;
        if (wanted.length !== known.length || wanted.some(({ uri }, index) => uri !== known[index].uri)) {
          refuse('Attempted to modify the list of extensions.');
        }
        for (const { uri, direction } of wanted) {
          if (uri === mandatoryExtension && direction !== 'sendrecv') refuse('Attempted to stop a mandatory extension.');
        }
        record.headerExtensions = wanted;
        const uris = wanted.filter(({ direction }) => direction !== 'stopped').map(({ uri }) => uri);
        record.connection.changeTransceiver(record, { headerExtensions: uris });
      }

      stop() {
        const record = this.#record;
        record.connection.requireOpen(failed('stop'), 'The peer connection is closed.');
        record.connection.stopTransceiver(record);
      }
    }

    function requireActive(record, context) {
      if (record.connection.isClosed) {
        throw webidl.exception('InvalidStateError', `${context}: The peer connection is closed.`);
      }
      if (record.isStopping) throw webidl.exception('InvalidStateError', `${context}: The transceiver is stopped.`);
    }

    class RTCTrackEvent extends window.Event {
      #members;

      constructor(type, init) {
        const context = "Failed to construct 'RTCTrackEvent'";
        if (arguments.length < 2) {
          throw new window.TypeError(`${context}: 2 arguments required, but only ${arguments.length} present.`);
        }
        super(type, init);
        const { receiver, track, streams = [], transceiver } = init;
        const isWhole =
          receiver instanceof RTCRtpReceiver &&
          track instanceof window.MediaStreamTrack &&
          transceiver instanceof RTCRtpTransceiver;
        if (!isWhole) {
          throw new window.TypeError(`${context}: Failed to read the members of 'RTCTrackEventInit': Required member is undefined.`);
        }
        this.#members = { receiver, track, streams: Object.freeze([...streams]), transceiver };
      }

      get receiver() {
        return this.#members.receiver;
      }
      get track() {
        return this.#members.track;
      }
      get streams() {
        return this.#members.streams;
      }
      get transceiver() {
        return this.#members.transceiver;
      }
    }

    webidl.finish(RTCRtpTransceiver);
    webidl.finish(RTCTrackEvent);

    return {
      RTCRtpTransceiver,
      RTCTrackEvent,
      /** Gives a record its three objects. */
      makeObjects(record) {
        const { constructionKey } = webidl;
        record.sender = new RTCRtpSender(constructionKey, record);
        record.receiver = new RTCRtpReceiver(constructionKey, record);
        record.transceiver = new RTCRtpTransceiver(constructionKey, record);
      },
    };
  }

  facade.defineRtpTransceiver = defineRtpTransceiver;
}
