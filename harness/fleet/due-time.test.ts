/** A time that is no number is told as the mistake of its part or workflow, and hangs no run. */
import { describe, expect, it } from 'vitest';
import { type Body, definePart, type PartDevice } from '#devices';
import type { DevicePlan, EntryPlan, Paced, Plan } from '#kernel';
import { guardedWheel } from '../workflows/guarded.ts';
import type { WorkflowKind } from '../workflows/workflow.ts';
import type { DeviceMessages } from './device-messages.ts';
import { DeviceParts } from './device-parts.ts';
import type { FleetContext } from './fleet-context.ts';

/** Remembers what was put on it, and turns nothing. */
class StillWheel {
  readonly paced: Paced[] = [];
  add(_: number, paced: Paced) {
    this.paced.push(paced);
    return () => {};
  }
  addAfter = this.add;
  after = () => () => {};
  fire = () => this.paced.map((paced) => paced.fire(10));
}

/** A part that does something with its device when its power comes. */
function partOf(acts: (device: PartDevice) => void) {
  const wheel = new StillWheel();
  const kind = definePart({
    kind: 'ticker',
    summary: 'ticks',
    start: (device) => ({ begin: () => acts(device) }),
  });
  const fleet = { plan: { streams: [], devices: [] } as unknown as Plan, lookAt: () => {}, wheel };
  const entry = { streams: [], parts: [] } as unknown as EntryPlan;
  const owner = { index: 0, device: { id: 'rooms/1' } as DevicePlan, entry, isOnline: true };
  const parts = new DeviceParts(
    fleet as unknown as FleetContext,
    { ...owner, tell: () => {}, pump: () => {}, resume: () => {} },
    {} as Body,
    { stall: () => {} } as unknown as DeviceMessages,
    [kind],
  );
  return { wheel, begin: () => parts.begin() };
}

const paced = (next: unknown): Paced => ({ fire: () => next as number });
const told = (who: string, remedy: unknown = undefined) =>
  expect.objectContaining({
    code: 'plug-in',
    message: expect.stringMatching(who),
    ...(remedy === undefined ? {} : { remedy: expect.stringMatching(remedy as string) }),
  });

const STRANGE = [Number.NaN, undefined, 'soon'];
const NEVER = 'Infinity for never';

describe.each(STRANGE)('%s', (strange) => {
  it('from fire of a part', () => {
    const { wheel, begin } = partOf((device) => device.at(0, paced(strange)));
    begin();
    expect(wheel.fire).toThrow(told('the part ticker, in fire: what fire returns', NEVER));
  });

  it('from fire of a workflow', () => {
    const wheel = new StillWheel();
    const own = guardedWheel({ kind: 'rollout' } as WorkflowKind, wheel);
    own.add(0, paced(strange));
    own.addAfter(0, paced(strange));
    for (const { fire } of wheel.paced) {
      expect(() => fire(10)).toThrow(told('the workflow rollout, in fire: what fire', NEVER));
    }
    expect(wheel.paced).toHaveLength(2);
  });

  it('as the time that a part asks for', () => {
    const asks = partOf((device) => device.at(strange as number, paced(0)));
    expect(asks.begin).toThrow(told('the part ticker, in begin: the time for the wheel'));
    const stalls = partOf((device) => device.stall(strange as number));
    expect(stalls.begin).toThrow(told('the part ticker, in begin: the end of a stall'));
  });

  it('as the time that a workflow asks for', () => {
    const own = guardedWheel({ kind: 'rollout' } as WorkflowKind, new StillWheel());
    const at = strange as number;
    expect(() => own.add(at, paced(0))).toThrow(told('the workflow rollout, in add'));
    expect(() => own.addAfter(at, paced(0))).toThrow(told('the workflow rollout, in addAfter'));
    expect(() => own.after(at, () => {})).toThrow(told('the workflow rollout, in after'));
  });
});

it.each([Number.POSITIVE_INFINITY, 0, 20])('%d is a time', (next) => {
  const { wheel, begin } = partOf((device) => device.at(next, paced(next)));
  begin();
  expect(wheel.fire()).toEqual([next]);
});
