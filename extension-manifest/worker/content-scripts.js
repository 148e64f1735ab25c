// Which documents get a facade: those of the configured sites, while there is a host; without one, those that must not do without.
// The choice stands before a page's first script, because the browser itself injects what is registered.

import { folderOrigin, isOnList, matchPatterns } from './site-list.js';

/** In the order they run. The relay is first: the facade asks it for its line and installs nothing without. */
const facadeFiles = [
  'namespace',
  'webidl',
  'task-queue',
  'operations-chain',
  'session-text',
  'negotiation-needed',
  'engine-link',
  'certificates',
  'media-tracks',
  'media-streams',
  'codec-capabilities',
  'rtp-encodings',
  'transports',
  'sctp-transport',
  'data-channel',
  'data-channels',
  'dtmf-sender',
  'stats-report',
  'transceiver-record',
  'rtp-sender',
  'rtp-receiver',
  'rtp-transceiver',
  'rtc-configuration',
  'remote-streams',
  'connection-states',
  'connection',
  'peer-connection',
  'audio-constraints',
  'media-devices',
  'permissions',
  'stand-in-signal',
  'analyser-data',
  'level-watch',
  'audio-routes',
  'context-rest',
  'audio-contexts',
  'graph-playback',
  'node-makers',
  'sound-files',
  'unsent-sounds',
  'scheduled-source',
  'tone-source',
  'buffer-source',
  'element-source',
  'page-sources',
  'graph-mix',
  'graph-mixes',
  'web-audio',
  'element-playback',
  'media-elements',
  'page-sounds',
  'kept-calls',
  'page-api',
  'child-windows',
  'install',
].map((name) => `facade/${name}.js`);

const frames = { runAt: 'document_start', allFrames: true, persistAcrossSessions: true };

/**
 * @typedef {object} Options
 * @property {string[]} [excluded]  sites, normalized, of which no document gets a facade
 * @property {boolean} [hasPageAPI]  whether pages may know that they are redirected
 */

/**
 * @param {string[]} sites  normalized
 * @param {Options} [options]
 */
export function contentScripts(sites, { excluded = [], hasPageAPI = true } = {}) {
  const whole = sites.filter((site) => folderOrigin(site) === null);
  const folders = sites.filter((site) => !whole.includes(site) && !isOnList(folderOrigin(site).replace('*.', ''), whole));
  const excludeMatches = excluded.flatMap(matchPatterns);
  const js = facadeFiles.filter((file) => hasPageAPI || file !== 'facade/page-api.js');
  const pair = (prefix, matches, more) => [
    { id: `${prefix}-1-relay`, js: ['relay/sound-loader.js', 'relay/relay.js'], world: 'ISOLATED', matches, excludeMatches, ...frames, ...more },
    { id: `${prefix}-2-facade`, js, world: 'MAIN', matches, excludeMatches, ...frames, ...more },
  ];
  // The browser gives about:blank and its like the scripts of whole sites only. In folders the document that makes such a frame lends
  // it its own interfaces.
  return [
    ...(whole.length > 0 ? pair('nearend', whole.flatMap(matchPatterns), { matchOriginAsFallback: true }) : []),
    ...(folders.length > 0 ? pair('nearend-folder', folders.flatMap(matchPatterns)) : []),
  ];
}

export class ContentScripts {
  #scripting;
  #turn = Promise.resolve();

  /** @param {typeof chrome.scripting} scripting */
  constructor(scripting) {
    this.#scripting = scripting;
  }

  /**
   * Registers the scripts for these sites, and for no other. One call is done before the next begins.
   *
   * @param {string[]} sites  none: no document gets a facade
   * @param {Options} [options]
   * @returns {Promise<void>}
   */
  set(sites, options) {
    this.#turn = this.#turn.then(() => this.#register(sites, options)).catch((error) => console.error('Nearend:', error));
    return this.#turn;
  }

  async #register(sites, options) {
    const wanted = sites.length > 0 ? contentScripts(sites, options) : [];
    const registered = await this.#scripting.getRegisteredContentScripts();
    if (isSame(registered, wanted)) return;
    if (registered.length > 0) await this.#scripting.unregisterContentScripts({ ids: registered.map(({ id }) => id) });
    if (wanted.length > 0) await this.#scripting.registerContentScripts(wanted);
  }
}

function isSame(registered, wanted) {
  const text = (scripts) => {
    const told = scripts.map(({ id, js, matches, excludeMatches = [] }) => [id, js, [...matches].sort(), [...excludeMatches].sort()]);
    return JSON.stringify(told.sort());
  };
  return text(registered) === text(wanted);
}
