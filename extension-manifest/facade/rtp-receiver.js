'use strict';
// RTCRtpReceiver (webrtc-pc §5.3).
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];
  const { rtpCapabilities } = facade;

  function defineRtpReceiver({ window, webidl, negotiatedSection }) {
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
        return this.#record.jitterBufferTarget;
      }
      // webrtc-pc §5.3: a wish. The engine's buffer goes by the network, and is as long as it must be.
      set jitterBufferTarget(value) {
        const record = this.#record;
        const target = value === null || value === undefined ? null : Number(value);
        if (Number.isNaN(target)) throw new window.TypeError('The provided double value is non-finite.');
        if (target !== null && !(target >= 0 && target <= 4000)) {
          throw new window.RangeError('jitterBufferTarget is out of expected range 0 to 4000 ms');
        }
        record.jitterBufferTarget = target;
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

      /** As of the last statistics: the call is synchronous, and the media is elsewhere. Who asks will ask again. */
      getSynchronizationSources() {
        this.#record.connection.refreshStats();
        const inbound = this.#record.connection.stats.inbound(this.#record.mid);
        if (inbound?.lastPacketReceivedTimestamp === undefined) return [];
        const { ssrc, audioLevel = 0, rtpTimestamp = 0, lastPacketReceivedTimestamp } = inbound;
        // Milliseconds since 1970, as Chromium has it, and for ten seconds (webrtc-pc §5.3).
        const { timeOrigin } = window.performance;
        if (timeOrigin + window.performance.now() - lastPacketReceivedTimestamp > 10_000) return [];
        return [{ audioLevel, rtpTimestamp, source: ssrc, timestamp: lastPacketReceivedTimestamp }];
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
