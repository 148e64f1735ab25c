import assert from 'node:assert/strict';
import test from 'node:test';
import { SiteError, callRedirectionSites, isOnList, matchPatterns, normalizeSite, usableSites } from '../../extension-manifest/worker/site-list.js';
import { DeviceNames } from '../../extension-manifest/worker/device-names.js';
import './support/crypto.mjs';

test('a site has one way to be written', () => {
  assert.equal(normalizeSite(' HTTPS://Agent.Example.com/ '), 'https://agent.example.com');
  assert.equal(normalizeSite('https://agent.example.com:443'), 'https://agent.example.com');
  assert.equal(normalizeSite('http://127.0.0.1:8080'), 'http://127.0.0.1:8080');
  assert.equal(normalizeSite('http://127.0.0.1:*'), 'http://127.0.0.1:*');
  assert.equal(normalizeSite('https://*.example.com'), 'https://*.example.com');
  assert.equal(normalizeSite('http://[::1]:80'), 'http://[::1]');
});

test('what is no site is refused with a sentence', () => {
  for (const text of ['', 'agent.example.com', 'ftp://example.com', 'https://', 'https://*', 'https://a.*.com', 'https://example.com/path', '<all_urls>']) {
    assert.throws(() => normalizeSite(text), SiteError, text);
  }
  assert.deepEqual(usableSites(['https://a.example', 5, null, 'https://a.example/', 'nonsense']), ['https://a.example']);
  assert.deepEqual(usableSites('https://a.example'), []);
});

test('a match pattern has the port, because without one it would mean every port', () => {
  assert.deepEqual(matchPatterns('https://agent.example.com'), ['https://agent.example.com:443/*']);
  assert.deepEqual(matchPatterns('http://*.example.com:8080'), ['http://*.example.com:8080/*']);
  assert.deepEqual(matchPatterns('http://127.0.0.1:*'), ['http://127.0.0.1:*/*']);
});

test('sites are read as Microsoft’s policy has them', () => {
  assert.deepEqual(callRedirectionSites('agent.example.com; Example.org/softphone;;https://*.example.net/'), [
    'https://agent.example.com', 'https://example.org/softphone', 'https://*.example.net',
  ]);
  for (const entry of ['example.com/a/b', 'http://example.com', 'exa mple.com', 'a.*.com', 'example.com/a*', '<all_urls>', '/softphone', 'example.com?x']) {
    assert.deepEqual(callRedirectionSites(entry), [], entry);
  }
  for (const value of [undefined, null, 5, ['example.com']]) assert.deepEqual(callRedirectionSites(value), []);
  const folder = 'https://example.org:443/softphone';
  assert.deepEqual(matchPatterns('https://example.org/softphone'), [folder, `${folder}/*`, `${folder}?*`]);
  assert.ok(isOnList('https://example.org', ['https://example.org/softphone']));
});

test('an origin is on the list by scheme, host and port', () => {
  const on = (origin, ...sites) => isOnList(origin, sites);
  assert.ok(on('https://agent.example.com', 'https://agent.example.com'));
  assert.ok(on('https://a.b.example.com', 'https://*.example.com'));
  assert.ok(on('https://example.com', 'https://*.example.com'));
  assert.ok(on('http://127.0.0.1:5000', 'http://127.0.0.1:*'));
  assert.ok(!on('http://agent.example.com', 'https://agent.example.com'));
  assert.ok(!on('https://agent.example.com:8443', 'https://agent.example.com'));
  assert.ok(!on('https://badexample.com', 'https://*.example.com'));
  assert.ok(!on('null', 'https://*.example.com'));
});

test('two origins see one device under two ids, one origin always under the same', async () => {
  const devices = [{ deviceId: 'hw:0', kind: 'audioinput', label: 'Mic', groupId: 'g', isDefault: true }];
  const names = (origin) => DeviceNames.make('secret', origin, devices);
  const id = (made) => made.list(true)[1].deviceId;
  const [one, again, other] = await Promise.all(['https://a.example', 'https://a.example', 'https://b.example'].map(names));
  assert.equal(id(one), id(again));
  assert.notEqual(id(one), id(other));
  assert.equal(one.hostID('audioinput', id(one)), 'hw:0');
  assert.equal(one.hostID('audioinput', id(other)), undefined);
  assert.equal(one.hostID('audiooutput', id(one)), undefined);
  assert.equal(one.hostID('audioinput', 'default'), null);
});
