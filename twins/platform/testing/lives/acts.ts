/**
 * TEST ONLY. A life in which something follows from alarms: devices say that it is so and that it
 * is over again, hear what they are to do, and only one of them answers; the operator stops all of
 * it for a while, and the platform dies in between. Somebody outside is told of some of it: he does
 * not answer at all before that, and refuses each thing once after it.
 */
import type { Call } from '../../outward.ts';
import type { Platform } from '../../platform.ts';
import { connect, quiet, topicOf } from '../twin.ts';

const NOTHING = new URLSearchParams();
const DAY_MS = 86_400_000;
const RULE = { of: '', when: 'level > 5.0', clear: 'level < 2.0' };
const TWICE = { most: 2, overMs: DAY_MS };
const ACTS = {
  cool: { rule: 'high', do: { command: { name: 'heater', value: 0 } }, guard: { deadMs: DAY_MS } },
  warm: { rule: 'high', on: 'cleared', do: { command: { name: 'heater', value: 1 } }, guard: {} },
  dim: { rule: 'high', do: { command: { name: 'lamp', value: 1 } }, guard: TWICE },
  tune: { rule: 'high', do: { twin: { dim: 3 } }, guard: {} },
  hold: { rule: 'high', do: { pause: 'spring' }, guard: {} },
  tell: { rule: 'high', do: { webhook: { url: 'http://outside/tell' } }, guard: {} },
};
/** What stands in one transaction is not so far apart. */
const LATE_MS = 5000;
const LEVELS = [6, 1, 7, 1.5, 8, 1];

/** Of one life at a time. */
const outside = { isBack: false, heard: new Set<string>(), taken: new Set<string>() };

const call: Call = ({ key }) => {
  if (!outside.isBack) return new Promise(() => {});
  const isNew = !outside.heard.has(key);
  outside.heard.add(key);
  if (!isNew) outside.taken.add(key);
  return Promise.resolve(isNew ? 503 : 204);
};

/** What anybody could see of it. */
async function actsLife(
  platform: Platform,
  ids: readonly string[],
  again: () => Promise<Platform>,
) {
  let living = platform;
  Object.assign(outside, { isBack: false, heard: new Set(), taken: new Set() });
  const told: string[] = [];
  const came = new Set<string>();
  const tell = (path: string, body: object): void => {
    const { status } = living.request('POST', path, NOTHING, body);
    told.push(`${path} ${status}`);
  };
  tell('/rules/high', RULE);
  for (const [name, act] of Object.entries(ACTS)) tell(`/acts/${name}`, act);
  tell('/acts/cool', ACTS.cool);
  tell('/acts/cool', ACTS.warm);
  for (const [n, level] of LEVELS.entries()) {
    if (n === 2) {
      outside.isBack = true;
      living = await again();
    }
    if (n === 2) tell('/acts/switch/off', {});
    if (n === 4) tell('/acts/switch/on', {});
    for (const [at, id] of ids.entries()) {
      const device = await connect(living, id);
      await device.subscribe(topicOf(id, 'act'), 1);
      const said = JSON.stringify({ n, e: 1, t: n * 1000, v: { level } });
      await device.publish(topicOf(id, 'telemetry'), said, 1);
      await quiet();
      const heard = device.received.map(({ text }) => JSON.parse(text) as Heard);
      for (const { v } of heard) came.add(v.key);
      for (const { n: number, v } of at === 0 ? heard : []) {
        const answer = JSON.stringify({ n: number, e: 1, t: 0, v: { key: v.key, done: true } });
        await device.publish(topicOf(id, 'acted'), answer, 1);
      }
      await device.end();
    }
  }
  await quiet();
  const page = new URLSearchParams('limit=999');
  const { body } = living.request('GET', '/acts', page);
  const { rules } = living.request('GET', '/rules', page).body as { rules: Ruled[] };
  const raised = new Map(
    rules.flatMap(({ device, alarms }) =>
      alarms.map((one): [string, number] => [`${device} ${one.at}`, one.raised]),
    ),
  );
  return {
    told,
    acts: withoutTimes(body, raised),
    taken: steady(outside.taken),
    came: steady(came),
  };
}

export default Object.assign(actsLife, { call });

interface Ruled {
  device: string;
  alarms: { at: number; raised: number }[];
}

interface Heard {
  n: number;
  v: { key: string };
}

/** Keys that do not hang on how fast the test is. */
const steady = (keys: Iterable<string>): string[] =>
  [...new Set(keys)].filter((key) => !/\d{5,}$/.test(key)).sort();

/** How often something is sent hangs on how fast the test is; keys of what was sent do not. */
function withoutTimes(body: unknown, raised: ReadonlyMap<string, number>) {
  const { acts } = body as { acts: Listed[] };
  return acts.map(({ device, decided, sent, answers }) => ({
    device,
    decided: decided.map(({ decided: at, key, ...row }) => ({
      ...row,
      isLate: at - (raised.get(`${device} ${row.at}`) ?? at) > LATE_MS,
      key: key.split('/').slice(0, 5).join('/'),
    })),
    sent: steady(sent.map(({ key }) => key)),
    answers: answers.map(({ key, done }) => `${key} ${done}`).filter((one) => !/\d{5,} /.test(one)),
  }));
}

interface Listed {
  device: string;
  decided: { at: number; decided: number; key: string }[];
  sent: { key: string }[];
  answers: { key: string; done: boolean }[];
}
