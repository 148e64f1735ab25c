'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /**
   * Sound of our own making that is as loud as the engine says its sound is: noise with the spectrum of a voice, about −18 dB an
   * octave above 700 Hz and little below 100 Hz. It has the variance of sound and nothing of what was said. With less of a slope,
   * meters that average over the spectrum (Twilio's) show far more than they would of speech.
   */
  class StandInSignal {
    #lowWeight;
    #highWeight;
    /** What the low-pass filters give, one after the other. */
    #lows = [0, 0, 0];
    #rumble = 0;
    /** What brings the filtered noise to a root mean square of one. */
    #factor;
    /** Loudness at the end of the last block. */
    #level = 0;

    /** @param {number} sampleRate  Hz */
    constructor(sampleRate) {
      this.#lowWeight = 1 - Math.exp((-2 * Math.PI * 700) / sampleRate);
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
      return this.#filter(Math.random() * 2 - 1);
    }

    #filter(sample) {
      let low = sample;
      for (let stage = 0; stage < this.#lows.length; stage += 1) low = this.#lows[stage] += this.#lowWeight * (low - this.#lows[stage]);
      this.#rumble += this.#highWeight * (low - this.#rumble);
      return low - this.#rumble;
    }

    /** The energy of the filter's impulse response; white noise of −1…1 has a variance of a third. */
    #normalization() {
      let energy = 0;
      for (let index = 0; index < 8192; index += 1) energy += this.#filter(index === 0 ? 1 : 0) ** 2;
      return 1 / Math.sqrt(energy / 3);
    }
  }

  facade.StandInSignal = StandInSignal;
}
