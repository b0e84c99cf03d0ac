/**
 * What came of one scene in front of one broker, held against what its file expects: each fail must
 * be expected and shown by its raw client, and what is expected must come. It is kept beside the
 * run, and counts as long as neither the product nor the broker's file has changed.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from '#reports';
import type { Confirmation } from './confirming.ts';
import { type ForeignBroker, highestQos, type Scene } from './foreign-broker.ts';
import type { Played } from './play.ts';

export interface Outcome {
  broker: string;
  version: string;
  scene: Scene;
  /** A digest of all that it rests on. */
  over: string;
  /** `pass`, `refused` by the plan, `found` what was expected; or not as it should be. */
  came: 'pass' | 'refused' | 'found' | 'undecided' | 'wrong';
  /** A sentence each. */
  lines: string[];
  /** Checkers that failed, with the number of their findings. */
  fails: Record<string, number>;
  messages: number;
}

/** All but the undecided: a machine that was too busy is no word on a broker. */
export const isSettled = ({ came }: Outcome): boolean => came !== 'undecided' && came !== 'wrong';

export function outcomeOf(
  scene: Scene,
  broker: ForeignBroker,
  { result, exitCode, said }: Played,
  confirmations: ReadonlyMap<string, Confirmation>,
): Pick<Outcome, 'came' | 'lines' | 'fails' | 'messages'> {
  const nothing = { fails: {}, messages: 0 };
  if (result === null) {
    const told = said.split('\n').filter((line) => line.trim() !== '');
    const refusal = told.find((line) => /promises QoS \d at most/.test(line));
    const isDue = scene === 'qos2' && highestQos(broker) < 2;
    if (refusal !== undefined && exitCode === USAGE && isDue) {
      return { came: 'refused', lines: [refusal.trim()], ...nothing };
    }
    return { came: 'wrong', lines: [`no result: ${told.slice(-3).join(' ')}`], ...nothing };
  }
  const messages = result.messages.intended;
  const fails = Object.fromEntries(
    result.checkers
      .filter(({ verdict }) => verdict === 'fail')
      .map(({ id, findingCount }) => [id, findingCount]),
  );
  const wrong = [
    ...unexpectedIn(result, scene, broker, confirmations),
    ...missingIn(fails, scene, broker, result),
  ];
  if (wrong.length > 0) return { came: 'wrong', lines: wrong, fails, messages };
  if (result.verdict === 'pass') return { came: 'pass', lines: [], fails, messages };
  if (result.verdict === 'fail') return { came: 'found', lines: result.reasons, fails, messages };
  return { came: 'undecided', lines: result.reasons, fails, messages };
}

const USAGE = 3;

function unexpectedIn(
  { checkers }: Result,
  scene: Scene,
  { findings }: ForeignBroker,
  confirmations: ReadonlyMap<string, Confirmation>,
): string[] {
  return checkers
    .filter(({ verdict }) => verdict === 'fail')
    .flatMap(({ id, findings: found, findingCount }) => {
      const expected = findings.find((one) => one.checker === id && one.scenes.includes(scene));
      const first = found[0]?.message ?? '';
      if (expected === undefined) return [`not expected: ${id} (${findingCount}): ${first}`];
      const shown = confirmations.get(expected.confirm);
      if (shown?.shown === true) return [];
      const said = shown?.said ?? 'it was not run';
      return [`${id} (${findingCount}) is not shown by ${expected.confirm}: ${said}`];
    });
}

/** Where a run is no verdict on anything, nothing is missing in it. */
function missingIn(
  fails: Readonly<Record<string, number>>,
  scene: Scene,
  { findings }: ForeignBroker,
  { verdict }: Result,
): string[] {
  if (verdict === 'invalid') return [];
  return findings
    .filter(({ scenes, sometimes }) => scenes.includes(scene) && sometimes !== true)
    .filter(({ checker }) => fails[checker] === undefined)
    .map(({ checker, because }) => `expected and not found: ${checker} (${because})`);
}

export function knownOutcome(folder: string): Outcome | null {
  const file = join(folder, FILE);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Outcome) : null;
}

export const keepOutcome = (folder: string, outcome: Outcome): void =>
  writeFileSync(join(folder, FILE), `${JSON.stringify(outcome, null, 2)}\n`);

const FILE = 'outcome.json';
