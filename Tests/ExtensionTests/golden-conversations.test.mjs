// Whole conversations between a page and a host, through facade, relay and worker. The Swift tests read the same files.

import assert from 'node:assert/strict';
import test from 'node:test';
import { conversations } from './support/conversations.mjs';
import { FakeBrowser, origin, settle } from './support/fake-browser.mjs';
import { ScriptedHost, golden } from './support/scripted-host.mjs';

for (const [name, converse] of Object.entries(conversations)) {
  const { about, log: expected, frames } = golden(name);
  test(about, async () => {
    const browser = new FakeBrowser({
      makeHost: (port) => new ScriptedHost(port, frames),
      local: { sites: [origin], microphone: { [origin]: 'granted' }, deviceSecret: 'golden' },
    });
    await browser.start();
    const document = browser.openDocument();
    const log = [];
    await converse({ window: document.window, log });
    await settle();
    document.leave();
    await settle();
    const [host] = browser.hosts;
    assert.deepEqual(host.faults, []);
    assert.equal(host.left, 0);
    assert.deepEqual(log, expected);
  });
}
