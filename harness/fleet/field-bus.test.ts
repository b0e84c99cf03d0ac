/** What a part hears of a real bus that it opened: in its own name, and nothing after its end. */
import { expect, it } from 'vitest';
import { type Body, definePart, type Enter, type PartDevice } from '#devices';
import type { DevicePlan, EntryPlan, Plan } from '#kernel';
import { ManualClock } from '../../chaos/testing/manual-clock.ts';
import type { DeviceMessages } from './device-messages.ts';
import { DeviceParts } from './device-parts.ts';
import type { FleetContext } from './fleet-context.ts';
import { PacingWheel } from './pacing.ts';

/** A bus of a kind that nobody in this house knows. */
const PIGEONS = { whistle: () => 'coo' };

function bench() {
  const clock = new ManualClock();
  const row = { id: 'd/1', entry: 0, lane: 0 } as DevicePlan;
  const entry = { parts: [] } as unknown as EntryPlan;
  const opened: { kind: string; options: unknown; enter: Enter }[] = [];
  const fleet = {
    plan: { devices: [row], entries: [entry] } as unknown as Plan,
    clock,
    wheel: new PacingWheel(clock, 10),
    openFieldBus: (kind: string, options: unknown, enter: Enter) => {
      opened.push({ kind, options, enter });
      return PIGEONS;
    },
    lookAt: () => {},
  } as unknown as FleetContext;
  const owner = {
    ...{ index: 0, device: row, entry, isOnline: true },
    ...{ tell: () => {}, pump: () => {}, resume: () => {} },
  };
  const body = { physics: { power: () => {} }, health: { reboot: () => {} } } as unknown as Body;
  const faces: PartDevice[] = [];
  const part = definePart({
    kind: 'keeps-pigeons',
    summary: 'is a part of a test',
    fieldBuses: () => ['pigeons'],
    start: (face) => {
      faces.push(face);
      return {};
    },
  });
  const device = new DeviceParts(fleet, owner, body, {} as unknown as DeviceMessages, [part]);
  const [face] = faces as [PartDevice];
  const open = (kind: string): unknown =>
    device.in(0, 'begin', () => face.fieldBus(kind as never, { loft: 3 } as never));
  return { device, open, opened };
}

it('is the bus of its kind, whatever can be done on that', () => {
  const { open, opened } = bench();
  expect(open('pigeons')).toBe(PIGEONS);
  expect(opened).toMatchObject([{ kind: 'pigeons', options: { loft: 3 } }]);
  expect(() => open('drums')).toThrow('d/1 opens the bus drums and declares pigeons');
});

it('hears nothing any more once its device is over', () => {
  const { device, open, opened } = bench();
  open('pigeons');
  let heard = 0;
  opened[0]?.enter(() => heard++);
  device.end();
  opened[0]?.enter(() => heard++);
  expect(heard).toBe(1);
});

it('and what it does wrong with an answer is told in its name', () => {
  const { open, opened } = bench();
  open('pigeons');
  const wrong = (): void => {
    throw new Error('no crumbs');
  };
  expect(() => opened[0]?.enter(wrong)).toThrow(/keeps-pigeons.*an answer on its bus pigeons/);
});
