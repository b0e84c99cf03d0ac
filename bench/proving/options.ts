/** What may be said on the command line of the proving ground, and what it says of itself. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { knownHint } from '#kernel';
import { SORTS, type Sort } from './case.ts';

export const HELP = `node bench/proving-ground.ts [scenario…] [options]

Proves scenarios, capabilities and the oracles that judge them, over many seeds. A scenario is a
name of the library or a file; without any it is the whole library.

  healthy     each scenario at each seed must pass, with nearly all of it decided. One that is
              tagged meant-to-fail (or meant-to-unknown, meant-to-invalid) must end so
  mutants     each planted bug in its own scenario at each seed must fire and be caught by the
              checker it names, and at the first seed again by judge, byte for byte
  drawn       a bug drawn for each seed in each scenario: if it fired, the run must fail (only
              where --only asks for it)
  histories   random histories for each oracle with a <kind>.histories.ts beside it
  fuzz        damaged inputs for each parser with a <name>.fuzz.ts beside it

Options
  --only <sorts>      of these five, by comma
  --seeds <n>         for each scenario and each mutant (10)
  --from <n>          the first seed, and the number of the first history and batch (1)
  --mutants <names>   all, or names by comma (those whose scenario was named, else all)
  --oracles <names>   only these oracles
  --parsers <names>   only these parsers
  --word <word>       one capability: its mutants, their scenarios, its oracle and its parsers
  --histories <n>     for each oracle (1000)
  --fuzz <n>          inputs for each parser (2000)
  --plugin <file>     a user's own file, repeatable; what lies beside it is found too
  --devices <n>       instead of what the scenario says
  --set <path=value>  handed on to every run, repeatable
  --decided <share>   of each checker's obligations, at least, in a healthy run (0.95)
  --jobs <n>          side by side (2)
  --state <file>      what is known so far (reports/out/proving.jsonl)
  --retry             tries again what failed
  --keep              keeps the run directories of failures
  --list              says what would be proved, and how much of it is known

Ctrl-C stops it; the same command goes on from there. What rests on another state of the code does
not count as known. Exit code 0: all holds; 1: something does not; 2: not understood; 130: stopped.

Examples
  node bench/proving-ground.ts --seeds 100
  node bench/proving-ground.ts flagship --only healthy --seeds 1000 --devices 200
  node bench/proving-ground.ts flagship --only drawn --seeds 1000 --devices 200
  node bench/proving-ground.ts --only mutants --mutants telemetry-loses-acked-row --seeds 50
  node bench/proving-ground.ts --only histories --oracles delivery --histories 1000000
  node bench/proving-ground.ts mine/echo.yaml --plugin mine/echo-oracle.ts --seeds 100
`;

export interface Options {
  scenarios: string[];
  only: Sort[];
  seeds: number;
  from: number;
  /** Null where it was not said. */
  mutants: string[] | null;
  oracles: string[] | null;
  parsers: string[] | null;
  word: string | null;
  histories: number;
  fuzz: number;
  plugins: string[];
  devices: number | null;
  sets: string[];
  decided: number;
  jobs: number;
  state: string;
  retry: boolean;
  keep: boolean;
  list: boolean;
}

/** A mistake on the command line. */
export class UsageError extends Error {}

export function refuseUnknown(
  what: string,
  asked: readonly string[],
  known: readonly string[],
): void {
  for (const name of asked) {
    if (known.includes(name)) continue;
    const { hint } = knownHint(name, known);
    throw new UsageError(`there is no ${what} '${name}'; ${hint}`);
  }
}

const text = { type: 'string' } as const;
const texts = { type: 'string', multiple: true } as const;
const flag = { type: 'boolean', default: false } as const;

/** Null when help was asked for. */
export function readOptions(args: readonly string[]): Options | null {
  const { values, positionals } = parse(args);
  if (values.help) return null;
  return {
    scenarios: positionals,
    only: sortsIn(namesIn(values.only)),
    seeds: count('seeds', values.seeds, 10),
    from: count('from', values.from, 1),
    mutants: namesIn(values.mutants),
    oracles: namesIn(values.oracles),
    parsers: namesIn(values.parsers),
    word: values.word ?? null,
    histories: count('histories', values.histories, 1000),
    fuzz: count('fuzz', values.fuzz, 2000),
    plugins: values.plugin ?? [],
    devices: values.devices === undefined ? null : count('devices', values.devices, 1),
    sets: values.set ?? [],
    decided: share(values.decided ?? '0.95'),
    jobs: count('jobs', values.jobs, Math.min(2, availableParallelism())),
    state: values.state ?? 'reports/out/proving.jsonl',
    retry: values.retry,
    keep: values.keep,
    list: values.list,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...{ only: texts, seeds: text, from: text, mutants: texts, oracles: texts },
        ...{ parsers: texts, word: text, histories: text, fuzz: text, plugin: texts },
        ...{ devices: text, set: texts, decided: text, jobs: text, state: text },
        ...{ retry: flag, keep: flag, list: flag, help: flag },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Repeated and comma-separated alike. */
const namesIn = (given: readonly string[] | undefined): string[] | null =>
  given?.flatMap((one) => one.split(',')).filter((name) => name !== '') ?? null;

function sortsIn(names: readonly string[] | null): Sort[] {
  if (names === null) return SORTS.filter((sort) => sort !== 'drawn');
  for (const name of names) {
    if (SORTS.every((sort) => sort !== name)) {
      throw new UsageError(`--only takes ${SORTS.join(', ')}, not '${name}'`);
    }
  }
  return SORTS.filter((sort) => names.includes(sort));
}

function count(name: string, given: string | undefined, otherwise: number): number {
  const value = given === undefined ? otherwise : Number(given);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new UsageError(`--${name} takes a whole number from 1, not '${given}'`);
}

function share(given: string): number {
  const value = Number(given);
  if (value >= 0 && value <= 1) return value;
  throw new UsageError(`--decided takes a share from 0 to 1, not '${given}'`);
}
