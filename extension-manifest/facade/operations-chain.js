'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /**
   * The asynchronous operations of a connection, one at a time in the order of the calls (webrtc-pc §4.4.1.2).
   *
   * The first starts within the call itself. Once closed, what is pending stays unsettled, as the specification has it.
   */
  class OperationsChain {
    /** @type {{run: () => void, reject: (error: Error) => void, changesNothing: boolean}[]} */
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

    /** Whether something waits that may change the connection's state: offers and answers that are being made do not. */
    get isChanging() {
      return this.#waiting.some(({ changesNothing }) => !changesNothing);
    }

    /**
     * @template Result
     * @param {() => Promise<Result>} operation
     * @param {boolean} [changesNothing]  of what the page sees of the connection
     * @returns {Promise<Result>}
     */
    enqueue(operation, changesNothing = false) {
      return new Promise((resolve, reject) => {
        const entry = { run: () => this.#run(entry, operation, resolve), reject, changesNothing };
        this.#waiting.push(entry);
        if (this.#waiting.length === 1) entry.run();
      });
    }

    close() {
      this.#isClosed = true;
      this.#waiting = [];
    }

    /** The engine is gone: everything that is pending fails now, whatever the page does when it is told. */
    rejectAll(error) {
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const { reject } of waiting) reject(error);
    }

    async #run(entry, operation, resolve) {
      let settle;
      try {
        const result = await operation();
        settle = () => resolve(result);
      } catch (error) {
        settle = () => entry.reject(error);
        // A text that is no description is found out in the browser before anything else; closing does not keep that back.
        if (this.#isClosed && String(error?.message).includes('Failed to parse SessionDescription')) settle();
      }
      if (this.#isClosed || this.#waiting[0] !== entry) return;
      settle();
      // The next one starts after whoever awaits this one has gone on.
      await undefined;
      if (this.#isClosed || this.#waiting[0] !== entry) return;
      this.#waiting.shift();
      if (this.#waiting.length > 0) this.#waiting[0].run();
      else this.#whenEmpty();
    }
  }

  facade.OperationsChain = OperationsChain;
}
