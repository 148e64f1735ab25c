'use strict';
// “Queue a task”: by messages to ourselves, because timers of a page in the background are throttled to one a second.
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  class TaskQueue {
    #tasks = [];
    #port;

    /** @param {{MessageChannel: typeof MessageChannel, reportError?: (error: any) => void}} window */
    constructor(window) {
      const { port1, port2 } = new window.MessageChannel();
      this.#port = port2;
      port1.onmessage = () => {
        const task = this.#tasks.shift();
        try {
          task?.();
        } catch (error) {
          window.reportError?.(error);
        }
      };
    }

    /** @param {() => void} task  runs later, in the order of the calls */
    queue(task) {
      this.#tasks.push(task);
      this.#port.postMessage(null);
    }
  }

  facade.TaskQueue = TaskQueue;
}
