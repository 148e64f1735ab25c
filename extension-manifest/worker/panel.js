// What the popup shows of a tab.

/**
 * @param {{
 *   tab: chrome.tabs.Tab,
 *   isRedirected: boolean,
 *   settings: import('./settings.js').Settings,
 *   keeper: import('./host-keeper.js').HostKeeper,
 *   sessions: import('./document-session.js').DocumentSession[],
 *   status: any,
 *   history: import('./call-quality.js').CallHistory,
 * }} facts
 */
export function panelState({ tab, isRedirected, settings, keeper, sessions, status, history }) {
  const origin = originOf(tab.url);
  const own = sessions.filter((session) => session.tab === tab.id);
  const origins = [...new Set([origin, ...own.map((session) => session.origin)])].filter((each) => each && settings.allows(each));
  const documents = new Map((status?.documents ?? []).map((document) => [document.document, document]));
  return {
    origin,
    situation: situation({ origin, isRedirected, settings, keeper }),
    hidesAdvanced: settings.hidesAdvanced,
    problem: keeper.problem,
    microphones: origins.map((each) => ({
      origin: each,
      permission: settings.microphonePermission(each),
      isManaged: settings.isMicrophoneManaged(each),
      isOpen: own.some((session) => session.origin === each && session.isMicrophoneOpen),
    })),
    calls: own.flatMap((session) =>
      // One that was never started is no call to a person.
      [...session.connections]
        .filter(([, state]) => state !== 'new')
        .map(([connection, state]) => ({
          origin: session.origin,
          state,
          details: (documents.get(session.number)?.connections ?? []).find((known) => known.connection === connection) ?? {},
          microphone: documents.get(session.number)?.microphone ?? null,
          history: history.samples(session.number, connection),
        })),
    ),
    way: keeper.hello && keeper.isThere ? { place: keeper.hello.engine.place, channel: status?.channel ?? null } : null,
    host: keeper.hello && keeper.isThere ? { version: keeper.hello.host, engine: keeper.hello.engine } : null,
    devices: keeper.link?.devices ?? keeper.hello?.devices ?? [],
  };
}

/**
 * Why a page is redirected, or is not.
 *
 * @returns {'redirected' | 'notAPage' | 'notOnList' | 'excluded' | 'noHost' | 'required' | 'loadedEarlier'}
 */
function situation({ origin, isRedirected, settings, keeper }) {
  if (!origin) return 'notAPage';
  if (isRedirected && keeper.isThere) return 'redirected';
  if (settings.isExcluded(origin)) return 'excluded';
  if (!isRedirected && !settings.allows(origin)) return 'notOnList';
  if (!keeper.isThere && settings.mode(origin) === 'require') return 'required';
  if (isRedirected) return 'noHost';
  return keeper.isThere ? 'loadedEarlier' : 'noHost';
}

export function originOf(url) {
  return url && /^https?:/.test(url) ? new URL(url).origin : null;
}
