// Calls as SignalWire's 1.5 does: `negotiationneeded` makes the offer, a Proxy stands before the connection, the description goes a second after its first
// candidate, and hold is the server's.

import { note, remote } from './line.js';

const PATIENCE_MS = 1000;

export default class {
  #line;
  #connection;
  #stream;
  #offer;
  #sending;

  constructor(line) {
    this.#line = line;
    line.onInvite = (sdp) => {
      this.#offer = sdp;
      note('rings');
    };
  }
  #open() {
    const raw = new RTCPeerConnection({ bundlePolicy: 'max-compat', iceServers: [], iceTransportPolicy: 'all', sdpSemantics: 'unified-plan' });
    const connection = (this.#connection = new Proxy(raw, {
      get(target, member) {
        // A member's promised form is preferred, where there is one.
        const value = target[`${String(member)}Async`] ?? target[member];
        return typeof value === 'function' ? value.bind(target) : value;
      },
      set: (target, member, value) => Reflect.set(target, member, value, target),
    }));
    raw.onsignalingstatechange = () => {
      note(`signaling ${raw.signalingState}`);
      if (raw.signalingState === 'closed') this.#connection = null;
    };
    connection.onnegotiationneeded = () => {
      note('negotiation needed');
      if (raw.signalingState === 'stable') this.#negotiate();
    };
    connection.onicecandidate = ({ candidate }) => {
      if (candidate) void [candidate.type, candidate.address, candidate.port];
      if (candidate && !this.#sending) this.#sending = setTimeout(() => this.#send(), PATIENCE_MS);
    };
    connection.addEventListener('track', ({ streams }) => {
      note(`track of ${streams.length} stream`);
      remote.srcObject = streams[0];
    });
    connection.addEventListener('addstream', ({ stream }) => {
      note('addstream');
      remote.srcObject = stream;
    });
  }
  async #negotiate() {
    const made = this.#offer
      ? await this.#connection.createAnswer()
      : await this.#connection.createOffer({ offerToReceiveAudio: true, offerToReceiveVideo: true });
    await this.#connection.setLocalDescription({ type: made.type, sdp: made.sdp.replace(/^(a=fmtp:111 .*)$/m, '$1; stereo=1; sprop-stereo=1') });
  }
  async #send() {
    const { type, sdp } = this.#connection.localDescription;
    note(`${type} with ${sdp.includes('a=candidate') ? 'candidates' : 'none'}, ${sdp.match(/^m=video/gm)?.length ?? 0} of video`);
    if (type === 'answer') return this.#line.answer(sdp);
    await this.#connection.setRemoteDescription({ type: 'answer', sdp: await this.#line.invite(sdp) });
    note('active');
  }
  async #speak() {
    this.#stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: false });
    for (const track of this.#stream.getAudioTracks()) await this.#connection.addTrack(track, this.#stream);
  }
  async call() {
    this.#open();
    await this.#speak();
  }
  async answer() {
    this.#open();
    await this.#connection.setRemoteDescription({ type: 'offer', sdp: this.#offer });
    await this.#speak();
    await this.#negotiate();
  }
  dtmf(digits) {
    return this.#line.tell('dtmf', digits);
  }
  mute(isMuted) {
    for (const track of this.#stream.getAudioTracks()) track.enabled = !isMuted;
  }
  async hold() {
    await this.#line.tell('hold');
    note('held');
  }
  async unhold() {
    await this.#line.tell('unhold');
    note('active');
  }
  hangUp() {
    for (const track of this.#stream.getTracks()) track.stop();
    // No `signalingstatechange` may come of this: its handler would take the connection away.
    this.#connection.close();
    note(`still there: ${this.#connection !== null}`);
    remote.srcObject = null;
    this.#line.bye();
  }
}
