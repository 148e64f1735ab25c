'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /**
   * Takes over the states of a snapshot and returns the events that tell of it, in the order of webrtc-pc §5.6.3 and §5.5.1 (the
   * connection's own event before that of its transport, as Chromium has it).
   *
   * An engine that gathers faster than it tells is “complete” in every snapshot. To the page it is so when the candidate comes that
   * ends the candidates, and “gathering” until then: pages that wait for either must have all candidates by then.
   *
   * @param {any} connection  a `Connection`
   * @param {any} snapshot
   * @param {boolean} endsCandidates  it comes with the end of candidates
   * @returns {[EventTarget, string][]}
   */
  function applyStates(connection, snapshot, endsCandidates) {
    if (endsCandidates) connection.isGatheringAnew = false;
    const gatheringState = (said, known) => {
      const isTold = endsCandidates || (known === 'complete' && !connection.isGatheringAnew);
      return said === 'complete' && !isTold ? 'gathering' : said;
    };
    const changed = (object, member, value) => {
      if (object[member] === value) return false;
      object[member] = value;
      return true;
    };
    const { target, transports } = connection;
    const gathering = [];
    const ice = [];
    const security = [];
    const carried = [...snapshot.transceivers, ...(snapshot.sctp ? [snapshot.sctp] : [])];
    const said = new Map(carried.flatMap(({ transport }) => (transport ? [[transport.id, transport]] : [])));
    for (const [id, state] of said) {
      const record = transports.get(id);
      if (!record) continue;
      record.iceRole = state.iceRole ?? record.iceRole;
      record.remoteCertificate = state.remoteCertificate ?? record.remoteCertificate;
      const gatheringNow = gatheringState(state.iceGatheringState, record.gatheringState);
      if (changed(record, 'gatheringState', gatheringNow)) gathering.push([record.iceTransport, 'gatheringstatechange']);
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
    const gatheringNow = gatheringState(snapshot.iceGatheringState, connection.iceGatheringState);
    if (changed(connection, 'iceGatheringState', gatheringNow)) events.push([target, 'icegatheringstatechange']);
    events.push(...gathering);
    if (changed(connection, 'iceConnectionState', snapshot.iceConnectionState)) events.push([target, 'iceconnectionstatechange']);
    if (snapshot.sctp && connection.sctp && changed(connection.sctp, 'state', snapshot.sctp.state)) {
      security.push([connection.sctp.sctpTransport, 'statechange']);
    }
    events.push(...ice, ...security);
    if (changed(connection, 'connectionState', snapshot.connectionState)) events.push([target, 'connectionstatechange']);
    return events;
  }

  facade.applyStates = applyStates;
}
