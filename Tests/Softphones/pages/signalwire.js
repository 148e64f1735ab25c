// @signalwire/js 1.5, its Verto client.
phone = new (class {
  #client;
  #call;
  #held;
  start() {
    this.#client = new Verto({ host: signalling, login: 'agent@phone.invalid', passwd: 'x', password: 'x' });
    this.#client.remoteElement = 'remote';
    this.#client.enableMicrophone();
    this.#client.disableWebcam?.();
    this.#client.on('signalwire.ready', () => note('ready'));
    this.#client.on('signalwire.error', (error) => note(`error ${error?.message ?? ''}`));
    this.#client.on('signalwire.notification', ({ type, call }) => {
      if (type !== 'callUpdate') return;
      this.#call = call;
      note(call.state);
    });
    this.#client.connect();
  }
  call() {
    this.#call = this.#client.newCall({ destinationNumber: 'far', audio: true, video: false, callerName: 'Agent', callerNumber: '200' });
  }
  answer() {
    this.#call.answer();
  }
  get connection() {
    return this.#call.peer.instance;
  }
  setMicrophone(deviceId) {
    return this.#call.setAudioInDevice(deviceId);
  }
  setLoudspeaker(deviceId) {
    return this.#call.setAudioOutDevice(deviceId);
  }
  dtmf(digits) {
    this.#call.dtmf(digits);
  }
  mute(on) {
    if (on) this.#call.muteAudio();
    else this.#call.unmuteAudio();
    note(on ? 'muted' : 'unmuted');
  }
  hold() {
    return this.#call.hold();
  }
  unhold() {
    return this.#call.unhold();
  }
  hangUp() {
    this.#call.hangup();
  }
})();
