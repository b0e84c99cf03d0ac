/**
 * A run that ended by a fault of ours leaves a ledger that says so: whatever lies in it, it is
 * judged as invalid, never as a pass and never as a fail of the target. A run that was stopped by
 * hand came to its end in good order and is judged like any other.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { Result } from '#reports';
import { type Ended, Sandbox } from '../../tests/sandbox.ts';
import { scene } from '../../tests/scenes.ts';

const box = new Sandbox();
afterAll(() => box.close());

const BROKEN = /^The run broke off at /;

/** With the loudest expectations there are: each would fail on what the fault of ours hides. */
const loud = (more: readonly string[]): string =>
  scene({
    chaos: ['{ id: dark, at: chaos, for: 2s, fault: partition }'],
    expect: ['no-acked-loss', '{ recovered: { share: 99%, within: 1s, after: dark } }', 'presence'],
    more,
  });

async function judged(out: string): Promise<Result> {
  const { code, stdout, stderr } = await box.run('judge', out, '--json');
  expect(code, stdout + stderr).toBe(4);
  expect(stderr).not.toMatch(/\n\s+at /);
  return JSON.parse(stdout) as Result;
}

function expectBroken({ verdict, reasons, checkers }: Result): void {
  expect(verdict).toBe('invalid');
  expect(reasons[0]).toMatch(BROKEN);
  expect(checkers.filter((one) => one.verdict === 'fail')).toEqual([]);
  const finders = checkers.filter(({ findingCount }) => findingCount > 0).map(({ id }) => id);
  expect(finders).toEqual(['harness-healthy']);
}

const troubled = (start: string): string => `export default {
  family: 'workflow', kind: 'troubled', summary: 'breaks', params: {}, needs: [], parts: [], ops: {},
  resolve: () => ({ resolved: null, streams: [] }),
  start: (ports) => {
    const calm = { stop: () => {}, account: () => {}, end: async () => {} };
    const trouble = () => { throw new Error('broken on purpose'); };
    ${start}
  },
};
`;

/** Where a run can break, from its last moment back. */
const TROUBLES: Readonly<Record<string, string>> = {
  'at its very end': 'return { ...calm, end: async () => trouble() };',
  'at the final read': 'return { ...calm, readBack: async () => trouble() };',
  'when sampling stops': 'return { ...calm, stop: trouble };',
  'at a paced instant': 'ports.wheel.after(6500, trouble); return calm;',
  'in a timer': 'ports.clock.after(6500, trouble); return calm;',
};

describe('a fault of ours in sim', () => {
  it.each(Object.entries(TROUBLES))('%s', async (when, start) => {
    const out = when.replaceAll(' ', '-');
    box.write(`${out}.ts`, troubled(start));
    box.write(`${out}.yaml`, loud([`plugins: [./${out}.ts]`, 'workflows: [troubled]']));
    const ended = await box.run('run', `${out}.yaml`, '--out', out, '--quiet');
    expect([ended.code, ended.stderr]).toEqual([4, expect.stringContaining('broken on purpose')]);
    expectBroken(await judged(out));
  });
});

describe('over sockets', () => {
  const LONG = '{ warmup: 2s, steady: 2s, chaos: 60s, settle: 2s, drain: 1s }';
  const begun = async (out: string): Promise<{ ended: Promise<Ended>; stop: () => void }> => {
    const text = scene({
      time: LONG,
      chaos: ['{ id: dark, at: chaos, for: 50s, fault: partition }'],
      expect: ['no-acked-loss'],
    });
    box.write(`${out}.yaml`, text);
    const flags = ['--gear', 'real', '--shards', '2', '--out', out];
    const running = box.start(['run', `${out}.yaml`, ...flags]);
    while (!running.stderr().includes('dark')) await pause(20);
    return { ended: running.ended, stop: () => void running.child.kill('SIGINT') };
  };

  it('a shard that died', async () => {
    const { ended } = await begun('died');
    process.kill(await box.processOf(' shard-1'), 'SIGKILL');
    expect((await ended).code).toBe(4);
    expectBroken(await judged('died'));
    box.expectClean();
  });

  it('but a run that was stopped by hand is whole, as far as it went', async () => {
    const { ended, stop } = await begun('stopped');
    stop();
    expect((await ended).code).toBe(130);
    const { reasons, checkers } = await judged('stopped');
    expect(reasons.join('\n')).toMatch(/stopped before its time/);
    const found = checkers.flatMap(({ findings }) => findings.map(({ message }) => message));
    expect(found.filter((message) => message.includes('ledger'))).toEqual([]);
  });
});
