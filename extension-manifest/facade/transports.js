'use strict';
// RTCIceTransport and RTCDtlsTransport (webrtc-pc §5.5, §5.6): one object each for the life of a transport.
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];
  const { mediaSections } = facade;

  /** What the engine last said of a transport, behind both objects. */
  class TransportRecord {
    id;
    dtlsState = 'new';
    iceState = 'new';
    iceRole = null;
    gatheringState = 'new';
    /** @type {{local: string, remote: string} | null} */
    pair = null;
    /** @type {{local: RTCIceCandidate, remote: RTCIceCandidate} | null} */
    pairObjects = null;
    /** DER in base64, once the association is up. @type {string | null} */
    remoteCertificate = null;
    iceTransport;
    dtlsTransport;
    connection;

    constructor(id, connection) {
      this.id = id;
      this.connection = connection;
    }

    /** Sections of a description that go over it. */
    sections(description) {
      const { transceivers, sctp } = this.connection;
      const mids = transceivers.filter(({ transport }) => transport === this).map(({ mid }) => mid);
      const carriesData = sctp?.transport === this;
      return mediaSections(description?.sdp).filter(
        ({ mid, kind }) => mids.includes(mid) || (carriesData && kind === 'application'),
      );
    }
  }

  function defineTransports({ window, webidl }) {
    const { constructionKey } = webidl;
    const { atob, Uint8Array } = window;

    class RTCIceTransport extends window.EventTarget {
      /** @type {TransportRecord} */
      #record;

      constructor() {
        webidl.illegalConstructor(arguments[0], 'RTCIceTransport');
        super();
        this.#record = arguments[1];
      }

      get role() {
        return this.#record.iceRole;
      }
      get state() {
        return this.#record.iceState;
      }
      get gatheringState() {
        return this.#record.gatheringState;
      }

      getLocalCandidates() {
        const { connection } = this.#record;
        return this.#candidates(connection.descriptions.pendingLocal ?? connection.descriptions.currentLocal);
      }

      getRemoteCandidates() {
        const { connection } = this.#record;
        return this.#candidates(connection.descriptions.pendingRemote ?? connection.descriptions.currentRemote);
      }

      getLocalParameters() {
        const { connection } = this.#record;
        const description = connection.descriptions.pendingLocal ?? connection.descriptions.currentLocal;
        return this.#record.sections(description)[0]?.iceParameters ?? null;
      }

      getRemoteParameters() {
        const { connection } = this.#record;
        const description = connection.descriptions.pendingRemote ?? connection.descriptions.currentRemote;
        return this.#record.sections(description)[0]?.iceParameters ?? null;
      }

      getSelectedCandidatePair() {
        const record = this.#record;
        if (!record.pair) return null;
        record.pairObjects ??= { local: candidate(record.pair.local), remote: candidate(record.pair.remote) };
        return { ...record.pairObjects };
      }

      #candidates(description) {
        return this.#record.sections(description).flatMap((section) =>
          section.values('candidate').map((value) => candidate(`candidate:${value}`, section.mid)),
        );
      }
    }

    class RTCDtlsTransport extends window.EventTarget {
      /** @type {TransportRecord} */
      #record;

      constructor() {
        webidl.illegalConstructor(arguments[0], 'RTCDtlsTransport');
        super();
        this.#record = arguments[1];
      }

      get iceTransport() {
        return this.#record.iceTransport;
      }
      get state() {
        return this.#record.dtlsState;
      }

      /** In DER; the far side's own only, as Chromium has it. */
      getRemoteCertificates() {
        const { remoteCertificate } = this.#record;
        if (remoteCertificate === null) return [];
        const text = Reflect.apply(atob, window, [remoteCertificate]);
        return [Uint8Array.from(text, (character) => character.charCodeAt(0)).buffer];
      }
    }

    function candidate(text, sdpMid = '') {
      return new window.RTCIceCandidate({ candidate: text, sdpMid, sdpMLineIndex: 0 });
    }

    webidl.finish(RTCIceTransport);
    webidl.eventHandlers(RTCIceTransport, ['statechange', 'gatheringstatechange', 'selectedcandidatepairchange']);
    webidl.finish(RTCDtlsTransport);
    webidl.eventHandlers(RTCDtlsTransport, ['statechange', 'error']);

    return {
      RTCIceTransport,
      RTCDtlsTransport,
      /** @returns {TransportRecord} */
      makeTransport(id, connection) {
        const record = new TransportRecord(id, connection);
        record.iceTransport = new RTCIceTransport(constructionKey, record);
        record.dtlsTransport = new RTCDtlsTransport(constructionKey, record);
        return record;
      },
    };
  }

  facade.defineTransports = defineTransports;
}
