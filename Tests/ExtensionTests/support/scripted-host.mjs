// The native side of a golden conversation: expects the frames that go to the host, and says those that come from it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/** @returns {{about: string, log: string[], frames: {to: 'host' | 'browser', frame: any}[]}} a file of golden/ */
export function golden(name) {
  return JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8'));
}

/** What a frame says, without how far its sender had heard: that is a matter of time. */
const content = ({ ack, ...frame }) => frame;

export class ScriptedHost {
  /** What went otherwise than written. @type {Error[]} */
  faults = [];
  #script;
  #next = 0;
  #port;

  constructor(port, script) {
    this.#port = port;
    this.#script = script;
    port.onMessage.addListener((frame) => this.#receive(frame));
    port.onDisconnect.addListener(() => {
      this.isOver = true;
    });
  }

  /** Frames that have not been exchanged. */
  get left() {
    return this.#script.length - this.#next;
  }

  die() {
    this.#port.disconnect();
  }

  #receive(frame) {
    const expected = this.#script[this.#next];
    try {
      assert.ok(expected, `after the end of the script: ${JSON.stringify(frame)}`);
      assert.equal(expected.to, 'host');
      assert.deepEqual(content(frame), content(expected.frame));
    } catch (error) {
      this.faults.push(error);
    }
    this.#next += 1;
    while (this.#script[this.#next]?.to === 'browser') {
      this.#port.postMessage(this.#script[this.#next].frame);
      this.#next += 1;
    }
  }
}

/** A host that answers by functions, for what no conversation is written down of. */
export class AnsweringHost {
  /** Requests it has had, without the envelope. @type {{document: number, method: string, params: any}[]} */
  requests = [];
  hello = {
    type: 'hello',
    protocol: 1,
    session: 's',
    resumeToken: 't',
    leaseMs: 0,
    resumed: false,
    received: 0,
    host: '0.1.0',
    engine: { version: '0.1.0', place: 'in-process' },
    capabilities: [],
    devices: [
      { deviceId: 'mic', kind: 'audioinput', label: 'Headset', groupId: 'g', isDefault: true },
      { deviceId: 'mic2', kind: 'audioinput', label: 'Desk', groupId: 'h', isDefault: false },
      { deviceId: 'out', kind: 'audiooutput', label: 'Headset', groupId: 'g', isDefault: true },
    ],
  };
  isOver = false;
  #port;
  #sent = 0;
  #answers;

  /** @param {Record<string, (params: any, request: any) => any>} answers  results; an `Error` refuses, `undefined` does not answer */
  constructor(port, answers = {}) {
    this.#port = port;
    this.#answers = {
      getUserMedia: () => ({ label: 'Headset', deviceId: 'mic', groupId: 'g', settings: { latency: 0.01 } }),
      createPeerConnection: () => ({ snapshot: emptySnapshot }),
      addTransceiver: () => ({ snapshot: undefined }),
      setTransceiver: () => ({ snapshot: undefined }),
      ...answers,
    };
    port.onMessage.addListener((frame) => this.#receive(frame));
    port.onDisconnect.addListener(() => {
      this.isOver = true;
    });
  }

  methods(document = 1) {
    return this.requests.filter((request) => request.document === document).map(({ method }) => method);
  }

  die() {
    this.#port.disconnect();
  }

  /** Says something unasked. */
  tell(frame) {
    this.say({ type: 'event', ...frame });
  }

  say(frame, seq = (this.#sent += 1)) {
    this.#port.postMessage({ seq, ack: 0, ...frame });
  }

  #receive(frame) {
    if (frame.type === 'hello') {
      const hello = this.#answers.hello ? this.#answers.hello(frame) : this.hello;
      if (hello) this.#port.postMessage(hello);
      return;
    }
    if (frame.type !== 'request') return;
    const { document, id, method, params } = frame;
    this.requests.push({ document, method, params });
    const result = this.#answers[method] ? this.#answers[method](params, frame) : {};
    if (result === undefined) return;
    if (result instanceof Error) {
      const { name, message, code = 2199 } = result;
      this.say({ type: 'reply', document, id, error: { code, name, message } });
    } else {
      this.say({ type: 'reply', document, id, result });
    }
  }
}

export const emptySnapshot = {
  signalingState: 'stable',
  iceGatheringState: 'new',
  iceConnectionState: 'new',
  connectionState: 'new',
  transceivers: [],
};
