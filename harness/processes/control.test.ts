/** Nothing on the control channel is waited for without a bound, and what is late has a name. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../chaos/testing/manual-clock.ts';
import { ControlClient } from './control-client.ts';
import { ControlServer } from './control-server.ts';
import type { Remote } from './remote.ts';

let clock: ManualClock;
let server: ControlServer;
beforeEach(async () => {
  clock = new ManualClock();
  server = new ControlServer(clock);
  await server.listen();
});
afterEach(() => server.close());

type Methods = ConstructorParameters<typeof ControlClient>[2];

async function dialled(methods: Methods): Promise<Remote> {
  const expected = server.expect('shard-3', 1000);
  new ControlClient(server.path, 'shard-3', methods);
  return expected;
}

describe('a child', () => {
  it('answers, fails, and tells news', async () => {
    const remote = await dialled({
      double: async (value: number) => 2 * value,
      fail: async () => {
        throw new Error('cannot');
      },
    });
    expect(await remote.call('double', 21, 1000)).toBe(42);
    await expect(remote.call('fail', null, 1000)).rejects.toThrow('cannot');
    await expect(remote.call('other', null, 1000)).rejects.toThrow('no method other');
    expect(clock.pending).toBe(0);
  });

  it('was heard when anything came since that was last asked', async () => {
    const expected = server.expect('shard-3', 1000);
    const client = new ControlClient(server.path, 'shard-3', { be: async () => null });
    const remote = await expected;
    const heard: unknown[] = [];
    expect(remote.wasHeard()).toBe(false);
    const told = new Promise<void>((resolve) => {
      remote.onNews = (...news) => resolve(void heard.push(news));
    });
    client.tell('rate', 12);
    await told;
    expect([heard, remote.wasHeard(), remote.wasHeard()]).toEqual([[['rate', 12]], true, false]);
    await remote.call('be', null, 1000);
    expect(remote.wasHeard()).toBe(true);
    expect(heard).toHaveLength(1);
  });

  it('that does not come is named, with its log', async () => {
    const expected = server.expect('shard-3', 30_000);
    clock.advance(30_000);
    await expect(expected).rejects.toMatchObject({
      message: 'shard-3 did not report within 30s',
      remedy: 'see log/shard-3.log in the run directory',
    });
  });

  it('that hangs is named with what it was asked, and the run hears of it', async () => {
    const remote = await dialled({ finalRead: () => new Promise(() => {}) });
    const hung: string[] = [];
    remote.onHung = ({ message }) => hung.push(message);
    const call = remote.call('finalRead', null, 90_000);
    clock.advance(89_999);
    await turn();
    expect(hung).toEqual([]);
    clock.advance(1);
    await expect(call).rejects.toMatchObject({
      code: 'hung',
      message: "shard-3 did not answer 'finalRead' within 1m30s",
      remedy: 'see log/shard-3.log in the run directory',
    });
    expect(hung).toHaveLength(1);
  });

  it('that is gone answers nothing, neither what is under way nor what comes later', async () => {
    const expected = server.expect('shard-3', 1000);
    const socket = connect(server.path);
    socket.write(`${JSON.stringify({ hello: 'shard-3' })}\n`);
    const remote = await expected;
    const call = remote.call('end', null, 1000);
    call.catch(() => {});
    socket.destroy();
    await once(socket, 'close');
    await expect(call).rejects.toThrow('shard-3 is gone');
    await expect(remote.call('end', null, 1000)).rejects.toThrow('shard-3 is gone');
    expect(clock.pending).toBe(0);
  });

  it('is not waited for when the channel is closed', async () => {
    const expected = server.expect('shard-3', 1000);
    server.close();
    await expect(expected).rejects.toThrow('closed');
    expect(clock.pending).toBe(0);
  });
});
