/** A part reaches the device's face alone, and leaves out only what it brings, for its reasons. */
import { expect, it, vi } from 'vitest';
import { type Body, definePart, type PartDevice } from '#devices';
import { type DevicePlan, type EntryPlan, layStreams, type Plan } from '#kernel';
import type { DeviceMessages } from './device-messages.ts';
import { DeviceParts } from './device-parts.ts';
import type { FleetContext } from './fleet-context.ts';

const STREAM = { way: 'up', schedule: { by: 'sampling' } } as const;

/** A device with two parts, of which one leaves something out when it comes online. */
function leavingOut(stream: string, n: number, why: string) {
  const faces: PartDevice[] = [];
  const thrifty = definePart({
    kind: 'thrifty',
    summary: 'saves its battery',
    streams: [{ ...STREAM, name: 'figure', skips: ['saving power'] }],
    start: (device) => {
      faces.push(device);
      return { online: () => device.skip(device.code(stream), n, why) };
    },
  });
  const other = definePart({
    kind: 'other',
    summary: 'does something else',
    streams: [{ ...STREAM, name: 'other-figure' }],
    takes: () => [],
    start: () => ({}),
  });
  const kinds = [other, thrifty];
  const streams = layStreams(
    kinds.flatMap((kind) => kind.streams ?? []),
    true,
  );
  const plan = { seed: 1, streams, devices: [] as Plan['devices'] } as Plan;
  const skipped = vi.fn();
  const owner = {
    index: 0,
    device: { id: 'rooms/1' } as DevicePlan,
    entry: { streams: [streams[0]?.code], parts: [] } as unknown as EntryPlan,
    isOnline: true,
    tell: () => {},
    pump: () => {},
    resume: () => {},
  };
  const messages = { skipped } as unknown as DeviceMessages;
  const fleet = { plan, lookAt: () => {} } as unknown as FleetContext;
  const parts = new DeviceParts(fleet, owner, {} as Body, messages, kinds);
  const [face] = faces as [PartDevice];
  return { face, online: () => parts.online(true), skipped };
}

it('hands its parts no hook of theirs, which a part could then call', () => {
  const { face } = leavingOut('figure', 3, 'run-ended');
  const hooks = [
    'begin',
    'powered',
    'booted',
    'entered',
    'will',
    'lost',
    'inbox',
    'account',
    'end',
  ];
  expect(hooks.filter((hook) => hook in face)).toEqual([]);
});

it.each(['saving power', 'device-off', 'run-ended'])('may say %s', (why) => {
  const { online, skipped } = leavingOut('figure', 3, why);
  online();
  expect(skipped.mock.calls).toEqual([[64, 3, why]]);
});

it.each(['a whim', 'still-buffered', 'toString'])('may not say %s', (why) => {
  const { online, skipped } = leavingOut('figure', 3, why);
  expect(online).toThrow(
    expect.objectContaining({
      code: 'plug-in',
      message: expect.stringMatching(
        `part thrifty, in online: rooms/1 leaves out number 3 of stream figure .*'${why}'`,
      ),
      remedy: expect.stringMatching(/declared are: device-off, run-ended, saving power/),
    }),
  );
  expect(skipped).not.toHaveBeenCalled();
});

it.each([
  ['other-figure', 0],
  ['figure', -1],
  ['figure', 0.5],
])('does not leave out of %s number %d, which is not its own', (stream, n) => {
  const { online } = leavingOut(stream, n, 'run-ended');
  expect(online).toThrow(
    /leaves out number .* of stream (figure, and numbers are|other-figure, which it does not)/,
  );
});
