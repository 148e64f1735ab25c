// A page with a host that answers: what most tests begin with.

import { FakeBrowser, origin, settle } from './fake-browser.mjs';
import { AnsweringHost } from './scripted-host.mjs';

/** @param {{answers?: Record<string, any>, local?: object, managed?: object, document?: object}} [options] */
export async function openPage({ answers, local, managed, document } = {}) {
  const browser = new FakeBrowser({
    makeHost: (port) => new AnsweringHost(port, answers),
    local: { sites: [origin], microphone: { [origin]: 'granted' }, deviceSecret: 'a secret', ...local },
    managed,
  });
  await browser.start();
  const page = browser.openDocument(document);
  return {
    browser,
    ...page,
    /** The host that was started last. @returns {AnsweringHost} */
    get host() {
      return browser.hosts.at(-1);
    },
    /** The parameters of the requests of that method. */
    sent(method) {
      return browser.hosts.at(-1).requests.filter((request) => request.method === method).map(({ params }) => params);
    },
  };
}

/** A snapshot's transceiver. */
export const transceiver = (handle, members = {}) => ({
  transceiver: handle,
  kind: 'audio',
  direction: 'sendrecv',
  stopped: false,
  receiver: { trackId: `remote-${handle}` },
  sender: { canInsertDTMF: false },
  ...members,
});

export const snapshot = (members = {}) => ({
  signalingState: 'stable',
  iceGatheringState: 'new',
  iceConnectionState: 'new',
  connectionState: 'new',
  transceivers: [],
  ...members,
});

export const transport = (members = {}) => ({
  id: 1,
  dtlsState: 'new',
  iceState: 'new',
  iceRole: 'controlling',
  iceGatheringState: 'new',
  ...members,
});

/** Waits for a rejection, and gives its error. */
export const rejection = (promise) =>
  promise.then(
    () => {
      throw new Error('it was fulfilled');
    },
    (error) => error,
  );

export { origin, settle };
