'use strict';
// RTCRtpEncodingParameters (webrtc-pc §5.2.1): reading them, and what may be wished for when a sender is made or changed. Of video they
// are kept and have no effect.
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];
  const { isKnownCodec } = facade;

  const priorities = ['very-low', 'low', 'medium', 'high'];
  /** As many as Chromium takes. */
  const mostEncodings = 4;
  /** RFC 8851 §10 as RFC 8852 narrows it, and as long as Chromium takes. */
  const restrictionIdentifier = /^[A-Za-z0-9]{1,16}$/;

  class Encodings {
    #window;
    #webidl;

    constructor({ window, webidl }) {
      this.#window = window;
      this.#webidl = webidl;
    }

    /**
     * What a sender begins with (webrtc-pc §5.1 addTransceiver, steps 6–9).
     *
     * @param {'audio' | 'video'} kind
     * @param {any} given  `sendEncodings`
     * @param {string} context
     */
    initial(kind, given, context) {
      let encodings = given === undefined ? [] : this.read(given, context);
      const identifiers = encodings.map(({ rid }) => rid);
      const named = identifiers.filter((rid) => rid !== undefined);
      const isNamingWrong =
        named.some((rid) => !restrictionIdentifier.test(rid)) ||
        (encodings.length > 1 && (named.length !== encodings.length || new Set(named).size !== named.length));
      if (isNamingWrong) throw new this.#window.TypeError(`${context}: Invalid RID value provided.`);
      this.check(kind, encodings, context, 'OperationError', (codec) => isKnownCodec(kind, codec));
      if (kind === 'audio') encodings = encodings.slice(0, 1);
      encodings = encodings.slice(0, mostEncodings);
      if (encodings.length === 0) encodings = this.read([{}], context);
      if (encodings.length === 1) delete encodings[0].rid;
      return this.#scaled(kind, encodings);
    }

    /** Web IDL dictionaries: each known member converted, the others dropped. */
    read(list, context) {
      const { TypeError } = this.#window;
      if (typeof list !== 'object' || list === null || typeof list[Symbol.iterator] !== 'function') {
        throw new TypeError(`${context}: The provided value cannot be converted to a sequence.`);
      }
      return Array.from(list, (given) => {
        if (given !== undefined && given !== null && typeof given !== 'object') {
          throw new TypeError(`${context}: The provided value is not of type 'RTCRtpEncodingParameters'.`);
        }
        const members = given ?? {};
        const encoding = {
          active: members.active === undefined ? true : Boolean(members.active),
          adaptivePtime: Boolean(members.adaptivePtime ?? false),
        };
        if (members.codec !== undefined) encoding.codec = readCodec(members.codec);
        if (members.maxBitrate !== undefined) encoding.maxBitrate = Number(members.maxBitrate) >>> 0;
        if (members.maxFramerate !== undefined) encoding.maxFramerate = this.#finite(members.maxFramerate, 'maxFramerate', context);
        encoding.networkPriority = this.#priority(members.networkPriority, context);
        encoding.priority = this.#priority(members.priority, context);
        if (members.rid !== undefined) encoding.rid = String(members.rid);
        if (members.scaleResolutionDownBy !== undefined) {
          encoding.scaleResolutionDownBy = this.#finite(members.scaleResolutionDownBy, 'scaleResolutionDownBy', context);
        }
        return encoding;
      });
    }

    /**
     * Ranges, and codecs that may be chosen. Audio loses what means nothing for it.
     *
     * @param {string} codecError  name of the exception for a codec that may not
     * @param {(codec: any) => boolean} isChoosable
     */
    check(kind, encodings, context, codecError, isChoosable) {
      const { RangeError } = this.#window;
      for (const encoding of encodings) {
        if (kind === 'audio') {
          delete encoding.scaleResolutionDownBy;
          delete encoding.maxFramerate;
        }
        if (encoding.scaleResolutionDownBy < 1) throw new RangeError(`${context}: scaleResolutionDownBy must be >= 1.0`);
        if (encoding.maxFramerate < 0) throw new RangeError(`${context}: maxFramerate must be >= 0.0`);
        if (encoding.codec && !isChoosable(encoding.codec)) {
          throw this.#webidl.exception(codecError, `${context}: Attempted to use an unsupported codec.`);
        }
      }
    }

    /** webrtc-pc §5.1 addTransceiver, steps 9.5–9.7: video halves from one encoding to the next where nobody says otherwise. */
    #scaled(kind, encodings) {
      if (kind === 'audio') return encodings;
      const isScaled = encodings.some(({ scaleResolutionDownBy }) => scaleResolutionDownBy !== undefined);
      encodings.forEach((encoding, index) => {
        encoding.scaleResolutionDownBy ??= isScaled ? 1 : 2 ** (encodings.length - 1 - index);
      });
      return encodings;
    }

    #finite(value, name, context) {
      const number = Number(value);
      if (Number.isFinite(number)) return number;
      throw new this.#window.TypeError(`${context}: Failed to read the '${name}' property: The provided double value is non-finite.`);
    }

    #priority(value, context) {
      if (value === undefined) return 'low';
      const text = String(value);
      if (priorities.includes(text)) return text;
      throw new this.#window.TypeError(`${context}: The provided value '${text}' is not a valid enum value of type RTCPriorityType.`);
    }
  }

  function readCodec({ mimeType, clockRate, channels, sdpFmtpLine }) {
    const codec = { clockRate: Number(clockRate), mimeType: String(mimeType) };
    if (channels !== undefined) codec.channels = Number(channels);
    if (sdpFmtpLine !== undefined) codec.sdpFmtpLine = String(sdpFmtpLine);
    return codec;
  }

  facade.Encodings = Encodings;
}
