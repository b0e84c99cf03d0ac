/**
 * The same workflow, the same oracle and the same checkers against twins of somebody else: device
 * shadows in the dialect of AWS IoT, answered by an emulator that shares no line with the platform,
 * over a real broker. The healthy one passes all of them; one with a planted bug is caught.
 */
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type Ask, type Emulator, startEmulator } from '../../tests/aws/emulator.ts';
import { type Bug, difference, Shadow } from '../../tests/aws/shadow.ts';
import { Sandbox } from '../../tests/sandbox.ts';

vi.setConfig({ testTimeout: 300_000, maxConcurrency: 4 });

const box = new Sandbox();
afterAll(() => box.close());

const CHECKERS = ['twin-applied', 'twin-converged', 'twin-kept', 'twin-true', 'twin-versions'];

const scene = (port: number, seed: number): string => `
twinstorm: 1
name: shadows
about: Two writers change device shadows while a wing loses its network.
seed: ${seed}
time: { warmup: 3s, steady: 5s, chaos: 6s, settle: 8s, drain: 2s }
topology: { regions: { left: { sites: 1 }, right: { sites: 1 } } }
fleet:
  - id: rooms
    model: room-thermostat
    count: 6
    per: site
    every: 2s
    backoff: { base: 500ms, cap: 2s }
workflows: [{ twin: { every: 4s, writers: 2, storm: { after: wing-off } } }]
target: { url: "mqtt://127.0.0.1:${port}", dialect: aws-shadow }
chaos: [{ id: wing-off, at: chaos+1s, for: 3s, fault: outage, where: { region: left } }]
expect: [{ twin-converged: { within: 3s } }, twin-applied, twin-kept, twin-true, twin-versions]
`;

async function runAgainst(emulator: Emulator, out: string, seed = 5) {
  const file = box.write(`${out}.yaml`, scene(emulator.port, seed));
  const ended = await box.run('run', file, '--gear', 'real', '--out', out, '--quiet');
  const { checkers } = box.result(out);
  const twins = checkers.filter(({ id }) => CHECKERS.includes(id));
  return { ended, emulator, twins };
}

async function run(bug: Bug | null, out: string) {
  const emulator = await startEmulator(bug);
  try {
    return await runAgainst(emulator, out);
  } finally {
    await emulator.close();
  }
}

/** Who may not do what, of the things that there are. */
const DENIED: Readonly<Record<string, readonly [Ask, 401 | 403]>> = {
  'rooms:left-1:2': ['wish', 403],
  'rooms:right-1:1': ['report', 401],
  'rooms:right-1:2': ['get', 403],
};

describe.concurrent('device shadows of AWS IoT', () => {
  it('pass all checkers of twins, with conflicts on the way', async () => {
    const { ended, emulator, twins } = await run(null, 'healthy');
    expect(twins).toHaveLength(CHECKERS.length);
    for (const { id, findingCount, decided, verdict, summary } of twins) {
      expect([id, findingCount, decided > 0], summary).toEqual([id, 0, true]);
      // What is measured in time is left open where this machine held us up.
      if (id !== 'twin-converged') expect([id, verdict], summary).toEqual([id, 'pass']);
    }
    expect([...emulator.rejections.keys()]).toEqual([409]);
    const again = await box.run('judge', 'healthy');
    expect(again.code, again.stderr).toBe(ended.code);
  });

  it('pass in a second run as well, which finds what the first has left', async () => {
    const emulator = await startEmulator();
    try {
      for (const seed of [5, 6]) {
        const { twins } = await runAgainst(emulator, `run-${seed}`, seed);
        expect(twins).toHaveLength(CHECKERS.length);
        for (const { id, findingCount, summary } of twins) {
          expect([seed, id, findingCount], summary).toEqual([seed, id, 0]);
        }
      }
    } finally {
      await emulator.close();
    }
  });

  it('are refused to who may not: told with the reason, counted, and not asked for ever', async () => {
    const emulator = await startEmulator(null, (thing, ask) => {
      const [denied, code] = DENIED[thing] ?? [];
      return denied === ask ? (code ?? null) : null;
    });
    try {
      const { ended, twins } = await runAgainst(emulator, 'denied');
      const chapter = box.result('denied').chapters?.find(({ id }) => id === 'twins');
      const { rows } = chapter?.tables.find(({ title }) => title === 'Refused by the target') ?? {};
      // Whose report is refused may have no shadow yet when somebody wants to read it.
      const told = rows?.filter(([, , status]) => status !== 404) ?? [];
      expect(told.map((cells) => cells.slice(0, 4)).sort(), ended.stdout).toEqual([
        ['rooms/left-1/2', 'a change', 403, 'Forbidden'],
        ['rooms/right-1/1', 'a report', 401, 'Unauthorized'],
        ['rooms/right-1/2', 'a read', 403, 'Forbidden'],
      ]);
      const times = (status: number): number =>
        told.reduce((sum, cells) => sum + (cells[2] === status ? Number(cells[4]) : 0), 0);
      // The one that is no writer's is the read at the end of the run.
      expect(emulator.rejections.get(403)).toBe(times(403) + 1);
      expect(emulator.rejections.get(401)).toBe(times(401));
      const own = (await box.ledger('denied')).filter(({ device }) => device === 'rooms/right-1/1');
      const count = (op: string): number => own.filter((line) => line.op === op).length;
      // It says once for each connection that it is there, and once what it has taken over.
      const taken = own.filter(({ op, why }) => op === 'twin/holds' && why === 'taken over').length;
      expect(count('twin/unheard')).toBe(count('online') + taken);
      // What it was set to by then, nobody could be told.
      const untrue = twins.find(({ id }) => id === 'twin-true');
      expect(untrue?.findings.flatMap(({ devices }) => devices)).toEqual(['rooms/right-1/1']);
      const others = twins.filter(({ id }) => !['twin-true', 'twin-converged'].includes(id));
      expect(others.map(({ findingCount }) => findingCount)).toEqual([0, 0, 0]);
    } finally {
      await emulator.close();
    }
  });

  it.each<[Bug, string]>([
    ['keeps-deleted', 'twin-kept'],
    ['ignores-version', 'twin-versions'],
    ['drops-delta', 'twin-converged'],
  ])('are caught where one %s, by %s', async (bug, checker) => {
    const { ended, twins } = await run(bug, bug);
    const found = twins.find(({ id }) => id === checker);
    expect(found?.findingCount, ended.stderr + ended.stdout).toBeGreaterThan(0);
    if (checker !== 'twin-converged') expect(found?.verdict).toBe('fail');
  });
});

