// SIP.js 0.20, as Exotel's client uses it too.
phone = new (class {
  #agent;
  #session;
  async start() {
    this.#agent = new SIP.UserAgent({
      uri: SIP.UserAgent.makeURI('sip:agent@phone.invalid'),
      transportOptions: { server: signalling },
      logLevel: 'error',
      sessionDescriptionHandlerFactoryOptions: { iceGatheringTimeout: 3000 },
      delegate: {
        onInvite: (invitation) => {
          this.#take(invitation);
          note('rings');
        },
      },
    });
    await this.#agent.start();
    const registerer = new SIP.Registerer(this.#agent);
    registerer.stateChange.addListener((state) => note(`registration ${state}`));
    await registerer.register();
  }
  #take(session) {
    this.#session = session;
    session.stateChange.addListener((state) => {
      note(state);
      if (state !== 'Established') return;
      const handler = session.sessionDescriptionHandler;
      remote.srcObject = handler.remoteMediaStream;
      remote.play().then(() => note('remote plays'), (error) => note(`remote does not play: ${error.name}`));
    });
  }
  async call() {
    const inviter = new SIP.Inviter(this.#agent, SIP.UserAgent.makeURI('sip:far@phone.invalid'), {
      sessionDescriptionHandlerOptions: { constraints: { audio: true, video: false } },
    });
    this.#take(inviter);
    await inviter.invite();
  }
  async answer() {
    await this.#session.accept({ sessionDescriptionHandlerOptions: { constraints: { audio: true, video: false } } });
  }
  get connection() {
    return this.#session.sessionDescriptionHandler.peerConnection;
  }
  dtmf(digits) {
    note(`dtmf ${this.#session.sessionDescriptionHandler.sendDtmf(digits, { duration: 100, interToneGap: 100 })}`);
  }
  mute(on) {
    const { peerConnection } = this.#session.sessionDescriptionHandler;
    for (const sender of peerConnection.getSenders()) if (sender.track) sender.track.enabled = !on;
    note(on ? 'muted' : 'unmuted');
  }
  async #setHold(hold) {
    this.#session.sessionDescriptionHandlerOptionsReInvite = { hold };
    await new Promise((resolve, reject) =>
      this.#session.invite({ requestDelegate: { onAccept: resolve, onReject: reject }, sessionDescriptionHandlerOptions: { hold } }),
    );
    note(hold ? 'hold' : 'unhold');
  }
  hold() {
    return this.#setHold(true);
  }
  unhold() {
    return this.#setHold(false);
  }
  hangUp() {
    this.#session.bye();
  }
})();
