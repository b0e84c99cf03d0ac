/** A command goes by the gateway that brought the newest of its device, over a restart too. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Account, Platform } from '../../platform.ts';
import {
  connect,
  deviceAccount,
  type Folder,
  quiet,
  startTwin,
  temporaryFolder,
  topicOf,
} from '../../testing/twin.ts';

const [GATE, SPARE, CHILD] = ['gates/north-1/1', 'spares/north-1/1', 'kids/north-1/1'];
const NOTHING = new URLSearchParams();
const RULE = { of: '', when: 'level > 5.0', clear: 'level < 2.0' };
const LID = { command: { name: 'lid', value: 1 } };

const speaks = (gateway: string): Account => {
  const own = deviceAccount(gateway);
  return { ...own, topics: [...own.topics, ...deviceAccount(CHILD).topics], speaksFor: [CHILD] };
};
const accounts = [speaks(GATE), { ...speaks(SPARE), standsInFor: [CHILD] }];

let folder: Folder;
let platform: Platform;
let now = 500;
let due: (() => void)[] = [];
/** Timers go off when the test says so. */
const clock = {
  now: () => now,
  after: (_: number, action: () => void) => {
    due.push(action);
    return () => {
      due = due.filter((one) => one !== action);
    };
  },
};

beforeEach(async () => {
  folder = temporaryFolder();
  [now, due] = [500, []];
  platform = await startTwin(folder.file('store.db'), { clock, accounts });
  platform.request('POST', '/rules/high', NOTHING, RULE);
  platform.request('POST', '/acts/open', NOTHING, { rule: 'high', do: LID });
});

afterEach(async () => {
  await platform.close();
  folder.remove();
});

/** What each gateway was brought for the child, by its topic. */
async function gateways() {
  const both = await Promise.all([GATE, SPARE].map((id) => connect(platform, id)));
  await both[0]?.subscribe(topicOf(CHILD, 'act'), 1);
  await both[1]?.subscribe(topicOf(SPARE, '_for/#'), 1);
  const says = async (by: number, n: number, level: number): Promise<void> => {
    now += 100;
    const said = JSON.stringify({ n, e: 1, t: 1000 * n, v: { level } });
    await both[by]?.publish(topicOf(CHILD, 'telemetry'), said, 1);
    await quiet();
  };
  const heard = () =>
    both.map(({ received }) =>
      received.map(({ topic, text }) => [topic, JSON.parse(text).v.key as string]),
    );
  return { says, heard, end: () => Promise.all(both.map((one) => one.end())) };
}

const sent = () => {
  const { acts } = platform.request('GET', '/acts', NOTHING).body as {
    acts: { device: string; sent: { n: number; key: string; via?: string }[] }[];
  };
  return (acts.find(({ device }) => device === CHILD)?.sent ?? []).map(
    ({ n, key, via }) => `${n} ${key} by ${via}`,
  );
};

const goOff = async (ms: number): Promise<void> => {
  now += ms;
  for (const action of due.splice(0)) action();
  await quiet();
};

it('is sent by its own, and again by the other once that is heard, under one key', async () => {
  const { says, heard, end } = await gateways();
  await says(0, 0, 6);
  const key = `open/1/${CHILD}/0`;
  await says(1, 1, 7);
  await goOff(5000);
  expect(heard()).toEqual([
    [[topicOf(CHILD, 'act'), key]],
    [[`${topicOf(SPARE, '_for/')}${CHILD}/act`, key]],
  ]);
  expect(sent()).toEqual([`0 ${key} by ${GATE}`, `1 ${key} by ${SPARE}`]);
  await says(0, 2, 1);
  await says(0, 3, 6);
  expect(sent().at(-1)).toBe(`2 open/1/${CHILD}/3000 by ${GATE}`);
  await end();
});

it('goes by its own after a restart, until it is heard', async () => {
  const first = await gateways();
  await first.says(1, 0, 6);
  expect(sent()).toEqual([`0 open/1/${CHILD}/0 by ${SPARE}`]);
  await first.end();
  await platform.close();
  platform = await startTwin(folder.file('store.db'), { clock, accounts });
  await goOff(5000);
  expect(sent().at(-1)).toBe(`1 open/1/${CHILD}/0 by ${GATE}`);
  const second = await gateways();
  await second.says(1, 1, 7);
  await goOff(5000);
  expect(sent().at(-1)).toBe(`2 open/1/${CHILD}/0 by ${SPARE}`);
  await second.end();
});
