// jQuery Verto of FreeSWITCH.
phone = new (class {
  #verto;
  #dialog;
  async start() {
    await new Promise((resolve) => $.verto.init({}, resolve));
    note('devices');
    this.#verto = new $.verto(
      { login: 'agent@phone.invalid', passwd: 'x', socketUrl: signalling, tag: 'remote', ringFile: null, iceServers: false, audioParams: { googEchoCancellation: false } },
      {
        onWSLogin: (_verto, success) => note(`login ${success}`),
        onDialogState: (dialog) => {
          this.#dialog = dialog;
          note(dialog.state.name);
        },
      },
    );
  }
  call() {
    this.#dialog = this.#verto.newCall({ destination_number: 'far', caller_id_name: 'Agent', caller_id_number: '200', useVideo: false, useStereo: false });
  }
  answer() {
    this.#dialog.answer({ useVideo: false });
  }
  get connection() {
    return this.#dialog.rtc.peer.peer;
  }
  setLoudspeaker(deviceId) {
    return new Promise((resolve, reject) =>
      this.#dialog.setAudioPlaybackDevice(deviceId, (isSet) => (isSet ? resolve() : reject(new Error('refused')))),
    );
  }
  dtmf(digits) {
    this.#dialog.dtmf(digits);
  }
  mute(on) {
    this.#dialog.setMute(on ? 'off' : 'on');
    note(`mute ${this.#dialog.getMute()}`);
  }
  hold() {
    this.#dialog.hold();
  }
  unhold() {
    this.#dialog.unhold();
  }
  hangUp() {
    this.#dialog.hangup();
  }
})();
