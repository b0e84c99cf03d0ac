/** Devices lose power without a word and boot again when it is back, with a higher boot epoch. */
import type { DeviceLife, Span } from '#oracles';
import {
  type Answer,
  defineProof,
  no,
  unseen,
  type Witness,
  type WitnessContext,
  yes,
} from '../proof.ts';
import { formatCount, plural } from '../wording.ts';

/** Of the targets that had power, so many must have rebooted. */
const REBOOTED_SHARE = 0.95;

export default defineProof({
  kind: 'rebooted',
  summary: 'targets lose power and come back with a higher boot epoch',
  link: () => ({ carries: { up: false, down: false }, ends: true, forgets: 'device' }),
  witness: (context) => reboots(context),
  read: ({ counted }): Answer[] => {
    const [powered, rebooted] = [counted('powered'), counted('rebooted')];
    if (powered === 0) return [unseen('no target had power when it was cut')];
    const who = `${formatCount(rebooted)} of ${plural(powered, 'target')}`;
    const text = `${who} lost power and came back with a higher boot epoch`;
    return [rebooted >= powered * REBOOTED_SHARE ? yes(text) : no(text)];
  },
});

/** Which targets had power, lost it each time, and came back with a higher boot epoch. */
function reboots({ devices, of, windowsOn }: WitnessContext): Witness {
  const connections = of('connections');
  return {
    ops: [],
    end: () => {
      const figures = { powered: 0, rebooted: 0 };
      for (const device of devices) {
        const cuts = windowsOn(device)
          .map((window) => cutIn(connections.of(device), window))
          .filter((cut) => cut !== 'was off');
        if (cuts.length === 0) continue;
        figures.powered++;
        if (cuts.every((cut) => cut === 'rebooted')) figures.rebooted++;
      }
      return figures;
    },
  };
}

/** What one cut did to a device. */
function cutIn({ boots, offs }: DeviceLife, { from, to }: Span): 'was off' | 'rebooted' | 'stayed' {
  const before = boots.findLast((boot) => boot.t < from);
  const off = offs.find((one) => one.t >= from && one.t <= to);
  const wasOff = offs.some((one) => one.t < from && (before === undefined || one.t > before.t));
  if (before === undefined || wasOff) return 'was off';
  const again = boots.find((boot) => off !== undefined && boot.t >= off.t);
  return again !== undefined && again.epoch > before.epoch ? 'rebooted' : 'stayed';
}
