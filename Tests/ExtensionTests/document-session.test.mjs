import assert from 'node:assert/strict';
import test from 'node:test';
import { DocumentSession } from '../../extension-manifest/worker/document-session.js';

/** A session whose host does what it is asked. */
async function openSession() {
  const origin = 'https://agent.example.com';
  let receive;
  const port = {
    sender: { origin },
    onMessage: { addListener: (listener) => (receive = listener) },
    onDisconnect: { addListener() {} },
    postMessage() {},
    disconnect() {},
  };
  const host = { hello: {}, isReachable: true, sounds: new Set(), send: (_document, id) => id && session.deliver({ type: 'reply', id, result: {} }) };
  const session = new DocumentSession(1, port, {
    settings: { ready: Promise.resolve(), allows: () => true, microphonePermission: () => 'granted' },
    extensionVersion: '1',
    host: async () => host,
    deviceNames: async () => ({ hostID: () => null, names: () => ({}), isInGroup: () => true }),
    onActivity() {},
    onEnd() {},
  });
  let lastID = 0;
  const ask = async (method, params) => {
    receive({ id: (lastID += 1), method, params });
    for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
  };
  receive({ frame: { isSecure: true, mayUseMicrophone: true } });
  return { session, ask };
}

test('a clone keeps the microphone open, a mix and its clones do not', async () => {
  const { session, ask } = await openSession();
  const none = { exact: [], ideal: [] };
  await ask('setMix', { track: 1, inputs: [] });
  await ask('cloneTrack', { track: 2, from: 1 });
  assert.equal(session.isMicrophoneOpen, false);
  await ask('getUserMedia', { track: 3, constraints: { deviceId: none, groupId: none } });
  await ask('cloneTrack', { track: 4, from: 3 });
  await ask('stopTrack', { track: 3 });
  assert.equal(session.isMicrophoneOpen, true);
  await ask('stopTrack', { track: 4 });
  assert.equal(session.isMicrophoneOpen, false);
});
