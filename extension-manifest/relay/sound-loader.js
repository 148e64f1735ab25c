'use strict';
// Fetches and decodes a page's sound files, beside the page: under the page's own rights (CORS), but not under its Content Security
// Policy, which says what the page may fetch and not what it may play.
(() => {
  const sampleRate = 48_000;
  const longestSeconds = 60;

  /** @param {Float32Array[]} channels */
  function mixed(channels) {
    const samples = new DataView(new ArrayBuffer(channels[0].length * 2));
    for (let index = 0; index < channels[0].length; index += 1) {
      let sum = 0;
      for (const channel of channels) sum += channel[index];
      const value = Math.max(-1, Math.min(1, sum / channels.length));
      samples.setInt16(index * 2, Math.round(value * 32_767), true);
    }
    return new Uint8Array(samples.buffer);
  }

  function base64(bytes) {
    let text = '';
    for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
    return btoa(text);
  }

  /**
   * @param {string} address
   * @returns {Promise<string>} base64 of 16-bit samples, one channel at 48 kHz
   */
  globalThis.nearendLoadSound = async (address) => {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`${address} was answered by ${response.status}.`);
    const decoder = new OfflineAudioContext(1, 1, sampleRate);
    const buffer = await decoder.decodeAudioData(await response.arrayBuffer());
    if (buffer.duration > longestSeconds) throw new Error(`${address} is longer than a minute.`);
    return base64(mixed(Array.from({ length: buffer.numberOfChannels }, (_, index) => buffer.getChannelData(index))));
  };
})();
