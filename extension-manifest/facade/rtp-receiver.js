'use strict';
// RTCRtpReceiver (webrtc-pc §5.3).
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];
  const { rtpCapabilities } = facade;

  function defineRtpReceiver({ webidl, negotiatedSection }) {
    const notSupported = (what) => webidl.exception('NotSupportedError', `${what} is not redirected.`);

    class RTCRtpReceiver {
      /** @type {InstanceType<typeof facade.TransceiverRecord>} */
      #record;

      constructor() {
        webidl.illegalConstructor(arguments[0], 'RTCRtpReceiver');
        this.#record = arguments[1];
      }

      get track() {
        return this.#record.receiverTrack;
      }
      get transport() {
        return this.#record.transport?.dtlsTransport ?? null;
      }
      get rtcpTransport() {
        this.#record;
        return null;
      }
      get playoutDelayHint() {
        this.#record;
        return null;
      }
      set playoutDelayHint(value) {
        this.#record;
        if (value !== null) throw notSupported('playoutDelayHint');
      }
      get jitterBufferTarget() {
        this.#record;
        return null;
      }
      set jitterBufferTarget(value) {
        this.#record;
        if (value !== null) throw notSupported('jitterBufferTarget');
      }
      get transform() {
        this.#record;
        return null;
      }
      set transform(value) {
        this.#record;
        if (value !== null) throw notSupported('An encoded transform');
      }

      static getCapabilities(kind) {
        webidl.requireArguments(arguments, 1, "Failed to execute 'getCapabilities' on 'RTCRtpReceiver'");
        return rtpCapabilities(String(kind));
      }

      createEncodedStreams() {
        this.#record;
        throw notSupported('An encoded stream');
      }

      /** Mixers that name whom they mix are not looked into. */
      getContributingSources() {
        this.#record;
        return [];
      }

      /** As of the last statistics: the call is synchronous, and the media is elsewhere. */
      getSynchronizationSources() {
        const inbound = this.#record.connection.stats.inbound(this.#record.mid);
        if (inbound?.lastPacketReceivedTimestamp === undefined) return [];
        const { ssrc, audioLevel, lastPacketReceivedTimestamp: timestamp } = inbound;
        return [{ audioLevel, rtpTimestamp: 0, source: ssrc, timestamp }];
      }

      getParameters() {
        const section = negotiatedSection(this.#record);
        return {
          codecs: section?.codecs ?? [],
          headerExtensions: section?.headerExtensions ?? [],
          rtcp: { reducedSize: section?.hasReducedSizeRTCP ?? false },
          encodings: [],
        };
      }

      async getStats() {
        const record = this.#record;
        return record.connection.getStats({ mid: record.mid, isSender: false });
      }
    }

    webidl.finish(RTCRtpReceiver);
    return { RTCRtpReceiver };
  }

  facade.defineRtpReceiver = defineRtpReceiver;
}
