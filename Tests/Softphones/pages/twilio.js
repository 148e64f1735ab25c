// Twilio Voice SDK 2.18. No hold: Twilio's server does that.
phone = new (class {
  #device;
  #call;
  async start() {
    const part = (value) => btoa(JSON.stringify(value));
    const token = `${part({ alg: 'none' })}.${part({ exp: Math.floor(Date.now() / 1000) + 3600, grants: { identity: 'agent' } })}.x`;
    this.#device = new Twilio.Device(token, {
      chunderw: new URL(signalling).host, eventgw: new URL(signalling).host, publishEvents: false, disableAudioContextSounds: true,
      codecPreferences: ['opus', 'pcmu'], logLevel: 5,
    });
    for (const event of ['registered', 'registering', 'unregistered', 'error']) {
      this.#device.on(event, (error) => note(event + (error?.code ? ` ${error.code}` : '')));
    }
    this.#device.on('incoming', (call) => {
      this.#take(call);
      note('rings');
    });
    await this.#device.register();
  }
  #take(call) {
    this.#call = call;
    for (const event of ['accept', 'ringing', 'cancel', 'disconnect', 'reject', 'mute', 'error', 'warning']) {
      call.on(event, (detail) => note(event + (event === 'error' ? ` ${detail?.code}` : typeof detail === 'boolean' || typeof detail === 'string' ? ` ${detail}` : '')));
    }
    let samples = 0;
    call.on('sample', () => {
      samples += 1;
      if (samples === 3) note('samples');
    });
    call.on('volume', (input, output) => {
      levels.local.push(input);
      levels.remote.push(output);
    });
  }
  async call() {
    this.#take(await this.#device.connect({ params: { To: 'far' } }));
  }
  answer() {
    this.#call.accept();
  }
  startMeters() {
    levels.local = [];
    levels.remote = [];
  }
  setMicrophone(deviceId) {
    return this.#device.audio.setInputDevice(deviceId);
  }
  setLoudspeaker(deviceId) {
    return this.#device.audio.speakerDevices.set(deviceId);
  }
  dtmf(digits) {
    this.#call.sendDigits(digits);
  }
  mute(on) {
    this.#call.mute(on);
  }
  hangUp() {
    this.#call.disconnect();
  }
})();
