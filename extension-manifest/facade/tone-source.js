'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /** What the engine can sound; half its sampling rate. */
  const highestFrequency = 24_000;

  /** An OscillatorNode: the engine sounds it after its description. */
  class ToneSource extends facade.ScheduledSource {
    /** A waveform of the page's own is none of the four. */
    get isDescribable() {
      return this.node.type !== 'custom';
    }

    describe(now) {
      if (this.stopTime <= now) return null;
      const { type, frequency, detune } = this.node;
      // Web Audio §1.26: the computed frequency; a negative one turns the phase, which nobody hears.
      const computed = Math.abs(frequency.value * 2 ** (detune.value / 1200));
      const { startTime, stopTime } = this;
      return { tone: type, frequency: Math.min(computed, highestFrequency), startTime, stopTime };
    }
  }

  facade.ToneSource = ToneSource;
}
