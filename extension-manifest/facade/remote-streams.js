'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /** The streams of a connection's remote descriptions, while they have tracks. */
  class RemoteStreams {
    #realm;
    #target;
    /** By the id in the description. @type {Map<string, {stream: MediaStream, records: Set<any>}>} */
    #entries = new Map();

    constructor(realm, target) {
      this.#realm = realm;
      this.#target = target;
    }

    /** For `getRemoteStreams()`. */
    get all() {
      return [...this.#entries.values()].map(({ stream }) => stream);
    }

    /**
     * webrtc-pc §4.4.1.5: `removetrack`, `addtrack`, `track`, in that order, with the older events of whole streams where Chromium
     * has them.
     *
     * @param {{record: any, streams: string[]}[]} removed
     * @param {{record: any, streams: string[]}[]} added
     * @param {(record: any) => void} fireTrack
     */
    change(removed, added, fireTrack) {
      const { streams, webidl, window } = this.#realm;
      const emptied = [];
      const made = [];
      for (const { record, streams: ids } of removed) {
        for (const id of ids) {
          const entry = this.#entries.get(id);
          if (!entry?.records.delete(record)) continue;
          record.receiverStreams = record.receiverStreams.filter((stream) => stream !== entry.stream);
          if (entry.records.size === 0) {
            this.#entries.delete(id);
            emptied.push(entry.stream);
          }
          streams.remove(entry.stream, record.receiverTrack);
        }
      }
      for (const { record, streams: ids } of added) {
        record.receiverStreams = ids.map((id) => {
          let entry = this.#entries.get(id);
          if (!entry) {
            entry = { stream: streams.makeRemote(id), records: new Set() };
            this.#entries.set(id, entry);
            made.push(entry.stream);
          }
          entry.records.add(record);
          streams.add(entry.stream, record.receiverTrack);
          return entry.stream;
        });
      }
      const fire = (type, stream) => webidl.dispatch(this.#target, new window.MediaStreamEvent(type, { stream }));
      for (const stream of emptied) fire('removestream', stream);
      for (const stream of made) fire('addstream', stream);
      for (const { record } of added) fireTrack(record);
    }
  }

  facade.RemoteStreams = RemoteStreams;
}
