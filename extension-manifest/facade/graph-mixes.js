'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];
  const { GraphMix, PageSources, UnsentSounds, whenNodeMade } = facade;

  /**
   * What a graph does for the `GraphMixes` of its window.
   *
   * @typedef {object} Graph
   * @property {InstanceType<typeof facade.AudioRoutes>} routes
   * @property {(node: object) => number | null} gainToCall  of redirected sound
   * @property {(node: object) => number | null} gainOfOwn  of the page's own sound
   * @property {(context: object) => boolean} isRunning
   * @property {() => Iterable<{node: object, track: MediaStreamTrack}>} sources  redirected sound in graphs
   * @property {() => Iterable<InstanceType<typeof facade.Connection>>} connections  those that are open
   * @property {() => void} update  looks at everything again, now
   * @property {() => void} updateSoon
   */

  /** All that the graphs of a window lead into MediaStreamDestinations: who carries it out, and what of it cannot be. */
  class GraphMixes {
    #realm;
    /** @type {Graph} */
    #graph;
    #pageSources;
    /** @type {WeakMap<object, InstanceType<typeof GraphMix>>} by node, by track and by clone */
    #mixOf = new WeakMap();
    /** @type {Set<WeakRef<InstanceType<typeof GraphMix>>>} */
    #all = new Set();
    /** Nodes whose sound no words describe. @type {Set<WeakRef<object>>} */
    #others = new Set();
    #isOther = new WeakSet();
    #isUpdating = false;
    #unsent;

    /** @param {Graph} graph */
    constructor(realm, graph) {
      this.#realm = realm;
      this.#graph = graph;
      this.#unsent = new UnsentSounds(realm.window);
      this.#pageSources = new PageSources(realm, graph.updateSoon);
      whenNodeMade(realm, 'MediaStreamAudioDestinationNode', 'createMediaStreamDestination', (node) => this.#keep(node));
      realm.tracks.whenCloned((track, clone) => {
        const mix = this.#mixOf.get(track);
        if (!mix) return;
        this.#mixOf.set(clone, mix);
        mix.addClone(clone);
        graph.updateSoon();
      });
    }

    /** Whether gains matter to anybody. */
    get isAtWork() {
      return this.#pageSources.isSounding && this.#all.size > 0;
    }

    /** @returns {Record<string, number>} what pages meant to send and did not, by the interface that made it */
    get unsentSounds() {
      return this.#unsent.counts;
    }

    /** Seconds, on the clock of a context in which the page makes sound. */
    get latestTime() {
      return Math.max(0, ...[...this.#pageSources].map(({ node }) => node.context.currentTime));
    }

    /** A node whose sound is made by the page's program or comes from elsewhere in the browser. */
    addOther(node) {
      if (this.#isOther.has(node)) return;
      this.#isOther.add(node);
      this.#others.add(new WeakRef(node));
    }

    /** A track of a destination that another graph takes as its source is redirected sound to that one. @returns {boolean} whether it is such a track */
    adopt(track) {
      this.#mixOf.get(track)?.adopt();
      return this.#mixOf.has(track);
    }

    /** The page gives a track to a sender. */
    willSend(track) {
      if (this.#isUpdating) return;
      const mix = this.#mixOf.get(track);
      if (mix) {
        mix.isGiven = true;
        mix.need();
        this.#graph.update();
      } else if (!this.#realm.tracks.stateOf(track)) {
        this.#unsent.note(track);
      }
    }

    /** @returns {Set<object>} the nodes of redirected sound that is sent: not to be collected */
    update() {
      if (this.#isUpdating) return new Set();
      this.#isUpdating = true;
      try {
        return this.#update();
      } finally {
        this.#isUpdating = false;
      }
    }

    #keep(node) {
      const mix = new GraphMix(this.#realm, node);
      this.#mixOf.set(node, mix);
      this.#mixOf.set(mix.track, mix);
      this.#all.add(new WeakRef(mix));
    }

    *#each() {
      for (const reference of this.#all) {
        const mix = reference.deref();
        if (mix) yield mix;
        else this.#all.delete(reference);
      }
    }

    #update() {
      const feeds = this.#redirected();
      for (const mix of this.#each()) {
        if (feeds.has(mix)) mix.adopt();
        if (this.#isSent(mix) || (feeds.get(mix) ?? []).some(({ track }) => this.#isMicrophone(track))) mix.need();
      }
      this.#needWhatIsLedOn(feeds);
      const needed = [...this.#each()].filter((mix) => mix.isNeeded);
      const own = needed.length > 0 ? this.#own(new Set(needed)) : new Map();
      for (const mix of this.#each()) {
        const led = (feeds.get(mix) ?? []).filter(({ node }) => this.#graph.isRunning(node.context));
        if (this.#realm.tracks.stateOf(mix.track)) {
          mix.hear(led.filter(({ gain }) => gain > 0).flatMap(({ track, gain }) => this.#sounds(track).map((sound) => ({ ...sound, gain: gain * (sound.gain ?? 1) }))));
        }
        if (!mix.isNeeded) continue;
        mix.adopt();
        mix.tell([...this.#parts(led), ...(own.get(mix) ?? [])], (track) => {
          for (const connection of this.#graph.connections()) connection.sourceChanged(track);
          // Another mix may be made of this one.
          this.#graph.updateSoon();
        });
      }
      return new Set([...feeds].flatMap(([mix, list]) => (this.#isSent(mix) ? list.map(({ node }) => node) : [])));
    }

    // MARK: redirected sound

    /** @returns {Map<InstanceType<typeof GraphMix>, {node: object, track: MediaStreamTrack, gain: number}[]>} what is led into each mix */
    #redirected() {
      const feeds = new Map();
      const { routes, gainToCall, sources } = this.#graph;
      for (const { node, track } of sources()) {
        for (const [to, gain] of routes.gainsFrom(node, gainToCall)) {
          const mix = this.#mixOf.get(to);
          if (!mix) continue;
          if (!feeds.has(mix)) feeds.set(mix, []);
          feeds.get(mix).push({ node, track, gain });
        }
      }
      return feeds;
    }

    /** A mix that another one is made of. */
    #needWhatIsLedOn(feeds) {
      for (let isChanged = true; isChanged; ) {
        isChanged = false;
        for (const [mix, list] of feeds) {
          if (!mix.isNeeded) continue;
          for (const { track } of list) {
            const inner = this.#mixOf.get(track);
            if (!inner || inner.isNeeded) continue;
            inner.need();
            isChanged = true;
          }
        }
      }
    }

    /** What the engine of now calls a track's sound, for elements; nothing while it is silent. */
    #sounds(track) {
      const state = this.#realm.tracks.stateOf(track);
      return !state.isEnded && state.isEnabled && state.epoch === this.#realm.link.epoch ? state.sources : [];
    }

    #isMicrophone(track) {
      const state = this.#realm.tracks.stateOf(track);
      return state.isLocal && !state.isEnded && state.epoch === this.#realm.link.epoch;
    }

    /** Inputs of a mix; a local track, of a microphone or of another mix, is silenced by its own `enabled`. */
    #parts(led) {
      const gains = new Map();
      for (const { track, gain } of led) {
        const sounds = this.#isMicrophone(track) ? [{ track: this.#realm.tracks.stateOf(track).handle }] : this.#mixOf.has(track) ? [] : this.#sounds(track);
        for (const sound of sounds) {
          const key = JSON.stringify(sound);
          gains.set(key, (gains.get(key) ?? 0) + gain);
        }
      }
      return [...gains].map(([key, gain]) => ({ key, input: JSON.parse(key), gain, now: 0 }));
    }

    // MARK: the page's own sound

    /** @returns {Map<InstanceType<typeof GraphMix>, object[]>} parts of mixes, and counts what can be none */
    #own(needed) {
      const { routes, gainOfOwn, isRunning, updateSoon } = this.#graph;
      const own = new Map();
      for (const source of this.#pageSources) {
        const { node } = source;
        if (!isRunning(node.context)) continue;
        for (const [to, gain] of routes.gainsFrom(node, gainOfOwn)) {
          const mix = this.#mixOf.get(to);
          if (!needed.has(mix)) continue;
          if (!source.isDescribable) {
            if (mix.isGiven) this.#unsent.note(node);
            continue;
          }
          const now = node.context.currentTime;
          const { gain: own_ = 1, ...input } = source.describe(now, updateSoon) ?? {};
          if (!input.sound && !input.tone) continue;
          if (!own.has(mix)) own.set(mix, []);
          own.get(mix).push({ key: `own ${source.take}`, input, gain: gain * own_, now });
        }
      }
      this.#countOthers(needed);
      return own;
    }

    #countOthers(needed) {
      for (const reference of this.#others) {
        const node = reference.deref();
        if (!node) {
          this.#others.delete(reference);
          continue;
        }
        for (const [to] of this.#graph.routes.gainsFrom(node, this.#graph.gainToCall)) {
          const mix = this.#mixOf.get(to);
          if (needed.has(mix) && mix.isGiven) this.#unsent.note(node);
        }
      }
    }

    #isSent(mix) {
      const { tracks } = mix;
      for (const connection of this.#graph.connections()) {
        if (connection.isLost) continue;
        if (connection.transceivers.some(({ senderTrack, isStopping }) => !isStopping && tracks.includes(senderTrack))) return true;
      }
      return false;
    }
  }

  facade.GraphMixes = GraphMixes;
}
