'use strict';
// AudioContexts that have nothing to compute rest, unseen by the page (see ContextRest). Here is what makes one go on: sound that is the
// page's own, values that glide, programs of the page's; and every member that tells of a context's time or takes one.
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];
  const { ContextRest } = facade;

  /** Attributes that are AudioParams: one does not tell whose it is. */
  const params = {
    AudioBufferSourceNode: ['playbackRate', 'detune'],
    AudioListener: ['positionX', 'positionY', 'positionZ', 'forwardX', 'forwardY', 'forwardZ', 'upX', 'upY', 'upZ'],
    BiquadFilterNode: ['frequency', 'detune', 'Q', 'gain'],
    ConstantSourceNode: ['offset'],
    DelayNode: ['delayTime'],
    DynamicsCompressorNode: ['threshold', 'knee', 'ratio', 'attack', 'release'],
    GainNode: ['gain'],
    OscillatorNode: ['frequency', 'detune'],
    PannerNode: ['positionX', 'positionY', 'positionZ', 'orientationX', 'orientationY', 'orientationZ'],
    StereoPannerNode: ['pan'],
  };

  /** Automation (Web Audio §1.6.3): which argument is a time, and when it is over. */
  const automation = {
    setValueAtTime: { place: 1, end: (_value, time) => time },
    linearRampToValueAtTime: { place: 1, end: (_value, time) => time },
    exponentialRampToValueAtTime: { place: 1, end: (_value, time) => time },
    setTargetAtTime: { place: 1, end: (_target, time, constant) => time + 6 * constant },
    setValueCurveAtTime: { place: 1, end: (_values, time, duration) => time + duration },
    cancelScheduledValues: { place: 0, end: (time) => time },
    cancelAndHoldAtTime: { place: 0, end: (time) => time },
  };

  class AudioContexts {
    #realm;
    #native;
    /** @type {WeakMap<object, InstanceType<typeof ContextRest>>} */
    #rests = new WeakMap();
    /** By AudioParam and AudioListener. @type {WeakMap<object, object>} */
    #contexts = new WeakMap();
    /** Contexts with a MediaStreamDestination, while nothing records. @type {Set<WeakRef<InstanceType<typeof ContextRest>>>} */
    #recordable = new Set();
    #isRecording = false;
    /** Elements and MediaStreamDestinations that we know of. */
    #known = new WeakSet();

    constructor(realm) {
      this.#realm = realm;
      const { AudioContext, BaseAudioContext } = realm.window;
      if (!AudioContext) return;
      const descriptor = (name) =>
        Object.getOwnPropertyDescriptor(AudioContext.prototype, name) ?? Object.getOwnPropertyDescriptor(BaseAudioContext.prototype, name);
      const reader = (name) => {
        const { get } = descriptor(name);
        return (context) => Reflect.apply(get, context, []);
      };
      const caller = (name) => {
        const { value } = descriptor(name);
        return (context) => Reflect.apply(value, context, []);
      };
      this.#native = {
        state: reader('state'),
        currentTime: reader('currentTime'),
        ...Object.fromEntries(['suspend', 'resume', 'close', 'getOutputTimestamp'].map((name) => [name, caller(name)])),
      };
      this.#patchContexts();
      this.#patchConstructor();
      this.#patchSources();
      this.#patchParams();
      this.#patchRecorders();
    }

    /** Redirected sound is led into the context, which may rest from now on. */
    allowRest(context) {
      this.#restOf(context)?.allowRest();
    }

    /** Whether nothing is computed in it now: nothing of the page's own sounds. */
    isResting(context) {
      return this.#rests.get(context)?.isResting ?? false;
    }

    /** The page has connected two nodes. @param {boolean} isRedirected  whether the sound of the first is elsewhere */
    noteConnection(from, to, isRedirected) {
      const rest = this.#restOf(from.context);
      if (!rest) return;
      for (const node of [from, to]) {
        if (this.#isA(node, 'AudioWorkletNode') || this.#isA(node, 'ScriptProcessorNode')) rest.pin();
        if (this.#isA(node, 'DelayNode') || this.#isA(node, 'ConvolverNode')) rest.delays();
      }
      if (this.#isA(from, 'MediaElementAudioSourceNode')) this.#followElement(rest, from.mediaElement);
      const isStream = this.#isA(from, 'MediaStreamAudioSourceNode') || this.#isA(from, 'MediaStreamTrackAudioSourceNode');
      if (isStream && !isRedirected) rest.pin();
      if (this.#isA(to, 'MediaStreamAudioDestinationNode') && !this.#known.has(to)) {
        this.#known.add(to);
        if (this.#isRecording) rest.pin();
        else this.#recordable.add(new WeakRef(rest));
      }
    }

    // MARK: parts

    #isA(object, name) {
      const Interface = this.#realm.window[name];
      return Boolean(Interface) && object instanceof Interface;
    }

    /** @returns {InstanceType<typeof ContextRest> | undefined} nothing of a context that is not rendered in real time */
    #restOf(context) {
      const { AudioContext } = this.#realm.window;
      if (!AudioContext || !(context instanceof AudioContext)) return undefined;
      let rest = this.#rests.get(context);
      if (!rest) this.#rests.set(context, (rest = new ContextRest(context, this.#realm, this.#native)));
      return rest;
    }

    /** The sound of an element of the page's goes through the graph while it plays. */
    #followElement(rest, element) {
      if (this.#known.has(element)) return;
      this.#known.add(element);
      const { addEventListener } = this.#realm.window.EventTarget.prototype;
      const listen = (type, listener) => Reflect.apply(addEventListener, element, [type, listener, true]);
      listen('play', () => rest.begin(element));
      for (const type of ['pause', 'ended', 'emptied']) listen(type, () => rest.end(element));
      if (!element.paused) rest.begin(element);
    }

    #patchContexts() {
      const { window, webidl } = this.#realm;
      const { AudioContext, BaseAudioContext, AudioProcessingEvent } = window;
      const rests = this.#rests;
      for (const { prototype } of [BaseAudioContext, AudioContext]) {
        for (const name of ['state', 'currentTime']) {
          webidl.override(prototype, name, (native) => ({
            get() {
              const rest = rests.get(this);
              return rest ? rest[name] : Reflect.apply(native.get, this, []);
            },
          }));
        }
        for (const name of ['suspend', 'resume', 'close']) {
          // Offline contexts have others of the same name, on a prototype of their own.
          webidl.override(prototype, name, (native) => ({
            value: {
              method() {
                const rest = rests.get(this);
                return rest ? rest[name]() : Reflect.apply(native.value, this, arguments);
              },
            }.method,
          }));
        }
        webidl.override(prototype, 'getOutputTimestamp', (native) => ({
          value: {
            method() {
              return rests.get(this)?.outputTimestamp ?? Reflect.apply(native.value, this, arguments);
            },
          }.method,
        }));
        // A sink of the browser's own making: the page means to render, or not to.
        webidl.override(prototype, 'setSinkId', (native) => ({
          value: {
            method() {
              rests.get(this)?.pin();
              return Reflect.apply(native.value, this, arguments);
            },
          }.method,
        }));
      }
      if (!AudioProcessingEvent) return;
      webidl.override(AudioProcessingEvent.prototype, 'playbackTime', (native) => ({
        get() {
          const time = Reflect.apply(native.get, this, []);
          return rests.get(this.target?.context)?.toPage(time) ?? time;
        },
      }));
    }

    /** What is to be kept from the page must be heard of before it: listeners of one context are called in the order in which they came. */
    #patchConstructor() {
      const { window } = this.#realm;
      const { AudioContext } = window;
      const meet = (context) => this.#restOf(context);
      const Ours = new Proxy(AudioContext, {
        construct(target, values, newTarget) {
          const context = Reflect.construct(target, values, newTarget === Ours ? target : newTarget);
          meet(context);
          return context;
        },
      });
      Object.defineProperty(AudioContext.prototype, 'constructor', { value: Ours, writable: true, enumerable: false, configurable: true });
      Object.defineProperty(window, 'AudioContext', { value: Ours, writable: true, enumerable: false, configurable: true });
    }

    #patchSources() {
      const { window, webidl } = this.#realm;
      const { AudioScheduledSourceNode, AudioBufferSourceNode } = window;
      const { addEventListener } = window.EventTarget.prototype;
      const restOf = (node) => this.#restOf(node.context);
      for (const { prototype } of [AudioScheduledSourceNode, AudioBufferSourceNode].filter(Boolean)) {
        webidl.override(prototype, 'start', (native) => ({
          value: {
            method(...values) {
              const rest = restOf(this);
              if (!rest) return Reflect.apply(native.value, this, values);
              const wasSounding = rest.isSounding(this);
              rest.begin(this);
              try {
                Reflect.apply(native.value, this, moved(rest, values, 0));
              } catch (error) {
                if (!wasSounding) rest.end(this);
                throw error;
              }
              Reflect.apply(addEventListener, this, ['ended', () => rest.end(this), { capture: true, once: true }]);
            },
          }.method,
        }));
        webidl.override(prototype, 'stop', (native) => ({
          value: {
            method(...values) {
              const rest = restOf(this);
              return Reflect.apply(native.value, this, rest ? moved(rest, values, 0) : values);
            },
          }.method,
        }));
      }
    }

    #patchParams() {
      const { window, webidl } = this.#realm;
      const { AudioParam, BaseAudioContext, AudioWorkletNode } = window;
      const contexts = this.#contexts;
      const rests = this.#rests;
      for (const [name, attributes] of Object.entries(params)) {
        if (!window[name]) continue;
        for (const attribute of attributes) {
          webidl.override(window[name].prototype, attribute, (native) => ({
            get() {
              const param = Reflect.apply(native.get, this, []);
              const context = this.context ?? contexts.get(this);
              if (context) contexts.set(param, context);
              return param;
            },
          }));
        }
      }
      webidl.override(BaseAudioContext.prototype, 'listener', (native) => ({
        get() {
          const listener = Reflect.apply(native.get, this, []);
          contexts.set(listener, this);
          return listener;
        },
      }));
      if (AudioWorkletNode) {
        webidl.override(AudioWorkletNode.prototype, 'parameters', (native) => ({
          get() {
            const parameters = Reflect.apply(native.get, this, []);
            for (const param of parameters.values()) contexts.set(param, this.context);
            return parameters;
          },
        }));
      }
      if (!AudioParam) return;
      for (const [name, { place, end }] of Object.entries(automation)) {
        webidl.override(AudioParam.prototype, name, (native) => ({
          value: {
            method(...values) {
              const rest = rests.get(contexts.get(this));
              if (rest) rest.glideUntil(end(...values.map(Number)));
              Reflect.apply(native.value, this, rest ? moved(rest, values, place) : values);
              return this;
            },
          }.method,
        }));
      }
    }

    /** Whoever records what a graph makes, hears its silence as well. */
    #patchRecorders() {
      const { window, webidl } = this.#realm;
      if (!window.MediaRecorder) return;
      const recording = () => {
        this.#isRecording = true;
        for (const reference of this.#recordable) reference.deref()?.pin();
        this.#recordable.clear();
      };
      webidl.override(window.MediaRecorder.prototype, 'start', (native) => ({
        value: {
          method() {
            recording();
            return Reflect.apply(native.value, this, arguments);
          },
        }.method,
      }));
    }
  }

  /** The same arguments, with the time in that place as the browser counts it. */
  function moved(rest, values, place) {
    if (values.length <= place) return values;
    return values.map((value, index) => (index === place ? rest.toBrowser(Number(value)) : value));
  }

  facade.AudioContexts = AudioContexts;
}
