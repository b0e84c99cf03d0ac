/**
 * Somebody who looks after gateways: does nothing to them, and reads back at the end what the
 * platform counted of each.
 */
import { isOwn, ownDevice } from './own-rows.ts';
import { defineWorkflow } from './workflow.ts';

/** What the platform counted of one gateway. */
interface Counted {
  gateway: string;
  strays: readonly { device: string; refused: number; taken: number }[];
}

export default defineWorkflow({
  kind: 'gateway',
  summary: 'reads back what the platform counted of each gateway',
  params: {},
  ops: {
    'gateway/counted': { device: 'device', child: 'device', refused: 'count', taken: 'count' },
    'gateway/read': { device: 'device' },
  },
  needs: ['gateway'],
  resolve: (_, { entries }) => ({
    resolved: null,
    problems: entries.some(({ carries }) => carries === true) ? [] : [NO_GATEWAYS],
  }),
  start: (ports) => ({
    stop: () => {},
    account: () => {},
    end: async () => {},
    readBack: async () => {
      const { plan, roster, ledger, readList } = ports;
      const whole = await readList<Counted>('gateway', {}, (rows) => {
        for (const { gateway, strays } of rows) {
          const device = ownDevice(ports, gateway);
          if (device === null || !Array.isArray(strays)) continue;
          for (const { device: id, refused, taken } of strays as Counted['strays']) {
            const child = roster.get(id) ?? -1;
            if (![refused, taken].every(isCount)) continue;
            ledger.write('gateway/counted', { device, child, refused, taken });
          }
        }
      });
      if (!whole) return;
      plan.devices.forEach(({ entry }, device) => {
        const carries = plan.entries[entry]?.carries === true;
        if (carries && isOwn(ports, device)) ledger.write('gateway/read', { device });
      });
    },
  }),
});

const NO_GATEWAYS = {
  code: 'no-gateways',
  message: 'the workflow gateway looks after gateways, and no entry of the fleet is carried',
  hint: 'give an entry via:',
};

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
