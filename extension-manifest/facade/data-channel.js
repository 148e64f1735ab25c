'use strict';
// RTCDataChannel and RTCDataChannelEvent (webrtc-pc §6.2, §6.3).
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /** Bytes of a channel that may wait. Chromium's limit, and the engine's. */
  const waitingLimit = 16 * 1024 * 1024;
  /** RFC 8832 §5.1 has 16 bits for the lengths of label and protocol. */
  const lengthLimit = 65535;
  /** What JSON would make six times as long, or cannot say on the way to the host. */
  const control = /[\u0000-\u0008\u000B\u000C\u000E-\u001F]/;

  function defineDataChannel({ window, webidl, tasks }) {
    const { TypeError, ArrayBuffer, Uint8Array, Blob } = window;
    const encoder = new window.TextEncoder();
    const decoder = new window.TextDecoder('utf-8', { ignoreBOM: true });
    const { btoa, atob } = window;
    const { apply } = Reflect;
    const sizeOfBlob = Object.getOwnPropertyDescriptor(Blob.prototype, 'size').get;
    const { arrayBuffer: bytesOfBlob } = Blob.prototype;

    // MARK: texts and bytes

    function base64(bytes) {
      let text = '';
      for (let start = 0; start < bytes.length; start += 0x8000) {
        text += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
      }
      return apply(btoa, window, [text]);
    }

    const bytesOf = (text) => Uint8Array.from(apply(atob, window, [text]), (character) => character.charCodeAt(0));

    /** As WebIDL makes a USVString: halves of characters are replaced. */
    const usvString = (value) => decoder.decode(encoder.encode(String(value)));

    function unsignedShort(value, member, context) {
      const number = Math.trunc(Number(value));
      if (number >= 0 && number <= 65535) return number;
      const reason = "Value is outside the 'unsigned short' value range.";
      throw new TypeError(`${context}: Failed to read the '${member}' property from 'RTCDataChannelInit': ${reason}`);
    }

    /** What a channel is, behind the page's object. */
    class ChannelRecord {
      handle;
      /** @type {InstanceType<typeof facade.Connection>} */
      connection;
      label = '';
      protocol = '';
      ordered = true;
      maxPacketLifeTime = null;
      maxRetransmits = null;
      negotiated = false;
      /** The stream. */
      id = null;
      readyState = 'connecting';
      bufferedAmount = 0;
      bufferedAmountLowThreshold = 0;
      /** Sent by the page and not handed over yet: a blob is read first, and what comes after it waits. @type {Promise<void> | null} */
      sending = null;
      /** The page's object. @type {RTCDataChannel} */
      channel;

      constructor(connection, handle, init) {
        this.connection = connection;
        this.handle = handle;
        Object.assign(this, init);
        this.channel = new RTCDataChannel(webidl.constructionKey, this);
      }

      fire(type) {
        webidl.fire(this.channel, type);
      }

      // webrtc-pc §6.2 “announce the data channel as open”
      opened(id = this.id) {
        if (this.readyState !== 'connecting') return;
        this.id = id;
        this.readyState = 'open';
        this.fire('open');
      }

      received({ text, data, isText }) {
        if (this.readyState !== 'open' && this.readyState !== 'closing') return;
        webidl.dispatch(this.channel, new window.MessageEvent('message', { data: this.#message(text, data, isText) }));
      }

      #message(text, data, isText) {
        if (text !== undefined) return text;
        const bytes = bytesOf(data);
        if (isText) return decoder.decode(bytes);
        return this.channel.binaryType === 'blob' ? new Blob([bytes]) : bytes.buffer;
      }

      drained(bytes) {
        const before = this.bufferedAmount;
        this.bufferedAmount = Math.max(0, before - bytes);
        const { bufferedAmount: now, bufferedAmountLowThreshold: threshold } = this;
        if (before > threshold && now <= threshold) this.fire('bufferedamountlow');
      }

      /** The other side has begun to close. */
      closing() {
        if (this.readyState !== 'open') return;
        this.readyState = 'closing';
        this.fire('closing');
      }

      /** The channel is gone. @param {string | undefined} reason  where that is an error */
      closed(reason, errorDetail = 'sctp-failure') {
        if (this.readyState === 'closed') return;
        this.closing();
        this.readyState = 'closed';
        if (reason !== undefined) {
          const error = new window.RTCError({ errorDetail }, reason);
          webidl.dispatch(this.channel, new window.RTCErrorEvent('error', { error }));
        }
        this.fire('close');
      }

      /** The connection has been closed by the page: the state at once, as the specification has it, the event as Chromium has it. */
      end() {
        if (this.readyState === 'closed') return;
        this.readyState = 'closed';
        tasks.queue(() => this.fire('close'));
      }

      /** @param {object | Promise<object>} payload  `sendData`’s members */
      send(payload, size) {
        this.bufferedAmount += size;
        const post = (members) => this.connection.post('sendData', { channel: this.handle, ...members });
        if (!this.sending && !(payload instanceof Promise)) {
          post(payload);
          return;
        }
        this.#afterSending(async () => {
          try {
            post(await payload);
          } catch (error) {
            // A file that cannot be read any more.
            console.warn(`Nearend: send: ${error.name}: ${error.message}`);
            this.drained(size);
          }
        });
      }

      // webrtc-pc §6.2.4: after what has been sent before.
      close() {
        if (this.readyState === 'closing' || this.readyState === 'closed') return;
        this.readyState = 'closing';
        const post = () => this.connection.post('closeDataChannel', { channel: this.handle });
        if (this.sending) this.#afterSending(post);
        else post();
      }

      #afterSending(step) {
        const turn = (this.sending ?? Promise.resolve()).then(step).then(() => {
          if (this.sending === turn) this.sending = null;
        });
        this.sending = turn;
      }
    }

    class RTCDataChannel extends window.EventTarget {
      /** @type {ChannelRecord} */
      #record;
      #binaryType = 'arraybuffer';

      constructor() {
        webidl.illegalConstructor(arguments[0], 'RTCDataChannel');
        super();
        this.#record = arguments[1];
      }

      get label() {
        return this.#record.label;
      }
      get ordered() {
        return this.#record.ordered;
      }
      get maxPacketLifeTime() {
        return this.#record.maxPacketLifeTime;
      }
      get maxRetransmits() {
        return this.#record.maxRetransmits;
      }
      get protocol() {
        return this.#record.protocol;
      }
      get negotiated() {
        return this.#record.negotiated;
      }
      get id() {
        return this.#record.id;
      }
      get readyState() {
        return this.#record.readyState;
      }
      get bufferedAmount() {
        return this.#record.bufferedAmount;
      }
      get bufferedAmountLowThreshold() {
        return this.#record.bufferedAmountLowThreshold;
      }
      set bufferedAmountLowThreshold(value) {
        this.#record.bufferedAmountLowThreshold = Number(value) >>> 0;
      }
      get binaryType() {
        return this.#binaryType;
      }
      set binaryType(value) {
        this.#record;
        const text = String(value);
        if (text === 'blob' || text === 'arraybuffer') this.#binaryType = text;
      }
      /** Chromium’s, from before the specification. */
      get reliable() {
        return this.#record.maxPacketLifeTime === null && this.#record.maxRetransmits === null;
      }

      close() {
        this.#record.close();
      }

      // webrtc-pc §6.2 “the send algorithm”
      send(data) {
        const record = this.#record;
        const context = "Failed to execute 'send' on 'RTCDataChannel'";
        if (arguments.length === 0) throw new TypeError(`${context}: 1 argument required, but only 0 present.`);
        const [payload, size] = read(data);
        if (record.readyState !== 'open') {
          throw webidl.exception('InvalidStateError', `${context}: RTCDataChannel.readyState is not 'open'`);
        }
        if (size > (record.connection.sctp?.maxMessageSize ?? Infinity)) {
          throw new TypeError(`${context}: Trying to send message larger than max-message-size`);
        }
        if (record.bufferedAmount + size > waitingLimit) {
          throw webidl.exception('OperationError', `${context}: RTCDataChannel send queue is full`);
        }
        record.send(payload(), size);
      }
    }

    /** @returns {[() => object | Promise<object>, number]} the request’s members, copied when called, and the size in bytes */
    function read(data) {
      if (data instanceof Blob) {
        const size = apply(sizeOfBlob, data, []);
        return [() => apply(bytesOfBlob, data, []).then((buffer) => ({ data: base64(new Uint8Array(buffer)) })), size];
      }
      if (data instanceof ArrayBuffer) return [() => ({ data: base64(new Uint8Array(data)) }), data.byteLength];
      if (ArrayBuffer.isView(data)) {
        const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
        return [() => ({ data: base64(bytes) }), data.byteLength];
      }
      const bytes = encoder.encode(String(data));
      const text = decoder.decode(bytes);
      return [() => (control.test(text) ? { data: base64(bytes), isText: true } : { text }), bytes.length];
    }

    class RTCDataChannelEvent extends window.Event {
      #channel;

      constructor(type, init) {
        const context = "Failed to construct 'RTCDataChannelEvent'";
        if (arguments.length < 2) {
          throw new TypeError(`${context}: 2 arguments required, but only ${arguments.length} present.`);
        }
        const channel = init?.channel;
        if (!(channel instanceof RTCDataChannel)) {
          const reason =
            channel === undefined ? 'Required member is undefined.' : "Failed to convert value to 'RTCDataChannel'.";
          throw new TypeError(`${context}: Failed to read the 'channel' property from 'RTCDataChannelEventInit': ${reason}`);
        }
        super(type, init);
        this.#channel = channel;
      }

      get channel() {
        return this.#channel;
      }
    }

    /** RTCDataChannelInit, converted and checked (webrtc-pc §6.1 createDataChannel, steps 3 to 18). */
    function readDataChannelInit(label, init, context) {
      if (init !== undefined && init !== null && typeof init !== 'object' && typeof init !== 'function') {
        throw new TypeError(`${context}: The provided value is not of type 'RTCDataChannelInit'.`);
      }
      const { id, maxPacketLifeTime, maxRetransmits, negotiated = false, ordered = true, protocol = '' } = init ?? {};
      const short = (value, member) => (value === undefined ? null : unsignedShort(value, member, context));
      const read = {
        label: usvString(label),
        id: short(id, 'id'),
        maxPacketLifeTime: short(maxPacketLifeTime, 'maxPacketLifeTime'),
        maxRetransmits: short(maxRetransmits, 'maxRetransmits'),
        negotiated: Boolean(negotiated),
        ordered: Boolean(ordered),
        protocol: usvString(protocol),
      };
      const refuse = (reason) => new TypeError(`${context}: RTCDataChannel ${reason}`);
      if (encoder.encode(read.label).length > lengthLimit) throw refuse('label too long');
      if (encoder.encode(read.protocol).length > lengthLimit) throw refuse('protocol too long');
      if (read.negotiated && read.id === null) throw refuse('must have id set if negotiated is true');
      // A number without an agreement on it means nothing.
      if (!read.negotiated) read.id = null;
      if (read.id === 65535) throw refuse('cannot have id > 65534');
      if (read.maxPacketLifeTime !== null && read.maxRetransmits !== null) {
        throw refuse('cannot have both max retransmits and max lifetime');
      }
      return read;
    }

    webidl.finish(RTCDataChannel);
    webidl.eventHandlers(RTCDataChannel, ['open', 'bufferedamountlow', 'error', 'closing', 'close', 'message']);
    webidl.finish(RTCDataChannelEvent);
    return {
      RTCDataChannel,
      RTCDataChannelEvent,
      readDataChannelInit,
      /** @returns {ChannelRecord} */
      makeDataChannel: (connection, handle, init) => new ChannelRecord(connection, handle, init),
    };
  }

  facade.defineDataChannel = defineDataChannel;
}
