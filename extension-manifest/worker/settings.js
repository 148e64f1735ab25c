// What the administrator (managed policy) and the user (options page, popup, prompt) have decided.

import { callRedirectionSites, isOnList, usableSites } from './site-list.js';

/** @typedef {'granted' | 'denied' | 'prompt'} Permission */

/**
 * How a site's calls run: in the browser; on the device while there is a host, in the browser otherwise; on the device or not at all.
 *
 * @typedef {'off' | 'prefer' | 'require'} Mode
 */

/** The policies there are: see `managed-schema.json`. */
const policies = [
  'Sites',
  'RequiredSites',
  'ExcludedSites',
  'AllowedCallRedirectionSites',
  'MicrophoneAllowedOrigins',
  'PageInterface',
  'HideAdvancedSettings',
];

/**
 * Kept in `chrome.storage`: `managed` has the policies, `local` has `sites` and `microphone`, which maps an origin to `granted` or
 * `denied`.
 */
export class Settings {
  /** @type {string[]} */
  managedSites = [];
  /** Sites whose calls must not run in the browser. @type {string[]} */
  requiredSites = [];
  /** Sites that no list redirects. @type {string[]} */
  excludedSites = [];
  /** Whether the popup keeps logs and the list of sites to itself. */
  hidesAdvanced = false;
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
    return [...new Set([...this.requiredSites, ...this.managedSites, ...this.userSites])];
  }

  /** Whether an origin is one that Nearend may act on. */
  allows(origin) {
    return this.mode(origin) !== 'off';
  }

  /** @returns {Mode} */
  mode(origin) {
    if (this.isExcluded(origin)) return 'off';
    if (isOnList(origin, this.requiredSites)) return 'require';
    return isOnList(origin, this.sites) ? 'prefer' : 'off';
  }

  isExcluded(origin) {
    return isOnList(origin, this.excludedSites);
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
      this.#storage.managed.get(policies).catch(() => ({})),
    ]);
    this.managedSites = [...new Set([...usableSites(managed.Sites), ...callRedirectionSites(managed.AllowedCallRedirectionSites)])];
    this.requiredSites = usableSites(managed.RequiredSites);
    this.excludedSites = usableSites(managed.ExcludedSites);
    this.hidesAdvanced = Boolean(managed.HideAdvancedSettings);
    this.managedMicrophone = usableSites(managed.MicrophoneAllowedOrigins);
    this.hasPageAPI = managed.PageInterface ?? true;
    this.userSites = usableSites(local.sites);
    this.microphone = { ...local.microphone };
  }
}
