/**
 * Brokers that the product does not know, from the registries of packages: each is brought,
 * started, played three scenes in front of, and stopped. A fail counts as true only where a raw
 * client beside this bench shows the same without the product. It can be stopped at any time and
 * goes on where it was.
 *
 *   node bench/foreign-brokers.ts --help
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../tools/house.ts';
import { BROKERS } from './foreign/brokers/index.ts';
import { docOf } from './foreign/doc.ts';
import { type ForeignBroker, NotToBeHad } from './foreign/foreign-broker.ts';
import { isSettled } from './foreign/outcome.ts';
import { type Trial, tryBroker } from './foreign/trial.ts';

const HELP = `node bench/foreign-brokers.ts [broker…] [options]

Brokers: ${BROKERS.map(({ name }) => name).join(', ')}; all of them without a name.

  --cache <folder>  where they are installed (twinstorm-foreign in the folder for temporary files)
  --out <folder>    where runs and outcomes lie (reports/out/foreign)
  --tries <n>       of a scene that this machine was too busy for (3)
  --doc             writes docs/brokers.md from what is known of all of them

A broker that cannot be had here is counted as not run, which is no pass.
Exit code 0: all is as expected; 1: something is not, or was not run; 2: not understood;
130: stopped.
`;

async function main(): Promise<number> {
  const options = readOptions();
  if (options === null) return 2;
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.on('SIGINT', stop).on('SIGTERM', stop);
  for (const folder of [options.cache, options.out]) mkdirSync(folder, { recursive: true });
  const trials: Trial[] = [];
  const absent: string[] = [];
  for (const broker of options.brokers) {
    if (abort.signal.aborted) return 130;
    try {
      trials.push(await tryBroker(broker, { ...options, signal: abort.signal, say }));
    } catch (error) {
      if (!(error instanceof NotToBeHad)) throw error;
      absent.push(broker.name);
      say(`${broker.name}: not to be had here, so not run: ${error.message}`);
    }
  }
  if (abort.signal.aborted) return 130;
  const good = summary(trials, absent);
  if (options.doc) writeFileSync(join(ROOT, 'docs', 'brokers.md'), docOf(trials, absent));
  return good ? 0 : 1;
}

function summary(trials: readonly Trial[], absent: readonly string[]): boolean {
  const outcomes = trials.flatMap((trial) => trial.outcomes);
  const count = (came: string): number => outcomes.filter((one) => one.came === came).length;
  const unshown = trials.flatMap(({ broker, confirmations }) =>
    confirmations.filter(({ shown }) => !shown).map(({ script }) => `${broker.name} ${script}`),
  );
  const kinds = ['pass', 'found', 'refused', 'undecided', 'wrong'] as const;
  say(kinds.map((came) => `${count(came)} ${came}`).join(', '));
  say(`${unshown.length} habits not shown, ${absent.length} brokers not run`);
  return outcomes.every(isSettled) && unshown.length + absent.length === 0;
}

interface Options {
  brokers: readonly ForeignBroker[];
  cache: string;
  out: string;
  tries: number;
  doc: boolean;
  help: boolean;
}

/** Null, and a word on stderr, where they cannot be followed. */
function readOptions(): Options | null {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        cache: { type: 'string', default: join(tmpdir(), 'twinstorm-foreign') },
        out: { type: 'string', default: join(ROOT, 'reports', 'out', 'foreign') },
        tries: { type: 'string', default: '3' },
        doc: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const strangers = positionals.filter((word) => BROKERS.every(({ name }) => name !== word));
    if (strangers.length > 0) throw new Error(`no such broker: ${strangers.join(', ')}`);
    const tries = Number(values.tries);
    if (!Number.isInteger(tries) || tries < 1) throw new Error('--tries takes a number from 1');
    if (values.doc && positionals.length > 0) throw new Error('--doc takes all of them, or none');
    const wanted = (name: string): boolean =>
      positionals.length === 0 || positionals.includes(name);
    return { ...values, tries, brokers: BROKERS.filter(({ name }) => wanted(name)) };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return null;
  }
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

process.exitCode = await main();
