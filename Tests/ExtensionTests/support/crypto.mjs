// The browser's HMAC without its threads: what a test waits for must not depend on how busy the machine is.

import { createHmac, randomFillSync } from 'node:crypto';

const subtle = {
  importKey: async (_format, bytes) => bytes,
  sign: async (_algorithm, key, bytes) => new Uint8Array(createHmac('sha256', key).update(bytes).digest()).buffer,
};

Object.defineProperty(globalThis, 'crypto', { value: { subtle, getRandomValues: randomFillSync }, configurable: true });
