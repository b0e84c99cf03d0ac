/** Devices lose power, come up without knowing the time, and are told it afterwards. */
import type { DeclaredOp } from '#kernel';
import {
  type Answer,
  aside,
  defineProof,
  no,
  unseen,
  type Witness,
  type WitnessContext,
  yes,
} from '../proof.ts';
import { formatCount, plural } from '../wording.ts';

/** Of the targets that had power, so many must have come up without the time. */
const LOST_SHARE = 0.95;
const LOST: DeclaredOp = 'clock/lost';
const SET: DeclaredOp = 'clock/set';

export default defineProof({
  kind: 'timeless',
  summary: 'targets lose power and come up without knowing the time',
  link: () => ({ carries: { up: false, down: false }, ends: true, forgets: 'device' }),
  witness: (context) => lostClocks(context),
  read: ({ counted }): Answer[] => {
    const [powered, lost, set] = [counted('powered'), counted('lost'), counted('set')];
    if (powered === 0) return [unseen('no target had power when it was cut')];
    const who = `${formatCount(lost)} of ${plural(powered, 'target')}`;
    const text = `${who} came up without knowing the time`;
    const told = aside(`${formatCount(set)} of them were told it afterwards`);
    return [lost >= powered * LOST_SHARE ? yes(text) : no(text), told];
  },
});

/** Which targets had power, and came up without the time after the cut. */
function lostClocks({ devices, of, windowsOn }: WitnessContext): Witness {
  const connections = of('connections');
  const lostAt = new Map<number, number[]>();
  const setAt = new Map<number, number[]>();
  return {
    ops: [LOST, SET],
    step: ({ op, t, device }) => {
      const times = op === LOST ? lostAt : setAt;
      const list = times.get(device);
      if (list === undefined) times.set(device, [t]);
      else list.push(t);
    },
    end: () => {
      const figures = { powered: 0, lost: 0, set: 0 };
      for (const device of devices) {
        const { boots, offs } = connections.of(device);
        const cuts = windowsOn(device).flatMap(({ from, to }) => {
          const before = boots.findLast((boot) => boot.t < from);
          const wasOff = offs.some((one) => one.t < from && one.t > (before?.t ?? 0));
          const off = offs.find((one) => one.t >= from && one.t <= to);
          return before === undefined || wasOff ? [] : [off?.t ?? Number.POSITIVE_INFINITY];
        });
        if (cuts.length === 0) continue;
        figures.powered++;
        const lost = cuts.map((cut) => lostAt.get(device)?.find((t) => t >= cut) ?? -1);
        if (lost.some((t) => t < 0)) continue;
        figures.lost++;
        const last = lost.at(-1) ?? 0;
        if (setAt.get(device)?.some((t) => t >= last) === true) figures.set++;
      }
      return figures;
    },
  };
}
