'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];
  const { StandInSignal } = facade;

  /** What an AnalyserNode computes anew: no more often than a render quantum (Web Audio §1.8.5). */
  const quantum = 128;

  /**
   * Twiddle factors, window and room to compute in, by size.
   *
   * @type {Map<number, Record<'cosines' | 'sines' | 'window' | 'real' | 'imaginary', Float64Array>>}
   */
  const tables = new Map();

  function tablesFor(size) {
    let made = tables.get(size);
    if (made) return made;
    const room = (count) => new Float64Array(count);
    made = { cosines: room(size / 2), sines: room(size / 2), window: room(size), real: room(size), imaginary: room(size) };
    for (let index = 0; index < size / 2; index += 1) {
      made.cosines[index] = Math.cos((2 * Math.PI * index) / size);
      made.sines[index] = Math.sin((2 * Math.PI * index) / size);
    }
    // Web Audio §1.8.6 “Blackman window”, α = 0.16.
    for (let index = 0; index < size; index += 1) {
      const angle = (2 * Math.PI * index) / size;
      made.window[index] = 0.42 - 0.5 * Math.cos(angle) + 0.08 * Math.cos(2 * angle);
    }
    tables.set(size, made);
    return made;
  }

  /** In place, a power of two long. */
  function transform(real, imaginary, { cosines, sines }) {
    const size = real.length;
    for (let index = 1, reversed = 0; index < size; index += 1) {
      let bit = size >> 1;
      for (; reversed & bit; bit >>= 1) reversed ^= bit;
      reversed ^= bit;
      if (index < reversed) {
        [real[index], real[reversed]] = [real[reversed], real[index]];
        [imaginary[index], imaginary[reversed]] = [imaginary[reversed], imaginary[index]];
      }
    }
    for (let span = 2; span <= size; span *= 2) {
      const half = span / 2;
      const stride = size / span;
      for (let start = 0; start < size; start += span) {
        for (let index = 0; index < half; index += 1) {
          const cosine = cosines[index * stride];
          const sine = sines[index * stride];
          const low = start + index;
          const high = low + half;
          const re = real[high] * cosine + imaginary[high] * sine;
          const im = imaginary[high] * cosine - real[high] * sine;
          real[high] = real[low] - re;
          imaginary[high] = imaginary[low] - im;
          real[low] += re;
          imaginary[low] += im;
        }
      }
    }
  }

  /** What one AnalyserNode shows of redirected sound, made when it is asked for. Follows Web Audio §1.8.6 from the samples on. */
  class AnalyserData {
    #sampleRate;
    #signal;
    #samples = new Float32Array(0);
    #smoothed = new Float64Array(0);
    /** Of the newest sample, in seconds. @type {number | null} */
    #time = null;
    #isTransformed = false;

    constructor(sampleRate) {
      this.#sampleRate = sampleRate;
      this.#signal = new StandInSignal(sampleRate);
    }

    /**
     * Goes on to now.
     *
     * @param {number} now  seconds
     * @param {number} level  root of the mean square, 0…1
     * @param {number} fftSize
     */
    advance(now, level, fftSize) {
      if (this.#samples.length !== fftSize) {
        this.#samples = new Float32Array(fftSize);
        this.#smoothed = new Float64Array(fftSize / 2);
        this.#time = null;
      }
      const passed = this.#time === null ? Math.max(quantum, fftSize) : Math.floor((now - this.#time) * this.#sampleRate);
      if (passed < quantum) return;
      this.#time = now;
      this.#isTransformed = false;
      const count = Math.min(passed, fftSize);
      this.#samples.copyWithin(0, count);
      this.#signal.fill(this.#samples.subarray(fftSize - count), level);
    }

    /** The newest `fftSize` samples, the oldest first. */
    get samples() {
      return this.#samples;
    }

    /**
     * Adds what the browser's own analyser has: sound of the page.
     *
     * @param {Float32Array | null} own  as long as `samples`; `null`: there is none
     */
    magnitudes(own, smoothing) {
      if (this.#isTransformed) return this.#smoothed;
      this.#isTransformed = true;
      const size = this.#samples.length;
      const table = tablesFor(size);
      const { real, imaginary } = table;
      imaginary.fill(0);
      for (let index = 0; index < size; index += 1) real[index] = (this.#samples[index] + (own ? own[index] : 0)) * table.window[index];
      transform(real, imaginary, table);
      for (let bin = 0; bin < size / 2; bin += 1) {
        const magnitude = Math.hypot(real[bin], imaginary[bin]) / size;
        this.#smoothed[bin] = smoothing * this.#smoothed[bin] + (1 - smoothing) * magnitude;
      }
      return this.#smoothed;
    }
  }

  facade.AnalyserData = AnalyserData;
}
