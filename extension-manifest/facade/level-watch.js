'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /** Milliseconds between two levels: twenty-five a second, for meters that move as a voice does. */
  const interval = 40;
  /** Levels in one report: a message wakes four processes, whatever is in it. Meters lag behind by as long as a report takes to be full. */
  const levelsAtOnce = 10;
  /** What the engine calls the loudest. */
  const loudest = 10000;
  /** Milliseconds after which nobody looks any more. */
  const patience = 2000;

  /** How loud redirected sound is. Asks the engine only while somebody looks. */
  class LevelWatch {
    #realm;
    #isWatching = false;
    #lastLook = 0;
    /** Who looks all the time. @type {Set<any>} */
    #holders = new Set();
    /** By handle. @type {Record<number, number[]>} */
    #tracks = {};
    /** By connection and transceiver. @type {Map<string, number[]>} */
    #receivers = new Map();
    /** When the last report came. */
    #reported = 0;
    /** @type {Set<() => void>} */
    #whenNew = new Set();

    constructor(realm) {
      this.#realm = realm;
      realm.link.receive('levels', ({ tracks, receivers }) => {
        this.#tracks = tracks ?? {};
        this.#receivers = new Map((receivers ?? []).map((said) => [`${said.connection} ${said.transceiver}`, said.levels]));
        this.#reported = realm.window.performance.now();
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

    /** @returns {number} root of the mean square now, 0…1: the levels of a report take their turns */
    levelOf(track) {
      const levels = this.#levelsOf(track);
      const turn = Math.floor((this.#realm.window.performance.now() - this.#reported) / interval);
      return (levels[Math.max(0, Math.min(turn, levels.length - 1))] ?? 0) / loudest;
    }

    /** @returns {{level: number, delay: number}[]} what the last report says, from when it came on; seconds */
    courseOf(track) {
      return this.#levelsOf(track).map((level, turn) => ({ level: level / loudest, delay: (turn * interval) / 1000 }));
    }

    /** @returns {number[]} */
    #levelsOf(track) {
      const state = this.#realm.tracks.stateOf(track);
      if (!state || state.isEnded || !state.isEnabled || state.epoch !== this.#realm.link.epoch) return [];
      if (state.isLocal) return this.#tracks[state.handle] ?? [];
      if (!state.source) return [];
      return this.#receivers.get(`${state.source.connection.handle} ${state.source.handle}`) ?? [];
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
      this.#realm.link.post('watch', { levels: interval, levelsAtOnce });
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
