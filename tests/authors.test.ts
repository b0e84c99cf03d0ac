/**
 * What an author brings from outside the repository: a scenario as a TypeScript module, plug-ins of
 * every kind in one file each, and folders of scenarios. A plug-in must act and not merely load:
 * the device's values, the fault's proof, the checker's finding and the reporter's file are looked
 * for in the run. Exit codes of several runs follow their order.
 */
import { existsSync, readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.close());

it('runs a scenario that is a TypeScript module, as its YAML twin runs', async () => {
  box.write(
    'module.ts',
    `const count: number = 12;
export default {
  twinstorm: 1, name: 'scene', about: 'A small fleet of an end-to-end test.', seed: 5,
  time: { warmup: '2s', steady: '2s', chaos: '3s', settle: '2s', drain: '1s' },
  fleet: [{ id: 'rooms', model: 'room-thermostat', count, every: '500ms', 'keep-alive': '4s' }],
  report: ['json'],
};
`,
  );
  box.write('twin.yaml', scene());
  const module = await box.judged(0, 'a', 'module.ts');
  const twin = await box.judged(0, 'b', 'twin.yaml');
  expect(module.messages.intended).toBeGreaterThan(0);
  expect(module.messages).toEqual(twin.messages);
  const wrong = await box.run('run', box.write('wrong.ts', 'export default { twinstorm: 2 };'));
  expect(wrong.code).toBe(3);
  expect(wrong.stderr).toMatch(/wrong\.ts[\s\S]*twinstorm/);
});

describe.each(['sim', 'real'])('plug-ins in the %s gear', (gear) => {
  it('act, are kept in the run directory, and judge again from there', async () => {
    box.write('plugins/counter.ts', DEVICE);
    box.write('plugins/dead-slow.ts', FAULT);
    box.write('plugins/nobody-counts.ts', CHECKER);
    box.write('plugins/head-count.ts', ORACLE);
    box.write('plugins/one-line.ts', REPORTER);
    const names = ['counter', 'dead-slow', 'nobody-counts', 'head-count', 'one-line'];
    const text = scene({
      fleet: '{ id: counters, model: counter, count: 8, every: 500ms }',
      chaos: ['{ id: slow, at: chaos, for: 2s, fault: dead-slow }'],
      expect: ['nobody-counts'],
      more: [`plugins: [${names.map((name) => `./plugins/${name}.ts`).join(', ')}]`],
    });
    box.write('own.yaml', text.replace('report: [json]', 'report: [json, one-line]'));
    const result = await box.judged(1, 'run', 'own.yaml', '--gear', gear);
    expect(result.faults.map(({ effective }) => effective)).toEqual([true]);
    const failed = result.checkers.filter(({ verdict }) => verdict === 'fail');
    expect(failed.map(({ id }) => id)).toEqual(['nobody-counts']);
    expect(existsSync(box.path('run', 'verdict.txt'))).toBe(true);
    expect(readdirSync(box.path('run', 'plugins')).sort()).toEqual(
      names.map((name) => `${name}.ts`).sort(),
    );
    const before = box.bytes('run', ['result.json'])['result.json'];
    const again = await box.run('judge', 'run');
    expect(again.code, again.stderr).toBe(1);
    expect(before?.equals(box.bytes('run', ['result.json'])['result.json'] as Buffer)).toBe(true);
    box.expectClean();
  });
});

