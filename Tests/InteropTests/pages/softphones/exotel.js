// Calls as Exotel's client does: SIP.js, with a first connection that only gathers, sounds through Web Audio from the start, and a microphone that is changed
// after the old one has stopped.

import { note, remote, stunServer } from './line.js';
import SIPPhone from './sip.js';

const context = new AudioContext();
const volume = context.createGain();
const sounds = ['ringtone', 'ringback', 'dtmf', 'beep'].map((id) => Object.assign(document.createElement('audio'), { id, preload: 'none', autoplay: false }));

export default class extends SIPPhone {
  constructor(line) {
    super(line);
    sounds.forEach((sound) => context.createMediaElementSource(sound).connect(volume));
    volume.connect(context.destination);
    this._remote.onaddtrack = () => note('onaddtrack');
    this._remote.onremovetrack = () => {};
  }
  async start() {
    const [ringtone] = sounds;
    ringtone.src = 'data:audio/wav;base64,UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=';
    note(`own address: ${await this.#ownAddress()}`);
  }
  /** As a host candidate tells it, on a connection that is never used for a call. */
  async #ownAddress() {
    const probe = new RTCPeerConnection({ iceServers: [{ urls: stunServer }] });
    const first = new Promise((resolve) => {
      probe.onicecandidate = ({ candidate }) => candidate?.candidate && resolve(candidate.candidate);
    });
    probe.createDataChannel('');
    await probe.setLocalDescription(await probe.createOffer());
    const found = /(\d+\.){3}\d+|[0-9a-f:]{3,}|\S+\.local/.test(await first);
    probe.close();
    return found;
  }
  _constraints() {
    return { audio: { noiseSuppression: false }, video: false };
  }
  async answer() {
    const [ringtone] = sounds;
    ringtone.pause();
    if (ringtone.src) ringtone.src = '';
    remote.load();
    await super.answer();
    note(`sends ${this._local.getTracks().length} in all`);
    remote.volume = 0.9;
    await remote.setSinkId('default').then(() => note('sink default'), (error) => note(`sink: ${error.name}`));
    await this.#changeMicrophone();
  }
  async #changeMicrophone() {
    const [sender] = this._connection.getSenders();
    sender.track.stop();
    const [input] = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === 'audioinput');
    const stream = await navigator.mediaDevices.getUserMedia({ audio: { deviceId: { exact: input.deviceId } } });
    await sender.replaceTrack(stream.getAudioTracks()[0]);
    note(`microphone changed, ${sender.track.readyState}`);
  }
}
