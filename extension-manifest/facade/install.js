'use strict';
// The last of the facade's files: asks the relay for the line to the engine and puts everything in its place.
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];
  delete globalThis[Symbol.for('com.nearend.facade')];

  /** The relay, in its own world, listens for this once. */
  const handshake = 'com.nearend.facade';

  /** Interfaces of ours, and the names they also go by. */
  const interfaces = {
    RTCPeerConnection: ['webkitRTCPeerConnection'],
    RTCRtpSender: [],
    RTCRtpReceiver: [],
    RTCRtpTransceiver: [],
    RTCDTMFSender: [],
    RTCDataChannel: [],
    RTCDataChannelEvent: [],
    RTCDtlsTransport: [],
    RTCIceTransport: [],
    RTCSctpTransport: [],
    RTCStatsReport: [],
    RTCTrackEvent: [],
  };

  /**
   * @param {Window & typeof globalThis} window
   * @param {MessagePort} port  to the relay
   */
  function install(window, port) {
    const webidl = new facade.WebIDL(window);
    const realm = { window, webidl, native: { RTCPeerConnection: window.RTCPeerConnection } };
    realm.encodings = new facade.Encodings(realm);
    realm.tasks = new facade.TaskQueue(window);
    realm.link = new facade.EngineLink(port, firstHandle(window));
    realm.certificates = new facade.Certificates(realm);
    realm.tracks = new facade.MediaTracks(realm);
    realm.streams = new facade.MediaStreams(realm);
    realm.soundFiles = new facade.SoundFiles(realm);
    Object.assign(realm, facade.defineTransports(realm));
    Object.assign(realm, facade.defineSctpTransport(realm));
    Object.assign(realm, facade.defineDataChannel(realm));
    Object.assign(realm, facade.defineStatsReport(realm));
    Object.assign(realm, facade.defineDTMFSender(realm));
    Object.assign(realm, facade.defineRtpSender(realm));
    Object.assign(realm, facade.defineRtpReceiver(realm));
    Object.assign(realm, facade.defineRtpTransceiver(realm));
    Object.assign(realm, facade.definePeerConnection(realm));
    realm.contexts = new facade.AudioContexts(realm);
    realm.webAudio = new facade.WebAudioPatch(realm);
    new facade.PageSounds(realm, new facade.MediaElements(realm));
    realm.mediaDevices = new facade.MediaDevicesPatch(realm);
    new facade.PermissionsPatch(realm);
    // Left out where an administrator wants it so.
    if (facade.PageAPI) new facade.PageAPI(realm);
    for (const [name, aliases] of Object.entries(interfaces)) {
      for (const alias of [name, ...aliases]) {
        if (!Object.hasOwn(window, alias)) continue;
        Object.defineProperty(window, alias, { value: realm[name], writable: true, enumerable: false, configurable: true });
      }
    }
    new facade.ChildWindows(realm, Object.entries(interfaces).flat(2));
    return realm;
  }

  /** Two documents, one after the other, must not use the same handles where the second takes the first one's call over. */
  function firstHandle({ crypto, Uint32Array }) {
    return (crypto?.getRandomValues?.(new Uint32Array(1))[0] ?? 0) * 2 ** 16;
  }

  /** Without a relay that answers at once, the page keeps the browser's own. */
  function start(window) {
    if (!window.RTCPeerConnection) return;
    const { port1, port2 } = new window.MessageChannel();
    const event = new window.MessageEvent(handshake, { ports: [port2], cancelable: true });
    if (!window.dispatchEvent(event)) install(window, port1);
  }

  facade.install = install;
  start(globalThis);
}
