/** The flags that change a plan, and how their values are read. */
import type { Command } from 'commander';
import { AuthorError, type Gear } from '#kernel';

export interface RunFlags {
  gear?: Gear;
  seed?: number;
  devices?: number;
  set?: string[];
  target?: string;
  mutant?: string;
  plugin?: string[];
}

export function addPlanFlags(command: Command): Command {
  return command
    .option('--gear <gear>', 'sim or real (default: what the scenario says, else sim)', gear)
    .option('--seed <n>', 'seed of everything that is drawn', whole)
    .option('--devices <n>', 'scale the fleet to this many devices', count)
    .option('--set <path=value>', 'change a value of the scenario (repeatable)', collect, [])
    .option('--target <target>', 'embedded, process:BIN or a URL')
    .option('--mutant <name>', 'plant a bug, in the platform twin or in the devices')
    .option('--plugin <file>', 'a plug-in of your own (repeatable)', collect, []);
}

export const collect = (value: string, before: string[]): string[] => [...before, value];

function whole(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new AuthorError([{ code: 'flag', message: `'${text}' is not a whole number` }]);
}

export function positive(text: string): number {
  const value = whole(text);
  if (value > 0) return value;
  throw new AuthorError([{ code: 'flag', message: `'${text}' must be at least 1` }]);
}

/** `100k` is a hundred thousand. */
export function count(text: string): number {
  return whole(/^\d+k$/i.test(text) ? `${text.slice(0, -1)}000` : text);
}

function gear(text: string): Gear {
  if (text === 'sim' || text === 'real') return text;
  throw new AuthorError([{ code: 'flag', message: `--gear is sim or real, not '${text}'` }]);
}
