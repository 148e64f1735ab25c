'use strict';
// RTCConfiguration (webrtc-pc §4.2.1) as pages write it, into the form the engine reads and getConfiguration() returns.
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  const enumerations = {
    bundlePolicy: { name: 'RTCBundlePolicy', values: ['balanced', 'max-compat', 'max-bundle'], preset: 'balanced' },
    iceTransportPolicy: { name: 'RTCIceTransportPolicy', values: ['all', 'relay'], preset: 'all' },
    // 'negotiate' is gone from the specification and still sent by old pages; Chromium takes it for 'require'.
    rtcpMuxPolicy: { name: 'RTCRtcpMuxPolicy', values: ['require', 'negotiate'], preset: 'require' },
  };

  /** RFC 8489 §14.3: the most bytes a user name may have. */
  const longestUsername = 509;

  /** RFC 7064 §3.1, RFC 7065 §3.1; a host is a name, an IPv4 address or an IPv6 address in brackets. */
  const serverURL = /^(stuns?|turns?):(\[[0-9a-f:.]+\]|[a-z0-9._~!$&'()*+,;=%-]+)(?::(\d{1,5}))?(\?transport=(?:udp|tcp))?$/i;

  /** Whether it is an address of a STUN or TURN server; of which scheme. */
  function schemeOf(url) {
    const [, scheme, , port, transport] = serverURL.exec(url) ?? [];
    if (!scheme || Number(port ?? 0) > 65535) return null;
    const lower = scheme.toLowerCase();
    return transport !== undefined && lower.startsWith('stun') ? null : lower;
  }

  /**
   * @param {any} value  what the page gave
   * @param {{window: any, webidl: any}} realm
   * @param {string} context  “Failed to …”
   */
  function readConfiguration(value, { window, webidl }, context) {
    const { TypeError } = window;
    const configuration = value ?? {};
    if (typeof configuration !== 'object' && typeof configuration !== 'function') {
      throw new TypeError(`${context}: The provided value is not of type 'RTCConfiguration'.`);
    }
    const member = (name) => `${context}: Failed to read the '${name}' property from 'RTCConfiguration'`;
    const certificates = sequence(configuration.certificates, 'certificates');
    for (const certificate of certificates) {
      if (certificate instanceof window.RTCCertificate) continue;
      throw new TypeError(`${member('certificates')}: Failed to convert value to 'RTCCertificate'.`);
    }
    if (certificates.some(({ expires }) => expires <= Date.now())) {
      throw webidl.exception('InvalidAccessError', `${context}: Expired certificate(s).`);
    }
    const result = { certificates, iceServers: sequence(configuration.iceServers, 'iceServers').map(readServer) };
    for (const [name, { name: type, values, preset }] of Object.entries(enumerations)) {
      const text = configuration[name] === undefined ? preset : String(configuration[name]);
      if (!values.includes(text)) {
        throw new TypeError(`${member(name)}: The provided value '${text}' is not a valid enum value of type ${type}.`);
      }
      result[name] = text;
    }
    const pool = configuration.iceCandidatePoolSize;
    result.iceCandidatePoolSize = pool === undefined ? 0 : webidl.octet(pool, member('iceCandidatePoolSize'));
    return result;

    function sequence(list, name) {
      if (list === undefined) return [];
      if (list === null || typeof list !== 'object' || typeof list[Symbol.iterator] !== 'function') {
        throw new TypeError(`${member(name)}: The provided value cannot be converted to a sequence.`);
      }
      return Array.from(list);
    }

    // webrtc-pc §4.4.1.6 “set a configuration”, step 11
    function readServer(server) {
      if (server !== undefined && server !== null && typeof server !== 'object' && typeof server !== 'function') {
        throw new TypeError(`${member('iceServers')}: The provided value is not of type 'RTCIceServer'.`);
      }
      // `url` is of an older edition; Chromium still takes it.
      const urls = server?.urls ?? server?.url;
      if (urls === undefined) {
        const reason = "Failed to read the 'urls' property from 'RTCIceServer': Required member is undefined.";
        throw new TypeError(`${member('iceServers')}: ${reason}`);
      }
      const isList = typeof urls === 'object' && urls !== null && typeof urls[Symbol.iterator] === 'function';
      const read = { urls: (isList ? Array.from(urls) : [urls]).map(String) };
      if (server.username !== undefined) read.username = String(server.username);
      if (server.credential !== undefined) read.credential = String(server.credential);
      if (read.urls.length === 0) throw webidl.exception('SyntaxError', `${context}: ICE server parsing failed: Empty uri.`);
      for (const url of read.urls) {
        const scheme = schemeOf(url);
        if (!scheme) throw webidl.exception('SyntaxError', `${context}: '${url}' is not a valid stun or turn URL.`);
        if (!scheme.startsWith('turn')) continue;
        if (!read.username || !read.credential) {
          throw webidl.exception(
            'InvalidAccessError',
            `${context}: Both username and credential are required when the URL scheme is "turn" or "turns".`,
          );
        }
        if (new TextEncoder().encode(read.username).length > longestUsername) {
          throw webidl.exception('InvalidAccessError', `${context}: ICE server parsing failed: the username is too long.`);
        }
      }
      return read;
    }
  }

  /**
   * webrtc-pc §4.4.1.6 “set a configuration”, steps 3–8: what may not change.
   *
   * @param {any} known  the configuration so far
   * @param {any} wanted
   * @param {boolean} hasDescription  a local description has been set
   * @returns {string | null} the member at fault
   */
  function unchangeable(known, wanted, hasDescription) {
    for (const name of ['bundlePolicy', 'rtcpMuxPolicy']) {
      if (wanted[name] !== known[name]) return name;
    }
    // Those of the beginning stay, named again or not.
    const { certificates } = wanted;
    const isSame = certificates.length === known.certificates.length && certificates.every((each) => known.certificates.includes(each));
    if (certificates.length > 0 && !isSame) return 'certificates';
    return hasDescription && wanted.iceCandidatePoolSize !== known.iceCandidatePoolSize ? 'iceCandidatePoolSize' : null;
  }

  /** What `getConfiguration` returns: every member of Chromium's. */
  function publicConfiguration({ certificates, iceServers, bundlePolicy, iceTransportPolicy, rtcpMuxPolicy, iceCandidatePoolSize }) {
    return {
      alwaysNegotiateDataChannels: false,
      bundlePolicy,
      certificates: [...certificates],
      encodedInsertableStreams: false,
      iceCandidatePoolSize,
      iceServers: iceServers.map(({ urls, username = '', credential = '' }) => ({ credential, urls: [...urls], username })),
      iceTransportPolicy,
      rtcpMuxPolicy,
    };
  }

  /** What the engine reads of it. */
  function engineConfiguration({ certificates: _, ...configuration }) {
    return configuration;
  }

  facade.engineConfiguration = engineConfiguration;
  facade.readConfiguration = readConfiguration;
  facade.publicConfiguration = publicConfiguration;
  facade.unchangeable = unchangeable;
}
