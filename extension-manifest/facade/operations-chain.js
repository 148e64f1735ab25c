'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /**
   * The asynchronous operations of a connection, one at a time in the order of the calls (webrtc-pc §4.4.1.2).
   *
   * The first starts within the call itself. Once closed, what is pending stays unsettled, as the specification has it.
   */
  class OperationsChain {
    #waiting = [];
    #isClosed = false;
    #whenEmpty;

    /** @param {() => void} whenEmpty */
    constructor(whenEmpty) {
      this.#whenEmpty = whenEmpty;
    }

    get isEmpty() {
      return this.#waiting.length === 0;
    }

    /**
     * @template Result
     * @param {() => Promise<Result>} operation
     * @returns {Promise<Result>}
     */
    enqueue(operation) {
      return new Promise((resolve, reject) => {
        const run = async () => {
          let settle;
          try {
            const result = await operation();
            settle = () => resolve(result);
          } catch (error) {
            settle = () => reject(error);
          }
          if (this.#isClosed) return;
          settle();
          // The next one starts after whoever awaits this one has gone on.
          await undefined;
          if (this.#isClosed) return;
          this.#waiting.shift();
          if (this.#waiting.length > 0) this.#waiting[0]();
          else this.#whenEmpty();
        };
        this.#waiting.push(run);
        if (this.#waiting.length === 1) run();
      });
    }

    close() {
      this.#isClosed = true;
      this.#waiting = [];
    }
  }

  facade.OperationsChain = OperationsChain;
}
