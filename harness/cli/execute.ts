/**
 * One plan from start to verdict: run it, judge the ledger it left, write the reports. The exit
 * code is the result's; a run that could not take place ends with the error's.
 */
import {
  type GearReport,
  hold,
  Interrupted,
  type Progress,
  type RunDirectory,
  refuseHeld,
  runPlan,
} from '#harness';
import type { Catalog, Plan } from '#kernel';
import { oracleFamily } from '#oracles';
import {
  chapterFamily,
  checkerFamily,
  type Environment,
  hopsFamily,
  judge,
  proofFamily,
  type Result,
  reporterFamily,
} from '#reports';
import { openFileLimit } from './doctor.ts';
import type { Host } from './host.ts';
import { openPanel } from './panel.ts';

export interface Execution {
  result: Result;
  environment: Environment;
  interrupted: boolean;
  /** Why the run broke off, where it did: what there is of it was judged all the same. */
  brokeOff: { error: unknown } | null;
}

export interface ExecuteRequest {
  host: Host;
  plan: Plan;
  catalog: Catalog;
  directory: RunDirectory;
  base: string;
  plugins: readonly string[];
  shards: number | null;
  quiet: boolean;
  /** Whether a run that lies in the directory may go. */
  overwrites: boolean;
  version: string;
  /** Is told of the run's progress beside the panel. */
  watch?: (progress: Progress) => void;
}

export async function execute(request: ExecuteRequest): Promise<Execution> {
  const { plan, directory } = request;
  refuseHeld(directory);
  directory.create(request);
  for (const plugin of request.plugins) directory.keepPlugin(plugin);
  const planSha256 = directory.writePlan(plan);
  const letGo = hold(directory);
  try {
    return await runAndJudge(request, planSha256);
  } finally {
    letGo();
  }
}

async function runAndJudge(request: ExecuteRequest, planSha256: string): Promise<Execution> {
  const { host, plan, directory } = request;
  const startedAt = host.isoTime();
  const began = host.seconds();
  const { report, interrupted, brokeOff } = await run(request, planSha256);
  const environment = environmentOf(request, report, startedAt, host.seconds() - began);
  try {
    directory.writeText('environment.json', `${JSON.stringify(environment, null, 2)}\n`);
    const result = judgeDirectory(plan, planSha256, directory, request.catalog);
    // Of a run that never began there is nothing to report but why.
    if (brokeOff !== null && result.phases.length === 0) throw brokeOff.error;
    writeReports(plan, directory, request.catalog, result, environment);
    return { result, environment, interrupted, brokeOff };
  } catch (error) {
    // A disk that is full for the run is full for its report: the first reason is the one to tell.
    throw brokeOff === null ? error : brokeOff.error;
  }
}

/** The verdict of a run directory, from what lies in it alone. */
export function judgeDirectory(
  plan: Plan,
  planSha256: string,
  directory: RunDirectory,
  catalog: Catalog,
): Result {
  return judge({
    plan,
    planSha256,
    segments: directory.segments(),
    checkers: [...catalog.of(checkerFamily).values()],
    proofs: [...catalog.of(proofFamily).values()],
    oracles: [...catalog.of(oracleFamily).values()],
    chapters: [...catalog.of(chapterFamily).values()],
    hops: [...catalog.of(hopsFamily).values()],
  });
}

/** result.json always, and what the scenario asks for. */
export function writeReports(
  plan: Plan,
  directory: RunDirectory,
  catalog: Catalog,
  result: Result,
  environment: Environment,
): string[] {
  const kinds = ['json', ...plan.report.filter((kind) => kind !== 'json')];
  return kinds.flatMap((kind) => {
    const reporter = catalog.of(reporterFamily).get(kind);
    if (reporter === undefined) return [];
    directory.writeText(reporter.file, reporter.render(result, environment));
    return [reporter.file];
  });
}

interface Ran extends Pick<Execution, 'brokeOff' | 'interrupted'> {
  report: GearReport;
}

async function run(request: ExecuteRequest, planSha256: string): Promise<Ran> {
  const { host, plan, directory } = request;
  const panel = openPanel(host, request.quiet);
  const abort = new AbortController();
  let asked = 0;
  await host.begins();
  const release = host.onInterrupt(() => {
    if (asked++ === 0)
      panel.say('stopping: healing what is injected, reading back what there is …');
    abort.abort();
  });
  try {
    const report = await runPlan({
      plan,
      planSha256,
      directory,
      base: request.base,
      plugins: request.plugins,
      shards: request.shards,
      progress: (progress: Progress) => {
        request.watch?.(progress);
        panel.show(progress);
      },
      say: (text: string) => panel.say(text),
      signal: abort.signal,
    });
    return { report, interrupted: asked > 0, brokeOff: null };
  } catch (error) {
    const interrupted = error instanceof Interrupted;
    return { report: reportOfNone(error), interrupted, brokeOff: { error } };
  } finally {
    release();
    panel.end();
  }
}

/** Of a run that broke off nobody is left to tell, but for what is in its ledger. */
const reportOfNone = (error: unknown): GearReport => ({
  outcome: { kind: 'stopped', why: 'the run broke off' },
  run: '',
  zeroAt: null,
  components: [],
  processes: [],
  mutantFired: null,
  notes: [error instanceof Error ? error.message : String(error)],
});

function environmentOf(
  request: ExecuteRequest,
  report: GearReport,
  startedAt: string,
  wall: number,
): Environment {
  const { host } = request;
  return {
    schema: 'twinstorm.environment/1',
    tool: request.version,
    node: host.node,
    platform: host.platform,
    cores: host.cores,
    memoryMiB: host.memoryMiB,
    openFiles: openFileLimit(),
    startedAt,
    zeroAt: report.zeroAt,
    wallSeconds: Math.round(wall * 10) / 10,
    run: report.run,
    components: report.components,
    processes: report.processes,
    mutantFired: report.mutantFired,
    notes: [...request.plan.notes, ...report.notes],
  };
}
