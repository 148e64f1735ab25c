'use strict';
// RTCRtpSender (webrtc-pc §5.2).
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];
  const { mediaSections, rtpCapabilities, isSameCodec } = facade;

  function defineRtpSender(realm) {
    const { window, webidl, RTCDTMFSender } = realm;
    const failed = (method) => `Failed to execute '${method}' on 'RTCRtpSender'`;
    let lastTransaction = 0;

    class RTCRtpSender {
      /** @type {InstanceType<typeof facade.TransceiverRecord>} */
      #record;
      #dtmf = null;

      constructor() {
        webidl.illegalConstructor(arguments[0], 'RTCRtpSender');
        this.#record = arguments[1];
        if (this.#record.kind === 'audio') this.#dtmf = new RTCDTMFSender(webidl.constructionKey, this.#record);
      }

      get track() {
        return this.#record.senderTrack;
      }
      get transport() {
        return this.#record.transport?.dtlsTransport ?? null;
      }
      /** RTCP goes over the transport of its media; there is no other. */
      get rtcpTransport() {
        this.#record;
        return null;
      }
      get dtmf() {
        return this.#dtmf;
      }
      get transform() {
        this.#record;
        return null;
      }
      set transform(value) {
        this.#record;
        if (value !== null) throw webidl.exception('NotSupportedError', 'Encoded transforms are not redirected.');
      }

      static getCapabilities(kind) {
        webidl.requireArguments(arguments, 1, "Failed to execute 'getCapabilities' on 'RTCRtpSender'");
        return rtpCapabilities(String(kind));
      }

      createEncodedStreams() {
        this.#record;
        throw webidl.exception('NotSupportedError', `${failed('createEncodedStreams')}: Encoded streams are not redirected.`);
      }

      // webrtc-pc §5.2 getParameters
      getParameters() {
        const record = this.#record;
        const section = negotiatedSection(record);
        for (const encoding of record.encodings) {
          // A codec that is not agreed on any more is chosen no longer.
          const isAgreed = !section?.codecs?.length || !encoding.codec || section.codecs.some((known) => isSameCodec(known, encoding.codec));
          if (!isAgreed) delete encoding.codec;
        }
        record.lastParameters = {
          codecs: section?.codecs ?? [],
          headerExtensions: section?.headerExtensions ?? [],
          rtcp: { cname: section?.cname ?? '', reducedSize: section?.hasReducedSizeRTCP ?? false },
          encodings: record.encodings,
          transactionId: transactionID(),
        };
        return structuredClone(record.lastParameters);
      }

      // webrtc-pc §5.2 setParameters
      async setParameters(parameters) {
        const record = this.#record;
        for (const member of ['codecs', 'headerExtensions', 'rtcp', 'encodings', 'transactionId']) {
          if (parameters?.[member] !== undefined) continue;
          const reason = `Failed to read the '${member}' property from 'RTCRtpParameters': Required member is undefined.`;
          throw new window.TypeError(`${failed('setParameters')}: ${reason}`);
        }
        if (record.isStopping || record.connection.isClosed) {
          throw webidl.exception('InvalidStateError', `${failed('setParameters')}: The transceiver is stopped.`);
        }
        const encodings = realm.encodings.read(parameters.encodings, failed('setParameters'));
        const last = record.lastParameters;
        record.lastParameters = null;
        if (!last) {
          const reason = 'getParameters() needs to be called before setParameters().';
          throw webidl.exception('InvalidStateError', `${failed('setParameters')}: ${reason}`);
        }
        if (!isUnmodified(last, parameters) || !isSameNames(last.encodings, encodings)) {
          throw webidl.exception(
            'InvalidModificationError',
            `${failed('setParameters')}: Read-only field modified in setParameters().`,
          );
        }
        const choosable = last.codecs.length > 0 ? last.codecs : rtpCapabilities(record.kind).codecs;
        realm.encodings.check(record.kind, encodings, failed('setParameters'), 'InvalidModificationError', (codec) =>
          choosable.some((known) => isSameCodec(known, codec)),
        );
        if (record.kind === 'audio') {
          try {
            await record.sendEncodings(encodings);
          } catch (error) {
            throw webidl.engineException(error, failed('setParameters'));
          }
        }
        record.encodings = encodings;
      }

      async getStats() {
        const record = this.#record;
        // One that is being stopped sends no more.
        return record.connection.getStats({ mid: record.isStopping ? null : record.mid, isSender: true });
      }

      // webrtc-pc §5.2 replaceTrack
      async replaceTrack(withTrack) {
        const record = this.#record;
        webidl.requireArguments(arguments, 1, failed('replaceTrack'));
        if (withTrack !== null && withTrack !== undefined) {
          webidl.requireTrack(withTrack, 'replaceTrack', 'RTCRtpSender');
          if (withTrack.kind !== record.kind) {
            throw new window.TypeError(`${failed('replaceTrack')}: Track kind does not match Sender kind`);
          }
        }
        if (record.connection.isClosed) {
          throw webidl.exception('InvalidStateError', `${failed('replaceTrack')}: The peer connection is closed.`);
        }
        const track = withTrack ?? null;
        const source = record.connection.senderSource(track);
        await record.connection.chain.enqueue(async () => {
          if (record.isStopping || record.isStopped) {
            throw webidl.exception('InvalidStateError', `${failed('replaceTrack')}: The transceiver is stopped.`);
          }
          try {
            await record.change({ source });
          } catch (error) {
            throw webidl.engineException(error, failed('replaceTrack'));
          }
          record.senderTrack = track;
        });
      }

      // webrtc-pc §5.2 setStreams
      setStreams() {
        const record = this.#record;
        record.connection.requireOpen(failed('setStreams'));
        for (const stream of arguments) {
          if (stream instanceof window.MediaStream) continue;
          throw new window.TypeError(`${failed('setStreams')}: parameter 1 is not of type 'MediaStream'.`);
        }
        record.localStreams = [...arguments];
        record.connection.changeTransceiver(record, { streams: record.senderStreams });
        record.connection.updateNegotiationNeeded();
      }
    }

    /** The members a page may only give back (webrtc-pc §5.2 setParameters, step 6). */
    function isUnmodified(last, { transactionId, codecs, headerExtensions, rtcp }) {
      const isSame = (one, other, members) =>
        one.length === Array.from(other).length &&
        one.every((known, index) => covers(known, Array.from(other)[index]) && members.every((name) => known[name] === Array.from(other)[index]?.[name]));
      return (
        transactionId === last.transactionId &&
        isSame(last.codecs, codecs, ['channels', 'sdpFmtpLine']) &&
        isSame(last.headerExtensions, headerExtensions, []) &&
        covers(last.rtcp, rtcp)
      );
    }

    function covers(known, given) {
      const names = new Set([...Object.keys(known), ...Object.keys(given ?? {})]);
      return [...names].every((name) => !(name in known) || known[name] === given?.[name]);
    }

    function isSameNames(last, encodings) {
      return last.length === encodings.length && last.every(({ rid }, index) => rid === encodings[index].rid);
    }

    /** Unlike any before, so that `setParameters` knows which answer of `getParameters` comes back. */
    function transactionID() {
      lastTransaction += 1;
      return `${lastTransaction}-${Math.random().toString(36).slice(2)}`;
    }

    /** The section both sides have agreed on: the answer's, whoever gave it. */
    function negotiatedSection({ mid, connection: { descriptions } }) {
      const answer = [descriptions.currentRemote, descriptions.currentLocal].find(
        (description) => description && description.type !== 'offer',
      );
      if (!answer || mid === null) return null;
      return mediaSections(answer.sdp).find((section) => section.mid === mid) ?? null;
    }

    webidl.finish(RTCRtpSender);
    return { RTCRtpSender, negotiatedSection };
  }

  facade.defineRtpSender = defineRtpSender;
}
