/**
 * What stands behind a target that is not ours, as people write it: the store that is read back,
 * the hands on pieces of its platform, and the commands around a run.
 */
import { z } from 'zod';
import { isMap, mustBe } from '#kernel';
import type { ScenarioTarget } from '../scenario.ts';
import { NAME, words } from './atoms.ts';
import { kindWithParams } from './kind-with-params.ts';

export const store = kindWithParams(
  'store',
  "{ sql: { file: x.sqlite, query: 'select device, stream, n from rows where run = {run}' } }",
)
  .transform(({ kind, given }) => ({ kind, with: given }))
  .meta({
    description:
      'Where the platform behind it keeps what it took; it is read back at the end, and what is ' +
      'in it has arrived.',
  });

export const presence = z
  .record(z.string(), z.unknown(), { error: (issue) => mustBe('a map of parameters', issue.input) })
  .meta({ description: 'How the platform is asked over HTTP whom it believes to be online.' });

const ofProtocol = z.record(z.string(), z.unknown(), {
  error: (issue) => mustBe('a map of parameters', issue.input),
});

export const intake = z
  .record(z.string(), ofProtocol, { error: (issue) => mustBe('a map of protocols', issue.input) })
  .meta({
    description:
      'Where the target takes what devices send by another protocol than MQTT, by the protocol: ' +
      'http: { post: … }.',
  });

const command = (about: string) => words(about, 4000);

const KILL = 'Command that kills the target without warning.';
const START = 'Command that starts it again.';

const whole = { kill: command(KILL).optional(), start: command(START).optional() };

const named = z
  .strictObject({
    do: command('Command that takes the piece away.').optional(),
    kill: command('The same as `do`.').optional(),
    undo: command('Command that gives it back.').optional(),
    start: command('The same as `undo`.').optional(),
    proof: command(
      'Command that succeeds, or http:// address that answers with 2xx, while the piece is there.',
    ),
  })
  .transform((given, context) => {
    const wrong = (message: string, hint?: string) => {
      context.issues.push({ code: 'custom', input: given, message, params: { hint } });
      return z.NEVER;
    };
    const [take, give] = [given.do ?? given.kill, given.undo ?? given.start];
    const isTwice = given.do !== undefined && given.kill !== undefined;
    if (isTwice || (given.undo !== undefined && given.start !== undefined)) {
      return wrong('says the same thing twice', 'write do and undo, or kill and start');
    }
    if (take === undefined) return wrong('has no do', 'the command that takes the piece away');
    if (give === undefined) return wrong('has no undo', 'the command that gives it back');
    return { do: take, undo: give, proof: given.proof };
  });

/** Both forms side by side: the hands on the target as a whole, and those on pieces of it. */
export const hands = z
  .object(whole)
  .catchall(named)
  .meta({
    description:
      'How the target (kill, start: broker-kill needs both) and named pieces of its platform are ' +
      'taken away and given back.',
  })
  .transform((given, context): Hands => {
    const { kill, start, ...pieces } = given;
    const wrong = (path: string[], message: string, hint?: string) => {
      context.issues.push({ code: 'custom', input: given, path, message, params: { hint } });
      return z.NEVER;
    };
    if ((kill === undefined) !== (start === undefined)) {
      return wrong([kill === undefined ? 'kill' : 'start'], 'is missing');
    }
    const stray = Object.keys(pieces).find((key) => !NAME.test(key));
    if (stray !== undefined) return wrong([stray], mustBe('a name', stray));
    return {
      ...(kill === undefined || start === undefined ? {} : { hands: { kill, start } }),
      ...(Object.keys(pieces).length === 0 ? {} : { namedHands: pieces }),
    };
  });

type Hands = Partial<Pick<ScenarioTarget, 'namedHands'>> & {
  hands?: NonNullable<ScenarioTarget['hands']>;
};

/** One command, or several in order. */
export const commands = (about: string) =>
  z
    .union([command('A shell command.'), z.array(command('A shell command.')).max(100)], {
      error: (issue) => mustBe('a shell command, or a list of them', issue.input),
    })
    .transform((given): string[] => (typeof given === 'string' ? [given] : given))
    .meta({ description: about });

/** The fault that uses a hand. */
export const HAND = 'hand';

/** Names of the hands of a file as it was written. */
export const handNames = (raw: Readonly<Record<string, unknown>>): string[] => {
  const written = isMap(raw.target) ? raw.target.hands : null;
  return Object.keys(isMap(written) ? written : {}).filter(
    (key) => !['kill', 'start'].includes(key),
  );
};
