// Shows what the worker says of the tab in front, and passes on what the user decides.

/** @param {string} id */
const find = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

import { callGraphs } from './call-graph.js';
import { wayOfMedia } from './way-of-media.js';

/** What each situation is called, and what there is to do. Numbered reasons are those of docs/troubleshooting.md. */
const situations = {
  redirected: ['good', 'Calls of this page run on your device.', () => ''],
  notAPage: ['', 'This page makes no calls.', () => 'Nearend acts on web pages only. (Reason 3001)'],
  notOnList: ['', 'This page is not redirected.', () => 'Its site is not on the list of sites. It uses the browser’s own calls. (Reason 3002)'],
  noHost: ['bad', 'Calls cannot be redirected now.', ({ problem }) => `${problem ?? ''} (Reason 3003)`],
  excluded: ['', 'This page is not redirected.', () => 'Your organization keeps this site’s calls in the browser. (Reason 3005)'],
  required: [
    'bad',
    'This page cannot make calls now.',
    ({ problem }) => `Your organization wants its calls on your device only. ${problem ?? ''} (Reason 3006)`,
  ],
  loadedEarlier: ['warn', 'This page is not redirected yet.', () => 'It was loaded before Nearend was ready. Load it again. (Reason 3004)'],
};

const callStates = {
  connecting: 'Connecting…',
  connected: 'Connected',
  disconnected: 'Interrupted',
  failed: 'Failed',
  closed: 'Ended',
};

function show(state) {
  find('site').textContent = state.origin ? new URL(state.origin).host : '';
  const [look, headline, reason] = situations[state.situation];
  find('headline').textContent = headline;
  find('headline').className = look;
  find('reason').textContent = reason(state);
  find('probe').hidden = !['noHost', 'required'].includes(state.situation);
  for (const id of ['collect', 'options']) find(id).hidden = state.hidesAdvanced;
  list('calls', state.calls.map(callItem));
  list('microphones', state.microphones.map(microphoneItem));
  const isUsed = state.situation === 'redirected';
  list('way', isUsed && state.way ? [item('good', ...wayOfMedia(state.way))] : []);
  list('devices', isUsed ? state.devices.filter(({ isDefault }) => isDefault).map(deviceItem) : []);
  find('versions').textContent = state.host ? `Host ${state.host.version}` : '';
}

/**
 * @param {string} id  of a section with a list
 * @param {HTMLElement[]} items
 */
function list(id, items) {
  find(id).hidden = items.length === 0;
  find(id).querySelector('ul')?.replaceChildren(...items);
}

/** An item: a dot, two lines, and what can be done. */
function item(dot, name, detail, ...actions) {
  const element = document.createElement('li');
  const mark = document.createElement('span');
  mark.className = `dot ${dot}`;
  const lines = document.createElement('div');
  for (const [className, text] of [['name', name], ['quiet', detail]]) {
    const line = document.createElement('div');
    line.className = className;
    line.textContent = text;
    line.title = text;
    if (text) lines.append(line);
  }
  element.append(mark, lines, ...actions);
  return element;
}

function button(text, onclick) {
  const element = document.createElement('button');
  element.textContent = text;
  element.addEventListener('click', onclick);
  return element;
}

function callItem({ state, details, microphone, history }) {
  const pair = [details.localCandidate, details.remoteCandidate].map(addressOf).filter(Boolean);
  const words = [details.codec, details.srtpProfile, pair.join(' → '), microphone].filter(Boolean);
  const mos = history.findLast((sample) => sample.mos !== null)?.mos;
  const name = callStates[state] ?? state;
  const element = item(state === 'connected' ? 'good' : '', mos ? `${name} · sounds ${opinion(mos)} (MOS ${mos.toFixed(1)})` : name, words.join(' · '));
  if (state === 'connected') element.querySelector('div')?.append(callGraphs(history));
  return element;
}

/** What listeners call such a score (ITU-T G.107 annex B). */
function opinion(mos) {
  if (mos >= 4) return 'good';
  if (mos >= 3.6) return 'fair';
  return mos >= 3.1 ? 'poor' : 'bad';
}

/** Address, port and kind of a candidate (RFC 8839 §5.1). */
function addressOf(candidate) {
  const fields = candidate?.split(' ') ?? [];
  if (fields.length < 8) return '';
  const [address, port, , kind] = fields.slice(4);
  return `${address.includes(':') ? `[${address}]` : address}:${port} (${kind})`;
}

function microphoneItem({ origin, permission, isManaged, isOpen }) {
  const { host } = new URL(origin);
  const set = (value) => () => chrome.runtime.sendMessage({ command: 'setMicrophone', origin, permission: value });
  const dot = isOpen ? 'live' : permission === 'granted' ? 'good' : '';
  if (isManaged) return item(dot, host, isOpen ? 'Open · allowed by your organization' : 'Allowed by your organization');
  if (permission === 'granted') return item(dot, host, isOpen ? 'Open' : 'Allowed', button('Take back', set('prompt')));
  if (permission === 'denied') return item(dot, host, 'Blocked', button('Allow', set('granted')));
  return item(dot, host, 'Asks before it may listen', button('Allow', set('granted')));
}

function deviceItem({ kind, label }) {
  return item('', label, kind === 'audioinput' ? 'Microphone' : 'Loudspeaker');
}

find('probe').addEventListener('click', () => chrome.runtime.sendMessage({ command: 'probe' }));
find('collect').addEventListener('click', async () => {
  const logs = await chrome.runtime.sendMessage({ command: 'collectLogs' });
  const address = URL.createObjectURL(new Blob([JSON.stringify(logs, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `nearend-${logs.collected.replaceAll(':', '-').slice(0, 19)}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
});
find('options').addEventListener('click', () => chrome.runtime.openOptionsPage());

// As a page of its own (for tests), the tab is named in the address.
const named = new URLSearchParams(location.search).get('tab');
const [front] = named ? [{ id: Number(named) }] : await chrome.tabs.query({ active: true, currentWindow: true });
const port = chrome.runtime.connect({ name: `panel ${front.id}` });
port.onMessage.addListener(show);
