'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /**
   * Sound of the page's own making that it meant to send and that is not sent: no sample crosses to the engine, so only what can be told
   * in words goes into a call. Counted by what made it, for the page and whoever looks for the missing sound.
   */
  class UnsentSounds {
    #window;
    #counts = new Map();
    #noted = new WeakSet();

    constructor(window) {
      this.#window = window;
    }

    /** @param {object} maker  a node or a track; counts once */
    note(maker) {
      if (this.#noted.has(maker)) return;
      this.#noted.add(maker);
      const kind = this.#interfaceOf(maker);
      const count = this.#counts.get(kind) ?? 0;
      if (count === 0) console.warn(`Nearend: what a ${kind} makes does not go into the call.`);
      this.#counts.set(kind, count + 1);
    }

    /** The browser's, where the page has derived a class of its own from it. */
    #interfaceOf(maker) {
      let prototype = Object.getPrototypeOf(maker);
      while (prototype && this.#window[prototype.constructor.name]?.prototype !== prototype) prototype = Object.getPrototypeOf(prototype);
      return prototype?.constructor.name ?? 'Object';
    }

    /** @returns {Record<string, number>} makers by their interface */
    get counts() {
      return Object.fromEntries(this.#counts);
    }
  }

  facade.UnsentSounds = UnsentSounds;
}
