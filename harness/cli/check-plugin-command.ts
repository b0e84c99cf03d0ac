/**
 * `check-plugin`: files of a user's, tried before a scenario loads them. What is wrong stands with
 * its line in the file and a way out.
 */
import type { Command } from 'commander';
import { EXIT } from '#kernel';
import { span } from './flags.ts';
import type { Host } from './host.ts';
import { paint, wantsColour } from './paint.ts';
import type { Placed, Told } from './plugin-trial.ts';
import { watchedTrial } from './watched-trial.ts';

/** Nothing that a plug-in owes takes a tenth of it. */
const WITHIN_MS = 60_000;

const HELP = `
Exit codes
  0  every plug-in is sound
  1  one breaks what its family owes
  2  one could not be tried: it cannot be loaded, or is no plug-in`;

export function addCheckPluginCommand(
  program: Command,
  host: Host,
  finish: (code: number) => void,
): void {
  program
    .command('check-plugin <files...>')
    .description('try plug-ins of your own by what their families owe')
    .option('--json', 'print what is found as JSON')
    .option('--within <span>', 'how long one duty may take (default: 60s)', span('--within'))
    .addHelpText('after', HELP)
    .action(
      async (
        files: string[],
        { json, within = WITHIN_MS }: { json?: boolean; within?: number },
      ) => {
        const told = await watchedTrial(host, [...new Set(files)], within);
        if (json === true) host.stdout(`${JSON.stringify(told, null, 2)}\n`);
        else for (const one of told) host.stdout(linesOf(host, one));
        finish(codeOf(told));
      },
    );
}

function codeOf(told: readonly Told[]): number {
  const verdicts = told.map(({ verdict }) => verdict);
  if (verdicts.includes('wrong')) return EXIT.fail;
  return verdicts.includes('not-tried') ? EXIT.unknown : EXIT.pass;
}

function linesOf(host: Host, told: Told): string {
  const { good, bad, warn, strong, faint, accent } = paint(wantsColour(host, host.stdoutIsTty));
  const words = { ok: good('ok'), wrong: bad('wrong'), 'not-tried': warn('not tried') };
  const { file, family, kind, verdict, duties, problems, notes } = told;
  const by =
    duties === 0
      ? 'by its form alone'
      : `by its form and ${duties === 1 ? 'one duty' : `${duties} duties`}`;
  const head = [
    words[verdict],
    family ?? 'no plug-in',
    strong(kind ?? '?'),
    file,
    verdict === 'ok' ? faint(by) : '',
  ];
  const body = (word: string, one: Placed): string[] => [
    `  ${word}  ${file}${one.line === null ? '' : `:${one.line}`}  ${one.message}`,
    ...(one.duty === undefined ? [] : [faint(`         a ${family} ${one.duty}`)]),
    ...(one.remedy === undefined ? [] : [`         ${accent('help')} ${one.remedy}`]),
  ];
  const lines = [
    head.filter((one) => one !== '').join('  '),
    ...problems.flatMap((one) => body(bad('wrong'), one)),
    ...notes.flatMap((one) => body(warn('note '), one)),
  ];
  return `${lines.join('\n')}\n`;
}
