// What testdriver.js asks of the browser's driver, asked of the runner.
{
  let last = 0;
  const waiting = new Map();
  globalThis.nearendWebPlatformReply = (id, error) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error === null) resolve();
    else reject(new Error(error));
  };
  const ask = (action, parameters) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      globalThis.nearendWebPlatform(JSON.stringify({ id: last, action, parameters }));
    });
  Object.assign(globalThis.test_driver_internal, {
    in_automation: true,
    click: (_element, { x, y }) => ask('click', { x, y }),
    set_permission: ({ descriptor, state }) => ask('set_permission', { descriptor, state }),
  });
}
