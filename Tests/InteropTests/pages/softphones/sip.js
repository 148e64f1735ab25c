// Calls as SIP.js does, and so Exotel's client too: streams of its own for what is sent and received, hold by the transceivers' directions.

import { note, remote, stunServer, wait } from './line.js';

const PATIENCE_MS = 3000;

export default class {
  _connection;
  _local = new MediaStream();
  _remote = new MediaStream();
  #line;
  #offer;
  #gathered;

  constructor(line) {
    this.#line = line;
    line.onInvite = (sdp) => {
      this.#offer = sdp;
      note('rings');
    };
  }
  _configuration() {
    return {
      bundlePolicy: 'balanced', certificates: undefined, iceCandidatePoolSize: 0, iceServers: [{ urls: stunServer }], iceTransportPolicy: 'all',
      peerIdentity: undefined, rtcpMuxPolicy: 'require',
    };
  }
  _constraints() {
    return { audio: true, video: false };
  }
  #open() {
    const connection = (this._connection = new RTCPeerConnection(this._configuration()));
    connection.onconnectionstatechange = () => note(`connection ${connection.connectionState}`);
    connection.ondatachannel = () => note('data channel');
    connection.onicecandidate = () => {};
    connection.onicecandidateerror = () => {};
    connection.oniceconnectionstatechange = () => {};
    connection.onicegatheringstatechange = () => {
      if (connection.iceGatheringState === 'complete') this.#gathered?.();
    };
    connection.onnegotiationneeded = () => {};
    connection.onsignalingstatechange = () => note(`signaling ${connection.signalingState}`);
    connection.ontrack = ({ track }) => this.#receive(track);
  }
  #receive(track) {
    if (this._remote.getTrackById(track.id)) return;
    this._remote.addTrack(track);
    note('receives');
    this._remote.dispatchEvent(new MediaStreamTrackEvent('addtrack', { track }));
  }
  async #speak() {
    const stream = await navigator.mediaDevices.getUserMedia(this._constraints());
    const track = stream.getAudioTracks()[0];
    // The stream that is named does not contain the track yet.
    this._connection.addTrack(track, this._local);
    this._local.addTrack(track);
    note(`sends ${this._local.getAudioTracks().length} of audio, ${this._local.getVideoTracks().length} of video`);
  }
  async #describe(type) {
    const connection = this._connection;
    const made = await (type === 'offer' ? connection.createOffer(undefined) : connection.createAnswer(undefined));
    await connection.setLocalDescription({ type: made.type, sdp: this._munged(made.sdp) });
    if (connection.iceGatheringState !== 'complete') {
      await Promise.race([
        new Promise((resolve) => {
          this.#gathered = resolve;
        }),
        wait(PATIENCE_MS),
      ]);
    }
    return connection.localDescription.sdp;
  }
  _munged(sdp) {
    return sdp;
  }
  #established() {
    for (const { track } of this._connection.getReceivers()) this.#receive(track);
    remote.srcObject = this._remote;
    remote.play().then(() => note('plays'));
    note('established');
  }
  async call() {
    this.#open();
    await this.#speak();
    const answer = await this.#line.invite(await this.#describe('offer'));
    await this._connection.setRemoteDescription({ type: 'answer', sdp: answer });
    this.#established();
  }
  async answer() {
    this.#open();
    await this._connection.setRemoteDescription({ type: 'offer', sdp: this.#offer });
    await this.#speak();
    this.#line.answer(await this.#describe('answer'));
    this.#established();
  }
  dtmf(digits) {
    const { dtmf } = this._connection.getSenders().find(({ track }) => track?.kind === 'audio');
    dtmf.insertDTMF(digits, 100, 100);
  }
  mute(isMuted) {
    for (const { track } of this._connection.getSenders()) if (track && track.enabled === isMuted) track.enabled = !isMuted;
  }
  async #direct(from, to) {
    // Both at once, before the offer: what the getter says after the setter counts.
    for (const transceiver of this._connection.getTransceivers()) {
      if (transceiver.direction === from) transceiver.direction = to;
      note(`direction ${transceiver.direction}`);
    }
    const answer = await this.#line.invite(await this.#describe('offer'));
    await this._connection.setRemoteDescription({ type: 'answer', sdp: answer });
    note(this._connection.remoteDescription.type);
  }
  hold() {
    return this.#direct('sendrecv', 'sendonly');
  }
  unhold() {
    return this.#direct('sendonly', 'sendrecv');
  }
  hangUp() {
    for (const { track } of [...this._connection.getSenders(), ...this._connection.getReceivers()]) track?.stop();
    this._connection.close();
    note(`ice ${this._connection.iceConnectionState}`);
    this.#line.bye();
  }
}
