'use strict';
// RTCStatsReport (webrtc-pc §8) and the page's copy of what the engine has told of a connection.
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /** Members that name another object of the report. */
  const isReference = (name) => name.endsWith('Id') && name !== 'remoteId';

  /** The objects of a connection, kept up to date by differences. */
  class StatsMirror {
    /** @type {Map<string, Record<string, any>>} */
    #objects = new Map();

    get isEmpty() {
      return this.#objects.size === 0;
    }

    /**
     * @param {{timestamp: number, changed: Record<string, Record<string, any>>, removed?: string[]}} difference  members that have
     *   changed; a member that is gone is `null`
     */
    merge({ timestamp, changed, removed = [] }) {
      for (const id of removed) this.#objects.delete(id);
      for (const [id, members] of Object.entries(changed)) {
        const object = this.#objects.get(id) ?? { id, timestamp };
        for (const [name, value] of Object.entries(members)) {
          if (value === null) delete object[name];
          else object[name] = value;
        }
        this.#objects.set(id, object);
      }
      // What was not told again was true still.
      for (const object of this.#objects.values()) {
        if (timestamp !== undefined) object.timestamp = timestamp;
      }
    }

    /**
     * webrtc-pc §8.5 “stats selection algorithm”: the streams of a section in one direction, and all that they refer to.
     *
     * @param {{mid: string | null, isSender: boolean} | null} selector
     * @returns {Map<string, object>}
     */
    select(selector) {
      // What the engine tells beyond the standard is for us.
      const visible = ({ rtpTimestamp: _, ...object }) => object;
      const copy = (objects) => new Map([...objects].map(([id, object]) => [id, visible(object)]));
      if (!selector) return copy(this.#objects);
      const type = selector.isSender ? 'outbound-rtp' : 'inbound-rtp';
      const chosen = new Map();
      const take = (id) => {
        const object = this.#objects.get(id);
        if (!object || chosen.has(id)) return;
        chosen.set(id, object);
        for (const [name, value] of Object.entries(object)) {
          if (isReference(name)) take(value);
        }
      };
      for (const [id, object] of this.#objects) {
        if (object.type !== type || object.mid !== selector.mid || selector.mid === null) continue;
        take(id);
        take(object.remoteId);
      }
      return copy([...this.#objects].filter(([id]) => chosen.has(id)));
    }

    /** @returns {Record<string, any> | undefined} */
    inbound(mid) {
      return [...this.#objects.values()].find((object) => object.type === 'inbound-rtp' && object.mid === mid);
    }
  }

  function defineStatsReport({ window, webidl }) {
    class RTCStatsReport {
      /** @type {Map<string, object>} */
      #objects;

      constructor() {
        webidl.illegalConstructor(arguments[0], 'RTCStatsReport');
        this.#objects = arguments[1];
      }

      get size() {
        return this.#objects.size;
      }
      entries() {
        return this.#objects.entries();
      }
      forEach(callback, thisArgument = undefined) {
        for (const [id, object] of this.#objects) Reflect.apply(callback, thisArgument, [object, id, this]);
      }
      get(id) {
        return this.#objects.get(String(id));
      }
      has(id) {
        return this.#objects.has(String(id));
      }
      keys() {
        return this.#objects.keys();
      }
      values() {
        return this.#objects.values();
      }
    }

    webidl.finish(RTCStatsReport);
    // A maplike's iterator is its `entries` (Web IDL §3.7.11).
    Object.defineProperty(RTCStatsReport.prototype, Symbol.iterator, {
      value: RTCStatsReport.prototype.entries,
      writable: true,
      configurable: true,
    });
    return {
      RTCStatsReport,
      makeStatsReport: (objects) => new RTCStatsReport(webidl.constructionKey, objects),
    };
  }

  facade.StatsMirror = StatsMirror;
  facade.defineStatsReport = defineStatsReport;
}
