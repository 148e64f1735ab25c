// Joins the page's relay to the host.
chrome.runtime.onConnect.addListener((page) => {
  const host = chrome.runtime.connectNative('com.nearend.echo_benchmark');
  page.onMessage.addListener((message) => host.postMessage(message));
  host.onMessage.addListener((message) => page.postMessage(message));
  page.onDisconnect.addListener(() => host.disconnect());
});