describe('a fault that proves itself in a way of its own', () => {
  const own = (...plugins: string[]): string =>
    scene({
      chaos: ['{ id: slow, at: chaos, for: 2s, fault: dawdle }'],
      more: [`plugins: [${plugins.map((name) => `./${name}.ts`).join(', ')}]`],
    });
  const dawdle = (): string =>
    FAULT.replace("'dead-slow'", "'dawdle'").replace("'delayed', delayMs", "'tardy', leastMs");
  beforeEach(() => {
    box.write('dawdle.ts', dawdle());
    box.write('tardy.ts', PROOF);
  });

  it('is two files, and is judged again from the run directory', async () => {
    box.write('own.yaml', own('dawdle', 'tardy'));
    const result = await box.judged(0, 'run', 'own.yaml');
    expect(result.faults).toMatchObject([
      { effective: true, evidence: expect.stringMatching(/^[1-9]\d* messages were tardy\.$/) },
    ]);
    const again = await box.run('judge', 'run');
    expect(again.code, again.stderr).toBe(0);
    expect(box.result('run').faults).toEqual(result.faults);
    // The same fault without its toxics did nothing, and its own proof says so.
    box.write('dawdle.ts', dawdle().replace("['upstream', 'downstream']", '[]'));
    const idle = await box.judged(4, 'idle', 'own.yaml');
    expect(idle.faults.map(({ effective }) => effective)).toEqual([false]);
  });

  it('is undecided where its proof is missing', async () => {
    box.write('own.yaml', own('dawdle'));
    const result = await box.judged(2, 'run', 'own.yaml');
    const evidence = "There is no proof 'tardy' here that could tell.";
    expect(result.faults).toMatchObject([{ effective: null, evidence }]);
  });
});

describe('several scenarios', () => {
  const halting = scene({
    name: 'halting',
    chaos: ['{ id: gone, at: chaos, for: 3s, fault: outage }'],
    more: ["stop-when: [ { connected: '< 50%', for: 1s } ]", 'tags: [hard]'],
  });
  const empty = scene({
    name: 'empty',
    fleet: '{ model: room-thermostat, count: 3, every: 1h }',
    more: ['tags: [soft]'],
  });

  it('give one exit code, the first that occurred of 130, 1, 4, 3, 2, 0', async () => {
    box.write('all/good.yaml', scene({ name: 'good', more: ['tags: [soft]'] }));
    const only = async (...args: string[]): Promise<number | null> =>
      (await box.run('run', 'all', '--quiet', '--out', 'out', ...args)).code;
    // What tools and packages keep there is theirs.
    box.write('all/.github/workflows/ci.yml', 'on: push\n');
    box.write('all/node_modules/thing/compose.yaml', 'services: {}\n');
    expect(await only()).toBe(0);
    box.write('all/bad.yaml', 'twinstorm: 1\n');
    expect(await only()).toBe(3);
    box.write('all/empty.yaml', empty);
    expect(await only()).toBe(4);
    box.write('all/halting.yaml', halting);
    expect(await only()).toBe(1);
    expect((await box.run('run', 'all/g*.yaml', '--quiet', '--out', 'out')).code).toBe(0);
    expect((await box.run('run', 'all/{good,empty}.yaml', '--quiet', '--out', 'out')).code).toBe(4);
  });

  it('are picked by tag', async () => {
    box.write('all/good.yaml', scene({ name: 'good', more: ['tags: [soft]'] }));
    box.write('all/halting.yaml', halting);
    expect((await box.run('run', 'all', '--quiet', '--out', 'out', '--tag', 'soft')).code).toBe(0);
    expect((await box.run('run', 'all', '--quiet', '--out', 'out', '--tag', 'hard')).code).toBe(1);
  });

  it('repeat with a rate of differing verdicts', async () => {
    box.write('good.yaml', scene({ name: 'good' }));
    const repeated = ['--repeat', '3', '--jobs', '1', '--quiet', '--out'];
    const good = await box.run('run', 'good.yaml', ...repeated, 'out');
    expect(good.code, good.stderr).toBe(0);
    expect(good.stdout).toContain('good.yaml  3× pass  flake rate 0 %\n3 runs, 3 passed; ');
    expect(readdirSync(box.path('out')).filter((name) => name.startsWith('good'))).toHaveLength(3);
    box.write('moody.ts', MOODY.replaceAll('FILE', JSON.stringify(box.path('tried'))));
    const chaos = ['{ id: dark, at: chaos, for: 2s, fault: moody }'];
    const time = '{ warmup: 2s, steady: 2s, chaos: 3s, settle: 8s, drain: 1s }';
    box.write('moody.yaml', scene({ name: 'moody', time, chaos, more: ['plugins: [./moody.ts]'] }));
    const moody = await box.run('run', 'moody.yaml', ...repeated, 'other');
    expect(moody.code, moody.stderr).toBe(4);
    expect(moody.stdout).toContain(
      'moody.yaml  1× invalid, 2× pass  flake rate 33.3 %\n3 runs, 2 ',
    );
  });
});

