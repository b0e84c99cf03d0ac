/** The flags that change a plan, and how their values are read. */
import type { Command } from 'commander';
import { AuthorError, type Gear, parseDuration } from '#kernel';

export interface RunFlags {
  gear?: Gear;
  seed?: number;
  devices?: number;
  set?: string[];
  target?: string;
  proxy?: string;
  mutant?: string;
  plugin?: string[];
}

export function addPlanFlags(command: Command): Command {
  return command
    .option('--gear <gear>', 'sim or real (default: what the scenario says, else sim)', gear)
    .option('--seed <n>', 'seed of everything that is drawn', whole('--seed'))
    .option('--devices <n>', 'scale the fleet to this many devices', count('--devices'))
    .option('--set <path=value>', 'change a value of the scenario (repeatable)', collect, [])
    .option('--target <target>', 'embedded, process:BIN, container:IMAGE, a URL or BROKER+URL')
    .option('--proxy <proxy>', 'auto, embedded, toxiproxy, container or an address')
    .option('--mutant <name>', 'plant a bug, in the platform twin or in the devices')
    .option('--plugin <file>', 'a plug-in of your own (repeatable)', collect, []);
}

/** Those that mean something where nothing is sent. */
export function addDataFlags(command: Command): Command {
  return command
    .option('--seed <n>', 'seed of everything that is drawn', whole('--seed'))
    .option('--devices <n>', 'scale the fleet to this many devices', count('--devices'))
    .option('--set <path=value>', 'change a value of the scenario (repeatable)', collect, [])
    .option('--plugin <file>', 'a plug-in of your own (repeatable)', collect, []);
}

/** Two seconds are long for whoever only wants to look. */
export const NO_CALIBRATION = 'do not measure for two seconds what this machine can do';

export const collect = (value: string, before: string[]): string[] => [...before, value];

/** Digits and nothing else; an empty text is what an unset variable leaves behind. */
function numberIn(flag: string, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw wrong(flag, `takes a whole number, not '${text}'`);
}

const whole =
  (flag: string) =>
  (text: string): number =>
    numberIn(flag, text);

export const positive =
  (flag: string) =>
  (text: string): number => {
    const value = numberIn(flag, text);
    if (value > 0) return value;
    throw wrong(flag, 'must be at least 1');
  };

/** `100k` is a hundred thousand. */
export const count =
  (flag: string) =>
  (text: string): number =>
    numberIn(flag, text.replace(/^(\d+)k$/i, '$1000'));

/** `5s`, in milliseconds. */
export const span =
  (flag: string) =>
  (text: string): number => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms > 0) return ms;
    throw wrong(flag, `takes a duration such as 5s, not '${text}'`);
  };

const SEEDS_MAX = 10_000;

/** `1..20` is all of them, `3,7` is these two. */
export function seedList(text: string): number[] {
  const flag = '--seeds';
  const seeds = text.split(',').flatMap((part) => {
    const [first = '', last = first, ...rest] = part.split('..');
    if (rest.length > 0) throw wrong(flag, `takes 1..20 or 3,7, not '${text}'`);
    const [from, to] = [numberIn(flag, first), numberIn(flag, last)];
    if (to < from) throw wrong(flag, `counts upwards, not '${part}'`);
    if (to - from >= SEEDS_MAX) throw wrong(flag, `takes at most ${SEEDS_MAX} seeds`);
    return Array.from({ length: to - from + 1 }, (_, k) => from + k);
  });
  return [...new Set(seeds)];
}

const wrong = (flag: string, what: string): AuthorError =>
  new AuthorError([{ code: 'flag', message: `${flag} ${what}` }]);

function gear(text: string): Gear {
  if (text === 'sim' || text === 'real') return text;
  throw wrong('--gear', `is sim or real, not '${text}'`);
}
