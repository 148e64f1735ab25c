// A browser with our extension: the real relay and the real worker, with a `chrome` that is a scripted host at its far end.

import assert from 'node:assert/strict';
import './crypto.mjs';
import { extensionURL, facade, runRelay } from './extension-files.mjs';
import { FakeMessageChannel, makeWindow, restartNumbers } from './fake-window.mjs';

Object.defineProperty(globalThis, 'navigator', {
  value: { userAgentData: { brands: [{ brand: 'Not?A_Brand', version: '8' }, { brand: 'Chromium', version: '156' }] } },
  configurable: true,
});

/** What the relay reads sounds with: every file is two samples, but for those that are missing. */
const soundTools = {
  btoa,
  fetch: async (address) => ({ ok: !address.includes('missing'), status: 404, arrayBuffer: async () => new ArrayBuffer(8) }),
  OfflineAudioContext: class {
    async decodeAudioData() {
      return { duration: 2 / 48_000, numberOfChannels: 2, getChannelData: (channel) => Float32Array.of(1, channel === 0 ? 0 : -1) };
    }
  },
};

/** Lets everything happen that needs no clock. */
export async function settle(rounds = 60) {
  for (let round = 0; round < rounds; round += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A clock that stands still until a test moves it. */
class Clock {
  now = 0;
  #timers = new Map();
  #last = 0;

  install() {
    globalThis.setTimeout = (callback, delay = 0) => this.#add(callback, delay, 0);
    globalThis.setInterval = (callback, delay) => this.#add(callback, delay, delay);
    globalThis.clearTimeout = globalThis.clearInterval = (number) => this.#timers.delete(number);
    Date.now = () => 1_000_000 + this.now;
  }

  #add(callback, delay, period) {
    this.#last += 1;
    this.#timers.set(this.#last, { callback, due: this.now + delay, period });
    return this.#last;
  }

  async advance(milliseconds) {
    const end = this.now + milliseconds;
    for (;;) {
      const next = [...this.#timers].filter(([, { due }]) => due <= end).sort(([, a], [, b]) => a.due - b.due)[0];
      if (!next) break;
      const [number, timer] = next;
      this.now = timer.due;
      if (timer.period) timer.due += timer.period;
      else this.#timers.delete(number);
      timer.callback();
      await settle();
    }
    this.now = end;
  }
}

class Signal {
  #listeners = new Set();
  addListener(listener) {
    this.#listeners.add(listener);
  }
  fire(...values) {
    return [...this.#listeners].map((listener) => listener(...values));
  }
}

/** Two ends of a runtime port. */
function portPair(name, sender) {
  const make = () => ({ name, onMessage: new Signal(), onDisconnect: new Signal(), isOpen: true });
  const [one, other] = [make(), make()];
  const connect = (near, far) => {
    near.postMessage = (message) => {
      assert.ok(near.isOpen, 'a port that is closed takes no message');
      const copy = JSON.parse(JSON.stringify(message));
      setImmediate(() => far.isOpen && far.onMessage.fire(copy, far));
    };
    near.disconnect = () => {
      if (!near.isOpen) return;
      near.isOpen = false;
      setImmediate(() => {
        if (!far.isOpen) return;
        far.isOpen = false;
        far.onDisconnect.fire(far);
      });
    };
  };
  connect(one, other);
  connect(other, one);
  other.sender = sender;
  return [one, other];
}

class StorageArea {
  values;
  constructor(name, onChanged, values = {}) {
    this.values = values;
    this.name = name;
    this.onChanged = onChanged;
  }
  async get(keys) {
    const wanted = keys === undefined ? Object.keys(this.values) : [keys].flat();
    return structuredClone(Object.fromEntries(wanted.filter((key) => key in this.values).map((key) => [key, this.values[key]])));
  }
  async set(values) {
    Object.assign(this.values, structuredClone(values));
    setImmediate(() => this.onChanged.fire({}, this.name));
  }
  async setAccessLevel() {}
}

export const origin = 'https://agent.example.com';
const extensionOrigin = 'chrome-extension://lfjlffnkloamllelijjifaehhgcjbiii/';

export class FakeBrowser {
  clock = new Clock();
  /** Hosts started so far. */
  hosts = [];
  windowsOpened = [];
  titles = new Map();
  /** The states of which icons were painted. @type {string[]} */
  iconsPainted = [];
  registered = [];
  tabs = [{ id: 7, url: `${origin}/phone`, autoDiscardable: true }];
  reloads = 0;
  #makeHost;
  #storageChanged = new Signal();

  /**
   * @param {{makeHost: (port: any) => any, local?: object, managed?: object, session?: object}} options  `makeHost` gets the host's end of the native
   *   port; `null` instead: no host is installed
   */
  constructor({ makeHost, local = {}, managed = {}, session = {} }) {
    this.#makeHost = makeHost;
    restartNumbers();
    this.clock.install();
    this.local = new StorageArea('local', this.#storageChanged, local);
    this.managed = new StorageArea('managed', this.#storageChanged, managed);
    this.session = new StorageArea('session', this.#storageChanged, session);
    this.chrome = this.#makeChrome();
    globalThis.chrome = this.chrome;
  }

  /** The title of a tab's icon, once it is painted. @param {number} tab */
  async shownTitle(tab) {
    await this.clock.advance(500);
    return this.titles.get(tab);
  }

  /** Starts the worker, and lets it do what it does on its own. */
  async start() {
    FakeBrowser.starts += 1;
    await import(new URL(`worker/main.js?start=${FakeBrowser.starts}`, extensionURL));
    await settle();
  }
  static starts = 0;

  /** From now on hosts are made like that. */
  set makeHost(make) {
    this.#makeHost = make;
  }

  /** What a page of the extension sends. */
  async command(message) {
    this.chrome.runtime.onMessage.fire(message, { url: `${extensionOrigin}popup/popup.html` }, () => {});
    await settle();
  }

  /** What the popup is told of a tab when it opens. */
  async panel(tab) {
    const heard = [];
    this.chrome.runtime.onConnect.fire({
      name: `panel ${tab}`,
      sender: { url: this.chrome.runtime.getURL('popup/popup.html') },
      postMessage: (state) => heard.push(state),
      onDisconnect: { addListener() {} },
    });
    await settle();
    return heard.at(-1);
  }

  /** Opens a document in whose frame the registered scripts run. */
  openDocument({ documentOrigin = origin, isSecure = true, mayUseMicrophone = true, tab = this.tabs[0], path = '/phone' } = {}) {
    const window = makeWindow();
    const world = new EventTarget();
    let relayPort = null;
    const runtime = {
      lastError: undefined,
      onMessage: new Signal(),
      connect: ({ name }) => {
        const sender = { origin: documentOrigin, url: `${documentOrigin}${path}`, tab, frameId: 0, documentId: 'D1' };
        const [near, far] = portPair(name, sender);
        relayPort = near;
        this.chrome.runtime.onConnect.fire(far);
        return near;
      },
    };
    const relayWorld = {
      chrome: { runtime },
      document: { featurePolicy: { allowsFeature: () => mayUseMicrophone } },
      addEventListener: (...values) => world.addEventListener(...values),
    };
    relayWorld.self = { origin: documentOrigin, isSecureContext: isSecure };
    relayWorld.globalThis = relayWorld;
    Object.assign(relayWorld, soundTools);
    runRelay(relayWorld);
    const { port1, port2 } = new FakeMessageChannel();
    const handshake = new Event('com.nearend.facade', { cancelable: true });
    handshake.ports = [port2];
    const isNative = world.dispatchEvent(handshake);
    if (!isNative) facade.install(window, port1);
    return {
      window,
      isNative,
      leave: () => world.dispatchEvent(new Event('pagehide')),
      get port() {
        return relayPort;
      },
    };
  }

  #makeChrome() {
    const browser = this;
    const chrome = {
      runtime: {
        lastError: undefined,
        onConnect: new Signal(),
        onMessage: new Signal(),
        onStartup: new Signal(),
        onInstalled: new Signal(),
        onUpdateAvailable: new Signal(),
        reload: () => { this.reloads += 1; },
        getURL: (path) => `${extensionOrigin}${path}`,
        getManifest: () => ({ version: '0.1.0' }),
        connectNative(name) {
          assert.equal(name, 'com.nearend.host');
          const [near, far] = portPair(name);
          if (browser.#makeHost) {
            browser.hosts.push(browser.#makeHost(far));
          } else {
            setImmediate(() => {
              chrome.runtime.lastError = { message: 'Specified native messaging host not found.' };
              near.isOpen = false;
              near.onDisconnect.fire(near);
              chrome.runtime.lastError = undefined;
            });
          }
          return near;
        },
      },
      storage: { local: this.local, managed: this.managed, session: this.session, onChanged: this.#storageChanged },
      scripting: {
        getRegisteredContentScripts: async () => this.registered,
        unregisterContentScripts: async () => {
          this.registered = [];
        },
        registerContentScripts: async (scripts) => {
          this.registered = scripts;
        },
      },
      windows: {
        onRemoved: new Signal(),
        create: async ({ url }) => {
          this.windowsOpened.push(url);
          return { id: this.windowsOpened.length };
        },
        remove: async () => {},
      },
      tabs: {
        onUpdated: new Signal(),
        onRemoved: new Signal(),
        get: async (id) => this.tabs.find((tab) => tab.id === id),
        update: async (id, change) => Object.assign(this.tabs.find((tab) => tab.id === id), change),
        query: async () => this.tabs,
        sendMessage: async () => true,
      },
      action: {
        setIcon: async ({ path }) => {
          this.iconsPainted.push(/(\w+)-16\.png$/.exec(path[16])[1]);
        },
        setTitle: async ({ tabId, title }) => {
          this.titles.set(tabId, title);
        },
      },
    };
    return chrome;
  }
}
