'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /** Why a request failed: the engine's words, or that the engine is gone. */
  class EngineError extends Error {
    /** @param {{name?: string, message?: string, code?: number, sdpLine?: number, constraint?: string}} error */
    constructor(error) {
      super(error.message ?? 'The media engine refused.');
      this.name = error.name ?? 'OperationError';
      this.code = error.code;
      this.sdpLine = error.sdpLine;
      this.constraint = error.constraint;
    }
  }

  /**
   * The document's line to its engine, through relay and worker.
   *
   * Requests are posted in order and never block; each gets exactly one reply, or is rejected when the line is lost. A line that
   * was lost comes back with the next request: with a new engine, which knows nothing of what was before. Hence the `epoch`, by
   * which the relay drops what was still under way to the old one.
   */
  class EngineLink {
    #port;
    #epoch = 0;
    #lastID = 0;
    #lastHandle = 0;
    /** @type {Map<number, {resolve: (result: any) => void, reject: (error: Error) => void}>} */
    #pending = new Map();
    /** @type {Map<string, (event: any) => void>} */
    #receivers = new Map();
    /** @type {Set<(reason: string) => void>} */
    #whenLost = new Set();

    /**
     * @param {MessagePort} port
     * @param {number} [firstHandle]  handles come after it; a call that another document has made brings that one's along
     */
    constructor(port, firstHandle = 0) {
      this.#port = port;
      this.#lastHandle = firstHandle;
      port.onmessage = ({ data }) => this.#receive(data);
    }

    /** How many engines this document has lost. */
    get epoch() {
      return this.#epoch;
    }

    /** A new handle, unique in this document whatever it is for. */
    mintHandle() {
      this.#lastHandle += 1;
      return this.#lastHandle;
    }

    /**
     * @param {string} method
     * @param {object} params
     * @returns {Promise<any>} the result; rejected with an `EngineError`
     */
    request(method, params) {
      this.#lastID += 1;
      const id = this.#lastID;
      const promise = new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject }));
      this.#port.postMessage({ epoch: this.#epoch, id, method, params });
      return promise;
    }

    /** A request whose failure concerns nobody but the log. */
    post(method, params) {
      const epoch = this.#epoch;
      this.request(method, params).catch((error) => {
        if (epoch === this.#epoch) console.warn(`Nearend: ${method}: ${error.name}: ${error.message}`);
      });
    }

    /**
     * @param {string} subject  `connection 3`, `track 1`, or the name of an event without a subject
     * @param {(event: any) => void} receiver
     */
    receive(subject, receiver) {
      this.#receivers.set(subject, receiver);
    }

    forget(subject) {
      this.#receivers.delete(subject);
    }

    /** @param {(reason: string) => void} callback */
    whenLost(callback) {
      this.#whenLost.add(callback);
      return () => this.#whenLost.delete(callback);
    }

    // One message is one task: what awaits its promise goes on before the next message comes.
    #receive(message) {
      if (message.lost !== undefined) {
        this.#lose(message.lost);
      } else if (message.event !== undefined) {
        const subject = ['connection', 'track', 'playback'].find((name) => message[name] !== undefined);
        this.#receivers.get(subject ? `${subject} ${message[subject]}` : message.event)?.(message);
      } else {
        const pending = this.#pending.get(message.id);
        this.#pending.delete(message.id);
        if (message.error) pending?.reject(new EngineError(message.error));
        else pending?.resolve(message.result);
      }
    }

    #lose(reason) {
      this.#epoch += 1;
      const pending = [...this.#pending.values()];
      this.#pending.clear();
      for (const { reject } of pending) reject(new EngineError({ name: 'OperationError', message: reason }));
      for (const callback of [...this.#whenLost]) callback(reason);
    }
  }

  facade.EngineError = EngineError;
  facade.EngineLink = EngineLink;
}
