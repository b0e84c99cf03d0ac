/**
 * T3: what a device takes over goes forward, and is what was desired at that version. Nothing old
 * comes back, whatever was queued while the device was away.
 */
import type { Oracles } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'twin-applied',
  title: 'Nothing stale is taken over',
  refs: ['T3'],
  summary: 'What a device takes over goes forward, and is what was desired at that version.',
  judges: 'always',
  workflow: 'twin',
  broken: 'fail',
  params: {},
  asks: ['twin'],
  applies: () => true,
  start: (context) => fold(context),
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `Devices took over the right thing all ${plural(decided, 'time')}.`
      : `Devices took over something stale ${formatCount(findingCount)} times of ${decided}.`,
});

type Hold = ReturnType<Oracles['twin']['of']>['holds'][number];

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const twins = of('twin');
  const book = new EvidenceBook();
  const judge = (device: number): void => {
    let before: { t: number; version: number; hold?: Hold } = { t: 0, version: 0 };
    for (const hold of twins.of(device).holds) {
      const { t, version, why } = hold;
      const last = before;
      // Where settings are lost with the power, everything begins anew.
      before = { t, version: why === 'boot' ? 0 : Math.max(last.version, version), hold };
      if (why !== 'taken over') continue;
      const amiss = version < last.version ? [] : twins.amiss(device, hold, last.hold);
      if (amiss === null) {
        book.doubt('what was desired at that version is not known');
        continue;
      }
      const [first] = amiss;
      if (version >= last.version && first === undefined) {
        book.kept();
        continue;
      }
      book.broken(() => {
        const id = deviceName(plan, device);
        const stale =
          first === undefined
            ? `took over version ${version} after version ${last.version}`
            : `took over ${first.name} ${first.is} as version ${version}, not ${first.should}`;
        return finding(`${id} ${stale}`, [id], t, [
          { t: ms(last.t), who: id, what: `has version ${last.version}` },
          { t: ms(t), who: id, what: stale },
        ]);
      });
    }
  };
  return {
    ops: [],
    end: () => {
      for (const device of devices) judge(device);
      return book.close();
    },
  };
}
