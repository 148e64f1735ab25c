// JsSIP 3.10.
phone = new (class {
  #agent;
  #session;
  start() {
    const socket = new JsSIP.WebSocketInterface(signalling);
    this.#agent = new JsSIP.UA({ sockets: [socket], uri: 'sip:agent@phone.invalid', password: 'x', register: true, session_timers: false });
    this.#agent.on('registered', () => note('registered'));
    this.#agent.on('newRTCSession', ({ session, originator }) => {
      this.#session = session;
      for (const event of ['progress', 'accepted', 'confirmed', 'hold', 'unhold', 'muted', 'unmuted', 'ended', 'failed']) {
        session.on(event, ({ originator: who } = {}) => note([event, who].filter(Boolean).join(' ')));
      }
      session.on('peerconnection', ({ peerconnection }) => playRemote(peerconnection));
      if (originator === 'local') playRemote(session.connection);
      else note('rings');
    });
    this.#agent.start();
  }
  call() {
    this.#agent.call('sip:far@phone.invalid', { mediaConstraints: { audio: true, video: false }, rtcOfferConstraints: { offerToReceiveAudio: true } });
  }
  answer() {
    this.#session.answer({ mediaConstraints: { audio: true, video: false } });
  }
  get connection() {
    return this.#session.connection;
  }
  dtmf(digits) {
    this.#session.sendDTMF(digits, { transportType: JsSIP.C.DTMF_TRANSPORT?.RFC2833 ?? 'RFC2833', duration: 100, interToneGap: 100 });
  }
  mute(on) {
    if (on) this.#session.mute({ audio: true });
    else this.#session.unmute({ audio: true });
  }
  hold() {
    return new Promise((resolve) => this.#session.hold({}, resolve));
  }
  unhold() {
    return new Promise((resolve) => this.#session.unhold({}, resolve));
  }
  hangUp() {
    this.#session.terminate();
  }
})();
