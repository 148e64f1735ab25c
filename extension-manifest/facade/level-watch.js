'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /** Milliseconds between two reports of the engine: twenty-five a second, for meters that move as a voice does. */
  const interval = 40;
  /** Milliseconds after which nobody looks any more. */
  const patience = 2000;

  /** How loud redirected sound is. Asks the engine only while somebody looks. */
  class LevelWatch {
    #realm;
    #isWatching = false;
    #lastLook = 0;
    /** Who looks all the time. @type {Set<any>} */
    #holders = new Set();
    #tracks = {};
    /** @type {Map<string, number>} */
    #receivers = new Map();
    /** @type {Set<() => void>} */
    #whenNew = new Set();

    constructor(realm) {
      this.#realm = realm;
      realm.link.receive('levels', ({ tracks, receivers }) => {
        this.#tracks = tracks ?? {};
        this.#receivers = new Map((receivers ?? []).map((said) => [`${said.connection} ${said.transceiver}`, said.level]));
        for (const callback of this.#whenNew) callback();
      });
      realm.link.whenLost(() => {
        this.#isWatching = false;
        this.#forget();
      });
    }

    /** @param {() => void} callback  levels have come */
    whenNew(callback) {
      this.#whenNew.add(callback);
    }

    /** @returns {number} root of the mean square, 0…1 */
    levelOf(track) {
      const state = this.#realm.tracks.stateOf(track);
      if (!state || state.isEnded || !state.isEnabled || state.epoch !== this.#realm.link.epoch) return 0;
      if (state.isLocal) return this.#tracks[state.handle] ?? 0;
      if (!state.source) return 0;
      return this.#receivers.get(`${state.source.connection.handle} ${state.source.handle}`) ?? 0;
    }

    /** Somebody has looked just now. */
    look() {
      this.#lastLook = this.#realm.window.performance.now();
      this.#start();
    }

    hold(holder) {
      this.#holders.add(holder);
      this.look();
    }

    release(holder) {
      this.#holders.delete(holder);
    }

    #start() {
      if (this.#isWatching) return;
      this.#isWatching = true;
      this.#realm.link.post('watch', { levels: interval });
      this.#checkLater();
    }

    #checkLater() {
      const { window } = this.#realm;
      const { epoch } = this.#realm.link;
      window.setTimeout(() => {
        if (!this.#isWatching || epoch !== this.#realm.link.epoch) return;
        if (this.#holders.size > 0 || window.performance.now() - this.#lastLook < patience) {
          this.#checkLater();
          return;
        }
        this.#isWatching = false;
        this.#realm.link.post('watch', { levels: 0 });
        this.#forget();
      }, patience / 2);
    }

    #forget() {
      this.#tracks = {};
      this.#receivers.clear();
    }
  }

  facade.LevelWatch = LevelWatch;
}
