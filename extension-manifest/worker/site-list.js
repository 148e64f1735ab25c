// The sites Nearend may act on, as people write them: `https://agent.example.com`, `https://*.example.com`, `http://127.0.0.1:*`.

/** A line that is no site, and why. */
export class SiteError extends Error {
  name = 'SiteError';
}

const form = /^(https?):\/\/(\*\.)?([^/:*\s]+|\[[0-9a-f:.]+\])(?::(\d{1,5}|\*))?\/?$/i;

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
 * A match pattern of the browser for a site (a site without a port is meant on its usual port only).
 *
 * @param {string} site  normalized
 */
export function matchPattern(site) {
  const [, scheme, wildcard = '', host, port] = form.exec(site) ?? [];
  return `${scheme}://${wildcard}${host}:${port ?? (scheme === 'https' ? 443 : 80)}/*`;
}

/**
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
    const [, scheme, wildcard, host, port] = form.exec(site) ?? [];
    if (url.protocol !== `${scheme}:`) return false;
    if (port !== '*' && url.port !== (port ?? '')) return false;
    return url.hostname === host || (wildcard !== undefined && url.hostname.endsWith(`.${host}`));
  });
}
