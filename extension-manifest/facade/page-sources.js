'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];
  const { ToneSource, BufferSource, ElementSource, whenNodeMade } = facade;

  /** The sound that a page makes itself, as far as it sounds now: oscillators, files it has decoded, elements in a graph. */
  class PageSources {
    #realm;
    #whenChanged;
    /** By node. @type {WeakMap<object, any>} */
    #sources = new WeakMap();
    /** What sounds, or will at its time: not to be collected. @type {Set<any>} */
    #active = new Set();
    /** What came out of `decodeAudioData`: files, as opposed to samples of the page's own making. @type {WeakSet<AudioBuffer>} */
    #files = new WeakSet();

    /** @param {() => void} whenChanged */
    constructor(realm, whenChanged) {
      this.#realm = realm;
      this.#whenChanged = whenChanged;
      this.#patchDecoding();
      this.#patchScheduled();
      whenNodeMade(realm, 'MediaElementAudioSourceNode', 'createMediaElementSource', (node) => {
        const source = new ElementSource(node, realm, (isPlaying) => {
          // In the constructor there is no `source` yet; what it says then is said again with the first connection.
          const known = this.#sources.get(node);
          if (known && isPlaying) this.#active.add(known);
          else this.#active.delete(known);
          whenChanged();
        });
        this.#sources.set(node, source);
        if (!node.mediaElement.paused) this.#active.add(source);
      });
    }

    get isSounding() {
      return this.#active.size > 0;
    }

    [Symbol.iterator]() {
      return this.#active.values();
    }

    #begin(source) {
      const { node } = source;
      const { window } = this.#realm;
      this.#sources.set(node, source);
      this.#active.add(source);
      const { addEventListener } = window.EventTarget.prototype;
      const forget = () => {
        this.#active.delete(source);
        this.#whenChanged();
      };
      const ended = () => source.settled.then(() => window.setTimeout(forget, source.tail * 1000));
      Reflect.apply(addEventListener, node, ['ended', ended, { once: true }]);
      this.#whenChanged();
    }

    /** Only what the page itself starts: our own stand-ins use the browser's methods. */
    #patchScheduled() {
      const { window, webidl, soundFiles } = this.#realm;
      const { OscillatorNode, AudioBufferSourceNode, AudioScheduledSourceNode } = window;
      if (!AudioScheduledSourceNode) return;
      const isFile = (buffer) => this.#files.has(buffer);
      const sources = this.#sources;
      const changed = this.#whenChanged;
      const started = (node, times) => {
        if (node instanceof OscillatorNode) this.#begin(new ToneSource(node, times[0]));
        else if (node instanceof AudioBufferSourceNode) this.#begin(new BufferSource(node, soundFiles, isFile, times));
      };
      for (const { prototype } of [AudioScheduledSourceNode, AudioBufferSourceNode]) {
        webidl.override(prototype, 'start', (native) => ({
          value: {
            method(...times) {
              Reflect.apply(native.value, this, times);
              started(this, times);
            },
          }.method,
        }));
        webidl.override(prototype, 'stop', (native) => ({
          value: {
            method(...times) {
              Reflect.apply(native.value, this, times);
              sources.get(this)?.stop(times[0]);
              changed();
            },
          }.method,
        }));
      }
      for (const name of ['loop', 'loopStart', 'loopEnd', 'buffer']) {
        webidl.override(AudioBufferSourceNode.prototype, name, (native) => ({
          get: native.get,
          set(value) {
            Reflect.apply(native.set, this, [value]);
            changed();
          },
        }));
      }
      webidl.override(OscillatorNode.prototype, 'type', (native) => ({
        get: native.get,
        set(value) {
          Reflect.apply(native.set, this, [value]);
          changed();
        },
      }));
    }

    #patchDecoding() {
      const { window, webidl } = this.#realm;
      const files = this.#files;
      webidl.override(window.BaseAudioContext.prototype, 'decodeAudioData', (native) => ({
        value: {
          method(data, success, ...rest) {
            if (typeof success !== 'function') {
              const decoded = Reflect.apply(native.value, this, arguments);
              decoded.then((buffer) => files.add(buffer), () => {});
              return decoded;
            }
            const told = (buffer) => {
              files.add(buffer);
              return Reflect.apply(success, undefined, [buffer]);
            };
            return Reflect.apply(native.value, this, [data, told, ...rest]);
          },
        }.method,
      }));
    }
  }

  facade.PageSources = PageSources;
}
