// As much of Web Audio as the facade touches: nodes that keep their connections, and are silent. A test renders by hand: `render(seconds)`.

export function makeAudio({ EventTarget, MediaStream, MediaStreamTrackGenerator }) {
  class AudioParam {
    #value;
    /** What the browser was told, with its own times. */
    automation = [];
    constructor(value) {
      this.#value = value;
    }
    get value() {
      return this.#value;
    }
    set value(value) {
      this.#value = value;
    }
    setTargetAtTime(value, time, constant) {
      this.#value = value;
      this.automation.push(['setTargetAtTime', value, time, constant]);
      return this;
    }
    linearRampToValueAtTime(value, time) {
      this.automation.push(['linearRampToValueAtTime', value, time]);
      return this;
    }
  }
  class AudioNode extends EventTarget {
    /** What the browser itself has connected. */
    connected = [];
    numberOfOutputs = 1;
    constructor(context) {
      super();
      this.context = context;
    }
    connect(to, _output, _input) {
      this.connected.push(to);
      return to instanceof AudioNode ? to : undefined;
    }
    disconnect(to) {
      this.connected = to ? this.connected.filter((node) => node !== to) : [];
    }
  }
  class AudioDestinationNode extends AudioNode {}
  class GainNode extends AudioNode {
    #gain = new AudioParam(1);
    get gain() {
      return this.#gain;
    }
  }
  class ScriptProcessorNode extends AudioNode {}
  class AudioScheduledSourceNode extends AudioNode {
    /** The browser's own time. */
    startedAt = null;
    start(when = 0) {
      if (this.startedAt !== null) throw new DOMException('', 'InvalidStateError');
      this.startedAt = when;
    }
    stop(_when) {}
  }
  class OscillatorNode extends AudioScheduledSourceNode {
    frequency = new AudioParam(440);
    detune = new AudioParam(0);
    #type = 'sine';
    get type() {
      return this.#type;
    }
    set type(value) {
      this.#type = value;
    }
  }
  class AudioBuffer {
    sampleRate = 48000;
    constructor(...channels) {
      this.channels = channels;
    }
    get numberOfChannels() {
      return this.channels.length;
    }
    get duration() {
      return this.channels[0].length / this.sampleRate;
    }
    getChannelData(index) {
      return this.channels[index];
    }
  }
  class AudioBufferSourceNode extends AudioScheduledSourceNode {
    playbackRate = new AudioParam(1);
    detune = new AudioParam(0);
    loopStart = 0;
    loopEnd = 0;
    isPlaying = false;
    #loop = false;
    #buffer = null;
    get loop() {
      return this.#loop;
    }
    set loop(value) {
      this.#loop = value;
    }
    get buffer() {
      return this.#buffer;
    }
    set buffer(value) {
      this.#buffer = value;
    }
    // The browser's own does not go through the prototype that it inherits from.
    start(when = 0) {
      if (this.startedAt !== null) throw new DOMException('', 'InvalidStateError');
      this.startedAt = when;
      this.isPlaying = true;
    }
    stop() {
      this.isPlaying = false;
    }
  }
  class MediaElementAudioSourceNode extends AudioNode {
    constructor(context, { mediaElement }) {
      super(context);
      this.mediaElement = mediaElement;
    }
  }
  class MediaStreamAudioSourceNode extends AudioNode {
    constructor(context, { mediaStream }) {
      super(context);
      this.mediaStream = mediaStream;
    }
  }
  class MediaStreamAudioDestinationNode extends AudioNode {
    stream = new MediaStream([new MediaStreamTrackGenerator({ kind: 'audio' })]);
  }
  class AnalyserNode extends AudioNode {
    fftSize = 2048;
    smoothingTimeConstant = 0.8;
    minDecibels = -100;
    maxDecibels = -30;
    get frequencyBinCount() {
      return this.fftSize / 2;
    }
    getFloatTimeDomainData(array) {
      array.fill(0);
    }
    getByteTimeDomainData(array) {
      array.fill(128);
    }
    getFloatFrequencyData(array) {
      array.fill(-Infinity);
    }
    getByteFrequencyData(array) {
      array.fill(0);
    }
  }
  /** The browser's own side of contexts. */
  const states = new Map();
  const enter = (context, state) => {
    const own = states.get(context);
    if (own.state === state) return;
    own.state = state;
    queueMicrotask(() => context.dispatchEvent(new Event('statechange')));
  };
  class BaseAudioContext extends EventTarget {
    constructor() {
      super();
      states.set(this, { state: 'running', time: 0 });
    }
    get state() {
      return states.get(this).state;
    }
    get currentTime() {
      return states.get(this).time;
    }
    /** For tests that say what time it is. */
    set currentTime(time) {
      states.get(this).time = time;
    }
    /** Files of these tests hold the seconds that they last. */
    async decodeAudioData(seconds, success) {
      const buffer = new AudioBuffer(new Float32Array(seconds * 48000).fill(0.5));
      success?.(buffer);
      return buffer;
    }
  }
  class AudioContext extends BaseAudioContext {
    sampleRate = 48000;
    outputLatency = 0.03;
    destination = new AudioDestinationNode(this);
    get sinkId() {
      return '';
    }
    async setSinkId() {
      throw new DOMException('', 'NotFoundError');
    }
    async suspend() {
      enter(this, 'suspended');
    }
    async resume() {
      enter(this, 'running');
    }
    async close() {
      enter(this, 'closed');
    }
    getOutputTimestamp() {
      return { contextTime: this.currentTime, performanceTime: 0 };
    }
    createOscillator() {
      return new OscillatorNode(this);
    }
    createMediaElementSource(mediaElement) {
      return new MediaElementAudioSourceNode(this, { mediaElement });
    }
    createGain() {
      return new GainNode(this);
    }
    createAnalyser() {
      return new AnalyserNode(this);
    }
    createScriptProcessor() {
      return new ScriptProcessorNode(this);
    }
    createBufferSource() {
      return new AudioBufferSourceNode(this);
    }
    createBuffer(_channels, length) {
      return new AudioBuffer(new Float32Array(length));
    }
    createMediaStreamSource(mediaStream) {
      return new MediaStreamAudioSourceNode(this, { mediaStream });
    }
    createMediaStreamDestination() {
      return new MediaStreamAudioDestinationNode(this);
    }
  }
  class MediaRecorder {
    start() {}
  }
  /** Lets the browser compute so many seconds of every context, if it does. */
  const render = (seconds) => {
    for (const own of states.values()) {
      if (own.state === 'running') own.time += seconds;
    }
  };
  return {
    MediaRecorder, render, isRendering: (context) => states.get(context).state === 'running',
    AudioParam, AudioNode, AudioDestinationNode, GainNode, ScriptProcessorNode, AudioScheduledSourceNode, OscillatorNode, AudioBuffer,
    AudioBufferSourceNode, MediaElementAudioSourceNode, MediaStreamAudioSourceNode,
    MediaStreamAudioDestinationNode, AnalyserNode, BaseAudioContext, AudioContext, Float32Array,
  };
}
