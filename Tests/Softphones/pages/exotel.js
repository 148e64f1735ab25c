// Exotel's webrtc SDK 3.0.10. It only takes calls: Exotel's server makes an agent's own calls ring first.
phone = new (class {
  #client = new exotelSDK.ExotelWebClient();
  #call;
  async start() {
    const { host, port } = new URL(signalling);
    await this.#client.initWebrtc(
      {
        userName: 'agent', authUser: 'agent', displayname: 'Agent', secret: 'x', sipdomain: 'phone.invalid', domain: host, port, security: 'ws', endpoint: 'ws',
      },
      (state) => note(`registration ${state}`),
      (_call, event) => {
        this.#call = this.#client.getCall();
        note(event === 'incoming' ? 'rings' : event);
      },
      (state) => note(`session ${state}`),
    );
    this.#client.DoRegister();
  }
  answer() {
    this.#call.Answer();
  }
  get connection() {
    const { Sessions, callActiveID } = this.#client.webrtcSIPPhone.phone.ctxSip;
    return Sessions[callActiveID].sessionDescriptionHandler.peerConnection;
  }
  setMicrophone(deviceId) {
    return new Promise((resolve, reject) => this.#client.changeAudioInputDevice(deviceId, resolve, reject));
  }
  setLoudspeaker(deviceId) {
    return new Promise((resolve, reject) => this.#client.changeAudioOutputDevice(deviceId, resolve, reject));
  }
  async dtmf(digits) {
    for (const digit of digits) {
      this.#call.sendDTMF(digit);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
  mute(on) {
    if (on) this.#call.Mute();
    else this.#call.UnMute();
  }
  hold() {
    this.#call.HoldToggle();
  }
  unhold() {
    this.#call.HoldToggle();
  }
  hangUp() {
    this.#call.Hangup();
  }
})();
