import assert from 'node:assert/strict';
import test from 'node:test';
import { facade } from './support/extension-files.mjs';
import { openGraph } from './support/graph.mjs';

const { AudioRoutes, AnalyserData, StandInSignal } = facade;

const rms = (samples) => Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);

test('the stand-in is as loud as it is told, and glides', () => {
  const signal = new StandInSignal(48000);
  const block = new Float32Array(48000);
  signal.fill(block, 0.1);
  signal.fill(block, 0.1);
  assert.ok(Math.abs(rms(block) / 0.1 - 1) < 0.15, `${rms(block)}`);
  signal.fill(block, 0);
  signal.fill(block, 0);
  assert.equal(rms(block), 0);
});

test('a meter that averages over the spectrum shows of the stand-in what it shows of speech', () => {
  const data = new AnalyserData(48000);
  const silence = new Float32Array(32);
  const volumes = [];
  for (let turn = 0; turn < 400; turn += 1) {
    data.advance(turn / 20, 0.07, 32);
    // Twilio's meter: bytes between −100 and −30 dB, averaged.
    const bytes = data.magnitudes(silence, 0.3).map((magnitude) => Math.max(0, Math.min(255, (255 / 70) * (20 * Math.log10(magnitude) + 100))));
    volumes.push(bytes.reduce((sum, value) => sum + value, 0) / bytes.length / 255);
  }
  const volume = volumes.reduce((sum, value) => sum + value, 0) / volumes.length;
  // Speech of −23 dB (the tests' own) has 0.22 in the middle and 0.27 in its loudest tenth.
  assert.ok(volume > 0.17 && volume < 0.3, `${volume}`);
});

test('a tone in the page’s own sound stands at its frequency, as loud as the standard says', () => {
  const data = new AnalyserData(48000);
  data.advance(0, 0, 2048);
  const tone = Float32Array.from({ length: 2048 }, (_, index) => Math.sin((2 * Math.PI * 64 * index) / 2048));
  const magnitudes = data.magnitudes(tone, 0);
  // Half of the amplitude goes to the negative frequency; the window passes 0.42 of it.
  assert.ok(Math.abs(magnitudes[64] - 0.21) < 0.001, `${magnitudes[64]}`);
  assert.ok(magnitudes[80] < 1e-4);
});

test('gains of several ways add up, and a ring ends', () => {
  const routes = new AudioRoutes();
  const [source, half, other, end] = ['source', 'half', 'other', 'end'].map((name) => ({ name }));
  routes.connect(source, half);
  routes.connect(source, other);
  routes.connect(half, end);
  routes.connect(other, end);
  routes.connect(end, half);
  const gainOf = (node) => (node === half ? 0.5 : 1);
  assert.ok(Math.abs(routes.gainsFrom(source, gainOf).get(end) - 1.5) < 1e-9);
  routes.disconnect(source, other);
  assert.equal(routes.gainsFrom(source, gainOf).get(end), 0.5);
  routes.disconnect(source);
  assert.equal(routes.gainsFrom(source, gainOf).size, 0);
});

test('an analyser moves with the microphone, and rests in silence', async () => {
  const { context, sourceOf, microphone, say, clock, sent } = openGraph();
  const analyser = context.createAnalyser();
  sourceOf(microphone).connect(analyser);
  const bytes = new Uint8Array(analyser.frequencyBinCount);
  const waves = new Float32Array(analyser.fftSize);
  analyser.getByteFrequencyData(bytes);
  assert.deepEqual(sent.filter(({ method }) => method === 'watch'), [{ method: 'watch', levels: 40, levelsAtOnce: 10 }]);
  const read = (level) => {
    say({ 1: level });
    for (let turn = 0; turn < 20; turn += 1) {
      clock.now += 50;
      analyser.getByteFrequencyData(bytes);
      analyser.getFloatTimeDomainData(waves);
    }
    return { loudness: rms(waves), sum: bytes.reduce((sum, value) => sum + value, 0) };
  };
  assert.deepEqual(read(0), { loudness: 0, sum: 0 });
  const quiet = read(0.01);
  const loud = read(0.2);
  assert.ok(loud.loudness > 10 * quiet.loudness && quiet.loudness > 0.003);
  assert.ok(loud.sum > quiet.sum);
  microphone.enabled = false;
  assert.equal(read(0.2).loudness, 0);
});

test('an analyser smaller than a render quantum moves as well: Twilio’s has 32 samples', () => {
  const { context, sourceOf, microphone, say, clock } = openGraph();
  const source = sourceOf(microphone);
  for (const fftSize of [32, 64, 128]) {
    const analyser = context.createAnalyser();
    Object.assign(analyser, { fftSize, smoothingTimeConstant: 0.3 });
    source.connect(analyser);
    const bytes = new Uint8Array(analyser.frequencyBinCount);
    analyser.getByteFrequencyData(bytes);
    say({ 1: 0.1 });
    let most = 0;
    for (let turn = 0; turn < 20; turn += 1) {
      clock.now += 50;
      analyser.getByteFrequencyData(bytes);
      most = Math.max(most, ...bytes);
    }
    assert.ok(most > 100, `${fftSize}: ${most}`);
  }
});

