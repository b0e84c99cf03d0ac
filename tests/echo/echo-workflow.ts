/** The workflow: an operator calls each device in rounds, and reads back what the service kept. */
import type { WorkflowKind } from '../../harness/authors.ts';

interface Kept {
  device: string;
  n: number;
  said: string;
}

export default {
  family: 'workflow',
  kind: 'echo',
  summary: 'calls each device now and then, and reads its echoes back',
  params: {
    every: { kind: 'duration', about: 'Between two calls to the same device.', min: '100ms' },
  },
  needs: ['echo'],
  parts: ['echo'],
  ops: {
    'echo/kept': { device: 'device', n: 'count', said: 'text' },
    'echo/read': { device: 'device' },
  },
  resolve: ({ every }, { phases, devices }) => ({
    resolved: null,
    streams: [
      {
        name: 'echo-ask',
        way: 'down',
        qos: 1,
        schedule: {
          by: 'rounds',
          firstAt: phases.find(({ name }) => name === 'steady')?.from ?? 0,
          everyMs: Number(every),
          devices: devices.map((_, device) => ({ device, offsetMs: 0 })),
        },
      },
    ],
  }),
  start: (ports) => {
    const rounds = ports.rounds('echo-ask', (device, n) => ({ said: `ho-${device}-${n} ` }));
    return {
      stop: () => rounds.stop(),
      account: (untilMs) => rounds.account(untilMs),
      end: () => rounds.end(),
      readBack: async () => {
        const mine = new Set(
          ports.plan.devices.flatMap(({ lane }, i) => (ports.lanes.has(lane) ? [i] : [])),
        );
        const whole = await ports.readList<Kept>('echo', {}, (rows) => {
          for (const { device: id, n, said } of rows) {
            const device = ports.roster.get(id);
            if (device !== undefined && mine.has(device))
              ports.ledger.write('echo/kept', { device, n, said });
          }
        });
        if (whole) for (const device of mine) ports.ledger.write('echo/read', { device });
      },
    };
  },
} satisfies WorkflowKind & { family: string };
