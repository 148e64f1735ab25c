'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  const { SoundFiles, whenNodeMade } = facade;

  /** An element that has come no further than this has just begun: on the device it begins at the beginning. */
  const beginningSeconds = 0.25;

  /** The device may be behind the element by so much, and is let finish. */
  const tailMilliseconds = 1_000;

  /**
   * Sound files that a page plays with audio elements: ringtones and the like. They are heard on the agent's device, by the
   * loudspeaker that the element names. The element itself goes on in silence, so that its time and events are the browser's own.
   *
   * A file is fetched and decoded beside the page (by the relay), and sent down once. Until it is there, and wherever that cannot be
   * done (another site's file without leave by CORS, one that is too long, no engine), the element is heard in the browser as before.
   */
  class PageSounds {
    #realm;
    #elements;
    #native;
    /** @type {WeakMap<HTMLAudioElement, PageSound>} */
    #sounds = new WeakMap();
    /** Playing on the device. @type {Set<PageSound>} */
    #sounding = new Set();

    /** @param {facade.MediaElements} elements  who knows the loudspeaker of each */
    constructor(realm, elements) {
      this.#realm = realm;
      this.#elements = elements;
      const { prototype } = realm.window.HTMLMediaElement;
      this.#native = Object.getOwnPropertyDescriptor(prototype, 'muted');
      this.#patch(prototype);
      elements.whenSinkChanged((element) => this.#sounds.get(element)?.update(false));
      realm.link.whenLost(() => {
        for (const sound of [...this.#sounding]) sound.leave();
      });
      // Elements that nobody calls `play` of start by their attribute.
      const { addEventListener } = realm.window.EventTarget.prototype;
      Reflect.apply(addEventListener, realm.window.document, ['playing', ({ target }) => this.#follow(target)?.update(true), true]);
    }

    /** @returns {PageSound | null} where the element plays a file */
    #follow(element) {
      const { HTMLAudioElement } = this.#realm.window;
      if (!(element instanceof HTMLAudioElement) || element.srcObject) return null;
      let sound = this.#sounds.get(element);
      if (!sound) {
        sound = new PageSound(element, {
          realm: this.#realm,
          setMuted: (isMuted) => Reflect.apply(this.#native.set, element, [isMuted]),
          isMuted: () => Reflect.apply(this.#native.get, element, []),
          sinkOf: () => this.#elements.sinkOf(element),
          hashOf: (address) => this.#realm.soundFiles.at(address).ready,
          onSounding: (isSounding) => (isSounding ? this.#sounding.add(sound) : this.#sounding.delete(sound)),
        });
        this.#sounds.set(element, sound);
      }
      return sound;
    }

    #patch(prototype) {
      const { webidl } = this.#realm;
      const sounds = this.#sounds;
      const follow = (element) => this.#follow(element);
      webidl.override(prototype, 'play', (native) => ({
        value: {
          method() {
            follow(this)?.update(false);
            return Reflect.apply(native.value, this, []);
          },
        }.method,
      }));
      webidl.override(prototype, 'currentTime', (native) => ({
        get: native.get,
        set(value) {
          sounds.get(this)?.seek();
          Reflect.apply(native.set, this, [value]);
        },
      }));
      webidl.override(prototype, 'muted', (native) => ({
        get() {
          return sounds.get(this)?.muted ?? Reflect.apply(native.get, this, []);
        },
        set(value) {
          if (!sounds.get(this)?.setMuted(Boolean(value))) Reflect.apply(native.set, this, [value]);
        },
      }));
      // What goes into an audio graph is the graph's.
      whenNodeMade(this.#realm, 'MediaElementAudioSourceNode', 'createMediaElementSource', ({ mediaElement }) => follow(mediaElement)?.stayInBrowser());
    }
  }

  /** One element and its file. */
  class PageSound {
    #element;
    #services;
    /** The playback that the engine has. @type {number | null} */
    #handle = null;
    #lastTold = '';
    /** The page has asked for another place in the file. */
    #isSeeking = false;
    #isBrowsers = false;
    /** The address that is being loaded. */
    #loading = '';
    /** What the page has set, while the browser's own is silenced. @type {boolean | null} */
    #muted = null;

    constructor(element, services) {
      this.#element = element;
      this.#services = services;
      const { addEventListener } = services.realm.window.EventTarget.prototype;
      const listen = (type, listener) => Reflect.apply(addEventListener, element, [type, listener, true]);
      listen('playing', () => this.update(true));
      listen('seeked', () => {
        if (this.#isSeeking) this.update(true);
        this.#isSeeking = false;
      });
      listen('ended', () => {
        setTimeout(() => {
          if (element.ended) this.leave();
        }, tailMilliseconds);
      });
      for (const type of ['pause', 'emptied', 'waiting', 'volumechange']) listen(type, () => this.update(false));
    }

    /** What the page sees; `undefined` where it is the browser's. */
    get muted() {
      return this.#muted ?? undefined;
    }

    /** @returns {boolean} whether it is for us to know */
    setMuted(muted) {
      if (this.#muted === null) return false;
      this.#muted = muted;
      this.update(false);
      return true;
    }

    seek() {
      this.#isSeeking = true;
    }

    stayInBrowser() {
      this.#isBrowsers = true;
      this.leave();
    }

    /** @param {boolean} isElsewhere  whether it begins, or begins at another place */
    update(isElsewhere) {
      const element = this.#element;
      if (element.ended && this.#handle !== null) return;
      const { hashOf } = this.#services;
      const isPlaying = !element.paused && !element.ended && element.readyState > 2 && !element.srcObject;
      if (!isPlaying || this.#isBrowsers || element.playbackRate !== 1) {
        this.leave();
        return;
      }
      const address = element.currentSrc;
      if (!(element.duration <= SoundFiles.longestSeconds) || this.#loading === address) return;
      this.#loading = address;
      hashOf(address).then(
        (hash) => {
          this.#loading = '';
          if (element.currentSrc === address && !element.paused) this.#tell(hash, isElsewhere);
        },
        () => {
          this.#loading = '';
          // It is heard in the browser.
        },
      );
    }

    #tell(hash, isElsewhere) {
      const element = this.#element;
      const { realm, sinkOf } = this.#services;
      const { link } = realm;
      this.#silenceBrowser();
      const isNew = this.#handle === null;
      this.#handle ??= link.mintHandle();
      const state = { volume: element.volume, muted: this.#muted, sinkId: sinkOf(), loops: element.loop };
      const text = JSON.stringify([hash, state]);
      const goesOn = !isNew && !isElsewhere;
      if (goesOn && text === this.#lastTold) return;
      this.#lastTold = text;
      const { loops, ...rest } = state;
      const position = element.currentTime < beginningSeconds ? 0 : element.currentTime;
      const source = { sound: hash, loops, ...(goesOn ? {} : { position }) };
      const { epoch } = link;
      link.request('setPlayback', { playback: this.#handle, sources: [source], playing: true, ...rest }).catch((error) => {
        console.warn(`Nearend: a page's sound stays in the browser: ${error.message}`);
        this.#isBrowsers = epoch === link.epoch;
        this.leave();
      });
      if (isNew) link.receive(`playback ${this.#handle}`, () => this.leave());
      this.#services.onSounding(true);
    }

    #silenceBrowser() {
      if (this.#muted !== null) return;
      this.#muted = this.#services.isMuted();
      this.#services.setMuted(true);
    }

    /** Not heard on the device any more; what the browser plays then is heard there. */
    leave() {
      if (this.#handle !== null) {
        const { link } = this.#services.realm;
        link.forget(`playback ${this.#handle}`);
        link.post('closePlayback', { playback: this.#handle });
        this.#handle = null;
        this.#lastTold = '';
      }
      this.#services.onSounding(false);
      if (this.#muted === null) return;
      const muted = this.#muted;
      this.#muted = null;
      this.#services.setMuted(muted);
    }
  }

  facade.PageSounds = PageSounds;
}
