'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /** Samples of a loop of noise, a power of two: more than a second. */
  const length = 65536;

  /** By sample rate. @type {Map<number, Float32Array>} */
  const loops = new Map();

  /** @returns {Float32Array} noise with the spectrum of a voice and a root mean square of one, whose end goes over into its beginning */
  function loopFor(sampleRate) {
    let loop = loops.get(sampleRate);
    if (loop) return loop;
    loop = Float32Array.from({ length }, () => Math.random() * 2 - 1);
    const lowWeight = 1 - Math.exp((-2 * Math.PI * 700) / sampleRate);
    const highWeight = 1 - Math.exp((-2 * Math.PI * 100) / sampleRate);
    const lows = [0, 0, 0];
    let rumble = 0;
    const filter = (sample) => {
      let low = sample;
      for (let stage = 0; stage < lows.length; stage += 1) low = lows[stage] += lowWeight * (low - lows[stage]);
      rumble += highWeight * (low - rumble);
      return low - rumble;
    };
    // Once for what the filters hold at the end of a loop, once in earnest.
    for (let index = 0; index < length; index += 1) filter(loop[index]);
    let energy = 0;
    for (let index = 0; index < length; index += 1) energy += (loop[index] = filter(loop[index])) ** 2;
    const factor = 1 / Math.sqrt(energy / length);
    for (let index = 0; index < length; index += 1) loop[index] *= factor;
    loops.set(sampleRate, loop);
    return loop;
  }

  /**
   * Sound of our own making that is as loud as the engine says its sound is: noise with the spectrum of a voice, about −18 dB an
   * octave above 700 Hz and little below 100 Hz. It has the variance of sound and nothing of what was said. With less of a slope,
   * meters that average over the spectrum (Twilio's) show far more than they would of speech.
   */
  class StandInSignal {
    #loop;
    #place = Math.floor(Math.random() * length);
    /** Loudness at the end of the last block. */
    #level = 0;

    /** @param {number} sampleRate  Hz */
    constructor(sampleRate) {
      this.#loop = loopFor(sampleRate);
    }

    /**
     * Fills the block, gliding from the loudness of the last one.
     *
     * @param {Float32Array} block
     * @param {number} level  root of the mean square, 0…1
     */
    fill(block, level) {
      const loop = this.#loop;
      const step = (level - this.#level) / block.length;
      let gain = this.#level;
      let place = this.#place;
      for (let index = 0; index < block.length; index += 1) {
        gain += step;
        const sample = loop[place] * gain;
        block[index] = sample > 1 ? 1 : sample < -1 ? -1 : sample;
        place = (place + 1) & (length - 1);
      }
      this.#place = place;
      this.#level = level;
    }
  }

  facade.StandInSignal = StandInSignal;
}
