// One document: its requests on their way to the host, and what it has open.

/**
 * What a session needs of the worker.
 *
 * @typedef {object} Services
 * @property {import('./settings.js').Settings} settings
 * @property {string} extensionVersion
 * @property {() => Promise<import('./host-link.js').HostLink>} host  starts it if need be; rejected with a sentence for a person
 * @property {(origin: string) => Promise<import('./device-names.js').DeviceNames>} deviceNames
 * @property {import('./kept-calls.js').KeptCalls} kept
 * @property {(origin: string) => Promise<void>} askForMicrophone  settled when the user has decided, or will not
 * @property {(session: DocumentSession) => void} onActivity  the microphone or a connection has changed
 * @property {(session: DocumentSession) => void} onEnd
 */

/** What only the worker asks for: the answers hold secrets, or concern others. */
const reserved = new Set(['openDocument', 'closeDocument', 'keepDocument', 'endKept', 'status', 'collectLog']);

const keptCallUnknown = 1109;

/** Connections in which somebody is at the other end, or may be soon. */
const callStates = new Set(['connecting', 'connected', 'disconnected']);

const notAllowed = (message) => ({ code: 1001, name: 'NotAllowedError', message });

/**
 * Between a relay's port and the host. Opened by the document's first request, which starts the host if need be; over when the
 * port or the host is gone. Checks what the document may do, and translates the names of devices.
 */
export class DocumentSession {
  /** What the host calls it. @type {number} */
  number;
  origin;
  topOrigin;
  /** @type {number | undefined} */
  tab;
  /** @type {number | undefined} */
  frame;
  url;
  /** By which its calls are taken back when it has gone; `null` where they end with it. @type {string | null} */
  keepToken = null;
  /** Microphone tracks that are open. @type {Set<number>} */
  tracks = new Set();
  /** States of connections. @type {Map<number, string>} */
  connections = new Map();
  #port;
  #services;
  #facts = { isSecure: false, mayUseMicrophone: false };
  /** Requests that wait for the host; `null` once it is there. @type {any[] | null} */
  #waiting = null;
  /** @type {import('./host-link.js').HostLink | null} */
  #host = null;
  /** @type {import('./device-names.js').DeviceNames | null} */
  #names = null;
  #isOver = false;
  /** Requests under way to the host, for their replies to be read. @type {Map<number, {method: string, params: any}>} */
  #underWay = new Map();
  /** Requests of the session's own, by negative numbers. */
  #lastAsked = 0;

  /**
   * @param {number} number
   * @param {chrome.runtime.Port} port
   * @param {Services} services
   */
  constructor(number, port, services) {
    this.number = number;
    this.#port = port;
    this.#services = services;
    const { sender } = port;
    this.origin = sender?.origin ?? 'null';
    this.topOrigin = originOf(sender?.tab?.url) ?? this.origin;
    this.tab = sender?.tab?.id;
    this.frame = sender?.frameId;
    this.url = sender?.url ?? '';
    port.onMessage.addListener((message) => this.#receive(message));
    port.onDisconnect.addListener(() => this.leave());
  }

  /** Whether it has the host, or is about to. */
  get isOpen() {
    return this.#host !== null || this.#waiting !== null;
  }

  get isMicrophoneOpen() {
    return this.tracks.size > 0;
  }

  get isInCall() {
    return [...this.connections.values()].some((state) => state === 'connecting' || state === 'connected');
  }

  // MARK: from the page

  #receive(message) {
    if (message.frame) {
      this.#facts = message.frame;
    } else if (message.method === 'microphonePermission') {
      // Asked at every load by some pages: no reason to start a host.
      this.#services.settings.ready.then(() => this.#reply(message.id, { state: this.#permission() }));
    } else if (this.#host) {
      this.#perform(message);
    } else if (this.#waiting) {
      this.#waiting.push(message);
    } else {
      this.#waiting = [message];
      this.#open();
    }
  }

