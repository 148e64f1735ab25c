// The extension's files, as the browser runs them.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';

export const extensionURL = new URL('../../../extension-manifest/', import.meta.url);

const script = (path) => {
  const url = new URL(path, extensionURL);
  return new vm.Script(readFileSync(url, 'utf8'), { filename: fileURLToPath(url) });
};

/** Files of the facade in the order in which the worker registers them. */
async function facadeFiles() {
  const { contentScripts } = await import(new URL('worker/content-scripts.js', extensionURL));
  return contentScripts(['https://a.example'])[1].js;
}

const name = Symbol.for('com.nearend.facade');

/** Everything that the facade's files define. Loaded once: they are the same for every window. */
export const facade = await (async () => {
  const [first, ...rest] = await facadeFiles();
  script(first).runInThisContext();
  const namespace = globalThis[name];
  for (const path of rest) script(path).runInThisContext();
  return namespace;
})();

/** Whether the facade has left nothing behind among the globals. */
export const leavesNoGlobals = () => !Object.getOwnPropertySymbols(globalThis).includes(name);

/** Runs the relay in a world of its own. */
export function runRelay(world) {
  const context = vm.createContext(world);
  script('relay/sound-loader.js').runInContext(context);
  script('relay/relay.js').runInContext(context);
}
