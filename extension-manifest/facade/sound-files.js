'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /** What is longer stays where it is: it is neither ringtone nor announcement. */
  const longestSeconds = 60;

  /** A file on its way down, or there. */
  class SoundFile {
    /** By which the engine knows it; `null` while it is on its way. @type {string | null} */
    hash = null;
    /** It cannot be had, or not be sent. */
    isRefused = false;

    /** @param {Promise<{sound: string}>} answer */
    constructor(answer) {
      /** Settled when it is there; rejected where it will not be. @type {Promise<string>} */
      this.ready = answer.then(({ sound }) => (this.hash = sound));
      this.ready.catch(() => (this.isRefused = true));
    }
  }

  /** Sound files that this document has sent to the engine: each goes down once. */
  class SoundFiles {
    #link;
    #nativeChannelData;
    /** @type {Map<string, SoundFile>} */
    #byAddress = new Map();
    /** @type {WeakMap<AudioBuffer, SoundFile>} */
    #byBuffer = new WeakMap();

    static longestSeconds = longestSeconds;

    constructor({ window, link }) {
      this.#link = link;
      this.#nativeChannelData = window.AudioBuffer?.prototype.getChannelData;
      link.whenLost(() => {
        this.#byAddress.clear();
        this.#byBuffer = new WeakMap();
      });
    }

    /** What is at an address. It is fetched and decoded beside the page, by the relay. */
    at(address) {
      let file = this.#byAddress.get(address);
      if (!file) this.#byAddress.set(address, (file = new SoundFile(this.#link.request('loadSound', { address }))));
      return file;
    }

    /** What the page has decoded. @param {AudioBuffer} buffer */
    of(buffer) {
      let file = this.#byBuffer.get(buffer);
      if (!file) this.#byBuffer.set(buffer, (file = new SoundFile(this.#load(buffer))));
      return file;
    }

    #load(buffer) {
      const { duration, sampleRate, numberOfChannels } = buffer;
      if (!(duration <= longestSeconds)) return Promise.reject(new RangeError('The sound is longer than a minute.'));
      const channels = Array.from({ length: numberOfChannels }, (_, index) => Reflect.apply(this.#nativeChannelData, buffer, [index]));
      return this.#link.request('loadSound', { channels, sampleRate });
    }
  }

  facade.SoundFiles = SoundFiles;
}
