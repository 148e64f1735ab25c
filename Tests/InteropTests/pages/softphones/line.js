// The signalling of a page, and what it notes.

/** What happened, in order; the same natively and redirected. */
export const events = (globalThis.events = []);

/** @param {string} event */
export const note = (event) => events.push(event);

/** The element that plays the far end. */
export const remote = document.getElementById('remote');

/** A TURN server, as an entry of `iceServers`. @type {RTCIceServer} */
export const relay = JSON.parse(new URLSearchParams(location.search).get('relay'));

/** The same one's address, for STUN. */
export const stunServer = relay.urls.replace(/^turn:([^?]*).*$/, 'stun:$1');

export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Resolves when `target` dispatches `type` and `isEnough` says so of the event. */
export const until = (target, type, isEnough = () => true) =>
  new Promise((resolve) => {
    const listener = (event) => {
      if (!isEnough(event)) return;
      target.removeEventListener(type, listener);
      resolve(event);
    };
    target.addEventListener(type, listener);
  });

/** One call with the test's far end. Descriptions are whole texts, as most providers' signalling has them. */
class Line {
  #socket = new WebSocket(new URLSearchParams(location.search).get('signal'));
  #waiting = new Map();
  /** @type {(sdp: string) => void} the far end calls */
  onInvite = () => {};
  /** @type {(sdp: string) => void} an early answer, before the answer */
  onProgress = () => {};
  onBye = () => {};

  constructor() {
    this.opened = new Promise((resolve) => {
      this.#socket.onopen = resolve;
    });
    this.#socket.onmessage = ({ data }) => {
      const { kind, ...members } = JSON.parse(data);
      if (this.#waiting.has(kind)) {
        this.#waiting.get(kind)(members);
        this.#waiting.delete(kind);
      } else if (kind === 'invite') this.onInvite(members.sdp);
      else if (kind === 'progress') this.onProgress(members.sdp);
      else if (kind === 'bye') this.onBye();
    };
  }
  #ask(kind, members, answer) {
    return new Promise((resolve) => {
      this.#waiting.set(answer, resolve);
      this.#socket.send(JSON.stringify({ kind, ...members }));
    });
  }
  register() {
    return this.#ask('register', {}, 'registered');
  }
  /**
   * Sends an offer, the first or a later one.
   *
   * @param {string} sdp
   * @param {{isEarly?: boolean}} [options]  whether an answer is to come before the call is taken, too
   * @returns {Promise<string>} the answer
   */
  async invite(sdp, options = {}) {
    return (await this.#ask('invite', { sdp, ...options }, 'answer')).sdp;
  }
  /** @param {string} sdp */
  answer(sdp) {
    this.#socket.send(JSON.stringify({ kind: 'answer', sdp }));
  }
  /** Something that the signalling carries and the media does not. @param {string} name @param {string} [value] */
  tell(name, value = '') {
    return this.#ask('tell', { name, value }, 'told');
  }
  bye() {
    this.#socket.send(JSON.stringify({ kind: 'bye' }));
  }
}

export const line = new Line();
