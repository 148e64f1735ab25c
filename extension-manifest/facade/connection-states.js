'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /**
   * Takes over the states of a snapshot and returns the events that tell of it, in the order of webrtc-pc §5.6.3 and §5.5.1 (the
   * connection's own event before that of its transport, as Chromium has it).
   *
   * @param {import('./connection').Connection} connection
   * @param {any} snapshot
   * @returns {[EventTarget, string][]}
   */
  function applyStates(connection, snapshot) {
    const changed = (object, member, value) => {
      if (object[member] === value) return false;
      object[member] = value;
      return true;
    };
    const { target, transports } = connection;
    const gathering = [];
    const ice = [];
    const security = [];
    const said = new Map(snapshot.transceivers.flatMap(({ transport }) => (transport ? [[transport.id, transport]] : [])));
    for (const [id, state] of said) {
      const record = transports.get(id);
      if (!record) continue;
      record.iceRole = state.iceRole ?? record.iceRole;
      if (changed(record, 'gatheringState', state.iceGatheringState)) gathering.push([record.iceTransport, 'gatheringstatechange']);
      if (changed(record, 'iceState', state.iceState)) ice.push([record.iceTransport, 'statechange']);
      const pair = state.selectedPair ?? null;
      if (pair?.local !== record.pair?.local || pair?.remote !== record.pair?.remote) {
        record.pair = pair;
        record.pairObjects = null;
        ice.push([record.iceTransport, 'selectedcandidatepairchange']);
      }
      if (changed(record, 'dtlsState', state.dtlsState)) security.push([record.dtlsTransport, 'statechange']);
    }
    const events = [];
    if (changed(connection, 'iceGatheringState', snapshot.iceGatheringState)) events.push([target, 'icegatheringstatechange']);
    events.push(...gathering);
    if (changed(connection, 'iceConnectionState', snapshot.iceConnectionState)) events.push([target, 'iceconnectionstatechange']);
    events.push(...ice, ...security);
    if (changed(connection, 'connectionState', snapshot.connectionState)) events.push([target, 'connectionstatechange']);
    return events;
  }

  facade.applyStates = applyStates;
}
