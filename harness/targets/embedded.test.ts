/**
 * The platform twin is back soon after a kill because the runner has next to nothing to do for it:
 * who may connect was decided before the run began, and the twin reads it by itself.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Plan } from '#kernel';
import type { Launch } from '../processes/processes.ts';
import { digests, RunDirectory } from '../record/run-directory.ts';
import embedded from './embedded.ts';
import type { TargetContext } from './target.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twin-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function startTwin(devices: number, params = {}) {
  const undo = vi.fn();
  const launches: Launch[] = [];
  const start = (launch: Launch, onLine: (text: string) => void): void => {
    launches.push(launch);
    onLine('{}');
  };
  const rows = Array.from({ length: devices }, (_, k) => ({ id: `d/${k}`, lane: 3 }));
  const target = { issuesAccounts: true, mutant: null, params, guarantees: { queueLimit: 10 } };
  const plan = { devices: rows, entries: [], workflows: [], cohorts: [], streams: [], target };
  const context = {
    plan: plan as unknown as Plan,
    directory: new RunDirectory(folder),
    processes: { start, kill: async () => {}, stop: async () => {}, undo },
    run: 'r1',
    secret: 'secret',
    plugins: [],
    dialect: {},
    onLost: () => {},
    onBroken: () => {},
  } as unknown as TargetContext;
  return { twin: await embedded.start(context), launches, undo };
}

it('is started again without deciding anew who may connect', async () => {
  const { twin, launches } = await startTwin(500);
  const hashed = vi.spyOn(digests, 'sha256Hex');
  await twin.kill();
  await twin.start();
  expect(hashed).not.toHaveBeenCalled();
  const [first, second] = launches.map(({ input }) => JSON.parse(input ?? '') as object);
  expect(second).toEqual({ ...first, clockZeroMs: expect.any(Number) });
  // Its times go on over a restart.
  expect((second as { clockZeroMs: number }).clockZeroMs).toBe(
    (first as { clockZeroMs: number }).clockZeroMs,
  );
});

it('is told no more for a larger fleet', async () => {
  const lengths = [];
  for (const devices of [1, 500]) {
    const { launches } = await startTwin(devices);
    lengths.push(launches[0]?.input?.replace(/\d+(\.\d+)?/g, '0').length);
  }
  expect(lengths[1]).toBe(lengths[0]);
});

it('finds everybody in a file that nobody else can read, until the run is over', async () => {
  const { twin, launches, undo } = await startTwin(2);
  const { accountsFile } = JSON.parse(launches[0]?.input ?? '') as { accountsFile: string };
  expect(statSync(accountsFile).mode & 0o777).toBe(0o600);
  const text = readFileSync(accountsFile, 'utf8');
  expect(text).toContain('"d/1"');
  expect(text).not.toContain(digests.sha256Hex('secret/d/1'));
  await twin.kill();
  expect(existsSync(accountsFile)).toBe(true);
  expect(undo.mock.lastCall).toEqual(['accounts.json', expect.stringContaining(accountsFile)]);
  await twin.stop();
  expect(undo.mock.lastCall).toEqual(['accounts.json', null]);
  expect(existsSync(accountsFile)).toBe(false);
});

it('says where it takes MQTT over WebSocket, to the runner and through a port', async () => {
  const { twin, launches } = await startTwin(1);
  const { websocketPort } = JSON.parse(launches[0]?.input ?? '') as { websocketPort: number };
  const websocket = { authority: `127.0.0.1:${websocketPort}`, path: '/mqtt' };
  const place = { host: '127.0.0.1', port: websocketPort, tls: null, websocket };
  expect(twin.websocket).toEqual(place);
  expect(twin.address).not.toHaveProperty('websocket');
  expect((await startTwin(1, { over: 'ws' })).twin.address).toHaveProperty('websocket');
  expect(twin.component.how).toContain(`ws on port ${websocketPort}`);
  const answer = await embedded.ports?.(twin.access).port('websocket')?.get({});
  expect(answer).toEqual({ status: 200, body: { url: `ws://127.0.0.1:${websocketPort}/mqtt` } });
});
