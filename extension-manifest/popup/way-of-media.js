// Where a call's sound and packets are, and what crosses a remote desktop's channel in their place.

/** What messages are about, as the host counts them (docs/protocol.md, `status`), and what they are called. */
const kinds = { signalling: 'signalling', statistics: 'statistics', levels: 'levels', sounds: 'page sounds', data: 'data channels' };

/**
 * @typedef {{bytesToDevice: number, bytesToDesktop: number, losses: number,
 *   kinds?: Record<string, {bytesToDevice: number, bytesToDesktop: number}>}} Traffic  with all that the channel's frames add
 *
 * @param {{place: string, channel: Traffic | null}} way
 * @returns {[string, string]} a headline and a line below it
 */
export function wayOfMedia({ place, channel }) {
  if (place === 'in-process') return ['On this machine, outside of the browser', 'No packet and no sample of a call is in the browser.'];
  const headline = 'On your device, none in this desktop';
  if (!channel) return [headline, ''];
  const total = channel.bytesToDevice + channel.bytesToDesktop;
  const parts = Object.entries(channel.kinds ?? {})
    .map(([kind, bytes]) => [kinds[kind] ?? kind, bytes.bytesToDevice + bytes.bytesToDesktop])
    .filter(([, bytes]) => bytes > 0)
    .map(([name, bytes]) => `${name} ${amount(bytes)}`);
  const losses = channel.losses > 0 ? `lost and resumed ${channel.losses === 1 ? 'once' : `${channel.losses} times`}` : '';
  return [headline, [`${amount(total)} through the channel`, ...parts, losses].filter(Boolean).join(' · ')];
}

/** @param {number} bytes */
function amount(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
