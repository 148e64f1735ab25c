// Calls as FreeSWITCH's jQuery Verto does: callbacks, descriptions that nobody waits for, a camera asked for first, the description a second after its first
// candidate.

import { note, remote } from './line.js';

const PATIENCE_MS = 1000;

export default class {
  #line;
  #connection;
  #stream;
  #offer;
  #isSent = false;

  constructor(line) {
    this.#line = line;
    line.onInvite = (sdp) => {
      this.#offer = sdp;
      note('rings');
    };
  }
  async start() {
    // A test of what there is. With no camera, the browser refuses it all.
    await navigator.mediaDevices.getUserMedia({ audio: true, video: true }).then(
      (stream) => stream.getTracks().forEach((track) => track.stop()),
      (error) => { globalThis.refused = error.name; },
    );
    await navigator.mediaDevices.enumerateDevices();
  }
  async #open() {
    const connection = (this.#connection = new RTCPeerConnection({ bundlePolicy: 'max-compat', sdpSemantics: 'unified-plan' }));
    connection.onicecandidate = ({ candidate }) => {
      if (candidate && !this.#waiting) this.#waiting = setTimeout(() => this.#send(), PATIENCE_MS);
      else if (!candidate) this.#send();
    };
    connection.addEventListener('track', ({ streams }) => {
      streams[0].oninactive = () => {};
      remote.srcObject = streams[0];
      note(`track of a stream, ${Boolean(streams[0].id)}`);
    });
    this.#stream = await navigator.mediaDevices.getUserMedia({ audio: { googEchoCancellation: false }, video: false });
    note(`video tracks: ${this.#stream.getVideoTracks().length}`);
    for (const track of this.#stream.getTracks()) connection.addTrack(track, this.#stream);
  }
  #waiting;
  #send() {
    if (this.#isSent) return;
    this.#isSent = true;
    const { type, sdp } = new RTCSessionDescription(this.#connection.localDescription);
    note(`${type}, ${sdp.includes('a=candidate') ? 'with candidates' : 'with none'}`);
    if (type === 'answer') return this.#line.answer(sdp);
    this.#line.invite(sdp).then((answer) => {
      const described = new RTCSessionDescription({ type: 'answer', sdp: answer });
      this.#connection.setRemoteDescription(described, () => note('answered'), (error) => note(`refused: ${error.name}`));
    });
  }
  async call() {
    await this.#open();
    this.#connection.createOffer(
      (offer) => { this.#connection.setLocalDescription(new RTCSessionDescription(offer)); },
      (error) => note(`no offer: ${error.name}`),
      { offerToReceiveAudio: true, offerToReceiveVideo: false },
    );
  }
  async answer() {
    await this.#open();
    // Neither is waited for: the connection must keep the order.
    this.#connection.setRemoteDescription(new RTCSessionDescription({ type: 'offer', sdp: this.#offer }), () => note('offer taken'), () => note('refused'));
    this.#connection.createAnswer(
      (answer) => { this.#connection.setLocalDescription(new RTCSessionDescription(answer)); note('answer made'); },
      (error) => note(`no answer: ${error.name}`),
    );
  }
  dtmf(digits) {
    return this.#line.tell('dtmf', digits);
  }
  mute(isMuted) {
    for (const track of this.#stream.getAudioTracks()) if (track.enabled === isMuted) track.enabled = !isMuted;
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
    this.#connection.close();
    remote.srcObject = null;
    this.#line.bye();
  }
}
