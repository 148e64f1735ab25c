// Calls as JsSIP does: whole candidates in one description, hold by the directions on the wire, digits one by one.

import { note, remote, until } from './line.js';

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
    // An early answer is taken for the answer.
    line.onProgress = async (sdp) => {
      await this.#connection.setRemoteDescription(new RTCSessionDescription({ type: 'answer', sdp }));
      note(`early, ${this.#connection.signalingState}`);
    };
  }
  #open() {
    this.#connection = new RTCPeerConnection({ iceServers: [] }, null);
    this.#connection.addEventListener('iceconnectionstatechange', () => {
      if (this.#connection.iceConnectionState === 'connected') note('ice connected');
      if (this.#connection.iceConnectionState === 'failed') this.hangUp();
    });
    const play = (stream) => {
      if (remote.srcObject === stream) return;
      remote.srcObject = stream;
      remote.play().then(() => note('plays'));
    };
    this.#connection.addEventListener('track', ({ streams }) => play(streams[0]));
    for (const { track } of this.#connection.getReceivers()) play(new MediaStream([track]));
  }
  async #speak() {
    this.#stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: false });
    for (const track of this.#stream.getTracks()) this.#connection.addTrack(track, this.#stream);
  }
  /** The local description once it has every candidate. */
  async #describe(type, options) {
    const connection = this.#connection;
    const made = await (type === 'offer' ? connection.createOffer(options) : connection.createAnswer(options));
    await connection.setLocalDescription({ type: made.type, sdp: made.sdp });
    if (connection.iceGatheringState !== 'complete') {
      const complete = until(connection, 'icegatheringstatechange', () => connection.iceGatheringState === 'complete');
      const last = until(connection, 'icecandidate', ({ candidate }) => !candidate);
      await Promise.race([complete, last]);
    }
    const { sdp } = connection.localDescription;
    note(`${connection.localDescription.type} with ${/^a=candidate:/m.test(sdp) ? 'candidates' : 'no candidate'}, ${connection.signalingState}`);
    return sdp;
  }
  async call() {
    this.#open();
    await this.#speak();
    const answer = await this.#line.invite(await this.#describe('offer', { offerToReceiveAudio: true }), { isEarly: true });
    if (this.#connection.signalingState === 'stable') {
      // The early answer has ended the negotiation: one more offer, which is never sent, makes room for the answer.
      await this.#connection.setLocalDescription(await this.#connection.createOffer({ offerToReceiveAudio: true }));
    }
    await this.#connection.setRemoteDescription(new RTCSessionDescription({ type: 'answer', sdp: answer }));
    note('accepted');
  }
  async answer() {
    this.#open();
    await this.#connection.setRemoteDescription(new RTCSessionDescription({ type: 'offer', sdp: this.#offer }));
    await this.#speak();
    this.#line.answer(await this.#describe('answer', null));
    note('accepted');
  }
  dtmf(digits) {
    const { dtmf } = this.#connection.getSenders().find(({ track }) => track?.kind === 'audio');
    for (const digit of digits) dtmf.insertDTMF(dtmf.toneBuffer + digit, 100, 100);
  }
  mute(isMuted) {
    for (const { track } of this.#connection.getSenders()) if (track?.kind === 'audio') track.enabled = !isMuted;
  }
  async #renegotiate(direction) {
    const sdp = await this.#describe('offer', null);
    const answer = await this.#line.invite(sdp.replace(/^a=sendrecv/m, `a=${direction}`));
    await this.#connection.setRemoteDescription(new RTCSessionDescription({ type: 'answer', sdp: answer }));
    note(`${direction} agreed`);
  }
  hold() {
    return this.#renegotiate('sendonly');
  }
  unhold() {
    return this.#renegotiate('sendrecv');
  }
  hangUp() {
    this.#connection.close();
    for (const track of this.#stream.getTracks()) track.stop();
    this.#line.bye();
  }
}
