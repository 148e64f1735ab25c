// The browser's HMAC and hashes without its threads: what a test waits for must not depend on how busy the machine is.

import { createHash, createHmac, randomFillSync } from 'node:crypto';

const subtle = {
  digest: async (_algorithm, bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()).buffer,
  importKey: async (_format, bytes) => bytes,
  sign: async (_algorithm, key, bytes) => new Uint8Array(createHmac('sha256', key).update(bytes).digest()).buffer,
};

Object.defineProperty(globalThis, 'crypto', { value: { subtle, getRandomValues: randomFillSync }, configurable: true });
