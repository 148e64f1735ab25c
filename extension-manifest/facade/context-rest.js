'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /** Frames in which a context's clock goes on (Web Audio §1.1, render quantum). */
  const quantum = 128;

  /** Milliseconds a context runs before it rests for the first time: until then the browser has told the page all about its start. */
  const beginning = 1000;
  /** After the page's own sound has ended: for what filters and rooms still hold of it. */
  const tail = 5000;
  /** The same where the graph delays or echoes. */
  const longTail = 60000;
  /** Between two looks whether it is over: timers take no more than 24 days. */
  const longest = 60000;

  /**
   * One AudioContext that redirected sound is led through. Where nothing else is in it, the browser would compute silence a hundred times
   * a second in two processes; so its rendering is suspended, while the page sees a context that runs: its state, its time, its promises.
   *
   * The browser's clock stands meanwhile. What the page sees is ahead of it by `#lead` from then on, and the times that the page names
   * are moved back by as much.
   */
  class ContextRest {
    #context;
    #realm;
    #native;
    /**
     * `awake`: the browser's state is the page's. `resting`: suspended, and the page does not know. `waking`: told to go on, and not yet
     * begun; the page's clock stands for that moment.
     *
     * @type {'awake' | 'resting' | 'waking'}
     */
    #phase = 'awake';
    #hasRested = false;
    /** What the page has last been told of the state. */
    #told;
    /** Frames by which the page's clock is ahead of the browser's. */
    #lead = 0;
    /** The page's clock when the rest began. */
    #began = { frames: 0, now: 0 };
    /** What sounds of the page's own. @type {Set<object>} */
    #sounding = new Set();
    #mayRest = false;
    #isPinned = false;
    #hasLongTail = false;
    /** Milliseconds, as of `performance.now()`: until then something may be heard, or moves. */
    #busyUntil = 0;
    /** Of the look that is due. @type {number | null} */
    #look = null;

    /**
     * @param {object} native  the browser's own members, as functions of the context
     */
    constructor(context, realm, native) {
      this.#context = context;
      this.#realm = realm;
      this.#native = native;
      this.#told = native.state(context);
      const { addEventListener } = realm.window.EventTarget.prototype;
      Reflect.apply(addEventListener, context, ['statechange', (event) => this.#stateChanged(event)]);
    }

    // MARK: what the page sees

    get state() {
      const state = this.#native.state(this.#context);
      return this.#phase !== 'awake' && state === 'suspended' ? 'running' : state;
    }

    /** Seconds. */
    get currentTime() {
      if (this.#lead === 0 && this.#phase !== 'resting') return this.#native.currentTime(this.#context);
      return this.#frames / this.#context.sampleRate;
    }

    get outputTimestamp() {
      const { contextTime, performanceTime } = this.#native.getOutputTimestamp(this.#context);
      if (this.#phase !== 'resting') return { contextTime: contextTime === 0 ? 0 : contextTime + this.#leadSeconds, performanceTime };
      return { contextTime: Math.max(0, this.currentTime - this.#context.outputLatency), performanceTime: this.#now };
    }

    /** A time of the browser's clock as the page's. */
    toPage(time) {
      return time + this.#leadSeconds;
    }

    /** A time of the page's clock as the browser's; what is no time is the browser's to refuse. */
    toBrowser(time) {
      return this.#lead > 0 && Number.isFinite(time) && time > 0 ? Math.max(0, time - this.#leadSeconds) : time;
    }

    get isResting() {
      return this.#phase === 'resting';
    }

    // MARK: what happens

    /** Redirected sound is led into the context: whatever else is in it decides. */
    allowRest() {
      if (this.#mayRest) return;
      this.#mayRest = true;
      this.#busyFor(beginning);
    }

    /** Something is in it that rendering alone brings forward, and whose end nobody tells. */
    pin() {
      this.#isPinned = true;
      this.wake();
    }

    delays() {
      this.#hasLongTail = true;
    }

    /** Sound of the page's own begins. Called before it does, since the clock must be the browser's again. */
    begin(sound) {
      this.#sounding.add(sound);
      this.wake();
    }

    isSounding(sound) {
      return this.#sounding.has(sound);
    }

    end(sound) {
      if (this.#sounding.delete(sound)) this.#busyFor(this.#hasLongTail ? longTail : tail);
    }

    /** Values glide until then. @param {number} end  seconds of the page's clock */
    glideUntil(end) {
      this.wake();
      this.#busyFor(Number.isFinite(end) ? Math.max(0, end - this.currentTime) * 1000 + beginning : beginning);
    }

    wake() {
      if (this.#phase !== 'resting') return;
      this.#leave('waking');
      this.#native.resume(this.#context).catch(() => {});
    }

    /** The page's own verb. @returns {Promise<void>} */
    suspend() {
      const wasHidden = this.#phase !== 'awake';
      if (wasHidden) this.#leave('awake');
      const promise = this.#native.suspend(this.#context);
      // It was suspended already: the browser has nothing to tell.
      if (wasHidden) {
        this.#realm.tasks.queue(() => {
          if (this.state !== this.#told) this.#realm.webidl.fire(this.#context, 'statechange');
        });
      }
      return promise;
    }

    /** @returns {Promise<void>} */
    resume() {
      if (this.#phase === 'resting') return Promise.resolve();
      return this.#native.resume(this.#context);
    }

    /** @returns {Promise<void>} */
    close() {
      if (this.#phase === 'resting') this.#leave('waking');
      return this.#native.close(this.#context);
    }

    // MARK: parts

    get #now() {
      return this.#realm.window.performance.now();
    }

    get #leadSeconds() {
      return this.#lead / this.#context.sampleRate;
    }

    get #nativeFrames() {
      return Math.round(this.#native.currentTime(this.#context) * this.#context.sampleRate);
    }

    get #frames() {
      if (this.#phase !== 'resting') return this.#nativeFrames + this.#lead;
      const { frames, now } = this.#began;
      return frames + quantum * Math.floor(((this.#now - now) * this.#context.sampleRate) / 1000 / quantum);
    }

    #leave(phase) {
      this.#lead = this.#frames - this.#nativeFrames;
      this.#phase = phase;
    }

    #busyFor(milliseconds) {
      this.#busyUntil = Math.max(this.#busyUntil, this.#now + milliseconds);
      this.#lookLater();
    }

    #lookLater() {
      if (!this.#mayRest || this.#isPinned || this.#look !== null) return;
      this.#look = this.#realm.window.setTimeout(() => {
        this.#look = null;
        if (this.#now < this.#busyUntil) this.#lookLater();
        else this.#rest();
      }, Math.min(longest, this.#busyUntil - this.#now));
    }

    #rest() {
      if (this.#phase !== 'awake' || this.#isPinned || this.#sounding.size > 0) return;
      if (this.#native.state(this.#context) !== 'running') return;
      if (this.#nativeFrames === 0) {
        this.#busyFor(beginning);
        return;
      }
      this.#began = { frames: this.#frames, now: this.#now };
      this.#phase = 'resting';
      this.#hasRested = true;
      this.#native.suspend(this.#context).catch(() => {});
    }

    /** Keeps to ourselves what changes nothing for the page. */
    #stateChanged(event) {
      if (this.#phase === 'waking' && this.#native.state(this.#context) === 'running') this.#phase = 'awake';
      const { state } = this;
      if (this.#hasRested && state === this.#told) event.stopImmediatePropagation();
      this.#told = state;
      if (state === 'running' && this.#phase === 'awake') this.#busyFor(beginning);
    }
  }

  facade.ContextRest = ContextRest;
}
