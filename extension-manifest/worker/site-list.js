// The sites Nearend may act on, as people write them: `https://agent.example.com`, `https://*.example.com`, `http://127.0.0.1:*`; and as
// Microsoft's call redirection has them: `agent.example.com;example.com/softphone`, of which a normalized site keeps the folder.

/** A line that is no site, and why. */
export class SiteError extends Error {
  name = 'SiteError';
}

const form = /^(https?):\/\/(\*\.)?([^/:*\s]+|\[[0-9a-f:.]+\])(?::(\d{1,5}|\*))?\/?$/i;

/** A normalized site: the same, and perhaps a folder. */
const normalForm = /^(https?):\/\/(\*\.)?([^/:*\s]+|\[[0-9a-f:.]+\])(?::(\d{1,5}|\*))?(\/[^/*?#\s]+)?$/;

/** An entry of `AllowedCallRedirectionSites`: a host, and at most one folder. */
const redirectionForm = /^(?:https:\/\/)?((?:\*\.)?[^/:*?#\s]+)(\/[^/*?#\s]+)?\/?$/i;

/**
 * @param {string} text
 * @returns {string} its one way to be written
 */
export function normalizeSite(text) {
  const trimmed = text.trim();
  const found = form.exec(trimmed);
  if (!found) throw new SiteError(`“${trimmed}” is not a site. Write it like https://agent.example.com or https://*.example.com.`);
  const [, scheme, wildcard = '', host, port] = found;
  let parsed;
  try {
    parsed = new URL(`${scheme}://${host}`);
  } catch {
    throw new SiteError(`“${trimmed}” has a host name that cannot be.`);
  }
  const isDefaultPort = port === undefined || port === (parsed.protocol === 'https:' ? '443' : '80');
  return `${parsed.protocol}//${wildcard}${parsed.hostname}${isDefaultPort ? '' : `:${port}`}`;
}

/**
 * What of a list can be used.
 *
 * @param {unknown} list
 * @returns {string[]}
 */
export function usableSites(list) {
  if (!Array.isArray(list)) return [];
  const sites = list.flatMap((entry) => {
    try {
      return [normalizeSite(String(entry))];
    } catch {
      return [];
    }
  });
  return [...new Set(sites)];
}

/**
 * The sites of Microsoft's policy `AllowedCallRedirectionSites`: hosts, each with at most one folder, with semicolons between them.
 * What cannot be used is left out.
 *
 * @param {unknown} text
 * @returns {string[]} normalized
 */
export function callRedirectionSites(text) {
  if (typeof text !== 'string') return [];
  const sites = text.split(';').flatMap((entry) => {
    const [, host, folder = ''] = redirectionForm.exec(entry.trim()) ?? [];
    return host ? usableSites([`https://${host}`]).map((site) => site + folder) : [];
  });
  return [...new Set(sites)];
}

/** The origin of a normalized site with a folder; `null` where it has none. */
export function folderOrigin(site) {
  const folder = normalForm.exec(site)?.[5];
  return folder ? site.slice(0, -folder.length) : null;
}

/**
 * Match patterns of the browser for a site (a site without a port is meant on its usual port only).
 *
 * @param {string} site  normalized
 * @returns {string[]}
 */
export function matchPatterns(site) {
  const [, scheme, wildcard = '', host, port, folder = ''] = normalForm.exec(site) ?? [];
  const start = `${scheme}://${wildcard}${host}:${port ?? (scheme === 'https' ? 443 : 80)}${folder}`;
  return folder ? [start, `${start}/*`, `${start}?*`] : [`${start}/*`];
}

/**
 * Whether a site of the list is of that origin. A folder does not count here: what a document may do goes by its origin, and the
 * browser injects by the folder.
 *
 * @param {string} origin  of a document: `https://agent.example.com`
 * @param {string[]} sites  normalized
 */
export function isOnList(origin, sites) {
  let url;
  try {
    url = new URL(origin);
  } catch {
    return false;
  }
  return sites.some((site) => {
    const [, scheme, wildcard, host, port] = normalForm.exec(site) ?? [];
    if (url.protocol !== `${scheme}:`) return false;
    if (port !== '*' && url.port !== (port ?? '')) return false;
    return url.hostname === host || (wildcard !== undefined && url.hostname.endsWith(`.${host}`));
  });
}
