import assert from 'node:assert/strict';
import test from 'node:test';
import { facade } from './support/extension-files.mjs';
import { settle } from './support/fake-browser.mjs';

const { OperationsChain } = facade;

const deferred = () => {
  let settlers;
  const promise = new Promise((resolve, reject) => {
    settlers = { resolve, reject };
  });
  return { promise, ...settlers };
};

test('the first operation starts within the call, the second when the first is done', async () => {
  const log = [];
  const chain = new OperationsChain(() => log.push('empty'));
  const first = deferred();
  chain.enqueue(() => {
    log.push('first starts');
    return first.promise;
  });
  chain.enqueue(async () => log.push('second starts'));
  assert.deepEqual(log, ['first starts']);
  assert.equal(chain.isEmpty, false);
  first.resolve();
  await settle();
  assert.deepEqual(log, ['first starts', 'second starts', 'empty']);
  assert.equal(chain.isEmpty, true);
});

test('whoever awaits an operation goes on before the next one starts', async () => {
  const log = [];
  const chain = new OperationsChain(() => {});
  chain.enqueue(async () => {}).then(() => log.push('first awaited'));
  chain.enqueue(async () => log.push('second starts'));
  await settle();
  assert.deepEqual(log, ['first awaited', 'second starts']);
});

test('an operation that fails does not stop the next', async () => {
  const chain = new OperationsChain(() => {});
  const failed = chain.enqueue(async () => {
    throw new Error('refused');
  });
  const second = chain.enqueue(async () => 2);
  await assert.rejects(failed, /refused/);
  assert.equal(await second, 2);
});

test('what is pending when the chain closes is never settled', async () => {
  const log = [];
  const chain = new OperationsChain(() => log.push('empty'));
  const first = deferred();
  chain.enqueue(() => first.promise).then(
    () => log.push('fulfilled'),
    () => log.push('rejected'),
  );
  chain.enqueue(async () => log.push('second starts'));
  chain.close();
  first.resolve();
  await settle();
  assert.deepEqual(log, []);
});

test('when the engine is gone, all that is pending is rejected, also where the page closes at once', async () => {
  const chain = new OperationsChain(() => {});
  const never = chain.enqueue(() => new Promise(() => {}));
  const waiting = chain.enqueue(async () => 'not reached');
  chain.rejectAll(new Error('gone'));
  chain.close();
  const settled = await Promise.allSettled([never, waiting]);
  assert.deepEqual(settled.map(({ reason }) => reason.message), ['gone', 'gone']);
});

test('a text that is no description is refused even where the chain has closed meanwhile', async () => {
  const chain = new OperationsChain(() => {});
  const refused = deferred();
  const other = deferred();
  const log = [];
  chain.enqueue(() => refused.promise).catch(({ message }) => log.push(message));
  chain.close();
  refused.reject(new Error('Failed to parse SessionDescription. Invalid SDP'));
  const second = new OperationsChain(() => {});
  second.enqueue(() => other.promise).catch(() => log.push('other'));
  second.close();
  other.reject(new Error('Failed to apply the description'));
  await settle();
  assert.deepEqual(log, ['Failed to parse SessionDescription. Invalid SDP']);
});
