// The toolbar's icon, tab by tab.

/** @typedef {'ready' | 'off' | 'call' | 'error'} IconState */

const titles = {
  ready: 'Nearend: calls of this site run on your device',
  off: 'Nearend does not act on this site',
  call: 'Nearend: in a call, or the microphone is open',
  error: 'Nearend: something is wrong. Click for more.',
};

/**
 * @param {{isOnList: boolean, isHostThere: boolean, isBusy: boolean}} tab
 * @returns {IconState}
 */
export function iconState({ isOnList, isHostThere, isBusy }) {
  if (isBusy) return 'call';
  if (!isOnList) return 'off';
  return isHostThere ? 'ready' : 'error';
}

/** Painting takes the worker tens of milliseconds, in which a call that begins would wait for its messages. */
const paintMilliseconds = 500;

/** Shows each tab's state, a moment later and once. */
export class ToolbarIcon {
  #action;
  /** What is to be painted. @type {Map<number, IconState>} */
  #wanted = new Map();
  /** What was painted since the tab's last navigation. @type {Map<number, IconState>} */
  #painted = new Map();

  /** @param {typeof chrome.action} action */
  constructor(action) {
    this.#action = action;
  }

  /**
   * @param {number} tabId
   * @param {IconState} state
   */
  show(tabId, state) {
    const isScheduled = this.#wanted.size > 0;
    this.#wanted.set(tabId, state);
    if (!isScheduled) setTimeout(() => this.#paint(), paintMilliseconds);
  }

  /** The browser forgets a tab's icon when the tab navigates or closes. @param {number} tabId */
  forget(tabId) {
    this.#wanted.delete(tabId);
    this.#painted.delete(tabId);
  }

  #paint() {
    const wanted = [...this.#wanted];
    this.#wanted.clear();
    for (const [tabId, state] of wanted) {
      if (this.#painted.get(tabId) === state) continue;
      this.#painted.set(tabId, state);
      const path = Object.fromEntries([16, 32, 48].map((size) => [size, chrome.runtime.getURL(`icons/${state}-${size}.png`)]));
      // The tab may have gone meanwhile.
      Promise.all([this.#action.setIcon({ tabId, path }), this.#action.setTitle({ tabId, title: titles[state] })]).catch(() => this.forget(tabId));
    }
  }
}
