/**
 * TEST ONLY. A life in which readings are moved into windows: some come late, some once more before
 * and after that, and the platform dies while a window is open.
 */
import type { Platform } from '../../platform.ts';
import { connect, topicOf } from '../twin.ts';

const NOTHING = new URLSearchParams();
const KEEP_MS = 4_000_000;
/** By the clock of the devices it is so late when it is asked for. */
const NOW = 10_000;
const TIERS = {
  ...{ of: '', keepMs: KEEP_MS, latenessMs: 9_000_000, withinMs: 4000, now: NOW },
  steps: [{ everyMs: 4000, keepMs: 9_000_000 }, { everyMs: 12_000 }],
};
/** In this order, with what they say. */
const READINGS = [
  [0, 5],
  [1, 7],
  [2, 3],
  [5, 4],
  [5, 4],
  [3, 9],
  [4, 2],
  [0, 5],
] as const;
const DIES_AFTER = 2;

interface Page {
  rows?: { device: string; n: number; hash: number }[];
  tiers?: object[];
}

const answered = (platform: Platform, path: string, query: string): Page =>
  platform.request('GET', path, new URLSearchParams(query)).body as Page;

/** What anybody could see of it: in the midst, when it begins to move, and at the end. */
async function tiersLife(
  platform: Platform,
  ids: readonly string[],
  again: () => Promise<Platform>,
  pass: (ms: number) => Promise<void>,
) {
  let living = platform;
  const own = ids.slice(0, 2);
  const seen: unknown[] = [];
  const look = (): void => {
    seen.push(answered(living, '/telemetry', 'moved=0&limit=999').rows);
  };
  const now = (): number => Number((answered(living, '/health', '') as { now?: number }).now);
  living.request('POST', '/tiers/all', NOTHING, TIERS);
  const zero = now() - NOW;
  const until = async (ms: number): Promise<void> => {
    await pass(zero + ms - now());
    look();
  };
  for (const [turn, [n, level]] of READINGS.entries()) {
    for (const id of own) {
      const device = await connect(living, id);
      const said = JSON.stringify({ n, e: 1, t: n * 1000, v: { level } });
      await device.publish(topicOf(id, 'telemetry'), said, 1);
      await device.end();
    }
    if (turn === DIES_AFTER) living = await again();
  }
  // When no time is over, and when all are.
  await until(0.75 * KEEP_MS);
  await until(KEEP_MS + 2 * NOW);
  const all = [answered(living, '/telemetry', 'limit=999&cursor=moved.0.').rows];
  const { tiers } = answered(living, '/tiers', 'limit=999');
  return JSON.parse(
    JSON.stringify([seen, all, tiers], (key, one: unknown) => (key === 'from' ? undefined : one)),
  );
}

export default Object.assign(tiersLife, { timed: true as const });
