'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /**
   * What the engine plays for one media element. The element itself shows the silent stand-ins; whatever it does with them
   * (playing, paused, volume, muted), the engine does with the sound.
   */
  class ElementPlayback {
    #realm;
    /** @type {WeakRef<HTMLMediaElement>} */
    #element;
    #native;
    /** Whether any track is to be heard; then the engine knows a playback of this handle. @type {number | null} */
    #handle = null;
    #lastTold = '';
    /** What the page sees; the worker knows which device it is. */
    sinkId = '';
    /** The element counts as playing although the browser refused to start it. */
    isStartedByUs = false;
    #time = { seconds: 0, since: /** @type {number | null} */ (null) };

    constructor(realm, element, native) {
      this.#realm = realm;
      this.#element = new WeakRef(element);
      this.#native = native;
    }

    get element() {
      return this.#element.deref();
    }

    get stream() {
      const { element } = this;
      const source = element && this.#native.srcObject(element);
      return source instanceof this.#realm.window.MediaStream ? source : null;
    }

    get isPlaying() {
      const { element } = this;
      return Boolean(element) && (this.isStartedByUs || !this.#native.paused(element));
    }

    /** Redirected sound in the stream that is to be heard now. */
    get sources() {
      const sources = (this.stream?.getAudioTracks() ?? []).flatMap((track) => {
        const state = this.#realm.tracks.stateOf(track);
        if (!state || state.isEnded || !state.isEnabled || state.epoch !== this.#realm.link.epoch) return [];
        return state.sources;
      });
      const texts = sources.map((source) => JSON.stringify(source));
      return sources.filter((_, index) => texts.indexOf(texts[index]) === index);
    }

    /** Whether the stream has any sound of ours, heard or not. */
    get hasRedirectedTracks() {
      return (this.stream?.getAudioTracks() ?? []).some((track) => this.#realm.tracks.stateOf(track));
    }

    /**
     * Seconds that redirected sound has played: a stream's timeline goes on while its element plays (mediacapture-main §6), and the
     * browser's own stands, since nothing comes out of stand-ins.
     */
    get playedSeconds() {
      const { seconds, since } = this.#time;
      return since === null ? seconds : seconds + this.#now - since;
    }

    get isAdvancing() {
      return this.#time.since !== null;
    }

    /** Another stream begins at zero. */
    rewind() {
      this.#time = { seconds: 0, since: null };
    }

    /** The element plays now, or does not. */
    noteTime() {
      const { element } = this;
      const isAdvancing = Boolean(element) && this.isPlaying && !element.ended && element.readyState > 2 && this.hasRedirectedTracks;
      if (isAdvancing !== this.isAdvancing) this.#time = { seconds: this.playedSeconds, since: isAdvancing ? this.#now : null };
    }

    get #now() {
      return this.#realm.window.performance.now() / 1000;
    }

    /** Brings the engine in line with the element. @returns {Promise<void>} rejected with an `EngineError` */
    async update() {
      const { element, sources } = this;
      const { link } = this.#realm;
      if (!element || sources.length === 0) {
        this.#close();
        return;
      }
      const state = {
        sources,
        playing: this.isPlaying,
        volume: element.volume,
        muted: element.muted,
        sinkId: this.sinkId,
      };
      const text = JSON.stringify(state);
      if (text === this.#lastTold) return;
      this.#lastTold = text;
      this.#handle ??= this.#open();
      const { epoch } = link;
      try {
        await link.request('setPlayback', { playback: this.#handle, ...state });
      } catch (error) {
        if (epoch === link.epoch) this.#lastTold = '';
        throw error;
      }
    }

    /** The engine that knew of it is gone. */
    forget() {
      this.#handle = null;
      this.#lastTold = '';
    }

    #open() {
      const { link } = this.#realm;
      const handle = link.mintHandle();
      link.receive(`playback ${handle}`, ({ reason }) => {
        console.warn(`Nearend: the sound of an element has stopped: ${reason}`);
        this.#lastTold = '';
      });
      return handle;
    }

    #close() {
      if (this.#handle === null) return;
      const { link } = this.#realm;
      link.forget(`playback ${this.#handle}`);
      link.post('closePlayback', { playback: this.#handle });
      this.forget();
    }
  }

  facade.ElementPlayback = ElementPlayback;
}
