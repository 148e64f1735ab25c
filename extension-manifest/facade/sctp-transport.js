'use strict';
// RTCSctpTransport (webrtc-pc §6.1.1).
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /** What the engine last said of the association, behind the page's object. */
  class SctpRecord {
    state = 'connecting';
    /** Bytes; not known before both sides have said. */
    maxMessageSize = Infinity;
    maxChannels = null;
    /** Of transports.js. */
    transport = null;
    sctpTransport;

    /** Takes over what changes without an event. */
    update({ maxMessageSize = Infinity, maxChannels = null }, transport) {
      this.maxMessageSize = maxMessageSize;
      this.maxChannels = maxChannels ?? this.maxChannels;
      this.transport = transport ?? this.transport;
    }
  }

  function defineSctpTransport({ window, webidl }) {
    class RTCSctpTransport extends window.EventTarget {
      /** @type {SctpRecord} */
      #record;

      constructor() {
        webidl.illegalConstructor(arguments[0], 'RTCSctpTransport');
        super();
        this.#record = arguments[1];
      }

      get transport() {
        return this.#record.transport?.dtlsTransport ?? null;
      }
      get state() {
        return this.#record.state;
      }
      get maxMessageSize() {
        return this.#record.maxMessageSize;
      }
      get maxChannels() {
        return this.#record.maxChannels;
      }
    }

    webidl.finish(RTCSctpTransport);
    webidl.eventHandlers(RTCSctpTransport, ['statechange']);
    return {
      RTCSctpTransport,
      /** @returns {SctpRecord} */
      makeSctpTransport() {
        const record = new SctpRecord();
        record.sctpTransport = new RTCSctpTransport(webidl.constructionKey, record);
        return record;
      },
    };
  }

  facade.defineSctpTransport = defineSctpTransport;
}
