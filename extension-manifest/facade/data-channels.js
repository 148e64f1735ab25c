'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];
  const { mediaSections } = facade;

  /** U+0000 has no way through the host’s JSON; nobody has it in a label. */
  const hasNUL = ({ label, protocol }) => label.includes('\0') || protocol.includes('\0');

  /** The data channels of a connection (webrtc-pc §6). */
  class DataChannels {
    /** There has been one of the page’s: offers have a section for channels from then on. */
    isWanted = false;
    #connection;
    /** By the engine’s number. @type {Map<number, any>} */
    #records = new Map();

    /** @param {InstanceType<typeof facade.Connection>} connection */
    constructor(connection) {
      this.#connection = connection;
    }

    // webrtc-pc §6.1 createDataChannel, from step 19
    create(init, context) {
      const connection = this.#connection;
      const { webidl, link, makeDataChannel } = connection.realm;
      if (hasNUL(init)) {
        throw webidl.exception('NotSupportedError', `${context}: A label with U+0000 is not redirected.`);
      }
      const isTaken = init.id !== null && [...this.#records.values()].some(({ id }) => id === init.id);
      if (isTaken || (init.id !== null && init.id >= (connection.sctp?.maxChannels ?? Infinity))) {
        throw webidl.exception('OperationError', `${context}: RTCDataChannel creation failed`);
      }
      const record = makeDataChannel(connection, link.mintHandle(), init);
      record.id ??= this.#nextID();
      this.#records.set(record.handle, record);
      const { id, maxPacketLifeTime, maxRetransmits, ...others } = init;
      const params = { channel: record.handle, ...others };
      for (const [name, value] of Object.entries({ id, maxPacketLifeTime, maxRetransmits })) {
        if (value !== null) params[name] = value;
      }
      connection.request('createDataChannel', params).then(
        ({ snapshot }) => connection.takeSnapshot(snapshot),
        (error) => this.#remove(record, error.message, 'data-channel-failure'),
      );
      this.isWanted = true;
      connection.updateNegotiationNeeded();
      return record.channel;
    }

    /**
     * The number that the engine will give the next channel (webrtc-pc §6.1, step 18): the DTLS client's are even, the server's odd
     * (RFC 8832 §6). `null` where the roles are not agreed on.
     */
    #nextID() {
      const { sctp, descriptions } = this.#connection;
      if (sctp?.state !== 'connected') return null;
      const isOurs = descriptions.currentLocal?.type === 'answer';
      const answer = isOurs ? descriptions.currentLocal : descriptions.currentRemote;
      const section = mediaSections(answer?.sdp).find(({ kind }) => kind === 'application');
      const setup = section?.value('setup');
      if (setup !== 'active' && setup !== 'passive') return null;
      const isClient = isOurs === (setup === 'active');
      const taken = new Set([...this.#records.values()].map((record) => record.id));
      let id = isClient ? 0 : 1;
      while (taken.has(id)) id += 2;
      return id < (sctp.maxChannels ?? Infinity) ? id : null;
    }

    /** It is agreed which numbers are ours: channels have theirs before they are open. @param {Record<string, number>} ids */
    number(ids) {
      for (const [handle, id] of Object.entries(ids)) {
        const record = this.#records.get(Number(handle));
        if (record?.readyState === 'connecting') record.id = id;
      }
    }

    /** @param {any} event  one of the engine’s `dataChannel…` events */
    receive(event) {
      if (event.event === 'dataChannelAnnounced') {
        this.#announce(event);
        return;
      }
      const record = this.#records.get(event.channel);
      switch (event.event) {
        case 'dataChannelOpened':
          record?.opened(event.id);
          return;
        case 'dataChannelMessage':
          record?.received(event);
          return;
        case 'dataChannelDrained':
          record?.drained(event.bytes);
          return;
        case 'dataChannelClosing':
          record?.closing();
          return;
        case 'dataChannelClosed':
          if (record) this.#remove(record, event.reason);
          return;
      }
    }

    // webrtc-pc §6.2 “announce”: the page has the channel in its hands before it is told that it is open.
    #announce({ channel: handle, label, protocol, ordered, maxPacketLifeTime = null, maxRetransmits = null, id }) {
      const connection = this.#connection;
      const { webidl, makeDataChannel, RTCDataChannelEvent } = connection.realm;
      const init = { label, protocol, ordered, maxPacketLifeTime, maxRetransmits, id, readyState: 'open' };
      const record = makeDataChannel(connection, handle, init);
      this.#records.set(handle, record);
      webidl.dispatch(connection.target, new RTCDataChannelEvent('datachannel', { channel: record.channel }));
      if (record.readyState === 'open') record.fire('open');
    }

    #remove(record, reason, errorDetail) {
      this.#records.delete(record.handle);
      record.closed(reason, errorDetail);
    }

    /** The page has closed the connection. */
    end() {
      for (const record of this.#records.values()) record.end();
      this.#records.clear();
    }

    /** The engine is gone. */
    lose(reason) {
      for (const record of [...this.#records.values()]) this.#remove(record, reason, 'data-channel-failure');
    }
  }

  facade.DataChannels = DataChannels;
}
