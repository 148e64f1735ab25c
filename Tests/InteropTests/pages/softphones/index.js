// Loads the page that calls as the client of the query's `client` does. Knows nothing of Nearend.

import { line } from './line.js';

const { client } = Object.fromEntries(new URLSearchParams(location.search));
const { default: Phone } = await import(`./${client}.js`);

/** What the tests drive: start, call, answer (when it rings), dtmf, mute, hold, unhold, hangUp. */
globalThis.phone = new Phone(line);
await line.opened;
await phone.start?.();
await line.register();
