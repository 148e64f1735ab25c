// Gives the page `echo(value)`: to the native host and back.
{
  const { port1, port2 } = new MessageChannel();
  const waiting = new Map();
  let last = 0;
  dispatchEvent(new MessageEvent('echo-benchmark', { ports: [port2] }));
  port1.onmessage = ({ data }) => { waiting.get(data.id)(data.value); waiting.delete(data.id); };
  globalThis.echo = (value) => new Promise((resolve) => {
    waiting.set(++last, resolve);
    port1.postMessage({ id: last, value });
  });
}
