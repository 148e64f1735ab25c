// Joins the page's message port to the worker.
addEventListener('echo-benchmark', (event) => {
  const page = event.ports[0];
  const worker = chrome.runtime.connect();
  page.onmessage = ({ data }) => worker.postMessage(data);
  worker.onMessage.addListener((message) => page.postMessage(message));
}, { once: true });
