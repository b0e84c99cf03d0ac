/**
 * Holds the findings of a run against the liar's own log, one for one: each lie must be named by
 * the checker that is meant for it, by device, stream and number, and nothing else may be named. It
 * reads topics and payloads by itself.
 */
import type { Result } from '#reports';
import type { Lie, LieRecord } from '../../harness/testing/lie-book.ts';

export interface Comparison {
  lies: number;
  /** Lies that no finding names, as `checker: who stream n`. */
  missed: string[];
  /** Findings that answer to no lie. */
  surplus: string[];
  found: number;
  /**
   * What the checkers of the run itself had to say: about this machine or the scenario, not about
   * the broker.
   */
  remarks: string[];
}

const CHECKER_OF: Readonly<Record<Lie, string>> = {
  'drop-qos1': 'no-acked-loss',
  'drop-qos2': 'no-acked-loss',
  'twice-qos2': 'exactly-once',
  swap: 'in-order',
  'change-byte': 'no-phantom',
  'change-any-byte': 'no-phantom',
  invent: 'no-phantom',
  'forget-session': 'session-kept',
  'keep-session': 'session-kept',
  'forget-retained': 'retained-current',
  'stale-retained': 'retained-current',
};

/**
 * They judge the run and this machine. On a machine that is busy with something else they may well
 * object.
 */
const ABOUT_THE_RUN: readonly string[] = ['harness-healthy', 'fault-effective', 'not-vacuous'];

export function compare(log: readonly LieRecord[], result: Result): Comparison {
  const expected = log.map((record) => `${CHECKER_OF[record.lie]}: ${nameOf(record)}`);
  const found: string[] = [];
  const remarks: string[] = [];
  for (const { id, findings, findingCount } of result.checkers) {
    if (ABOUT_THE_RUN.includes(id)) {
      remarks.push(...findings.map(({ message }) => `${id}: ${message}`));
      continue;
    }
    found.push(...findings.map(({ message, devices }) => `${id}: ${named(message, devices)}`));
    for (let k = findings.length; k < findingCount; k++) found.push(`${id}: (not listed)`);
  }
  const { missed, surplus } = difference(expected, found);
  return {
    lies: expected.length,
    found: found.length,
    missed,
    surplus,
    remarks,
  };
}

/** A lie as a finding would name it. */
function nameOf({ lie, topic, payload }: LieRecord): string {
  if (lie === 'forget-session' || lie === 'keep-session')
    return topic.replace(/^tw-[^-]+-/, '').replaceAll('_', '/');
  const [, device = '', stream = ''] = /^tw\/[^/]+\/\d+\/(.+)\/([^/]+)$/.exec(topic) ?? [];
  if (lie === 'forget-retained' || lie === 'stale-retained') return device;
  const text = Buffer.from(payload, 'base64').toString();
  const n = /"n":(\d+)/.exec(text)?.[1] ?? '?';
  return `${device} ${stream} ${n}`;
}

/**
 * A finding by device, stream and number; by device alone where it is about a session or a retained
 * value.
 */
function named(message: string, devices: readonly string[]): string {
  const [, noun, n] = /^\S+, ([a-z]+) (\d+),/.exec(message) ?? [];
  const [device = message] = devices;
  if (noun === undefined) return device;
  return `${device} ${noun === 'reading' ? 'telemetry' : noun} ${n}`;
}

/** What each list has that the other has not, counted. */
function difference(
  expected: readonly string[],
  found: readonly string[],
): { missed: string[]; surplus: string[] } {
  const surplus = [...found];
  const missed = expected.filter((name) => {
    const at = surplus.indexOf(name);
    if (at < 0) return true;
    surplus.splice(at, 1);
    return false;
  });
  return { missed, surplus };
}
