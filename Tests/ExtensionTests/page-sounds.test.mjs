import assert from 'node:assert/strict';
import test from 'node:test';
import { runRelay } from './support/extension-files.mjs';
import { openPage, settle } from './support/page.mjs';

/** A page with an element that can play a file. */
async function openRing(address = 'https://agent.example.com/ring.mp3', duration = 2) {
  const page = await openPage({ answers: { provideSound: () => ({}), setPlayback: () => ({}) } });
  const ring = Object.assign(new page.window.HTMLAudioElement(), { currentSrc: address, duration });
  const volumes = [];
  ring.addEventListener('volumechange', () => volumes.push(ring.muted));
  return { page, ring };
}

const sound = (page) => page.sent('provideSound')[0]?.sound;

test('a ringtone is sent down and played there, and the page sees its element as it was', async () => {
  const { page, ring } = await openRing();
  ring.loop = true;
  await ring.play();
  await settle();
  // Both channels' mean: 1 and −0.5, with the least byte first.
  assert.deepEqual(page.sent('provideSound').map(({ data }) => data), [btoa('\xff\x7f\x01\xc0')]);
  assert.match(sound(page), /^[0-9a-f]{64}$/);
  const [{ playback, ...state }] = page.sent('setPlayback');
  assert.deepEqual(state, { sources: [{ sound: sound(page), loops: true, position: 0 }], playing: true, volume: 1, muted: false, sinkId: '' });
  assert.equal(ring.muted, false);
  ring.volume = 0.5;
  ring.dispatchEvent(new Event('volumechange'));
  await settle();
  assert.deepEqual(page.sent('setPlayback').at(-1).sources, [{ sound: sound(page), loops: true }], 'it goes on');
  ring.muted = true;
  await settle();
  assert.equal(page.sent('setPlayback').at(-1).muted, true);
  ring.pause();
  await settle();
  assert.deepEqual(page.sent('closePlayback'), [{ playback }]);
  assert.equal(ring.muted, true);
});

test('a file goes down once, and another place in it is asked for when the page seeks', async () => {
  const { page, ring } = await openRing();
  await ring.play();
  await settle();
  ring.currentTime = 1.5;
  await settle();
  assert.equal(page.sent('setPlayback').at(-1).sources[0].position, 1.5);
  const other = page.browser.openDocument().window;
  const again = Object.assign(new other.HTMLAudioElement(), { currentSrc: ring.currentSrc, duration: 2 });
  await again.play();
  await settle();
  assert.equal(page.sent('provideSound').length, 1);
  assert.equal(page.host.requests.at(-1).method, 'setPlayback');
});

for (const [name, address, duration] of [
  ['that cannot be had', 'https://other.example/missing.mp3', 2],
  ['that is long', 'https://agent.example.com/music.mp3', 600],
  ['without an end', 'https://agent.example.com/radio', Infinity],
]) {
  test(`a file ${name} stays in the browser`, async () => {
    const { page, ring } = await openRing(address, duration);
    await ring.play();
    await settle();
    assert.deepEqual(page.host.requests.filter(({ method }) => /Sound|Playback/.test(method)), []);
    assert.equal(ring.paused, false);
  });
}

test('what the page has decoded is brought to one channel, and to 48 kHz where it has another rate', async () => {
  const rendered = [];
  class AudioBuffer {
    constructor(init) {
      Object.assign(this, init, { duration: init.length / init.sampleRate, channels: [] });
    }
    copyToChannel(samples, index) {
      this.channels[index] = samples;
    }
  }
  class OfflineAudioContext {
    constructor(...format) {
      rendered.push({ format });
    }
    async startRendering() {
      return { getChannelData: () => Float32Array.of(0.5) };
    }
  }
  class AudioBufferSourceNode {
    constructor(_context, { buffer }) {
      rendered.at(-1).channels = buffer.channels;
    }
    connect() {}
    start() {}
  }
  // A frame without an origin of its own has the loader, and no relay.
  const world = { self: { origin: 'null' }, btoa, Uint8Array, AudioBuffer, OfflineAudioContext, AudioBufferSourceNode };
  runRelay(world);
  const channels = [Float32Array.of(1, 1), Float32Array.of(1, -2)];
  assert.equal(await world.nearendLoadSound({ channels, sampleRate: 48000 }), btoa('\xff\x7f\x01\xc0'));
  assert.deepEqual(rendered, []);
  assert.equal(await world.nearendLoadSound({ channels, sampleRate: 16000 }), btoa('\x00\x40'));
  assert.deepEqual(rendered, [{ format: [1, 6, 48000], channels }]);
});

test('when the engine is lost the browser plays on', async () => {
  const { page, ring } = await openRing();
  const native = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(page.window.HTMLAudioElement.prototype), 'muted');
  await ring.play();
  await settle();
  page.host.die();
  await settle();
  assert.equal(native.get.call(ring), false);
  assert.equal(ring.paused, false);
});
