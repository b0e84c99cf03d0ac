/**
 * `demo`: shows a catch, not a pass. One scenario on the honest platform twin and on one with a
 * planted bug, side by side, and then the lost reading by name, with everything the ledger knows of
 * it.
 */
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { RunDirectory } from '#harness';
import { AuthorError, EXIT, formatDuration } from '#kernel';
import type { Finding, Result } from '#reports';
import { execute } from './execute.ts';
import { librarySheets } from './files.ts';
import type { Host } from './host.ts';
import { loadPlan } from './load.ts';
import { type Paint, paint, wantsColour } from './paint.ts';
import { version } from './version.ts';

const SCENARIO = 'regional-partition';
const MUTANT = 'telemetry-loses-acked-row';

export function addDemoCommand(program: Command, host: Host, finish: (code: number) => void): void {
  program
    .command('demo')
    .description('one scenario on the honest platform and on one with a planted bug, side by side')
    .action(async () => finish(await demo(host)));
}

async function demo(host: Host): Promise<number> {
  const file = librarySheets(host).get(SCENARIO);
  if (file === undefined) {
    throw new AuthorError([{ code: 'no-library', message: 'the scenario library is not here' }]);
  }
  const colour = paint(wantsColour(host, host.stdoutIsTty));
  host.stdout(
    `${colour.strong('Two platforms, one scenario')}  ${SCENARIO}.yaml: a region goes dark and comes back.\n`,
  );
  host.stdout(`Left the honest platform twin; right the same with a bug planted: ${MUTANT}.\n\n`);
  const began = host.seconds();
  const [honest, mutant] = await Promise.all([
    runOne(host, file, null),
    runOne(host, file, MUTANT),
  ]);
  host.stdout(`${sideBySide(honest.result, mutant.result, colour)}\n`);
  const checker = mutant.result.checkers.find(({ findings }) => findings.length > 0);
  const lost = checker?.findings[0];
  if (lost !== undefined) host.stdout(`${portrait(lost, checker?.findingCount ?? 1, colour)}\n`);
  host.stdout(
    `${colour.faint(`virtual time, ${(host.seconds() - began).toFixed(1)} s; reports in ${join(mutant.out, 'report.html')}`)}\n`,
  );
  const shown =
    honest.result.verdict === 'pass' && mutant.result.verdict === 'fail' && lost !== undefined;
  return shown ? EXIT.pass : EXIT.fail;
}

async function runOne(
  host: Host,
  file: string,
  mutant: string | null,
): Promise<{ result: Result; out: string }> {
  const loaded = await loadPlan(host, file, {
    gear: 'sim',
    ...(mutant === null ? {} : { mutant }),
  });
  const out = join('reports', 'out', `demo-${mutant ?? 'honest'}`);
  const { result, brokeOff } = await execute({
    host,
    ...loaded,
    plan: { ...loaded.plan, report: ['html', 'summary'] },
    directory: new RunDirectory(resolve(host.cwd, out)),
    shards: null,
    quiet: true,
    overwrites: true,
    version: version(),
  });
  if (brokeOff !== null) throw brokeOff.error;
  return { result, out };
}

function sideBySide(left: Result, right: Result, colour: Paint): string {
  const width = 44;
  const rows: [string, string][] = [
    [badge(left, colour), badge(right, colour)],
    ...(['intended', 'delivered', 'lost', 'info', 'duplicates'] as const).map(
      (key): [string, string] => [
        `${String(left.messages[key]).padStart(7)} ${key}`,
        `${String(right.messages[key]).padStart(7)} ${key}`,
      ],
    ),
    ...left.checkers
      .filter((checker) => checker.verdict !== 'not-applicable')
      .map((checker): [string, string] => {
        const other = right.checkers.find(({ id }) => id === checker.id);
        return [
          line(checker.verdict, checker.id, colour),
          line(other?.verdict ?? '–', checker.id, colour),
        ];
      }),
  ];
  return rows
    .map(([a, b]) => `  ${a}${' '.repeat(Math.max(1, width - visible(a)))}${b}`)
    .join('\n');
}

function badge(result: Result, colour: Paint): string {
  const text = result.verdict.toUpperCase();
  return colour.strong(result.verdict === 'pass' ? colour.good(text) : colour.bad(text));
}

function line(verdict: string, id: string, colour: Paint): string {
  const mark =
    verdict === 'pass' ? colour.good('✓') : verdict === 'fail' ? colour.bad('✗') : colour.warn('?');
  return `${mark} ${id}`;
}

/** The finding in words, and the few events that contradict the promise. */
function portrait(finding: Finding, count: number, colour: Paint): string {
  const rows = finding.witness.map(
    (event) =>
      `    ${formatDuration(Math.round(event.t)).padStart(10)}  ${event.who.padEnd(24)} ${event.what}`,
  );
  const more = count > 1 ? `\n  ${colour.faint(`and ${count - 1} more like it`)}` : '';
  return `\n  ${colour.bad('caught')}  ${colour.strong(finding.message)}\n${rows.join('\n')}${more}\n`;
}

/** Length without colour codes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape is what is looked for.
const visible = (text: string): number => text.replace(/\u001b\[\d+m/g, '').length;
