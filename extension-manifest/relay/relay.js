'use strict';
// Between the page's facade and the worker, in a world that the page cannot reach. One per frame; silent until the page needs it.
(() => {
  const handshake = 'com.nearend.facade';
  const goneMessage = 'The extension was updated or removed. Load the page again.';

  // A frame of no origin of its own cannot be on a list, and so keeps the browser's WebRTC.
  if (self.origin === 'null') return;
  // The first document of a frame may hand its window on to the next, which has its facade then already.
  if (globalThis.nearendRelay) return;
  globalThis.nearendRelay = true;

  /** Facts of this frame that the page cannot change and the worker cannot see. */
  const frame = () => ({
    isSecure: self.isSecureContext,
    // Permissions Policy, under the name that Chromium has for it.
    mayUseMicrophone: document.featurePolicy?.allowsFeature('microphone') ?? true,
  });

  /** @param {MessagePort} page */
  function relay(page) {
    /** @type {chrome.runtime.Port | null} */
    let worker = null;
    /** Engines lost so far. What the page sent to one of them does not go to the next. */
    let epoch = 0;

    function connect() {
      const port = chrome.runtime.connect({ name: 'document' });
      let reason = 'The connection to the extension broke.';
      port.onMessage.addListener((message) => {
        if (message.lost !== undefined) reason = message.lost;
        else if (port === worker) page.postMessage(message);
      });
      port.onDisconnect.addListener(() => {
        void chrome.runtime.lastError;
        if (port === worker) lose(reason);
      });
      port.postMessage({ frame: frame() });
      return port;
    }

    function lose(reason) {
      worker = null;
      epoch += 1;
      page.postMessage({ lost: reason });
    }

    /** A sound of the page's: its samples go to the worker, who knows whether the engine has them. */
    function loadSound(port, id, params) {
      globalThis.nearendLoadSound(params).then(
        (data) => {
          if (port === worker) port.postMessage({ id, method: 'provideSound', params: { data } });
        },
        (error) => {
          if (port === worker) page.postMessage({ id, error: { name: 'NotSupportedError', message: error.message } });
        },
      );
    }

    page.onmessage = ({ data }) => {
      if (data.epoch !== epoch) return;
      try {
        worker ??= connect();
        const { id, method, params } = data;
        if (method === 'loadSound') loadSound(worker, id, params);
        else worker.postMessage({ id, method, params });
      } catch {
        // The extension is gone for this document.
        lose(goneMessage);
      }
    };

    // A page that leaves ends its calls, even if it is kept for the way back.
    addEventListener('pagehide', () => {
      const port = worker;
      if (!port) return;
      lose('The page was left.');
      port.disconnect();
    });
  }

  addEventListener(
    handshake,
    (event) => {
      event.stopImmediatePropagation();
      event.preventDefault();
      relay(event.ports[0]);
    },
    { capture: true, once: true },
  );

  // The popup asks whether this document is redirected.
  chrome.runtime.onMessage.addListener((message, _sender, respond) => {
    if (message === 'isRedirected') respond(true);
  });
})();
