// One grant per origin, given by the administrator's policy or by the user in our own window.

/**
 * Asks the user. Requests of one origin share one window, and closing it leaves the question open.
 */
export class MicrophonePrompt {
  #windows;
  /** @type {Map<string, {promise: Promise<'granted' | 'denied' | 'prompt'>, answer: (answer: any) => void, window?: number}>} */
  #open = new Map();

  /** @param {typeof chrome.windows} windows */
  constructor(windows) {
    this.#windows = windows;
    windows.onRemoved.addListener((id) => {
      for (const [origin, question] of this.#open) {
        if (question.window === id) this.answer(origin, 'prompt');
      }
    });
  }

  /** @param {string} origin */
  ask(origin) {
    const asked = this.#open.get(origin);
    if (asked) return asked.promise;
    let answer;
    const promise = new Promise((resolve) => {
      answer = resolve;
    });
    const question = { promise, answer };
    this.#open.set(origin, question);
    const url = chrome.runtime.getURL(`prompt/prompt.html?origin=${encodeURIComponent(origin)}`);
    this.#windows.create({ url, type: 'popup', width: 460, height: 280, focused: true }).then(
      (window) => {
        question.window = window.id;
        if (!this.#open.has(origin)) this.#windows.remove(window.id).catch(() => {});
      },
      () => this.answer(origin, 'prompt'),
    );
    return promise;
  }

  /**
   * @param {string} origin
   * @param {'granted' | 'denied' | 'prompt'} answer  `prompt`: none
   */
  answer(origin, answer) {
    const question = this.#open.get(origin);
    if (!question) return;
    this.#open.delete(origin);
    question.answer(answer);
    if (question.window !== undefined) this.#windows.remove(question.window).catch(() => {});
  }
}
