'use strict';
// What the engine can negotiate (webrtc-pc §5.2.2 getCapabilities). A copy, because the call is synchronous.
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  const codecs = {
    audio: [
      { channels: 2, clockRate: 48000, mimeType: 'audio/opus', sdpFmtpLine: 'minptime=10;useinbandfec=1' },
      { channels: 2, clockRate: 48000, mimeType: 'audio/red' },
      { channels: 1, clockRate: 8000, mimeType: 'audio/PCMU' },
      { channels: 1, clockRate: 8000, mimeType: 'audio/PCMA' },
      { channels: 1, clockRate: 8000, mimeType: 'audio/CN' },
      { channels: 1, clockRate: 48000, mimeType: 'audio/telephone-event' },
      { channels: 1, clockRate: 8000, mimeType: 'audio/telephone-event' },
    ],
    // Negotiated so that offers with video look as elsewhere; never carried.
    video: [
      { clockRate: 90000, mimeType: 'video/VP8' },
      { clockRate: 90000, mimeType: 'video/VP9', sdpFmtpLine: 'profile-id=0' },
      {
        clockRate: 90000,
        mimeType: 'video/H264',
        sdpFmtpLine: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
      },
    ],
  };
  const headerExtensions = {
    audio: [
      { direction: 'sendrecv', uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level' },
      { direction: 'sendrecv', uri: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01' },
      { direction: 'sendrecv', uri: 'urn:ietf:params:rtp-hdrext:sdes:mid' },
    ],
    video: [
      { direction: 'sendrecv', uri: 'urn:ietf:params:rtp-hdrext:toffset' },
      { direction: 'sendrecv', uri: 'urn:3gpp:video-orientation' },
      { direction: 'sendrecv', uri: 'urn:ietf:params:rtp-hdrext:sdes:mid' },
      { direction: 'sendrecv', uri: 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id' },
      { direction: 'sendrecv', uri: 'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id' },
    ],
  };

  const copy = (entries) => entries.map((entry) => ({ ...entry }));

  /** A fresh `RTCRtpCapabilities`; `null` for a kind that is none. */
  function rtpCapabilities(kind) {
    if (!Object.hasOwn(codecs, kind)) return null;
    return { codecs: copy(codecs[kind]), headerExtensions: copy(headerExtensions[kind]) };
  }

  /** Whether two descriptions are of one codec (webrtc-pc §5.3 “codec match”). */
  function isSameCodec(one, other) {
    return (
      one.mimeType.toLowerCase() === String(other.mimeType).toLowerCase() &&
      one.clockRate === other.clockRate &&
      (one.channels ?? 1) === (other.channels ?? 1) &&
      one.sdpFmtpLine === other.sdpFmtpLine
    );
  }

  /** Whether a preference names a codec of ours. */
  function isKnownCodec(kind, wanted) {
    return codecs[kind].some((codec) => isSameCodec(codec, wanted));
  }

  facade.rtpCapabilities = rtpCapabilities;
  facade.isSameCodec = isSameCodec;
  facade.isKnownCodec = isKnownCodec;
}
