/** All ways of doing something, by their words. */
import { command } from './command.ts';
import { type Deed, type Doing, fieldsOf } from './doing.ts';
import { pause } from './pause.ts';
import { twin } from './twin.ts';
import { webhook } from './webhook.ts';

const DOINGS: readonly Doing[] = [command, pause, twin, webhook];

/** Why it cannot be, or what is to be done. */
export function readDeed(asked: unknown): string | Deed {
  const given = fieldsOf(asked);
  const [word, ...others] = Object.keys(given);
  const doing = DOINGS.find((one) => one.word === word);
  if (doing === undefined || others.length > 0) {
    return `do says one of ${DOINGS.map((one) => one.word).join(', ')}`;
  }
  return doing.read(given[doing.word]);
}
