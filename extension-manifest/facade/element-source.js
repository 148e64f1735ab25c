'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /** An element that has come no further than this has just begun: the engine begins at the beginning. */
  const beginningSeconds = 0.25;
  /** The engine may be behind the element by so much, and is let finish. */
  const tailMilliseconds = 1_000;

  /** A MediaElementAudioSourceNode whose element plays a file: the file goes down, and the engine plays it as the element does. */
  class ElementSource {
    #element;
    #files;
    #isPlaying = false;
    /** The file whose coming is waited for. */
    #awaited = null;
    take = facade.nextTake();

    /**
     * @param {MediaElementAudioSourceNode} node
     * @param {(isPlaying: boolean) => void} changed
     */
    constructor(node, { window, soundFiles }, changed) {
      this.node = node;
      this.#element = node.mediaElement;
      this.#files = soundFiles;
      const element = this.#element;
      const { addEventListener } = window.EventTarget.prototype;
      const listen = (types, listener) => {
        for (const type of types) Reflect.apply(addEventListener, element, [type, listener, true]);
      };
      const set = (isPlaying) => {
        if (isPlaying && !this.#isPlaying) this.take = facade.nextTake();
        this.#isPlaying = isPlaying;
        changed(isPlaying);
      };
      listen(['playing'], () => set(true));
      listen(['pause', 'emptied', 'waiting'], () => set(element.ended && this.#isPlaying));
      listen(['volumechange', 'ratechange'], () => changed(this.#isPlaying));
      listen(['seeked'], () => {
        // One that loops is sought to its beginning by the browser; the engine has gone there by itself.
        if (!this.#isPlaying || (element.loop && element.currentTime < beginningSeconds)) return;
        this.take = facade.nextTake();
        changed(true);
      });
      listen(['ended'], () => window.setTimeout(() => element.ended && set(false), tailMilliseconds));
      this.#isPlaying = !element.paused && !element.ended && element.readyState > 2;
      changed(this.#isPlaying);
    }

    get isDescribable() {
      const { srcObject, playbackRate, duration, currentSrc } = this.#element;
      if (!this.#isPlaying) return true;
      return !srcObject && playbackRate === 1 && duration <= facade.SoundFiles.longestSeconds && !this.#files.at(currentSrc).isRefused;
    }

    describe(_now, changed) {
      const { currentSrc, currentTime, loop, muted, volume } = this.#element;
      if (!this.#isPlaying) return null;
      const file = this.#files.at(currentSrc);
      if (!file.hash) {
        if (this.#awaited !== file) file.ready.then(changed, changed);
        this.#awaited = file;
        return null;
      }
      const positionAt = () => (currentTime < beginningSeconds ? 0 : currentTime);
      return { sound: file.hash, loops: loop, gain: muted ? 0 : volume, positionAt };
    }
  }

  facade.ElementSource = ElementSource;
}
