'use strict';
// What the engine can negotiate (webrtc-pc §5.2.2 getCapabilities). A copy, because the call is synchronous.
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  const codecs = {
    audio: [
      { channels: 2, clockRate: 48000, mimeType: 'audio/opus', sdpFmtpLine: 'minptime=10;useinbandfec=1' },
      { channels: 1, clockRate: 8000, mimeType: 'audio/PCMU' },
      { channels: 1, clockRate: 8000, mimeType: 'audio/PCMA' },
      { channels: 1, clockRate: 48000, mimeType: 'audio/telephone-event' },
      { channels: 1, clockRate: 8000, mimeType: 'audio/telephone-event' },
    ],
    // Negotiated so that offers with video look as elsewhere; never carried.
    video: [{ clockRate: 90000, mimeType: 'video/VP8' }],
  };
  const headerExtensions = {
    audio: [{ uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level' }, { uri: 'urn:ietf:params:rtp-hdrext:sdes:mid' }],
    video: [{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid' }],
  };

  const copy = (entries) => entries.map((entry) => ({ ...entry }));

  /** A fresh `RTCRtpCapabilities`; `null` for a kind that is none. */
  function rtpCapabilities(kind) {
    if (!Object.hasOwn(codecs, kind)) return null;
    return { codecs: copy(codecs[kind]), headerExtensions: copy(headerExtensions[kind]) };
  }

  /** Whether a preference names a codec of ours (webrtc-pc §5.3 “codec match”). */
  function isKnownCodec(kind, { mimeType, clockRate, channels, sdpFmtpLine }) {
    return codecs[kind].some(
      (codec) =>
        codec.mimeType.toLowerCase() === String(mimeType).toLowerCase() &&
        codec.clockRate === clockRate &&
        (codec.channels ?? 1) === (channels ?? 1) &&
        codec.sdpFmtpLine === sdpFmtpLine,
    );
  }

  facade.rtpCapabilities = rtpCapabilities;
  facade.isKnownCodec = isKnownCodec;
}
