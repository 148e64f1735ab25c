'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];
  const { ElementPlayback } = facade;

  /** Events after which an element may play otherwise than before. */
  const tellingEvents = ['play', 'playing', 'pause', 'emptied', 'loadedmetadata', 'volumechange', 'ended'];

  /** Milliseconds between two `timeupdate` (HTML §4.8.11.8: 15 to 250). */
  const timeUpdateInterval = 250;

  /**
   * HTMLMediaElement: elements with redirected sound are followed by a playback of the engine. Elements with other sources stay
   * what they are, but for the ids of sinks, which are the agent's device's everywhere.
   */
  class MediaElements {
    #realm;
    #native;
    /** @type {WeakMap<HTMLMediaElement, ElementPlayback>} */
    #playbacks = new WeakMap();
    /** @type {Set<WeakRef<ElementPlayback>>} */
    #all = new Set();
    /** What sounds must not be collected, though the page has let go of it. @type {Set<HTMLMediaElement>} */
    #sounding = new Set();
    #whenSinkChanged = (_element) => {};
    /** Sinks of elements that play something else. @type {WeakMap<HTMLMediaElement, string>} */
    #sinks = new WeakMap();

    constructor(realm) {
      this.#realm = realm;
      const { prototype } = realm.window.HTMLMediaElement;
      const getter = (name) => {
        const { get } = Object.getOwnPropertyDescriptor(prototype, name);
        return (element) => Reflect.apply(get, element, []);
      };
      this.#native = { srcObject: getter('srcObject'), paused: getter('paused') };
      this.#patch(prototype);
      realm.streams.whenChanged((stream) => this.#updateWhere((playback) => playback.stream === stream));
      realm.tracks.whenChanged((track) => this.#updateWhere((playback) => playback.stream?.getTracks().includes(track)));
      realm.link.whenLost(() => {
        for (const playback of this.#each()) playback.forget();
      });
    }

    /** @param {(element: HTMLMediaElement) => void} callback */
    whenSinkChanged(callback) {
      this.#whenSinkChanged = callback;
    }

    sinkOf(element) {
      return this.#sinks.get(element) ?? '';
    }

    *#each() {
      for (const reference of this.#all) {
        const playback = reference.deref();
        if (playback) yield playback;
        else this.#all.delete(reference);
      }
    }

    #updateWhere(condition) {
      for (const playback of [...this.#each()]) {
        if (condition(playback)) this.#update(playback);
      }
    }

    #update(playback) {
      const { element } = playback;
      playback.noteTime();
      this.#tellTime(playback);
      if (element) {
        if (playback.isPlaying && playback.hasRedirectedTracks) this.#sounding.add(element);
        else this.#sounding.delete(element);
      }
      return playback.update().catch((error) => console.warn(`Nearend: setPlayback: ${error.name}: ${error.message}`));
    }

    /** Follows an element from its first stream on. */
    #follow(element) {
      let playback = this.#playbacks.get(element);
      if (playback) return playback;
      playback = new ElementPlayback(this.#realm, element, this.#native);
      playback.sinkId = this.#sinks.get(element) ?? '';
      this.#playbacks.set(element, playback);
      this.#all.add(new WeakRef(playback));
      const { addEventListener } = this.#realm.window.EventTarget.prototype;
      const reference = new WeakRef(playback);
      for (const type of tellingEvents) {
        const listener = () => {
          const followed = reference.deref();
          if (!followed) return;
          if (type === 'emptied') followed.isStartedByUs = false;
          this.#update(followed);
        };
        Reflect.apply(addEventListener, element, [type, listener, true]);
      }
      // By now the browser has started an element with `autoplay`, or has decided not to.
      const startUnlessStarted = () => {
        if (element.autoplay && this.#native.paused(element)) this.#start(playback);
      };
      Reflect.apply(addEventListener, element, ['canplaythrough', startUnlessStarted, true]);
      return playback;
    }

    /** Elements for whose time somebody listens. @type {WeakSet<HTMLMediaElement>} */
    #timed = new WeakSet();
    /** Those that are being told. @type {WeakSet<ElementPlayback>} */
    #ticking = new WeakSet();

    /** Fires `timeupdate` as long as the time goes on and somebody may listen. */
    #tellTime(playback) {
      const { window, webidl } = this.#realm;
      if (this.#ticking.has(playback)) return;
      const isDue = () => playback.isAdvancing && playback.element && this.#timed.has(playback.element);
      const tick = () => {
        this.#ticking.delete(playback);
        if (!isDue()) return;
        webidl.fire(playback.element, 'timeupdate');
        this.#tellTime(playback);
      };
      if (!isDue()) return;
      this.#ticking.add(playback);
      window.setTimeout(tick, timeUpdateInterval);
    }

    #timeIsWanted(element) {
      this.#timed.add(element);
      const playback = this.#playbacks.get(element);
      if (playback) this.#tellTime(playback);
    }

    /**
     * A page that captures may play without a gesture of the user; the browser does not know that this one captures.
     *
     * @returns {boolean} whether it counts as playing
     */
    #start(playback) {
      if (playback.isPlaying || !playback.hasRedirectedTracks || !this.#realm.tracks.isCapturing) return false;
      playback.isStartedByUs = true;
      this.#realm.tasks.queue(() => {
        if (!playback.isStartedByUs || !playback.element) return;
        this.#realm.webidl.fire(playback.element, 'play');
        this.#realm.webidl.fire(playback.element, 'playing');
      });
      this.#update(playback);
      return true;
    }

    async #setSink(element, sinkId) {
      const { link, webidl } = this.#realm;
      const playback = this.#playbacks.get(element);
      const before = this.#sinks.get(element) ?? '';
      try {
        await link.request('checkSink', { sinkId });
        this.#sinks.set(element, sinkId);
        this.#whenSinkChanged(element);
        if (!playback) return;
        playback.sinkId = sinkId;
        await playback.update();
      } catch (error) {
        this.#sinks.set(element, before);
        if (playback) playback.sinkId = before;
        throw webidl.engineException(error, "Failed to execute 'setSinkId' on 'HTMLMediaElement'");
      }
    }

    #patch(prototype) {
      const { window, webidl } = this.#realm;
      const method = (name, make) => webidl.override(prototype, name, (native) => ({ value: make(native.value).method }));
      const playbacks = this.#playbacks;
      const sinks = this.#sinks;
      const follow = (element) => this.#follow(element);
      const update = (playback) => this.#update(playback);
      const start = (playback) => this.#start(playback);
      const setSink = (element, sinkId) => this.#setSink(element, sinkId);

      webidl.override(prototype, 'srcObject', (native) => ({
        get: native.get,
        set(value) {
          Reflect.apply(native.set, this, [value]);
          if (value instanceof window.MediaStream) follow(this);
          const playback = playbacks.get(this);
          if (!playback) return;
          playback.isStartedByUs = false;
          playback.rewind();
          update(playback);
        },
      }));
      webidl.override(prototype, 'currentTime', (native) => ({
        get() {
          const played = playbacks.get(this)?.playedSeconds ?? 0;
          return Math.max(Reflect.apply(native.get, this, []), played);
        },
        set: native.set,
      }));
      const timeIsWanted = (element) => this.#timeIsWanted(element);
      webidl.override(window.HTMLElement.prototype, 'ontimeupdate', (native) => ({
        get: native.get,
        set(value) {
          Reflect.apply(native.set, this, [value]);
          if (value && this instanceof window.HTMLMediaElement) timeIsWanted(this);
        },
      }));
      // Of media elements only: pages add listeners by the thousand. Some put a function of their own in the place of the browser's.
      Object.defineProperty(prototype, 'addEventListener', {
        ...Object.getOwnPropertyDescriptor(window.EventTarget.prototype, 'addEventListener'),
        value: {
          addEventListener(type, _listener) {
            Reflect.apply(window.EventTarget.prototype.addEventListener, this, arguments);
            if (String(type) === 'timeupdate') timeIsWanted(this);
          },
        }.addEventListener,
      });
      webidl.override(prototype, 'paused', (native) => ({
        get() {
          return !playbacks.get(this)?.isStartedByUs && Reflect.apply(native.get, this, []);
        },
      }));
      method('play', (native) => ({
        method() {
          const promise = Reflect.apply(native, this, []);
          const playback = playbacks.get(this);
          if (!playback) return promise;
          update(playback);
          return promise.catch((error) => {
            if (playback.isPlaying || (error.name === 'NotAllowedError' && start(playback))) return;
            throw error;
          });
        },
      }));
      method('pause', (native) => ({
        method() {
          Reflect.apply(native, this, []);
          const playback = playbacks.get(this);
          if (!playback) return;
          if (playback.isStartedByUs) {
            playback.isStartedByUs = false;
            webidl.fire(this, 'pause');
          }
          update(playback);
        },
      }));
      method('load', (native) => ({
        method() {
          Reflect.apply(native, this, []);
          const playback = playbacks.get(this);
          if (!playback) return;
          playback.isStartedByUs = false;
          update(playback);
        },
      }));
      webidl.override(prototype, 'sinkId', () => ({
        get() {
          return sinks.get(this) ?? '';
        },
      }));
      method('setSinkId', () => ({
        async method(sinkId) {
          if (arguments.length === 0) {
            const context = "Failed to execute 'setSinkId' on 'HTMLMediaElement'";
            throw new window.TypeError(`${context}: 1 argument required, but only 0 present.`);
          }
          await setSink(this, String(sinkId));
        },
      }));
    }
  }

  facade.MediaElements = MediaElements;
}
