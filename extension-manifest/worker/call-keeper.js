// What must not happen during a call: its tab discarded, the extension replaced by a newer one.

/**
 * Told of every tab's calls as they come and go. Timers of a hidden page need no help: Chromium does not slow a page down that has a live audio
 * track, and a redirected call has one.
 */
export class CallKeeper {
  /** Tabs in a call, and whether the browser might have discarded them before. @type {Map<number, boolean>} */
  #tabs = new Map();
  /** A newer version waits to be loaded. */
  #updateWaits = false;
  #browser;

  /** @param {{tabs: typeof chrome.tabs, runtime: typeof chrome.runtime}} browser */
  constructor(browser) {
    this.#browser = browser;
    // With a listener the update waits until we ask for it, or the browser starts anew.
    browser.runtime.onUpdateAvailable.addListener(() => {
      this.#updateWaits = true;
      this.#update();
    });
  }

  /**
   * @param {number | undefined} tab
   * @param {boolean} isInCall
   */
  async note(tab, isInCall) {
    if (tab === undefined || this.#tabs.has(tab) === isInCall) return;
    if (isInCall) {
      this.#tabs.set(tab, true);
      const { autoDiscardable } = await this.#browser.tabs.get(tab).catch(() => ({ autoDiscardable: true }));
      if (!this.#tabs.has(tab)) return;
      this.#tabs.set(tab, autoDiscardable ?? true);
      await this.#setDiscardable(tab, false);
    } else {
      const before = this.#tabs.get(tab);
      this.#tabs.delete(tab);
      if (before) await this.#setDiscardable(tab, true);
      this.#update();
    }
  }

  async #setDiscardable(tab, autoDiscardable) {
    // A tab that has gone has nothing to lose.
    await this.#browser.tabs.update(tab, { autoDiscardable }).catch(() => {});
  }

  #update() {
    if (this.#updateWaits && this.#tabs.size === 0) this.#browser.runtime.reload();
  }
}
