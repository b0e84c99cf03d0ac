/** A device with two gateways, in a fleet: what goes through which of them, and is told once. */
import { expect, it } from 'vitest';
import type { ParamValues } from '#kernel';
import { carriedFleet } from '../testing/carried-fleet.ts';

const [OWN, OTHER, CHILD] = [0, 1, 2];

const fleet = (wish: { firmware?: object; first?: ParamValues } = {}) =>
  carriedFleet({
    parts: ['gateway'],
    devices: [{}, {}, { via: OWN, fallBack: OTHER }],
    fallBack: { afterMs: 3000, holdMs: 2000 },
    ...wish,
  });

it('goes through its own, then the other, then both, and its own again', async () => {
  const { agents, say, said, written, settle } = await fleet();
  say(CHILD);
  await settle();
  expect(said().filter((line) => line.includes(': 2 '))).toEqual(['0: 2 0']);
  agents[OWN]?.cutPower();
  say(CHILD);
  await settle(2900);
  expect(said()).toEqual([]);
  await settle(3000);
  expect(said()).toEqual(['1: 2 1']);
  agents[OWN]?.restorePower();
  await settle(700);
  written();
  say(CHILD);
  await settle();
  expect(said().sort()).toEqual(['0: 2 2', '1: 2 2']);
  expect(written().sort()).toEqual(['acked 2 2 ', 'sent 2 2', 'sent 2 2']);
  await settle(2000);
  say(CHILD);
  await settle();
  expect(said()).toEqual(['0: 2 3']);
  expect(written()).toEqual(['sent 2 3', 'acked 2 3 ']);
});

it('is told once where the one gives up what the other still has', async () => {
  const { agents, say, said, written, settle } = await fleet();
  agents[OWN]?.cutPower();
  await settle(5000);
  agents[OWN]?.restorePower();
  await settle(650);
  written();
  said();
  say(CHILD);
  // The memory of the one is gone before anything of it is answered.
  agents[OWN]?.cutPower();
  await settle(10);
  expect(written().filter((line) => !line.startsWith('sent'))).toEqual(['acked 2 0 ']);
});

it('stays with both where a planted bug forgets to go back', async () => {
  const { agents, say, said, settle } = await fleet({ firmware: { handBack: () => false } });
  agents[OWN]?.cutPower();
  await settle(5000);
  agents[OWN]?.restorePower();
  await settle(20_000);
  say(CHILD);
  await settle();
  expect(said().sort()).toEqual(['0: 2 0', '1: 2 0']);
});

it('says again what the other gave up and its own had not fetched', async () => {
  const bus = { poll: 3000, latency: 0, loss: 0 };
  const { agents, faces, said, say, settle, written, now } = await fleet({ first: { bus } });
  agents[OWN]?.cutPower();
  await settle(5000 - now());
  agents[OWN]?.restorePower();
  await settle(1200);
  // The other one has it and cannot send; then its memory is gone, before its own asks again.
  faces[OTHER]?.stall(now() + 60_000);
  said();
  say(CHILD);
  agents[OTHER]?.cutPower();
  await settle(5000);
  expect(said().filter((line) => line.includes(': 2 '))).toEqual(['0: 2 0']);
  const ofChild = written().filter((line) => line.includes(' 2 '));
  expect(ofChild).toEqual(['sent 2 0', 'acked 2 0 ']);
});
