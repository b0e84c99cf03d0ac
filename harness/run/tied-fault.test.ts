/**
 * A fault that is tied to a state, where something is slow or fails: nothing of it is left behind,
 * nothing begins before that is over, and what the ledger says is what was done.
 */
import { beforeEach, expect, it } from 'vitest';
import type { FaultActions, FaultKind, Undo } from '#chaos';
import type { FaultPlan, StateTie } from '#kernel';
import { ManualClock } from '../../chaos/testing/manual-clock.ts';
import { TiedFault } from './tied-fault.ts';

const TO = 10_000;

let clock: ManualClock;
let lines: string[];
beforeEach(() => {
  clock = new ManualClock();
  lines = [];
});

function tied(inject: (actions: FaultActions) => Promise<Undo>, over: Partial<StateTie> = {}) {
  const tie: StateTie = { state: 'a.in', forMs: 1000, ends: true, ...over };
  const fault = { id: 'f', devices: [3], cohorts: [2], to: TO, tie } as unknown as FaultPlan;
  const write = (op: string, { n, text }: { n?: number; text?: string }): number => {
    lines.push(text ?? `${op} ${n}`);
    return clock.now();
  };
  const ports = {
    ledger: { write } as never,
    wheel: clock,
    actions: {
      disableLink: async () => {
        lines.push('down');
        return async () => void lines.push('up');
      },
    } as unknown as FaultActions,
    now: () => clock.now(),
  };
  return new TiedFault(ports, { inject } as unknown as FaultKind, fault, 3);
}

const settled = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

const down = (actions: FaultActions): Promise<Undo> => actions.disableLink(2);

it('waits for what is slow, and begins again only after it', async () => {
  const slow = Promise.withResolvers<void>();
  const fault = tied(async (actions) => {
    await slow.promise;
    return down(actions);
  });
  fault.arm();
  fault.entered('a.in');
  fault.entered('a.out');
  fault.entered('a.in');
  await settled();
  expect(lines).toEqual(['struck 0']);
  slow.resolve();
  await settled();
  // Whoever is over already can do nothing any more.
  expect(lines.slice(0, 2)).toEqual(['struck 0', 'relieved 0']);
  expect(lines.at(-1)).toBe('down');
  expect(lines.filter((line) => line.startsWith('struck'))).toEqual(['struck 0', 'struck 1']);
  await fault.disarm();
  expect(lines.slice(-2)).toEqual(['up', 'relieved 1']);
});

it('takes back what it forgot to, and says what could not be injected', async () => {
  const fault = tied(async (actions) => {
    await down(actions);
    throw new Error('lost my nerve');
  });
  fault.arm();
  fault.entered('a.in');
  await settled();
  fault.entered('a.out');
  await settled();
  expect(lines).toEqual([
    'struck 0',
    'down',
    'f could not be injected on device 3: lost my nerve',
    'up',
    'relieved 0',
  ]);
});

it('is not relieved before it is taken back, and tries that again', async () => {
  let fails = true;
  const fault = tied(async () => async () => {
    if (fails) throw new Error('stuck');
  });
  fault.arm();
  fault.entered('a.in');
  await settled();
  fault.entered('a.out');
  fault.entered('a.in');
  await settled();
  expect(lines).toEqual(['struck 0', 'f could not be taken back on device 3: stuck']);
  await expect(fault.disarm()).rejects.toThrow('stuck');
  fails = false;
  await fault.disarm();
  expect(lines.at(-1)).toBe('relieved 0');
});

it('does not begin when its time is over, nor when it is disarmed before', async () => {
  const fault = tied(down, { ends: false });
  fault.arm();
  clock.advance(TO);
  fault.entered('a.in');
  expect(lines).toEqual([]);
  const other = tied(down, { ends: false });
  clock = new ManualClock();
  other.arm();
  await other.disarm();
  other.entered('a.in');
  expect(lines).toEqual([]);
});

it('may be ended by what it does itself, at once', async () => {
  let fault: TiedFault | null = null;
  fault = tied(async (actions) => {
    fault?.entered('a.out');
    return down(actions);
  });
  fault.arm();
  fault.entered('a.in');
  await settled();
  expect(lines[0]).toBe('struck 0');
  expect(lines.at(-1)).toBe('relieved 0');
  expect(lines.filter((line) => line === 'down')).toHaveLength(
    lines.filter((line) => line === 'up').length,
  );
});
