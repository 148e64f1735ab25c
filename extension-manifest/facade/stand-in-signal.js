'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /**
   * Sound of our own making that is as loud as the engine says its sound is: noise with the spectrum of a voice, about −6 dB an
   * octave above 500 Hz and little below 100 Hz. It has the variance of sound and nothing of what was said.
   */
  class StandInSignal {
    #lowWeight;
    #highWeight;
    #low = 0;
    #rumble = 0;
    /** What brings the filtered noise to a root mean square of one. */
    #factor;
    /** Loudness at the end of the last block. */
    #level = 0;

    /** @param {number} sampleRate  Hz */
    constructor(sampleRate) {
      this.#lowWeight = 1 - Math.exp((-2 * Math.PI * 500) / sampleRate);
      this.#highWeight = 1 - Math.exp((-2 * Math.PI * 100) / sampleRate);
      this.#factor = this.#normalization();
    }

    /**
     * Fills the block, gliding from the loudness of the last one.
     *
     * @param {Float32Array} block
     * @param {number} level  root of the mean square, 0…1
     */
    fill(block, level) {
      const step = (level - this.#level) / block.length;
      for (let index = 0; index < block.length; index += 1) {
        this.#level += step;
        block[index] = Math.max(-1, Math.min(1, this.#next() * this.#factor * this.#level));
      }
      this.#level = level;
    }

    #next() {
      const white = Math.random() * 2 - 1;
      this.#low += this.#lowWeight * (white - this.#low);
      this.#rumble += this.#highWeight * (this.#low - this.#rumble);
      return this.#low - this.#rumble;
    }

    /** The energy of the filter's impulse response; white noise of −1…1 has a variance of a third. */
    #normalization() {
      let low = this.#lowWeight;
      let rumble = 0;
      let energy = 0;
      for (let index = 0; index < 8192; index += 1) {
        rumble += this.#highWeight * (low - rumble);
        energy += (low - rumble) ** 2;
        low -= this.#lowWeight * low;
      }
      return 1 / Math.sqrt(energy / 3);
    }
  }

  facade.StandInSignal = StandInSignal;
}
