/**
 * TEST ONLY. A life in which all devices raise an alarm at once: some are acknowledged, and the
 * platform dies; then one is acknowledged twice, one comes again, one lies on the shelf for no time
 * and another for nearly a day, and goes meanwhile.
 */
import type { Platform } from '../../platform.ts';
import { connect, topicOf } from '../twin.ts';

const NOTHING = new URLSearchParams();
const RULE = { of: '', when: 'level > 5.0', clear: 'level < 2.0' };
const DAY_MS = 86_400_000;
const BOUNDS = {
  ...{ floodMore: 2, floodMs: DAY_MS, chatterTimes: 9, chatterMs: 1000, shelveMostMs: DAY_MS },
};

/** What anybody could see of it, but for when. */
export default async function alarmsLife(
  platform: Platform,
  ids: readonly string[],
  again: () => Promise<Platform>,
) {
  let living = platform;
  let n = 0;
  const tell = (path: string, body: object): number =>
    living.request('POST', path, NOTHING, body).status;
  const says = async (place: number, level: number): Promise<void> => {
    const id = ids[place] ?? '';
    const device = await connect(living, id);
    const said = JSON.stringify({ n, e: 1, t: n++ * 1000, v: { level } });
    await device.publish(topicOf(id, 'telemetry'), said, 1);
    await device.end();
  };
  tell('/rules/high', RULE);
  tell('/alarms/bounds', BOUNDS);
  for (const place of ids.keys()) await says(place, 6);
  const statuses = [1, 2, 3].map((id) => tell(`/alarms/${id}/ack`, { token: 'a' }));
  await says(4, 1);
  living = await again();
  statuses.push(tell('/alarms/1/ack', { token: 'b' }));
  statuses.push(tell('/alarms/6/shelve', { token: 's', forMs: 1 }));
  await says(4, 6);
  await says(4, 1);
  statuses.push(tell('/alarms/4/shelve', { token: 's', forMs: DAY_MS - 1 }));
  await says(3, 1);
  const page = new URLSearchParams('limit=999');
  const body = living.request('GET', '/alarms', page).body as { alarms: Listed[] };
  const rules = (living.request('GET', '/rules', page).body as { rules: Ruled[] }).rules;
  const raised = new Map(
    rules.flatMap(({ device, alarms }) =>
      alarms.map((one): [string, number] => [`${device} ${one.since}`, one.raised]),
    ),
  );
  const late = lateIn(body.alarms, raised);
  const floods = living.request('GET', '/alarms/floods', NOTHING).body;
  return JSON.parse(
    JSON.stringify({ statuses, body, floods, late }, (key, one: unknown) =>
      ['at', 'until', 'shelvedUntil', 'from', 'to'].includes(key) ? undefined : one,
    ),
  );
}

interface Ruled {
  device: string;
  alarms: { since: number; raised: number }[];
}

interface Listed {
  device: string;
  alarms: { history: Record<'place' | 'at' | 'about' | 'since', number>[] }[];
}

/** What stands in one transaction is not so far apart. */
const LATE_MS = 5000;

/** What came long after its rule, or was told long after it came; by its place. */
const lateIn = (listed: readonly Listed[], raised: ReadonlyMap<string, number>): number[] =>
  listed.flatMap(({ device, alarms }) =>
    alarms.flatMap(({ history }) =>
      history
        .filter(({ at, about, since }) => {
          const cause = history.find(({ place }) => place === about)?.at;
          return at - (cause ?? raised.get(`${device} ${since}`) ?? at) > LATE_MS;
        })
        .map(({ place }) => place),
    ),
  );
