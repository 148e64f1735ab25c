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
    if (configuration.certificates?.length > 0) {
      const reason = 'The certificate of a redirected connection is its engine’s own.';
      throw webidl.exception('NotSupportedError', `${context}: ${reason}`);
    }
    const result = { iceServers: Array.from(configuration.iceServers ?? [], readServer) };
    for (const [member, { name, values, preset }] of Object.entries(enumerations)) {
      const text = configuration[member] === undefined ? preset : String(configuration[member]);
      if (!values.includes(text)) {
        const reason = `The provided value '${text}' is not a valid enum value of type ${name}.`;
        throw new TypeError(`${context}: Failed to read the '${member}' property from 'RTCConfiguration': ${reason}`);
      }
      result[member] = text;
    }
    result.iceCandidatePoolSize = Math.min(Math.max(Number(configuration.iceCandidatePoolSize ?? 0) | 0, 0), 255);
    return result;

    // webrtc-pc §4.4.1.6 “set a configuration”, step 11
    function readServer(server) {
      const urls = server?.urls ?? server?.url;
      if (urls === undefined) throw new TypeError(`${context}: Malformed RTCIceServer`);
      const read = { urls: (typeof urls === 'string' ? [urls] : Array.from(urls)).map(String) };
      if (server.username !== undefined) read.username = String(server.username);
      if (server.credential !== undefined) read.credential = String(server.credential);
      for (const url of read.urls) {
        const scheme = /^(stuns?|turns?):[^\s/]+$/i.exec(url)?.[1].toLowerCase();
        if (!scheme) throw webidl.exception('SyntaxError', `${context}: '${url}' is not a valid stun or turn URL.`);
        if (scheme.startsWith('turn') && (read.username === undefined || read.credential === undefined)) {
          throw webidl.exception(
            'InvalidAccessError',
            `${context}: Both username and credential are required when the URL scheme is "turn" or "turns".`,
          );
        }
      }
      return read;
    }
  }

  /** What `getConfiguration` returns: every member of Chromium's. */
  function publicConfiguration({ iceServers, bundlePolicy, iceTransportPolicy, rtcpMuxPolicy, iceCandidatePoolSize }) {
    return {
      alwaysNegotiateDataChannels: false,
      bundlePolicy,
      certificates: [],
      encodedInsertableStreams: false,
      iceCandidatePoolSize,
      iceServers: iceServers.map(({ urls, username = '', credential = '' }) => ({ credential, urls: [...urls], username })),
      iceTransportPolicy,
      rtcpMuxPolicy,
    };
  }

  facade.readConfiguration = readConfiguration;
  facade.publicConfiguration = publicConfiguration;
}
