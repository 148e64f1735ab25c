'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /** What the engine plays of one source for one AudioContext: sound that the page's graph leads to the speakers. */
  class GraphPlayback {
    #realm;
    /** @type {number | null} */
    #handle = null;
    #lastTold = '';

    constructor(realm) {
      this.#realm = realm;
    }

    /**
     * @param {{sources: object[], playing: boolean, volume: number, muted: boolean, sinkId: string}} state  volume 0…1
     */
    set(state) {
      const { link } = this.#realm;
      const text = JSON.stringify(state);
      if (text === this.#lastTold) return;
      // A graph that is at rest opens no loudspeaker.
      if (this.#handle === null && !state.playing) return;
      this.#lastTold = text;
      if (this.#handle === null) {
        this.#handle = link.mintHandle();
        link.receive(`playback ${this.#handle}`, ({ reason }) => {
          console.warn(`Nearend: the sound of an audio graph has stopped: ${reason}`);
          this.#lastTold = '';
        });
      }
      link.post('setPlayback', { playback: this.#handle, ...state });
    }

    close() {
      if (this.#handle === null) return;
      this.#realm.link.forget(`playback ${this.#handle}`);
      this.#realm.link.post('closePlayback', { playback: this.#handle });
      this.forget();
    }

    /** The engine that knew of it is gone. */
    forget() {
      this.#handle = null;
      this.#lastTold = '';
    }
  }

  facade.GraphPlayback = GraphPlayback;
}
