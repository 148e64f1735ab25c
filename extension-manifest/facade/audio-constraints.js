'use strict';
// What a page wants of a microphone (mediacapture-main §4.3.5, §5), in the form the worker reads.
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /** Names of before the specification, some of them still sent. */
  const processing = {
    echoCancellation: ['echoCancellation', 'googEchoCancellation'],
    noiseSuppression: ['noiseSuppression', 'googNoiseSuppression'],
    autoGainControl: ['autoGainControl', 'googAutoGainControl'],
  };

  /** `{exact}`, `{ideal}` or a bare value, which is an ideal one. */
  function wish(value) {
    if (value === undefined || value === null) return {};
    if (typeof value === 'object' && !Array.isArray(value)) return { exact: value.exact, ideal: value.ideal };
    return { ideal: value };
  }

  const list = (value) => (value === undefined || value === null ? [] : (Array.isArray(value) ? value : [value]).map(String));

  /**
   * @param {boolean | Record<string, any>} constraints  the `audio` member
   * @returns {{deviceId: {exact: string[], ideal: string[]}, groupId: {exact: string[]}, echoCancellation: boolean,
   *   noiseSuppression: boolean, autoGainControl: boolean}}
   */
  function readAudioConstraints(constraints) {
    const given = typeof constraints === 'object' && constraints !== null ? constraints : {};
    // `{mandatory, optional}`: unknown members do not matter, those that are known count as wishes.
    const older = Object.assign({}, ...[...(given.optional ?? [])].reverse(), given.mandatory);
    const members = { ...older, ...given };
    const device = wish(members.deviceId ?? members.sourceId);
    const result = {
      deviceId: { exact: list(device.exact), ideal: list(device.ideal) },
      groupId: { exact: list(wish(members.groupId).exact) },
    };
    for (const [name, aliases] of Object.entries(processing)) {
      const { exact, ideal } = wish(aliases.map((alias) => members[alias]).find((value) => value !== undefined));
      result[name] = isOn(exact ?? ideal);
    }
    return result;
  }

  /** Echo cancellation has kinds (“all”, “remote-only”); here it is on or off, and on unless told otherwise. */
  function isOn(value) {
    return value === undefined || value === null || (value !== false && value !== 'false');
  }

  /** Sound of a tab or screen is the browser's, not the microphone's. */
  function isScreenCapture(constraints) {
    return Boolean(constraints?.mandatory?.chromeMediaSource ?? constraints?.chromeMediaSource);
  }

  facade.readAudioConstraints = readAudioConstraints;
  facade.isScreenCapture = isScreenCapture;
}
