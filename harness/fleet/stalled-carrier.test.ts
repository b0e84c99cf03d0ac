/**
 * While the radio of a carrier is stalled nothing leaves it, of its own or of whom it carries; when
 * it carries again, all of it goes, whether or not a part stands between.
 */
import { expect, it } from 'vitest';
import { carriedFleet } from '../testing/carried-fleet.ts';

it.each([
  ['a gateway between', ['gateway']],
  ['nobody between', []],
])('lets nothing out, with %s', async (_, parts) => {
  const { faces, say, said, settle, now } = await carriedFleet({
    parts,
    devices: [{}, { via: 0 }],
  });
  say(0);
  say(1);
  await settle();
  expect(said().sort()).toEqual(['0: 0 0', '0: 1 0']);
  // The longer one of two counts.
  for (const ms of [3000, 1000]) faces[0]?.stall(now() + ms);
  say(0);
  say(1);
  await settle(1500);
  expect(said()).toEqual([]);
  await settle(1500);
  expect(said().sort()).toEqual(['0: 0 1', '0: 1 1']);
});
