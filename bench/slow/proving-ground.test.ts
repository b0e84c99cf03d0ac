/**
 * A fixed small sample of the proving ground holds, and each of its detectors fires on a planted
 * fault: a scenario that fails, bugs that do not fire or are caught by another checker, a history
 * whose naive reading is wrong, a parser that throws.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type Ended, Sandbox } from '../../tests/sandbox.ts';
import { scene } from '../../tests/scenes.ts';
import { ROOT } from '../../tools/house.ts';

// Dozens of processes: on a busy machine that is minutes, and only what hangs may be ended.
vi.setConfig({ maxConcurrency: 2, testTimeout: 600_000 });

const box = new Sandbox();
afterAll(() => box.close());

const BENCH = join(ROOT, 'bench', 'proving-ground.ts');

/** Each with a state of its own, named after what is tried. */
const prove = (state: string, ...args: string[]): Promise<Ended> =>
  box.startNode([BENCH, ...args, '--state', `${state}.jsonl`]).ended;

describe.concurrent('the sample', () => {
  it.each([
    [
      'healthy,mutants',
      ['--mutants', 'telemetry-swaps-two,telemetry-doubles-qos1,status-unretained', '--seeds', '2'],
    ],
    ['histories,fuzz', ['--histories', '200', '--fuzz', '500']],
  ])('%s holds', async (only, flags) => {
    const scenarios = ['hello-fleet', 'command-and-answer'];
    const { code, stdout, stderr } = await prove(only, ...scenarios, '--only', only, ...flags);
    expect(code, stdout + stderr).toBe(0);
    for (const sort of only.split(','))
      expect(stdout).toMatch(new RegExp(`^${sort} .*, 0 failed`, 'm'));
  });
});

/** Caught by whoever looks, since every reading is doubled, or by nobody, since none is. */
const bug = (kind: string, caughtBy: string, isPlanted: boolean): string =>
  `export default { kind: '${kind}', family: 'mutant', summary: 'for a test', word: 'echo',
  caughtBy: '${caughtBy}', scenario: 'small', plant: (fired) => ({
    forward: (packet) => {
      if (${!isPlanted} || packet.qos !== 1) return [packet];
      fired(packet.topic);
      return [packet, packet];
    },
  }) };
`;

const SMALL = scene({ expect: ['no-acked-loss', 'duplicates-explained'] });

describe.concurrent('a planted fault', () => {
  it('a scenario that fails, and one that is meant to', async () => {
    const halted = scene({
      time: '{ warmup: 2s, steady: 2s, chaos: 12s, settle: 2s, drain: 1s }',
      chaos: ['{ id: gone, at: chaos, for: 10s, fault: outage }'],
      more: ["stop-when: [ { connected: '< 50%', for: 2s } ]"],
    });
    box.write('fails.yaml', halted);
    box.write('meant.yaml', `${halted}tags: [meant-to-fail]\n`);
    const flags = ['--only', 'healthy', '--seeds', '1', '--from', '5', '--jobs', '2'];
    const { code, stdout, stderr } = await prove('fails', 'fails.yaml', 'meant.yaml', ...flags);
    expect(code, stdout + stderr).toBe(1);
    expect(stderr).toMatch(/FAILED healthy\/fails\/5: exit 1, fail instead of pass/);
    expect(stderr).toMatch(/again: .*twinstorm\.js run fails\.yaml --gear sim --seed 5/);
    expect(stdout).toMatch(/1 held, 1 failed/);
  });

  it('a bug that does not fire, and one that another checker catches', async () => {
    box.write('bugs/small.yaml', SMALL);
    box.write('bugs/echo-sleeps.ts', bug('echo-sleeps', 'duplicates-explained', false));
    box.write('bugs/echo-doubles.ts', bug('echo-doubles', 'duplicates-explained', true));
    box.write('bugs/echo-blames.ts', bug('echo-blames', 'no-acked-loss', true));
    const files = ['echo-sleeps', 'echo-doubles', 'echo-blames'].flatMap((name) => [
      '--plugin',
      `bugs/${name}.ts`,
    ]);
    const flags = [
      '--only',
      'mutants',
      '--word',
      'echo',
      '--mutants',
      'echo-sleeps,echo-doubles,echo-blames',
    ];
    const { code, stdout, stderr } = await prove('bugs', ...files, ...flags, '--seeds', '1');
    expect(code, stdout + stderr).toBe(1);
    expect(stderr).toMatch(/FAILED mutants\/echo-sleeps\/1\/judged: did not fire/);
    expect(stderr).toMatch(/echo-blames\/1\/judged: fired .* and not by no-acked-loss/);
    expect(stdout).toMatch(/1 held, 2 failed/);
  });

  it('a naive reading that is wrong, cut down to what shows it; a parser that throws', async () => {
    box.write('counts.ts', ORACLE);
    box.write('counts.histories.ts', HISTORIES);
    box.write('counts.fuzz.ts', FUZZ);
    const flags = ['--only', 'histories,fuzz', '--oracles', 'counts', '--parsers', 'counts'];
    const { code, stdout, stderr } = await prove('counts', '--plugin', 'counts.ts', ...flags);
    expect(code, stdout + stderr).toBe(1);
    expect(stderr).toMatch(/FAILED histories\/counts\/1\+100: history \d+: 3 seen, and not 2/);
    // Three entries show it, and no fourth is told.
    expect(
      stderr.match(/FAILED histories\/counts\/1\+100[\s\S]*?again/)?.[0].match(/"t":/g),
    ).toHaveLength(3);
    expect(stderr).toMatch(/FAILED fuzz\/counts\/1\*100: too long/);
    expect(stderr).toMatch(
      /again: node \S*bench\/proving-ground\.ts --plugin counts\.ts --only fuzz/,
    );
  });

  it('a name that nobody has, and a number that is none', async () => {
    const typo = await prove('typo', '--mutants', 'telemetry-swaps-tow');
    expect(typo).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/did you mean.*telemetry-swaps-two/i),
    });
    expect(await prove('typo', '--seeds', 'many')).toMatchObject({ code: 2 });
  });
});

