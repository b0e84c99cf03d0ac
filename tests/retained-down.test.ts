/**
 * What an operator wishes of a device, and the target keeps for it: handed over again at each
 * return, and current in the end. An honest target is charged with nothing; one that forgets is.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

const box = new Sandbox();
afterAll(() => box.close());

const PART = `export default {
  family: 'part', kind: 'wishes', summary: 'hears wishes', fits: () => true,
  streams: [{ name: 'wish', way: 'down', retained: true,
    schedule: { by: 'rounds', firstAt: 0, everyMs: 0, devices: [] } }],
  start: () => ({}),
};
`;

const WORKFLOW = `export default {
  family: 'workflow', kind: 'wishing', summary: 'wishes', parts: ['wishes'],
  params: { qos: { kind: 'integer', about: 'Of each wish.', min: 0, max: 2 } },
  resolve: ({ qos }, { devices }) => ({
    resolved: null,
    streams: [{ name: 'wish', way: 'down', qos, schedule: { by: 'rounds', firstAt: 2500,
      everyMs: 700, devices: devices.map((_, device) => ({ device, offsetMs: 0 })) } }],
  }),
  start: (ports) => {
    const rounds = ports.rounds('wish', (device, n) => ({ warmth: 20 + n }));
    return { stop: () => rounds.stop(), account: (ms) => rounds.account(ms), end: () => rounds.end() };
  },
};
`;

beforeAll(() => {
  box.write('wishes.ts', PART);
  box.write('wishing.ts', WORKFLOW);
  for (const qos of [0, 1, 2]) {
    const more = [
      'plugins: [./wishes.ts, ./wishing.ts]',
      `workflows: [{ wishing: { qos: ${qos} } }]`,
    ];
    const chaos = ['{ id: torn, at: chaos+1s, for: 600ms, fault: reset, where: 100% }'];
    box.write(`qos-${qos}.yaml`, scene({ chaos, more }));
  }
});

it.each([0, 1, 2])('an honest target is charged with nothing at QoS %d', async (qos) => {
  const { checkers } = await box.judged(0, `qos-${qos}`, `qos-${qos}.yaml`);
  expect(checkers.find(({ id }) => id === 'retained-current')).toMatchObject({ verdict: 'pass' });
  const got = await box.ledger(`qos-${qos}`, '--op', 'received');
  expect(got.filter(({ retain }) => retain === true).length).toBeGreaterThanOrEqual(12);
});
