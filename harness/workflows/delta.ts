/**
 * Somebody who wants whole values: does nothing to the platform, and reads back at the end what it
 * has made of the differences that each device sent.
 */
import { isMap } from '#kernel';
import { isOwn, ownDevice } from './own-rows.ts';
import { defineWorkflow } from './workflow.ts';

/** What the platform has of one device. */
interface Rebuilt {
  device: string;
  samples: readonly { stream: string; n: number; values: unknown }[];
}

export default defineWorkflow({
  kind: 'delta',
  summary: 'reads back the whole values that the platform makes of differences',
  params: {},
  ops: {
    'delta/rebuilt': { device: 'device', stream: 'stream', n: 'count', values: 'text' },
    'delta/read': { device: 'device' },
  },
  needs: ['delta'],
  resolve: () => ({ resolved: null }),
  start: (ports) => ({
    stop: () => {},
    account: () => {},
    end: async () => {},
    readBack: async () => {
      const { plan, ledger, readList } = ports;
      const codes = new Map(plan.streams.map(({ name, code }) => [name, code]));
      const whole = await readList<Rebuilt>('delta', {}, (rows) => {
        for (const { device: id, samples } of rows) {
          const device = ownDevice(ports, id);
          if (device === null || !Array.isArray(samples)) continue;
          for (const { stream: name, n, values } of samples as Rebuilt['samples']) {
            const stream = codes.get(name);
            if (stream === undefined || !isCount(n) || !isMap(values)) continue;
            ledger.write('delta/rebuilt', { device, stream, n, values: textOf(values) });
          }
        }
      });
      if (!whole) return;
      plan.devices.forEach((_, device) => {
        if (isOwn(ports, device)) ledger.write('delta/read', { device });
      });
    },
  }),
});

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

/** Numbers alone: what has no step is none of its business. */
const textOf = (values: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(
    Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === 'number')),
  );
