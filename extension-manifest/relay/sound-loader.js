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

  /** What is at an address, as it comes out of the browser's decoder. @returns {Promise<Float32Array[]>} */
  async function fetched(address) {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`${address} was answered by ${response.status}.`);
    const decoder = new OfflineAudioContext(1, 1, sampleRate);
    const buffer = await decoder.decodeAudioData(await response.arrayBuffer());
    if (buffer.duration > longestSeconds) throw new Error(`${address} is longer than a minute.`);
    return Array.from({ length: buffer.numberOfChannels }, (_, index) => buffer.getChannelData(index));
  }

  /** What the page has decoded for a context of another rate. @returns {Promise<Float32Array[]>} */
  async function resampled(channels, rate) {
    const buffer = new AudioBuffer({ numberOfChannels: channels.length, length: channels[0].length, sampleRate: rate });
    channels.forEach((channel, index) => buffer.copyToChannel(channel, index));
    const context = new OfflineAudioContext(1, Math.ceil(buffer.duration * sampleRate), sampleRate);
    const player = new AudioBufferSourceNode(context, { buffer });
    player.connect(context.destination);
    player.start();
    return [(await context.startRendering()).getChannelData(0)];
  }

  /**
   * @param {{address: string} | {channels: Float32Array[], sampleRate: number}} sound  where a file is, or what the page has decoded
   * @returns {Promise<string>} base64 of 16-bit samples, one channel at 48 kHz
   */
  globalThis.nearendLoadSound = async ({ address, channels, sampleRate: rate }) => {
    if (!channels) return base64(mixed(await fetched(address)));
    return base64(mixed(rate === sampleRate ? channels : await resampled(channels, rate)));
  };
})();
