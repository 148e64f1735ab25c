'use strict';
// RTCDTMFSender (webrtc-pc §7).
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /** webrtc-pc §7.2: tones are shorter than 6 s, and longer than a receiver can miss. */
  const clampDuration = (milliseconds) => Math.min(Math.max(milliseconds, 40), 6000);
  const clampGap = (milliseconds) => Math.min(Math.max(milliseconds, 30), 6000);

  function defineDTMFSender({ window, webidl, tasks }) {
    class RTCDTMFSender extends window.EventTarget {
      #record;
      #toneBuffer = '';
      #times = {};
      #isQueued = false;
      /** What was left when the page began to insert what is not with the engine yet. */
      #before = '';

      constructor() {
        webidl.illegalConstructor(arguments[0], 'RTCDTMFSender');
        super();
        this.#record = arguments[1];
        this.#record.whenTone = (tone) => this.#toneChanged(tone);
      }

      get canInsertDTMF() {
        return this.#record.canInsertDTMF;
      }
      get toneBuffer() {
        return this.#toneBuffer;
      }

      insertDTMF(tones, duration = 100, interToneGap = 70) {
        const context = "Failed to execute 'insertDTMF' on 'RTCDTMFSender'";
        if (arguments.length === 0) throw new window.TypeError(`${context}: 1 argument required, but only 0 present.`);
        // §7.2 steps 5–10
        if (!this.#record.canInsertDTMF) {
          const reason = "The 'canInsertDTMF' attribute is false: this sender cannot send DTMF.";
          throw webidl.exception('InvalidStateError', `${context}: ${reason}`);
        }
        const normalized = String(tones).toUpperCase();
        if (/[^0-9A-D#*,]/.test(normalized)) {
          throw webidl.exception('InvalidCharacterError', `${context}: Illegal characters in InsertDTMF tone argument`);
        }
        if (!this.#isQueued) this.#before = this.#toneBuffer;
        this.#toneBuffer = normalized;
        this.#times = { duration: clampDuration(Number(duration) | 0), interToneGap: clampGap(Number(interToneGap) | 0) };
        // Step 13: what is inserted in one go begins in a task of its own, so that what a page appends to `toneBuffer` comes in time.
        if (this.#isQueued) return;
        this.#isQueued = true;
        tasks.queue(() => this.#play());
      }

      #play() {
        this.#isQueued = false;
        if (this.#record.isStopping) return;
        this.#record.connection.post('insertDTMF', { transceiver: this.#record.handle, tones: this.#toneBuffer, ...this.#times });
      }

      /** The engine has begun a tone, or is through (`''`). */
      #toneChanged(tone) {
        // §7.2, playout step 1: nothing is told of a transceiver that is stopped.
        if (this.#record.isStopping) return;
        // It is of what was there before the page's last word, which may have gone on from that.
        const isOfThis = !this.#isQueued || (this.#before.startsWith(tone) && this.#toneBuffer.startsWith(this.#before));
        if (tone === '' && !this.#isQueued) this.#toneBuffer = '';
        else if (isOfThis && this.#toneBuffer.startsWith(tone)) this.#toneBuffer = this.#toneBuffer.slice(tone.length);
        if (this.#isQueued) this.#before = this.#before.startsWith(tone) ? this.#before.slice(tone.length) : '';
        webidl.dispatch(this, new window.RTCDTMFToneChangeEvent('tonechange', { tone }));
      }
    }

    webidl.finish(RTCDTMFSender);
    webidl.eventHandlers(RTCDTMFSender, ['tonechange']);
    return { RTCDTMFSender };
  }

  facade.defineDTMFSender = defineDTMFSender;
}
