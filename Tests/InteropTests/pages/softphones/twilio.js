// Calls as Twilio's Voice SDK 2.18 does: the bare description goes at once, legacy options, codec preferences before the offer, the transports' events, meters
// of both directions twenty times a second, and statistics once.

import { note, wait } from './line.js';

const METER = { fftSize: 2048, smoothingTimeConstant: 0.3, minDecibels: -100, maxDecibels: -30 };
const OPTIONS = { mandatory: { OfferToReceiveAudio: true } };
const LOUD = 40;

/** Which have moved. */
const meters = (globalThis.meters = { input: false, output: false });

// A copy that is kept from before anything else has run.
const listDevices = navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices);

export default class {
  #line;
  #context;
  #connection;
  #input;
  #output = new MediaStream();
  #element = new Audio();
  #offer;
  #isPaired = false;
  #timers = [];

  constructor(line) {
    this.#line = line;
    line.onInvite = (sdp) => {
      this.#offer = sdp;
      note('rings');
    };
    navigator.mediaDevices.addEventListener('devicechange', () => {});
  }
  async start() {
    note(`devices: ${(await listDevices()).some(({ kind }) => kind === 'audioinput')}`);
    const status = await navigator.permissions.query({ name: 'microphone' });
    note(`microphone ${status.state}`);
  }
  async #open() {
    this.#context ??= new AudioContext();
    const silence = this.#context.createGain();
    const tone = this.#context.createOscillator();
    silence.gain.setValueAtTime(0, this.#context.currentTime);
    tone.connect(silence).connect(this.#context.destination);
    this.#input = await navigator.mediaDevices.getUserMedia({ audio: true });
    const connection = (this.#connection = new RTCPeerConnection(undefined));
    this.#input.getAudioTracks().forEach((track) => connection.addTrack(track, this.#input));
    this.#prefer();
    connection.onsignalingstatechange = () => note(`signaling ${connection.signalingState}`);
    connection.onconnectionstatechange = () => note(`connection ${connection.connectionState}`);
    connection.oniceconnectionstatechange = () => {
      if (connection.iceConnectionState === 'failed') note('ice failed');
    };
    connection.onicegatheringstatechange = () => note(`gathering ${connection.iceGatheringState}`);
    connection.onicecandidate = ({ candidate }) => {
      if (candidate) JSON.stringify({ candidate });
    };
    connection.ontrack = (event) => this.#receive(event.stream ?? event.streams[0]);
    this.#meter('input', this.#input);
  }
  #prefer() {
    const { codecs } = RTCRtpReceiver.getCapabilities('audio');
    const rank = ({ mimeType }) => ['audio/opus', 'audio/PCMU'].indexOf(mimeType) >>> 0;
    this.#connection.getTransceivers()[0].setCodecPreferences([...codecs].sort((a, b) => rank(a) - rank(b)));
  }
  #receive(stream) {
    // With the two more arguments that `forEach` hands on.
    stream.getAudioTracks().forEach(this.#output.addTrack, this.#output);
    if (this.#element.srcObject !== stream) this.#element.srcObject = stream;
    this.#element.play().then(() => note('plays'), (error) => note(`does not play: ${error.name}`));
    this.#meter('output', stream);
  }
  #meter(name, stream) {
    const analyser = Object.assign(this.#context.createAnalyser(), METER);
    this.#context.createMediaStreamSource(stream).connect(analyser);
    const bytes = new Uint8Array(analyser.frequencyBinCount);
    this.#timers.push(setInterval(() => {
      analyser.getByteFrequencyData(bytes);
      const level = Math.sqrt(bytes.reduce((sum, value) => sum + value * value, 0) / bytes.length);
      if (level > LOUD) meters[name] = true;
    }, 50));
  }
  #transports() {
    const sender = this.#connection.getSenders().find(({ track }) => track?.kind === 'audio');
    const { transport } = sender;
    if (transport.onstatechange) note('the transport was another’s');
    transport.onstatechange = () => transport.state === 'connected' && note('transport connected');
    if (!transport.iceTransport.onselectedcandidatepairchange) {
      transport.iceTransport.onselectedcandidatepairchange = () => {
        const { local, remote } = transport.iceTransport.getSelectedCandidatePair();
        const known = (candidate) => Boolean(candidate.address && candidate.port && candidate.priority && candidate.protocol === 'udp' && candidate.type);
        void [local.relatedAddress, local.relatedPort, local.tcpType, local.sdpMid, local.candidate];
        if (!this.#isPaired) note(`pair: ${known(local)}, ${known(remote)}, ${this.#connection.getSenders()[0].transport === transport}`);
        this.#isPaired = true;
      };
    }
  }
  async #prioritise() {
    const [sender] = this.#connection.getSenders();
    const parameters = sender.getParameters();
    parameters.priority = 'high';
    for (const encoding of parameters.encodings) Object.assign(encoding, { priority: 'high', networkPriority: 'high' });
    await sender.setParameters(parameters).then(() => note('parameters taken'), (error) => note(`parameters refused: ${error.name}`));
  }
  async #describe(type) {
    const connection = this.#connection;
    const made = await (type === 'offer' ? connection.createOffer(OPTIONS) : connection.createAnswer(OPTIONS));
    const sdp = made.sdp.replace(/^(a=fmtp:111 .*)$/m, '$1;maxaveragebitrate=32000');
    await connection.setLocalDescription(new RTCSessionDescription({ type, sdp }));
    this.#transports();
    await this.#prioritise();
    // There is no wait for candidates: the far end finds them by the checks.
    return connection.localDescription.sdp;
  }
  async call() {
    await this.#open();
    const answer = await this.#line.invite(await this.#describe('offer'));
    await this.#connection.setRemoteDescription(new RTCSessionDescription({ type: 'answer', sdp: answer.replace(/^a=ice-lite\r\n/m, '') }));
    await this.#accepted();
  }
  async answer() {
    await this.#open();
    const sdp = this.#offer.replace(/^b=(AS|TIAS).*\r\n/gm, '');
    await this.#connection.setRemoteDescription(new RTCSessionDescription({ type: 'offer', sdp }));
    this.#line.answer(await this.#describe('answer'));
    await this.#accepted();
  }
  async #accepted() {
    note(`accepted, ${this.#connection.signalingState}`);
    for (let sample = 0; sample < 3; sample++) {
      await wait(1000);
      await this.#sample(sample);
    }
  }
  async #sample(number) {
    const report = await this.#connection.getStats();
    const all = [...report.values()];
    const inbound = all.find(({ type }) => type === 'inbound-rtp');
    const outbound = all.find(({ type }) => type === 'outbound-rtp');
    const transport = all.find(({ type }) => type === 'transport');
    const pair = report.get(transport?.selectedCandidatePairId);
    const complete = [inbound?.packetsReceived, inbound?.jitter, outbound?.bytesSent, pair?.currentRoundTripTime].every(Number.isFinite);
    const named = report.get(outbound?.codecId)?.mimeType;
    const candidates = [report.get(pair?.localCandidateId), report.get(pair?.remoteCandidateId)].map((candidate) => candidate?.candidateType);
    if (number === 2) note(`sample: ${complete}, ${named}, ${candidates}`);
  }
  dtmf(digits) {
    const { dtmf } = this.#connection.getSenders().find((sender) => sender.dtmf);
    note(`digits possible: ${dtmf.canInsertDTMF}`);
    dtmf.insertDTMF(digits, 160, 70);
  }
  mute(isMuted) {
    this.#input.getAudioTracks().forEach((track) => {
      track.enabled = !isMuted;
    });
  }
  hangUp() {
    this.#timers.forEach(clearInterval);
    this.#input.getTracks().forEach((track) => track.stop());
    this.#connection.close();
    this.#element.pause();
    this.#element.srcObject = null;
    this.#element.src = '';
    note(`closed: ${this.#connection.connectionState}`);
    this.#line.bye();
  }
}
