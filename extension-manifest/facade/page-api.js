'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /** Seconds: more than any device lets a call outlive its document. */
  const longestKeeping = 86_400;

  /** Members of Microsoft's multimedia redirection that hold a version, and whose it is with us. */
  const versions = { mmrClientVersion: 'engine', mmrHostVersion: 'host', mmrExtensionVersion: 'extension' };

  /**
   * What a page may know of its redirection: `navigator.mediaDevices.nearend`, and the members of Microsoft's call redirection, so
   * that a page which looks for that one finds it. Both are absent where the page is not redirected.
   *
   * `nearend`: `isRedirected`, `version`, `path` (`in-process`, or how the engine is reached; empty before the page has used it),
   * `status()` (what is known, freshly asked; what has crossed a remote desktop's channel, where there is one; and `unsentSounds`: what the page meant to send and
   * was not, by the interface that made it), `getStatistics()` (for each open connection its states and its `getStats()` as a plain object), `keep(seconds)` (the
   * calls of this document shall outlive it) and `reclaim()` (the calls of one that is gone).
   */
  class PageAPI {
    #realm;
    #status = { extension: '', host: '', engine: '', path: '', isConnected: false };
    #activityID;
    /** A new one after each loss of the engine, or of the way to it. */
    #connectionID;
    #isLogging = false;

    constructor(realm) {
      this.#realm = realm;
      const { window, link } = realm;
      if (!window.MediaDevices) return;
      this.#activityID = this.#makeID();
      this.#connectionID = this.#makeID();
      this.#defineNearend();
      this.#defineCallRedirection();
      link.receive('pageStatus', (status) => this.#take(status));
      // A remote desktop whose client is away: the engine and its calls go on.
      link.receive('channelStateChanged', ({ state }) => this.#setConnected(state === 'connected'));
      link.whenLost((reason) => {
        this.#log('error', reason);
        this.#setConnected(false);
      });
    }

    #makeID() {
      const { crypto } = this.#realm.window;
      // A frame that is no secure context has no randomUUID, and no MediaDevices either.
      return crypto?.randomUUID?.() ?? '';
    }

    #take({ extension = '', host = '', engine = '', path = '', isConnected = false }) {
      Object.assign(this.#status, { extension, host, engine, path });
      this.#setConnected(isConnected);
    }

    #setConnected(isConnected) {
      if (this.#status.isConnected === isConnected) return;
      this.#status.isConnected = isConnected;
      if (isConnected) this.#connectionID = this.#makeID();
      const state = isConnected ? 'connected' : 'disconnected';
      const { window, webidl } = this.#realm;
      webidl.dispatch(window.navigator.mediaDevices, new window.CustomEvent('rdpClientConnectionStateChanged', { detail: { state } }));
      this.#log('info', `The media engine is ${state}.`);
    }

    #log(level, message) {
      const { window, webidl } = this.#realm;
      if (this.#isLogging) console.log(`Nearend: ${message}`);
      webidl.dispatch(window.document, new window.CustomEvent('mmrExtensionLog', { detail: { level, message } }));
    }

    async #ask() {
      const { channel = null, ...status } = await this.#realm.link.request('pageStatus', {});
      this.#take(status);
      return { ...this.#status, channel };
    }

    #define(name, get, set) {
      const { MediaDevices } = this.#realm.window;
      Object.defineProperty(MediaDevices.prototype, name, { get, set, enumerable: true, configurable: true });
    }

    #defineCallRedirection() {
      this.#define('isCallRedirectionEnabled', () => true);
      for (const [name, whose] of Object.entries(versions)) this.#define(name, () => this.#status[whose]);
      this.#define('activityId', () => this.#activityID);
      this.#define('connectionId', () => this.#connectionID);
      this.#define(
        'mmrConsoleLoggingEnabled',
        () => this.#isLogging,
        (value) => {
          this.#isLogging = Boolean(value);
        },
      );
    }

    #defineNearend() {
      const status = this.#status;
      const ask = () => this.#ask();
      const realm = this.#realm;
      const { window, link, webidl, webAudio } = realm;
      const nearend = Object.freeze({
        isRedirected: true,
        get version() {
          return status.extension;
        },
        get path() {
          return status.path;
        },
        async status() {
          try {
            return { ...(await ask()), unsentSounds: webAudio.unsentSounds };
          } catch (error) {
            throw webidl.engineException(error);
          }
        },
        async keep(seconds) {
          const wanted = Number(seconds);
          if (!(wanted >= 0)) throw new window.TypeError("Failed to execute 'keep' on 'nearend': the time is no number of seconds.");
          try {
            const granted = await link.request('keep', { seconds: Math.min(Math.floor(wanted), longestKeeping) });
            return granted.seconds;
          } catch (error) {
            throw webidl.engineException(error);
          }
        },
        async reclaim() {
          try {
            return facade.takeOverCalls(realm, await link.request('reclaim', {}));
          } catch (error) {
            throw webidl.engineException(error);
          }
        },
        async getStatistics() {
          const open = [...webAudio.connections()];
          return Promise.all(
            open.map(async (connection) => {
              const report = await connection.getStats(null);
              const { connectionState, iceConnectionState } = connection;
              return { connectionState, iceConnectionState, stats: Object.fromEntries(report.entries()) };
            }),
          );
        },
      });
      this.#define('nearend', () => nearend);
    }
  }

  facade.PageAPI = PageAPI;
}
