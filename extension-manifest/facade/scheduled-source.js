'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  let lastTake = 0;

  /** A number that no other beginning of a sound has. */
  facade.nextTake = () => (lastTake += 1);

  /**
   * An AudioScheduledSourceNode that the page has started (Web Audio §1.7): when it sounds, on its context's clock.
   *
   * Subclasses say what sounds, in `describe`: the members of an input of `setMix`, with `startTime` and `stopTime` in the place of `delay`
   * and `end`, and for a file `positionAt` a time; `null` while nothing sounds. `isDescribable` is `false` where words cannot say it.
   */
  class ScheduledSource {
    stopTime = Infinity;

    /** @param {AudioScheduledSourceNode} node */
    constructor(node, when = 0) {
      this.node = node;
      this.take = facade.nextTake();
      this.startTime = Math.max(Number(when) || 0, node.context.currentTime);
    }

    stop(when = 0) {
      this.stopTime = Math.max(Number(when) || 0, this.node.context.currentTime);
    }

    /** Resolved when it is known how far the engine is behind. @returns {Promise<void>} */
    get settled() {
      return Promise.resolve();
    }

    /** Seconds for which the engine may be behind the node, and is let finish. */
    get tail() {
      return 0;
    }
  }

  facade.ScheduledSource = ScheduledSource;
}
