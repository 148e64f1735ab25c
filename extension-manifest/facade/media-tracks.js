'use strict';
// Tracks whose sound is on the agent's device. To the page they are genuine `MediaStreamTrack`s, because streams, events, elements
// and WebAudio look at what an object is made of and take no imitation.
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /** What stands behind a stand-in: the truth of the members that we answer. */
  class TrackState {
    /** The engine's name for a local track; `null` for a receiver's. */
    handle = null;
    /** The receiver it belongs to; `null` for a local track. @type {InstanceType<typeof facade.TransceiverRecord> | null} */
    source = null;
    /** What an audio graph leads into it, as the engine calls it; `null` where it comes from no graph. @type {object[] | null} */
    mixed = null;
    /** Set where a description has named the track; else the browser's own id stands. @type {string | null} */
    id = null;
    label = '';
    isEnabled = true;
    isMuted = false;
    isEnded = false;
    settings = {};
    capabilities = {};
    constraints = {};
    /** The browser's own track goes on behind it, with the page's own sound. */
    isAdopted = false;

    /**
     * @param {MediaStreamTrack} track
     * @param {number} epoch  of the link when it was made
     */
    constructor(track, epoch) {
      this.track = track;
      this.epoch = epoch;
    }

    get isLocal() {
      return this.handle !== null;
    }

    /** What an engine of now calls the sound that it carries. @returns {object[]} */
    get sources() {
      if (this.mixed) return this.mixed;
      if (this.isLocal) return [{ track: this.handle }];
      return this.source ? [{ connection: this.source.connection.handle, transceiver: this.source.handle }] : [];
    }
  }

  /** What Chromium says of a receiver's track. */
  function remoteFigures(kind, deviceId) {
    const off = [false];
    return kind === 'audio'
      ? {
          settings: { deviceId, sampleSize: 16 },
          capabilities: {
            autoGainControl: off,
            deviceId,
            echoCancellation: off,
            noiseSuppression: off,
            sampleSize: { max: 16, min: 16 },
            voiceIsolation: off,
          },
        }
      : {
          settings: { deviceId, resizeMode: 'none' },
          capabilities: { deviceId, facingMode: [], resizeMode: ['none', 'crop-and-scale'] },
        };
  }

  class MediaTracks {
    #window;
    #webidl;
    #link;
    /** @type {WeakMap<MediaStreamTrack, TrackState>} */
    #states = new WeakMap();
    /** Local tracks that are live: while there is one, the page is capturing. @type {Set<TrackState>} */
    #capturing = new Set();
    /** @type {Set<(track: MediaStreamTrack) => void>} */
    #whenChanged = new Set();
    #whenCloned = (_track, _clone) => {};
    #silence = null;
    #nativeDestination;
    #nativeStop;
    #nativeEnabled;

    constructor({ window, webidl, link }) {
      this.#window = window;
      this.#webidl = webidl;
      this.#link = link;
      this.#nativeStop = window.MediaStreamTrack.prototype.stop;
      this.#nativeEnabled = Object.getOwnPropertyDescriptor(window.MediaStreamTrack.prototype, 'enabled');
      this.#nativeDestination = window.AudioContext?.prototype.createMediaStreamDestination;
      this.#patch();
      link.whenLost(() => {
        for (const state of [...this.#capturing]) this.end(state.track);
      });
    }

    /** @returns {TrackState | undefined} `undefined` for tracks of the browser's own */
    stateOf(track) {
      return this.#states.get(track);
    }

    get isCapturing() {
      return this.#capturing.size > 0;
    }

    /** @param {(track: MediaStreamTrack) => void} callback  a track was enabled, disabled or has ended */
    whenChanged(callback) {
      this.#whenChanged.add(callback);
    }

    /** @param {(track: MediaStreamTrack, clone: MediaStreamTrack) => void} callback  a track with sound of the browser's own was cloned */
    whenCloned(callback) {
      this.#whenCloned = callback;
    }

    /** A microphone's track, as the engine has opened it. */
    makeLocal(handle, { label, settings, capabilities, constraints }) {
      const state = this.#make('audio');
      Object.assign(state, { handle, label, settings, capabilities, constraints });
      this.#capturing.add(state);
      this.#link.receive(`track ${handle}`, ({ event, muted }) => {
        if (event === 'trackEnded') this.end(state.track);
        else if (event === 'trackMuted') this.setMuted(state.track, muted);
      });
      return state.track;
    }

    /** A receiver's track: muted until media comes (webrtc-pc §5.3). */
    makeRemote(kind, source, id = null) {
      const state = this.#make(kind);
      Object.assign(state, { source, id, label: `remote ${kind}`, isMuted: true });
      Object.assign(state, remoteFigures(kind, state.track.id));
      return state.track;
    }

    /** A track of the browser's own that an audio graph has led redirected sound into: silent until it is fed. */
    adopt(track) {
      const state = new TrackState(track, this.#link.epoch);
      const { label, enabled: isEnabled, readyState } = track;
      const [settings, capabilities, constraints] = [track.getSettings(), track.getCapabilities?.() ?? {}, track.getConstraints()];
      Object.assign(state, { label, isEnabled, settings, capabilities, constraints, mixed: [], isAdopted: true, isEnded: readyState === 'ended' });
      this.#states.set(track, state);
      return state;
    }

    /** What an adopted track carries is another. */
    changed(track) {
      this.#changed(track);
    }

    setMuted(track, isMuted) {
      const state = this.#states.get(track);
      if (!state || state.isEnded || state.isMuted === isMuted) return;
      state.isMuted = isMuted;
      this.#webidl.fire(track, isMuted ? 'mute' : 'unmute');
    }

    /** Its source is gone: `ended` fires, as opposed to `stop()`. */
    end(track) {
      if (this.#finish(this.#states.get(track))) this.#webidl.fire(track, 'ended');
    }

    // MARK: parts

    #make(kind) {
      const state = new TrackState(this.#genuineTrack(kind), this.#link.epoch);
      this.#states.set(state.track, state);
      return state;
    }

    /**
     * A real track that never carries anything: of a generator that nobody writes into. It costs nothing, no sink is ever
     * opened for it, and elements treat it as they treat a peer connection's.
     */
    #genuineTrack(kind) {
      const { MediaStreamTrackGenerator, MediaStreamTrack, AudioContext, document } = this.#window;
      if (MediaStreamTrackGenerator) {
        return Object.setPrototypeOf(new MediaStreamTrackGenerator({ kind }), MediaStreamTrack.prototype);
      }
      if (kind === 'video') return document.createElement('canvas').captureStream(0).getVideoTracks()[0];
      this.#silence ??= new AudioContext();
      this.#silence.suspend();
      return Reflect.apply(this.#nativeDestination, this.#silence, []).stream.getAudioTracks()[0];
    }

    #finish(state) {
      if (!state || state.isEnded) return false;
      state.isEnded = true;
      this.#capturing.delete(state);
      if (state.isLocal) this.#link.forget(`track ${state.handle}`);
      Reflect.apply(this.#nativeStop, state.track, []);
      this.#changed(state.track);
      return true;
    }

    #changed(track) {
      for (const callback of this.#whenChanged) callback(track);
    }

    #isKnownToEngine(state) {
      return state.isLocal && state.epoch === this.#link.epoch;
    }

    #setEnabled(state, isEnabled) {
      if (state.isEnabled === isEnabled) return;
      state.isEnabled = isEnabled;
      if (state.isAdopted) Reflect.apply(this.#nativeEnabled.set, state.track, [isEnabled]);
      if (this.#isKnownToEngine(state)) this.#link.post('setTrack', { track: state.handle, enabled: isEnabled });
      this.#changed(state.track);
    }

    #stop(state) {
      if (this.#finish(state) && this.#isKnownToEngine(state)) this.#link.post('stopTrack', { track: state.handle });
    }

    // mediacapture-main §4.3.3 `clone`: the same source under a new id, with the settings of now.
    #clone(state) {
      const copy = this.#make(state.track.kind);
      const { source, label, isEnabled, isMuted, settings, capabilities, constraints } = state;
      Object.assign(copy, { source, label, isEnabled, isMuted, settings, capabilities, constraints });
      if (source) source.clones.add(copy.track);
      if (state.isEnded) {
        this.#finish(copy);
      } else if (state.isLocal) {
        const handle = this.#link.mintHandle();
        this.#link.post('cloneTrack', { track: handle, from: state.handle });
        if (!isEnabled) this.#link.post('setTrack', { track: handle, enabled: false });
        copy.handle = handle;
        this.#capturing.add(copy);
        this.#link.receive(`track ${handle}`, ({ event, muted }) => {
          if (event === 'trackEnded') this.end(copy.track);
          else if (event === 'trackMuted') this.setMuted(copy.track, muted);
        });
      }
      return copy.track;
    }

    #patch() {
      const { prototype } = this.#window.MediaStreamTrack;
      const states = this.#states;
      const getter = (name, read) =>
        this.#webidl.override(prototype, name, (native) => ({
          get() {
            const state = states.get(this);
            return state ? read(state, native.get) : Reflect.apply(native.get, this, []);
          },
        }));
      const method = (name, perform) =>
        this.#webidl.override(prototype, name, (native) => ({
          value: {
            method(...values) {
              const state = states.get(this);
              return state ? perform(state, values) : Reflect.apply(native.value, this, values);
            },
          }.method,
        }));

      getter('id', (state, native) => state.id ?? Reflect.apply(native, state.track, []));
      getter('label', (state) => state.label);
      getter('muted', (state) => state.isMuted);
      getter('readyState', (state) => (state.isEnded ? 'ended' : 'live'));
      const setEnabled = (state, value) => this.#setEnabled(state, value);
      const clone = (state) => this.#clone(state);
      this.#webidl.override(prototype, 'enabled', (native) => ({
        get() {
          return states.get(this)?.isEnabled ?? Reflect.apply(native.get, this, []);
        },
        set(value) {
          const state = states.get(this);
          if (state) setEnabled(state, Boolean(value));
          else Reflect.apply(native.set, this, [value]);
        },
      }));
      method('stop', (state) => this.#stop(state));
      const cloned = (track, clone) => this.#whenCloned(track, clone);
      this.#webidl.override(prototype, 'clone', (native) => ({
        value: {
          method() {
            const state = states.get(this);
            if (state && !state.isAdopted) return clone(state);
            const copy = Reflect.apply(native.value, this, []);
            cloned(this, copy);
            return copy;
          },
        }.method,
      }));
      method('getSettings', (state) => ({ ...state.settings }));
      method('getCapabilities', (state) => structuredClone(state.capabilities));
      method('getConstraints', (state) => structuredClone(state.constraints));
      method('applyConstraints', async (state, [constraints]) => {
        // What is open stays as it was opened: constraints without `exact` and `min` may be missed (§6.2.1 “bare values”).
        state.constraints = structuredClone(constraints ?? {});
      });
    }
  }

  facade.MediaTracks = MediaTracks;
}
