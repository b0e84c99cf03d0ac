/**
 * TEST ONLY. A life in which a child is heard by its own gateway, then by another one, and by its
 * own again, while commands follow from what it says and nobody answers them.
 */
import type { Account, Platform } from '../../platform.ts';
import { connect, deviceAccount, quiet, topicOf } from '../twin.ts';

const [GATE, SPARE, CHILD] = ['gates/north-1/1', 'spares/north-1/1', 'kids/north-1/1'];
const NOTHING = new URLSearchParams();

const speaks = (gateway: string): Account => {
  const own = deviceAccount(gateway);
  return { ...own, topics: [...own.topics, ...deviceAccount(CHILD).topics], speaksFor: [CHILD] };
};
const accounts: readonly Account[] = [speaks(GATE), { ...speaks(SPARE), standsInFor: [CHILD] }];

/** Who brings a reading, what it is, and how long all are silent then. */
const DAYS = [
  ...([
    [0, 6, 0],
    [1, 6, 6000],
    [1, 1, 0],
    [1, 7, 6000],
    [0, 1, 0],
    [0, 8, 6000],
  ] as const),
];

/** What anybody could see of it. */
async function routesLife(
  platform: Platform,
  _ids: readonly string[],
  _again: () => Promise<Platform>,
  pass: (ms: number) => Promise<void>,
) {
  platform.request('POST', '/rules/high', NOTHING, {
    ...{ of: '', when: 'level > 5.0', clear: 'level < 2.0' },
  });
  const lid = { command: { name: 'lid', value: 1 } };
  platform.request('POST', '/acts/open', NOTHING, { rule: 'high', do: lid });
  const gate = await connect(platform, GATE);
  const spare = await connect(platform, SPARE);
  await gate.subscribe(topicOf(CHILD, 'act'), 1);
  await spare.subscribe(topicOf(SPARE, '_for/#'), 1);
  for (const [n, [by, level, ms]] of DAYS.entries()) {
    const said = JSON.stringify({ n, e: 1, t: 1000 * n, v: { level } });
    await (by === 0 ? gate : spare).publish(topicOf(CHILD, 'telemetry'), said, 1);
    await quiet();
    await pass(ms);
    await quiet();
  }
  const heard = [gate, spare].map(({ received }) =>
    received.map(({ topic, text }) => `${topic} ${text}`),
  );
  const { body } = platform.request('GET', '/acts', NOTHING);
  const { acts } = body as { acts: { device: string; sent: unknown[] }[] };
  await gate.end();
  await spare.end();
  return { heard, sent: acts.find(({ device }) => device === CHILD)?.sent };
}

export default Object.assign(routesLife, { accounts, timed: true as const });