  async #open() {
    const { settings, host, deviceNames } = this.#services;
    try {
      await settings.ready;
      if (!settings.allows(this.origin)) throw new Error(`${this.origin} is not a site that Nearend may act on.`);
      const link = await host();
      this.#names = await deviceNames(this.origin);
      if (this.#isOver) return;
      this.#host = link;
    } catch (error) {
      this.lose(error.message);
      return;
    }
    const { sender } = this.#port;
    this.#host.send(this.number, 0, 'openDocument', {
      origin: this.origin,
      topOrigin: this.topOrigin,
      url: this.url,
      tab: this.tab ?? -1,
      frame: this.frame ?? 0,
      documentId: sender?.documentId ?? '',
    });
    this.#port.postMessage({ event: 'pageStatus', ...this.#pageStatus() });
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const message of waiting) this.#perform(message);
  }

  #perform({ id, method, params }) {
    switch (method) {
      case 'pageStatus':
        this.#tellStatus(id);
        return;
      case 'provideSound':
        this.#provideSound(id, params);
        return;
      case 'enumerateDevices':
        this.#reply(id, { devices: this.#names.list(this.#permission() === 'granted') });
        return;
      case 'checkSink':
        if (this.#sink(id, params.sinkId) !== undefined) this.#reply(id, {});
        return;
      case 'getUserMedia':
        this.#openMicrophone(id, params);
        return;
      case 'setPlayback': {
        const sinkId = this.#sink(id, params.sinkId);
        if (sinkId !== undefined) this.#send(id, method, { ...params, sinkId });
        return;
      }
      case 'keep':
        this.#keep(id, params);
        return;
      case 'reclaim':
        this.#reclaim(id);
        return;
      default:
        if (reserved.has(method)) this.#refuse(id, notAllowed(`No page may ask for ${method}.`));
        else this.#send(id, method, params);
    }
  }

  /** What a page may know of its redirection: versions, and how the engine is reached. */
  #pageStatus() {
    const { host = '', engine = {} } = this.#host?.hello ?? {};
    return { extension: this.#services.extensionVersion, host, engine: engine.version ?? '', path: engine.place ?? '', isConnected: this.#host?.isReachable ?? false };
  }

  /** The same, with what has crossed a remote desktop's channel while that can be asked. The desktop's name is no page's business. */
  async #tellStatus(id) {
    const host = this.#host?.isReachable ? this.#host : null;
    const { channel = null } = (await host?.request('status').catch(() => null)) ?? {};
    if (!channel) return this.#reply(id, { ...this.#pageStatus(), channel });
    const { bytesToDevice, bytesToDesktop, kinds, losses } = channel;
    return this.#reply(id, { ...this.#pageStatus(), channel: { bytesToDevice, bytesToDesktop, kinds, losses } });
  }

  #send(id, method, params) {
    this.#underWay.set(id, { method, params });
    this.#host?.send(this.number, id, method, params);
  }

  /** Sends a sound down, unless the engine has had it from a document of this origin. */
  async #provideSound(id, { data }) {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(data)));
    const sound = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
    if (this.#isOver || !this.#host) return;
    if (this.#host.sounds.has(`${this.origin} ${sound}`)) this.#reply(id, { sound });
    else this.#send(id, 'provideSound', { sound, data });
  }

  #reply(id, result) {
    if (!this.#isOver) this.#port.postMessage({ id, result });
  }

  #refuse(id, error) {
    if (!this.#isOver) this.#port.postMessage({ id, error });
  }

  /** The host's name of a loudspeaker, empty for the default one; refuses the request where there is none. */
  #sink(id, name) {
    const sinkId = this.#names.hostID('audiooutput', name);
    if (sinkId !== undefined) return sinkId ?? '';
    this.#refuse(id, { code: 2004, name: 'NotFoundError', message: 'Requested device not found' });
    return undefined;
  }

  // MARK: calls that outlive their document

  async #keep(id, { seconds }) {
    const { result, error } = await this.#ask('keepDocument', { seconds });
    if (error) {
      this.#refuse(id, error);
      return;
    }
    if (this.#isOver) return;
    this.#services.kept.note(this, result, this.#host.hello?.engine?.place === 'device');
    this.#reply(id, { seconds: result.seconds });
  }

  /** One call after the other is tried that this document may have: whether the engine still has it, the engine says. */
  async #reclaim(id) {
    const { kept } = this.#services;
    for (const token of await kept.offered(this)) {
      if (this.#isOver) return;
      const { result, error } = await this.#ask('reclaim', { token });
      if (error && error.code !== keptCallUnknown) {
        this.#refuse(id, error);
        return;
      }
      kept.remove(token);
      if (error) continue;
      for (const { track } of result.tracks) this.tracks.add(track);
      for (const { connection, snapshot } of result.connections) this.connections.set(connection, snapshot.connectionState);
      const named = result.tracks.map((track) => ({
        ...track,
        microphone: { ...track.microphone, ...this.#names.names('audioinput', track.microphone.deviceId) },
      }));
      this.#reply(id, { ...result, tracks: named });
      this.#services.onActivity(this);
      // What was taken back meanwhile stays so.
      if (this.isMicrophoneOpen && this.#permission() !== 'granted') this.microphoneRevoked();
      return;
    }
    this.#reply(id, { connections: [], tracks: [] });
  }

  /** A request of the session's own. @returns {Promise<{result?: any, error?: any}>} nothing of both where the session is over */
  #ask(method, params) {
    this.#lastAsked -= 1;
    const id = this.#lastAsked;
    return new Promise((resolve) => {
      this.#underWay.set(id, { method, params, resolve });
      this.#host?.send(this.number, id, method, params);
    });
  }

  /** Its calls shall end with it after all. */
  endsWithDocument() {
    if (!this.keepToken || this.#isOver) return;
    this.#services.kept.note(this, { seconds: 0 }, false);
    this.#ask('keepDocument', { seconds: 0 });
  }

  // MARK: the microphone

  /** @returns {import('./settings.js').Permission} */
  #permission() {
    if (!this.#facts.isSecure || !this.#facts.mayUseMicrophone) return 'denied';
    return this.#services.settings.microphonePermission(this.origin);
  }

  /** mediacapture-main §10.2 getUserMedia, steps 6 on: a device that fits, and leave to use it. */
  async #openMicrophone(id, { track, constraints }) {
    const { deviceId, groupId, ...processing } = constraints;
    if (this.#permission() === 'prompt') await this.#services.askForMicrophone(this.origin);
    if (this.#isOver) return;
    if (this.#permission() !== 'granted') {
      this.#refuse(id, notAllowed('Permission denied'));
      return;
    }
    const find = (name) => this.#names.hostID('audioinput', name);
    const exact = deviceId.exact.map(find).filter((found) => found !== undefined);
    const ideal = deviceId.ideal.map(find).filter((found) => found !== undefined);
    if (deviceId.exact.length > 0 && exact.length === 0) {
      this.#refuse(id, { code: 2003, name: 'OverconstrainedError', message: '', constraint: 'deviceId' });
      return;
    }
    const chosen = exact[0] ?? ideal[0] ?? null;
    if (groupId.exact.length > 0 && !this.#names.isInGroup('audioinput', chosen, groupId.exact)) {
      this.#refuse(id, { code: 2003, name: 'OverconstrainedError', message: '', constraint: 'groupId' });
      return;
    }
    this.#send(id, 'getUserMedia', { track, constraints: { deviceId: chosen, ...processing } });
  }

  /** The user has taken the grant back: what is open closes. */
  microphoneRevoked() {
    for (const track of this.tracks) {
      this.#host?.send(this.number, 0, 'stopTrack', { track });
      this.#port.postMessage({ event: 'trackEnded', track, reason: 'The permission was taken back.' });
    }
    this.tracks.clear();
    this.#services.onActivity(this);
  }

  permissionChanged() {
    if (!this.#isOver) this.#port.postMessage({ event: 'microphonePermissionChanged', state: this.#permission() });
  }

  async devicesChanged() {
    if (!this.#host) return;
    this.#names = await this.#services.deviceNames(this.origin);
    if (!this.#isOver) this.#port.postMessage({ event: 'devicesChanged' });
  }

  /** The remote desktop's client has gone, or is back. @param {'connected' | 'disconnected'} state */
  channelStateChanged(state) {
    if (this.#host && !this.#isOver) this.#port.postMessage({ event: 'channelStateChanged', state });
  }

  // MARK: from the host

  /** @param {any} message  a reply or event of this document */
  deliver(message) {
    if (this.#isOver) return;
    if (message.type === 'event') {
      const { type, seq, ack, document, ...event } = message;
      this.#noteEvent(event);
      this.#port.postMessage(event);
      return;
    }
    const { id, result, error } = message;
    // Requests of this session itself have no number that a page gives.
    if (id === 0) {
      if (error) this.lose(error.message);
      return;
    }
    const request = this.#underWay.get(id);
    this.#underWay.delete(id);
    if (id < 0) {
      request?.resolve?.({ result, error });
      return;
    }
    if (error) {
      this.#refuse(id, error);
      return;
    }
    this.#noteReply(request, result);
    if (request?.method === 'provideSound') {
      const { sound } = request.params;
      this.#host.sounds.add(`${this.origin} ${sound}`);
      this.#reply(id, { sound });
      return;
    }
    this.#reply(id, request?.method === 'getUserMedia' ? this.#named(request.params, result) : result);
  }

  #named({ constraints }, result) {
    const names = this.#names.names('audioinput', result.deviceId);
    // Asked for by no name, it is the default one to the page, whichever that is.
    return { ...result, ...names, deviceId: constraints.deviceId === null ? 'default' : names.deviceId };
  }

  #noteReply(request, result) {
    const { method, params } = request ?? {};
    // A clone of a mix keeps no microphone open.
    if (method === 'getUserMedia' || (method === 'cloneTrack' && this.tracks.has(params.from))) this.tracks.add(params.track);
    else if (method === 'stopTrack') this.tracks.delete(params.track);
    else if (method === 'createPeerConnection') this.connections.set(params.connection, 'new');
    else if (method === 'closePeerConnection') this.connections.delete(params.connection);
    else return;
    this.#services.onActivity(this);
  }

  #noteEvent(event) {
    if (event.event === 'trackEnded') this.tracks.delete(event.track);
    else if (event.snapshot && this.connections.has(event.connection)) {
      if (this.connections.get(event.connection) === event.snapshot.connectionState) return;
      this.connections.set(event.connection, event.snapshot.connectionState);
    } else return;
    this.#services.onActivity(this);
  }

  // MARK: ending

  /**
   * The host is gone, or there is none. The relay opens a new session when the page next needs one.
   *
   * @param {string} reason  a sentence for a person
   */
  lose(reason) {
    if (this.#isOver) return;
    this.#host?.send(this.number, 0, 'closeDocument', {});
    this.#end();
    this.#port.postMessage({ lost: reason });
    this.#port.disconnect();
  }

  /** The document has gone. */
  leave() {
    if (this.#isOver) return;
    if (![...this.connections.values()].some((state) => callStates.has(state))) this.endsWithDocument();
    this.#host?.send(this.number, 0, 'closeDocument', {});
    this.#end();
  }

  #end() {
    this.#isOver = true;
    this.#host = null;
    this.#waiting = null;
    this.tracks.clear();
    this.connections.clear();
    this.#services.kept.left(this);
    this.#services.onEnd(this);
  }
}

function originOf(url) {
  try {
    return url ? new URL(url).origin : undefined;
  } catch {
    return undefined;
  }
}
