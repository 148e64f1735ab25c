// As much of a window as the facade touches. The “native” objects check their brand as the browser's do: a stand-in that is not
// made of one fails here too.

import { webcrypto } from 'node:crypto';

/** Node has one from version 19 on. */
const CustomEvent =
  globalThis.CustomEvent ??
  class extends Event {
    #detail;
    constructor(type, { detail = null, ...rest } = {}) {
      super(type, rest);
      this.#detail = detail;
    }
    get detail() {
      return this.#detail;
    }
  };

let lastNumber = 0;
/** Ids are counted, so that golden messages can have them. */
export function restartNumbers() {
  lastNumber = 0;
}
const nextID = (kind) => `${kind}-${(lastNumber += 1)}`;

/** A pair of ports whose messages are tasks of their own, and which keep no process alive. */
export class FakeMessageChannel {
  constructor() {
    const make = () => ({
      onmessage: null,
      postMessage(data) {
        const copy = structuredClone(data);
        setImmediate(() => this.other.onmessage?.({ data: copy }));
      },
    });
    this.port1 = make();
    this.port2 = make();
    this.port1.other = this.port2;
    this.port2.other = this.port1;
  }
}

export function makeWindow() {
  class MediaStreamTrack extends EventTarget {
    #kind;
    #id = nextID('track');
    #enabled = true;
    #readyState = 'live';
    constructor(key, kind) {
      if (key !== MediaStreamTrack) throw new TypeError('Illegal constructor');
      super();
      this.#kind = kind;
    }
    static isGenuine(track) {
      return #kind in track;
    }
    get kind() {
      return this.#kind;
    }
    get id() {
      return this.#id;
    }
    get label() {
      this.#id;
      return 'native';
    }
    get enabled() {
      return this.#enabled;
    }
    set enabled(value) {
      this.#enabled = value;
    }
    get muted() {
      this.#id;
      return false;
    }
    get readyState() {
      return this.#readyState;
    }
    stop() {
      this.#readyState = 'ended';
    }
    clone() {
      return new MediaStreamTrack(MediaStreamTrack, this.#kind);
    }
    getSettings() {
      return {};
    }
    getCapabilities() {
      return {};
    }
    getConstraints() {
      return {};
    }
    async applyConstraints() {}
  }

  class MediaStreamTrackGenerator extends MediaStreamTrack {
    constructor({ kind }) {
      super(MediaStreamTrack, kind);
    }
  }

  class MediaStream extends EventTarget {
    #tracks = [];
    #id = nextID('stream');
    constructor(tracks = []) {
      super();
      for (const track of tracks) this.addTrack(track);
    }
    get id() {
      return this.#id;
    }
    addTrack(track) {
      if (!MediaStreamTrack.isGenuine(track)) throw new TypeError("parameter 1 is not of type 'MediaStreamTrack'.");
      if (!this.#tracks.includes(track)) this.#tracks.push(track);
    }
    removeTrack(track) {
      this.#tracks = this.#tracks.filter((other) => other !== track);
    }
    getTracks() {
      return [...this.#tracks];
    }
    getAudioTracks() {
      return this.#tracks.filter(({ kind }) => kind === 'audio');
    }
    getVideoTracks() {
      return this.#tracks.filter(({ kind }) => kind === 'video');
    }
    getTrackById() {
      return null;
    }
    clone() {
      return new MediaStream(this.#tracks.map((track) => track.clone()));
    }
  }

  const eventWith = (...members) =>
    class extends Event {
      constructor(type, init) {
        super(type, init);
        for (const member of members) this[member] = init[member];
      }
    };

  class RTCCertificate {
    static #made = 0;
    expires;
    #fingerprint;
    constructor(expires, fingerprint = `native ${(RTCCertificate.#made += 1)}`) {
      this.expires = expires;
      this.#fingerprint = fingerprint;
    }
    getFingerprints() {
      return [{ algorithm: 'sha-256', value: this.#fingerprint }];
    }
    /** As by structured clone. */
    clone() {
      return new RTCCertificate(this.expires, this.#fingerprint);
    }
  }

  class RTCSessionDescription {
    constructor({ type, sdp = '' }) {
      Object.assign(this, { type, sdp });
    }
    toJSON() {
      return { type: this.type, sdp: this.sdp };
    }
  }

  class RTCIceCandidate {
    constructor({ candidate = '', sdpMid = null, sdpMLineIndex = null, usernameFragment = null }) {
      Object.assign(this, { candidate, sdpMid, sdpMLineIndex, usernameFragment });
    }
  }

  class HTMLElement extends EventTarget {}
  class HTMLMediaElement extends HTMLElement {
    #srcObject = null;
    #paused = true;
    /** What the browser says to `play()`. */
    refusal = null;
    #muted = false;
    #currentTime = 0;
    volume = 1;
    autoplay = false;
    loop = false;
    playbackRate = 1;
    ended = false;
    readyState = 4;
    duration = NaN;
    currentSrc = '';
    get muted() {
      return this.#muted;
    }
    set muted(value) {
      this.#muted = value;
      this.dispatchEvent(new Event('volumechange'));
    }
    get currentTime() {
      return this.#currentTime;
    }
    set currentTime(value) {
      this.#currentTime = value;
      this.dispatchEvent(new Event('seeked'));
    }
    get srcObject() {
      return this.#srcObject;
    }
    set srcObject(value) {
      if (value !== null && value !== undefined && !(value instanceof MediaStream)) throw new TypeError('not a MediaStream');
      this.#srcObject = value ?? null;
      this.#paused = true;
    }
    get paused() {
      return this.#paused;
    }
    async play() {
      if (this.refusal) throw this.refusal;
      this.#paused = false;
      this.dispatchEvent(new Event('playing'));
    }
    pause() {
      if (this.#paused) return;
      this.#paused = true;
      this.dispatchEvent(new Event('pause'));
    }
    load() {
      this.#paused = true;
    }
    get sinkId() {
      return '';
    }
    async setSinkId() {
      throw new DOMException('', 'NotFoundError');
    }
  }

  class HTMLAudioElement extends HTMLMediaElement {}

  class MediaDeviceInfo {
    #info = {};
    get deviceId() {
      return this.#info.deviceId;
    }
    get kind() {
      return this.#info.kind;
    }
    get label() {
      return this.#info.label;
    }
    get groupId() {
      return this.#info.groupId;
    }
    toJSON() {
      return this.#info;
    }
  }
  class InputDeviceInfo extends MediaDeviceInfo {
    getCapabilities() {
      return {};
    }
  }

  class MediaDevices extends EventTarget {
    /** Whether the desktop has a camera. */
    hasCamera = false;
    async getUserMedia({ video }) {
      if (!video || !this.hasCamera) throw new DOMException('Requested device not found', 'NotFoundError');
      return new MediaStream([new MediaStreamTrackGenerator({ kind: 'video' })]);
    }
    async enumerateDevices() {
      return [];
    }
  }
  class PermissionStatus extends EventTarget {
    get state() {
      return 'native';
    }
  }
  class Permissions {
    async query() {
      return new PermissionStatus();
    }
  }
  class Navigator {
    mediaDevices = new MediaDevices();
    permissions = new Permissions();
    getUserMedia(_constraints, _success, _failure) {}
    webkitGetUserMedia(_constraints, _success, _failure) {}
  }
  class RTCPeerConnection extends EventTarget {
    static async generateCertificate({ name, expires = 1000 }) {
      if (!name) throw new TypeError('Algorithm: name: Missing or not a string');
      return new RTCCertificate(Date.now() + expires);
    }
  }
  class OverconstrainedError extends DOMException {
    constructor(constraint, message) {
      super(message, 'OverconstrainedError');
      this.constraint = constraint;
    }
  }
  class RTCError extends DOMException {
    constructor({ errorDetail }, message) {
      super(message, 'OperationError');
      this.errorDetail = errorDetail;
    }
  }
  const placeholder = (name) => ({ [name]: class {} })[name];

  return {
    EventTarget,
    Event,
    CustomEvent,
    // Without random numbers handles begin at 1.
    crypto: { randomUUID: () => webcrypto.randomUUID() },
    document: new EventTarget(),
    MessageEvent,
    DOMException,
    TypeError,
    RangeError,
    ArrayBuffer,
    Uint8Array,
    Blob,
    TextEncoder,
    TextDecoder,
    btoa,
    atob,
    performance,
    RTCError,
    RTCErrorEvent: eventWith('error'),
    MessageChannel: FakeMessageChannel,
    queueMicrotask,
    reported: [],
    reportError(error) {
      this.reported.push(error);
    },
    MediaStreamTrack,
    MediaStreamTrackGenerator,
    MediaStream,
    MediaStreamTrackEvent: eventWith('track'),
    MediaStreamEvent: eventWith('stream'),
    RTCCertificate,
    RTCSessionDescription,
    RTCIceCandidate,
    RTCPeerConnectionIceEvent: eventWith('candidate'),
    RTCPeerConnectionIceErrorEvent: eventWith('address', 'port', 'url', 'errorCode', 'errorText'),
    RTCDTMFToneChangeEvent: eventWith('tone'),
    HTMLElement,
    HTMLMediaElement,
    HTMLAudioElement,
    MediaDeviceInfo,
    InputDeviceInfo,
    MediaDevices,
    PermissionStatus,
    Permissions,
    Navigator,
    navigator: new Navigator(),
    OverconstrainedError,
    RTCPeerConnection,
    webkitRTCPeerConnection: RTCPeerConnection,
    ...Object.fromEntries(
      [
        'RTCRtpSender', 'RTCRtpReceiver', 'RTCRtpTransceiver', 'RTCDTMFSender', 'RTCDtlsTransport', 'RTCIceTransport', 'RTCStatsReport',
        'RTCTrackEvent', 'RTCDataChannel', 'RTCDataChannelEvent', 'RTCSctpTransport',
      ].map((name) => [name, placeholder(name)]),
    ),
  };
}
