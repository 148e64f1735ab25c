'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /**
   * Makes the objects of calls that another document has left. Nothing fires: what the page finds is what there is.
   *
   * A track that no connection sends cannot be reached by anybody any more, and ends.
   *
   * @param {any} realm
   * @param {{connections: any[], tracks: any[]}} said  the reply to `reclaim`
   * @returns {RTCPeerConnection[]} in the order in which they were made
   */
  function takeOverCalls(realm, { connections, tracks }) {
    const { webidl, streams, mediaDevices, link, RTCPeerConnection } = realm;
    const sent = new Set(connections.flatMap(({ transceivers }) => transceivers.map(({ track }) => track)));
    const known = new Map();
    for (const track of tracks) {
      if (sent.has(track.track)) known.set(track.track, mediaDevices.takeOver(track));
      else link.post('stopTrack', { track: track.track });
    }
    const named = new Map();
    const streamOf = (id) => {
      if (!named.has(id)) named.set(id, streams.makeRemote(id));
      return named.get(id);
    };
    const trackOf = (handle) => known.get(handle) ?? null;
    const made = connections.map((said) => new RTCPeerConnection(webidl.constructionKey, said, trackOf, streamOf));
    for (const { transceivers } of connections) {
      for (const { track, streams: ids } of transceivers) {
        if (known.has(track)) for (const id of ids) streams.add(streamOf(id), known.get(track));
      }
    }
    return made;
  }

  facade.takeOverCalls = takeOverCalls;
}
