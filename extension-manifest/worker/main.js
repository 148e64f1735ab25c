// The service worker: joins documents to the host, and keeps registration, icon and popup in line with what there is.

import { CallKeeper } from './call-keeper.js';
import { CallHistory } from './call-quality.js';
import { ContentScripts } from './content-scripts.js';
import { DeviceNames, deviceSecret } from './device-names.js';
import { DocumentSession } from './document-session.js';
import { HostKeeper } from './host-keeper.js';
import { KeptCalls } from './kept-calls.js';
import { MicrophonePrompt } from './microphone-consent.js';
import { originOf, panelState } from './panel.js';
import { Settings } from './settings.js';
import { ToolbarIcon, iconState } from './toolbar-icon.js';

/** How often the popup is told, while it is open. */
const panelMilliseconds = 1_000;

/** @type {Map<number, DocumentSession>} */
const sessions = new Map();
/** Open popups and the tabs they are about. @type {Map<chrome.runtime.Port, number>} */
const panels = new Map();
/** Names of devices for an origin, until the devices change. @type {Map<string, Promise<DeviceNames>>} */
const names = new Map();
let lastDocument = 0;

const history = new CallHistory();
const calls = new CallKeeper(chrome);
const icon = new ToolbarIcon(chrome.action);
const scripts = new ContentScripts(chrome.scripting);
const prompt = new MicrophonePrompt(chrome.windows);
const kept = new KeptCalls(chrome.storage, (tab) => {
  showTab(tab);
  keeper.noteUse();
});
const settings = new Settings(chrome.storage, settingsChanged);
const keeper = new HostKeeper(
  { extension: chrome.runtime.getManifest().version, browser: browserName() },
  {
    onMessage: hostSaid,
    onLost: (reason) => {
      for (const session of [...sessions.values()]) session.lose(reason);
    },
    onChange: hostChanged,
    isNeeded: () => panels.size > 0 || kept.isKeeping || [...sessions.values()].some((session) => session.isOpen),
  },
);
/** What was granted before the settings changed, to notice what was taken back. @type {Map<number, string>} */
const lastPermissions = new Map();

const services = {
  settings,
  extensionVersion: chrome.runtime.getManifest().version,
  host: () => keeper.get(),
  deviceNames: namesFor,
  kept,
  askForMicrophone: async (origin) => {
    const answer = await prompt.ask(origin);
    if (answer !== 'prompt') await settings.setMicrophone(origin, answer);
  },
  onActivity: (session) => showTab(session.tab),
  onEnd: (session) => {
    sessions.delete(session.number);
    lastPermissions.delete(session.number);
    showTab(session.tab);
    keeper.noteUse();
  },
};

// MARK: documents and panels

chrome.runtime.onConnect.addListener((port) => {
  if (port.name === 'document') {
    lastDocument += 1;
    const session = new DocumentSession(lastDocument, port, services);
    sessions.set(session.number, session);
  } else if (port.name.startsWith('panel ') && port.sender?.url?.startsWith(chrome.runtime.getURL(''))) {
    openPanel(port, Number(port.name.slice(6)));
  }
});

/** What popup, prompt and options page ask for. */
const commands = {
  answerMicrophone: ({ origin, answer }) => prompt.answer(origin, answer),
  setMicrophone: ({ origin, permission }) => settings.setMicrophone(origin, permission),
  probe: () => keeper.probe(),
  collectLogs: () => collectLogs(),
};

chrome.runtime.onMessage.addListener((message, sender, respond) => {
  // Content scripts have no commands; they share their process with the page.
  if (!sender.url?.startsWith(chrome.runtime.getURL('')) || !Object.hasOwn(commands, message?.command)) return false;
  Promise.resolve(commands[message.command](message)).then(
    (result) => respond(result ?? {}),
    (error) => respond({ error: error.message }),
  );
  return true;
});

function openPanel(port, tabId) {
  panels.set(port, tabId);
  const timer = setInterval(() => tellPanel(port, tabId), panelMilliseconds);
  port.onDisconnect.addListener(() => {
    clearInterval(timer);
    panels.delete(port);
    keeper.noteUse();
  });
  keeper.probe().then(() => tellPanel(port, tabId));
  tellPanel(port, tabId);
}

async function tellPanel(port, tabId) {
  await settings.ready;
  const tab = await chrome.tabs.get(tabId).catch(() => null);
  if (!tab || !panels.has(port)) return;
  const isRedirected = await chrome.tabs.sendMessage(tabId, 'isRedirected').catch(() => false);
  const status = (await keeper.link?.request('status').catch(() => null)) ?? null;
  if (!panels.has(port)) return;
  history.add(status, Date.now());
  port.postMessage(
    panelState({ tab, isRedirected: isRedirected === true, settings, keeper, sessions: [...sessions.values()], status, history }),
  );
}

