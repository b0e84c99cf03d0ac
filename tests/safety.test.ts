/**
 * Whatever kills a run, the fault is taken back and nothing of ours survives. The runner and the warden are killed
 * with -9 while a fault holds and the processes are counted by an inherited mark, so a process that renamed itself
 * or fell to init is found as well. "Healed" is asked of the world and not of our own words: the hands of a foreign
 * target, which only the warden can still use after the runner is dead.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startPeerBroker } from '../harness/testing/peer-broker.ts';
import { type Running, Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.close());

/** Long enough that the test and not the plan ends the fault. */
const LONG = '{ warmup: 2s, steady: 1s, chaos: 60s, settle: 2s, drain: 1s }';
const HELD = scene({ time: LONG, chaos: ['{ id: dark, at: chaos, for: 50s, fault: partition }'] });
const SLACK_S = 3;

async function insideFault(gear: 'sim' | 'real', text = HELD): Promise<Running> {
  box.write('held.yaml', text);
  const running = box.start(['run', 'held.yaml', '--gear', gear, '--out', 'run']);
  if (gear === 'real') await box.until('run', ({ op, n }) => op === 'fault' || n === -1);
  return running;
}

const pidsOf = (name: 'runner' | 'warden'): number =>
  (JSON.parse(readFileSync(box.path('run', 'run.json'), 'utf8')) as Record<string, number>)[name] ??
  0;

describe('kill -9', () => {
  it('of the runner inside a fault: nothing survives, and heal finds nothing', async () => {
    const { child, ended } = await insideFault('real');
    // Warden, platform, proxy, shards: the test would prove nothing if they had never been there.
    expect(box.processes().length).toBeGreaterThanOrEqual(5);
    expect(pidsOf('runner')).toBe(child.pid);
    process.kill(pidsOf('runner'), 'SIGKILL');
    expect(await box.vanished()).toBeLessThan(SLACK_S);
    expect((await ended).signal).toBe('SIGKILL');
    const healed = await box.run('heal');
    expect(healed.code).toBe(0);
    expect(healed.stdout).toMatch(/nothing/);
    expect(box.litter().filter((name) => name.endsWith('.json'))).toEqual([]);
  });
});