describe('the emulator, as the guide has it', () => {
  let at = 0;
  const told = (shadow: Shadow, request: unknown) => {
    at += 1000;
    return shadow.update(Buffer.from(JSON.stringify(request)), at);
  };

  it('counts versions, merges, deletes by null, and tells what differs', () => {
    const shadow = new Shadow(null);
    const [accepted, delta] = told(shadow, {
      state: { desired: { a: 1, b: { c: 2 } } },
      clientToken: 't',
    });
    expect(accepted).toMatchObject({
      topic: 'update/accepted',
      document: { state: { desired: { a: 1, b: { c: 2 } } }, version: 1, clientToken: 't' },
    });
    expect(delta).toMatchObject({ topic: 'update/delta', document: { version: 1 } });
    expect(
      told(shadow, { state: { reported: { a: 1, b: { c: 3 } } }, version: 1 })[1],
    ).toMatchObject({
      document: { state: { b: { c: 2 } }, version: 2 },
    });
    told(shadow, { state: { desired: { a: null } } });
    expect(shadow.desired).toEqual({ b: { c: 2 } });
    expect(difference({ list: [1] }, { list: [1, 2] })).toEqual({ list: [1] });
  });

  it.each([
    [400, { state: { desired: { a: [null] } } }],
    [400, { state: { wished: {} } }],
    [400, {}],
    [400, { state: { desired: {} }, clientToken: 'x'.repeat(65) }],
    [409, { state: { desired: {} }, version: 7 }],
    [413, { state: { desired: { a: 'x'.repeat(9000) } } }],
  ])('rejects with %i', (code, request) => {
    expect(told(new Shadow(null), request)[0]).toMatchObject({
      topic: 'update/rejected',
      document: { code },
    });
  });

  it.each([
    [401, 'Unauthorized'],
    [403, 'Forbidden'],
  ] as const)('denies with %i, changes nothing, and gives the token back', (code, message) => {
    const shadow = new Shadow(null);
    const bytes = Buffer.from(JSON.stringify({ state: { desired: { a: 1 } }, clientToken: 't' }));
    expect(shadow.deny('update', bytes, code, 3000)).toEqual([
      { topic: 'update/rejected', document: { code, message, timestamp: 3, clientToken: 't' } },
    ]);
    expect(shadow.version).toBe(0);
  });

  it('reads no other encoding', () => {
    const bytes = Buffer.from('{"state":{"desired":{"a":"\xff"}}}', 'latin1');
    expect(new Shadow(null).update(bytes, 1)[0]).toMatchObject({ document: { code: 415 } });
  });

  it('knows no shadow that nobody has made, and asks for patience', () => {
    const shadow = new Shadow(null);
    expect(shadow.get(Buffer.from('{}'), 1)[0]).toMatchObject({ document: { code: 404 } });
    const codes = Array.from({ length: 30 }, () => {
      const bytes = Buffer.from(JSON.stringify({ state: { desired: {} } }));
      return shadow.update(bytes, 5)[0]?.document;
    });
    expect(codes.at(-1)).toMatchObject({ code: 429 });
  });
});
