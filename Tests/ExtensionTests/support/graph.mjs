// A page's audio graph.

import { facade } from './extension-files.mjs';
import { makeAudio } from './fake-audio.mjs';
import { makeWindow } from './fake-window.mjs';

/** A window with the facade's Web Audio, a link that keeps what is asked, and a clock that stands still. */
export function openGraph() {
  const window = makeWindow();
  Object.assign(window, makeAudio(window));
  const clock = { now: 0, timers: [] };
  window.performance = { now: () => clock.now };
  window.setTimeout = (callback) => clock.timers.push(callback);
  const receivers = new Map();
  const sent = [];
  const lost = [];
  const files = [];
  let lastHandle = 0;
  const link = {
    epoch: 0,
    mintHandle: () => (lastHandle += 1),
    post: (method, params) => sent.push({ method, ...params }),
    async request(method, params) {
      if (method !== 'loadSound') return {};
      files.push(params);
      return { sound: `hash ${files.length}` };
    },
    receive: (subject, receiver) => receivers.set(subject, receiver),
    forget: (subject) => receivers.delete(subject),
    whenLost: (callback) => lost.push(callback),
  };
  const webidl = new facade.WebIDL(window);
  const realm = { window, webidl, link };
  realm.tracks = new facade.MediaTracks(realm);
  realm.streams = new facade.MediaStreams(realm);
  realm.tasks = new facade.TaskQueue(window);
  realm.contexts = new facade.AudioContexts(realm);
  realm.soundFiles = new facade.SoundFiles(realm);
  realm.webAudio = new facade.WebAudioPatch(realm);
  const microphone = realm.tracks.makeLocal(link.mintHandle(), { label: 'm', settings: {}, capabilities: {}, constraints: {} });
  const remote = realm.tracks.makeRemote('audio', { connection: { handle: 7 }, handle: -1, clones: new Set() });
  const context = new window.AudioContext();
  const sourceOf = (track) => context.createMediaStreamSource(new window.MediaStream([track]));
  const asWhole = (level) => [].concat(level).map((each) => Math.round(each * 10000));
  const say = (tracks, receivers_ = []) =>
    receivers.get('levels')({
      event: 'levels',
      tracks: Object.fromEntries(Object.entries(tracks).map(([handle, level]) => [handle, asWhole(level)])),
      receivers: receivers_.map(({ level, ...whose }) => ({ ...whose, levels: asWhole(level) })),
    });
  const settle = async () => {
    for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
  };
  const mixes = () => sent.filter(({ method }) => method === 'setMix');
  /** The engine is gone, and with it what it knew. */
  const lose = () => {
    link.epoch += 1;
    for (const callback of lost) callback('gone');
  };
  /** A connection as far as graphs know it, and a sender of that track. */
  const sendOn = (track) => {
    const told = [];
    const connection = {
      isClosed: false,
      transceivers: [{ senderTrack: track }],
      sourceChanged: (changed) => told.push(changed),
    };
    realm.webAudio.followConnection(connection);
    realm.webAudio.willSend(track);
    return { connection, told };
  };
  const playbacks = () => sent.filter(({ method }) => method === 'setPlayback');
  return { window, realm, link, sent, clock, files, microphone, remote, context, sourceOf, say, settle, playbacks, mixes, lose, sendOn };
}
