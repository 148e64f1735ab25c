'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];
  const { mediaSections, Direction } = facade;

  /**
   * webrtc-pc §4.7.3 “check if negotiation is needed”, from what the page knows.
   *
   * @param {{
   *   currentLocalDescription: {type: string, sdp: string} | null,
   *   currentRemoteDescription: {type: string, sdp: string} | null,
   *   credentialsToReplace: Set<string>,
   *   wantsDataChannels?: boolean,
   *   transceivers: {mid: string | null, direction: string, isStopping: boolean, isStopped: boolean, senderStreams: string[]}[],
   * }} connection
   */
  function isNegotiationNeeded(connection) {
    // Step 1: an ICE restart was asked for.
    if (connection.credentialsToReplace.size > 0) return true;
    const { currentLocalDescription: local, currentRemoteDescription: remote } = connection;
    const localSections = mediaSections(local?.sdp);
    const remoteSections = mediaSections(remote?.sdp);
    // Step 3: there are channels, and no section has been negotiated for them. One that was refused counts, as Chromium has it.
    if (connection.wantsDataChannels && !localSections.some(({ kind }) => kind === 'application')) return true;

    return connection.transceivers.some((transceiver) => {
      if (transceiver.isStopped) return false;
      // Step 4.1; one that no description knows can go without being negotiated away, and Chromium lets it.
      if (transceiver.isStopping) return transceiver.mid !== null;
      // Step 4.2
      const section = localSections.find((candidate) => candidate.mid === transceiver.mid);
      if (transceiver.mid === null || !local || !section) return true;
      // Step 4.3.1: streams differ from those in the description.
      if (Direction.sends(transceiver.direction)) {
        const wanted = new Set(transceiver.senderStreams);
        if (wanted.size !== section.streams.length || section.streams.some((stream) => !wanted.has(stream))) return true;
      }
      const index = localSections.indexOf(section);
      const theirs = Direction.reversed(remoteSections[index]?.direction ?? 'inactive');
      // Step 4.3.2: we offered, and neither side has the direction in its description.
      if (local.type === 'offer') return section.direction !== transceiver.direction && theirs !== transceiver.direction;
      // Step 4.3.3: we answered, with as much of it as the offer allowed.
      return section.direction !== Direction.intersection(transceiver.direction, theirs);
    });
  }

  facade.isNegotiationNeeded = isNegotiationNeeded;
}
