/** Devices lose power without a word and boot again when it is back, with a higher boot epoch. */
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

/** Which targets had power, lost it, and came back with a higher boot epoch. */
function reboots({ connections, devices, fault }: WitnessContext): Witness {
  return {
    ops: [],
    end: () => {
      const figures = { powered: 0, rebooted: 0 };
      const targets = new Set(fault.plan.devices);
      for (const device of devices) {
        if (!targets.has(device)) continue;
        const { boots, offs } = connections.of(device);
        const before = boots.findLast((boot) => boot.t < fault.from);
        const off = offs.find((one) => one.t >= fault.from && one.t <= fault.to);
        const wasOff = offs.some(
          (one) => one.t < fault.from && (before === undefined || one.t > before.t),
        );
        if (before === undefined || wasOff) continue;
        figures.powered++;
        const again = boots.find((boot) => off !== undefined && boot.t >= off.t);
        if (again !== undefined && again.epoch > before.epoch) figures.rebooted++;
      }
      return figures;
    },
  };
}
