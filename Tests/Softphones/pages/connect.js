// Amazon's connect-rtc-js 1.3. Every call of an agent is an offer of its client's; Amazon's server holds.
phone = new (class {
  #session;
  start() {
    note('ready');
  }
  async call() {
    const servers = await (await fetch('ice-servers')).json();
    this.#session = new connect.RTCSession(`${signalling}/?`, servers, 'token', console);
    this.#session.remoteAudioElement = remote;
    this.#session.forceAudioCodec = 'OPUS';
    for (const event of [
      'GumSuccess', 'GumError', 'SessionFailed', 'LocalStreamAdded', 'SessionInitialized', 'SignalingConnected', 'IceCollectionComplete', 'SignalingStarted',
      'SessionConnected', 'RemoteStreamAdded', 'SessionCompleted', 'SessionDestroyed',
    ]) {
      this.#session[`on${event}`] = () => note(event);
    }
    addEventListener('error', ({ message }) => note(message));
    this.#session.connect();
  }
  get connection() {
    return this.#session._pc;
  }
  dtmf() {}
  mute(on) {
    if (on) this.#session.pauseLocalAudio();
    else this.#session.resumeLocalAudio();
  }
  hangUp() {
    this.#session.hangup();
  }
})();