it('goes on where it was, passes over a torn line, and tells again what failed', async () => {
  box.write('own.ts', ORACLE.replace('counts', 'own'));
  box.write('own.histories.ts', HISTORIES.replace('counts', 'own'));
  const flags = ['--plugin', 'own.ts', '--only', 'histories', '--oracles', 'own'];
  const first = await prove('own', ...flags, '--histories', '200');
  expect(first.stderr).toContain('2 cases, 0 known');
  appendFileSync(box.path('own.jsonl'), '{"id":"histories/own/201+1');
  const second = await prove('own', ...flags, '--histories', '300');
  expect(second).toMatchObject({ code: 1, stdout: expect.stringContaining('0 held, 3 failed') });
  expect(second.stderr).toContain('3 cases, 2 known');
  expect(second.stderr).toContain('FAILED histories/own/1+100');
  box.write('own.histories.ts', HISTORIES.replace('counts', 'own').replace('min(2,', 'min(9e9,'));
  const third = await prove('own', ...flags, '--histories', '300');
  expect(third).toMatchObject({ code: 0, stdout: expect.stringContaining('3 held, 0 failed') });
  expect(third.stderr).toMatch(/0 known.*3 lines are of other code/);
});

it('stops when it is told to, and keeps what was proved', async () => {
  const args = [BENCH, '--only', 'healthy', '--seeds', '1000', '--state', 'stopped.jsonl'];
  const running = box.startNode([...args, 'hello-fleet']);
  while (!running.stderr().includes('to prove')) await pause(20);
  running.child.kill('SIGINT');
  const { code, stdout } = await running.ended;
  expect(code).toBe(130);
  expect(stdout).toMatch(/stopped; what was proved is in stopped\.jsonl/);
  expect(box.processes()).toEqual([]);
});

const ORACLE = `export default { kind: 'counts', family: 'oracle', summary: 'how many were sent',
  scope: 'lane',
  start: () => ({ seen: 0, step(entry) { if (entry.op === 'sent') this.seen++; } }) };
`;
/** Its reading stops at two. */
const HISTORIES = `import { testPlan } from '${ROOT}twins/oracles/testing/plan.ts';
const sent = (t) => ({ t, op: 'sent', device: 0, stream: 0, n: t, late: 0, hash: 1, flags: 1 });
export default {
  oracle: 'counts',
  about: 'for a test',
  history: (random) => ({
    plan: testPlan({ devices: 1, readings: 4 }),
    entries: Array.from({ length: random.below(20) }, (_, k) => sent(k)),
  }),
  differences: (oracle, { entries }) => {
    const wanted = Math.min(2, entries.length);
    return oracle.seen === wanted ? [] : [oracle.seen + ' seen, and not ' + wanted];
  },
};
`;
const FUZZ = `import fc from '${ROOT}node_modules/fast-check/lib/fast-check.js';
export default () => [{
  parser: 'counts', about: 'for a test', input: fc.string(),
  survives: (text) => { if (text.length > 3) throw new Error('too long'); },
}];
`;