/** Does nothing the first time. */
const MOODY = `import { existsSync, writeFileSync } from 'node:fs';
export default {
  kind: 'moody', summary: 'refuses, when it feels like it', acts: 'link', params: {},
  resolve: () => ({ toxics: [], down: true, proof: { kind: 'refused' } }),
  inject: async (hands, fault) => {
    const first = !existsSync(FILE);
    writeFileSync(FILE, '');
    if (first) return async () => {};
    const undos = await Promise.all(fault.cohorts.map((cohort) => hands.disableLink(cohort)));
    return async () => void (await Promise.all(undos.map((undo) => undo())));
  },
};
`;
const DEVICE = `export default {
  kind: 'counter', summary: 'counts its samples', params: {}, everyMs: 1000, commands: {},
  signals: { count: { about: 'samples so far', unit: '1', low: 0, high: 1000, step: 1 } },
  start: () => ({
    sample: (t: number, n: number) => ({ count: n }),
    truth: () => ({}),
    command: () => false,
    power: () => {},
  }),
};
`;
const FAULT = `export default {
  kind: 'dead-slow', summary: 'half a second each way', acts: 'link', params: {},
  resolve: () => ({
    down: false,
    toxics: ['upstream', 'downstream'].map((stream) => ({
      type: 'latency', stream, attributes: { latency: 500, jitter: 0 },
    })),
    proof: { kind: 'delayed', delayMs: 500, jitterMs: 0 },
  }),
  inject: async (hands, fault) => {
    const undos = [];
    for (const cohort of fault.cohorts)
      undos.push(await hands.addToxics(cohort, fault.id, fault.toxics));
    return async () => {
      for (const undo of undos) await undo();
    };
  },
};
`;
const PROOF = `export default {
  family: 'proof', kind: 'tardy', summary: 'messages of its targets come late',
  link: () => ({}),
  witness: ({ fault, of, windowsOn }) => {
    const delivery = of('delivery');
    let tardy = 0;
    const { leastMs } = fault.plan.proof;
    return {
      ops: ['observed'],
      step: ({ t, device, stream, n }) => {
        const sentAt = delivery.sentAtOf(device, stream, n);
        const isIn = windowsOn(device).some(({ from, to }) => sentAt >= from && t <= to);
        if (isIn && t - sentAt >= leastMs * 1000) tardy++;
      },
      end: () => ({ tardy }),
    };
  },
  read: ({ counted }) => {
    const text = counted('tardy') + ' messages were tardy';
    return [{ kind: counted('tardy') > 0 ? 'yes' : 'no', text }];
  },
};
`;
const CHECKER = `export default {
  kind: 'nobody-counts', title: 'Nobody counts', refs: [], summary: 'No device sends anything.',
  judges: 'expected', broken: 'fail', params: {},
  applies: () => true,
  start: ({ of }) => {
    const heads = of('head-count');
    return {
      ops: [],
      end: () => {
        const { sent } = heads;
        const finding = { message: sent + ' messages', devices: [], at: 0, witness: [] };
        const findings = sent > 0 ? [finding] : [];
        return { obligations: 1, decided: 1, findingCount: findings.length, figures: {}, findings };
      },
    };
  },
  say: () => 'Somebody counted.',
};
`;
const ORACLE = `export default {
  family: 'oracle', kind: 'head-count', summary: 'how many messages were sent',
  scope: 'fleet', ops: ['sent'],
  start: () => {
    const heads = { sent: 0, step: () => { heads.sent++; } };
    return heads;
  },
};
`;
const REPORTER = `export default {
  kind: 'one-line', summary: 'The verdict in one line.', file: 'verdict.txt',
  render: (result) => result.verdict + '\\n',
};
`;
