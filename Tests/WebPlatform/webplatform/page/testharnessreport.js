// What wpt expects of whoever runs it: results go to the runner, by a function the runner has put into the page.
if (globalThis.nearendWebPlatform && globalThis === globalThis.top && !globalThis.opener) {
  const report = globalThis.nearendWebPlatform;
  setup({ output: false, timeout_multiplier: 2 });
  add_completion_callback((tests, harness) => {
    const subtests = tests.map(({ name, status, message }) => [name, status, message ?? '']);
    report(JSON.stringify({ isDone: true, status: harness.status, message: harness.message ?? '', subtests }));
  });
}
