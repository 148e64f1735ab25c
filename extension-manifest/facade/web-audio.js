'use strict';
// Web Audio on redirected sound. The page builds its graph of genuine nodes; the sources in it are silent, since their sound is on
// the agent's device. What the graph does with them is read off its connections, and done where the sound is.
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];
  const { AudioRoutes, AnalyserData, StandInSignal, LevelWatch, GraphPlayback, GraphMixes } = facade;

  /** Milliseconds between two looks at a gain that the page has told to glide. */
  const glideInterval = 40;
  /** Seconds of stand-in sound that nodes which look at samples hear over and over. */
  const loopLength = 2;
  /** The most that the engine makes anything louder. */
  const mostGain = 16;

  /** A source node whose stream is redirected. */
  class Source {
    /** @type {Map<object, InstanceType<typeof GraphPlayback>>} by destination node */
    playbacks = new Map();
    /** Stand-in sound, by the node that looks at it. @type {Map<object, {gain: GainNode, player: AudioBufferSourceNode}>} */
    standIns = new Map();

    constructor(node, track) {
      this.node = node;
      this.track = track;
    }
  }

  class WebAudioPatch {
    #realm;
    #window;
    #native;
    #routes = new AudioRoutes();
    #levels;
    /** @type {WeakMap<object, Source>} */
    #sourceOf = new WeakMap();
    /** @type {Set<WeakRef<Source>>} */
    #sources = new Set();
    /** Sources that are heard or looked at: they must not be collected. @type {Set<Source>} */
    #atWork = new Set();
    /** @type {WeakMap<object, InstanceType<typeof AnalyserData>>} */
    #analysers = new WeakMap();
    /** What arrives at an analyser, until the graph changes. @type {WeakMap<object, {track: MediaStreamTrack, gain: number}[]>} */
    #reaching = new WeakMap();
    /** What follows a node that looks at samples, so that nobody hears stand-in sound. @type {WeakMap<object, GainNode>} */
    #mutes = new WeakMap();
    /** What is led into calls. @type {InstanceType<typeof GraphMixes>} */
    #mixes;
    /** @type {WeakMap<object, string>} */
    #sinks = new WeakMap();
    /** Contexts that the page itself has suspended. @type {WeakSet<object>} */
    #suspended = new WeakSet();
    #watched = new WeakSet();
    #noise = new WeakMap();
    #isUpdateQueued = false;
    #glideEnds = 0;
    #isGliding = false;

    constructor(realm) {
      this.#realm = realm;
      this.#window = realm.window;
      if (!this.#window.AudioNode) return;
      this.#levels = new LevelWatch(realm);
      const { connect, disconnect } = this.#window.AudioNode.prototype;
      const { start } = this.#window.AudioBufferSourceNode?.prototype ?? {};
      this.#native = { connect, disconnect, start };
      this.#mixes = new GraphMixes(realm, {
        routes: this.#routes,
        gainToCall: this.#gainToCall,
        gainOfOwn: this.#gainToSpeakers,
        isRunning: (context) => this.#isRunning(context),
        sources: () => this.#each(),
        connections: () => this.connections(),
        update: () => this.#update(),
        updateSoon: () => this.#queueUpdate(),
      });
      this.#patchNodes();
      this.#patchSources();
      this.#patchAnalysers();
      this.#patchParams();
      this.#patchContexts();
      const update = () => this.#queueUpdate();
      realm.tracks.whenChanged(update);
      realm.streams.whenChanged(update);
      this.#levels.whenNew(() => this.#moveStandIns());
      realm.link.whenLost(() => {
        for (const source of this.#each()) {
          for (const playback of source.playbacks.values()) playback.forget();
          source.playbacks.clear();
        }
      });
    }

    *#each() {
      for (const reference of this.#sources) {
        const source = reference.deref();
        if (source) yield source;
        else this.#sources.delete(reference);
      }
    }

    // MARK: what the graph is made of

    #isA(node, name) {
      const Interface = this.#window[name];
      return Boolean(Interface) && node instanceof Interface;
    }

    #looksAtSamples(node) {
      return this.#isA(node, 'ScriptProcessorNode') || this.#isA(node, 'AudioWorkletNode');
    }

    /** To the speakers: what comes out of a node with a program of the page's is the page's, and stays there. */
    #gainToSpeakers = (node) => (this.#looksAtSamples(node) ? null : this.#gainOf(node));

    /** Into a call: better the agent's voice without what the page's program does to it than none. */
    #gainToCall = (node) => this.#gainOf(node);

    /** Filters and delays let sound through as it is: the engine has processing of its own. */
    #gainOf(node) {
      if (!this.#isA(node, 'GainNode')) return 1;
      const { value } = node.gain;
      return Number.isFinite(value) ? Math.abs(value) : 1;
    }

    #adopt(node, stream) {
      // Web Audio §1.24: the first audio track, by the order of their ids.
      const tracks = stream.getAudioTracks().sort((one, other) => (one.id < other.id ? -1 : 1));
      const track = tracks.find((candidate) => this.#realm.tracks.stateOf(candidate) || this.#mixes.adopt(candidate));
      if (!track) {
        this.#mixes.addOther(node);
        return;
      }
      const source = new Source(node, track);
      this.#sourceOf.set(node, source);
      this.#sources.add(new WeakRef(source));
      this.#reaching = new WeakMap();
      this.#follow(node.context);
      this.#realm.contexts.allowRest(node.context);
    }

    #follow(context) {
      if (this.#watched.has(context)) return;
      this.#watched.add(context);
      const { addEventListener } = this.#window.EventTarget.prototype;
      Reflect.apply(addEventListener, context, ['statechange', () => this.#queueUpdate()]);
    }

    // MARK: carrying out

    #queueUpdate() {
      this.#reaching = new WeakMap();
      if (this.#isUpdateQueued) return;
      this.#isUpdateQueued = true;
      this.#window.queueMicrotask(() => {
        this.#isUpdateQueued = false;
        this.#update();
      });
    }

    #update() {
      this.#reaching = new WeakMap();
      const sent = this.#mixes.update();
      for (const source of [...this.#each()]) {
        this.#play(source);
        this.#showSamples(source);
        const isAtWork = source.playbacks.size > 0 || source.standIns.size > 0 || sent.has(source.node);
        if (isAtWork) this.#atWork.add(source);
        else this.#atWork.delete(source);
      }
    }

    #isRunning(context) {
      if (context.state === 'running') return true;
      // A page that captures may start its context without a gesture; the browser does not know that this one captures.
      return context.state === 'suspended' && !this.#suspended.has(context) && this.#realm.tracks.isCapturing;
    }

    /** The engine's name for what a track carries; nothing while it is silent. */
    #soundOf(track) {
      const state = this.#realm.tracks.stateOf(track);
      if (!state || state.isEnded || !state.isEnabled || state.epoch !== this.#realm.link.epoch) return [];
      return state.sources;
    }

    #play(source) {
      const sources = this.#soundOf(source.track);
      const gains = new Map();
      if (sources.length > 0) {
        for (const [node, gain] of this.#routes.gainsFrom(source.node, this.#gainToSpeakers)) {
          if (this.#isA(node, 'AudioDestinationNode') && !this.#isA(node.context, 'OfflineAudioContext')) gains.set(node, gain);
        }
      }
      for (const [node, gain] of gains) {
        if (!source.playbacks.has(node)) source.playbacks.set(node, new GraphPlayback(this.#realm));
        const sinkId = this.#sinks.get(node.context) ?? '';
        // What is louder than it came is so by the source: an element's volume ends at 1.
        const louder = ({ gain: own = 1, ...sound }) => ({ ...sound, gain: Math.min(mostGain, own * Math.max(1, gain)) });
        source.playbacks.get(node).set({
          sources: gain > 1 ? sources.map(louder) : sources,
          playing: this.#isRunning(node.context) && sinkId !== null,
          volume: Math.min(1, gain),
          muted: false,
          sinkId: sinkId ?? '',
        });
      }
      for (const [node, playback] of source.playbacks) {
        if (gains.has(node)) continue;
        playback.close();
        source.playbacks.delete(node);
      }
    }

    // MARK: calls

    /** The page gives a track to a sender: what its graphs lead into it is sent from now on. */
    willSend(track) {
      this.#mixes?.willSend(track);
    }

    /** @returns {Record<string, number>} what the page meant to send and was not, by the interface that made it */
    get unsentSounds() {
      return this.#mixes?.unsentSounds ?? {};
    }

    #connectionReferences = new Set();

    /** @param {InstanceType<typeof facade.Connection>} connection  to be told when a track that it may send has another source */
    followConnection(connection) {
      this.#connectionReferences.add(new WeakRef(connection));
    }

    /** Those that are open. */
    *connections() {
      for (const reference of this.#connectionReferences) {
        const connection = reference.deref();
        if (connection && !connection.isClosed) yield connection;
        else this.#connectionReferences.delete(reference);
      }
    }

    // MARK: nodes that look at samples

    #showSamples(source) {
      const wanted = new Set();
      if (this.#soundOf(source.track).length > 0 && source.node.context.state !== 'closed') {
        for (const [node] of this.#routes.gainsFrom(source.node, this.#gainToSpeakers)) {
          if (this.#looksAtSamples(node)) wanted.add(node);
        }
      }
      for (const node of wanted) {
        if (source.standIns.has(node)) continue;
        this.#mute(node);
        source.standIns.set(node, this.#makeStandIn(source, node));
        this.#levels.hold(source);
      }
      for (const [node, { gain, player }] of source.standIns) {
        if (wanted.has(node)) continue;
        player.stop();
        Reflect.apply(this.#native.disconnect, gain, []);
        source.standIns.delete(node);
      }
      if (source.standIns.size === 0) this.#levels.release(source);
    }

    #makeStandIn(source, node) {
      const { context } = source.node;
      const gain = context.createGain();
      gain.gain.value = this.#levels.levelOf(source.track);
      const player = context.createBufferSource();
      player.buffer = this.#noiseOf(context);
      player.loop = true;
      Reflect.apply(this.#native.connect, player, [gain]);
      Reflect.apply(this.#native.connect, gain, [node]);
      Reflect.apply(this.#native.start, player, []);
      return { gain, player };
    }

    #noiseOf(context) {
      let buffer = this.#noise.get(context);
      if (!buffer) {
        buffer = context.createBuffer(1, Math.round(loopLength * context.sampleRate), context.sampleRate);
        const signal = new StandInSignal(context.sampleRate);
        signal.fill(new Float32Array(1), 1);
        signal.fill(buffer.getChannelData(0), 1);
        this.#noise.set(context, buffer);
      }
      return buffer;
    }

    #moveStandIns() {
      for (const source of this.#atWork) {
        const { currentTime } = source.node.context;
        const course = this.#levels.courseOf(source.track);
        if (course.length === 0) course.push({ level: 0, delay: 0 });
        for (const { gain } of source.standIns.values()) {
          for (const { level, delay } of course) this.#native.setTarget(gain.gain, level, currentTime + delay);
        }
      }
    }

    /** What such a node makes of stand-in sound is for nobody's ears; it is pulled all the same. */
    #mute(node) {
      if (this.#mutes.has(node)) return;
      const mute = node.context.createGain();
      mute.gain.value = 0;
      this.#mutes.set(node, mute);
      if (node.numberOfOutputs === 0) return;
      Reflect.apply(this.#native.disconnect, node, []);
      Reflect.apply(this.#native.connect, node, [mute]);
      for (const [to, pairs] of this.#routes.after(node)) {
        for (const pair of pairs) Reflect.apply(this.#native.connect, mute, [to, 0, Number(pair.split(' ')[1])]);
      }
    }

    // MARK: analysers

    /** @returns {InstanceType<typeof AnalyserData> | null} `null` where no redirected sound arrives */
    #dataOf(analyser) {
      let reaching = this.#reaching.get(analyser);
      if (!reaching) this.#reaching.set(analyser, (reaching = this.#sourcesOf(analyser)));
      if (reaching.length === 0) return null;
      let power = 0;
      for (const { track, gain } of reaching) power += (gain * this.#levels.levelOf(track)) ** 2;
      this.#levels.look();
      let data = this.#analysers.get(analyser);
      if (!data) this.#analysers.set(analyser, (data = new AnalyserData(analyser.context.sampleRate)));
      data.advance(this.#window.performance.now() / 1000, Math.min(1, Math.sqrt(power)), analyser.fftSize);
      return data;
    }

    /** @returns {{track: MediaStreamTrack, gain: number}[]} */
    #sourcesOf(analyser) {
      const found = [];
      for (const { node, track } of this.#each()) {
        const gain = this.#routes.gainsFrom(node, this.#gainToCall).get(analyser);
        if (gain !== undefined) found.push({ track, gain });
      }
      return found;
    }

    #patchAnalysers() {
      const { webidl, contexts } = this.#realm;
      const { AnalyserNode, Float32Array: Floats } = this.#window;
      if (!AnalyserNode) return;
      const { prototype } = AnalyserNode;
      const { getFloatTimeDomainData } = prototype;
      let own = new Floats(0);
      /** Sound of the page's own; `null` where the context rests, and so has none. */
      const ownOf = (analyser) => {
        if (contexts.isResting(analyser.context)) return null;
        if (own.length !== analyser.fftSize) own = new Floats(analyser.fftSize);
        Reflect.apply(getFloatTimeDomainData, analyser, [own]);
        return own;
      };
      const magnitudesOf = (analyser, data) => data.magnitudes(ownOf(analyser), analyser.smoothingTimeConstant);
      // Web Audio §1.8.6: into bytes between minDecibels and maxDecibels, rounded down; a Uint8ClampedArray rounds, hence `floor`.
      const toByte = (value) => Math.max(0, Math.min(255, Math.floor(value)));
      /** Each writes over what the browser has put into the page's array. */
      const answers = {
        getFloatTimeDomainData(array, analyser, { samples }) {
          const count = Math.min(array.length, samples.length);
          for (let index = 0; index < count; index += 1) array[index] += samples[index];
        },
        getByteTimeDomainData(array, analyser, { samples }) {
          const waves = ownOf(analyser);
          const count = Math.min(array.length, samples.length);
          for (let index = 0; index < count; index += 1) array[index] = toByte(128 * (1 + samples[index] + (waves ? waves[index] : 0)));
        },
        getFloatFrequencyData(array, analyser, data) {
          const magnitudes = magnitudesOf(analyser, data);
          const count = Math.min(array.length, magnitudes.length);
          for (let index = 0; index < count; index += 1) array[index] = 20 * Math.log10(magnitudes[index]);
        },
        getByteFrequencyData(array, analyser, data) {
          const { minDecibels, maxDecibels } = analyser;
          const magnitudes = magnitudesOf(analyser, data);
          const count = Math.min(array.length, magnitudes.length);
          const factor = 255 / (maxDecibels - minDecibels);
          for (let index = 0; index < count; index += 1) array[index] = toByte(factor * (20 * Math.log10(magnitudes[index]) - minDecibels));
        },
      };
      const dataOf = (analyser) => this.#dataOf(analyser);
      for (const [name, answer] of Object.entries(answers)) {
        webidl.override(prototype, name, (native) => ({
          value: {
            method(array) {
              // The browser's own judges the object and the array.
              Reflect.apply(native.value, this, arguments);
              const data = dataOf(this);
              if (data) answer(array, this, data);
            },
          }.method,
        }));
      }
    }

    // MARK: the page's verbs

    #patchNodes() {
      const { webidl } = this.#realm;
      const { AudioNode } = this.#window;
      const routes = this.#routes;
      const mutes = this.#mutes;
      const sourceOf = this.#sourceOf;
      const { contexts } = this.#realm;
      const changed = () => this.#queueUpdate();
      const connected = (node) => this.#looksAtSamples(node) && this.#mixes.addOther(node);
      webidl.override(AudioNode.prototype, 'connect', (native) => ({
        value: {
          method(to, output, input) {
            const mute = mutes.get(this);
            if (mute && to instanceof AudioNode) Reflect.apply(native.value, mute, [to, 0, input ?? 0]);
            else Reflect.apply(native.value, this, arguments);
            if (!(to instanceof AudioNode)) return undefined;
            routes.connect(this, to, output, input);
            contexts.noteConnection(this, to, sourceOf.has(this));
            connected(this);
            changed();
            return to;
          },
        }.method,
      }));
      webidl.override(AudioNode.prototype, 'disconnect', (native) => ({
        value: {
          method(...values) {
            Reflect.apply(native.value, mutes.get(this) ?? this, values);
            routes.disconnect(this, ...values);
            changed();
          },
        }.method,
      }));
    }

    #patchSources() {
      const { window, webidl } = this.#realm;
      const adopt = (node, stream) => this.#adopt(node, stream);
      const { AudioContext } = window;
      if (!AudioContext) return;
      for (const { prototype } of [window.BaseAudioContext, AudioContext].filter(Boolean)) {
        webidl.override(prototype, 'createMediaStreamSource', (native) => ({
          value: {
            method(stream) {
              const node = Reflect.apply(native.value, this, arguments);
              adopt(node, stream);
              return node;
            },
          }.method,
        }));
        webidl.override(prototype, 'createMediaStreamTrackSource', (native) => ({
          value: {
            method(track) {
              const node = Reflect.apply(native.value, this, arguments);
              adopt(node, new window.MediaStream([track]));
              return node;
            },
          }.method,
        }));
      }
      for (const [name, streamOf] of [
        ['MediaStreamAudioSourceNode', ({ mediaStream }) => mediaStream],
        ['MediaStreamTrackAudioSourceNode', ({ mediaStreamTrack }) => new window.MediaStream([mediaStreamTrack])],
      ]) {
        const Native = window[name];
        if (!Native) continue;
        const Ours = new Proxy(Native, {
          construct(target, values, newTarget) {
            const node = Reflect.construct(target, values, newTarget === Ours ? target : newTarget);
            adopt(node, streamOf(values[1]));
            return node;
          },
        });
        Object.defineProperty(Native.prototype, 'constructor', { value: Ours, writable: true, enumerable: false, configurable: true });
        Object.defineProperty(window, name, { value: Ours, writable: true, enumerable: false, configurable: true });
      }
    }

    /** Gains are read when they may have changed, and again and again while they glide. */
    #patchParams() {
      const { window, webidl } = this.#realm;
      const { AudioParam } = window;
      if (!AudioParam) return;
      const { setTargetAtTime } = AudioParam.prototype;
      // Followed within two reports, without a step to be seen.
      this.#native.setTarget = (param, value, time) => Reflect.apply(setTargetAtTime, param, [value, time, 0.02]);
      const changed = () => this.#queueUpdate();
      const glide = (seconds) => this.#glide(seconds);
      webidl.override(AudioParam.prototype, 'value', (native) => ({
        get: native.get,
        set(value) {
          Reflect.apply(native.set, this, [value]);
          changed();
        },
      }));
      /** The last second of an automation, on the context's clock, as far as its arguments tell. */
      const ends = {
        setValueAtTime: (_value, time) => time,
        linearRampToValueAtTime: (_value, time) => time,
        exponentialRampToValueAtTime: (_value, time) => time,
        setTargetAtTime: (_target, time, constant) => time + 6 * constant,
        setValueCurveAtTime: (_values, time, duration) => time + duration,
        cancelScheduledValues: () => 0,
        cancelAndHoldAtTime: (time) => time,
      };
      for (const [name, end] of Object.entries(ends)) {
        webidl.override(AudioParam.prototype, name, (native) => ({
          value: {
            method(...values) {
              Reflect.apply(native.value, this, values);
              glide(end(...values.map(Number)));
              return this;
            },
          }.method,
        }));
      }
    }

    /** @param {number} end  seconds on a context's clock; which context's, a parameter does not tell */
    #glide(end) {
      const now = Math.max(this.#mixes.latestTime, ...[...this.#each()].map(({ node }) => node.context.currentTime));
      const rest = Number.isFinite(end) ? Math.min(60, Math.max(0, end - now)) : 0;
      this.#glideEnds = Math.max(this.#glideEnds, this.#window.performance.now() + rest * 1000 + 5 * glideInterval);
      const isHeard = () => this.#sources.size > 0 || this.#mixes.isAtWork;
      if (this.#isGliding || !isHeard()) return;
      this.#isGliding = true;
      const look = () => {
        this.#update();
        this.#isGliding = this.#window.performance.now() < this.#glideEnds && isHeard();
        if (this.#isGliding) this.#window.setTimeout(look, glideInterval);
      };
      this.#window.setTimeout(look, glideInterval);
    }

    #patchContexts() {
      const { window, webidl, link } = this.#realm;
      const { AudioContext } = window;
      if (!AudioContext) return;
      const suspended = this.#suspended;
      const sinks = this.#sinks;
      const changed = () => this.#queueUpdate();
      const note = (name, remember) =>
        webidl.override(AudioContext.prototype, name, (native) => ({
          value: {
            method(...values) {
              remember(this);
              changed();
              return Reflect.apply(native.value, this, values);
            },
          }.method,
        }));
      note('suspend', (context) => suspended.add(context));
      note('resume', (context) => suspended.delete(context));
      webidl.override(AudioContext.prototype, 'setSinkId', (native) => ({
        value: {
          async method(sinkId) {
            // The browser refuses a context that is closed, and knows no device of ours.
            if (typeof sinkId === 'object' || arguments.length === 0) {
              await Reflect.apply(native.value, this, arguments);
              sinks.set(this, null);
              changed();
              return;
            }
            try {
              await link.request('checkSink', { sinkId: String(sinkId) });
            } catch (error) {
              throw webidl.engineException(error, "Failed to execute 'setSinkId' on 'AudioContext'");
            }
            sinks.set(this, String(sinkId));
            changed();
            webidl.fire(this, 'sinkchange');
          },
        }.method,
      }));
      webidl.override(AudioContext.prototype, 'sinkId', (native) => ({
        get() {
          return sinks.get(this) ?? Reflect.apply(native.get, this, []);
        },
      }));
    }
  }

  facade.WebAudioPatch = WebAudioPatch;
}
