/**
 * The fleet's processes: each is started, dials the runner, and is told what it is. What they tell
 * afterwards goes to whom it concerns.
 */
import { sessionCount, WorldError } from '#kernel';
import { logOf, type Remote, remedyFor } from '../../processes/remote.ts';
import { script } from '../../processes/script.ts';
import { lanesOf, shardCount } from '../../processes/shard-count.ts';
import type { Vitals } from '../../processes/stall-watch.ts';
import type { LinkHands } from '../../run/device-actions.ts';
import { shardBounds } from '../../run/shard-bounds.ts';
import type { RunningTarget } from '../../targets/target.ts';
import { type HandOrder, HandsDesk } from './far-hands.ts';
import type { OpenLinks } from './open-links.ts';
import type { RealRun } from './real-run.ts';
import { RemoteShard } from './remote-shard.ts';
import type { BehindAccess } from './run-store.ts';
import type { ShardOrders } from './shard-process.ts';

const DIALLED_MS = 30_000;
/**
 * A fleet makes much garbage while it is built and little afterwards. Left to its defaults the heap
 * grows by half before it looks for garbage, and that stays in the resident size for ever: more
 * than the devices themselves.
 */
const SMALL_HEAP = ['--max-semi-space-size=8', '--heap-growing-percent=30', '--expose-gc'];

export async function startShards(
  run: RealRun,
  target: RunningTarget,
  { store, presence }: BehindAccess,
  { cohorts, channels, injector }: OpenLinks,
): Promise<RemoteShard[]> {
  const { plugins, shards: asked } = run.request;
  // Whoever is carried takes room as well, if no descriptor.
  const sessions = Math.max(run.plan.devices.length, sessionCount(run.plan));
  const count = shardCount(sessions, asked);
  const bounds = shardBounds(run.plan);
  return Promise.all(
    Array.from({ length: count }, async (_, number) => {
      const name = `shard-${number}`;
      const remote = await startProcess(run, name);
      const shard = new RemoteShard(remote, bounds);
      const desk = new HandsDesk(handsOf(injector), (answer) => {
        // Whoever does not take it is lost, and said to be.
        shard.handed(answer).catch(() => {});
      });
      remote.onNews = (news, value) =>
        news === 'hand' ? desk.hear(value as HandOrder) : hear(run, name, shard, news, value);
      remote.onHung = (error) => run.lose(error);
      const orders: ShardOrders = {
        directory: run.directory.path,
        number,
        planSha256: run.request.planSha256,
        lanes: lanesOf(number, count),
        run: run.id,
        secret: run.secret,
        target: target.address,
        observe: target.observe ?? target.address,
        access: target.access,
        store,
        presence,
        cohorts: [...cohorts],
        channels: [...channels].map(([name, ways]) => [name, ways.target, [...ways.cohorts]]),
        plugins: [...plugins],
        credentialsFile: run.credentialsFile,
      };
      await shard.init(orders);
      return shard;
    }),
  );
}

const handsOf = (injector: OpenLinks['injector']): LinkHands => ({
  addToxics: (...what) => injector.addToxics(...what),
  disableLink: (cohort) => injector.disable(cohort),
});

function startProcess(run: RealRun, name: string): Promise<Remote> {
  const dialled = run.control.expect(name, DIALLED_MS);
  run.processes.start(
    {
      id: name,
      command: process.execPath,
      args: [...SMALL_HEAP, ...script('./shard-process', import.meta.url), run.control.path, name],
      log: run.directory.file(`log/${name}.log`),
    },
    () => {},
    (why, signal) =>
      run.lose(new WorldError('shard', `${name} ${why}`, remedyFor(signal) ?? logOf(name))),
  );
  return dialled;
}

function hear(run: RealRun, name: string, shard: RemoteShard, news: string, value: unknown): void {
  if (news === 'say') run.request.say(String(value));
  else if (news === 'stats') shard.noteStats(value as Parameters<RemoteShard['noteStats']>[0]);
  else if (news === 'stall') {
    const { ms, t } = value as { ms: number; t: number };
    run.notes.stall(name, ms, t);
  } else if (news === 'vitals') run.notes.vitals(name, value as Vitals);
  else if (news === 'failure') {
    const { code, message, remedy } = value as { code: string; message: string; remedy?: string };
    run.lose(new WorldError(code, message, remedy));
  }
}
