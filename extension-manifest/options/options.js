// The user's part of the list of sites; the administrator's is shown and cannot be changed.

import { Settings } from '../worker/settings.js';
import { SiteError, normalizeSite, usableSites } from '../worker/site-list.js';

/** @param {string} id */
const find = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const entry = /** @type {HTMLInputElement} */ (find('entry'));

const settings = new Settings(chrome.storage, show);

async function show() {
  await settings.ready;
  const managed = [...new Set([...settings.requiredSites, ...settings.managedSites])];
  const own = settings.userSites.filter((site) => !managed.includes(site));
  find('form').hidden = settings.hidesAdvanced;
  find('sites').replaceChildren(...managed.map((site) => row(site, null)), ...own.map((site) => row(site, settings.hidesAdvanced ? null : () => remove(site))));
  find('none').hidden = managed.length + own.length > 0;
  if (!settings.hidesAdvanced) await showProviders([...managed, ...own]);
  find('known').hidden = settings.hidesAdvanced;
}

/**
 * @param {string} site
 * @param {(() => void) | null} remove  `null` for the administrator's
 */
function row(site, remove) {
  const item = document.createElement('li');
  const name = document.createElement('code');
  name.textContent = site;
  const action = document.createElement(remove ? 'button' : 'span');
  action.textContent = remove ? 'Remove' : 'Set by your organization';
  if (remove) action.addEventListener('click', remove);
  else action.className = 'quiet';
  item.append(name, action);
  return item;
}

/** The softphones that we know of, and what they are called by: a click puts their sites on the list. */
async function showProviders(listed) {
  const providers = await (await fetch('../shared/providers.json')).json();
  const items = providers.map(({ name, client, sites, quirks }) => {
    const item = document.createElement('li');
    const words = document.createElement('div');
    for (const [className, text] of [['name', name], ['quiet', client], ...quirks.map((quirk) => ['quiet', quirk])]) {
      const line = document.createElement('div');
      line.className = className;
      line.textContent = text;
      words.append(line);
    }
    item.append(words);
    const missing = sites.filter((site) => !listed.includes(site));
    if (missing.length > 0) {
      const add = document.createElement('button');
      add.textContent = 'Add';
      add.title = missing.join(', ');
      add.addEventListener('click', () => change((own) => [...new Set([...own, ...missing])]));
      item.append(add);
    }
    return item;
  });
  find('providers').replaceChildren(...items);
}

async function change(edit) {
  const { sites } = await chrome.storage.local.get('sites');
  // The list is shown again when the storage tells of the change.
  await chrome.storage.local.set({ sites: edit(usableSites(sites)) });
}

const remove = (site) => change((sites) => sites.filter((other) => other !== site));

find('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  find('problem').textContent = '';
  try {
    const site = normalizeSite(entry.value);
    await change((sites) => [...new Set([...sites, site])]);
    entry.value = '';
  } catch (error) {
    if (!(error instanceof SiteError)) throw error;
    find('problem').textContent = error.message;
  }
  entry.focus();
});

show();
