'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /**
   * Streams: the browser's own, with two additions. A stream of a remote description has the id that the description gives it, and
   * we are told when a stream's tracks change.
   */
  class MediaStreams {
    #window;
    #webidl;
    /** @type {WeakMap<MediaStream, string>} */
    #ids = new WeakMap();
    /** @type {Set<(stream: MediaStream) => void>} */
    #whenChanged = new Set();
    #native;

    constructor({ window, webidl }) {
      this.#window = window;
      this.#webidl = webidl;
      const { addTrack, removeTrack } = window.MediaStream.prototype;
      this.#native = { addTrack, removeTrack };
      this.#patch();
    }

    /** @param {(stream: MediaStream) => void} callback  tracks were added or removed, by the page or by us */
    whenChanged(callback) {
      this.#whenChanged.add(callback);
    }

    /** @param {string} id  as the remote description has it */
    makeRemote(id) {
      const stream = new this.#window.MediaStream();
      this.#ids.set(stream, id);
      return stream;
    }

    /** mediacapture-main §4.2.2 “add a track” by the user agent, which fires where `addTrack()` does not. */
    add(stream, track) {
      if (stream.getTracks().includes(track)) return;
      Reflect.apply(this.#native.addTrack, stream, [track]);
      this.#changed(stream);
      this.#webidl.dispatch(stream, new this.#window.MediaStreamTrackEvent('addtrack', { track }));
    }

    remove(stream, track) {
      if (!stream.getTracks().includes(track)) return;
      Reflect.apply(this.#native.removeTrack, stream, [track]);
      this.#changed(stream);
      this.#webidl.dispatch(stream, new this.#window.MediaStreamTrackEvent('removetrack', { track }));
    }

    #changed(stream) {
      for (const callback of this.#whenChanged) callback(stream);
    }

    #patch() {
      const { MediaStream } = this.#window;
      const ids = this.#ids;
      const changed = (stream) => this.#changed(stream);
      const method = (name, make) =>
        this.#webidl.override(MediaStream.prototype, name, (native) => ({ value: make(native.value).method }));

      this.#webidl.override(MediaStream.prototype, 'id', (native) => ({
        get() {
          return ids.get(this) ?? Reflect.apply(native.get, this, []);
        },
      }));
      // The browser would look for ids that a description has replaced.
      method('getTrackById', (native) => ({
        method(id) {
          if (arguments.length === 0) return Reflect.apply(native, this, []);
          return this.getTracks().find((track) => track.id === String(id)) ?? null;
        },
      }));
      // The browser would clone stand-ins into tracks that nobody stands behind.
      method('clone', () => ({
        method() {
          return new MediaStream(this.getTracks().map((track) => track.clone()));
        },
      }));
      for (const name of ['addTrack', 'removeTrack']) {
        method(name, (native) => ({
          method(...values) {
            Reflect.apply(native, this, values);
            changed(this);
          },
        }));
      }
    }
  }

  facade.MediaStreams = MediaStreams;
}
