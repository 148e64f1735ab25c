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

/**
 * @param {number} tabId
 * @param {IconState} state
 */
export async function showIcon(tabId, state) {
  const path = Object.fromEntries([16, 32, 48].map((size) => [size, chrome.runtime.getURL(`icons/${state}-${size}.png`)]));
  try {
    await Promise.all([chrome.action.setIcon({ tabId, path }), chrome.action.setTitle({ tabId, title: titles[state] })]);
  } catch {
    // The tab has gone meanwhile.
  }
}
