import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';
import { contentScripts } from '../../extension-manifest/worker/content-scripts.js';
import { usableSites } from '../../extension-manifest/worker/site-list.js';
import { extensionURL } from './support/extension-files.mjs';

const manifest = JSON.parse(readFileSync(new URL('manifest.json', extensionURL), 'utf8'));

test('the key gives the id that hosts are installed for', () => {
  const digest = createHash('sha256').update(Buffer.from(manifest.key, 'base64')).digest('hex').slice(0, 32);
  const id = [...digest].map((digit) => String.fromCharCode(97 + parseInt(digit, 16))).join('');
  assert.equal(id, 'lfjlffnkloamllelijjifaehhgcjbiii');
});

test('every file that is named is there', () => {
  const pages = [manifest.action.default_popup, manifest.options_ui.page, manifest.background.service_worker, manifest.storage.managed_schema];
  const icons = [...Object.values(manifest.icons), ...Object.values(manifest.action.default_icon)];
  const states = ['ready', 'off', 'call', 'error'].flatMap((state) => [16, 32, 48].map((size) => `icons/${state}-${size}.png`));
  const scripts = contentScripts(['https://a.example']).flatMap(({ js }) => js);
  for (const path of [...pages, ...icons, ...states, ...scripts, 'prompt/prompt.html']) {
    assert.ok(existsSync(new URL(path, extensionURL)), path);
  }
});

test('every file of the facade is registered, the first and the last in their places', () => {
  const { js } = contentScripts(['https://a.example'])[1];
  const files = readdirSync(new URL('facade/', extensionURL)).map((name) => `facade/${name}`);
  assert.deepEqual([...js].sort(), files.sort());
  assert.deepEqual([js[0], js.at(-1)], ['facade/namespace.js', 'facade/install.js']);
});

test('no page of the extension runs code from elsewhere', () => {
  for (const page of ['popup/popup.html', 'options/options.html', 'prompt/prompt.html']) {
    assert.doesNotMatch(readFileSync(new URL(page, extensionURL), 'utf8'), /(src|href)="https?:|<script(?![^>]* src=)/);
  }
});

test('the known softphones have a name, a client and sites that the list takes', () => {
  const providers = JSON.parse(readFileSync(new URL('shared/providers.json', extensionURL), 'utf8'));
  for (const { name, client, sites, quirks } of providers) {
    assert.ok(name && client && quirks.length > 0, name);
    assert.deepEqual(usableSites(sites), sites, name);
  }
});
