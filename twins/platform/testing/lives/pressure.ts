/**
 * TEST ONLY. A life in which devices say more in one breath than the platform takes while its disk
 * is slow, and some of it is an answer; then the disk is well, and they say a little.
 */
import type { Platform } from '../../platform.ts';
import { connect, envelope, quiet, topicOf } from '../twin.ts';

const NOTHING = new URLSearchParams();
const LIMITS = {
  ...{ capacity: 100, queue: 20, sheds: ['telemetry'], policy: 'refuse', keepOneOf: 4 },
  ...{ limitedAt: 0.5, normalAt: 0.2, holdMs: 1, readOnlyAfterMs: 3_000_000 },
};
const READINGS = 60;
const ANSWERS = 3;
const MORE = 12;

/** What anybody could see of it; how many are passed over hangs on the time that it takes. */
export default async function pressureLife(platform: Platform, [id = '']: readonly string[]) {
  const page = <T>(path: string, key: string): T[] => {
    const { body } = platform.request('GET', `/${path}`, new URLSearchParams('limit=999'));
    return (body as Record<string, T[]>)[key] ?? [];
  };
  const mode = (): string =>
    (platform.request('GET', '/pressure/now', NOTHING).body as { mode: string }).mode;
  platform.request('POST', '/pressure/limits', NOTHING, LIMITS);
  platform.suffer('slow', { commitMs: 300 });
  const device = await connect(platform, id);
  const acked: string[] = [];
  const say = (stream: string, n: number): Promise<unknown> =>
    device.publish(topicOf(id, stream), envelope(n), 1).then(() => acked.push(stream));
  const readings = Array.from({ length: READINGS }, (_, n) => say('telemetry', n));
  const answers = Array.from({ length: ANSWERS }, (_, n) => say('answer', n));
  // One that is never answered must not end the life.
  await Promise.race([Promise.all([...readings, ...answers]), quiet(3000)]);
  platform.suffer('slow', {});
  const last = acked.lastIndexOf('answer');
  const answered = acked.filter((stream) => stream === 'answer').length;
  // It has all the time that it needs to be well again, if it ever is.
  await quiet(500);
  const more = Array.from({ length: MORE }, (_, n) => say('telemetry', READINGS + n));
  await Promise.race([Promise.all(more), quiet(500)]);
  const unanswered = READINGS + ANSWERS + MORE - acked.length;
  type Row = { stream: string; n: number };
  const kept = page<Row>('telemetry', 'rows');
  const listed = page<{ sheds: Row[] }>('pressure', 'pressure').flatMap(({ sheds }) => sheds);
  const told = page<{ shed: number }>('pressure/counts', 'counts');
  const counted = told.reduce((sum, { shed }) => sum + shed, 0);
  // Not to its end: something may be on its way for ever.
  void device.drop();
  return {
    isAnsweredEarly: last < READINGS,
    answered,
    unanswered,
    missing: READINGS + ANSWERS + MORE - kept.length - listed.length,
    isAnyAnswerListed: listed.some(({ stream }) => stream === 'answer'),
    isAnyListed: listed.length > 0,
    uncounted: listed.length - counted,
    modes: page<{ mode: string }>('pressure/modes', 'modes').map((one) => one.mode),
    mode: mode(),
  };
}
