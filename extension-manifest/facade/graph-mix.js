'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /** The most that the engine makes anything louder. */
  const mostGain = 16;

  const clamped = (gain) => Math.min(mostGain, Math.round(gain * 10_000) / 10_000);

  /**
   * What an audio graph leads into one MediaStreamAudioDestinationNode. Its track is the browser's own, with the page's own sound in it for
   * whoever listens in the page; what is sent of it is a mix that the engine makes.
   */
  class GraphMix {
    #realm;
    /** Clones of the node's track, which share its mix. @type {Set<WeakRef<MediaStreamTrack>>} */
    #clones = new Set();
    /** The engine's numbers for inputs. @type {Map<string, number>} */
    #numbers = new Map();
    #lastNumber = 0;
    #told = '';
    /** The engine that shall have it, since it is sent or listened to. */
    #neededEpoch = -1;
    /** The page has given it to a sender. */
    isGiven = false;

    /** @param {MediaStreamAudioDestinationNode} node */
    constructor(realm, node) {
      this.#realm = realm;
      this.node = node;
      [this.track] = node.stream.getAudioTracks();
    }

    /** Whether the engine of now shall make it. */
    get isNeeded() {
      return this.#neededEpoch === this.#realm.link.epoch;
    }

    need() {
      this.#neededEpoch = this.#realm.link.epoch;
    }

    /** The page has cloned the node's track. */
    addClone(track) {
      this.#clones.add(new WeakRef(track));
      if (this.#realm.tracks.stateOf(this.track)) this.#adopt(track);
    }

    get tracks() {
      const clones = [...this.#clones].map((reference) => reference.deref());
      return [this.track, ...clones].filter(Boolean);
    }

    /** From now on we answer for its tracks. */
    adopt() {
      for (const track of this.tracks) this.#adopt(track);
    }

    #adopt(track) {
      if (!this.#realm.tracks.stateOf(track)) this.#realm.tracks.adopt(track);
    }

    /** @param {object[]} sounds  redirected sound that elements with its tracks play, as `setPlayback` names it */
    hear(sounds) {
      const { tracks } = this.#realm;
      const list = sounds.map(({ gain, ...sound }) => (gain === 1 ? sound : { ...sound, gain: clamped(gain) }));
      const text = JSON.stringify(list);
      for (const track of this.tracks) {
        const state = tracks.stateOf(track);
        if (!state || text === JSON.stringify(state.mixed)) continue;
        state.mixed = list;
        tracks.changed(track);
      }
    }

    /**
     * Brings the engine in line.
     *
     * @param {{key: string, input: object, gain: number, now: number}[]} parts  inputs with `startTime` and `stopTime` on their context's clock,
     *   which says `now`
     * @param {(track: MediaStreamTrack) => void} whenMade  a track has come to be the engine's
     */
    tell(parts, whenMade) {
      const { link, tracks } = this.#realm;
      const state = tracks.stateOf(this.track);
      const isNew = state.handle === null || state.epoch !== link.epoch;
      if (isNew && state.isEnded && this.#clones.size === 0) return;
      if (isNew) this.#told = '';
      const numbers = new Map(parts.map(({ key }) => [key, (!isNew && this.#numbers.get(key)) || (this.#lastNumber += 1)]));
      const whole = parts.map(({ key, input, gain }) => ({ input: numbers.get(key), ...input, gain: clamped(gain) }));
      const text = JSON.stringify(whole);
      if (text !== this.#told) {
        if (isNew) Object.assign(state, { handle: link.mintHandle(), epoch: link.epoch });
        const inputs = whole.map((input, index) => this.#asked(input, parts[index].now, !this.#numbers.has(parts[index].key) || isNew));
        link.post('setMix', { track: state.handle, inputs });
        this.#told = text;
      }
      this.#numbers = numbers;
      if (isNew) this.#show(state, whenMade);
      this.#makeClones(state, whenMade);
    }

    /** A time on the context's clock becomes one from now. */
    #asked({ startTime, stopTime, positionAt, ...input }, now, isNew) {
      const delay = startTime > now ? { delay: startTime - now } : {};
      const end = Number.isFinite(stopTime) ? { end: Math.max(0, stopTime - now) } : {};
      if (!isNew) return { ...input, ...end };
      const position = positionAt?.(now) ?? 0;
      return { ...input, ...(position > 0 ? { position } : {}), ...delay, ...end };
    }

    #makeClones({ handle, epoch }, whenMade) {
      const { link, tracks } = this.#realm;
      for (const track of this.tracks.slice(1)) {
        const state = tracks.stateOf(track);
        if (state.isEnded || (state.handle !== null && state.epoch === epoch)) continue;
        Object.assign(state, { handle: link.mintHandle(), epoch });
        link.post('cloneTrack', { track: state.handle, from: handle });
        this.#show(state, whenMade);
      }
    }

    #show(state, whenMade) {
      if (!state.isEnabled) this.#realm.link.post('setTrack', { track: state.handle, enabled: false });
      whenMade(state.track);
    }
  }

  facade.GraphMix = GraphMix;
}
