/**
 * The sim gear from inside: an engine process in virtual time. Started with `--import sim-clock`;
 * prints progress and its outcome as lines.
 */
import { writeSync } from 'node:fs';
import { faultFamily } from '#chaos';
import { modelFamily, partFamily } from '#devices';
import { mutantFamily, strayed, WorldError } from '#kernel';
import { serviceFamily } from '#platform';
import { loadCatalog } from '../../catalog/load-catalog.ts';
import { codecFamily } from '../../dialects/codec-family.ts';
import { dialectFamily } from '../../dialects/dialect-family.ts';
import { protocolFamily } from '../../fleet/protocol-family.ts';
import { diskError } from '../../record/ledger-writer.ts';
import { RunDirectory } from '../../record/run-directory.ts';
import type { Progress } from '../../run/progress.ts';
import { workflowFamily } from '../../workflows/workflow-family.ts';
import { endWithParent } from './end-with-parent.ts';
import { drive, realSeconds, seedChance } from './sim-clock.ts';
import { playSim } from './sim-run.ts';

const FAMILIES = [
  modelFamily,
  partFamily,
  workflowFamily,
  faultFamily,
  mutantFamily,
  serviceFamily,
  dialectFamily,
  codecFamily,
  protocolFamily,
] as const;
const PROGRESS_EVERY_S = 0.1;
/** However little happens: whoever is silent for long hangs. */
const ALIVE_EVERY_S = 1;
/** The real clock is not looked at with every event: there are millions of them. */
const TURNS_A_LOOK = 256;
const LAST_TURNS = 100;

const [path = '', ...pluginFiles] = process.argv.slice(2);

function tell(line: unknown): void {
  try {
    writeSync(1, `${JSON.stringify(line)}\n`);
  } catch (error) {
    // Nobody is there any more to hear how it ends.
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(1);
    // A full pipe: progress may be dropped, the outcome is asked for again below.
  }
}

async function main(): Promise<void> {
  endWithParent();
  const directory = new RunDirectory(path);
  const plan = directory.readPlan();
  seedChance(plan.seed);
  const catalog = await loadCatalog(FAMILIES, pluginFiles);
  const asked = Promise.withResolvers<string>();
  const crashed = Promise.withResolvers<never>();
  const crash = (error: unknown): void => crashed.reject(strayed(error));
  process.on('SIGTERM', () => asked.resolve('interrupted'));
  // A terminal's Ctrl-C reaches the whole group; the parent hears it as well, and says what to do.
  process.on('SIGINT', () => {});
  // A plug-in may throw where a stream or an immediate calls it: that ends the run in order, too.
  process.on('uncaughtException', crash);
  let isOver = false;
  const tellAlive = nowAndThen(ALIVE_EVERY_S, () => tell({ kind: 'alive' }));
  const playing = playSim({
    plan,
    directory,
    catalog,
    stop: asked.promise,
    crashed: crashed.promise,
    progress: nowAndThen(PROGRESS_EVERY_S, (progress: Progress) =>
      tell({ kind: 'progress', progress }),
    ),
    say: (text) => tell({ kind: 'say', text }),
    asked: tellAlive,
  }).finally(() => {
    isOver = true;
  });
  // Whoever waits for the run hears of its failure; here it only must not come too early.
  playing.catch(() => {});
  let turns = 0;
  const turned = (): void => {
    if (++turns % TURNS_A_LOOK === 0) tellAlive();
  };
  await drive(() => isOver, turned).catch(crash);
  const finished = await Promise.race([playing, lastTurns(crashed.promise)]);
  const cpu = process.cpuUsage();
  tell({
    kind: 'outcome',
    ...finished,
    peakResidentMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
  });
}

/** Time stands still after a crash: what is to be taken back without it has these turns. */
async function lastTurns(crashed: Promise<never>): Promise<never> {
  return crashed.catch(async (error: unknown) => {
    for (let turn = 0; turn < LAST_TURNS; turn++) await new Promise(setImmediate);
    throw error;
  });
}

/** By real time, which nothing in the run can see. */
function nowAndThen<T extends unknown[]>(
  everyS: number,
  action: (...args: T) => void,
): (...args: T) => void {
  let doneAt = 0;
  return (...args) => {
    if (realSeconds() - doneAt < everyS) return;
    doneAt = realSeconds();
    action(...args);
  };
}

main().then(
  () => process.exit(0),
  (thrown: unknown) => {
    // The disk can be full for the platform's store as well, which knows no such words.
    const error = diskError(thrown, path);
    if (error instanceof WorldError) {
      tell({ kind: 'error', code: error.code, message: error.message, remedy: error.remedy });
      process.exit(0);
    }
    process.stderr.write(
      `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exit(1);
  },
);
