// sipML5 of 2018.
phone = new (class {
  #stack;
  #call;
  async start() {
    await new Promise((resolve, reject) => SIPml.init(resolve, reject));
    SIPml.setDebugLevel('error');
    this.#stack = new SIPml.Stack({
      realm: 'phone.invalid', impi: 'agent', impu: 'sip:agent@phone.invalid', password: 'x', websocket_proxy_url: signalling, ice_servers: '[]', enable_rtcweb_breaker: false,
      events_listener: { events: '*', listener: (event) => this.#onStack(event) },
    });
    this.#stack.start();
  }
  #onStack({ type, newSession }) {
    note(type);
    if (type === 'started') this.#stack.newSession('register', { events_listener: { events: '*', listener: (event) => note(`register ${event.type}`) } }).register();
    if (type !== 'i_new_call') return;
    this.#call = newSession;
    this.#call.setConfiguration(this.#configuration());
    note('rings');
  }
  #configuration() {
    return { audio_remote: remote, events_listener: { events: '*', listener: ({ type }) => note(type) } };
  }
  call() {
    this.#call = this.#stack.newSession('call-audio', this.#configuration());
    this.#call.call('far');
  }
  answer() {
    this.#call.accept(this.#configuration());
  }
  get connection() {
    const dialogs = this.#stack.o_stack.o_layer_dialog.ao_dialogs.filter((dialog) => dialog.o_msession_mgr);
    return dialogs.flatMap(({ o_msession_mgr: manager }) => manager.ao_sessions.map((session) => session.o_pc)).find(Boolean);
  }
  // It holds by taking its stream out of the connection, so that a new track belongs into that.
  async setMicrophone(deviceId) {
    const [stream] = this.connection.getLocalStreams();
    const [former] = stream.getAudioTracks();
    await replaceMicrophone(deviceId);
    stream.removeTrack(former);
    stream.addTrack(this.connection.getSenders().find(({ track }) => track).track);
  }
  async dtmf(digits) {
    for (const digit of digits) {
      this.#call.dtmf(digit);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
  mute(on) {
    note(`mute ${this.#call.mute('audio', on)}`);
  }
  hold() {
    this.#call.hold();
  }
  unhold() {
    this.#call.resume();
  }
  hangUp() {
    this.#call.hangup();
  }
})();
