/** The part: a device says again what it is asked to, and writes down what it heard. */
import type { PartKind } from '../../harness/authors.ts';

export default {
  family: 'part',
  kind: 'echo',
  summary: 'says again what it is asked to',
  params: {
    times: { kind: 'integer', about: 'How often it says it.', default: 1, min: 1, max: 9 },
  },
  streams: [
    {
      name: 'echo-ask',
      way: 'down',
      noun: 'call',
      schedule: { by: 'rounds', firstAt: 0, everyMs: 0, devices: [] },
    },
    { name: 'echo', way: 'up', schedule: { by: 'reply', to: 'echo-ask' } },
  ],
  ops: { 'echo/heard': { device: 'device', n: 'count', said: 'text' } },
  start: (device) => ({
    inbox: ({ stream, n, values }) => {
      if (stream !== 'echo-ask') return;
      const said = String(values.said ?? '').repeat(Number(device.paramsOf('echo').times));
      device.write('echo/heard', { n, said });
      device.send({ stream: device.code('echo'), n, values: { said } });
    },
  }),
} satisfies PartKind & { family: string };
