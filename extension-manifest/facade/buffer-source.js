'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /** An AudioBufferSourceNode whose buffer is a file that the page has decoded: the file goes down, and the engine plays it. */
  class BufferSource extends facade.ScheduledSource {
    #files;
    #isFile;
    #offset;
    #duration;
    /** Resolved when the file is there, or will never be; `null` before it was first to be sent. @type {Promise<void> | null} */
    #settled = null;
    /**
     * By how many seconds the engine is behind the node, since the file had to get there first: what has begun before it was to be sent is
     * joined where it is, but nothing is lost by the file's own way.
     *
     * @type {number | null}
     */
    #lateness = null;

    /**
     * @param {InstanceType<typeof facade.SoundFiles>} files
     * @param {(buffer: AudioBuffer) => boolean} isFile  whether the page has decoded it, rather than made it
     * @param {any[]} times  the arguments of `start`
     */
    constructor(node, files, isFile, [when, offset = 0, duration]) {
      super(node, when);
      this.#files = files;
      this.#isFile = isFile;
      this.#offset = Number(offset) || 0;
      this.#duration = duration === undefined ? Infinity : Number(duration);
    }

    get isDescribable() {
      const { buffer, playbackRate, detune } = this.node;
      if (!buffer) return true;
      return this.#isFile(buffer) && playbackRate.value === 1 && detune.value === 0 && !this.#files.of(buffer).isRefused;
    }

    get settled() {
      return this.#settled ?? super.settled;
    }

    get tail() {
      return (this.#lateness ?? 0) + 1;
    }

    describe(now, changed) {
      const { buffer, loop, loopStart, loopEnd } = this.node;
      if (!buffer) return null;
      const file = this.#files.of(buffer);
      if (!file.hash) {
        this.#settled ??= this.#settle(file, now, changed);
        return null;
      }
      this.#lateness ??= 0;
      const startTime = this.startTime + this.#lateness;
      const stopTime = Math.min(this.stopTime, startTime + this.#duration);
      if (stopTime <= now || (!loop && this.#placeAt(now) >= buffer.duration)) return null;
      const part = loop && loopEnd > loopStart ? { loopStart, loopEnd } : {};
      return { sound: file.hash, loops: loop, ...part, startTime, stopTime, positionAt: (time) => this.#placeAt(time) };
    }

    async #settle(file, wanted, changed) {
      try {
        await file.ready;
        this.#lateness = Math.max(0, this.node.context.currentTime - Math.max(wanted, this.startTime));
      } catch {
        // It is counted as one that cannot be sent.
      }
      changed();
    }

    /** Seconds into the file where the engine is, or should begin, at a time of the context's. */
    #placeAt(time) {
      const { buffer, loop, loopStart, loopEnd } = this.node;
      const place = this.#offset + Math.max(0, time - this.startTime - this.#lateness);
      if (!loop) return place;
      const [start, end] = loopEnd > loopStart ? [loopStart, Math.min(loopEnd, buffer.duration)] : [0, buffer.duration];
      return place < end || this.#offset >= end ? place : start + ((place - start) % (end - start));
    }
  }

  facade.BufferSource = BufferSource;
}