/** What somebody who helps with a problem wants to see. Addresses and origins are in it, nothing that was said. */
async function collectLogs() {
  await settings.ready;
  const ask = async (method) => (keeper.link ? keeper.link.request(method).catch((error) => ({ error: error.message })) : null);
  return {
    collected: new Date().toISOString(),
    extension: chrome.runtime.getManifest().version,
    browser: navigator.userAgent,
    sites: settings.sites,
    host: keeper.hello ? { version: keeper.hello.host, engine: keeper.hello.engine, capabilities: keeper.hello.capabilities } : null,
    problem: keeper.problem,
    documents: [...sessions.values()].map(({ number, origin, connections }) => ({ number, origin, connections: [...connections] })),
    status: await ask('status'),
    log: (await ask('collectLog'))?.lines ?? [],
  };
}

// MARK: the host

function hostSaid(message) {
  if (message.document === 0) {
    if (message.event === 'devicesChanged') {
      names.clear();
      for (const session of sessions.values()) session.devicesChanged();
    } else if (message.event === 'channelStateChanged') {
      for (const session of sessions.values()) session.channelStateChanged(message.state);
    }
    return;
  }
  sessions.get(message.document)?.deliver(message);
}

async function hostChanged() {
  names.clear();
  await chrome.storage.session.set({ isHostThere: keeper.isThere });
  await updateRegistration();
  await showAllTabs();
}

async function namesFor(origin) {
  if (!names.has(origin)) {
    const made = deviceSecret(chrome.storage).then((secret) => DeviceNames.make(secret, origin, keeper.link?.devices ?? []));
    names.set(origin, made);
  }
  return names.get(origin);
}

// MARK: sites

async function updateRegistration() {
  await settings.ready;
  const { sites, requiredSites, excludedSites: excluded, hasPageAPI } = settings;
  await scripts.set(keeper.isThere ? sites : requiredSites, { excluded, hasPageAPI });
}

async function settingsChanged() {
  for (const session of [...sessions.values()]) {
    if (!settings.allows(session.origin)) {
      session.endsWithDocument();
      session.lose('This site was taken off the list of sites.');
      continue;
    }
    const now = settings.microphonePermission(session.origin);
    const before = lastPermissions.get(session.number);
    lastPermissions.set(session.number, now);
    if (now === before) continue;
    session.permissionChanged();
    if (now !== 'granted') session.microphoneRevoked();
  }
  if (!keeper.isThere && settings.sites.length > 0) await keeper.probe();
  await updateRegistration();
  await showAllTabs();
}

// MARK: tabs

/** Who closes a tab hangs up: its calls are kept for no other. */
chrome.tabs.onRemoved.addListener((tabId) => {
  icon.forget(tabId);
  for (const session of sessions.values()) {
    if (session.tab === tabId) session.endsWithDocument();
  }
  for (const token of kept.ofClosedTab(tabId)) {
    kept.remove(token);
    keeper.link?.request('endKept', { token }).catch(() => {});
  }
});

// MARK: the icon

chrome.tabs.onUpdated.addListener(async (tabId, change, tab) => {
  if (change.status !== 'loading') return;
  icon.forget(tabId);
  await settings.ready;
  const origin = originOf(tab.url);
  // The document that loads now is native; the next one need not be.
  if (origin && settings.allows(origin) && !keeper.isThere) await keeper.probe();
  await showTab(tabId);
});

async function showTab(tabId) {
  if (tabId === undefined) return;
  const own = [...sessions.values()].filter((session) => session.tab === tabId);
  const isKept = kept.isKeepingFor(tabId);
  calls.note(tabId, isKept || own.some((session) => session.isInCall));
  await settings.ready;
  const tab = await chrome.tabs.get(tabId).catch(() => null);
  if (!tab) return;
  const origin = originOf(tab.url);
  const state = iconState({
    isOnList: own.length > 0 || (origin !== null && settings.allows(origin)),
    isHostThere: keeper.isThere,
    isBusy: isKept || own.some((session) => session.isMicrophoneOpen || session.isInCall),
  });
  icon.show(tabId, state);
}

async function showAllTabs() {
  for (const tab of await chrome.tabs.query({})) await showTab(tab.id);
}

// MARK: starting

/** A browser that has just started, or an extension that has just come, looks whether there is a host. */
async function start() {
  await chrome.storage.local.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' });
  await settings.ready;
  const { isHostThere } = await chrome.storage.session.get('isHostThere');
  // Only asleep in between: what was true is true.
  if (isHostThere === true) {
    keeper.isKnown = true;
    return;
  }
  if (settings.sites.length > 0) await keeper.probe();
  else await updateRegistration();
}

// Having these listeners, the browser starts the worker when it starts, and when the extension comes.
chrome.runtime.onStartup.addListener(() => {});
chrome.runtime.onInstalled.addListener(() => {});
start();

function browserName() {
  const brands = navigator.userAgentData?.brands ?? [];
  const brand = brands.find(({ brand: name }) => !/Not.?A.?Brand|^Chromium$/.test(name)) ?? brands.find(({ brand: name }) => name === 'Chromium');
  return brand ? `${brand.brand} ${brand.version}` : navigator.userAgent;
}