test('the levels of a report take their turns', () => {
  const { context, sourceOf, microphone, say, clock } = openGraph();
  const analyser = context.createAnalyser();
  sourceOf(microphone).connect(analyser);
  const waves = new Float32Array(analyser.fftSize);
  analyser.getFloatTimeDomainData(waves);
  say({ 1: [0.3, 0.3, 0, 0, 0] });
  const heard = [];
  for (let turn = 0; turn < 5; turn += 1) {
    clock.now += 39;
    analyser.getFloatTimeDomainData(waves);
    heard.push(rms(waves) > 0.05);
    clock.now += 1;
  }
  assert.deepEqual(heard.slice(0, 2), [true, true]);
  assert.equal(heard.at(-1), false);
});

test('levels flow only while somebody looks', async () => {
  const { context, sourceOf, remote, say, clock, sent } = openGraph();
  const analyser = context.createAnalyser();
  sourceOf(remote).connect(context.createGain()).connect(analyser);
  assert.deepEqual(sent, []);
  const waves = new Float32Array(analyser.fftSize);
  analyser.getFloatTimeDomainData(waves);
  say({}, [{ connection: 7, transceiver: -1, level: 0.1 }]);
  clock.now += 100;
  analyser.getFloatTimeDomainData(waves);
  assert.ok(rms(waves) > 0.02);
  clock.now += 1000;
  clock.timers.pop()();
  assert.equal(sent.length, 1);
  clock.now += 2000;
  clock.timers.pop()();
  assert.deepEqual(sent.at(-1), { method: 'watch', levels: 0 });
});

test('what leads to the speakers is played by the engine, at the gain of the way there', async () => {
  const { context, sourceOf, remote, settle, playbacks, sent } = openGraph();
  const gain = context.createGain();
  const source = sourceOf(remote);
  source.connect(gain);
  gain.connect(context.destination);
  gain.gain.value = 0.25;
  await settle();
  const said = playbacks().at(-1);
  assert.deepEqual(said.sources, [{ connection: 7, transceiver: -1 }]);
  assert.deepEqual([said.playing, said.volume], [true, 0.25]);
  gain.gain.value = 0;
  await settle();
  assert.equal(playbacks().at(-1).volume, 0);
  gain.gain.value = 2.5;
  await settle();
  assert.deepEqual(playbacks().at(-1).sources, [{ connection: 7, transceiver: -1, gain: 2.5 }]);
  assert.equal(playbacks().at(-1).volume, 1);
  source.disconnect(gain);
  await settle();
  assert.deepEqual(sent.at(-1), { method: 'closePlayback', playback: said.playback });
});

test('a context that the page suspends is silent', async () => {
  const { context, sourceOf, remote, settle, playbacks } = openGraph();
  sourceOf(remote).connect(context.destination);
  await settle();
  await context.suspend();
  context.dispatchEvent(new Event('statechange'));
  await settle();
  assert.equal(playbacks().at(-1).playing, false);
});

test('a script node sees the stand-in, and nobody hears what it makes of it', async () => {
  const { context, sourceOf, microphone, settle, playbacks } = openGraph();
  const script = context.createScriptProcessor();
  script.connect(context.destination);
  const source = sourceOf(microphone);
  source.connect(script);
  await settle();
  assert.equal(script.connected.length, 1);
  const [mute] = script.connected;
  assert.notEqual(mute, context.destination);
  assert.equal(mute.gain.value, 0);
  assert.deepEqual(mute.connected, [context.destination]);
  assert.deepEqual(playbacks(), []);
});

test('an element that plays a graph’s destination plays what is led there', async () => {
  const { context, sourceOf, remote, settle, realm } = openGraph();
  const destination = context.createMediaStreamDestination();
  sourceOf(remote).connect(destination);
  await settle();
  const [track] = destination.stream.getAudioTracks();
  assert.deepEqual(realm.tracks.stateOf(track).sources, [{ connection: 7, transceiver: -1 }]);
});

test('such an element plays it at the gain of the way there', async () => {
  const { context, sourceOf, remote, settle, realm } = openGraph();
  const destination = context.createMediaStreamDestination();
  const gain = context.createGain();
  gain.gain.value = 0.5;
  sourceOf(remote).connect(gain).connect(destination);
  await settle();
  const [track] = destination.stream.getAudioTracks();
  assert.deepEqual(realm.tracks.stateOf(track).sources, [{ connection: 7, transceiver: -1, gain: 0.5 }]);
});
