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
import { diskError } from '../../record/ledger-writer.ts';
import { RunDirectory } from '../../record/run-directory.ts';
import type { Progress } from '../../run/progress.ts';
import { workflowFamily } from '../../workflows/workflow-family.ts';
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
] as const;
const PROGRESS_EVERY_S = 0.1;
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
  const playing = playSim({
    plan,
    directory,
    catalog,
    stop: asked.promise,
    crashed: crashed.promise,
    progress: tellNowAndThen(),
    say: (text) => tell({ kind: 'say', text }),
  }).finally(() => {
    isOver = true;
  });
  // Whoever waits for the run hears of its failure; here it only must not come too early.
  playing.catch(() => {});
  await drive(() => isOver).catch(crash);
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

function tellNowAndThen(): (progress: Progress) => void {
  let saidAt = 0;
  return (progress) => {
    if (realSeconds() - saidAt < PROGRESS_EVERY_S) return;
    saidAt = realSeconds();
    tell({ kind: 'progress', progress });
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
