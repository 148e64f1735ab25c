// As much of Web Audio as the facade touches: nodes that keep their connections, and are silent.

export function makeAudio({ EventTarget, MediaStream, MediaStreamTrackGenerator }) {
  class AudioParam {
    #value;
    constructor(value) {
      this.#value = value;
    }
    get value() {
      return this.#value;
    }
    set value(value) {
      this.#value = value;
    }
    setTargetAtTime(value, _time, _constant) {
      this.#value = value;
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
    gain = new AudioParam(1);
  }
  class ScriptProcessorNode extends AudioNode {}
  class AudioBufferSourceNode extends AudioNode {
    isPlaying = false;
    start() {
      this.isPlaying = true;
    }
    stop() {
      this.isPlaying = false;
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
  class BaseAudioContext extends EventTarget {}
  class AudioContext extends BaseAudioContext {
    state = 'running';
    sampleRate = 48000;
    currentTime = 0;
    destination = new AudioDestinationNode(this);
    get sinkId() {
      return '';
    }
    async setSinkId() {
      throw new DOMException('', 'NotFoundError');
    }
    async suspend() {
      this.state = 'suspended';
    }
    async resume() {
      this.state = 'running';
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
      const samples = new Float32Array(length);
      return { getChannelData: () => samples };
    }
    createMediaStreamSource(mediaStream) {
      return new MediaStreamAudioSourceNode(this, { mediaStream });
    }
    createMediaStreamDestination() {
      return new MediaStreamAudioDestinationNode(this);
    }
  }
  return {
    AudioParam, AudioNode, AudioDestinationNode, GainNode, ScriptProcessorNode, AudioBufferSourceNode, MediaStreamAudioSourceNode,
    MediaStreamAudioDestinationNode, AnalyserNode, BaseAudioContext, AudioContext, Float32Array,
  };
}
