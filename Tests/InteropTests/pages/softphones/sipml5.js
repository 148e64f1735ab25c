// Calls as sipML5 does: prefixed names, callbacks, streams instead of tracks, an `{url}` of a server, hold by taking the stream away.

import { note, remote, stunServer } from './line.js';

const Connection = globalThis.webkitRTCPeerConnection;
const open = navigator.webkitGetUserMedia.bind(navigator);

export default class {
  #line;
  #connection;
  #stream;
  #offer;

  constructor(line) {
    this.#line = line;
    line.onInvite = (sdp) => {
      this.#offer = sdp;
      note('rings');
    };
  }
  #open(then) {
    const connection = new Connection(
      this.#offer ? null : { iceServers: [{ url: stunServer }], rtcpMuxPolicy: 'negotiate' },
      { mandatory: { OfferToReceiveAudio: true, OfferToReceiveVideo: false } },
    );
    this.#connection = connection;
    connection.onaddstream = ({ stream }) => {
      note(`stream of ${stream.getAudioTracks().length} and ${stream.getVideoTracks().length}`);
      remote.srcObject = stream;
    };
    connection.onremovestream = () => note('stream removed');
    connection.onnegotiationneeded = () => note('negotiation needed');
    connection.onsignalingstatechange = () => note(`signaling ${connection.signalingState}`);
    open(
      { audio: true, video: false, data: false },
      (stream) => {
        this.#stream = stream;
        connection.addStream(stream);
        note(`streams: ${connection.getLocalStreams?.().length}`);
        then();
      },
      (error) => note(`no microphone: ${error.name}`),
    );
  }
  #describe(type, then) {
    const connection = this.#connection;
    const failed = (error) => note(`failed: ${error.name}`);
    const constraints = { mandatory: { OfferToReceiveAudio: true, OfferToReceiveVideo: false } };
    let isSent = false;
    const send = () => {
      if (isSent) return;
      isSent = true;
      const { sdp } = connection.localDescription;
      note(`${type}, ${sdp.includes('a=candidate') ? 'with candidates' : 'with none'}`);
      then(sdp.replace(/UDP\/TLS\/RTP\/SAVPF/g, 'RTP/SAVPF'));
    };
    connection.onicecandidate = ({ candidate }) => {
      if (!candidate || !candidate.candidate) send();
    };
    const made = (description) =>
      connection.setLocalDescription(description, () => connection.iceGatheringState === 'complete' && send(), failed);
    if (type === 'offer') connection.createOffer(made, failed, constraints);
    else connection.createAnswer(made, failed, constraints, false);
  }
  #take(type, sdp, then) {
    const described = new RTCSessionDescription({ type, sdp: sdp.replace(/UDP\/TLS\/RTP\/SAVPF/g, 'RTP/SAVPF') });
    this.#connection.setRemoteDescription(described, then, (error) => note(`refused: ${error.name}`));
  }
  #exchange(done) {
    this.#describe('offer', (sdp) => this.#line.invite(sdp).then((answer) => this.#take('answer', answer, done)));
  }
  call() {
    this.#open(() => this.#exchange(() => note('connected')));
  }
  answer() {
    this.#open(() => this.#take('offer', this.#offer, () => this.#describe('answer', (sdp) => {
      this.#line.answer(sdp);
      note('connected');
    })));
  }
  dtmf(digits) {
    return this.#line.tell('dtmf', digits);
  }
  mute(isMuted) {
    for (const track of this.#stream.getAudioTracks()) track.enabled = !isMuted;
  }
  hold() {
    this.#connection.removeStream(this.#stream);
    return new Promise((resolve) => this.#exchange(() => resolve(note(`held, ${this.#connection.getLocalStreams().length} stream`))));
  }
  unhold() {
    this.#connection.addStream(this.#stream);
    return new Promise((resolve) => this.#exchange(() => resolve(note(`resumed, ${this.#connection.getLocalStreams().length} stream`))));
  }
  hangUp() {
    this.#connection.close();
    remote.srcObject = null;
    for (const track of this.#stream.getTracks()) track.stop();
    this.#line.bye();
  }
}
