'use strict';
// As much reading of SDP as a page's own objects need: directions, streams, credentials, codecs. The engine does the real reading.
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  const directions = ['sendrecv', 'sendonly', 'recvonly', 'inactive'];

  /** An m-section, with what it inherits from the session level. */
  class MediaSection {
    /** @type {string[]} */
    lines;
    #session;

    constructor(lines, session) {
      this.lines = lines;
      this.#session = session;
    }

    #media(field) {
      return this.lines[0].slice(2).split(' ')[field] ?? '';
    }

    get kind() {
      return this.#media(0);
    }

    /** Refused, unless it only has its port from the section it is bundled with (RFC 9143 §6). */
    get isRejected() {
      return this.#media(1) === '0' && !this.lines.includes('a=bundle-only');
    }

    /** @param {string} name  values of `a=name:` in this section */
    values(name) {
      const start = `a=${name}:`;
      return this.lines.filter((line) => line.startsWith(start)).map((line) => line.slice(start.length));
    }

    /** First value here or at the session level. */
    value(name) {
      const start = `a=${name}:`;
      return this.values(name)[0] ?? this.#session.find((line) => line.startsWith(start))?.slice(start.length) ?? null;
    }

    get mid() {
      return this.values('mid')[0] ?? null;
    }

    get direction() {
      const find = (lines) => directions.find((direction) => lines.includes(`a=${direction}`));
      return find(this.lines) ?? find(this.#session) ?? 'sendrecv';
    }

    /** Streams named by `a=msid`; `-` stands for none (RFC 8830 §2). */
    get streams() {
      const named = this.values('msid').map((value) => value.split(' ')[0]);
      return [...new Set(named.filter((stream) => stream !== '-'))];
    }

    get iceParameters() {
      const usernameFragment = this.value('ice-ufrag');
      const password = this.value('ice-pwd');
      return usernameFragment && password ? { usernameFragment, password } : null;
    }

    /** `RTCRtpCodecParameters` in the order of the m-line. */
    get codecs() {
      const formats = new Map(this.values('fmtp').map((value) => splitOnce(value, ' ')));
      const maps = new Map(this.values('rtpmap').map((value) => splitOnce(value, ' ')));
      const codecs = [];
      for (const payloadType of this.lines[0].split(' ').slice(3)) {
        const [name, clockRate, channels] = (maps.get(payloadType) ?? '').split('/');
        if (!clockRate) continue;
        const codec = { clockRate: Number(clockRate), mimeType: `${this.kind}/${name}`, payloadType: Number(payloadType) };
        if (this.kind === 'audio') codec.channels = Number(channels ?? 1);
        if (formats.has(payloadType)) codec.sdpFmtpLine = formats.get(payloadType);
        codecs.push(codec);
      }
      return codecs;
    }

    get headerExtensions() {
      return this.values('extmap').map((value) => {
        const [id, uri] = value.split(' ');
        return { encrypted: false, id: parseInt(id, 10), uri };
      });
    }

    get cname() {
      const line = this.values('ssrc').find((value) => value.includes(' cname:'));
      return line ? line.slice(line.indexOf(' cname:') + 7) : '';
    }

    get hasReducedSizeRTCP() {
      return this.lines.includes('a=rtcp-rsize');
    }
  }

  function splitOnce(text, separator) {
    const at = text.indexOf(separator);
    return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
  }

  /**
   * @param {string | null | undefined} sdp
   * @returns {MediaSection[]}
   */
  function mediaSections(sdp) {
    const session = [];
    /** @type {MediaSection[]} */
    const sections = [];
    for (const line of (sdp ?? '').split(/\r?\n/)) {
      if (line.startsWith('m=')) sections.push(new MediaSection([line], session));
      else if (sections.length > 0) sections[sections.length - 1].lines.push(line);
      else session.push(line);
    }
    return sections;
  }

  const flags = (direction) => ({
    sends: direction === 'sendrecv' || direction === 'sendonly',
    receives: direction === 'sendrecv' || direction === 'recvonly',
  });
  const withFlags = (sends, receives) => (sends ? (receives ? 'sendrecv' : 'sendonly') : receives ? 'recvonly' : 'inactive');

  /** The arithmetic of directions (RFC 3264 §6.1). */
  const Direction = {
    sends: (direction) => flags(direction).sends,
    receives: (direction) => flags(direction).receives,
    /** As the other side writes it. */
    reversed: (direction) => withFlags(flags(direction).receives, flags(direction).sends),
    intersection: (one, other) =>
      withFlags(flags(one).sends && flags(other).sends, flags(one).receives && flags(other).receives),
    withSending: (direction, sends) => withFlags(sends, flags(direction).receives),
  };

  facade.mediaSections = mediaSections;
  facade.Direction = Direction;
}
