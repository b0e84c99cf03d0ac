/**
 * Load of k6 beside a fleet, with a real k6: its users are judged like devices, a lie in their
 * traffic is found, its thresholds are the run's, and whatever happens to it is said and leaves
 * nothing behind.
 */
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Sandbox } from '../../tests/sandbox.ts';
import { real } from '../../tools/real.ts';

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => {
  box.close();
});

const SCRIPTS = fileURLToPath(new URL('../../scenarios/k6/', import.meta.url));

interface Scene {
  load?: string;
  time?: string;
  chaos?: string[];
}

const TIME = '{ warmup: 3s, steady: 2s, chaos: 4s, settle: 3s, drain: 2s }';
const LONG = '{ warmup: 3s, steady: 2s, chaos: 60s, settle: 3s, drain: 2s }';
const TELEMETRY = `{ k6: '${SCRIPTS}telemetry.ts', vus: 3, every: 200ms }`;

function scene({ load = TELEMETRY, time = TIME, chaos = [] }: Scene = {}): string {
  const text = [
    'twinstorm: 1',
    'name: loaded',
    'gear: real',
    `time: ${time}`,
    'fleet: [{ id: rooms, model: room-thermostat, count: 3, every: 1s }]',
    `load: ${load}`,
    ...(chaos.length > 0 ? ['chaos:', ...chaos.map((one) => `  - ${one}`)] : []),
  ].join('\n');
  return box.write('loaded.yaml', `${text}\n`);
}

describe('a run with load', () => {
  beforeEach((context) => {
    const k6 = real('k6');
    context.skip(k6.skip, k6.reason);
  });

  it('judges what its users send like what devices send', async () => {
    const chaos = [
      '{ id: slow, at: chaos, for: 2s, fault: latency, where: { model: k6 }, ' +
        'with: { delay: 100ms } }',
    ];
    scene({ chaos });
    const out = await box.unspoilt('run', 'run', 'loaded.yaml');
    const sent = await box.ledger(out, '--op', 'sent');
    const users = sent.filter(({ stream }) => stream === 'k6');
    expect(new Set(users.map(({ device }) => device))).toEqual(
      new Set(['k6/telemetry/1', 'k6/telemetry/2', 'k6/telemetry/3']),
    );
    const { checkers, chapters, faults, messages } = box.result(out);
    expect(messages.delivered).toBe(sent.length);
    expect(checkers.find(({ id }) => id === 'k6-thresholds')?.verdict).toBe('pass');
    expect(faults[0]).toMatchObject({ targets: 3, effective: true });
    const chapter = chapters?.find(({ id }) => id === 'k6');
    expect(chapter?.tables.map(({ title }) => title)).toEqual(['Thresholds', 'Metrics']);
    expect(existsSync(box.path(out, 'k6/telemetry.users.json'))).toBe(false);
    box.expectClean();
  });

  it('finds a lie in what was acknowledged to a user', async () => {
    scene();
    const lie = ['--mutant', 'telemetry-loses-acked-row'];
    const { checkers } = await box.judged(1, 'run', 'loaded.yaml', ...lie);
    const found = checkers.find(({ id }) => id === 'no-acked-loss');
    expect(found?.verdict).toBe('fail');
    expect(found?.findings.flatMap(({ devices }) => devices).join()).toContain('k6/telemetry/');
  });

  it('fails where a threshold of k6 is crossed', async () => {
    const script = [
      "import { Counter } from 'k6/metrics';",
      "import { sleep } from 'k6';",
      "const seen = new Counter('seen');",
      "export const options = { thresholds: { seen: ['count<1'] } };",
      'export default () => { seen.add(1); sleep(0.1); };',
    ];
    box.write('strict.js', script.join('\n'));
    scene({ load: '{ k6: strict.js }' });
    const { reasons, checkers } = await box.judged(1, 'run', 'loaded.yaml');
    expect(reasons.join()).toContain('the k6 script strict: seen had to be count<1');
    expect(checkers.find(({ id }) => id === 'k6-thresholds')?.verdict).toBe('fail');
  });

  it('does not begin with a script that k6 cannot read', async () => {
    box.write('broken.ts', 'export default function( {');
    scene({ load: '{ k6: broken.ts }' });
    const { code, stderr } = await box.run('run', 'loaded.yaml', '--out', 'run', '--quiet');
    expect(code, stderr).toBe(4);
    expect(stderr).toMatch(/k6 cannot run broken\.ts: .*Expected identifier/);
    box.expectClean();
  });

  it('is invalid where k6 goes away, and leaves nothing', async () => {
    scene({ time: LONG });
    const running = box.start(['run', 'loaded.yaml', '--out', 'run']);
    const k6 = await box.processOf('--summary-export');
    await pause(1500);
    process.kill(k6, 'SIGKILL');
    const { code, stderr } = await running.ended;
    expect(code, stderr).toBe(4);
    expect(stderr).toMatch(/error\s+k6 ended with SIGKILL in the middle of the load telemetry/);
    // What its users sent and nobody has told of is no invention of the target's.
    expect(box.result('run').verdict).toBe('invalid');
    box.expectClean();
  });

  it('leaves no k6 where the runner is killed', async () => {
    scene({ time: LONG });
    const running = box.start(['run', 'loaded.yaml', '--out', 'run']);
    await box.processOf('--summary-export');
    await pause(1000);
    running.child.kill('SIGKILL');
    expect(await box.vanished()).toBeLessThan(5);
    await running.ended;
    expect(existsSync(box.path('run/k6/telemetry.users.json'))).toBe(false);
  });
});

describe('without a k6', () => {
  it('says so and how to get one, before anything is started', async () => {
    scene();
    const { code, stderr } = await box.startNode(
      [fileURLToPath(new URL('../../bin/twinstorm.js', import.meta.url)), 'run', 'loaded.yaml'],
      { K6_BIN: '/nowhere/k6' },
    ).ended;
    expect(code, stderr).toBe(4);
    expect(stderr).toContain('K6_BIN names /nowhere/k6');
    expect(stderr).toContain('go install go.k6.io/k6@v1.8.1');
    box.expectClean();
  });

  it.each([
    ['sim', '--gear', 'sim', 'load goes with the real gear alone'],
    ['no script', '--set', 'load.k6=nowhere.ts', 'there is no script nowhere.ts'],
    ['QoS 2', '--set', 'load.qos=2', 'sends at QoS 0 or 1'],
    ['a twin name', '--set', 'load.id=rooms', "is called 'rooms' as well"],
    [
      'a name of ours',
      '--set',
      'load.env={TWINSTORM_USERS: x}',
      'a name that the run itself gives',
    ],
  ])('refuses %s with its place', async (_, flag, value, says) => {
    scene();
    const { code, stderr } = await box.run('plan', 'loaded.yaml', flag, value);
    expect([code, stderr.replaceAll(/\s+/g, ' ')]).toEqual([3, expect.stringContaining(says)]);
  });
});
