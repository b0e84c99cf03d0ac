/**
 * A run that is held in the midst of a fault, for tests that kill, stop or interrupt what it is made
 * of.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Running, Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

/** Long enough that the test and not the plan ends the fault. */
export const LONG = '{ warmup: 2s, steady: 1s, chaos: 100s, settle: 2s, drain: 1s }';
export const HELD = scene({
  time: LONG,
  chaos: ['{ id: dark, at: chaos, for: 90s, fault: partition }'],
});
export const RUN_HELD = ['run', 'held.yaml', '--gear', 'real', '--out', 'run'];

export async function insideFault(box: Sandbox, text = HELD): Promise<Running> {
  box.write('held.yaml', text);
  const running = box.startInGroup([...RUN_HELD, '--shards', '2']);
  // The harness's segment is flushed when a phase begins; the fault begins with its phase.
  while (!running.stderr().includes('dark')) {
    expect(running.child.exitCode, running.stderr()).toBeNull();
    await pause(20);
  }
  return running;
}

/** A foreign broker whose hands leave traces, and which is killed for long. */
export const killedByHand = (box: Sandbox, port: number): string =>
  scene({
    time: LONG,
    chaos: ['{ id: dark, at: chaos, for: 90s, fault: broker-kill }'],
    more: [
      'target:',
      `  url: mqtt://127.0.0.1:${port}`,
      '  hands:',
      `    kill: touch ${box.path('killed')}`,
      `    start: touch ${box.path('started')}`,
    ],
  });

export function pidOf(box: Sandbox, name: 'runner' | 'warden'): number {
  const text = readFileSync(box.path('run', 'run.json'), 'utf8');
  return (JSON.parse(text) as Record<string, number>)[name] ?? 0;
}

export async function expectNothingToHeal(box: Sandbox): Promise<void> {
  const healed = await box.run('heal');
  expect([healed.code, healed.stdout]).toEqual([0, 'nothing is left behind\n']);
}
