// Calls as Amazon Connect's client does: relayed candidates only, collected one by one, a description whose codecs it has edited, statistics once a second.

import { note, relay, remote, wait } from './line.js';

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
  async #open() {
    const connection = (this.#connection = new RTCPeerConnection({
      iceServers: [relay], iceTransportPolicy: 'relay', rtcpMuxPolicy: 'require', bundlePolicy: 'balanced', enableDtlsSrtp: true, iceCandidatePoolSize: 1,
      sdpSemantics: 'unified-plan',
    }, { optional: [{ googDscp: true }, { DtlsSrtpKeyAgreement: true }] }));
    connection.addEventListener('track', ({ streams: [stream], track }) => {
      remote.srcObject = stream;
      note(`track of ${track.kind}, ${Boolean(stream.id)}`);
    });
    connection.onconnectionstatechange = () => note(`connection ${connection.connectionState}`);
    connection.oniceconnectionstatechange = ({ currentTarget }) => {
      if (currentTarget.iceConnectionState === 'connected') note(`ice connected, ${currentTarget === connection}`);
    };
    this.#stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    this.#stream.getAudioTracks().forEach((track) => connection.addTrack(track, this.#stream));
  }
  /** Sets the local description, and gives it with what was gathered for it. */
  async #describe(made) {
    const connection = this.#connection;
    const candidates = [];
    const complete = new Promise((resolve) => {
      connection.onicecandidate = ({ candidate }) => {
        if (!candidate) return resolve();
        void JSON.stringify({ candidate });
        const { candidate: text, sdpMid, sdpMLineIndex, usernameFragment } = new RTCIceCandidate(candidate);
        candidates.push({ candidate: text, sdpMid, sdpMLineIndex, usernameFragment });
      };
    });
    await connection.setLocalDescription(new RTCSessionDescription(made));
    const { sdp } = connection.localDescription;
    await complete;
    note(`${candidates.every(({ candidate }) => candidate.includes('typ relay')) ? 'relayed' : 'other'} candidates, ${candidates.length > 0}`);
    const lines = candidates.map(({ candidate }) => `a=${candidate}\r\n`).join('');
    return sdp.replace(/^a=candidate:.*\r\n/gm, '').replace(/^(a=ice-ufrag:)/m, `${lines}$1`);
  }
  /** Sets the remote description without its candidates, and adds them one by one. */
  async #take(type, sdp) {
    const candidates = sdp.match(/^a=candidate:.*$/gm) ?? [];
    const bare = new RTCSessionDescription({ type, sdp: sdp.replace(/^a=(candidate:.*|end-of-candidates)\r\n/gm, '') });
    await this.#connection.setRemoteDescription(new RTCSessionDescription(bare));
    for (const line of candidates) {
      await this.#connection.addIceCandidate(new RTCIceCandidate({ candidate: line.slice(2), sdpMLineIndex: 0 }));
    }
    note(`${bare.type} taken, ${candidates.length > 0}`);
  }
  #edited({ type, sdp }) {
    return { type, sdp: sdp.replace(/minptime=10/g, 'minptime=20;usedtx=1').replace(/\r\n$/, '\r\na=ptime:20\r\na=maxptime:20\r\n') };
  }
  async call() {
    await this.#open();
    const answer = await this.#line.invite(await this.#describe(this.#edited(await this.#connection.createOffer())));
    await this.#take('answer', answer);
    await this.#watch();
  }
  async answer() {
    await this.#open();
    await this.#take('offer', this.#offer);
    this.#line.answer(await this.#describe(this.#edited(await this.#connection.createAnswer())));
    await this.#watch();
  }
  async #watch() {
    note(`connected, ${this.#connection.signalingState}`);
    for (let sample = 0; sample < 3; sample++) {
      await wait(1000);
      if (this.#connection.signalingState !== 'stable') continue;
      const all = [...(await this.#connection.getStats()).values()];
      const inbound = all.find(({ type }) => type === 'inbound-rtp');
      const source = all.find(({ type }) => type === 'media-source');
      if (sample < 2) continue;
      note(`sample: ${[inbound?.jitterBufferDelay, inbound?.jitterBufferEmittedCount, inbound?.audioLevel, inbound?.concealmentEvents, source?.audioLevel].every(Number.isFinite)}`);
      const [receiver] = this.#connection.getReceivers();
      note(`sources: ${receiver.getSynchronizationSources().length}, transport ${receiver.transport.state}`);
    }
  }
  dtmf(digits) {
    this.#connection.getSenders()[0].dtmf.insertDTMF(digits);
  }
  mute(isMuted) {
    for (const track of this.#stream.getAudioTracks()) track.enabled = !isMuted;
  }
  hangUp() {
    for (const track of this.#stream.getTracks()) track.stop();
    this.#connection.close();
    remote.srcObject = null;
    this.#line.bye();
  }
}
