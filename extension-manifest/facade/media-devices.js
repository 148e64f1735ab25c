'use strict';
// navigator.mediaDevices and the older getUserMedia: microphones and loudspeakers are the agent's device's; cameras stay the browser's.
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];
  const { readAudioConstraints, isScreenCapture } = facade;

  /** What can be had of a microphone (mediacapture-main §4.3.5), as Chromium writes it. */
  function capabilitiesOf({ deviceId, groupId }) {
    return {
      autoGainControl: [true, false],
      channelCount: { max: 1, min: 1 },
      deviceId,
      echoCancellation: [true, false],
      groupId,
      latency: { max: 0.01, min: 0.01 },
      noiseSuppression: [true, false],
      sampleRate: { max: 48000, min: 48000 },
      sampleSize: { max: 16, min: 16 },
      voiceIsolation: [false],
    };
  }

  class MediaDevicesPatch {
    #realm;
    #native;
    /** @type {WeakMap<MediaDeviceInfo, any>} */
    #infos = new WeakMap();

    constructor(realm) {
      this.#realm = realm;
      const { window } = realm;
      if (!window.MediaDevices) return; // not a secure context
      const { getUserMedia, enumerateDevices } = window.MediaDevices.prototype;
      this.#native = { getUserMedia, enumerateDevices };
      this.#patchDevices();
      this.#patchInfos();
      this.#patchNavigator();
      realm.link.receive('devicesChanged', () => realm.webidl.fire(window.navigator.mediaDevices, 'devicechange'));
    }

    // mediacapture-main §10.2 getUserMedia
    async getUserMedia(constraints, Interface) {
      const { window, webidl } = this.#realm;
      const context = `Failed to execute 'getUserMedia' on '${Interface}'`;
      const { mediaDevices } = window.navigator;
      const { audio, video } = constraints ?? {};
      if (!audio && !video) {
        throw new window.TypeError(`${context}: At least one of audio and video must be requested`);
      }
      // Its frame has been taken out of the page.
      if (window.closed) throw webidl.exception('InvalidStateError', `${context}: Invalid state.`);
      if (!audio || isScreenCapture(audio)) return Reflect.apply(this.#native.getUserMedia, mediaDevices, [constraints]);
      // The browser says first whether there is a camera, and whether it may be used.
      const picture = video ? await Reflect.apply(this.#native.getUserMedia, mediaDevices, [{ video }]) : null;
      try {
        const track = await this.#openMicrophone(audio);
        return new window.MediaStream([track, ...(picture?.getTracks() ?? [])]);
      } catch (error) {
        for (const track of picture?.getTracks() ?? []) track.stop();
        // An engine that is gone is a microphone that cannot be read: pages know no other error here (§10.2).
        if (error.name === 'OperationError') throw webidl.exception('NotReadableError', error.message);
        throw webidl.engineException(error);
      }
    }

    async #openMicrophone(audio) {
      const { link, tracks } = this.#realm;
      const handle = link.mintHandle();
      const wanted = readAudioConstraints(audio);
      const { label, deviceId, groupId, settings } = await link.request('getUserMedia', { track: handle, constraints: wanted });
      const { echoCancellation, noiseSuppression, autoGainControl } = wanted;
      const processing = { autoGainControl, echoCancellation, noiseSuppression };
      return tracks.makeLocal(handle, {
        label,
        settings: {
          ...processing,
          channelCount: 1,
          latency: 0.01,
          sampleRate: 48000,
          sampleSize: 16,
          voiceIsolation: false,
          ...settings,
          deviceId,
          groupId,
        },
        capabilities: capabilitiesOf({ deviceId, groupId }),
        constraints: typeof audio === 'object' ? structuredClone(audio) : {},
      });
    }

    /** A microphone's track that another document has opened. */
    takeOver({ track: handle, trackId, enabled, muted, microphone }) {
      const { label, deviceId, groupId, settings } = microphone;
      const track = this.#realm.tracks.makeLocal(handle, {
        label,
        settings: { voiceIsolation: false, ...settings, deviceId, groupId },
        capabilities: capabilitiesOf({ deviceId, groupId }),
        constraints: {},
      });
      Object.assign(this.#realm.tracks.stateOf(track), { id: trackId ?? null, isEnabled: enabled, isMuted: muted });
      return track;
    }

    // mediacapture-main §9.2.1: which devices there are, and what the page may know of them, the worker decides.
    async enumerateDevices() {
      const { window, link, webidl } = this.#realm;
      const [native, { devices }] = await Promise.all([
        Reflect.apply(this.#native.enumerateDevices, window.navigator.mediaDevices, []),
        link.request('enumerateDevices', {}).catch((error) => {
          throw webidl.engineException(error);
        }),
      ]);
      const ours = (kind) => devices.filter((device) => device.kind === kind).map((device) => this.#makeInfo(device));
      return [...ours('audioinput'), ...native.filter(({ kind }) => kind === 'videoinput'), ...ours('audiooutput')];
    }

    #makeInfo({ deviceId, kind, label, groupId }) {
      const { InputDeviceInfo, MediaDeviceInfo } = this.#realm.window;
      const Interface = kind === 'audioinput' && InputDeviceInfo ? InputDeviceInfo : MediaDeviceInfo;
      const info = Object.create(Interface.prototype);
      this.#infos.set(info, { deviceId, kind, label, groupId });
      return info;
    }

    #patchDevices() {
      const { window, webidl } = this.#realm;
      const ours = {
        getUserMedia: (constraints) => this.getUserMedia(constraints, 'MediaDevices'),
        enumerateDevices: () => this.enumerateDevices(),
      };
      for (const [name, perform] of Object.entries(ours)) {
        webidl.override(window.MediaDevices.prototype, name, () => ({
          value: {
            // Not `async`: what cannot be is refused by a promise that is rejected already.
            method(...values) {
              if (this instanceof window.MediaDevices) return perform(...values);
              const reason = `Failed to execute '${name}' on 'MediaDevices': Illegal invocation`;
              return Promise.reject(new window.TypeError(reason));
            },
          }.method,
        }));
      }
    }

    #patchInfos() {
      const { window, webidl } = this.#realm;
      const infos = this.#infos;
      for (const name of ['deviceId', 'kind', 'label', 'groupId']) {
        webidl.override(window.MediaDeviceInfo.prototype, name, (native) => ({
          get() {
            const info = infos.get(this);
            return info ? info[name] : Reflect.apply(native.get, this, []);
          },
        }));
      }
      const method = (object, name, perform) =>
        webidl.override(object, name, (native) => ({
          value: {
            method() {
              const info = infos.get(this);
              return info ? perform(info) : Reflect.apply(native.value, this, []);
            },
          }.method,
        }));
      method(window.MediaDeviceInfo.prototype, 'toJSON', (info) => ({ ...info }));
      if (window.InputDeviceInfo) {
        method(window.InputDeviceInfo.prototype, 'getCapabilities', (info) => (info.deviceId ? capabilitiesOf(info) : {}));
      }
    }

    /** `navigator.getUserMedia(constraints, success, failure)` and its prefixed form. */
    #patchNavigator() {
      const { window, webidl } = this.#realm;
      const open = (constraints) => this.getUserMedia(constraints, 'Navigator');
      for (const name of ['getUserMedia', 'webkitGetUserMedia']) {
        webidl.override(window.Navigator.prototype, name, () => ({
          value: {
            method(constraints, success, failure) {
              const context = "Failed to execute 'getUserMedia' on 'Navigator'";
              if (arguments.length < 3) {
                throw new window.TypeError(`${context}: 3 arguments required, but only ${arguments.length} present.`);
              }
              if (!constraints?.audio && !constraints?.video) {
                throw new window.TypeError(`${context}: At least one of audio and video must be requested`);
              }
              open(constraints).then(
                (stream) => success(stream),
                (error) => failure(error),
              );
            },
          }.method,
        }));
      }
    }
  }

  facade.MediaDevicesPatch = MediaDevicesPatch;
}
