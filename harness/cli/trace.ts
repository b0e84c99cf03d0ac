/**
 * `trace`: the way of one thing through a run, hop by hop, from the run directory alone. Without an
 * id it says what is worth a look.
 */
import { basename, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { loadCatalog, planDigest, RunDirectory } from '#harness';
import { AuthorError, type Catalog, type Plan } from '#kernel';
import { hopsFamily, NoId, type Result, type TraceRow, traceOne } from '#reports';
import { judgeDirectory } from './execute.ts';
import { wholeCatalog } from './families.ts';
import type { Host } from './host.ts';
import { paint, wantsColour } from './paint.ts';
import { exportTraces } from './trace-export.ts';
import { traceText, worthText } from './trace-text.ts';

const HELP = `
Ids
  DEVICE:STREAM:N               a message: fridges/north-1/3:telemetry:17
  alarm:RULE@DEVICE@MS          an alarm, by the reading that made it due; alarm:RULE@SITE@MS
                                where it is over a place
  decision:ACT@DEVICE@MS        what followed from an alarm by itself, and the command that it sent
  packet@GATEWAY@N              a packet of a gateway, with all that was in it
  offer:CAMPAIGN@DEVICE@ATTEMPT an offer of firmware
  campaign:NAME                 a campaign of firmware: what was asked, and how its waves passed
  change@DEVICE@N               a change of a device's twin
  Nothing in them needs quotes. They are also taken as a report says them, such as
  fridges/north-1/3, reading 17; the word in front may be left out, and a moment be 69.43s.

Examples
  twinstorm trace my-run                                        what is worth a look
  twinstorm trace my-run fridges/north-1/3:telemetry:17
  twinstorm trace my-run fridges/north-1/3 reading 17           the same
  twinstorm trace my-run too-warm@fridges/north-1/1@69430       an alarm, and each reading behind it
  twinstorm trace my-run --json | jq -r '.[0].id'               for scripts
  twinstorm trace my-run --otlp http://127.0.0.1:4318           to a collector: alarms, offers, and
                                                                one message of a hundred
  twinstorm trace my-run too-warm@fridges/north-1/1@69430 --otlp http://127.0.0.1:4318

Headers of a collector that wants any are taken from OTEL_EXPORTER_OTLP_HEADERS.`;

interface TraceOptions {
  json?: boolean;
  otlp?: string;
  share: string;
}

export function addTraceCommand(program: Command, host: Host): void {
  program
    .command('trace <run> [id...]')
    .description('the way of one message, alarm, packet, offer or change through a run')
    .option(
      '--json',
      'print it as JSON: a trace, or without an id the list of what is worth a look',
    )
    .option('--otlp <url>', 'send sampled traces to a collector: OTLP over HTTP, as JSON')
    .option('--share <share>', 'of the messages, those that are sent', '1%')
    .addHelpText('after', HELP)
    .action((run: string, words: string[], options: TraceOptions) =>
      trace(host, run, words, options),
    );
}

async function trace(
  host: Host,
  run: string,
  words: readonly string[],
  { json = false, otlp, share }: TraceOptions,
): Promise<void> {
  const directory = new RunDirectory(resolve(host.cwd, run));
  const plan = directory.readPlan();
  const plugins = plan.plugins.map(({ file }) => directory.file(join('plugins', basename(file))));
  const colour = paint(wantsColour(host, host.stdoutIsTty));
  if (words.length === 0 && otlp === undefined) {
    const rows = await worthIn(directory, plan, plugins);
    const shown = relative(host.cwd, directory.path) || '.';
    host.stdout(json ? jsonText(rows) : worthText(rows, shown, colour));
    return;
  }
  // Who judges nothing needs nothing else of the catalog.
  const catalog = await loadCatalog([hopsFamily], plugins);
  const whole = { host, directory, plan, catalog, share };
  if (words.length === 0 && otlp !== undefined) {
    host.stdout(await exportTraces({ ...whole, url: otlp, only: null }));
    return;
  }
  const told = traced(directory, plan, catalog, words.join(' '), run);
  for (const note of told.notes) host.stderr(`${note}\n`);
  if (otlp !== undefined) {
    host.stdout(await exportTraces({ ...whole, url: otlp, only: told.asked }));
    return;
  }
  host.stdout(json ? jsonText(told.trace) : traceText(told.trace, colour));
}

const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function traced(
  directory: RunDirectory,
  plan: Plan,
  catalog: Catalog,
  id: string,
  run: string,
): ReturnType<typeof traceOne> {
  try {
    const hops = [...catalog.of(hopsFamily).values()];
    const segments = directory.segments();
    return traceOne({ plan, planSha256: planDigest(plan), segments, hops }, id);
  } catch (error) {
    if (!(error instanceof NoId)) throw error;
    const hint = `${error.hint}; \`twinstorm trace ${run}\` lists what is worth a look`;
    throw new AuthorError([{ code: 'id', message: error.message, hint }]);
  }
}

/** As it was judged; a run that was judged by an older version, or never, is judged for it. */
async function worthIn(
  directory: RunDirectory,
  plan: Plan,
  plugins: readonly string[],
): Promise<readonly TraceRow[]> {
  const known = directory.readJson<Result>('result.json')?.tracing;
  if (known !== undefined) return known.worth;
  const catalog = await (await wholeCatalog()).with(plugins);
  return judgeDirectory(plan, planDigest(plan), directory, catalog).tracing?.worth ?? [];
}
