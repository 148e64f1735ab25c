// What the administrator (managed policy) and the user (options page, popup, prompt) have decided.

import { isOnList, usableSites } from './site-list.js';

/** @typedef {'granted' | 'denied' | 'prompt'} Permission */

/**
 * Kept in `chrome.storage`: `managed` has `Sites`, `MicrophoneAllowedOrigins` and `PageInterface`, `local` has `sites` and `microphone`, which
 * maps an origin to `granted` or `denied`.
 */
export class Settings {
  /** @type {string[]} */
  managedSites = [];
  /** @type {string[]} */
  userSites = [];
  /** Sites whose microphone the administrator has allowed. @type {string[]} */
  managedMicrophone = [];
  /** Whether pages may know that they are redirected. */
  hasPageAPI = true;
  /** @type {Record<string, 'granted' | 'denied'>} */
  microphone = {};
  #storage;
  /** Settled when the settings have been read. @type {Promise<void>} */
  ready;

  /**
   * @param {typeof chrome.storage} storage
   * @param {() => void} onChange
   */
  constructor(storage, onChange) {
    this.#storage = storage;
    this.ready = this.#read();
    storage.onChanged.addListener((_changes, area) => {
      if (area !== 'local' && area !== 'managed') return;
      this.ready = this.#read();
      this.ready.then(onChange);
    });
  }

  get sites() {
    return [...new Set([...this.managedSites, ...this.userSites])];
  }

  /** Whether an origin is one that Nearend may act on. */
  allows(origin) {
    return isOnList(origin, this.sites);
  }

  /** @returns {Permission} */
  microphonePermission(origin) {
    if (!this.allows(origin)) return 'denied';
    if (this.isMicrophoneManaged(origin)) return 'granted';
    return this.microphone[origin] ?? 'prompt';
  }

  isMicrophoneManaged(origin) {
    return isOnList(origin, this.managedMicrophone);
  }

  /**
   * @param {string} origin
   * @param {Permission} permission  `prompt` to ask again
   */
  async setMicrophone(origin, permission) {
    await this.ready;
    const microphone = { ...this.microphone };
    if (permission === 'prompt') delete microphone[origin];
    else microphone[origin] = permission;
    this.microphone = microphone;
    await this.#storage.local.set({ microphone });
  }

  async #read() {
    const [local, managed] = await Promise.all([
      this.#storage.local.get(['sites', 'microphone']),
      // Where no policy can be, asking for it is an error.
      this.#storage.managed.get(['Sites', 'MicrophoneAllowedOrigins', 'PageInterface']).catch(() => ({})),
    ]);
    this.managedSites = usableSites(managed.Sites);
    this.managedMicrophone = usableSites(managed.MicrophoneAllowedOrigins);
    this.hasPageAPI = managed.PageInterface ?? true;
    this.userSites = usableSites(local.sites);
    this.microphone = { ...local.microphone };
  }
}
