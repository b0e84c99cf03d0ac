/** Who is carried feels what acts on its carrier, beside what acts on itself. */
import { describe, expect, it } from 'vitest';
import type { FaultPlan } from '#kernel';
import { entryOf } from '../../kernel/testing/fields.ts';
import { FaultWindows } from './fault-windows.ts';
import { testPlan } from './testing/plan.ts';
import type { FaultWindow } from './timeline.ts';

/** Device 0 carries device 1, and device 2 is on its own. */
const plan = {
  devices: testPlan({ devices: 3, readings: 1 }).devices.map((row, index) =>
    index === 1 ? { ...row, via: 0 } : row,
  ),
};

const fault = (id: string, devices: number[]): FaultWindow => ({
  id,
  plan: { id, devices } as unknown as FaultPlan,
  ...{ from: 100, to: 500, injected: true, healed: false },
});

const FAULTS = [fault('carrier', [0]), fault('carried', [1]), fault('both', [0, 1])];

type Told = [op: 'struck' | 'relieved', t: number, device: number, n: number, id: string];

/** Of a device, as `id from-to`, with a star where it acts on its carrier. */
function felt(device: number, ...told: Told[]): string[] {
  const windows = new FaultWindows();
  for (const [op, t, of, n, id] of told) {
    windows.step(entryOf(t, op, { device: of, n, fault: id }));
  }
  return (windows.byDevice(plan, FAULTS)[device] ?? []).map(
    ({ id, from, to, onCarrier }) => `${id} ${from}-${to}${onCarrier === true ? '*' : ''}`,
  );
}

describe('the windows of a device', () => {
  it('are those of the faults that name it or its carrier, each once', () => {
    expect(felt(0)).toEqual(['carrier 100-500', 'both 100-500']);
    expect(felt(1)).toEqual(['carrier 100-500*', 'carried 100-500', 'both 100-500']);
    expect(felt(2)).toEqual([]);
  });

  it('are healed when the device was relieved, or the fault was', () => {
    const windows = new FaultWindows();
    windows.step(entryOf(150, 'struck', { device: 0, n: 0, fault: 'both' }));
    windows.step(entryOf(160, 'relieved', { device: 0, n: 0, fault: 'both' }));
    windows.step(entryOf(170, 'struck', { device: 0, n: 1, fault: 'both' }));
    const healed = (isWhole: boolean): unknown =>
      windows
        .byDevice(plan, [{ ...fault('both', [0]), healed: isWhole }])[0]
        ?.map((window) => window.healed);
    expect([healed(false), healed(true)]).toEqual([
      [true, false],
      [true, true],
    ]);
  });

  it('are its own and those of its carrier, where the ledger tells of either', () => {
    const own: Told[] = [
      ['struck', 150, 1, 0, 'both'],
      ['relieved', 160, 1, 0, 'both'],
    ];
    const carriers: Told[] = [
      ['relieved', 300, 0, 1, 'both'],
      ['struck', 200, 0, 0, 'both'],
      ['relieved', 210, 0, 0, 'both'],
    ];
    const rest = ['carrier 100-500*', 'carried 100-500'];
    expect(felt(1, ...own)).toEqual([...rest, 'both 150-160', 'both 100-500*']);
    // One end may be missing from a torn ledger.
    const both = ['both 100-300*', 'both 200-210*'];
    expect(felt(1, ...own, ...carriers)).toEqual([...rest, 'both 150-160', ...both]);
    expect(felt(0, ...own, ...carriers)).toEqual([
      'carrier 100-500',
      'both 100-300',
      'both 200-210',
    ]);
  });
});
