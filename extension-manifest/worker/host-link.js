// The one native port: hello, numbered frames, requests and their replies.

/** The version of the message protocol that this extension speaks. */
export const protocolVersion = 1;

/** What one frame to the host may have (Chrome's limit). */
const longestFrame = 64 * 1024 * 1024;

/** How long a host may take to say hello. */
const helloMilliseconds = 10_000;

/** Why there is no host, or none any more. */
export class HostError extends Error {
  /**
   * @param {'absent' | 'refused' | 'lost' | 'protocol'} reason
   * @param {string} message  a sentence for a person
   */
  constructor(reason, message) {
    super(message);
    this.name = 'HostError';
    this.reason = reason;
  }
}

/** @typedef {{deviceId: string, kind: 'audioinput' | 'audiooutput', label: string, groupId: string, isDefault: boolean}} Device */

/**
 * A host, from being started to its end. Frames of both directions are numbered from 1 after `hello`: one that comes again is
 * dropped, and one that is missing ends the link, for a call cannot be trusted whose messages were lost.
 */
export class HostLink {
  /** What the host said of itself; `null` before. @type {any} */
  hello = null;
  /** @type {Device[]} */
  devices = [];
  /** What documents have had sent down: origin and hash. @type {Set<string>} */
  sounds = new Set();
  /** Not while the client of a remote desktop is away; the engine and its calls go on then. */
  isReachable = true;
  #port;
  #sent = 0;
  #received = 0;
  #lastID = 0;
  #isOver = false;
  /** The worker's own requests. @type {Map<number, {resolve: Function, reject: Function}>} */
  #pending = new Map();
  #observer;
  /** @type {(error?: HostError) => void} */
  #whenOpened = () => {};

  /**
   * @param {() => chrome.runtime.Port} connect  starts the host
   * @param {{onMessage: (message: any) => void, onLost: (error: HostError) => void}} observer  replies and events of documents;
   *   the end, unless `close` has asked for it
   */
  constructor(connect, observer) {
    this.#observer = observer;
    this.#port = connect();
  }

  /**
   * @param {{extension: string, browser: string}} about
   * @returns {Promise<any>} the host's hello; rejected with a `HostError`
   */
  open({ extension, browser }) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#end(new HostError('absent', 'The Nearend host was started and does not answer.'));
      }, helloMilliseconds);
      this.#whenOpened = (error) => {
        clearTimeout(timer);
        if (error) reject(error);
        else resolve(this.hello);
      };
      this.#port.onMessage.addListener((message) => this.#receive(message));
      this.#port.onDisconnect.addListener((port) => this.#disconnected(port));
      this.#port.postMessage({ type: 'hello', protocol: protocolVersion, extension, browser, resume: null });
    });
  }

  /**
   * A request of a document; its reply goes to the observer.
   *
   * @param {number} document
   * @param {number} id
   * @param {string} method
   * @param {object} params
   */
  send(document, id, method, params) {
    if (this.#isOver) return;
    const frame = this.#numbered({ type: 'request', document, id, method, params });
    if (JSON.stringify(frame).length * 3 > longestFrame && new TextEncoder().encode(JSON.stringify(frame)).length > longestFrame) {
      this.#sent -= 1;
      const error = { code: 1003, name: 'OperationError', message: `${method} is longer than a message may be.` };
      this.#observer.onMessage({ type: 'reply', document, id, error });
      return;
    }
    this.#port.postMessage(frame);
  }

  /** A request of the worker's own. @returns {Promise<any>} */
  request(method, params = {}) {
    if (this.#isOver) return Promise.reject(new HostError('lost', 'The Nearend host has ended.'));
    this.#lastID += 1;
    const id = this.#lastID;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.send(0, id, method, params);
    });
  }

  /** Ends the host; nobody is told. */
  close() {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.hello) this.#port.postMessage(this.#numbered({ type: 'bye' }));
    this.#port.disconnect();
    this.#rejectAll(new HostError('lost', 'The Nearend host was closed.'));
  }

  // MARK: parts

  #numbered({ type, ...members }) {
    this.#sent += 1;
    return { type, seq: this.#sent, ack: this.#received, ...members };
  }

  #receive(message) {
    if (this.#isOver) return;
    if (!this.hello) {
      this.#receiveHello(message);
      return;
    }
    // A relay's own words, between the engine's messages, have no number.
    if (message.type === 'end') {
      this.#end(new HostError('lost', message.error?.message ?? 'The engine on the device has ended.'));
      return;
    }
    if (message.type === 'channel') {
      this.isReachable = message.state === 'connected';
      this.#observer.onMessage({ type: 'event', document: 0, event: 'channelStateChanged', state: message.state });
      return;
    }
    if (!Number.isInteger(message.seq) || message.seq > this.#received + 1) {
      this.#end(new HostError('protocol', `A message of the Nearend host was lost after number ${this.#received}.`));
      return;
    }
    if (message.seq <= this.#received) return;
    this.#received = message.seq;
    if (message.type === 'error') {
      console.warn(`Nearend: the host could not read a message: ${message.error?.message}`);
    } else if (message.document === 0) {
      this.#receiveOwn(message);
    } else {
      this.#observer.onMessage(message);
    }
  }

  #receiveHello(message) {
    if (message.type !== 'hello') {
      this.#end(new HostError('protocol', 'The Nearend host did not say hello.'));
    } else if (message.error) {
      this.#end(new HostError('refused', message.error.message));
    } else if (message.protocol !== protocolVersion) {
      const text = `The Nearend host speaks version ${message.protocol} of the protocol, this extension version ${protocolVersion}.`;
      this.#end(new HostError('refused', text));
    } else {
      this.hello = message;
      this.devices = message.devices ?? [];
      this.#whenOpened();
    }
  }

  #receiveOwn(message) {
    if (message.type !== 'reply') {
      if (message.event === 'devicesChanged') this.devices = message.devices;
      this.#observer.onMessage(message);
      return;
    }
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.error) pending?.reject(Object.assign(new Error(message.error.message), { name: message.error.name }));
    else pending?.resolve(message.result);
  }

  #disconnected(port) {
    const text = chrome.runtime.lastError?.message ?? port.error?.message ?? '';
    if (this.#isOver) return;
    if (this.hello) this.#end(new HostError('lost', 'The Nearend host has ended.'), false);
    else this.#end(hostAbsent(text), false);
  }

  #end(error, disconnects = true) {
    if (this.#isOver) return;
    this.#isOver = true;
    if (disconnects) this.#port.disconnect();
    this.#rejectAll(error);
    if (this.hello) this.#observer.onLost(error);
    else this.#whenOpened(error);
  }

  #rejectAll(error) {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}

/** The browser's words for a host that cannot be started, with what to do about it. */
function hostAbsent(text) {
  if (/not found/i.test(text)) return new HostError('absent', 'The Nearend host is not installed on this computer.');
  if (/forbidden/i.test(text)) {
    return new HostError('absent', 'The Nearend host is installed, but not for this extension.');
  }
  return new HostError('absent', `The Nearend host could not be started${text ? `: ${text}` : '.'}`);
}
