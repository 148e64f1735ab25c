// Calls that shall outlive their document: the secrets by which a later document of the same origin takes them back.

/**
 * @typedef {object} Entry
 * @property {string} token  the engine's, for one use; no page ever sees it
 * @property {string} origin  whose documents may take the calls back
 * @property {string} url  of the document that had them
 * @property {number | undefined} tab
 * @property {number | undefined} frame
 * @property {number} seconds  for which the engine keeps them
 * @property {number | null} gone  when their document went; `null` while it is there
 */

/** Beyond what the engine keeps, no token is of any use. */
const longestList = 32;

/**
 * An engine in the host's process ends with the browser, and what is kept of it is forgotten with the browser, too (`storage.session`). An engine on the device
 * outlives a browser that crashes: its tokens are in `storage.local`, which pages and content scripts cannot read.
 */
export class KeptCalls {
  /** @type {Map<string, Entry>} */
  #entries = new Map();
  /** Whose document is there. @type {Map<string, import('./document-session.js').DocumentSession>} */
  #holders = new Map();
  /** Those that the browser's end does not end. @type {Set<string>} */
  #durable = new Set();
  #storage;
  #onChange;
  #timers = new Map();
  /** What each area has, as text: writing what is there already would tell everybody of a change. */
  #written = { session: '[]', local: '[]' };
  /** Settled when what an earlier worker has left is read. @type {Promise<void>} */
  #ready;

  /**
   * @param {typeof chrome.storage} storage
   * @param {(tab: number | undefined) => void} onChange  calls are kept for a page of that tab, or not any more
   */
  constructor(storage, onChange) {
    this.#storage = storage;
    this.#onChange = onChange;
    this.#ready = this.#read();
  }

  /** Whether calls go on for a document that is yet to come. */
  get isKeeping() {
    return [...this.#entries.values()].some(({ gone }) => gone !== null);
  }

  isKeepingFor(tab) {
    return [...this.#entries.values()].some((entry) => entry.gone !== null && entry.tab === tab);
  }

  /**
   * The engine will keep a session's calls.
   *
   * @param {import('./document-session.js').DocumentSession} session
   * @param {{token?: string, seconds: number}} granted  without a token: it will not, or not any more
   * @param {boolean} isDurable  also beyond the browser's end
   */
  note(session, { token, seconds }, isDurable) {
    if (session.keepToken && session.keepToken !== token) this.remove(session.keepToken);
    session.keepToken = token ?? null;
    if (!token) return;
    const { origin, url, tab, frame } = session;
    this.#entries.set(token, { token, origin, url, tab, frame, seconds, gone: null });
    this.#holders.set(token, session);
    if (isDurable) this.#durable.add(token);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > longestList) this.remove(oldest);
    this.#write();
  }

  /** A session's document has gone, or the way to its engine. */
  left(session) {
    const entry = this.#entries.get(session.keepToken);
    if (!entry) return;
    this.#holders.delete(entry.token);
    entry.gone = Date.now();
    this.#forgetInTime(entry);
    this.#write();
    this.#onChange(entry.tab);
  }

  /**
   * Tokens of calls that a document may take back: of its origin, and of no document that is still there. Those of its own tab and address come first, then the
   * latest.
   *
   * @param {import('./document-session.js').DocumentSession} session
   * @returns {Promise<string[]>}
   */
  async offered(session) {
    await this.#ready;
    for (const [token, holder] of this.#holders) {
      // A frame has one document: the worker may hear of the new one before it hears that the old one went.
      const isGone = holder !== session && holder.tab === session.tab && holder.frame === session.frame;
      if (isGone && this.#entries.get(token)?.origin === session.origin) holder.leave();
    }
    const rank = (entry) => [entry.tab === session.tab && entry.frame === session.frame, entry.url === session.url, entry.gone].map(Number);
    const compare = (one, other) => one.map((value, index) => other[index] - value).find((difference) => difference !== 0) ?? 0;
    return [...this.#entries.values()]
      .filter(({ origin, gone }) => gone !== null && origin === session.origin)
      .sort((one, other) => compare(rank(one), rank(other)))
      .map(({ token }) => token);
  }

  /** A token has been used, or is worth nothing any more. */
  remove(token) {
    const entry = this.#entries.get(token);
    if (!entry) return;
    clearTimeout(this.#timers.get(token));
    for (const table of [this.#timers, this.#entries, this.#holders, this.#durable]) table.delete(token);
    this.#write();
    this.#onChange(entry.tab);
  }

  /** Tokens of calls whose document was in that tab, which the user has closed: they are to end. */
  ofClosedTab(tab) {
    return [...this.#entries.values()].filter((entry) => entry.gone !== null && entry.tab === tab).map(({ token }) => token);
  }

  // MARK: parts

  #forgetInTime({ token, seconds, gone }) {
    const left = gone + seconds * 1000 - Date.now();
    this.#timers.set(token, setTimeout(() => this.remove(token), left));
  }

  async #read() {
    for (const [area, isDurable] of [['session', false], ['local', true]]) {
      const { keptCalls = [] } = await this.#storage[area].get('keptCalls');
      this.#written[area] = JSON.stringify(keptCalls);
      for (const entry of keptCalls) {
        if (this.#entries.has(entry.token)) continue;
        // Whose end nobody was there to see.
        entry.gone ??= Date.now();
        this.#entries.set(entry.token, entry);
        if (isDurable) this.#durable.add(entry.token);
        this.#forgetInTime(entry);
      }
    }
  }

  async #write() {
    await this.#ready;
    for (const [area, isDurable] of [['session', false], ['local', true]]) {
      const keptCalls = [...this.#entries.values()].filter(({ token }) => this.#durable.has(token) === isDurable);
      const text = JSON.stringify(keptCalls);
      if (text === this.#written[area]) continue;
      this.#written[area] = text;
      await this.#storage[area].set({ keptCalls });
    }
  }
}
