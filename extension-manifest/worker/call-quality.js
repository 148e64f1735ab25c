// How good a call is: rates from the host's sums, a minute of history, and an estimate of what a listener would say.

/** @typedef {{
 *   at: number, lossPercent: number, remoteLossPercent: number, jitterMs: number, roundTripMs: number | null, playoutMs: number,
 *   microphone: number, farEnd: number, mos: number | null,
 * }} QualitySample  levels 0…1, times in milliseconds */

const historyLength = 60;
/** Two popups may look at one call. */
const shortestStep = 500;
/** Capture, a packet's length and playback, in milliseconds. */
const endDelay = 50;

/**
 * The E-model (ITU-T G.107) with its default values, and what ITU-T G.113 says of a codec that conceals (Ie 0, Bpl 25.1).
 *
 * @param {{lossPercent: number, delayMs: number}} call  the share of sound that was made up, and the way from mouth to ear
 * @returns {number} 1…4.5, as ITU-T G.107 annex B maps the rating
 */
export function estimateMOS({ lossPercent, delayMs }) {
  const delay = 0.024 * delayMs + (delayMs > 177.3 ? 0.11 * (delayMs - 177.3) : 0);
  const loss = (95 * lossPercent) / (lossPercent + 25.1);
  const rating = Math.min(100, Math.max(0, 93.2 - delay - loss));
  return 1 + 0.035 * rating + 7e-6 * rating * (rating - 60) * (100 - rating);
}

/** The last minute of every call, from one status to the next. */
export class CallHistory {
  /** @type {Map<string, {last: any, samples: QualitySample[]}>} */
  #calls = new Map();

  /**
   * @param {any} status  of the host; `null` where it gave none
   * @param {number} now  milliseconds
   */
  add(status, now) {
    if (!status) {
      this.#calls.clear();
      return;
    }
    const seen = new Set();
    for (const { document, connections } of status.documents) {
      for (const { connection, quality } of connections) {
        const key = `${document} ${connection}`;
        seen.add(key);
        if (quality) this.#addCall(key, quality, now);
      }
    }
    for (const key of this.#calls.keys()) {
      if (!seen.has(key)) this.#calls.delete(key);
    }
  }

  /** @returns {QualitySample[]} the oldest first */
  samples(document, connection) {
    return this.#calls.get(`${document} ${connection}`)?.samples ?? [];
  }

  #addCall(key, quality, now) {
    const call = this.#calls.get(key) ?? { last: null, samples: [] };
    this.#calls.set(key, call);
    const { last } = call;
    if (last && now - last.at < shortestStep) return;
    call.last = { ...quality, at: now };
    if (!last) return;
    const step = (name) => Math.max(0, quality[name] - last[name]);
    const share = (part, whole) => (whole > 0 ? Math.min(100, (100 * part) / whole) : 0);
    const received = step('packetsReceived');
    const lost = step('packetsLost');
    const emitted = step('emittedSamples');
    const playoutMs = emitted > 0 ? (1000 * step('playoutDelay')) / emitted : 0;
    const roundTripMs = quality.roundTripMs ?? null;
    const concealedPercent = share(step('concealedSamples'), step('playedSamples'));
    call.samples.push({
      at: now,
      lossPercent: share(lost, received + lost),
      remoteLossPercent: 100 * (quality.remoteFractionLost ?? 0),
      jitterMs: quality.jitterMs ?? 0,
      roundTripMs,
      playoutMs,
      microphone: quality.microphoneLevel ?? 0,
      farEnd: quality.farEndLevel ?? 0,
      // Of a call in which nothing comes, nothing can be said.
      mos: received > 0 ? estimateMOS({ lossPercent: concealedPercent, delayMs: (roundTripMs ?? 0) / 2 + playoutMs + endDelay }) : null,
    });
    if (call.samples.length > historyLength) call.samples.shift();
  }
}
