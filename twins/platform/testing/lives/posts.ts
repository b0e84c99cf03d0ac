/**
 * TEST ONLY. A life of devices that post: some messages come again under their keys, and the
 * platform is killed right after it has answered one.
 */
import type { Platform } from '../../platform.ts';
import { postAsks } from '../post-asks.ts';
import { connect, otherAccount, quiet } from '../twin.ts';

export default async function postsLife(
  first: Platform,
  ids: readonly string[],
  again: () => Promise<Platform>,
) {
  const said: number[] = [];
  const seen: string[] = [];
  const watched = async (platform: Platform, life: () => Promise<void>): Promise<void> => {
    const observer = await connect(platform, 'watcher');
    await observer.subscribe('#', 2);
    await life();
    await quiet();
    for (const { topic, text } of observer.received) seen.push(`${topic} ${JSON.parse(text).n}`);
  };
  let platform = first;
  for (const id of ids.slice(0, 3)) {
    const says = (numbers: readonly number[]) => async (): Promise<void> => {
      const { post, end } = postAsks(platform, id);
      for (const n of numbers) said.push((await post(n)).status);
      end();
    };
    await watched(platform, says([0, 1, 1]));
    await says([2])();
    platform = await again();
    await watched(platform, says([1, 3, 3]));
  }
  await quiet();
  const { body } = platform.request('GET', '/telemetry', new URLSearchParams('limit=99'));
  const { posts, postsAgain } = platform.stats();
  return { said, seen, stored: (body as { rows: unknown }).rows, posts, postsAgain };
}

postsLife.accounts = [otherAccount('watcher', 'observer')];
