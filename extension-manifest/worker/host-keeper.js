// The host's life: started when somebody needs it, kept while somebody does, and what its coming and going means for pages.

import { HostLink } from './host-link.js';

const hostName = 'com.nearend.host';

/** A host that nobody uses is let go after this. */
const idleMilliseconds = 30_000;

/** After a loss we look whether a new host starts, so that the next documents are redirected again. */
const retryMilliseconds = [1_000, 5_000, 30_000];

/** A host that was not there is not asked for again more often than this. */
const probeMilliseconds = 5_000;

export class HostKeeper {
  /** @type {HostLink | null} */
  link = null;
  /** Why the last attempt failed; `null` while the last hello succeeded. @type {string | null} */
  problem = null;
  /** Whether there was an attempt at all. */
  isKnown = false;
  /** The last hello. @type {any} */
  hello = null;
  /** @type {Promise<HostLink> | null} */
  #opening = null;
  #idleTimer;
  #retryTimer;
  #losses = 0;
  #lastProbe = 0;
  #observer;
  #about;

  /**
   * @param {{extension: string, browser: string}} about
   * @param {{onMessage: (message: any) => void, onLost: (reason: string) => void, onChange: () => void, isNeeded: () => boolean}}
   *   observer  replies and events; the end of a host; whether there is a host has changed; whether anybody needs it
   */
  constructor(about, observer) {
    this.#about = about;
    this.#observer = observer;
  }

  /** Whether the last hello succeeded: what documents are redirected by. */
  get isThere() {
    return this.isKnown && this.problem === null;
  }

  /** @returns {Promise<HostLink>} after its hello; rejected with a `HostError` */
  get() {
    if (this.link) return Promise.resolve(this.link);
    this.#opening ??= this.#open().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  /** Looks whether there is a host, unless that was done a moment ago. */
  async probe() {
    if (this.link || this.#opening || Date.now() - this.#lastProbe < probeMilliseconds) return;
    await this.get().catch(() => {});
  }

  /** Tells that something has ended: a host that nobody needs is closed after a while. */
  noteUse() {
    clearTimeout(this.#idleTimer);
    if (!this.link || this.#observer.isNeeded()) return;
    this.#idleTimer = setTimeout(() => {
      if (this.#observer.isNeeded()) return;
      this.link?.close();
      this.link = null;
      this.#observer.onChange();
    }, idleMilliseconds);
  }

  async #open() {
    this.#lastProbe = Date.now();
    clearTimeout(this.#retryTimer);
    try {
      const link = new HostLink(() => chrome.runtime.connectNative(hostName), {
        onMessage: (message) => this.#observer.onMessage(message),
        onLost: (error) => this.#lost(link, error),
      });
      this.hello = await link.open(this.#about);
      this.link = link;
      this.#settle(null);
      this.noteUse();
      return link;
    } catch (error) {
      this.#settle(error.message);
      throw error;
    }
  }

  #settle(problem) {
    this.isKnown = true;
    this.problem = problem;
    if (problem === null) this.#losses = 0;
    this.#observer.onChange();
  }

  #lost(link, error) {
    if (this.link !== link) return;
    this.link = null;
    clearTimeout(this.#idleTimer);
    this.#settle(error.message);
    this.#observer.onLost(error.message);
    const delay = retryMilliseconds[Math.min(this.#losses, retryMilliseconds.length - 1)];
    this.#losses += 1;
    this.#retryTimer = setTimeout(() => this.get().catch(() => {}), delay);
  }
}
